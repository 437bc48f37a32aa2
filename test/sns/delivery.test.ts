import { verify, X509Certificate } from 'node:crypto';
import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  type SubscribeCommandInput,
} from '@aws-sdk/client-sns';
import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { account } from '../server';
import { type Clients, clients } from './cloud';

const open = () => clients(account().config);

async function topic({ sns }: Clients, name = 'topic', Attributes?: Record<string, string>): Promise<string> {
  const fifo = name.endsWith('.fifo') ? { FifoTopic: 'true' } : {};
  return (await sns.send(new CreateTopicCommand({ Name: name, Attributes: { ...fifo, ...Attributes } }))).TopicArn as string;
}

const subscribe = async ({ sns }: Clients, input: Omit<SubscribeCommandInput, 'Protocol'>): Promise<string> =>
  (await sns.send(new SubscribeCommand({ Protocol: 'sqs', ...input }))).SubscriptionArn as string;

/** As a receiver checks a message: its certificate fetched from where it says, the string built as documented. */
async function isSigned(message: Record<string, string>): Promise<boolean> {
  const answer = await fetch(message.SigningCertURL as string);
  const certificate = new X509Certificate(await answer.text());
  const names =
    message.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names.filter((name) => message[name] !== undefined).map((name) => `${name}\n${message[name]}\n`);
  const digest = message.SignatureVersion === '2' ? 'sha256' : 'sha1';
  return verify(digest, Buffer.from(text.join('')), certificate.publicKey, Buffer.from(message.Signature as string, 'base64'));
}

describe('a message for a queue', () => {
  it.each(['1', '2'])('comes in an envelope, signed in version %s', async (SignatureVersion) => {
    const cloud = open();
    const TopicArn = await topic(cloud, 'topic', { SignatureVersion });
    const queue = await cloud.queue('queue');
    const subscription = await subscribe(cloud, { TopicArn, Endpoint: queue.arn });
    const published = await cloud.sns.send(
      new PublishCommand({
        TopicArn,
        Subject: 'about "it"',
        Message: 'text with "Signature" : "" and ünïcode\n',
        MessageAttributes: {
          number: { DataType: 'Number', StringValue: '1' },
          bytes: { DataType: 'Binary', BinaryValue: Buffer.from([2, 3, 4]) },
          Signature: { DataType: 'String', StringValue: '' + 'x' },
        },
      }),
    );
    const [message] = await cloud.receive(queue.url);
    const body = JSON.parse(message?.Body as string) as Record<string, string>;
    expect(Object.keys(body)).toEqual([
      ...['Type', 'MessageId', 'TopicArn', 'Subject', 'Message', 'Timestamp'],
      ...['SignatureVersion', 'Signature', 'SigningCertURL', 'UnsubscribeURL', 'MessageAttributes'],
    ]);
    expect(body).toMatchObject({
      Type: 'Notification',
      MessageId: published.MessageId,
      TopicArn,
      Subject: 'about "it"',
      Message: 'text with "Signature" : "" and ünïcode\n',
      SignatureVersion,
      UnsubscribeURL: expect.stringMatching(new RegExp(`/\\?Action=Unsubscribe&SubscriptionArn=${subscription}$`)),
      MessageAttributes: {
        number: { Type: 'Number', Value: '1' },
        bytes: { Type: 'Binary', Value: 'AgME' },
        Signature: { Type: 'String', Value: 'x' },
      },
    });
    expect(await isSigned(body)).toBe(true);
    expect(await isSigned({ ...body, Message: 'another' })).toBe(false);
  });

  it('looks as AWS lays it out', async () => {
    const cloud = open();
    const TopicArn = await topic(cloud);
    const queue = await cloud.queue('queue');
    await subscribe(cloud, { TopicArn, Endpoint: queue.arn });
    await cloud.sns.send(
      new PublishCommand({ TopicArn, Message: 'm', MessageAttributes: { a: { DataType: 'String', StringValue: 'v' } } }),
    );
    const [message] = await cloud.receive(queue.url);
    expect(message?.Body).toMatch(/^\{\n {2}"Type" : "Notification",\n {2}"MessageId" : "/);
    expect(message?.Body).toMatch(/,\n {2}"MessageAttributes" : \{\n {4}"a" : \{"Type":"String","Value":"v"\}\n {2}\}\n\}$/);
  });

  it('comes as it is when delivery is raw, with its attributes', async () => {
    const cloud = open();
    const TopicArn = await topic(cloud);
    const queue = await cloud.queue('queue');
    await subscribe(cloud, { TopicArn, Endpoint: queue.arn, Attributes: { RawMessageDelivery: 'true' } });
    const MessageAttributes = { store: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) } };
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'plain', MessageAttributes }));
    expect(await cloud.receive(queue.url)).toEqual([expect.objectContaining({ Body: 'plain', MessageAttributes })]);
  });

  it('comes with the text for its protocol, its group and its trace', async () => {
    const cloud = open();
    const TopicArn = await topic(cloud);
    const queue = await cloud.queue('queue');
    await subscribe(cloud, { TopicArn, Endpoint: queue.arn, Attributes: { RawMessageDelivery: 'true' } });
    const Message = JSON.stringify({ default: 'for all', sqs: 'for queues', http: 1 });
    const command = new PublishCommand({ TopicArn, Message, MessageStructure: 'json', MessageGroupId: 'g' });
    const trace = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1';
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['X-Amzn-Trace-Id'] = trace;
        return next(args);
      },
      { step: 'build' },
    );
    await cloud.sns.send(command);
    const [message] = await cloud.receive(queue.url);
    expect(message).toMatchObject({ Body: 'for queues', Attributes: { MessageGroupId: 'g', AWSTraceHeader: trace } });
  });

  it('is left out where the filter does not let it through', async () => {
    const cloud = open();
    const TopicArn = await topic(cloud);
    const byAttribute = await cloud.queue('by-attribute');
    const byBody = await cloud.queue('by-body');
    const raw = { RawMessageDelivery: 'true' };
    const first = await subscribe(cloud, { TopicArn, Endpoint: byAttribute.arn, Attributes: { ...raw, FilterPolicy: '{"kind":["a"]}' } });
    const policy = JSON.stringify({ order: { price: [{ numeric: ['>', 100] }] } });
    await subscribe(cloud, {
      TopicArn,
      Endpoint: byBody.arn,
      Attributes: { ...raw, FilterPolicy: policy, FilterPolicyScope: 'MessageBody' },
    });
    const kind = (StringValue: string) => ({ kind: { DataType: 'String', StringValue } });
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: '{"order":{"price":101}}', MessageAttributes: kind('b') }));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: '{"order":{"price":99}}', MessageAttributes: kind('a') }));
    expect((await cloud.receive(byAttribute.url)).map(({ Body }) => Body)).toEqual(['{"order":{"price":99}}']);
    expect((await cloud.receive(byBody.url)).map(({ Body }) => Body)).toEqual(['{"order":{"price":101}}']);
    await cloud.sns.send(
      new SetSubscriptionAttributesCommand({ SubscriptionArn: first, AttributeName: 'FilterPolicy', AttributeValue: '{}' }),
    );
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'any' }));
    expect((await cloud.receive(byAttribute.url)).map(({ Body }) => Body)).toEqual(['any']);
  });

  it('goes to the dead-letter queue, as it is, when the queue is gone; and to the others all the same', async () => {
    const cloud = open();
    const TopicArn = await topic(cloud);
    const [gone, dead, other] = await Promise.all([cloud.queue('gone'), cloud.queue('dead'), cloud.queue('other')]);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn });
    await subscribe(cloud, { TopicArn, Endpoint: gone.arn, Attributes: { RawMessageDelivery: 'true', RedrivePolicy } });
    await subscribe(cloud, { TopicArn, Endpoint: other.arn, Attributes: { RawMessageDelivery: 'true' } });
    await cloud.sqs.send(new DeleteQueueCommand({ QueueUrl: gone.url }));
    const MessageAttributes = { a: { DataType: 'Number', StringValue: '111' } };
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'm', MessageAttributes }));
    expect(await cloud.receive(other.url)).toEqual([expect.objectContaining({ Body: 'm' })]);
    await expect.poll(() => cloud.receive(dead.url)).toEqual([expect.objectContaining({ Body: 'm', MessageAttributes })]);
  });

  it('is discarded when it is raw and has more attributes than a queue takes', async () => {
    const cloud = open();
    const TopicArn = await topic(cloud);
    const [raw, enveloped] = await Promise.all([cloud.queue('raw'), cloud.queue('enveloped')]);
    await subscribe(cloud, { TopicArn, Endpoint: raw.arn, Attributes: { RawMessageDelivery: 'true' } });
    await subscribe(cloud, { TopicArn, Endpoint: enveloped.arn });
    const names = Array.from({ length: 11 }, (_, i) => `a${i}`);
    const MessageAttributes = Object.fromEntries(names.map((name) => [name, { DataType: 'String', StringValue: 'v' }]));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'm', MessageAttributes }));
    expect(await cloud.receive(enveloped.url)).toHaveLength(1);
    expect(await cloud.receive(raw.url)).toEqual([]);
  });

  it('reaches three hundred subscribers', async () => {
    const cloud = open();
    const TopicArn = await topic(cloud);
    const queues = await Promise.all(Array.from({ length: 300 }, (_, i) => cloud.queue(`queue-${i}`)));
    const attributes = { RawMessageDelivery: 'true' };
    await Promise.all(queues.map((queue) => subscribe(cloud, { TopicArn, Endpoint: queue.arn, Attributes: attributes })));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'm' }));
    for (const queue of queues) await expect.poll(() => cloud.receive(queue.url)).toHaveLength(1);
  }, 30_000);
});

describe('a FIFO topic', () => {
  it('keeps order and groups, numbers its messages, and delivers what was sent twice once', async () => {
    const cloud = open();
    const TopicArn = await topic(cloud, 'topic.fifo', { ContentBasedDeduplication: 'true' });
    const [fifo, standard] = await Promise.all([cloud.queue('queue.fifo'), cloud.queue('queue')]);
    await subscribe(cloud, { TopicArn, Endpoint: fifo.arn });
    await subscribe(cloud, { TopicArn, Endpoint: standard.arn, Attributes: { RawMessageDelivery: 'true' } });
    const { SequenceNumber: first = '' } = await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'Test', MessageGroupId: 'g' }));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'Test', MessageGroupId: 'g' }));
    const entries = ['b', 'c'].map((Id) => ({ Id, Message: Id, MessageGroupId: 'g' }));
    const batch = await cloud.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
    expect(batch.Failed).toEqual([]);
    const numbers = [first, ...(batch.Successful ?? []).map(({ SequenceNumber }) => SequenceNumber as string)];
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(3);
    expect(first).toMatch(/^\d{20}$/);
    const messages = await cloud.receive(fifo.url);
    const bodies = messages.map(({ Body }) => JSON.parse(Body as string) as Record<string, string>);
    expect(bodies.map(({ Message, SequenceNumber }) => [Message, SequenceNumber])).toEqual([
      ['Test', numbers[0]],
      ['b', numbers[1]],
      ['c', numbers[2]],
    ]);
    expect(Object.keys(bodies[0] as object)).toEqual([
      ...['Type', 'MessageId', 'SequenceNumber', 'TopicArn', 'Message', 'Timestamp', 'UnsubscribeURL'],
    ]);
    expect(messages[0]?.Attributes).toMatchObject({
      MessageGroupId: 'g',
      MessageDeduplicationId: '532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25',
    });
    const plain = await cloud.receive(standard.url);
    expect(plain.map(({ Body }) => Body).sort()).toEqual(['Test', 'b', 'c']);
    expect(plain[0]?.Attributes).not.toHaveProperty('MessageGroupId');
  });
});
