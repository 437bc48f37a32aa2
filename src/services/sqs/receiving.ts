/** ReceiveMessage: one look at a queue, and what a receiver sees of a message. */
import { hash } from 'node:crypto';
import type { Tx } from '../../kernel';
import { screenOf } from './dead-letters';
import { rememberReceive, repeatReceive } from './deduplication';
import { disciplineOf } from './discipline';
import { invalidValue, unknownAttribute } from './errors';
import { hideAgain } from './fifo';
import type { Message } from './message';
import { md5OfAttributes, selectAttributes } from './message-attributes';
import { formatReceiptHandle } from './receipt-handle';
import { formatSequenceNumber } from './sequence-number';
import type { Queue } from './state';
import { checkVisibilityTimeout } from './visibility';

/** The input of ReceiveMessage, as far as it is about messages. */
export interface Wanted {
  readonly MaxNumberOfMessages?: number | undefined;
  readonly VisibilityTimeout?: number | undefined;
  readonly WaitTimeSeconds?: number | undefined;
  readonly AttributeNames?: readonly string[] | undefined;
  readonly MessageSystemAttributeNames?: readonly string[] | undefined;
  readonly MessageAttributeNames?: readonly string[] | undefined;
  readonly ReceiveRequestAttemptId?: string | undefined;
}

const systemAttributes: Readonly<Record<string, (message: Message, queue: Queue) => string | undefined>> = {
  SenderId: (message) => message.senderId,
  SentTimestamp: (message) => String(message.sentAt),
  ApproximateReceiveCount: (message) => String(message.receivesBefore + message.receives),
  ApproximateFirstReceiveTimestamp: (message) => String(message.firstReceivedAt),
  SequenceNumber: (message, queue) => (queue.fifo ? formatSequenceNumber(message.sequence) : undefined),
  MessageDeduplicationId: (message) => message.deduplicationId,
  MessageGroupId: (message) => message.groupId,
  AWSTraceHeader: (message) => message.traceHeader,
  DeadLetterQueueSourceArn: (message) => message.deadLetterSource,
};
const systemAttributeNames = Object.keys(systemAttributes);

/** Throws what AWS answers to numbers out of range and names it does not know. */
export function checkWanted(wanted: Wanted): void {
  const { MaxNumberOfMessages: maximum, WaitTimeSeconds: wait, VisibilityTimeout: visibility } = wanted;
  if (maximum !== undefined && (maximum < 1 || maximum > 10)) {
    throw invalidValue('MaxNumberOfMessages', maximum, 'Must be between 1 and 10, if provided.');
  }
  if (wait !== undefined && (wait < 0 || wait > 20)) throw invalidValue('WaitTimeSeconds', wait, 'Must be >= 0 and <= 20, if provided.');
  if (visibility !== undefined) checkVisibilityTimeout(visibility);
  const unknown = wantedSystemAttributes(wanted).find((name) => !Object.hasOwn(systemAttributes, name));
  if (unknown !== undefined) throw unknownAttribute(unknown);
}

/** Receives what is there now; the messages as the caller sees them. */
export function receive(tx: Tx, queue: Queue, wanted: Wanted) {
  const system = wantedSystemAttributes(wanted);
  return take(tx, queue, wanted).map((message) => toMessage(tx, message, queue, system, wanted.MessageAttributeNames ?? []));
}

function take(tx: Tx, queue: Queue, wanted: Wanted): readonly Message[] {
  const visibilityMs = (wanted.VisibilityTimeout ?? queue.visibilityTimeout) * 1000;
  const attempt = queue.fifo ? wanted.ReceiveRequestAttemptId : undefined;
  const hide = (message: Message) => hideAgain(tx, queue, message, visibilityMs);
  const repeated = attempt === undefined ? undefined : repeatReceive(tx, queue, attempt, hide);
  const messages = repeated ?? disciplineOf(queue).receive(tx, queue, wanted.MaxNumberOfMessages ?? 1, visibilityMs, screenOf(tx, queue));
  if (attempt !== undefined && messages.length > 0) rememberReceive(tx, queue, attempt, messages);
  return messages;
}

/** `AttributeNames` is the older name of the same wish. */
function wantedSystemAttributes({ AttributeNames = [], MessageSystemAttributeNames = [] }: Wanted): readonly string[] {
  const names = AttributeNames.length === 0 ? MessageSystemAttributeNames : [...AttributeNames, ...MessageSystemAttributeNames];
  return names.includes('All') ? systemAttributeNames : names;
}

function toMessage(tx: Tx, message: Message, queue: Queue, system: readonly string[], attributeNames: readonly string[]) {
  const body = tx.readText(message.body);
  const attributes = selectAttributes(message.attributes, attributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: formatReceiptHandle({ bin: message.bin, sequence: message.sequence, receive: message.receives }),
    MD5OfBody: hash('md5', body, 'hex'),
    Body: body,
    ...(system.length > 0 && { Attributes: toSystemAttributes(message, queue, system) }),
    // The digest is of what the receiver gets, not of what was sent.
    ...(attributes && { MD5OfMessageAttributes: md5OfAttributes(attributes), MessageAttributes: attributes }),
  };
}

function toSystemAttributes(message: Message, queue: Queue, names: readonly string[]): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of names) {
    const value = systemAttributes[name]?.(message, queue);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}
