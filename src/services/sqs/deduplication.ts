/** What FIFO queues remember for five minutes: deduplication ids of sends, attempt ids of receives. */
import type { Tx } from '../../kernel';
import type { Message } from './message';
import { type Deduplication, Deduplications, FifoMessages, type Queue, type ReceiveAttempt, ReceiveAttempts } from './state';

const intervalMs = 5 * 60_000;
/** Each call that remembers something forgets this many that are past, so that none pile up and no timer is needed. */
const forgottenAtOnce = 2;

/** The earlier send of this id, if it counts as the same message. */
export function findDuplicate(tx: Tx, queue: Queue, id: string, group: string): Deduplication | undefined {
  const known = tx.get(Deduplications, [queue.bin, scopeOf(queue, group), id]);
  return known !== undefined && known.expiresAt > tx.now ? known : undefined;
}

export function rememberSend(tx: Tx, queue: Queue, id: string, message: Message): void {
  const past = { prefix: queue.bin, to: [queue.bin, tx.now + 1], limit: forgottenAtOnce };
  for (const old of tx.scanIndex(Deduplications, 'expiry', past)) tx.delete(Deduplications, old);
  tx.put(Deduplications, {
    bin: queue.bin,
    scope: scopeOf(queue, message.groupId as string),
    id,
    messageId: message.id,
    sequence: message.sequence,
    expiresAt: tx.now + intervalMs,
  });
}

export function rememberReceive(tx: Tx, queue: Queue, id: string, messages: readonly Message[]): void {
  const past = { prefix: queue.bin, to: [queue.bin, tx.now + 1], limit: forgottenAtOnce };
  for (const old of tx.scanIndex(ReceiveAttempts, 'expiry', past)) tx.delete(ReceiveAttempts, old);
  tx.put(ReceiveAttempts, {
    bin: queue.bin,
    id,
    expiresAt: tx.now + intervalMs,
    messages: messages.map(({ sequence, receives, at }) => ({ sequence, receive: receives, until: at })),
  });
}

/**
 * The messages of the receive that this one repeats, hidden anew; undefined when there was none, or one of them was
 * deleted, received again, or had its visibility changed since (ReceiveMessage, ReceiveRequestAttemptId).
 */
export function repeatReceive(tx: Tx, queue: Queue, id: string, hide: (message: Message) => Message): readonly Message[] | undefined {
  const attempt = tx.get(ReceiveAttempts, [queue.bin, id]);
  if (attempt === undefined || attempt.expiresAt <= tx.now) return undefined;
  const messages = attempt.messages.map((each) => unchanged(tx, queue, each));
  if (!messages.every((message) => message !== undefined)) return undefined;
  return messages.map(hide);
}

function unchanged(tx: Tx, queue: Queue, seen: ReceiveAttempt['messages'][number]): Message | undefined {
  const message = tx.get(FifoMessages, [queue.bin, seen.sequence]);
  return message?.receives === seen.receive && message.at === seen.until && message.at > tx.now ? message : undefined;
}

/** Empty when ids count in the whole queue. */
function scopeOf(queue: Queue, group: string): string {
  return queue.deduplicationScope === 'messageGroup' ? group : '';
}
