/** Operations on messages. */
import type { SQS } from '../../../../generated/api/sqs';
import { defineOperations, type IoContext, io } from '../../../kernel';
import { checkBatch, runBatch } from '../batch';
import { disciplineOf } from '../discipline';
import { batchTooLong, invalidParameter, missingParameter } from '../errors';
import { armExpiry } from '../housekeeping';
import { type Located, placeOfUrl, requireQueue } from '../lookup';
import { parseQueueUrl } from '../queue-address';
import { maximumMessageBytes } from '../queue-attributes';
import { parseReceiptHandle } from '../receipt-handle';
import { checkWanted, receive, type Wanted } from '../receiving';
import { checkFifoIds, checkOutgoing, type Outgoing, send, sizeOf } from '../sending';
import { checkVisibilityTimeout } from '../visibility';
import { messageChannel, wakeWaiters, watchQueue } from '../wakeups';

export const messageOperations = defineOperations<SQS>()({
  SendMessage(ctx, input) {
    const { tx, queue } = requireQueue(ctx, input.QueueUrl);
    checkOutgoing(queue, input);
    return send(tx, armExpiry(tx, queue), input, ctx.principal.id);
  },

  SendMessageBatch(ctx, { QueueUrl, Entries }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    checkBatch(Entries, 'SendMessageBatch');
    const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > maximumMessageBytes) throw batchTooLong(maximumMessageBytes, bytes);
    if (queue.fifo) checkFifoBatch(Entries, (entry) => checkFifoIds(queue, entry));
    const armed = armExpiry(tx, queue);
    return runBatch(Entries, (entry) => {
      checkOutgoing(queue, entry);
      return send(tx, armed, entry, ctx.principal.id);
    });
  },

  ReceiveMessage: io(async (ctx, input) => {
    checkWanted(input);
    const messages = await receiveOrWait(ctx, input.QueueUrl, input);
    return messages.length > 0 ? { Messages: messages } : {};
  }),

  DeleteMessage(ctx, { QueueUrl, ReceiptHandle }) {
    deleteMessage(requireQueue(ctx, QueueUrl), ReceiptHandle);
    return {};
  },

  DeleteMessageBatch(ctx, { QueueUrl, Entries }) {
    const located = requireQueue(ctx, QueueUrl);
    checkBatch(Entries, 'DeleteMessageBatch');
    return runBatch(Entries, ({ ReceiptHandle }) => deleteMessage(located, ReceiptHandle));
  },

  ChangeMessageVisibility(ctx, { QueueUrl, ReceiptHandle, VisibilityTimeout }) {
    changeVisibility(requireQueue(ctx, QueueUrl), ReceiptHandle, VisibilityTimeout);
    return {};
  },

  ChangeMessageVisibilityBatch(ctx, { QueueUrl, Entries }) {
    const located = requireQueue(ctx, QueueUrl);
    checkBatch(Entries, 'ChangeMessageVisibilityBatch');
    return runBatch(Entries, ({ ReceiptHandle, VisibilityTimeout }) => changeVisibility(located, ReceiptHandle, VisibilityTimeout));
  },
});

/** Looks at once; if nothing is there, waits as long as the caller or the queue wants, looking again whenever it is woken. */
async function receiveOrWait(ctx: IoContext, url: string, wanted: Wanted) {
  let deadline: number | undefined;
  const look = () =>
    ctx.transact((_, txCtx) => {
      const { tx, queue } = requireQueue(txCtx, url);
      const messages = receive(tx, queue, wanted);
      deadline ??= tx.now + (wanted.WaitTimeSeconds ?? queue.receiveMessageWaitTimeSeconds) * 1000;
      if (messages.length === 0 && deadline > tx.now) watchQueue(tx, queue, deadline, disciplineOf(queue).nextChange(tx, queue));
      return { messages, tooLate: deadline <= tx.now };
    });
  const first = await look();
  if (first.messages.length > 0 || first.tooLate) return first.messages;

  const place = placeOfUrl(url, ctx.place);
  for (;;) {
    const patience = new AbortController();
    // The wait begins before the next look, so that nothing sent in between is missed.
    const woken = ctx.wait(messageChannel, parseQueueUrl(url).name, deadline as number, { place, signal: patience.signal });
    const { messages } = await look();
    if (messages.length > 0) {
      patience.abort();
      return messages;
    }
    if (!(await woken)) return [];
    if (ctx.signal.aborted) {
      await passOn(ctx, url);
      return [];
    }
  }
}

/** The caller hung up just when it was its turn: the message is for whoever waits next. */
async function passOn(ctx: IoContext, url: string): Promise<void> {
  await ctx.transact((_, txCtx) => {
    const { tx, queue } = requireQueue(txCtx, url);
    wakeWaiters(tx, queue);
  });
}

function deleteMessage({ tx, queue }: Located, handle: string): Record<string, never> {
  const receipt = parseReceiptHandle(handle, queue.id);
  disciplineOf(queue).delete(tx, queue, receipt, handle);
  return {};
}

function changeVisibility({ tx, queue }: Located, handle: string, seconds: number | undefined): Record<string, never> {
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  checkVisibilityTimeout(seconds);
  const receipt = parseReceiptHandle(handle, queue.id);
  disciplineOf(queue).changeVisibility(tx, queue, receipt, handle, seconds);
  return {};
}

/** Ids that a FIFO queue needs and an entry lacks fail the whole batch, always as InvalidParameterValue. */
function checkFifoBatch(entries: readonly Outgoing[], check: (entry: Outgoing) => void): void {
  for (const entry of entries) {
    try {
      check(entry);
    } catch (error) {
      throw invalidParameter((error as Error).message);
    }
  }
}
