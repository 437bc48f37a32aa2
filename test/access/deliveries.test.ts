/** Deliveries from service to service: the target's policy must let the sender in. */
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { accountA, configOf, policy } from './cloud';

const queueArn = (name: string) => `arn:aws:sqs:us-east-1:${accountA}:${name}`;
const topicArn = `arn:aws:sns:us-east-1:${accountA}:topic`;

let cloud: Nuvola;
let reports: string[];
let sqs: SQSClient;
let sns: SNSClient;
let s3: S3Client;

async function open(iam: 'audit' | 'enforce') {
  cloud = await ownCloud({ iam, report: (what, error) => reports.push(`${what}: ${error instanceof Error ? error.message : error}`) });
  const root = configOf(cloud, accountA);
  sqs = new SQSClient(root);
  sns = new SNSClient(root);
  s3 = new S3Client(root);
  for (const QueueName of ['queue', 'dead']) await sqs.send(new CreateQueueCommand({ QueueName }));
  await sns.send(new CreateTopicCommand({ Name: 'topic' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket-a' }));
}

beforeEach(() => {
  reports = [];
});
afterEach(() => cloud.close());

const urlOf = (name: string) => `${cloud.url}/${accountA}/${name}`;

async function letIn(name: string, service: string, sourceArn: string) {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: queueArn(name),
    Condition: { ArnLike: { 'aws:SourceArn': sourceArn }, StringEquals: { 'aws:SourceAccount': accountA } },
  };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: urlOf(name), Attributes: { Policy: policy(statement) } }));
}

async function bodiesIn(name: string): Promise<string[]> {
  await cloud.clock.advance(0);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf(name), MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }) => Body);
}

const subscribe = (more: Record<string, string> = {}) =>
  sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queueArn('queue'),
      Attributes: { RawMessageDelivery: 'true', ...more },
    }),
  );
const publish = (Message: string) => sns.send(new PublishCommand({ TopicArn: topicArn, Message }));

describe('SNS to SQS, enforced', () => {
  beforeEach(() => open('enforce'));

  it('is dropped without the policy, and the log names the statement', async () => {
    await subscribe();
    await publish('lost');
    expect(await bodiesIn('queue')).toEqual([]);
    const told = reports.filter((report) => report.includes('"Principal":{"Service":"sns.amazonaws.com"}'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`"Resource":"${queueArn('queue')}"`);
    expect(told[0]).toContain(`"aws:SourceArn":"${topicArn}"`);
  });

  it('goes to the dead-letter queue, when that lets it in', async () => {
    await letIn('dead', 'sns.amazonaws.com', topicArn);
    await subscribe({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead') }) });
    await publish('dead');
    expect(await bodiesIn('queue')).toEqual([]);
    expect(await bodiesIn('dead')).toEqual(['dead']);
  });

  it('arrives with the policy, for the topic that it names', async () => {
    await subscribe();
    await letIn('queue', 'sns.amazonaws.com', `${topicArn}-other`);
    await publish('other');
    await letIn('queue', 'sns.amazonaws.com', topicArn);
    await publish('named');
    expect(await bodiesIn('queue')).toEqual(['named']);
  });
});

describe('S3 to SQS, enforced', () => {
  beforeEach(() => open('enforce'));
  const notify = () =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'bucket-a',
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn: queueArn('queue'), Events: ['s3:ObjectCreated:*'] }] },
      }),
    );

  it('is refused as a destination until the queue lets it in', async () => {
    await expect(notify()).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Unable to validate the following destination configurations',
      ArgumentValue: 'Permissions on the destination queue do not allow S3 to publish notifications from this bucket',
    });
    await letIn('queue', 's3.amazonaws.com', 'arn:aws:s3:::bucket-a');
    await notify();
    await s3.send(new PutObjectCommand({ Bucket: 'bucket-a', Key: 'key', Body: 'x' }));
    const bodies = await bodiesIn('queue');
    expect(bodies.map((body) => JSON.parse(body).Event ?? JSON.parse(body).Records[0].eventName)).toEqual([
      's3:TestEvent',
      'ObjectCreated:Put',
    ]);
  });
});

describe('audited', () => {
  beforeEach(() => open('audit'));

  it('arrives all the same, and the log names the statement that is missing', async () => {
    await subscribe();
    await publish('kept');
    expect(await bodiesIn('queue')).toEqual(['kept']);
    const statement = /The statement that would allow it: (.*)$/.exec(reports.join('\n'))?.[1] ?? '';
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: urlOf('queue'), Attributes: { Policy: policy(JSON.parse(statement)) } }));
    reports.length = 0;
    await publish('let in');
    expect(await bodiesIn('queue')).toContain('let in');
    expect(reports).toEqual([]);
  });
});
