import { describe, expect, it } from 'vitest';
import { here, openSqs, refusal } from './direct';

describe('creating', () => {
  it('gives a URL, and the same one for the same attributes', async () => {
    await using sqs = openSqs();
    expect(await sqs.call('CreateQueue', { QueueName: 'q', Attributes: { DelaySeconds: '1' } })).toEqual({ QueueUrl: '/111111111111/q' });
    expect(await sqs.queue('q')).toBe('/111111111111/q');
    expect(await sqs.queue('q', { DelaySeconds: '1', VisibilityTimeout: '30' })).toBe('/111111111111/q');
    expect(await refusal(sqs.queue('q', { VisibilityTimeout: '30', DelaySeconds: '2' }))).toBe(
      'QueueNameExists: A queue already exists with the same name and a different value for attribute DelaySeconds',
    );
  });

  it.each([
    ['', {}, 'InvalidParameterValue: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length'],
    ['a'.repeat(81), {}, /^InvalidParameterValue: Can only include/],
    ['a/b', {}, /^InvalidParameterValue: Can only include/],
    ['a.fifo', {}, /^InvalidParameterValue: Can only include/],
    ['a', { FifoQueue: 'true' }, /^InvalidParameterValue: The name of a FIFO queue can only include .* must end with \.fifo suffix/],
    [`${'a'.repeat(76)}.fifo`, { FifoQueue: 'true' }, /must end with \.fifo suffix/],
    ['a', { FifoQueue: 'false' }, 'InvalidAttributeName: Unknown Attribute FifoQueue.'],
    ['a', { FifoQueue: 'maybe' }, 'InvalidAttributeValue: Invalid value for the parameter FifoQueue.'],
    ['a', { ContentBasedDeduplication: 'true' }, 'InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.'],
    ['a', { Nonsense: '1' }, 'InvalidAttributeName: Unknown Attribute Nonsense.'],
    ['a', { QueueArn: 'x' }, 'InvalidAttributeName: Unknown Attribute QueueArn.'],
    ['a', { DelaySeconds: '901' }, 'InvalidAttributeValue: Invalid value for the parameter DelaySeconds.'],
  ])('refuses %s with %j', async (QueueName, attributes, sentence) => {
    await using sqs = openSqs();
    const answer = await refusal(sqs.call('CreateQueue', { QueueName, Attributes: attributes as Record<string, string> }));
    if (typeof sentence === 'string') expect(answer).toBe(sentence);
    else expect(answer).toMatch(sentence);
  });

  it('needs 60 seconds after a delete of the same name', async () => {
    await using sqs = openSqs();
    await sqs.call('DeleteQueue', { QueueUrl: await sqs.queue('q') });
    await sqs.pass(59);
    expect(await refusal(sqs.queue('q'))).toBe(
      'QueueDeletedRecently: You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    );
    await sqs.pass(1);
    expect(await sqs.queue('q')).toBe('/111111111111/q');
  });
});

describe('attributes', () => {
  it('have the documented defaults', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    const created = String(Math.floor(sqs.world.clock.now() / 1000));
    const { Attributes } = await sqs.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    expect(Attributes).toEqual({
      QueueArn: 'arn:aws:sqs:us-east-1:111111111111:q',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      CreatedTimestamp: created,
      LastModifiedTimestamp: created,
      VisibilityTimeout: '30',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      DelaySeconds: '0',
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
    });
    const fifo = await sqs.call('GetQueueAttributes', { QueueUrl: await sqs.queue('q.fifo'), AttributeNames: ['All'] });
    expect(fifo.Attributes).toMatchObject({
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    });
  });

  it('are given when asked for by name, and nothing when nobody asks', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    expect(await sqs.call('GetQueueAttributes', { QueueUrl })).toEqual({ Attributes: {} });
    expect(await sqs.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['DelaySeconds', 'Policy', 'FifoQueue'] })).toEqual({
      Attributes: { DelaySeconds: '0' },
    });
    expect(await refusal(sqs.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['Nonsense' as 'All'] }))).toBe(
      'InvalidAttributeName: Unknown Attribute Nonsense.',
    );
  });

  it('can be changed, all but the kind of queue', async () => {
    await using sqs = openSqs();
    const set = async (url: string, Attributes: Record<string, string>) =>
      refusal(sqs.call('SetQueueAttributes', { QueueUrl: url, Attributes }));
    const standard = await sqs.queue('q');
    const fifo = await sqs.queue('q.fifo');
    await sqs.pass(5);
    expect(await set(standard, { VisibilityTimeout: '69', MaximumMessageSize: '2048' })).toBe('no error');
    const { Attributes = {} } = await sqs.call('GetQueueAttributes', { QueueUrl: standard, AttributeNames: ['All'] });
    expect([Attributes.VisibilityTimeout, Attributes.MaximumMessageSize]).toEqual(['69', '2048']);
    expect(Number(Attributes.LastModifiedTimestamp) - Number(Attributes.CreatedTimestamp)).toBe(5);
    expect(await set(standard, { FifoQueue: 'true' })).toBe('InvalidAttributeName: Unknown Attribute FifoQueue.');
    expect(await set(fifo, { FifoQueue: 'false' })).toBe(
      'InvalidAttributeValue: Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    );
    expect(await set(fifo, { FifoQueue: 'true', FifoThroughputLimit: 'perMessageGroupId' })).toMatch(
      /^InvalidAttributeValue: Invalid value for the parameter FifoThroughputLimit\./,
    );
  });

  it('allow one encryption at a time', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { KmsMasterKeyId: 'testKeyId', KmsDataKeyReusePeriodSeconds: '6000' });
    const encryption = async () =>
      (
        await sqs.call('GetQueueAttributes', {
          QueueUrl,
          AttributeNames: ['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'],
        })
      ).Attributes;
    expect(await encryption()).toEqual({
      KmsMasterKeyId: 'testKeyId',
      KmsDataKeyReusePeriodSeconds: '6000',
      SqsManagedSseEnabled: 'false',
    });
    expect(await refusal(sqs.call('SetQueueAttributes', { QueueUrl, Attributes: { SqsManagedSseEnabled: 'true' } }))).toBe(
      'InvalidAttributeName: You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    );
    await sqs.call('SetQueueAttributes', { QueueUrl, Attributes: { SqsManagedSseEnabled: 'true', KmsMasterKeyId: '' } });
    expect(await encryption()).toEqual({ SqsManagedSseEnabled: 'true' });
  });
});

describe('finding', () => {
  it('gives URLs by name, also of another account', async () => {
    await using sqs = openSqs();
    const there = { ...here, account: '222222222222' };
    await sqs.call('CreateQueue', { QueueName: 'theirs' }, there);
    expect(await sqs.call('GetQueueUrl', { QueueName: 'theirs', QueueOwnerAWSAccountId: there.account })).toEqual({
      QueueUrl: '/222222222222/theirs',
    });
    expect(await refusal(sqs.call('GetQueueUrl', { QueueName: 'theirs' }))).toBe('QueueDoesNotExist: The specified queue does not exist.');
  });

  it('accepts whatever host names the account and queue', async () => {
    await using sqs = openSqs();
    await sqs.queue('q');
    await sqs.call('CreateQueue', { QueueName: 'q' }, { ...here, region: 'eu-west-1' });
    const arn = async (QueueUrl: string) =>
      (await sqs.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] })).Attributes?.QueueArn?.split(':')[3];
    expect(await arn('http://127.0.0.1:4566/111111111111/q')).toBe('us-east-1');
    expect(await arn('https://queue.amazonaws.com/111111111111/q')).toBe('us-east-1');
    expect(await arn('http://sqs.eu-west-1.localhost.localstack.cloud:4566/111111111111/q')).toBe('eu-west-1');
    expect(await arn('https://eu-west-1.queue.amazonaws.com/111111111111/q')).toBe('eu-west-1');
    expect(await arn('http://localhost:4566/queue/eu-west-1/111111111111/q')).toBe('eu-west-1');
    expect(await arn('http://container:1234/any/111111111111/q')).toBe('us-east-1');
  });

  it('lists by prefix and page', async () => {
    await using sqs = openSqs();
    expect(await sqs.call('ListQueues', {})).toEqual({});
    for (const name of ['b-1', 'a-1', 'a-3', 'a-2', 'a']) await sqs.queue(name);
    const names = (urls: readonly string[] | undefined) => urls?.map((url) => url.split('/').at(-1));
    expect(names((await sqs.call('ListQueues', {})).QueueUrls)).toEqual(['a', 'a-1', 'a-2', 'a-3', 'b-1']);
    const first = await sqs.call('ListQueues', { QueueNamePrefix: 'a-', MaxResults: 2 });
    const second = await sqs.call('ListQueues', { QueueNamePrefix: 'a-', MaxResults: 2, NextToken: first.NextToken });
    expect([names(first.QueueUrls), names(second.QueueUrls), second.NextToken]).toEqual([['a-1', 'a-2'], ['a-3'], undefined]);
    expect(await refusal(sqs.call('ListQueues', { MaxResults: 0 }))).toMatch(/^InvalidParameterValue/);
    expect(await refusal(sqs.call('ListQueues', { NextToken: 'nonsense' }))).toMatch(/^InvalidParameterValue/);
  });
});

describe('purging and deleting', () => {
  it('empties a queue at once, and not again within 60 seconds', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    for (const DelaySeconds of [0, 0, 9]) await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a', DelaySeconds });
    const { Messages = [] } = await sqs.call('ReceiveMessage', { QueueUrl });
    await sqs.call('PurgeQueue', { QueueUrl });
    expect(await sqs.counts(QueueUrl)).toBe('0/0/0');
    await sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle as string });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'b' });
    expect(await refusal(sqs.call('PurgeQueue', { QueueUrl }))).toBe(
      'PurgeQueueInProgress: Only one PurgeQueue operation on q is allowed every 60 seconds.',
    );
    expect(await sqs.counts(QueueUrl)).toBe('1/0/0');
    await sqs.pass(60);
    await sqs.call('PurgeQueue', { QueueUrl });
    expect(await sqs.bodies(QueueUrl)).toEqual([]);
  });

  it('leaves nothing of what was purged or deleted in the store', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q', { DelaySeconds: '0' });
    const fifo = await sqs.queue('q.fifo', { ContentBasedDeduplication: 'true' });
    for (let i = 0; i < 2500; i++)
      await sqs.call('SendMessage', { QueueUrl: url, MessageBody: 'x', MessageGroupId: `${i % 3}`, DelaySeconds: i % 2 });
    for (let i = 0; i < 20; i++) await sqs.call('SendMessage', { QueueUrl: fifo, MessageBody: `${i}`, MessageGroupId: `${i % 3}` });
    await sqs.bodies(url);
    await sqs.bodies(fifo, { ReceiveRequestAttemptId: 'a' });
    await sqs.call('PurgeQueue', { QueueUrl: url });
    const polls = [url, fifo].map((QueueUrl) => sqs.bodies(QueueUrl, { WaitTimeSeconds: 20 }).catch(() => []));
    await sqs.pass(1);
    for (const QueueUrl of [url, fifo]) await sqs.call('DeleteQueue', { QueueUrl });
    await Promise.all(polls);
    await sqs.pass(60);
    const left = sqs.world.engine.trees().map((tree) => tree.collection);
    expect(left.filter((name) => name !== 'kernel/clock')).toEqual([]);
  });

  it('gives a new queue of the name nothing of the old one’s', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a' });
    const { Messages = [] } = await sqs.call('ReceiveMessage', { QueueUrl });
    await sqs.call('TagQueue', { QueueUrl, Tags: { a: 'b' } });
    await sqs.call('DeleteQueue', { QueueUrl });
    await sqs.pass(60);
    await sqs.queue('q');
    expect(await sqs.counts(QueueUrl)).toBe('0/0/0');
    expect(await sqs.call('ListQueueTags', { QueueUrl })).toEqual({ Tags: {} });
    expect(await refusal(sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle as string }))).toMatch(
      /^ReceiptHandleIsInvalid/,
    );
  });
});

describe('tags and permissions', () => {
  it('tags, retags and untags', async () => {
    await using sqs = openSqs();
    const { QueueUrl = '' } = await sqs.call('CreateQueue', { QueueName: 'q', tags: { tag1: 'value1' } });
    await sqs.call('TagQueue', { QueueUrl, Tags: { tag1: 'other', tag2: 'value2', tag3: '' } });
    expect(await sqs.call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { tag1: 'other', tag2: 'value2', tag3: '' } });
    await sqs.call('UntagQueue', { QueueUrl, TagKeys: ['tag1', 'tag3', 'none'] });
    expect(await sqs.call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { tag2: 'value2' } });
  });

  it('adds and removes statements of the policy by label', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    const policy = async () => {
      const { Attributes = {} } = await sqs.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['Policy'] });
      return Attributes.Policy === undefined ? undefined : JSON.parse(Attributes.Policy);
    };
    const add = { QueueUrl, Label: 'share', AWSAccountIds: ['222222222222', '333333333333'], Actions: ['ReceiveMessage'] };
    await sqs.call('AddPermission', add);
    expect(await policy()).toEqual({
      Version: '2008-10-17',
      Id: 'arn:aws:sqs:us-east-1:111111111111:q/SQSDefaultPolicy',
      Statement: [
        {
          Sid: 'share',
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam::222222222222:root', 'arn:aws:iam::333333333333:root'] },
          Action: 'SQS:ReceiveMessage',
          Resource: 'arn:aws:sqs:us-east-1:111111111111:q',
        },
      ],
    });
    expect(await refusal(sqs.call('AddPermission', add))).toBe(
      'InvalidParameterValue: Value share for parameter Label is invalid. Reason: Already exists.',
    );
    await sqs.call('RemovePermission', { QueueUrl, Label: 'share' });
    expect(await policy()).toBeUndefined();
    expect(await refusal(sqs.call('RemovePermission', { QueueUrl, Label: 'share' }))).toBe(
      "InvalidParameterValue: Value share for parameter Label is invalid. Reason: can't find label.",
    );
  });
});
