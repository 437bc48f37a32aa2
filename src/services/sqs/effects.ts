/** A queue as the target of others, and what its timers do. */
import { fail, type TargetHandler } from '../../kernel';
import { queueDoesNotExist } from './errors';
import { armExpiry, housekeepingTimers } from './housekeeping';
import { findQueueByArn } from './lookup';
import { moveStep, moveTimer } from './move-tasks';
import { checkOutgoing, send } from './sending';

/** SNS, EventBridge, S3 and others: the payload becomes the body, as it is when it is text, as JSON when it is not. */
export const target: TargetHandler = {
  inside(tx, { targetArn, payload, from, groupId, dedupId }) {
    const { tx: there, queue } = findQueueByArn(tx, targetArn) ?? fail(queueDoesNotExist());
    const message = {
      MessageBody: typeof payload === 'string' ? payload : JSON.stringify(payload),
      MessageGroupId: groupId,
      MessageDeduplicationId: queue.fifo ? dedupId : undefined,
    };
    checkOutgoing(queue, message);
    send(there, armExpiry(there, queue), message, from ?? 'anonymous');
  },
};

export const timers = { ...housekeepingTimers, [moveTimer]: moveStep };
