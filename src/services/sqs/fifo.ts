/** FIFO queues: strict order within a message group, one receive of a group at a time, groups independent of each other. */
import type { Tx } from '../../kernel';
import type { Discipline, Screen } from './discipline';
import { notAvailableForChange, receiptHandleExpired } from './errors';
import { type Message, placed, received } from './message';
import { FifoMessages, type Group, Groups, Held, type Queue, Sent, Taken } from './state';
import { hiddenUntil, maximumInFlight } from './visibility';
import { wakeWaiters, watchHidden } from './wakeups';

/** Receives give up after so many looks at groups whose messages are all expired; the retention timer clears them. */
const maximumLooks = 100;
/** Delayed messages are counted one by one, up to here. */
const maximumDelayedCounted = 10_000;

export const fifo: Discipline = {
  put(tx, queue, draft, delayMs) {
    tx.add(Sent, queue.bin, 1);
    const sequence = tx.count(Sent, queue.bin);
    const at = tx.now + delayMs;
    const message = tx.put(FifoMessages, placed(draft, queue.bin, sequence, at));
    const group = groupOf(message);
    if (tx.has(Groups, [queue.bin, group])) return message; // it waits behind others, which will bring it on
    tx.put(Groups, { bin: queue.bin, group, at, head: sequence, held: [] });
    if (delayMs > 0) watchHidden(tx, queue, at);
    else wakeWaiters(tx, queue);
    return message;
  },

  receive(tx, queue, maximum, visibilityMs, screen) {
    const taken: Message[] = [];
    // At the limit "Amazon SQS returns no error messages" (ChangeMessageVisibility, in flight), and no messages.
    if (tx.count(Held, queue.bin) >= maximumInFlight && fifo.counts(tx, queue).notVisible >= maximumInFlight) return taken;
    const visited = new Set<string>();
    for (let looks = 0; looks < maximumLooks && taken.length < maximum; looks++) {
      const range = { prefix: queue.bin, to: [queue.bin, tx.now + 1], limit: maximum + visited.size };
      const groups = tx.scanIndex(Groups, 'turn', range).filter((group) => !visited.has(group.group));
      if (groups.length === 0) break;
      for (const group of groups) {
        if (taken.length === maximum) break;
        const got = receiveFrom(tx, queue, group, maximum - taken.length, visibilityMs, screen);
        if (got.length > 0) visited.add(group.group);
        taken.push(...got);
      }
    }
    return taken;
  },

  delete(tx, queue, receipt, handle) {
    const message = tx.get(FifoMessages, [receipt.bin, receipt.sequence]);
    if (message === undefined) return;
    if (message.receives !== receipt.receive || message.at <= tx.now) throw receiptHandleExpired(handle);
    tx.delete(FifoMessages, message);
    tx.add(Held, message.bin, -1);
    const group = tx.get(Groups, [message.bin, groupOf(message)]);
    if (group === undefined) return;
    const stillHeld = group.held.filter((sequence) => sequence !== message.sequence);
    arrange(tx, queue, group, stillHeld);
  },

  changeVisibility(tx, queue, receipt, handle, seconds) {
    const message = tx.get(FifoMessages, [receipt.bin, receipt.sequence]);
    if (message?.receives !== receipt.receive || message.at <= tx.now) throw notAvailableForChange(handle);
    hideAgain(tx, queue, message, hiddenUntil(message, tx.now, seconds) - tx.now);
  },

  counts(tx, queue) {
    const lapsed = tx.scanIndex(Groups, 'held', { prefix: queue.bin, to: [queue.bin, tx.now + 1] });
    for (const group of lapsed) release(tx, group);
    const delayed = countDelayed(tx, queue);
    return {
      visible: tx.count(Sent, queue.bin) - tx.count(Taken, queue.bin) - delayed,
      notVisible: tx.count(Held, queue.bin),
      delayed,
    };
  },

  nextChange(tx, queue) {
    return tx.scanIndex(Groups, 'turn', { prefix: queue.bin, from: [queue.bin, tx.now + 1], limit: 1 })[0]?.at;
  },

  drain(tx, queue, limit, move) {
    let drained = 0;
    let refused = false;
    for (const group of tx.scanIndex(Groups, 'turn', { prefix: queue.bin, to: [queue.bin, tx.now + 1], limit })) {
      release(tx, group);
      for (const message of messagesOf(tx, group, limit - drained)) {
        refused = !move(message);
        if (refused) break;
        remove(tx, message);
        drained++;
      }
      arrange(tx, queue, group, []);
      if (refused || drained === limit) break;
    }
    return drained;
  },

  dropExpired(tx, queue, limit) {
    const retentionMs = queue.messageRetentionPeriod * 1000;
    const oldest = tx.scan(FifoMessages, { prefix: queue.bin, limit });
    let dropped = 0;
    let firstLeft: Message | undefined;
    for (const message of oldest) {
      const group = tx.get(Groups, [message.bin, groupOf(message)]);
      if (message.sentAt + retentionMs > tx.now || group === undefined || group.held.includes(message.sequence)) {
        firstLeft ??= message;
        continue;
      }
      remove(tx, message);
      arrange(tx, queue, group, group.held);
      dropped++;
    }
    if (dropped === limit) return tx.now;
    // What is past its time but held by a receiver is looked at again soon.
    return firstLeft && Math.max(firstLeft.sentAt + retentionMs, tx.now + 1000);
  },
};

/** Takes the first messages of a group that is free, in order. */
function receiveFrom(tx: Tx, queue: Queue, group: Group, maximum: number, visibilityMs: number, screen: Screen): Message[] {
  release(tx, group);
  const taken: Message[] = [];
  for (const message of messagesOf(tx, group, maximum)) {
    if (dueAt(queue, message) > tx.now) break; // what follows must wait behind it
    if (screen(message)) taken.push(tx.put(FifoMessages, received(message, tx.now, tx.now + visibilityMs)));
    else remove(tx, message);
  }
  tx.add(Taken, queue.bin, taken.length);
  tx.add(Held, queue.bin, taken.length);
  const held = taken.map((message) => message.sequence);
  arrange(tx, queue, group, held);
  return taken;
}

/** Brings a group's record up to date after its messages changed; a group without messages has none. */
function arrange(tx: Tx, queue: Queue, group: Group, held: readonly number[]): void {
  const head = messagesOf(tx, group, 1)[0];
  if (head === undefined) {
    tx.delete(Groups, group);
    return;
  }
  const at = held.length === 0 ? dueAt(queue, head) : Math.max(...held.map((sequence) => hiddenTo(tx, group.bin, sequence)));
  tx.put(Groups, { bin: group.bin, group: group.group, at, head: head.sequence, held });
  if (at > tx.now) watchHidden(tx, queue, at);
  else wakeWaiters(tx, queue);
}

/** Hides a message in flight for `visibilityMs` from now on, without another receive. */
export function hideAgain(tx: Tx, queue: Queue, message: Message, visibilityMs: number): Message {
  const hidden = tx.put(FifoMessages, { ...message, at: tx.now + visibilityMs });
  const group = tx.get(Groups, [message.bin, groupOf(message)]);
  if (group) arrange(tx, queue, group, group.held);
  return hidden;
}

/** Groups whose first message is delayed move with the queue's DelaySeconds: for FIFO queues it is retroactive (Developer Guide, delay queues). */
export function rearrangeDelayed(tx: Tx, queue: Queue): void {
  for (const group of tx.scan(Groups, { prefix: queue.bin })) if (group.held.length === 0) arrange(tx, queue, group, []);
}

/** What was in flight too long waits again. */
function release(tx: Tx, group: Group): void {
  if (group.held.length === 0) return;
  tx.add(Held, group.bin, -group.held.length);
  tx.add(Taken, group.bin, -group.held.length);
  tx.put(Groups, { ...group, held: [] });
}

function remove(tx: Tx, message: Message): void {
  tx.delete(FifoMessages, message);
  tx.add(Taken, message.bin, 1);
}

function messagesOf(tx: Tx, group: Group, limit: number): Message[] {
  return tx.scanIndex(FifoMessages, 'group', { prefix: [group.bin, group.group], limit });
}

function hiddenTo(tx: Tx, bin: string, sequence: number): number {
  return tx.get(FifoMessages, [bin, sequence])?.at ?? 0;
}

/** When a message that is not in flight can be received, were it first in its group. */
function dueAt(queue: Queue, message: Message): number {
  return message.receives > 0 ? message.at : message.sentAt + queue.delaySeconds * 1000;
}

function countDelayed(tx: Tx, queue: Queue): number {
  if (queue.delaySeconds === 0) return 0;
  const newest = tx.scan(FifoMessages, { prefix: queue.bin, reverse: true, limit: maximumDelayedCounted });
  const firstDue = newest.findIndex((message) => dueAt(queue, message) <= tx.now);
  return firstDue < 0 ? newest.length : firstDue;
}

function groupOf(message: Message): string {
  return message.groupId as string;
}
