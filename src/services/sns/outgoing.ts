/** What a publisher sends: its rules, in AWS's order, and what each protocol gets of it. */
import { invalidParameter } from './errors';
import { attributesSize, checkMessageAttributes, type MessageAttributes } from './message-attributes';
import type { Topic } from './state';

/** What Publish and an entry of PublishBatch have in common. */
export interface Outgoing {
  readonly Message: string;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: MessageAttributes | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

export const maximumBytes = 256 * 1024;

/** No line breaks or control characters, less than 100 characters (Publish, Subject). */
const subjectForm = /^[^\p{Cc}\u2028\u2029]{1,99}$/u;
const idForm = /^[!-~]{1,128}$/;

/** Throws for what no topic and nobody else takes. */
export function checkOutgoing(outgoing: Outgoing): void {
  const { Message, Subject, MessageStructure, MessageAttributes } = outgoing;
  if (Subject !== undefined && !subjectForm.test(Subject)) throw invalidParameter('Subject');
  if (Message === '') throw invalidParameter('Empty message');
  if (sizeOf(outgoing) > maximumBytes) throw invalidParameter('Message too long');
  if (MessageStructure !== undefined && MessageStructure !== 'json') throw invalidParameter('MessageStructure');
  if (MessageAttributes) checkMessageAttributes(MessageAttributes);
}

/** Throws when a topic of this kind does not take these ids. */
export function checkIds(topic: Topic, { MessageGroupId: group, MessageDeduplicationId: deduplication }: Outgoing): void {
  if (topic.fifo && group === undefined) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  if (topic.fifo && deduplication === undefined && topic.attributes.ContentBasedDeduplication !== 'true') {
    throw invalidParameter('The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly');
  }
  if (!topic.fifo && deduplication !== undefined) {
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (group !== undefined && !idForm.test(group)) throw invalidParameter('MessageGroupId');
  if (deduplication !== undefined && !idForm.test(deduplication)) throw invalidParameter('MessageDeduplicationId');
}

/** Bytes that count towards the limit: message and attributes. */
export function sizeOf({ Message, MessageAttributes }: Outgoing): number {
  return Buffer.byteLength(Message) + (MessageAttributes ? attributesSize(MessageAttributes) : 0);
}

/** The text for a protocol (or platform): its own, or the one for all. */
export type TextFor = (protocol: string) => string;

/** Throws when MessageStructure is json and the message is none, or none for all. `optional`: there need not be one for all. */
export function readStructure({ Message, MessageStructure }: Outgoing, optional = false): TextFor {
  if (MessageStructure !== 'json') return () => Message;
  const texts = parseTexts(Message);
  if (!optional && !texts.has('default')) throw invalidParameter('Message Structure - No default entry in JSON message body');
  return (protocol) => texts.get(protocol) ?? texts.get('default') ?? '';
}

/** Values that are no strings are ignored, with their keys (Publish, MessageStructure). */
function parseTexts(message: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  if (typeof value !== 'object' || value === null) throw invalidParameter('Message Structure - JSON message body failed to parse');
  return new Map(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
