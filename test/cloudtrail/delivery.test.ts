import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  CreateTrailCommand,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  GetTrailStatusCommand,
  ListPublicKeysCommand,
  PutEventSelectorsCommand,
  type PutEventSelectorsCommandInput,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { EnableAWSServiceAccessCommand } from '@aws-sdk/client-organizations';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../src/testing';
import { organizationIn } from '../organizations/cloud';
import { ownCloud } from '../server';
import { clients, type Event, minutes, refusal } from './cloud';

const id = '111122223333';

async function open(options: StartOptions = {}) {
  const cloud = await ownCloud(options);
  cloud.clock.freeze();
  cloud.clock.set(Date.parse('2026-11-21T12:02:03Z'));
  const here = clients(cloud.config({ account: id }));
  return {
    cloud,
    ...here,
    in: (region: string, account = id) => clients(cloud.config({ account, region })),
    later: (ms = minutes(5)) => cloud.clock.advance(ms),
    [Symbol.asyncDispose]: () => cloud.close(),
  };
}

const names = (events: readonly Event[]) => events.map(({ eventName }) => eventName);
const select = (selectors: Partial<PutEventSelectorsCommandInput>) => new PutEventSelectorsCommand({ TrailName: 'trail', ...selectors });

describe('files of events', () => {
  it('are delivered every five minutes while there are events', async () => {
    await using cloud = await open();
    await cloud.startTrail({ S3KeyPrefix: 'audit' });
    await cloud.sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    const [expected] = await cloud.lookUp({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateQueue' }] });
    expect(await cloud.keys('audit/')).toEqual([]);
    await cloud.later();
    const keys = await cloud.keys('audit/');
    expect(keys).toEqual([
      expect.stringMatching(
        /^audit\/AWSLogs\/111122223333\/CloudTrail\/us-east-1\/2026\/11\/21\/111122223333_CloudTrail_us-east-1_20261121T1205Z_\w{16}\.json\.gz$/,
      ),
    ]);
    const { Records } = (await cloud.unzip(keys[0] as string)).json;
    expect(names(Records)).toEqual(['StartLogging', 'CreateQueue', 'LookupEvents']);
    expect(Records[1]).toEqual(JSON.parse(expected?.CloudTrailEvent ?? ''));
    const { ContentType, ContentEncoding } = await cloud.s3.send(new GetObjectCommand({ Bucket: 'logs', Key: keys[0] }));
    expect({ ContentType, ContentEncoding }).toEqual({ ContentType: 'application/json', ContentEncoding: 'gzip' });
    expect(await cloud.trail.send(new GetTrailStatusCommand({ Name: 'trail' }))).toMatchObject({
      IsLogging: true,
      LatestDeliveryTime: new Date('2026-11-21T12:05:00Z'),
    });
    await cloud.later(minutes(60));
    const later = await cloud.keys('audit/');
    await cloud.later(minutes(24 * 60));
    expect(await cloud.keys('audit/')).toHaveLength(later.length);
  });

  it('hold only what happened while the trail was logging', async () => {
    await using cloud = await open();
    await cloud.sqs.send(new CreateQueueCommand({ QueueName: 'before' }));
    await cloud.startTrail();
    await cloud.sqs.send(new CreateQueueCommand({ QueueName: 'during' }));
    await cloud.trail.send(new StopLoggingCommand({ Name: 'trail' }));
    await cloud.sqs.send(new CreateQueueCommand({ QueueName: 'after' }));
    await cloud.later();
    expect(names(await cloud.delivered())).toEqual(['StartLogging', 'CreateQueue']);
    await cloud.trail.send(new StartLoggingCommand({ Name: 'trail' }));
    await cloud.trail.send(new DeleteTrailCommand({ Name: 'trail' }));
    await cloud.later();
    expect(names(await cloud.delivered())).toEqual(['StartLogging', 'CreateQueue']);
  });

  it('of all regions come from a trail of all regions; of others from none', async () => {
    await using cloud = await open();
    await cloud.startTrail({ IsMultiRegionTrail: true });
    await cloud.in('us-west-2').sqs.send(new CreateQueueCommand({ QueueName: 'west' }));
    await cloud.in('us-east-1', '444455556666').sqs.send(new CreateQueueCommand({ QueueName: 'other' }));
    await cloud.later();
    expect(names(await cloud.delivered('AWSLogs/111122223333/CloudTrail/us-west-2/'))).toEqual(['CreateQueue']);
    await cloud.trail.send(new UpdateTrailCommand({ Name: 'trail', IsMultiRegionTrail: false }));
    await cloud.in('us-west-2').sqs.send(new CreateQueueCommand({ QueueName: 'again' }));
    await cloud.later();
    expect(names(await cloud.delivered('AWSLogs/111122223333/CloudTrail/us-west-2/'))).toEqual(['CreateQueue']);
    expect(await cloud.keys('AWSLogs/444455556666/')).toEqual([]);
  });

  it('wait while the bucket is gone, and come when it is back', async () => {
    await using cloud = await open();
    await cloud.startTrail();
    await cloud.s3.send(new DeleteBucketCommand({ Bucket: 'logs' }));
    await cloud.later();
    const status = () => cloud.trail.send(new GetTrailStatusCommand({ Name: 'trail' }));
    expect(await status()).toMatchObject({ LatestDeliveryError: 'NoSuchBucket' });
    await cloud.s3.send(new CreateBucketCommand({ Bucket: 'logs' }));
    await cloud.later();
    expect(names(await cloud.delivered()).slice(0, 2)).toEqual(['StartLogging', 'DeleteBucket']);
    expect((await status()).LatestDeliveryError).toBeUndefined();
  });

  it('are announced by SNS', async () => {
    await using cloud = await open();
    const { TopicArn } = await cloud.sns.send(new CreateTopicCommand({ Name: 'files' }));
    const { QueueUrl } = await cloud.sqs.send(new CreateQueueCommand({ QueueName: 'announced' }));
    const Endpoint = `arn:aws:sqs:us-east-1:${id}:announced`;
    await cloud.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } }));
    await cloud.startTrail({ SnsTopicName: TopicArn });
    await cloud.later();
    const { Messages = [] } = await cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(Messages[0]?.Body ?? '')).toEqual({ s3Bucket: 'logs', s3ObjectKey: await cloud.keys() });
  });

  it('survive a restart on their way', async () => {
    await using cloud = await open();
    await cloud.startTrail();
    const snapshot = await cloud.cloud.snapshot();
    await cloud.later();
    await snapshot.restore();
    cloud.cloud.clock.set(Date.parse('2026-11-21T12:02:03Z'));
    expect(await cloud.keys()).toEqual([]);
    await cloud.later();
    expect(names(await cloud.delivered())).toContain('StartLogging');
  });
});

describe('an organization trail', () => {
  it('delivers what every account of the organization does, and is seen by them', async () => {
    await using cloud = await open();
    const { organizations, orgId, createAccount } = await organizationIn(cloud.cloud, id);
    expect(await refusal(cloud.startTrail({ IsOrganizationTrail: true }))).toMatch(/^CloudTrailAccessNotEnabledException/);
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'cloudtrail.amazonaws.com' }));
    const memberId = await createAccount('member');
    const Name = 'trail';
    await cloud.trail.send(new CreateTrailCommand({ Name, S3BucketName: 'logs', IsOrganizationTrail: true }));
    await cloud.trail.send(new StartLoggingCommand({ Name }));
    const member = cloud.in('us-east-1', memberId);
    await member.sqs.send(new CreateQueueCommand({ QueueName: 'theirs' }));
    await cloud.in('us-east-1', '444455556666').sqs.send(new CreateQueueCommand({ QueueName: 'of-nobody' }));
    const { trailList } = await member.trail.send(new DescribeTrailsCommand({}));
    expect(trailList).toMatchObject([{ Name, IsOrganizationTrail: true, TrailARN: `arn:aws:cloudtrail:us-east-1:${id}:trail/trail` }]);
    const stop = member.trail.send(new StopLoggingCommand({ Name: trailList?.[0]?.TrailARN }));
    expect(await refusal(stop)).toMatch(/^NotOrganizationMasterAccountException/);
    expect(await refusal(member.startTrail({ IsOrganizationTrail: true, S3BucketName: 'logs', Name: 'own' }))).toMatch(/Bucket/);
    const own = member.trail.send(new CreateTrailCommand({ Name: 'own', S3BucketName: 'logs', IsOrganizationTrail: true }));
    expect(await refusal(own)).toMatch(/^NotOrganizationMasterAccountException/);
    await cloud.later();
    const folder = `AWSLogs/${orgId}/`;
    expect(names(await cloud.delivered(`${folder}${memberId}/`))).toContain('CreateQueue');
    expect(names(await cloud.delivered(`${folder}${id}/`))).toContain('StartLogging');
    expect(await cloud.keys(`${folder}444455556666/`)).toEqual([]);
  });
});

describe('data events', () => {
  it('of objects are delivered where they are selected, and never those of the delivery itself', async () => {
    await using cloud = await open();
    await cloud.startTrail();
    const put = async (Bucket: string, Key: string) => cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'body' }));
    await cloud.s3.send(new CreateBucketCommand({ Bucket: 'watched' }));
    await cloud.s3.send(new CreateBucketCommand({ Bucket: 'other' }));
    await put('watched', 'unselected');
    const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::watched/in/', 'arn:aws:s3:::logs/'] }];
    await cloud.trail.send(select({ EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: false, DataResources }] }));
    await put('watched', 'in/a');
    await put('watched', 'out/b');
    await put('other', 'in/c');
    await cloud.s3.send(new GetObjectCommand({ Bucket: 'watched', Key: 'in/a' }));
    await cloud.later();
    await cloud.later(minutes(60));
    const events = (await cloud.delivered()).filter(({ managementEvent }) => !managementEvent);
    expect(events).toEqual([
      expect.objectContaining({
        eventName: 'PutObject',
        eventCategory: 'Data',
        managementEvent: false,
        requestParameters: expect.objectContaining({ bucketName: 'watched', key: 'in/a' }),
        responseElements: { 'x-amz-server-side-encryption': 'AES256' },
        additionalEventData: expect.objectContaining({ bytesTransferredIn: expect.any(Number), SignatureVersion: 'SigV4' }),
        resources: [
          { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::watched/in/a' },
          { accountId: id, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::watched' },
        ],
      }),
    ]);
    expect(names(await cloud.delivered())).not.toContain('GetObject');
  });

  it('of queues and topics are selected by fields, and their messages are hidden', async () => {
    await using cloud = await open();
    await cloud.startTrail();
    const { QueueUrl } = await cloud.sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    const { QueueUrl: other } = await cloud.sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
    const { TopicArn } = await cloud.sns.send(new CreateTopicCommand({ Name: 'news' }));
    const data = (type: string, ...more: { Field: string; StartsWith?: string[]; NotEquals?: string[]; EndsWith?: string[] }[]) => ({
      FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: [type] }, ...more],
    });
    const AdvancedEventSelectors = [
      data('AWS::SQS::Queue', { Field: 'resources.ARN', EndsWith: [':orders'] }, { Field: 'eventName', NotEquals: ['ReceiveMessage'] }),
      data('AWS::SNS::Topic'),
    ];
    await cloud.trail.send(select({ AdvancedEventSelectors }));
    for (const url of [QueueUrl, other]) await cloud.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'secret' }));
    await cloud.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'secret', Subject: 'secret' }));
    await cloud.later();
    const events = await cloud.delivered();
    const added = events.filter(({ eventCategory }) => eventCategory === 'Data');
    expect(names(added)).toEqual(['SendMessage', 'Publish']);
    expect(JSON.stringify(events)).not.toContain('secret');
    const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
    expect(added[0]?.requestParameters).toEqual({ queueUrl: QueueUrl, messageBody: hidden });
    expect(added[0]?.responseElements).toMatchObject({ messageId: expect.any(String), mD5OfMessageBody: expect.any(String) });
    expect(added[1]?.requestParameters).toEqual({ topicArn: TopicArn, message: hidden, subject: hidden });
    expect(await cloud.lookUp({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'SendMessage' }] })).toEqual([]);
  });
});

describe('digests', () => {
  it('come every hour, signed and chained, and list the files of the hour', async () => {
    await using cloud = await open();
    await cloud.startTrail({ EnableLogFileValidation: true });
    await cloud.later(minutes(60));
    await cloud.sts.send(new GetCallerIdentityCommand({}));
    await cloud.later(minutes(60));
    const keys = await cloud.keys(`AWSLogs/${id}/CloudTrail-Digest/`);
    expect(keys).toEqual(
      ['20261121T130203Z', '20261121T140203Z'].map(
        (stamp) =>
          `AWSLogs/${id}/CloudTrail-Digest/us-east-1/2026/11/21/${id}_CloudTrail-Digest_us-east-1_trail_us-east-1_${stamp}.json.gz`,
      ),
    );
    const { PublicKeyList = [] } = await cloud.trail.send(new ListPublicKeysCommand({}));
    const key = createPublicKey({ key: Buffer.from(PublicKeyList[0]?.Value ?? []), format: 'der', type: 'pkcs1' });
    const [first, second] = await Promise.all(keys.map((each) => cloud.unzip(each)));
    for (const digest of [first, second]) {
      const { json, text, metadata } = digest as NonNullable<typeof digest>;
      const hash = createHash('sha256').update(text).digest('hex');
      const signed = [json.digestEndTime, `${json.digestS3Bucket}/${json.digestS3Object}`, hash, json.previousDigestSignature ?? 'null'];
      expect(verify('sha256', Buffer.from(signed.join('\n')), key, Buffer.from(metadata.signature ?? '', 'hex'))).toBe(true);
      expect(json.digestPublicKeyFingerprint).toBe(PublicKeyList[0]?.Fingerprint);
    }
    expect(first?.json).toMatchObject({
      previousDigestS3Object: null,
      digestStartTime: '2026-11-21T12:02:03Z',
      digestEndTime: '2026-11-21T13:02:03Z',
    });
    expect(second?.json).toMatchObject({
      previousDigestS3Object: keys[0],
      previousDigestSignature: first?.metadata.signature,
      previousDigestHashValue: createHash('sha256')
        .update(first?.text ?? '')
        .digest('hex'),
      digestSignatureAlgorithm: 'SHA256withRSA',
    });
    for (const file of (first?.json.logFiles ?? []) as Event[]) {
      expect(
        createHash('sha256')
          .update((await cloud.unzip(file.s3Object)).text)
          .digest('hex'),
      ).toBe(file.hashValue);
    }
    expect(first?.json.logFiles).toHaveLength(1);
    expect(second?.json.logFiles).toHaveLength(1);
    expect(await cloud.trail.send(new GetTrailStatusCommand({ Name: 'trail' }))).toMatchObject({
      LatestDigestDeliveryTime: expect.any(Date),
    });
  });

  it('end with the logging', async () => {
    await using cloud = await open();
    await cloud.startTrail({ EnableLogFileValidation: true });
    await cloud.trail.send(new StopLoggingCommand({ Name: 'trail' }));
    await cloud.later(minutes(180));
    const keys = await cloud.keys(`AWSLogs/${id}/CloudTrail-Digest/`);
    expect(keys).toHaveLength(1);
    expect((await cloud.unzip(keys[0] as string)).json.logFiles).toHaveLength(1);
  });
});

describe('where policies count', () => {
  const policy = (sourceArn: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 's3:GetBucketAcl', Resource: 'arn:aws:s3:::logs' },
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `arn:aws:s3:::logs/AWSLogs/${id}/*`,
          Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': sourceArn } },
        },
      ],
    });

  it('a bucket must let CloudTrail write, for a trail to be made and to deliver', async () => {
    await using cloud = await open({ iam: 'enforce' });
    expect(await refusal(cloud.startTrail())).toBe(
      'InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: logs',
    );
    await cloud.s3.send(new DeleteBucketCommand({ Bucket: 'logs' }));
    await cloud.s3.send(new CreateBucketCommand({ Bucket: 'logs' }));
    const arn = `arn:aws:cloudtrail:us-east-1:${id}:trail/trail`;
    await cloud.s3.send(new PutBucketPolicyCommand({ Bucket: 'logs', Policy: policy(arn) }));
    await cloud.trail.send(new CreateTrailCommand({ Name: 'trail', S3BucketName: 'logs' }));
    await cloud.trail.send(new StartLoggingCommand({ Name: 'trail' }));
    await cloud.later();
    expect(names(await cloud.delivered())).toContain('StartLogging');
    await cloud.s3.send(new PutBucketPolicyCommand({ Bucket: 'logs', Policy: policy(`${arn}-other`) }));
    await cloud.sqs.send(new GetQueueUrlCommand({ QueueName: 'q' })).catch(() => undefined);
    await cloud.later();
    expect(await cloud.trail.send(new GetTrailStatusCommand({ Name: 'trail' }))).toMatchObject({ LatestDeliveryError: 'AccessDenied' });
  });

  it('denied calls are in the history, with what was denied', async () => {
    await using cloud = await open({ iam: 'enforce' });
    await cloud.s3.send(new CreateBucketCommand({ Bucket: 'mine' }));
    const other = cloud.in('us-east-1', '444455556666');
    await other.s3.send(new ListObjectsV2Command({ Bucket: 'mine' })).catch(() => undefined);
    await other.s3.send(new DeleteBucketCommand({ Bucket: 'mine' })).catch(() => undefined);
    expect(await cloud.event('EventName', 'DeleteBucket')).toMatchObject({
      errorCode: 'AccessDenied',
      userIdentity: { type: 'AWSAccount', accountId: '444455556666' },
      recipientAccountId: id,
    });
  });
});
