/**
 * What SQS keeps, and why it is kept this way.
 *
 * **Bins.** Messages belong to a bin of their queue, and PurgeQueue just gives the queue a new one: it costs the same for
 * one message and a million. What lies in an abandoned bin is swept later, in small steps (housekeeping.ts). A queue's bins begin
 * with its id, which no later queue of the same name shares, so old receipt handles find nothing.
 *
 * **Standard queues.** A message is in one of three collections, and each step of its life is as cheap as that:
 *
 *     SendMessage ──────────────▶ Ready ──receive──▶ InFlight ──delete──▶ gone
 *         └─ with delay ▶ Delayed ──▲ when due          │ ▲ │
 *                                                       └─┘ └ when visible again it stays here and is received from here
 *
 * Ready and Delayed are ordered by time and have no index: a send is one put and one counter. Only what has a receipt
 * handle must be found by sequence number, and only InFlight pays for that. A message that is visible again stays in
 * InFlight: nothing has to happen at that moment, and receiving takes the earlier of the two fronts.
 *
 * **FIFO queues.** All messages in one collection by sequence number, with an index by group; and one record per group
 * that has messages, ordered by when the group may be received from. A group is locked while messages of it are in flight.
 *
 * **Counts** are sums kept by adding, never by counting: sent − taken is what waits, held is what was received. What has
 * become visible again since is found by a look at the front of the index, so a count costs what lapsed, not what is there.
 */
import { collection, counter, type Place } from '../../kernel';
import type { Message } from './message';
import type { QueueSettings } from './queue-attributes';

export interface Queue extends QueueSettings {
  readonly name: string;
  /** What the names of all its bins begin with. */
  readonly id: string;
  /** `<id>-<number of purges>` */
  readonly bin: string;
  readonly fifo: boolean;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly purgedAt: number | undefined;
  /** Whether the retention timer is set; the first message sets it, so that an empty queue costs nothing. */
  readonly expiryArmed: boolean;
}

export const queueArn = (name: string, at: Place) => `arn:${at.partition}:sqs:${at.region}:${at.account}:${name}`;

export const Queues = collection<Queue, 'deadLetterTarget'>({
  name: 'sqs/queue',
  version: 1,
  scope: 'region',
  key: (q) => q.name,
  indexes: { deadLetterTarget: (q) => q.redrivePolicy?.deadLetterTargetArn },
  arn: (q, at) => queueArn(q.name, at),
});

/** Names that cannot be used again yet. */
export const DeletedNames = collection<{ readonly name: string; readonly freeAt: number }>({
  name: 'sqs/deleted-name',
  version: 1,
  scope: 'region',
  key: (d) => d.name,
});

export const Ready = collection<Message>({
  name: 'sqs/ready',
  version: 1,
  scope: 'region',
  hot: true,
  key: (m) => [m.bin, m.at, m.sequence],
});

export const Delayed = collection<Message>({
  name: 'sqs/delayed',
  version: 1,
  scope: 'region',
  hot: true,
  key: (m) => [m.bin, m.at, m.sequence],
});

export const InFlight = collection<Message, 'visible'>({
  name: 'sqs/in-flight',
  version: 1,
  scope: 'region',
  hot: true,
  key: (m) => [m.bin, m.sequence],
  indexes: { visible: (m) => [m.bin, m.at] },
});

/** A message group of a standard queue that has messages waiting: its share of a fair queue. */
interface Tenant {
  readonly bin: string;
  readonly group: string;
  readonly waiting: number;
  /** The turn of its last message. */
  readonly lastTurn: number;
}

export const Tenants = collection<Tenant>({
  name: 'sqs/tenant',
  version: 1,
  scope: 'region',
  hot: true,
  key: (t) => [t.bin, t.group],
});

export const FifoMessages = collection<Message, 'group'>({
  name: 'sqs/fifo-message',
  version: 1,
  scope: 'region',
  hot: true,
  key: (m) => [m.bin, m.sequence],
  indexes: { group: (m) => [m.bin, m.groupId as string] },
});

/** A message group of a FIFO queue that has messages. */
export interface Group {
  readonly bin: string;
  readonly group: string;
  /** When it can be received from: its first message is due, and nothing of it is in flight any more. */
  readonly at: number;
  /** Sequence number of its first message. */
  readonly head: number;
  /** Sequence numbers of what was received and not deleted: one receive's worth at most. */
  readonly held: readonly number[];
}

export const Groups = collection<Group, 'turn' | 'held'>({
  name: 'sqs/group',
  version: 1,
  scope: 'region',
  hot: true,
  key: (g) => [g.bin, g.group],
  indexes: { turn: (g) => [g.bin, g.at, g.head], held: (g) => (g.held.length > 0 ? [g.bin, g.at] : undefined) },
});

/** A deduplication id that was used in the last five minutes. */
export interface Deduplication {
  readonly bin: string;
  /** The group, when the queue deduplicates by group; else empty. */
  readonly scope: string;
  readonly id: string;
  readonly messageId: string;
  readonly sequence: number;
  readonly expiresAt: number;
}

export const Deduplications = collection<Deduplication, 'expiry'>({
  name: 'sqs/deduplication',
  version: 1,
  scope: 'region',
  hot: true,
  key: (d) => [d.bin, d.scope, d.id],
  indexes: { expiry: (d) => [d.bin, d.expiresAt] },
});

/** A ReceiveMessage that may be repeated with the same ReceiveRequestAttemptId. */
export interface ReceiveAttempt {
  readonly bin: string;
  readonly id: string;
  readonly expiresAt: number;
  /** What was received, and until when it was hidden. */
  readonly messages: readonly { readonly sequence: number; readonly receive: number; readonly until: number }[];
}

export const ReceiveAttempts = collection<ReceiveAttempt, 'expiry'>({
  name: 'sqs/receive-attempt',
  version: 1,
  scope: 'region',
  key: (a) => [a.bin, a.id],
  indexes: { expiry: (a) => [a.bin, a.expiresAt] },
});

/** Someone waits for messages of a queue: see wakeups.ts. */
export interface Wakeup {
  readonly queue: string;
  /** When the timer goes off; `never` while nothing is hidden. */
  readonly at: number;
  /** Nobody waits longer than this. */
  readonly until: number;
}

export const Wakeups = collection<Wakeup>({ name: 'sqs/wakeup', version: 1, scope: 'region', key: (w) => w.queue });

export interface MoveTask {
  /** Name of the dead-letter queue that is emptied. */
  readonly source: string;
  readonly startedAt: number;
  readonly id: string;
  readonly destinationArn: string | undefined;
  readonly maxPerSecond: number | undefined;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly toMove: number;
  readonly moved: number;
  readonly failure: string | undefined;
}

export const MoveTasks = collection<MoveTask>({
  name: 'sqs/move-task',
  version: 1,
  scope: 'region',
  key: (t) => [t.source, t.startedAt, t.id],
});

/** Per bin: messages ever put in; the source of sequence numbers. */
export const Sent = counter({ name: 'sqs/sent', scope: 'region' });
/** Per bin: messages that do not wait (any more): received, delayed, dropped. */
export const Taken = counter({ name: 'sqs/taken', scope: 'region' });
/** Per bin: messages received and not deleted. */
export const Held = counter({ name: 'sqs/held', scope: 'region' });
/** Per bin: messages in Delayed. */
export const Postponed = counter({ name: 'sqs/postponed', scope: 'region' });
