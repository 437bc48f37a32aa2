import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { type Clients, clients, refusal, type Subscriber, subscriber } from './cloud';

interface Opened extends AsyncDisposable, Clients {
  readonly nuvola: Nuvola;
  readonly topic: string;
}

async function open(attributes: Record<string, string> = {}): Promise<Opened> {
  const nuvola = await ownCloud();
  nuvola.clock.freeze();
  const made = clients(nuvola.config());
  const { TopicArn = '' } = await made.sns.send(new CreateTopicCommand({ Name: 'topic', Attributes: attributes }));
  return { ...made, nuvola, topic: TopicArn, [Symbol.asyncDispose]: () => nuvola.close() };
}

/** Subscribes and confirms by following the link, as a browser would; the subscription's ARN. */
async function join({ sns, topic }: Opened, hook: Subscriber, attributes: Record<string, string> = {}): Promise<string> {
  const before = hook.requests.length;
  const command = new SubscribeCommand({
    TopicArn: topic,
    Protocol: 'http',
    Endpoint: hook.url,
    Attributes: attributes,
    ReturnSubscriptionArn: true,
  });
  const { SubscriptionArn = '' } = await sns.send(command);
  const asked = JSON.parse((await hook.got(before + 1))[before]?.body as string) as Record<string, string>;
  const answer = await fetch(asked.SubscribeURL as string);
  expect(await answer.text()).toContain(`<SubscriptionArn>${SubscriptionArn}</SubscriptionArn>`);
  return SubscriptionArn;
}

const attributesOf = async ({ sns }: Clients, SubscriptionArn: string) =>
  (await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;

const signature = expect.stringMatching(/^[\w+/]{342}==$/);

describe('an HTTP subscriber', () => {
  it('is asked first, confirms with the link, and then gets messages', async () => {
    await using cloud = await open();
    await using hook = await subscriber();
    const pending = await cloud.sns.send(new SubscribeCommand({ TopicArn: cloud.topic, Protocol: 'http', Endpoint: hook.url }));
    expect(pending.SubscriptionArn).toBe('pending confirmation');
    await cloud.sns.send(new PublishCommand({ TopicArn: cloud.topic, Message: 'too early' }));
    const asked = (await hook.got(1))[0];
    const body = JSON.parse(asked?.body as string) as Record<string, string>;
    expect(Object.keys(body)).toEqual([
      ...['Type', 'MessageId', 'Token', 'TopicArn', 'Message', 'SubscribeURL', 'Timestamp'],
      ...['SignatureVersion', 'Signature', 'SigningCertURL'],
    ]);
    expect(body).toMatchObject({
      Type: 'SubscriptionConfirmation',
      Token: expect.stringMatching(/^[0-9a-f]{288}$/),
      Signature: signature,
      Message: `You have chosen to subscribe to the topic ${cloud.topic}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    });
    expect(asked?.headers).toMatchObject({
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-message-id': body.MessageId,
      'x-amz-sns-topic-arn': cloud.topic,
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
    });
    const { Subscriptions } = await cloud.sns.send(new ListSubscriptionsCommand({}));
    expect(Subscriptions).toEqual([expect.objectContaining({ SubscriptionArn: 'PendingConfirmation', Endpoint: hook.url })]);

    const { SubscriptionArn = '' } = await cloud.sns.send(new ConfirmSubscriptionCommand({ TopicArn: cloud.topic, Token: body.Token }));
    expect(await attributesOf(cloud, SubscriptionArn)).toMatchObject({
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'true',
    });
    const { MessageId } = await cloud.sns.send(new PublishCommand({ TopicArn: cloud.topic, Message: 'now' }));
    const got = (await hook.got(2))[1];
    expect(JSON.parse(got?.body as string)).toMatchObject({ Type: 'Notification', Message: 'now', MessageId, Signature: signature });
    expect(got?.headers).toMatchObject({ 'x-amz-sns-message-type': 'Notification', 'x-amz-sns-subscription-arn': SubscriptionArn });
  });

  it('gets raw messages in the content type it asked for', async () => {
    await using cloud = await open();
    await using hook = await subscriber();
    const DeliveryPolicy = JSON.stringify({ requestPolicy: { headerContentType: 'text/csv' } });
    await join(cloud, hook, { RawMessageDelivery: 'true', DeliveryPolicy });
    await cloud.sns.send(new PublishCommand({ TopicArn: cloud.topic, Message: 'a,b' }));
    const got = (await hook.got(2))[1];
    expect(got?.body).toBe('a,b');
    expect(got?.headers).toMatchObject({ 'content-type': 'text/csv', 'x-amz-sns-rawdelivery': 'true' });
  });

  it('is tried again as its policy says, then its message goes to the dead-letter queue', async () => {
    await using cloud = await open();
    await using hook = await subscriber((n) => (n === 0 ? 200 : 503));
    const dead = await cloud.queue('dead');
    const healthyRetryPolicy = {
      ...{ numRetries: 4, numNoDelayRetries: 1, numMinDelayRetries: 1, numMaxDelayRetries: 1 },
      ...{ minDelayTarget: 10, maxDelayTarget: 60, backoffFunction: 'linear' },
    };
    const arn = await join(cloud, hook, {
      DeliveryPolicy: JSON.stringify({ healthyRetryPolicy }),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }),
    });
    expect(JSON.parse((await attributesOf(cloud, arn))?.EffectiveDeliveryPolicy as string)).toMatchObject({ healthyRetryPolicy });
    await cloud.sns.send(new PublishCommand({ TopicArn: cloud.topic, Message: 'm' }));
    const tries: number[] = [];
    for (const seconds of [0, 9, 1, 9, 1, 59, 1]) {
      await cloud.nuvola.clock.advance(seconds * 1000);
      tries.push(hook.requests.length - 1);
    }
    expect(tries).toEqual([2, 2, 3, 3, 4, 4, 5]);
    const [message] = await cloud.receive(dead.url);
    expect(JSON.parse(message?.Body as string)).toMatchObject({
      Type: 'Notification',
      Message: 'm',
      Signature: expect.stringMatching(/./),
    });
  });

  it.each([
    [404, 1],
    [301, 1],
    [429, 4],
    [500, 4],
  ])('that answers %i is tried %i times', async (status, tries) => {
    await using cloud = await open();
    await using hook = await subscriber((n) => (n === 0 ? 200 : status));
    await join(cloud, hook);
    await cloud.sns.send(new PublishCommand({ TopicArn: cloud.topic, Message: 'm' }));
    await cloud.nuvola.clock.advance(3_600_000);
    expect(hook.requests.length - 1).toBe(tries);
  });

  it('that hangs delays no other', async () => {
    await using cloud = await open();
    await using slow = await subscriber((n) => (n === 0 ? 200 : new Promise<number>(() => {})));
    await using quick = await subscriber();
    const queue = await cloud.queue('queue');
    await join(cloud, slow);
    await join(cloud, quick);
    await cloud.sns.send(new SubscribeCommand({ TopicArn: cloud.topic, Protocol: 'sqs', Endpoint: queue.arn }));
    for (let n = 0; n < 100; n++) await cloud.sns.send(new PublishCommand({ TopicArn: cloud.topic, Message: `${n}` }));
    await quick.got(101);
    expect(await cloud.receive(queue.url)).toHaveLength(10);
    await slow.got(2);
    expect(slow.requests.length - 1).toBeLessThanOrEqual(64);
  });

  it('gets no more a second than its policy allows', async () => {
    await using cloud = await open();
    await using hook = await subscriber();
    await join(cloud, hook, { DeliveryPolicy: JSON.stringify({ throttlePolicy: { maxReceivesPerSecond: 2 } }) });
    for (let n = 0; n < 5; n++) await cloud.sns.send(new PublishCommand({ TopicArn: cloud.topic, Message: `${n}` }));
    const received: number[] = [];
    for (const ms of [0, 500, 500, 500, 500]) {
      await cloud.nuvola.clock.advance(ms);
      received.push(hook.requests.length - 1);
    }
    expect(received).toEqual([1, 2, 3, 4, 5]);
  });

  it('is told when it is unsubscribed, by a link too, and can take that back', async () => {
    await using cloud = await open();
    await using hook = await subscriber();
    const arn = await join(cloud, hook);
    await cloud.sns.send(new PublishCommand({ TopicArn: cloud.topic, Message: 'm' }));
    const { UnsubscribeURL } = JSON.parse((await hook.got(2))[1]?.body as string) as Record<string, string>;
    expect((await fetch(UnsubscribeURL as string)).status).toBe(200);
    const told = JSON.parse((await hook.got(3))[2]?.body as string) as Record<string, string>;
    expect(told).toMatchObject({ Type: 'UnsubscribeConfirmation', Message: expect.stringContaining(`deactivate subscription ${arn}.`) });
    expect(await refusal(attributesOf(cloud, arn))).toBe('NotFound: Subscription does not exist');
    expect((await fetch(told.SubscribeURL as string)).status).toBe(200);
    expect(await attributesOf(cloud, arn)).toMatchObject({ PendingConfirmation: 'false' });
    const { Attributes } = await cloud.sns.send(new GetTopicAttributesCommand({ TopicArn: cloud.topic }));
    expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsPending: '0', SubscriptionsDeleted: '0' });
  });

  it('that wants only signed requests to unsubscribe it is not unsubscribed by a link', async () => {
    await using cloud = await open();
    await using hook = await subscriber();
    await cloud.sns.send(new SubscribeCommand({ TopicArn: cloud.topic, Protocol: 'http', Endpoint: hook.url }));
    const { Token } = JSON.parse((await hook.got(1))[0]?.body as string) as Record<string, string>;
    const command = new ConfirmSubscriptionCommand({ TopicArn: cloud.topic, Token, AuthenticateOnUnsubscribe: 'true' });
    const { SubscriptionArn = '' } = await cloud.sns.send(command);
    const link = `${cloud.nuvola.url}/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`;
    expect((await fetch(link)).status).toBe(403);
    await cloud.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect(await refusal(attributesOf(cloud, SubscriptionArn))).toBe('NotFound: Subscription does not exist');
  });

  it('that does not confirm within two days is forgotten', async () => {
    await using cloud = await open();
    await using hook = await subscriber();
    await cloud.sns.send(new SubscribeCommand({ TopicArn: cloud.topic, Protocol: 'http', Endpoint: hook.url }));
    const { Token } = JSON.parse((await hook.got(1))[0]?.body as string) as Record<string, string>;
    const count = async () =>
      (await cloud.sns.send(new GetTopicAttributesCommand({ TopicArn: cloud.topic }))).Attributes?.SubscriptionsPending;
    await cloud.nuvola.clock.advance(48 * 3_600_000 - 1);
    expect(await count()).toBe('1');
    await cloud.nuvola.clock.advance(1);
    expect(await count()).toBe('0');
    const late = cloud.sns.send(new ConfirmSubscriptionCommand({ TopicArn: cloud.topic, Token }));
    expect(await refusal(late)).toBe('InvalidParameter: Invalid parameter: Token');
  });

  it.each([
    ['no token', 'topic', 'abc', 'Invalid token'],
    ['a token of nobody', 'topic', '5'.repeat(288), 'Invalid parameter: Token'],
    ['no topic', 'broken', undefined, 'Invalid parameter: Topic'],
    ['a topic of another region', 'elsewhere', undefined, 'Invalid parameter: Topic'],
  ])('cannot confirm with %s', async (_, which, token, sentence) => {
    await using cloud = await open();
    await using hook = await subscriber();
    await cloud.sns.send(new SubscribeCommand({ TopicArn: cloud.topic, Protocol: 'http', Endpoint: hook.url }));
    const asked = JSON.parse((await hook.got(1))[0]?.body as string) as Record<string, string>;
    const TopicArn =
      which === 'broken' ? 'not-an-arn' : which === 'elsewhere' ? cloud.topic.replace('us-east-1', 'us-west-1') : cloud.topic;
    const command = new ConfirmSubscriptionCommand({ TopicArn, Token: token ?? asked.Token });
    expect(await refusal(cloud.sns.send(command))).toBe(`InvalidParameter: ${sentence}`);
  });
});
