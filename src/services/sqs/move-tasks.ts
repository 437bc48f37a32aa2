/** Redrive tasks: messages of a dead-letter queue go back to where they came from, or to another queue, at a given rate. */
import type { Tx } from '../../kernel';
import { disciplineOf } from './discipline';
import { invalidParameter } from './errors';
import { armExpiry } from './housekeeping';
import { findQueueByArn } from './lookup';
import { type Message, redriven } from './message';
import { type MoveTask, MoveTasks, Queues } from './state';

export const moveTimer = 'sqs.move';

const secondMs = 1000;
/** Without a rate, messages move in steps of this many, so that no step holds up the calls between. */
const stepSize = 100;

const queueIsGone = 'AWS.SimpleQueueService.NonExistentQueue';
const sourceIsUnknown = 'CouldNotDetermineMessageSource';

/** A step of a running task: one transaction moves messages, notes them in the task, and sets the timer of the next step. */
export function moveStep(tx: Tx, key: { readonly source: string; readonly startedAt: number; readonly id: string }): void {
  const task = tx.get(MoveTasks, [key.source, key.startedAt, key.id]);
  if (task?.status !== 'RUNNING') return;
  const next = tx.put(MoveTasks, moveSome(tx, task));
  if (next.status === 'RUNNING') planStep(tx, next);
}

/** Moves as many messages as one step may; the task as it is then. */
function moveSome(tx: Tx, task: MoveTask): MoveTask {
  const queue = tx.get(Queues, task.source);
  const hasDestination = task.destinationArn === undefined || findQueueByArn(tx, task.destinationArn) !== undefined;
  if (queue === undefined || !hasDestination) return { ...task, status: 'FAILED', failure: queueIsGone };
  const limit = Math.min(task.maxPerSecond ?? stepSize, task.toMove - task.moved);
  let lost = false;
  const drained = disciplineOf(queue).drain(tx, queue, limit, (message) => {
    lost = !moveOne(tx, task, message);
    return !lost;
  });
  const moved = task.moved + drained;
  if (lost) return { ...task, moved, status: 'FAILED', failure: sourceIsUnknown };
  return { ...task, moved, status: moved >= task.toMove || drained < limit ? 'COMPLETED' : 'RUNNING' };
}

/** The first step of a limited task comes after a second, so that it never moves more than its rate. */
export function planStep(tx: Tx, task: MoveTask): void {
  const { source, startedAt, id } = task;
  tx.at(tx.now + (task.maxPerSecond === undefined ? 0 : secondMs), moveTimer, { source, startedAt, id }, { id });
}

function moveOne(tx: Tx, task: MoveTask, message: Message): boolean {
  const arn = task.destinationArn ?? message.deadLetterSource;
  const destination = arn === undefined ? undefined : findQueueByArn(tx, arn);
  if (destination === undefined) return false;
  const queue = armExpiry(destination.tx, destination.queue);
  disciplineOf(queue).put(destination.tx, queue, redriven(message, tx.uuid(), tx.now), 0);
  return true;
}

/** What StartMessageMoveTask gives out and CancelMessageMoveTask takes. */
export function formatTaskHandle(task: MoveTask, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId: `${task.startedAt}.${task.id}`, sourceArn })).toString('base64');
}

/** Throws AWS's sentence for what is no handle. */
export function parseTaskHandle(handle: string): { readonly startedAt: number; readonly id: string; readonly sourceArn: string } {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString('utf8'));
    if (typeof taskId === 'string' && typeof sourceArn === 'string') {
      const [startedAt, id = ''] = taskId.split('.');
      return { startedAt: Number(startedAt), id, sourceArn };
    }
  } catch {
    // falls through: not JSON, not base64
  }
  throw invalidParameter('Value for parameter TaskHandle is invalid.');
}
