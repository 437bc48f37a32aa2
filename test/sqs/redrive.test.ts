import { describe, expect, it } from 'vitest';
import { type DirectSqs, openSqs, refusal } from './direct';

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:111111111111:${name}`;
const redriveTo = (name: string, maxReceiveCount: number | string = 1) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount }),
});

describe('a redrive policy', () => {
  it('moves a message that was received often enough, and keeps what it is', async () => {
    await using sqs = openSqs();
    const dead = await sqs.queue('dead');
    const url = await sqs.queue('q', { ...redriveTo('dead', '2'), VisibilityTimeout: '1' });
    const sentAt = sqs.world.clock.now();
    const sent = await sqs.call('SendMessage', {
      QueueUrl: url,
      MessageBody: 'a',
      MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } },
    });
    for (let i = 0; i < 2; i++) {
      expect(await sqs.bodies(url)).toEqual(['a']);
      await sqs.pass(1);
    }
    expect(await sqs.counts(url)).toBe('1/0/0');
    expect(await sqs.bodies(url)).toEqual([]);
    expect([await sqs.counts(url), await sqs.counts(dead)]).toEqual(['0/0/0', '1/0/0']);
    const { Messages = [] } = await sqs.call('ReceiveMessage', {
      QueueUrl: dead,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    expect(Messages).toEqual([
      expect.objectContaining({
        MessageId: sent.MessageId,
        Body: 'a',
        MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
        Attributes: expect.objectContaining({
          ApproximateReceiveCount: '3',
          SentTimestamp: String(sentAt),
          DeadLetterQueueSourceArn: arnOf('q'),
        }),
      }),
    ]);
  });

  it('passes over dead letters to those behind, and wakes who waits for the dead', async () => {
    await using sqs = openSqs();
    const dead = await sqs.queue('dead');
    const url = await sqs.queue('q', { ...redriveTo('dead'), VisibilityTimeout: '1' });
    await sqs.call('SendMessage', { QueueUrl: url, MessageBody: 'poison' });
    await sqs.bodies(url);
    await sqs.pass(1);
    await sqs.call('SendMessage', { QueueUrl: url, MessageBody: 'good' });
    const waiting = sqs.bodies(dead, { WaitTimeSeconds: 20 });
    await sqs.world.settle();
    expect(await sqs.bodies(url)).toEqual(['good']);
    expect(await waiting).toEqual(['poison']);
  });

  it('delivers again when the dead-letter queue is gone', async () => {
    await using sqs = openSqs();
    const dead = await sqs.queue('dead');
    const url = await sqs.queue('q', { ...redriveTo('dead'), VisibilityTimeout: '0' });
    await sqs.call('SendMessage', { QueueUrl: url, MessageBody: 'a' });
    await sqs.call('DeleteQueue', { QueueUrl: dead });
    for (let i = 0; i < 3; i++) expect(await sqs.bodies(url)).toEqual(['a']);
  });

  it('keeps the order and the groups of FIFO queues', async () => {
    await using sqs = openSqs();
    const dead = await sqs.queue('dead.fifo');
    const url = await sqs.queue('q.fifo', { ...redriveTo('dead.fifo'), VisibilityTimeout: '1', ContentBasedDeduplication: 'true' });
    for (const MessageBody of ['1', '2', '3']) await sqs.call('SendMessage', { QueueUrl: url, MessageBody, MessageGroupId: 'g' });
    expect(await sqs.bodies(url, { MaxNumberOfMessages: 2 })).toEqual(['1', '2']);
    await sqs.pass(1);
    const sentAgain = String(sqs.world.clock.now());
    expect(await sqs.bodies(url)).toEqual(['3']);
    const { Messages = [] } = await sqs.call('ReceiveMessage', {
      QueueUrl: dead,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    });
    expect(Messages.map((message) => [message.Body, message.Attributes?.MessageGroupId, message.Attributes?.SentTimestamp])).toEqual([
      ['1', 'g', sentAgain],
      ['2', 'g', sentAgain],
    ]);
  });

  it.each([
    ['{', 'Redrive policy is not a valid JSON map.'],
    ['[]', 'Redrive policy is not a valid JSON map.'],
    ['{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}', 'Invalid value for deadLetterTargetArn.'],
    [`{"deadLetterTargetArn": "${arnOf('none')}", "maxReceiveCount": 42}`, 'Dead letter target does not exist.'],
    [`{"deadLetterTargetArn": "${arnOf('dead')}"}`, 'Redrive policy does not contain mandatory attribute: maxReceiveCount.'],
    ['{"maxReceiveCount": 1}', 'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.'],
    [
      `{"deadLetterTargetArn": "${arnOf('dead')}", "maxReceiveCount": 0}`,
      'Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.',
    ],
    [
      `{"deadLetterTargetArn": "${arnOf('dead')}", "maxReceiveCount": 1, "x": 1}`,
      'Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].',
    ],
  ])('is refused: %s', async (RedrivePolicy, reason) => {
    await using sqs = openSqs();
    await sqs.queue('dead');
    expect(await refusal(sqs.queue('q', { RedrivePolicy }))).toMatch(
      new RegExp(
        `^InvalidParameterValue: Value .* for parameter RedrivePolicy is invalid\\. Reason: ${reason.replace(/[.[\]]/g, '\\$&')}$`,
      ),
    );
  });

  it('needs a queue of the same kind that allows it', async () => {
    await using sqs = openSqs();
    await sqs.queue('dead.fifo');
    expect(await refusal(sqs.queue('q', redriveTo('dead.fifo')))).toMatch(/same type of queue as the source\.$/);
    await sqs.queue('closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    expect(await refusal(sqs.queue('q', redriveTo('closed')))).toMatch(/^InvalidParameterValue/);
    await sqs.queue('picky', { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [arnOf('friend')] }) });
    expect(await refusal(sqs.queue('q', redriveTo('picky')))).toMatch(/^InvalidParameterValue/);
    expect(await sqs.queue('friend', redriveTo('picky'))).toBe('/111111111111/friend');
  });

  it('shows in the list of a dead-letter queue’s sources, page by page', async () => {
    await using sqs = openSqs();
    const dead = await sqs.queue('dead');
    for (const name of ['c', 'a', 'b']) await sqs.queue(name, redriveTo('dead'));
    expect((await sqs.call('ListDeadLetterSourceQueues', { QueueUrl: dead })).queueUrls).toEqual(
      ['a', 'b', 'c'].map((name) => `/111111111111/${name}`),
    );
    const first = await sqs.call('ListDeadLetterSourceQueues', { QueueUrl: dead, MaxResults: 2 });
    const second = await sqs.call('ListDeadLetterSourceQueues', { QueueUrl: dead, MaxResults: 2, NextToken: first.NextToken });
    expect([...first.queueUrls, ...second.queueUrls].length).toBe(3);
    await sqs.call('SetQueueAttributes', { QueueUrl: '/111111111111/a', Attributes: { RedrivePolicy: '' } });
    expect((await sqs.call('ListDeadLetterSourceQueues', { QueueUrl: dead })).queueUrls).toHaveLength(2);
  });
});

describe('a move task', () => {
  /** Queues `dead` and `q` that redrives to it, with dead letters of q. */
  async function withDeadLetters(sqs: DirectSqs, letters: number): Promise<{ dead: string; url: string }> {
    const dead = await sqs.queue('dead');
    const url = await sqs.queue('q', { ...redriveTo('dead'), VisibilityTimeout: '0' });
    for (let i = 0; i < letters; i++) await sqs.call('SendMessage', { QueueUrl: url, MessageBody: `${i}` });
    for (let i = 0; i < letters / 10; i++) await sqs.bodies(url);
    while ((await sqs.bodies(url)).length > 0);
    await sqs.call('SetQueueAttributes', { QueueUrl: url, Attributes: { VisibilityTimeout: '30' } });
    return { dead, url };
  }
  const latest = async (sqs: DirectSqs) => (await sqs.call('ListMessageMoveTasks', { SourceArn: arnOf('dead') })).Results?.[0];

  it('moves dead letters back to where they came from, as new messages', async () => {
    await using sqs = openSqs();
    const { dead, url } = await withDeadLetters(sqs, 250);
    expect(await sqs.counts(dead)).toBe('250/0/0');
    const startedAt = sqs.world.clock.now();
    await sqs.call('StartMessageMoveTask', { SourceArn: arnOf('dead') });
    await sqs.world.settle();
    expect([await sqs.counts(dead), await sqs.counts(url)]).toEqual(['0/0/0', '250/0/0']);
    expect(await latest(sqs)).toEqual({
      Status: 'COMPLETED',
      SourceArn: arnOf('dead'),
      ApproximateNumberOfMessagesMoved: 250,
      ApproximateNumberOfMessagesToMove: 250,
      StartedTimestamp: startedAt,
    });
    const { Messages = [] } = await sqs.call('ReceiveMessage', { QueueUrl: url, MessageSystemAttributeNames: ['All'] });
    expect(Messages[0]?.Attributes).toEqual(expect.objectContaining({ ApproximateReceiveCount: '1' }));
    expect(Messages[0]?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
  });

  it('keeps to its rate, shows its handle while it runs, and can be cancelled', async () => {
    await using sqs = openSqs();
    const { dead } = await withDeadLetters(sqs, 10);
    const other = await sqs.queue('other');
    const { TaskHandle = '' } = await sqs.call('StartMessageMoveTask', {
      SourceArn: arnOf('dead'),
      DestinationArn: arnOf('other'),
      MaxNumberOfMessagesPerSecond: 2,
    });
    expect(await latest(sqs)).toMatchObject({
      Status: 'RUNNING',
      TaskHandle,
      ApproximateNumberOfMessagesMoved: 0,
      ApproximateNumberOfMessagesToMove: 10,
      MaxNumberOfMessagesPerSecond: 2,
    });
    expect(await refusal(sqs.call('StartMessageMoveTask', { SourceArn: arnOf('dead') }))).toBe(
      'InvalidParameterValue: There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    );
    await sqs.pass(2.5);
    expect([await sqs.counts(dead), await sqs.counts(other)]).toEqual(['6/0/0', '4/0/0']);
    expect(await sqs.call('CancelMessageMoveTask', { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 4 });
    await sqs.pass(10);
    expect(await sqs.counts(other)).toBe('4/0/0');
    expect(await latest(sqs)).toMatchObject({ Status: 'CANCELLED', DestinationArn: arnOf('other'), ApproximateNumberOfMessagesMoved: 4 });
    expect(await latest(sqs)).not.toHaveProperty('TaskHandle');
    expect(await refusal(sqs.call('CancelMessageMoveTask', { TaskHandle }))).toMatch(/^InvalidParameterValue/);
  });

  it('goes on where it was in a world that was forked meanwhile', async () => {
    await using sqs = openSqs();
    await withDeadLetters(sqs, 4);
    await sqs.call('StartMessageMoveTask', { SourceArn: arnOf('dead'), MaxNumberOfMessagesPerSecond: 1 });
    await sqs.pass(1);
    const fork = sqs.world.fork();
    await fork.start();
    await fork.advance(3000);
    const { Results } = (await fork.call(
      'sqs',
      'ListMessageMoveTasks',
      { SourceArn: arnOf('dead') },
      { partition: 'aws', account: '111111111111', region: 'us-east-1' },
    )) as { Results: object[] };
    expect(Results[0]).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 4 });
    await fork.close();
  });

  it('fails when its destination goes, or when nobody knows where a message came from', async () => {
    await using sqs = openSqs();
    await withDeadLetters(sqs, 3);
    const other = await sqs.queue('other');
    await sqs.call('StartMessageMoveTask', { SourceArn: arnOf('dead'), DestinationArn: arnOf('other'), MaxNumberOfMessagesPerSecond: 1 });
    await sqs.pass(1);
    await sqs.call('DeleteQueue', { QueueUrl: other });
    await sqs.pass(1);
    expect(await latest(sqs)).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
      ApproximateNumberOfMessagesMoved: 1,
    });
    await sqs.call('SendMessage', { QueueUrl: '/111111111111/dead', MessageBody: 'from nowhere' });
    await sqs.call('StartMessageMoveTask', { SourceArn: arnOf('dead') });
    await sqs.world.settle();
    expect(await latest(sqs)).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'CouldNotDetermineMessageSource',
      ApproximateNumberOfMessagesMoved: 2,
    });
    expect(await sqs.counts('/111111111111/dead')).toBe('1/0/0');
  });

  it.each([
    [{ SourceArn: arnOf('none') }, "ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist."],
    [{ SourceArn: arnOf('q') }, 'InvalidParameterValue: Source queue must be configured as a Dead Letter Queue.'],
    [
      { SourceArn: arnOf('dead'), DestinationArn: arnOf('none') },
      "ResourceNotFoundException: The resource that you specified for the DestinationArn parameter doesn't exist.",
    ],
  ])('is refused for %j', async (input, sentence) => {
    await using sqs = openSqs();
    await withDeadLetters(sqs, 0);
    expect(await refusal(sqs.call('StartMessageMoveTask', input))).toBe(sentence);
  });

  it.each([
    ['foobar', 'InvalidParameterValue: Value for parameter TaskHandle is invalid.'],
    [
      Buffer.from(JSON.stringify({ taskId: '1.x', sourceArn: arnOf('none') })).toString('base64'),
      "ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.",
    ],
    [
      Buffer.from(JSON.stringify({ taskId: '1.x', sourceArn: arnOf('dead') })).toString('base64'),
      'ResourceNotFoundException: Task does not exist.',
    ],
  ])('is not cancelled by the handle %s', async (TaskHandle, sentence) => {
    await using sqs = openSqs();
    await withDeadLetters(sqs, 0);
    expect(await refusal(sqs.call('CancelMessageMoveTask', { TaskHandle }))).toBe(sentence);
  });
});

describe('as a target', () => {
  it('a queue takes text as it is, other payloads as JSON, with group and deduplication id', async () => {
    await using sqs = openSqs();
    const url = await sqs.queue('q');
    const fifo = await sqs.queue('q.fifo');
    await sqs.world.transactAt({ partition: 'aws', account: '999999999999', region: 'eu-west-1' }, (tx) => {
      tx.send(arnOf('q'), 'text', { from: 'sns.amazonaws.com' });
      tx.send(arnOf('q.fifo'), { a: 1 }, { from: 'events.amazonaws.com', groupId: 'g', dedupId: 'd' });
    });
    await sqs.world.settle();
    expect(await sqs.bodies(url)).toEqual(['text']);
    expect(await sqs.bodies(fifo)).toEqual(['{"a":1}']);
  });
});
