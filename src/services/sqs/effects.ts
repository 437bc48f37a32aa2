/** A queue as the target of others, and what its timers do. */
import { fail, lateText, type TargetHandler } from '../../kernel';
import { queueDoesNotExist } from './errors';
import { armExpiry, housekeepingTimers } from './housekeeping';
import { findQueueByArn } from './lookup';
import { moveStep, moveTimer } from './move-tasks';
import { checkOutgoing, put } from './sending';

/** SNS, EventBridge, S3 and others: the payload becomes the body, as it is when it is text, as JSON when it is not. */
export const target: TargetHandler = {
  inside(tx, { targetArn, payload, from, groupId, dedupId, attributes, traceHeader, late }) {
    const { tx: there, queue } = findQueueByArn(tx, targetArn) ?? fail(queueDoesNotExist());
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const message = {
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: queue.fifo ? dedupId : undefined,
      MessageAttributes: attributes,
      MessageSystemAttributes: traceHeader === undefined ? undefined : { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
    };
    checkOutgoing(queue, message);
    const kept = late === undefined ? message : { ...message, MessageBody: lateText(late, body) };
    put(there, armExpiry(there, queue), kept, from ?? 'anonymous');
  },
};

export const timers = { ...housekeepingTimers, [moveTimer]: moveStep };
