import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  type SubscribeCommandInput,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { account } from '../server';
import { clients, refusal } from './cloud';

async function open(name = 'topic') {
  const { id, config } = account();
  const made = clients(config);
  const Attributes = name.endsWith('.fifo') ? { FifoTopic: 'true' } : {};
  const { TopicArn = '' } = await made.sns.send(new CreateTopicCommand({ Name: name, Attributes }));
  return {
    ...made,
    id,
    topic: TopicArn,
    queueArn: (queue: string) => `arn:aws:sqs:us-east-1:${id}:${queue}`,
    async subscribe(input: Partial<SubscribeCommandInput>): Promise<string> {
      return (await made.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', ...input }))).SubscriptionArn as string;
    },
    async attributes(SubscriptionArn: string) {
      return (await made.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;
    },
    set: (SubscriptionArn: string, AttributeName: string, AttributeValue: string) =>
      made.sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue })),
  };
}

describe('a subscription', () => {
  it('of an own queue needs no confirmation, whether the queue is there or not', async () => {
    const cloud = await open();
    const Endpoint = cloud.queueArn('none');
    const arn = await cloud.subscribe({ Endpoint });
    expect(arn).toMatch(new RegExp(`^${cloud.topic}:[0-9a-f-]{36}$`));
    expect(await cloud.attributes(arn)).toEqual({
      SubscriptionArn: arn,
      TopicArn: cloud.topic,
      Protocol: 'sqs',
      Endpoint,
      Owner: cloud.id,
      SubscriptionPrincipal: `arn:aws:iam::${cloud.id}:root`,
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'true',
      RawMessageDelivery: 'false',
    });
  });

  it('made again is the same, and not another', async () => {
    const cloud = await open();
    const Endpoint = cloud.queueArn('queue');
    const Attributes = { RawMessageDelivery: 'true', FilterPolicyScope: 'MessageBody' };
    const arn = await cloud.subscribe({ Endpoint, Attributes });
    for (const again of [Attributes, { RawMessageDelivery: 'TRUE' }, {}, undefined]) {
      expect(await cloud.subscribe({ Endpoint, Attributes: again })).toBe(arn);
    }
    expect(await refusal(cloud.subscribe({ Endpoint, Attributes: { RawMessageDelivery: 'false' } }))).toBe(
      'InvalidParameter: Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
    );
  });

  it('shows its filter with the scope, and loses both with the policy', async () => {
    const cloud = await open();
    const arn = await cloud.subscribe({ Endpoint: cloud.queueArn('queue') });
    await cloud.set(arn, 'FilterPolicyScope', 'MessageBody');
    expect(await cloud.attributes(arn)).not.toHaveProperty('FilterPolicyScope');
    await cloud.set(arn, 'FilterPolicy', '{"object":{"key":[{"prefix":"auto-"}]}}');
    expect(await cloud.attributes(arn)).toMatchObject({
      FilterPolicy: '{"object":{"key":[{"prefix":"auto-"}]}}',
      FilterPolicyScope: 'MessageBody',
    });
    await cloud.set(arn, 'FilterPolicy', '');
    expect(await cloud.attributes(arn)).not.toHaveProperty('FilterPolicy');
  });

  it.each<[Partial<SubscribeCommandInput>, string]>([
    [{ Protocol: 'test-protocol' }, 'InvalidParameter: Invalid parameter: Amazon SNS does not support this protocol string: test-protocol'],
    [
      { Protocol: 'http', Endpoint: 'https://example.com' },
      'InvalidParameter: Invalid parameter: Endpoint must match the specified protocol',
    ],
    [{ Protocol: 'sms', Endpoint: 'NAA+15551234567' }, 'InvalidParameter: Invalid SMS endpoint: NAA+15551234567'],
    [{ Endpoint: 'http://127.0.0.1/queue' }, 'InvalidParameter: Invalid parameter: SQS endpoint ARN'],
    [
      { Endpoint: 'arn:aws:sqs:us-east-1:000000000000:queue.fifo' },
      'InvalidParameter: Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    ],
    [{ TopicArn: 'topic' }, 'InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1'],
    [{ TopicArn: 'arn:aws:sns:us-east-1:000000000000:none' }, 'NotFound: Topic does not exist'],
    [{ TopicArn: 'arn:aws:sns:us-west-1:000000000000:none' }, 'InvalidParameter: Invalid parameter: TopicArn'],
    [{ Attributes: { Nothing: 'x' } }, 'InvalidParameter: Invalid parameter: Attributes'],
    [
      { Attributes: { RawMessageDelivery: 'wrongvalue' } },
      'InvalidParameter: Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [wrongvalue]. Must be true or false.',
    ],
    [
      { Attributes: { FilterPolicy: '{"key":[["value"]]}' } },
      'InvalidParameter: Invalid parameter: Attributes Reason: FilterPolicy: Match value must be String, number, true, false, or null\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 10]',
    ],
  ])('is refused for %j', async (input, sentence) => {
    const cloud = await open();
    expect(await refusal(cloud.subscribe({ Endpoint: cloud.queueArn('queue'), ...input }))).toBe(sentence);
  });

  it.each([
    ['Nothing', 'x', 'Invalid parameter: AttributeName'],
    ['RawMessageDelivery', '', 'Invalid parameter: RawMessageDelivery: Invalid value []. Must be true or false.'],
    [
      'FilterPolicyScope',
      'Random',
      'Invalid parameter: FilterPolicyScope: Invalid value [Random]. Please use either MessageBody or MessageAttributes',
    ],
    [
      'FilterPolicy',
      '{"o":{"key":["v"]}}',
      'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy',
    ],
    [
      'FilterPolicy',
      '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}',
      'Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys',
    ],
    ['RedrivePolicy', '{"deadLetterTargetArn":"fake"}', 'Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn'],
    [
      'RedrivePolicy',
      '{invalidjson}',
      "Invalid parameter: RedrivePolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
    ],
  ])('refuses %s = %s', async (name, value, sentence) => {
    const cloud = await open();
    const arn = await cloud.subscribe({ Endpoint: cloud.queueArn('queue') });
    expect(await refusal(cloud.set(arn, name, value))).toBe(`InvalidParameter: ${sentence}`);
  });

  it('of a FIFO queue to a FIFO topic has a FIFO queue for its dead letters', async () => {
    const cloud = await open('topic.fifo');
    const arn = await cloud.subscribe({ Endpoint: cloud.queueArn('queue.fifo') });
    const policy = (queue: string) => JSON.stringify({ deadLetterTargetArn: cloud.queueArn(queue) });
    expect(await refusal(cloud.set(arn, 'RedrivePolicy', policy('dead')))).toBe(
      'InvalidParameter: Invalid parameter: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.',
    );
    await cloud.set(arn, 'RedrivePolicy', policy('dead.fifo'));
    expect(await cloud.attributes(arn)).toMatchObject({ RedrivePolicy: policy('dead.fifo') });
  });

  it('to what receives nothing here is refused, not taken in silence', async () => {
    const cloud = await open();
    const stream = `arn:aws:firehose:us-east-1:${cloud.id}:deliverystream/stream`;
    expect(await refusal(cloud.subscribe({ Protocol: 'firehose', Endpoint: stream }))).toMatch(/^NotImplemented: .*delivery to firehose/);
  });

  it('of a queue of another account waits for that account', async () => {
    const [cloud, theirs] = await Promise.all([open(), open()]);
    const queue = await theirs.queue('queue');
    expect(await cloud.subscribe({ Endpoint: queue.arn })).toBe('pending confirmation');
    const [message] = await theirs.receive(queue.url);
    const asked = JSON.parse(message?.Body as string) as Record<string, string>;
    expect(asked.Type).toBe('SubscriptionConfirmation');
    expect((await fetch(asked.SubscribeURL as string)).status).toBe(200);
    const { Subscriptions } = await cloud.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: cloud.topic }));
    expect(Subscriptions).toEqual([expect.objectContaining({ SubscriptionArn: expect.stringMatching(/^arn:/), Owner: cloud.id })]);
  });

  it('by another account is listed there', async () => {
    const [cloud, theirs] = await Promise.all([open(), open()]);
    const arn = await theirs.subscribe({ TopicArn: cloud.topic, Endpoint: theirs.queueArn('queue') });
    const { Subscriptions } = await theirs.sns.send(new ListSubscriptionsCommand({}));
    expect(Subscriptions).toEqual([expect.objectContaining({ SubscriptionArn: arn, Owner: theirs.id, TopicArn: cloud.topic })]);
    expect((await cloud.sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
  });

  it('ends once, however often it is ended, and is counted', async () => {
    const cloud = await open();
    const arn = await cloud.subscribe({ Endpoint: cloud.queueArn('queue') });
    await cloud.subscribe({ Protocol: 'email', Endpoint: 'a@example.com' });
    const counts = async () => {
      const { Attributes = {} } = await cloud.sns.send(new GetTopicAttributesCommand({ TopicArn: cloud.topic }));
      return ['Confirmed', 'Pending', 'Deleted'].map((what) => Attributes[`Subscriptions${what}`]).join('/');
    };
    expect(await counts()).toBe('1/1/0');
    await cloud.sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    await cloud.sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    expect(await counts()).toBe('0/1/1');
    expect(await refusal(cloud.attributes(arn))).toBe('NotFound: Subscription does not exist');
    expect(await refusal(cloud.set(arn, 'RawMessageDelivery', 'true'))).toBe('NotFound: Subscription does not exist');
  });

  it.each([
    ['topic', 'Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1'],
    ['arn:aws:sns:us-east-1:111111111111', 'Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 5'],
    ['arn:aws:sns:us-east-1:111111111111:topic', 'Invalid parameter: SubscriptionId'],
    ['', 'Invalid parameter: SubscriptionArn Reason: no value for required parameter'],
  ])('cannot be ended by %j', async (SubscriptionArn, sentence) => {
    const { sns } = await open();
    expect(await refusal(sns.send(new UnsubscribeCommand({ SubscriptionArn })))).toBe(`InvalidParameter: ${sentence}`);
  });

  it('goes with its topic', async () => {
    const cloud = await open();
    const arn = await cloud.subscribe({ Endpoint: cloud.queueArn('queue') });
    await cloud.sns.send(new DeleteTopicCommand({ TopicArn: cloud.topic }));
    expect(await refusal(cloud.attributes(arn))).toBe('NotFound: Subscription does not exist');
  });
});

it('subscriptions are listed a hundred a page, also by topic', async () => {
  const cloud = await open();
  await Promise.all(Array.from({ length: 101 }, (_, i) => cloud.subscribe({ Endpoint: cloud.queueArn(`queue-${i}`) })));
  const { TopicArn } = { TopicArn: cloud.topic };
  const first = await cloud.sns.send(new ListSubscriptionsCommand({}));
  const second = await cloud.sns.send(new ListSubscriptionsCommand({ NextToken: first.NextToken }));
  const byTopic = await cloud.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const rest = await cloud.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken: byTopic.NextToken }));
  for (const pages of [
    [first, second],
    [byTopic, rest],
  ] as const) {
    const arns = pages.map(({ Subscriptions = [] }) => Subscriptions.map(({ SubscriptionArn }) => SubscriptionArn));
    expect(arns.map(({ length }) => length)).toEqual([100, 1]);
    expect(new Set(arns.flat()).size).toBe(101);
    expect(pages[1].NextToken).toBeUndefined();
  }
});
