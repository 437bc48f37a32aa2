/** Operations on redrive tasks. */
import type { SQS } from '../../../../generated/api/sqs';
import { defineOperations, fail, type Tx, type TxContext } from '../../../kernel';
import { disciplineOf } from '../discipline';
import { invalidParameter, invalidValue, resourceDoesNotExist, taskDoesNotExist } from '../errors';
import { findQueueByArn, type Located } from '../lookup';
import { formatTaskHandle, parseTaskHandle, planStep } from '../move-tasks';
import { type MoveTask, MoveTasks, Queues, queueArn } from '../state';

export const moveTaskOperations = defineOperations<SQS>()({
  StartMessageMoveTask(ctx, { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: maxPerSecond }) {
    const { tx, queue } = requireByArn(ctx.tx, SourceArn, 'SourceArn');
    if (maxPerSecond !== undefined && (maxPerSecond < 1 || maxPerSecond > 500)) {
      throw invalidValue('MaxNumberOfMessagesPerSecond', maxPerSecond, 'You must enter a number between 1 and 500.');
    }
    if (tx.find(Queues, 'deadLetterTarget', SourceArn) === undefined) {
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    }
    if (DestinationArn !== undefined) checkDestination(tx, SourceArn, DestinationArn, queue.fifo);
    else authoriseReturn(ctx, tx, SourceArn);
    if (latestTasks(tx, queue.name, 1)[0]?.status === 'RUNNING') {
      throw invalidParameter('There is already a task running. Only one active task is allowed for a source queue arn at a given time.');
    }
    const task = tx.put(MoveTasks, {
      source: queue.name,
      startedAt: tx.now,
      id: ctx.uuid(),
      destinationArn: DestinationArn,
      maxPerSecond,
      status: 'RUNNING',
      toMove: disciplineOf(queue).counts(tx, queue).visible,
      moved: 0,
      failure: undefined,
    });
    planStep(tx, task);
    return { TaskHandle: formatTaskHandle(task, SourceArn) };
  },

  CancelMessageMoveTask(ctx, { TaskHandle }) {
    const { startedAt, id, sourceArn } = parseTaskHandle(TaskHandle);
    const { tx, queue } = requireByArn(ctx.tx, sourceArn, 'SourceArn');
    const task = tx.get(MoveTasks, [queue.name, startedAt, id]) ?? fail(taskDoesNotExist());
    if (task.status !== 'RUNNING') throw invalidParameter('Only active tasks can be cancelled.');
    tx.put(MoveTasks, { ...task, status: 'CANCELLED' });
    return { ApproximateNumberOfMessagesMoved: task.moved };
  },

  ListMessageMoveTasks(ctx, { SourceArn, MaxResults = 1 }) {
    const { tx, queue } = requireByArn(ctx.tx, SourceArn, 'SourceArn');
    if (MaxResults < 1 || MaxResults > 10) throw invalidValue('MaxResults', MaxResults, 'You must enter a number between 1 and 10.');
    return { Results: latestTasks(tx, queue.name, MaxResults).map((task) => toResult(task, SourceArn)) };
  },
});

function requireByArn(tx: Tx, arn: string, parameter: string): Located {
  return findQueueByArn(tx, arn) ?? fail(resourceDoesNotExist(parameter));
}

function checkDestination(tx: Tx, sourceArn: string, destinationArn: string, fifo: boolean): void {
  const destination = requireByArn(tx, destinationArn, 'DestinationArn');
  if (destinationArn === sourceArn) throw invalidParameter('Source queue arn and destination queue arn cannot be the same.');
  if (destination.queue.fifo !== fifo) throw invalidParameter('Source queue and destination queue must be of the same type.');
}

/** Without a destination messages go back where they came from: the caller must be allowed to send there. */
function authoriseReturn(ctx: TxContext, there: Tx, deadLetterArn: string): void {
  for (const source of there.scanIndex(Queues, 'deadLetterTarget', { prefix: deadLetterArn })) {
    ctx.authorise({ action: 'sqs:SendMessage', resource: queueArn(source.name, there.place) });
  }
}

function latestTasks(tx: Tx, source: string, limit: number): readonly MoveTask[] {
  return tx.scan(MoveTasks, { prefix: source, reverse: true, limit });
}

function toResult(task: MoveTask, sourceArn: string) {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: formatTaskHandle(task, sourceArn) }),
    Status: task.status,
    SourceArn: sourceArn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.maxPerSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failure,
    StartedTimestamp: task.startedAt,
  };
}
