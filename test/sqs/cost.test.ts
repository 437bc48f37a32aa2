import { afterEach, describe, expect, it, vi } from 'vitest';
import { costOf } from '../cost';
import { type DirectSqs, openSqs } from './direct';

afterEach(() => vi.restoreAllMocks());

async function fill(sqs: DirectSqs, QueueUrl: string, messages: number): Promise<void> {
  for (let i = 0; i < messages; i += 10) {
    await sqs.call('SendMessageBatch', {
      QueueUrl,
      Entries: Array.from({ length: 10 }, (_, j) => ({ Id: `${j}`, MessageBody: `${i + j}` })),
    });
  }
}

describe('the work of a call', () => {
  it.each([10, 3000])('is the same with %i messages in the queue', async (messages) => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    await fill(sqs, QueueUrl, messages);
    expect(await costOf(() => sqs.call('SendMessage', { QueueUrl, MessageBody: 'x' }))).toEqual({ put: 1, add: 1 });
    let handle = '';
    const receive = async () => {
      const { Messages = [] } = await sqs.call('ReceiveMessage', { QueueUrl });
      handle = Messages[0]?.ReceiptHandle as string;
    };
    expect(await costOf(receive)).toEqual({ scanned: 1, delete: 1, put: 1, add: 2 });
    expect(await costOf(() => sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: handle }))).toEqual({ delete: 1, add: 1 });
    expect(await costOf(() => sqs.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }))).toEqual({ scanned: 0 });
    // The new bin's two counters, the queue, and the timer of the sweep with its record; the messages go later.
    expect(await costOf(() => sqs.call('PurgeQueue', { QueueUrl }))).toMatchObject({ add: 2, put: 2, at: 1 });
  });

  it('does not depend on what else waits: a thousand groups in flight', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q.fifo', { ContentBasedDeduplication: 'true' });
    for (let i = 0; i < 1000; i++) await sqs.call('SendMessage', { QueueUrl, MessageBody: `${i}`, MessageGroupId: `${i}` });
    for (let i = 0; i < 100; i++) await sqs.bodies(QueueUrl);
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'free', MessageGroupId: 'free' });
    const cost = await costOf(async () => expect(await sqs.bodies(QueueUrl)).toEqual(['free']));
    expect(cost.scanned).toBeLessThan(10);
  });
});
