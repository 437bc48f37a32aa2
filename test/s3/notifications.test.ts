import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { failureOf, newBucket } from './cloud';

interface EventRecord {
  readonly eventName: string;
  readonly eventVersion: string;
  readonly s3: { readonly object: { readonly key: string; readonly versionId?: string; readonly sequencer: string } };
}

async function watchedBucket(configure: (arn: string) => NotificationConfiguration = everything) {
  const bucket = await newBucket();
  const sqs = new SQSClient(bucket.config);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'events' }));
  const arn = `arn:aws:sqs:us-east-1:${bucket.id}:events`;
  const { s3, Bucket } = bucket;
  const putConfiguration = (NotificationConfiguration: NotificationConfiguration, SkipDestinationValidation?: boolean) =>
    s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration, SkipDestinationValidation }));
  /** The next message, taken out of the queue. */
  const next = async () => {
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
    if (!message) throw new Error('No message came.');
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    return JSON.parse(message.Body ?? '') as { Records: [EventRecord] } & Record<string, unknown>;
  };
  await putConfiguration(configure(arn));
  const test = await next();
  return { ...bucket, arn, next, test, putConfiguration };
}

const everything = (QueueArn: string): NotificationConfiguration => ({
  QueueConfigurations: [
    { Id: 'all', QueueArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*', 's3:LifecycleExpiration:*'] },
  ],
});

describe('event notifications', () => {
  it('begin with a test event', async () => {
    const { Bucket, test } = await watchedBucket();
    expect(test).toEqual({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      Bucket,
      RequestId: expect.stringMatching(/^[0-9A-Z]{16}$/),
      HostId: expect.any(String),
    });
  });

  it('say what was put', async () => {
    const { s3, Bucket, id, next } = await watchedBucket();
    const { $metadata } = await s3.send(new PutObjectCommand({ Bucket, Key: 'red flowers/ü.jpg', Body: 'hello' }));
    expect(await next()).toEqual({
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventTime: expect.stringMatching(/Z$/),
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: `AWS:${id}` },
          requestParameters: { sourceIPAddress: '127.0.0.1' },
          responseElements: { 'x-amz-request-id': $metadata.requestId, 'x-amz-id-2': $metadata.extendedRequestId },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'all',
            bucket: {
              name: Bucket,
              ownerIdentity: { principalId: expect.stringMatching(/^A[0-9A-Z]{13}$/) },
              arn: `arn:aws:s3:::${Bucket}`,
            },
            object: {
              key: 'red+flowers/%C3%BC.jpg',
              size: 5,
              eTag: '5d41402abc4b2a76b9719d911017c592',
              sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
            },
          },
        },
      ],
    });
  });

  it('come of every kind of change, in the order of their sequencers', async () => {
    const { s3, Bucket, next } = await watchedBucket();
    const named = { Bucket, Key: 'k' };
    await s3.send(new PutObjectCommand({ ...named, Body: 'x' }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }));
    await s3.send(new PutObjectTaggingCommand({ ...named, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
    await s3.send(new DeleteObjectTaggingCommand(named));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' }));
    const Parts = [{ ETag, PartNumber: 1 }];
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload: { Parts } }));
    await s3.send(new DeleteObjectCommand(named));
    // Deleting what is not there is no event.
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'never' }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const { VersionId } = await s3.send(new PutObjectCommand({ ...named, Body: 'x' }));
    await s3.send(new DeleteObjectCommand(named));
    await s3.send(new DeleteObjectCommand({ ...named, VersionId }));

    const records: EventRecord[] = [];
    for (let i = 0; i < 9; i++) records.push((await next()).Records[0]);
    records.sort((a, b) => (a.s3.object.sequencer ?? '').localeCompare(b.s3.object.sequencer ?? ''));
    expect(records.map(({ eventName }) => eventName).sort()).toEqual([
      'ObjectCreated:CompleteMultipartUpload',
      'ObjectCreated:Copy',
      'ObjectCreated:Put',
      'ObjectCreated:Put',
      'ObjectRemoved:Delete',
      'ObjectRemoved:Delete',
      'ObjectRemoved:DeleteMarkerCreated',
      'ObjectTagging:Delete',
      'ObjectTagging:Put',
    ]);
    expect(records.slice(-3)).toMatchObject([
      { eventName: 'ObjectCreated:Put', s3: { object: { versionId: VersionId } } },
      { eventName: 'ObjectRemoved:DeleteMarkerCreated' },
      { eventName: 'ObjectRemoved:Delete', s3: { object: { versionId: VersionId } } },
    ]);
    for (const { eventName, eventVersion } of records) expect(eventVersion).toBe(eventName.includes('Tagging') ? '2.3' : '2.1');
  });

  it('are filtered by prefix and suffix', async () => {
    const FilterRules = [
      { Name: 'prefix' as const, Value: 'in/' },
      { Name: 'suffix' as const, Value: '.jpg' },
    ];
    const { s3, Bucket, next } = await watchedBucket((QueueArn) => ({
      QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:Put'], Filter: { Key: { FilterRules } } }],
    }));
    for (const Key of ['in/a.png', 'out/a.jpg', 'in/a.jpg']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: '' }));
    expect((await next()).Records[0].s3.object.key).toBe('in/a.jpg');
    const { QueueConfigurations } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(QueueConfigurations).toMatchObject([
      {
        Id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'Prefix', Value: 'in/' },
              { Name: 'Suffix', Value: '.jpg' },
            ],
          },
        },
      },
    ]);
  });

  it('go to topics, with a subject', async () => {
    const { s3, Bucket, config, arn, next, putConfiguration } = await watchedBucket();
    const sns = new SNSClient(config);
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'events' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
    const missing = putConfiguration({ TopicConfigurations: [{ TopicArn: `${TopicArn}-not`, Events: ['s3:ObjectCreated:*'] }] });
    expect(await failureOf(missing)).toMatchObject({ message: 'Unable to validate the following destination configurations' });
    await putConfiguration({ TopicConfigurations: [{ TopicArn, Events: ['s3:ObjectCreated:*'] }] });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const texts = [await next(), await next()].map(({ Subject, Message }) => `${Subject}: ${String(Message).includes('s3:TestEvent')}`);
    expect(texts.sort()).toEqual(['Amazon S3 Notification: false', 'Amazon S3 Notification: true']);
  });

  it('end with an empty configuration', async () => {
    const { s3, Bucket, putConfiguration } = await watchedBucket();
    await putConfiguration({});
    const { $metadata: _, ...configuration } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(configuration).toEqual({});
  });

  it.each<[string, (id: string) => NotificationConfiguration, object]>([
    [
      'a queue that is not there',
      (id) => everything(`arn:aws:sqs:us-east-1:${id}:missing`),
      { status: 400, code: 'InvalidArgument', message: 'Unable to validate the following destination configurations' },
    ],
    [
      'a queue elsewhere',
      (id) => everything(`arn:aws:sqs:eu-west-1:${id}:events`),
      { code: 'InvalidArgument', message: /destination service region/ },
    ],
    ['a FIFO queue', (id) => everything(`arn:aws:sqs:us-east-1:${id}:events.fifo`), { message: 'FIFO SQS queues are not supported.' }],
    [
      'a function, as long as there are none',
      (id) => ({
        LambdaFunctionConfigurations: [{ LambdaFunctionArn: `arn:aws:lambda:us-east-1:${id}:function:f`, Events: ['s3:ObjectCreated:*'] }],
      }),
      { status: 501, code: 'NotImplemented' },
    ],
    ['EventBridge, as long as there is none', () => ({ EventBridgeConfiguration: {} }), { status: 501, code: 'NotImplemented' }],
  ])('are refused for %s', async (_, configure, failure) => {
    const { id, putConfiguration } = await watchedBucket();
    const found = await failureOf(putConfiguration(configure(id)));
    expect({ ...found, fields: undefined }).toMatchObject(
      Object.fromEntries(Object.entries(failure).map(([k, v]) => [k, v instanceof RegExp ? expect.stringMatching(v) : v])),
    );
  });

  it('take a queue that is not there when told not to look', async () => {
    const { id, putConfiguration } = await watchedBucket();
    await putConfiguration(everything(`arn:aws:sqs:us-east-1:${id}:missing`), true);
  });
});
