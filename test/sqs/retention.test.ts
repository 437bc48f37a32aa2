import { describe, expect, it } from 'vitest';
import { openSqs } from './direct';

describe('retention', () => {
  it('drops messages past it: those waiting, delayed or in flight, without anybody looking', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { MessageRetentionPeriod: '60' });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'held' });
    await sqs.bodies(QueueUrl, { VisibilityTimeout: 20 });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'waiting' });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'delayed', DelaySeconds: 30 });
    await sqs.pass(50);
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'young' });
    expect(await sqs.counts(QueueUrl)).toBe('4/0/0');
    await sqs.pass(12);
    expect(await sqs.counts(QueueUrl)).toBe('1/0/0');
    expect(await sqs.bodies(QueueUrl)).toEqual(['young']);
    await sqs.pass(120);
    expect(await sqs.counts(QueueUrl)).toBe('0/0/0');
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'new' });
    await sqs.pass(59);
    expect(await sqs.counts(QueueUrl)).toBe('1/0/0');
    await sqs.pass(3);
    expect(await sqs.counts(QueueUrl)).toBe('0/0/0');
  });

  it('is never late for a receiver, and counts from the send when it is shortened', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a' });
    await sqs.pass(100);
    await sqs.call('SetQueueAttributes', { QueueUrl, Attributes: { MessageRetentionPeriod: '60' } });
    expect(await sqs.bodies(QueueUrl)).toEqual([]);
    expect(await sqs.counts(QueueUrl)).toBe('0/0/0');
  });
});
