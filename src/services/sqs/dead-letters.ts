/** Redrive: messages that were received too often move to the dead-letter queue. */
import type { Tx } from '../../kernel';
import { disciplineOf } from './discipline';
import { armExpiry } from './housekeeping';
import { findQueueByArn } from './lookup';
import { deadLetter, type Message } from './message';
import { type Queue, queueArn } from './state';

/** What ReceiveMessage does not deliver: what is past its retention, and what was received as often as the redrive policy allows. */
export function screenOf(tx: Tx, queue: Queue): (message: Message) => boolean {
  const retentionMs = queue.messageRetentionPeriod * 1000;
  const policy = queue.redrivePolicy;
  return (message) => {
    if (message.sentAt + retentionMs <= tx.now) return false;
    if (policy === undefined || message.receives < policy.maxReceiveCount) return true;
    return !moveToDeadLetters(tx, queue, message, policy.deadLetterTargetArn);
  };
}

/** False when that queue is gone: the message then stays and is delivered again. */
function moveToDeadLetters(tx: Tx, queue: Queue, message: Message, targetArn: string): boolean {
  const target = findQueueByArn(tx, targetArn);
  if (target === undefined || target.queue.fifo !== queue.fifo) return false;
  // "For standard queues, the expiration of a message is always based on its original enqueue timestamp"; FIFO queues reset it
  // (Developer Guide, dead-letter queues, message retention periods).
  const letter = deadLetter(message, queueArn(queue.name, tx.place), queue.fifo ? tx.now : message.sentAt);
  disciplineOf(target.queue).put(target.tx, armExpiry(target.tx, target.queue), letter, 0);
  return true;
}
