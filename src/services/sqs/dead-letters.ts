/** Redrive: messages that were received too often move to the dead-letter queue. */
import type { Tx } from '../../kernel';
import { disciplineOf } from './discipline';
import { armExpiry } from './housekeeping';
import { findQueueByArn } from './lookup';
import { type Message, type Queue, queueArn } from './state';

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
  const { bin, sequence, at, ...kept } = message;
  const letter = {
    ...kept,
    receives: 0,
    receivesBefore: message.receivesBefore + message.receives,
    receivedAt: undefined,
    // "For standard queues the expiration of a message is always based on its original enqueue timestamp", for FIFO queues it
    // is reset (Developer Guide, dead-letter queues, message retention periods).
    sentAt: queue.fifo ? tx.now : message.sentAt,
    deadLetterSource: queueArn(queue.name, tx.place),
  };
  disciplineOf(target.queue).put(target.tx, armExpiry(target.tx, target.queue), letter, 0);
  return true;
}
