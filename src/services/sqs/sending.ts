/** What happens to a message on its way into a queue: its rules, deduplication, digests. */
import { hash } from 'node:crypto';
import type { Tx } from '../../kernel';
import { findDuplicate, rememberSend } from './deduplication';
import { disciplineOf } from './discipline';
import { invalidContents, invalidValue, messageTooLong, missingParameter, needsDeduplicationId, wrongQueueType } from './errors';
import type { Draft } from './message';
import {
  attributesSize,
  checkMessageAttributes,
  checkSystemAttributes,
  hasForbiddenCharacter,
  type MessageAttributes,
  md5OfAttributes,
} from './message-attributes';
import { formatSequenceNumber } from './sequence-number';
import type { Queue } from './state';

/** What SendMessage and an entry of SendMessageBatch have in common. */
export interface Outgoing {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: MessageAttributes | undefined;
  readonly MessageSystemAttributes?: MessageAttributes | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

/** Alphanumeric and punctuation, 1 to 128 (SendMessage). */
const idForm = /^[!-~]{1,128}$/;

/** Throws what AWS answers to a message this queue does not take. */
export function checkOutgoing(queue: Queue, message: Outgoing): void {
  const { MessageBody: body, DelaySeconds, MessageGroupId, MessageDeduplicationId } = message;
  if (body === '') throw missingParameter('MessageBody');
  if (hasForbiddenCharacter(body)) throw invalidContents();
  if (message.MessageAttributes) checkMessageAttributes(message.MessageAttributes);
  if (message.MessageSystemAttributes) checkSystemAttributes(message.MessageSystemAttributes);
  if (sizeOf(message) > queue.maximumMessageSize) throw messageTooLong(queue.maximumMessageSize);
  checkDelay(queue, DelaySeconds);
  checkId('MessageGroupId', MessageGroupId);
  checkId('MessageDeduplicationId', MessageDeduplicationId);
  if (queue.fifo) checkFifoIds(queue, message);
  else if (MessageDeduplicationId !== undefined) throw wrongQueueType('MessageDeduplicationId', MessageDeduplicationId);
}

/** Throws when a FIFO queue would not know a message's group, or whether it was sent before. */
export function checkFifoIds(queue: Queue, message: Outgoing): void {
  if (message.MessageGroupId === undefined) throw missingParameter('MessageGroupId');
  if (message.MessageDeduplicationId === undefined && !queue.contentBasedDeduplication) throw needsDeduplicationId();
}

/** Bytes that count towards the limits: body and attributes, not system attributes (SendMessage). */
export function sizeOf(message: Outgoing): number {
  return Buffer.byteLength(message.MessageBody) + attributesSize(message.MessageAttributes);
}

/** Puts a checked message into the queue; the answer of SendMessage. A duplicate gets the first one's answer and goes nowhere. */
export function send(tx: Tx, queue: Queue, outgoing: Outgoing, senderId: string) {
  const { MessageBody, MessageAttributes, MessageSystemAttributes } = outgoing;
  const { messageId, sequence } = put(tx, queue, outgoing, senderId);
  return {
    MessageId: messageId,
    MD5OfMessageBody: hash('md5', MessageBody, 'hex'),
    ...(hasAny(MessageAttributes) && { MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) }),
    ...(hasAny(MessageSystemAttributes) && { MD5OfMessageSystemAttributes: md5OfAttributes(MessageSystemAttributes) }),
    ...(queue.fifo && { SequenceNumber: formatSequenceNumber(sequence) }),
  };
}

/** Puts a checked message into the queue, for senders who want no digests. */
export function put(tx: Tx, queue: Queue, outgoing: Outgoing, senderId: string): { readonly messageId: string; readonly sequence: number } {
  if (!queue.fifo) {
    const delaySeconds = outgoing.DelaySeconds ?? queue.delaySeconds;
    const { id, sequence } = disciplineOf(queue).put(tx, queue, draftOf(tx, outgoing, senderId, undefined), delaySeconds * 1000);
    return { messageId: id, sequence };
  }
  const id = outgoing.MessageDeduplicationId ?? hash('sha256', outgoing.MessageBody, 'hex');
  const first = findDuplicate(tx, queue, id, outgoing.MessageGroupId as string);
  if (first) return first;
  const message = disciplineOf(queue).put(tx, queue, draftOf(tx, outgoing, senderId, id), queue.delaySeconds * 1000);
  rememberSend(tx, queue, id, message);
  return { messageId: message.id, sequence: message.sequence };
}

function draftOf(tx: Tx, outgoing: Outgoing, senderId: string, deduplicationId: string | undefined): Draft {
  return {
    id: tx.uuid(),
    body: outgoing.MessageBody,
    senderId,
    sentAt: tx.now,
    receives: 0,
    receivesBefore: 0,
    firstReceivedAt: undefined,
    receivedAt: undefined,
    attributes: hasAny(outgoing.MessageAttributes) ? outgoing.MessageAttributes : undefined,
    traceHeader: outgoing.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
    groupId: outgoing.MessageGroupId,
    deduplicationId,
    deadLetterSource: undefined,
  };
}

function checkDelay(queue: Queue, seconds: number | undefined): void {
  if (seconds === undefined) return;
  if (seconds < 0 || seconds > 900) throw invalidValue('DelaySeconds', seconds, 'DelaySeconds must be >= 0 and <= 900.');
  if (queue.fifo && seconds > 0) throw wrongQueueType('DelaySeconds', seconds);
}

function checkId(parameter: string, id: string | undefined): void {
  if (id === undefined || idForm.test(id)) return;
  throw invalidValue(parameter, id, `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`);
}

function hasAny(attributes: MessageAttributes | undefined): attributes is MessageAttributes {
  for (const _ in attributes) return true;
  return false;
}
