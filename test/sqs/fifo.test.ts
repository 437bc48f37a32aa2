import { describe, expect, it } from 'vitest';
import type { SQS } from '../../generated/api/sqs';
import { type DirectSqs, openSqs, refusal } from './direct';

type Sent = SQS['SendMessage']['output'];

/** Sends `group:body`s, each with a deduplication id of its own. */
async function send(sqs: DirectSqs, QueueUrl: string, ...messages: string[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const message of messages) {
    const [MessageGroupId = '', MessageBody = ''] = message.split(':');
    sent.push(
      await sqs.call('SendMessage', { QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId: `${message}-${Math.random()}` }),
    );
  }
  return sent;
}

async function receive(sqs: DirectSqs, QueueUrl: string, options: Partial<SQS['ReceiveMessage']['input']> = {}) {
  return (await sqs.call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, ...options })).Messages ?? [];
}

describe('order', () => {
  it('is that of the sends within a group, and sequence numbers grow', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo');
    const sent = await send(sqs, url, 'a:1', 'b:2', 'a:3', 'a:4', 'b:5');
    const numbers = sent.map((each) => each.SequenceNumber as string);
    expect(numbers.every((number) => /^\d{20}$/.test(number))).toBe(true);
    expect([...numbers].sort()).toEqual(numbers);
    expect(await sqs.bodies(url)).toEqual(['1', '3', '4', '2', '5']);
  });

  it('locks a group until all it gave is deleted, and no other', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo');
    await send(sqs, url, 'a:1', 'a:2', 'a:3', 'b:4');
    const [one, two] = await receive(sqs, url, { MaxNumberOfMessages: 2 });
    expect(await sqs.bodies(url)).toEqual(['4']);
    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: one?.ReceiptHandle as string });
    expect(await sqs.bodies(url)).toEqual([]);
    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: two?.ReceiptHandle as string });
    expect(await sqs.bodies(url)).toEqual(['3']);
    expect(await sqs.counts(url)).toBe('0/2/0');
  });

  it('gives the same messages again, in order, when their visibility timeout has passed', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { VisibilityTimeout: '10' });
    await send(sqs, url, 'a:1', 'a:2', 'a:3');
    expect(await sqs.bodies(url, { MaxNumberOfMessages: 2 })).toEqual(['1', '2']);
    await sqs.pass(10);
    expect(await sqs.counts(url)).toBe('3/0/0');
    expect(await sqs.bodies(url)).toEqual(['1', '2', '3']);
    expect(await sqs.counts(url)).toBe('0/3/0');
  });

  it('frees a group when the visibility of all it gave is ended', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo');
    await send(sqs, url, 'a:1', 'a:2');
    const messages = await receive(sqs, url);
    const end = (i: number) =>
      sqs.call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: messages[i]?.ReceiptHandle as string, VisibilityTimeout: 0 });
    await end(1);
    expect(await sqs.bodies(url)).toEqual([]);
    await end(0);
    expect(await sqs.bodies(url, { VisibilityTimeout: 0 })).toEqual(['1', '2']);
    expect(await sqs.bodies(url)).toEqual(['1', '2']);
  });
});

describe('receipt handles', () => {
  it('expire with the visibility timeout', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { VisibilityTimeout: '1' });
    await send(sqs, url, 'a:1');
    const ReceiptHandle = (await receive(sqs, url))[0]?.ReceiptHandle as string;
    await sqs.pass(1);
    expect(await refusal(sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle }))).toBe(
      `InvalidParameterValue: Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
    expect(await refusal(sqs.call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 5 }))).toMatch(
      /Message does not exist or is not available for visibility timeout change\.$/,
    );
  });

  it('delete once, and again without complaint', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo');
    await send(sqs, url, 'a:1');
    const ReceiptHandle = (await receive(sqs, url))[0]?.ReceiptHandle as string;
    for (let i = 0; i < 2; i++) await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle });
    expect(await sqs.counts(url)).toBe('0/0/0');
  });
});

describe('deduplication', () => {
  const plain = { MessageBody: 'x', MessageGroupId: 'g' };
  it('accepts a message once in five minutes, also after it was deleted', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { ContentBasedDeduplication: 'true' });
    const first = await sqs.call('SendMessage', { QueueUrl: url, ...plain });
    const [message] = await receive(sqs, url);
    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle as string });
    expect(await sqs.call('SendMessage', { QueueUrl: url, ...plain, MessageGroupId: 'other' })).toEqual(first);
    expect(await sqs.bodies(url)).toEqual([]);
    await sqs.pass(300);
    expect(await sqs.call('SendMessage', { QueueUrl: url, ...plain })).not.toEqual(first);
    expect(await sqs.bodies(url)).toEqual(['x']);
  });

  it('goes by the id given before the content, and treats one that equals the content’s as the same', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { ContentBasedDeduplication: 'true' });
    await sqs.call('SendMessage', { QueueUrl: url, ...plain });
    await sqs.call('SendMessage', { QueueUrl: url, ...plain, MessageDeduplicationId: 'own' });
    await sqs.call('SendMessage', {
      QueueUrl: url,
      ...plain,
      MessageBody: 'y',
      MessageDeduplicationId: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    });
    const messages = await receive(sqs, url, { MessageSystemAttributeNames: ['MessageDeduplicationId'] });
    expect(messages.map((message) => message.Attributes?.MessageDeduplicationId)).toEqual([
      '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      'own',
    ]);
  });

  it('can be per group', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' });
    for (const MessageGroupId of ['a', 'b', 'a'])
      await sqs.call('SendMessage', { QueueUrl: url, MessageBody: MessageGroupId, MessageGroupId, MessageDeduplicationId: 'd' });
    expect(await sqs.bodies(url)).toEqual(['a', 'b']);
  });

  it('forgets on purge', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { ContentBasedDeduplication: 'true' });
    const before = await sqs.call('SendMessage', { QueueUrl: url, ...plain });
    await sqs.call('PurgeQueue', { QueueUrl: url });
    expect(await sqs.counts(url)).toBe('0/0/0');
    const after = await sqs.call('SendMessage', { QueueUrl: url, ...plain });
    expect(await sqs.bodies(url)).toEqual(['x']);
    expect((after.SequenceNumber as string) > (before.SequenceNumber as string)).toBe(true);
  });

  it.each([
    [
      { MessageBody: 'x', MessageDeduplicationId: 'd' },
      'MissingParameter: The request must contain the parameter MessageGroupId.',
      'InvalidParameterValue: The request must contain the parameter MessageGroupId.',
    ],
    [
      { MessageBody: 'x', MessageGroupId: 'g' },
      'InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    ],
    [
      { MessageBody: 'x', MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 2 },
      'InvalidParameterValue: Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
    ],
  ])('and groups are needed, delays are not allowed: %j', async (input, single, batch = single) => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo');
    expect(await refusal(sqs.call('SendMessage', { QueueUrl: url, ...input }))).toBe(single);
    if (!('DelaySeconds' in input)) {
      expect(await refusal(sqs.call('SendMessageBatch', { QueueUrl: url, Entries: [{ Id: 'a', ...input }] }))).toBe(batch);
    }
  });
});

describe('a repeated receive', () => {
  it('gives the same messages and handles while nothing of them changed, and hides them anew', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { VisibilityTimeout: '30' });
    await send(sqs, url, 'a:1', 'b:2');
    const attempt = { ReceiveRequestAttemptId: 'try', MessageSystemAttributeNames: ['All'] as const };
    const first = await receive(sqs, url, attempt);
    await sqs.pass(20);
    expect(await receive(sqs, url, attempt)).toEqual(first);
    await sqs.pass(20);
    expect(await sqs.counts(url)).toBe('0/2/0');
    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: first[0]?.ReceiptHandle as string });
    expect(await receive(sqs, url, attempt)).toEqual([]);
    await sqs.pass(10);
    expect(await sqs.bodies(url, attempt)).toEqual(['2']);
  });
});

describe('delay', () => {
  it('is the queue’s, and changing it moves what already waits', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { DelaySeconds: '10' });
    await send(sqs, url, 'a:1', 'a:2', 'b:3');
    expect(await sqs.counts(url)).toBe('0/0/3');
    await sqs.pass(5);
    await sqs.call('SetQueueAttributes', { QueueUrl: url, Attributes: { DelaySeconds: '6' } });
    await sqs.pass(1);
    expect(await sqs.counts(url)).toBe('3/0/0');
    expect(await sqs.bodies(url)).toEqual(['1', '2', '3']);
  });

  it('does not let a later message of a group pass', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { DelaySeconds: '10' });
    await send(sqs, url, 'a:1');
    await sqs.pass(5);
    await send(sqs, url, 'a:2');
    await sqs.pass(5);
    const messages = await receive(sqs, url);
    expect(messages.map((message) => message.Body)).toEqual(['1']);
    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: messages[0]?.ReceiptHandle as string });
    expect(await sqs.bodies(url)).toEqual([]);
    await sqs.pass(5);
    expect(await sqs.bodies(url)).toEqual(['2']);
  });
});

describe('limits', () => {
  it('give nothing at 120,000 in flight, without an error', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo');
    await send(sqs, url, 'a:1');
    await sqs.fillFlight('q.fifo', 120_000);
    expect(await sqs.bodies(url)).toEqual([]);
  });

  it('drop what is past its retention and bring on what stands behind it', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q.fifo', { MessageRetentionPeriod: '60' });
    await send(sqs, url, 'a:1');
    await sqs.pass(30);
    await send(sqs, url, 'a:2');
    await sqs.pass(31);
    expect(await sqs.counts(url)).toBe('1/0/0');
    expect(await sqs.bodies(url)).toEqual(['2']);
  });
});
