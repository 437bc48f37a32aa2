/** Standard queues: messages in the order in which they became available, received by anyone, in parallel. */
import type { Tx } from '../../kernel';
import type { Discipline, Screen } from './discipline';
import { notAvailableForChange, tooManyInFlight } from './errors';
import { type Draft, type Message, placed, received } from './message';
import { Delayed, Held, InFlight, Postponed, type Queue, Ready, Sent, Taken, Tenants } from './state';
import { hiddenUntil, maximumInFlight } from './visibility';
import { wakeWaiters, watchHidden } from './wakeups';

/**
 * Between the turns of two waiting messages of one group. A group that sends a thousand at once thus stands behind what
 * others send in the next quarter of an hour, and a group that sends as fast as it is received stands behind nobody.
 */
const fairShareMs = 1000;
/** Delayed messages that one call moves to Ready; the next call moves the next ones. */
const promotedAtOnce = 1000;
/** Receives give up on a queue whose front is all expired after so many looks; the retention timer clears it. */
const maximumLooks = 100;

export const standard: Discipline = {
  put(tx, queue, draft, delayMs) {
    tx.add(Sent, queue.bin, 1);
    const sequence = tx.count(Sent, queue.bin);
    if (delayMs > 0) return postpone(tx, queue, draft, sequence, tx.now + delayMs);
    wakeWaiters(tx, queue);
    return tx.put(Ready, placed(draft, queue.bin, sequence, turn(tx, queue.bin, draft.groupId, tx.now)));
  },

  receive(tx, queue, maximum, visibilityMs, screen) {
    promote(tx, queue);
    if (tx.count(Held, queue.bin) >= maximumInFlight && standard.counts(tx, queue).notVisible >= maximumInFlight) throw tooManyInFlight();
    const taken: Message[] = [];
    for (let looks = 0; looks < maximumLooks; looks++) {
      const screened = receiveFront(tx, queue, taken, maximum, visibilityMs, screen);
      if (screened === 0 || taken.length === maximum) break;
    }
    return taken;
  },

  delete(tx, _queue, receipt) {
    const message = tx.get(InFlight, [receipt.bin, receipt.sequence]);
    // With the handle of an earlier receive "the request will succeed, but the message might not be deleted" (DeleteMessage).
    if (message?.receives !== receipt.receive) return;
    remove(tx, message, true);
  },

  changeVisibility(tx, queue, receipt, handle, seconds) {
    const message = tx.get(InFlight, [receipt.bin, receipt.sequence]);
    if (message?.receives !== receipt.receive) throw notAvailableForChange(handle);
    const at = hiddenUntil(message, tx.now, seconds);
    tx.put(InFlight, { ...message, at });
    if (at <= tx.now) wakeWaiters(tx, queue);
    else watchHidden(tx, queue, at);
  },

  counts(tx, queue) {
    promote(tx, queue);
    const lapsed = tx.scanIndex(InFlight, 'visible', { prefix: queue.bin, to: [queue.bin, tx.now + 1] }).length;
    return {
      visible: tx.count(Sent, queue.bin) - tx.count(Taken, queue.bin) + lapsed,
      notVisible: tx.count(Held, queue.bin) - lapsed,
      delayed: tx.count(Postponed, queue.bin),
    };
  },

  nextChange(tx, queue) {
    const range = { prefix: queue.bin, from: [queue.bin, tx.now + 1], limit: 1 };
    const delayed = tx.scan(Delayed, range)[0]?.at;
    const hidden = tx.scanIndex(InFlight, 'visible', range)[0]?.at;
    return delayed === undefined || hidden === undefined ? (delayed ?? hidden) : Math.min(delayed, hidden);
  },

  drain(tx, queue, limit, move) {
    promote(tx, queue);
    const lapsed = tx.scanIndex(InFlight, 'visible', { prefix: queue.bin, to: [queue.bin, tx.now + 1], limit });
    const messages = [...lapsed, ...tx.scan(Ready, { prefix: queue.bin, limit: limit - lapsed.length })];
    const stop = messages.findIndex((message, i) => {
      const moved = move(message);
      if (moved) remove(tx, message, i < lapsed.length);
      return !moved;
    });
    return stop < 0 ? messages.length : stop;
  },

  dropExpired(tx, queue, limit) {
    promote(tx, queue);
    const retentionMs = queue.messageRetentionPeriod * 1000;
    const isExpired = (message: Message) => message.sentAt + retentionMs <= tx.now;
    const ready = tx.scan(Ready, { prefix: queue.bin, limit });
    const held = tx.scanIndex(InFlight, 'visible', { prefix: queue.bin, limit });
    const delayed = tx.scan(Delayed, { prefix: queue.bin, limit });
    for (const message of ready) if (isExpired(message)) remove(tx, message, false);
    for (const message of held) if (isExpired(message)) remove(tx, message, true);
    const seen = [...ready, ...held, ...delayed];
    if (seen.length === 0) return undefined;
    if ([ready, held].some((front) => front.length === limit && front.every(isExpired))) return tx.now;
    const oldestLeft = seen.reduce((oldest, message) => (isExpired(message) ? oldest : Math.min(oldest, message.sentAt)), tx.now);
    return oldestLeft + retentionMs;
  },
};

function postpone(tx: Tx, queue: Queue, draft: Draft, sequence: number, at: number): Message {
  tx.add(Taken, queue.bin, 1);
  tx.add(Postponed, queue.bin, 1);
  watchHidden(tx, queue, at);
  return tx.put(Delayed, placed(draft, queue.bin, sequence, at));
}

/** Moves what is no longer delayed to Ready. */
function promote(tx: Tx, queue: Queue): void {
  const due = tx.scan(Delayed, { prefix: queue.bin, to: [queue.bin, tx.now + 1], limit: promotedAtOnce });
  if (due.length === 0) return;
  for (const message of due) {
    tx.delete(Delayed, message);
    tx.put(Ready, message.groupId === undefined ? message : { ...message, at: turn(tx, message.bin, message.groupId, message.at) });
  }
  tx.add(Taken, queue.bin, -due.length);
  tx.add(Postponed, queue.bin, -due.length);
}

/** Takes from the fronts of what is visible again and of what was never received, the earlier first; returns how many were screened out. */
function receiveFront(tx: Tx, queue: Queue, taken: Message[], maximum: number, visibilityMs: number, screen: Screen): number {
  const limit = maximum - taken.length;
  // With a visibility timeout of 0 what was just taken is visible again at once.
  const lapsed = tx
    .scanIndex(InFlight, 'visible', { prefix: queue.bin, to: [queue.bin, tx.now + 1], limit: maximum })
    .filter((message) => !taken.some((each) => each.sequence === message.sequence));
  const ready = tx.scan(Ready, { prefix: queue.bin, limit });
  let screened = 0;
  let nextLapsed = 0;
  let nextReady = 0;
  while (taken.length < maximum) {
    const again = lapsed[nextLapsed];
    const fresh = ready[nextReady];
    const message = again !== undefined && (fresh === undefined || again.at <= fresh.at) ? again : fresh;
    if (message === undefined) break;
    if (message === again) nextLapsed++;
    else nextReady++;
    if (screen(message)) {
      taken.push(hide(tx, queue, message, message === again, visibilityMs));
    } else {
      remove(tx, message, message === again);
      screened++;
    }
  }
  return screened;
}

function hide(tx: Tx, queue: Queue, message: Message, held: boolean, visibilityMs: number): Message {
  if (!held) {
    leaveReady(tx, message);
    tx.add(Held, message.bin, 1);
  }
  const hidden = tx.put(InFlight, received(message, tx.now, tx.now + visibilityMs));
  watchHidden(tx, queue, hidden.at);
  return hidden;
}

function remove(tx: Tx, message: Message, held: boolean): void {
  if (held) {
    tx.delete(InFlight, message);
    tx.add(Held, message.bin, -1);
  } else leaveReady(tx, message);
}

function leaveReady(tx: Tx, message: Message): void {
  tx.delete(Ready, message);
  tx.add(Taken, message.bin, 1);
  if (message.groupId === undefined) return;
  const tenant = tx.get(Tenants, [message.bin, message.groupId]);
  if (tenant === undefined) return;
  if (tenant.waiting === 1) tx.delete(Tenants, tenant);
  else tx.put(Tenants, { ...tenant, waiting: tenant.waiting - 1 });
}

/** The turn of a message that is available at `at`: at once, or after its group's waiting ones (fair queues). */
function turn(tx: Tx, bin: string, group: string | undefined, at: number): number {
  if (group === undefined) return at;
  const tenant = tx.get(Tenants, [bin, group]);
  const lastTurn = tenant === undefined ? at : Math.max(at, tenant.lastTurn + fairShareMs);
  tx.put(Tenants, { bin, group, waiting: (tenant?.waiting ?? 0) + 1, lastTurn });
  return lastTurn;
}
