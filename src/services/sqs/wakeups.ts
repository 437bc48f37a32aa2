/**
 * Wakes long polls. A message that arrives wakes one waiter, the longest waiting: a thousand waiters cost one message no
 * more than one does. For messages that become visible later there is one timer per queue, and only while someone waits.
 */
import type { Tx } from '../../kernel';
import { type Queue, type Wakeup, Wakeups } from './state';

export const messageChannel = 'sqs.message';
export const wakeTimer = 'sqs.wake';

const never = Number.MAX_SAFE_INTEGER;
/** A poll keeps the watch this much longer than it needs, so that the polls after it need not write. */
const slackMs = 20_000;

/** Messages can be received now: as many waiters look as there are messages. */
export function wakeWaiters(tx: Tx, queue: Queue, messages = 1): void {
  if (messages > 0) tx.notify(messageChannel, queue.name, messages);
}

/** The queue is gone: all who wait find that out. */
export function endWaits(tx: Tx, queue: Queue): void {
  tx.notify(messageChannel, queue.name);
  tx.cancel(wakeTimer, queue.name);
  tx.delete(Wakeups, { queue: queue.name, at: never, until: 0 });
}

/** A message is hidden until `at`: if someone waits, the timer must go off then. */
export function watchHidden(tx: Tx, queue: Queue, at: number): void {
  const watch = tx.get(Wakeups, queue.name);
  if (watch !== undefined && at < watch.at && at <= watch.until && watch.until > tx.now) set(tx, { ...watch, at });
}

/** A poll found nothing and waits until `deadline`; `nextChange` is when something hidden becomes visible. */
export function watchQueue(tx: Tx, queue: Queue, deadline: number, nextChange: number | undefined): void {
  const watch = tx.get(Wakeups, queue.name);
  const at = nextChange ?? never;
  const alive = watch !== undefined && watch.until >= deadline;
  if (alive && watch.at > tx.now && watch.at <= at) return;
  set(tx, { queue: queue.name, at, until: alive ? watch.until : deadline + slackMs });
}

/** The timer went off: plans the next one, while anybody may still wait. */
export function rewatch(tx: Tx, queue: Queue, nextChange: number | undefined): void {
  const watch = tx.get(Wakeups, queue.name);
  if (watch === undefined) return;
  if (watch.until <= tx.now) tx.delete(Wakeups, watch);
  else set(tx, { ...watch, at: nextChange ?? never });
}

function set(tx: Tx, watch: Wakeup): void {
  tx.put(Wakeups, watch);
  if (watch.at <= watch.until) tx.at(watch.at, wakeTimer, { queue: watch.queue }, { id: watch.queue });
}
