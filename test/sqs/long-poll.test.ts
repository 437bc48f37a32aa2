import { describe, expect, it } from 'vitest';
import { type DirectSqs, here, openSqs } from './direct';

/** Begins a long poll and lets it reach its wait. */
async function poll(sqs: DirectSqs, url: string, options: object = {}): Promise<{ done: boolean; bodies: Promise<string[]> }> {
  const state = { done: false, bodies: sqs.bodies(url, { WaitTimeSeconds: 20, ...options }) };
  const end = () => {
    state.done = true;
  };
  state.bodies.then(end, end);
  await sqs.world.settle();
  return state;
}

describe('a long poll', () => {
  it('answers at once when something is there', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl: url, MessageBody: 'a' });
    expect(await sqs.bodies(url, { WaitTimeSeconds: 20 })).toEqual(['a']);
  });

  it.each(['q', 'q.fifo'])('wakes on a send to %s', async (name) => {
    await using sqs = openSqs();
    const url = await sqs.queue(name);
    const waiting = await poll(sqs, url);
    expect(waiting.done).toBe(false);
    await sqs.call('SendMessage', {
      QueueUrl: url,
      MessageBody: 'a',
      MessageGroupId: 'g',
      ...(name === 'q.fifo' && { MessageDeduplicationId: 'd' }),
    });
    expect(await waiting.bodies).toEqual(['a']);
    expect(sqs.world.waits.size).toBe(0);
  });

  it('wakes when a delay ends, and when a delayed message is sent while it waits', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl: url, MessageBody: 'a', DelaySeconds: 15 });
    const first = await poll(sqs, url, { MaxNumberOfMessages: 1 });
    const second = await poll(sqs, url, { MaxNumberOfMessages: 1 });
    await sqs.call('SendMessage', { QueueUrl: url, MessageBody: 'b', DelaySeconds: 5 });
    await sqs.pass(5);
    expect(await first.bodies).toEqual(['b']);
    expect(second.done).toBe(false);
    await sqs.pass(10);
    expect(await second.bodies).toEqual(['a']);
  });

  it.each(['q', 'q.fifo'])('wakes when a message of %s becomes visible again: by time, by change, by another’s delete', async (name) => {
    await using sqs = openSqs();
    const url = await sqs.queue(name);
    const send = (MessageBody: string) =>
      sqs.call('SendMessage', {
        QueueUrl: url,
        MessageBody,
        MessageGroupId: 'g',
        ...(name === 'q.fifo' && { MessageDeduplicationId: MessageBody }),
      });
    await send('a');
    await sqs.bodies(url, { VisibilityTimeout: 5 });
    const byTime = await poll(sqs, url, { VisibilityTimeout: 600 });
    await sqs.pass(5);
    expect(byTime.done).toBe(true);
    expect(await byTime.bodies).toEqual(['a']);

    await sqs.pass(600);
    const { Messages = [] } = await sqs.call('ReceiveMessage', { QueueUrl: url, VisibilityTimeout: 600 });
    const ReceiptHandle = Messages[0]?.ReceiptHandle as string;
    const byChange = await poll(sqs, url, { VisibilityTimeout: 600 });
    await sqs.call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 });
    expect(await byChange.bodies).toEqual(['a']);

    if (name !== 'q.fifo') return;
    await send('b');
    await sqs.pass(600);
    const held = await sqs.call('ReceiveMessage', { QueueUrl: url, VisibilityTimeout: 600 });
    const behind = await poll(sqs, url);
    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: held.Messages?.[0]?.ReceiptHandle as string });
    expect(await behind.bodies).toEqual(['b']);
  });

  it('ends empty at its deadline, the queue’s when it names none', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q', { ReceiveMessageWaitTimeSeconds: '3' });
    const own = await poll(sqs, url, { WaitTimeSeconds: 10 });
    const queues = await poll(sqs, url, { WaitTimeSeconds: undefined });
    const none = await poll(sqs, url, { WaitTimeSeconds: 0 });
    expect(none.done).toBe(true);
    await sqs.pass(3);
    expect([queues.done, own.done]).toEqual([true, false]);
    await sqs.pass(7);
    expect(await own.bodies).toEqual([]);
  });

  it('on a queue of another account and region wakes too', async () => {
    await using sqs = openSqs();
    const elsewhere = { ...here, account: '222222222222', region: 'eu-west-1' };
    await sqs.call('CreateQueue', { QueueName: 'theirs' }, elsewhere);
    const url = 'http://sqs.eu-west-1.amazonaws.com/222222222222/theirs';
    const waiting = await poll(sqs, url);
    await sqs.call('SendMessage', { QueueUrl: '/222222222222/theirs', MessageBody: 'a' }, elsewhere);
    expect(await waiting.bodies).toEqual(['a']);
  });

  it('ends with the queue gone when it is deleted', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q');
    const waiting = await poll(sqs, url);
    const ended = expect(waiting.bodies).rejects.toThrow('The specified queue does not exist.');
    await sqs.call('DeleteQueue', { QueueUrl: url });
    await ended;
  });
});

describe('a thousand long polls', () => {
  it('get a message each, first come first served, and one message is looked for once', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl: url, MessageBody: 'the first one sets the retention timer' });
    await sqs.bodies(url, { VisibilityTimeout: 600 });
    const order: number[] = [];
    const polls = Array.from({ length: 1000 }, (_, i) =>
      sqs.bodies(url, { WaitTimeSeconds: 20, MaxNumberOfMessages: 1, VisibilityTimeout: 600 }).then((bodies) => {
        order.push(i);
        return bodies;
      }),
    );
    await sqs.world.settle();
    expect(sqs.world.waits.size).toBe(1000);
    let looks = 0;
    const transact = sqs.world.transact.bind(sqs.world);
    sqs.world.transact = ((...args: Parameters<typeof transact>) => {
      looks++;
      return transact(...args);
    }) as typeof sqs.world.transact;
    await sqs.call('SendMessage', { QueueUrl: url, MessageBody: '0' });
    await polls[0];
    expect(looks).toBe(2);
    for (let i = 1; i < 1000; i++) await sqs.call('SendMessage', { QueueUrl: url, MessageBody: `${i}` });
    expect((await Promise.all(polls)).flat()).toEqual(Array.from({ length: 1000 }, (_, i) => `${i}`));
    expect(order).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(looks).toBe(2000);
  });
});
