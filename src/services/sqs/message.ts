/**
 * How messages come to be and change. Each is written out member by member, because a queue may hold a million of them:
 * a record built by spreading another into new members takes twice the memory and half as much time again.
 */
import type { MessageAttributes } from './message-attributes';

export interface Message {
  readonly bin: string;
  /** Grows with every message of the queue. */
  readonly sequence: number;
  /** Ready: its turn. Delayed: when it gets ready. In flight: when it is visible again. */
  readonly at: number;
  readonly id: string;
  readonly body: string;
  readonly senderId: string;
  readonly sentAt: number;
  /** Receives from this queue; the number in the newest receipt handle. */
  readonly receives: number;
  /** Receives from queues it was dead-lettered from. */
  readonly receivesBefore: number;
  readonly firstReceivedAt: number | undefined;
  readonly receivedAt: number | undefined;
  readonly attributes: MessageAttributes | undefined;
  readonly traceHeader: string | undefined;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly deadLetterSource: string | undefined;
}

/** A message before it has a place in a queue. */
export type Draft = Omit<Message, 'bin' | 'sequence' | 'at'>;

export function placed(draft: Draft, bin: string, sequence: number, at: number): Message {
  return {
    bin,
    sequence,
    at,
    id: draft.id,
    body: draft.body,
    senderId: draft.senderId,
    sentAt: draft.sentAt,
    receives: draft.receives,
    receivesBefore: draft.receivesBefore,
    firstReceivedAt: draft.firstReceivedAt,
    receivedAt: draft.receivedAt,
    attributes: draft.attributes,
    traceHeader: draft.traceHeader,
    groupId: draft.groupId,
    deduplicationId: draft.deduplicationId,
    deadLetterSource: draft.deadLetterSource,
  };
}

/** The message as its receiver gets it, hidden until `until`. */
export function received(message: Message, now: number, until: number): Message {
  return {
    bin: message.bin,
    sequence: message.sequence,
    at: until,
    id: message.id,
    body: message.body,
    senderId: message.senderId,
    sentAt: message.sentAt,
    receives: message.receives + 1,
    receivesBefore: message.receivesBefore,
    firstReceivedAt: message.firstReceivedAt ?? now,
    receivedAt: now,
    attributes: message.attributes,
    traceHeader: message.traceHeader,
    groupId: message.groupId,
    deduplicationId: message.deduplicationId,
    deadLetterSource: message.deadLetterSource,
  };
}

/** What of a message goes on to its dead-letter queue, which is told where it comes from. */
export function deadLetter(message: Message, source: string, sentAt: number): Draft {
  return {
    ...message,
    sentAt,
    receives: 0,
    receivesBefore: message.receivesBefore + message.receives,
    receivedAt: undefined,
    deadLetterSource: source,
  };
}

/** What a redrive task makes of a message: "considered new messages with a new messageID and enqueueTime" (Developer Guide, DLQ redrive). */
export function redriven(message: Message, id: string, sentAt: number): Draft {
  return {
    ...message,
    id,
    sentAt,
    receives: 0,
    receivesBefore: 0,
    firstReceivedAt: undefined,
    receivedAt: undefined,
    deadLetterSource: undefined,
  };
}
