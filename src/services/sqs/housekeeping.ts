/** What goes on by itself: messages expire, abandoned bins are swept, names become free. All of it by durable timers. */
import type { Collection, Tx } from '../../kernel';
import { disciplineOf } from './discipline';
import {
  Deduplications,
  Delayed,
  DeletedNames,
  FifoMessages,
  Groups,
  Held,
  InFlight,
  MoveTasks,
  Postponed,
  type Queue,
  Queues,
  Ready,
  ReceiveAttempts,
  Sent,
  Taken,
  Tenants,
} from './state';
import { rewatch, wakeTimer, wakeWaiters } from './wakeups';

const expiryTimer = 'sqs.expire';
const sweepTimer = 'sqs.sweep';
const nameTimer = 'sqs.name-free';
const nameHeldMs = 60_000;
/** Records that one timer handles, so that none holds up the calls between. */
const atOnce = 1000;

/** Deletes at most `limit` records of a bin; returns how many. */
const sweepOf =
  <R extends object>(each: Collection<R, string>) =>
  (tx: Tx, bin: string, limit: number): number =>
    tx.deleteAll(each, { prefix: bin, limit });

const binSweeps = [
  sweepOf(Ready),
  sweepOf(Delayed),
  sweepOf(InFlight),
  sweepOf(FifoMessages),
  sweepOf(Groups),
  sweepOf(Tenants),
  sweepOf(Deduplications),
  sweepOf(ReceiveAttempts),
];

/** The queue, with its retention timer set. To be called before a message is put in. */
export function armExpiry(tx: Tx, queue: Queue): Queue {
  if (queue.expiryArmed) return queue;
  tx.at(tx.now + queue.messageRetentionPeriod * 1000, expiryTimer, { queue: queue.name }, { id: queue.name });
  return tx.put(Queues, { ...queue, expiryArmed: true });
}

/** Looks for expired messages now: the retention period changed. */
export function expireNow(tx: Tx, queue: Queue): void {
  if (queue.expiryArmed) tx.at(tx.now, expiryTimer, { queue: queue.name }, { id: queue.name });
}

/** Has the messages of a bin that no queue uses any more deleted, step by step. */
export function sweepBin(tx: Tx, bin: string): void {
  tx.at(tx.now, sweepTimer, { bin }, { id: bin });
}

/** Clears up after a deleted queue, whose name stays taken for a minute. */
export function forgetQueue(tx: Tx, { name, bin }: Queue): void {
  tx.put(DeletedNames, { name, freeAt: tx.now + nameHeldMs });
  tx.at(tx.now + nameHeldMs, nameTimer, { name }, { id: name });
  tx.cancel(expiryTimer, name);
  tx.deleteAll(MoveTasks, { prefix: name });
  sweepBin(tx, bin);
}

export const housekeepingTimers = {
  [expiryTimer](tx: Tx, detail: { readonly queue: string }): void {
    const queue = tx.get(Queues, detail.queue);
    if (queue === undefined) return;
    const next = disciplineOf(queue).dropExpired(tx, queue, atOnce);
    if (next === undefined) tx.put(Queues, { ...queue, expiryArmed: false });
    else tx.at(next, expiryTimer, detail, { id: queue.name });
  },

  [sweepTimer](tx: Tx, detail: { readonly bin: string }): void {
    let left = atOnce;
    for (const sweep of binSweeps) if (left > 0) left -= sweep(tx, detail.bin, left);
    if (left === 0) {
      sweepBin(tx, detail.bin);
      return;
    }
    for (const each of [Sent, Taken, Held, Postponed]) tx.add(each, detail.bin, -tx.count(each, detail.bin));
  },

  [nameTimer](tx: Tx, { name }: { readonly name: string }): void {
    const held = tx.get(DeletedNames, name);
    if (held !== undefined && held.freeAt <= tx.now) tx.delete(DeletedNames, held);
  },

  /** Hidden messages have become visible while someone waits for them; see wakeups.ts. */
  [wakeTimer](tx: Tx, detail: { readonly queue: string }): void {
    const queue = tx.get(Queues, detail.queue);
    if (queue === undefined) return;
    const discipline = disciplineOf(queue);
    wakeWaiters(tx, queue, discipline.counts(tx, queue).visible);
    rewatch(tx, queue, discipline.nextChange(tx, queue));
  },
};
