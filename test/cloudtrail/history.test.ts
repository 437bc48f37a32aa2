import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LookupAttribute, paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateAccountCommand, CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  CreateBucketCommand,
  GetBucketAclCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreatePlatformApplicationCommand, CreateTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import type { ClientConfig } from '../../src/testing';
import { account, ownCloud } from '../server';
import { clients, refusal } from './cloud';

const day = 24 * 3_600_000;

function open() {
  const at = account();
  return { ...at, ...clients(at.config) };
}

/** A session of a role of the account, and clients that use it. */
async function session(
  config: ClientConfig,
  sts: STSClient,
  id: string,
  RoleSessionName: string,
  more: Partial<AssumeRoleCommandInput> = {},
) {
  const RoleArn = `arn:aws:iam::${id}:role/team/deployer`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName, ...more }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  return { RoleArn, accessKeyId, credentials, ...clients({ ...config, credentials }) };
}

describe('an event', () => {
  it('of a write has the shape that CloudTrail documents', async () => {
    const { id, sqs, lookUp } = open();
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders', Attributes: { VisibilityTimeout: '5' } }));
    const [event] = await lookUp();
    const record = JSON.parse(event?.CloudTrailEvent ?? '');
    expect(event).toMatchObject({ EventName: 'CreateQueue', ReadOnly: 'false', EventSource: 'sqs.amazonaws.com', Username: 'root' });
    expect(event?.Resources).toContainEqual({ ResourceType: 'AWS::SQS::Queue', ResourceName: 'orders' });
    expect(event?.EventId).toBe(record.eventID);
    expect(event?.EventTime?.getTime()).toBe(Date.parse(record.eventTime));
    expect(record).toEqual({
      eventVersion: '1.11',
      userIdentity: { type: 'Root', principalId: id, arn: `arn:aws:iam::${id}:root`, accountId: id, accessKeyId: id },
      eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      eventSource: 'sqs.amazonaws.com',
      eventName: 'CreateQueue',
      awsRegion: 'us-east-1',
      sourceIPAddress: '127.0.0.1',
      userAgent: expect.stringContaining('aws-sdk-js/'),
      requestParameters: { queueName: 'orders', attributes: { VisibilityTimeout: '5' } },
      responseElements: { queueUrl: expect.stringMatching(`/${id}/orders$`) },
      requestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: id,
      eventCategory: 'Management',
    });
  });

  it('of a read shows no answer, and null for no parameters', async () => {
    const { sts, event } = open();
    await sts.send(new GetCallerIdentityCommand({}));
    expect(await event('EventName', 'GetCallerIdentity')).toMatchObject({
      readOnly: true,
      requestParameters: null,
      responseElements: null,
      eventSource: 'sts.amazonaws.com',
    });
  });

  it('of a failed call says how it failed', async () => {
    const { sqs, event } = open();
    await sqs.send(new GetQueueUrlCommand({ QueueName: 'nowhere' })).catch(() => undefined);
    expect(await event('EventName', 'GetQueueUrl')).toMatchObject({
      errorCode: 'QueueDoesNotExist',
      errorMessage: expect.stringContaining('does not exist'),
      requestParameters: { queueName: 'nowhere' },
      responseElements: null,
    });
  });

  it('of S3 has its own form: host and query, headers, bytes, a bracketed agent', async () => {
    const { id, url, s3, event } = open();
    const bucket = `history-${id}`;
    await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: 'b' }] } }));
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy })).catch(() => undefined);
    expect(await event('EventName', 'CreateBucket')).toMatchObject({
      eventSource: 's3.amazonaws.com',
      userAgent: expect.stringMatching(/^\[aws-sdk-js\/.*\]$/),
      requestParameters: {
        bucketName: bucket,
        Host: expect.stringContaining('127.0.0.1:'),
        CreateBucketConfiguration: { Tags: [{ Key: 'a' }] },
      },
      responseElements: null,
      additionalEventData: { SignatureVersion: 'SigV4', AuthenticationMethod: 'AuthHeader', bytesTransferredOut: expect.any(Number) },
      resources: [{ accountId: id, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` }],
    });
    await s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: [{ Key: 'größe', Value: 'süß' }] } }));
    const body = await (await fetch(`${url}/${bucket}?tagging`)).text();
    expect(body).toContain('süß');
    expect((await event('EventName', 'GetBucketTagging')).additionalEventData.bytesTransferredOut).toBe(Buffer.byteLength(body));
    expect((await event('EventName', 'PutBucketPolicy')).requestParameters).toMatchObject({
      policy: '',
      bucketPolicy: { Version: '2012-10-17', Statement: [] },
    });
    await s3.send(new ListBucketsCommand({}));
    expect((await event('EventName', 'ListBuckets')).resources).toBeUndefined();
  });

  it('of S3 shows nothing of a presigned URL that would let others use it', async () => {
    const { id, url, s3, event } = open();
    const bucket = `presigned-${id}`;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const expires = Math.floor(Date.now() / 1000) + 600;
    // The key is the account's root key, whose secret is `test`.
    const signature = createHmac('sha1', 'test').update(`GET\n\n\n${expires}\n/${bucket}?acl`).digest('base64');
    for (const presigned of [
      `${url}/${bucket}?acl&AWSAccessKeyId=${id}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`,
      await getSignedUrl(s3, new GetBucketAclCommand({ Bucket: bucket })),
    ]) {
      expect((await fetch(presigned)).status).toBe(200);
      const { requestParameters, additionalEventData } = await event('EventName', 'GetBucketAcl');
      expect(additionalEventData.AuthenticationMethod).toBe('QueryString');
      expect(requestParameters).toMatchObject({ bucketName: bucket, acl: '' });
      expect(Object.keys(requestParameters).join()).not.toMatch(/signature|credential|token/i);
    }
  });

  it('shows no secrets: hidden in requests, absent in answers', async () => {
    const { sns, sts, event } = open();
    const Attributes = { PlatformCredential: 'top-secret', PlatformPrincipal: 'someone' };
    await sns.send(new CreatePlatformApplicationCommand({ Name: 'app', Platform: 'GCM', Attributes }));
    const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
    const created = await event('EventName', 'CreatePlatformApplication');
    expect(JSON.stringify(created)).not.toContain('top-secret');
    const session = await event('EventName', 'GetSessionToken');
    expect(session.responseElements.credentials).toEqual({
      accessKeyId: Credentials?.AccessKeyId,
      sessionToken: Credentials?.SessionToken,
      expiration: expect.stringMatching(/^[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M$/),
    });
    expect(JSON.stringify(session)).not.toContain(Credentials?.SecretAccessKey);
  });

  it('of Organizations shows names and addresses as Organizations masks them', async () => {
    const { id, config, event } = open();
    const organizations = new OrganizationsClient(config);
    await organizations.send(new CreateOrganizationCommand({}));
    await organizations.send(new CreateAccountCommand({ AccountName: 'somebody', Email: `somebody-${id}@example.org` }));
    expect(await event('EventName', 'CreateAccount')).toMatchObject({
      requestParameters: { accountName: '****', email: '****' },
      responseElements: { createAccountStatus: { accountName: '****', state: 'IN_PROGRESS' } },
    });
  });

  it('of a session says of which role, since when, and for whom', async () => {
    const { id, config, sts, event } = open();
    const { RoleArn, credentials, ...asRole } = await session(config, sts, id, 'ann', { SourceIdentity: 'Ann' });
    await asRole.sqs.send(new CreateQueueCommand({ QueueName: 'mine' }));
    const { userIdentity } = await event('EventName', 'CreateQueue');
    expect(userIdentity).toMatchObject({
      type: 'AssumedRole',
      principalId: expect.stringMatching(/:ann$/),
      arn: `arn:aws:sts::${id}:assumed-role/deployer/ann`,
      accountId: id,
      accessKeyId: credentials.accessKeyId,
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: RoleArn, accountId: id, userName: 'deployer', principalId: expect.stringMatching(/^AROA/) },
        attributes: { mfaAuthenticated: 'false', creationDate: expect.stringMatching(/Z$/) },
        sourceIdentity: 'Ann',
      },
    });
    const assumed = await event('EventName', 'AssumeRole');
    expect(assumed).toMatchObject({
      readOnly: true,
      requestParameters: { roleArn: RoleArn, roleSessionName: 'ann' },
      responseElements: { credentials: { accessKeyId: credentials.accessKeyId }, assumedRoleUser: { arn: userIdentity.arn } },
      resources: [{ accountId: id, type: 'AWS::IAM::Role', ARN: RoleArn }],
    });
    expect(JSON.stringify(assumed)).not.toContain(credentials.secretAccessKey);
    expect((await event('Username', 'ann')).eventName).toBe('CreateQueue');
  });

  it('that concerns another account is in the history of both, of the caller little in that of the owner', async () => {
    const owner = open();
    const caller = open();
    const { QueueUrl } = await owner.sqs.send(new CreateQueueCommand({ QueueName: 'shared' }));
    await caller.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: 'b' } })).catch(() => undefined);
    const theirs = await caller.event('EventName', 'TagQueue');
    const ours = await owner.event('EventName', 'TagQueue');
    expect(theirs).toMatchObject({ recipientAccountId: caller.id, userIdentity: { type: 'Root', accountId: caller.id } });
    expect(ours).toMatchObject({ recipientAccountId: owner.id, sharedEventID: theirs.sharedEventID, requestID: theirs.requestID });
    expect(ours.userIdentity).toEqual({ type: 'AWSAccount', principalId: caller.id, accountId: caller.id });
    expect(ours.sharedEventID).toEqual(expect.any(String));
    expect(ours.eventID).not.toBe(theirs.eventID);
  });

  it('without a signature is in the history of whom it concerns', async () => {
    const owner = open();
    const Bucket = `open-${owner.id}`;
    await owner.s3.send(new CreateBucketCommand({ Bucket }));
    await fetch(`${owner.url}/${Bucket}?tagging`);
    const { userIdentity, errorCode } = await owner.event('EventName', 'GetBucketTagging');
    expect(userIdentity).toEqual({ type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' });
    expect(errorCode).toBe('NoSuchTagSet');
  });

  it('is not made of data events and of what is not built', async () => {
    const { id, s3, sqs, sns, lookUp } = open();
    const Bucket = `data-${id}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'b' }));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' }));
    await sns.send(new PublishCommand({ PhoneNumber: '+15555550100', Message: 'm' })).catch(() => undefined);
    expect((await lookUp()).map(({ EventName }) => EventName)).toEqual(['CreateQueue', 'CreateBucket']);
  });

  it('leaves out parameters that are too large, and cuts long texts', async () => {
    const { sqs, event } = open();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'large' }));
    const Policy = 'x'.repeat(150_000);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } })).catch(() => undefined);
    const { requestParameters, errorMessage = '' } = await event('EventName', 'SetQueueAttributes');
    expect(requestParameters).toEqual({ omitted: true, originalSize: expect.any(Number), reason: 'requestParameters too large' });
    expect(errorMessage.length).toBeLessThanOrEqual(1024);
  });
});

describe('LookupEvents', () => {
  it('finds events by every attribute, newest first', async () => {
    const { id, config, sts, lookUp } = open();
    const ann = await session(config, sts, id, 'ann');
    const { QueueUrl } = await ann.sqs.send(new CreateQueueCommand({ QueueName: 'found' }));
    await ann.sts.send(new GetCallerIdentityCommand({}));
    await ann.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    const all = await lookUp();
    expect(all.map(({ EventName }) => EventName)).toEqual(['DeleteQueue', 'GetCallerIdentity', 'CreateQueue', 'AssumeRole']);
    const byAttribute: readonly (readonly [LookupAttribute['AttributeKey'], string, readonly string[]])[] = [
      ['EventId', all[1]?.EventId ?? '', ['GetCallerIdentity']],
      ['EventName', 'CreateQueue', ['CreateQueue']],
      ['EventName', 'createqueue', []],
      ['ReadOnly', 'false', ['DeleteQueue', 'CreateQueue']],
      ['Username', 'ann', ['DeleteQueue', 'GetCallerIdentity', 'CreateQueue']],
      ['Username', 'nobody', []],
      ['ResourceType', 'AWS::SQS::Queue', ['DeleteQueue', 'CreateQueue']],
      ['ResourceName', 'found', ['DeleteQueue', 'CreateQueue']],
      ['ResourceName', 'oun', []],
      ['EventSource', 'sts.amazonaws.com', ['GetCallerIdentity', 'AssumeRole']],
      ['AccessKeyId', ann.accessKeyId, ['DeleteQueue', 'GetCallerIdentity', 'CreateQueue']],
    ];
    for (const [AttributeKey, AttributeValue, expected] of byAttribute) {
      const found = await lookUp({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
      expect([AttributeKey, AttributeValue, found.map(({ EventName }) => EventName)]).toEqual([AttributeKey, AttributeValue, expected]);
    }
    const lookUps = await lookUp({ LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'root' }] });
    expect(lookUps.map(({ EventName }) => EventName)).toEqual([...Array(byAttribute.length + 1).fill('LookupEvents'), 'AssumeRole']);
  });

  it('finds what an ARN names, and a policy by its name', async () => {
    const { config, sns, lookUp } = open();
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    await new IAMClient(config).send(new CreatePolicyCommand({ PolicyName: 'all', PolicyDocument }));
    await sns.send(new CreateTopicCommand({ Name: 'news' }));
    const named = async (AttributeValue: string) =>
      (await lookUp({ LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue }] })).map(({ EventName }) => EventName);
    expect([await named('all'), await named('news'), await named('ews')]).toEqual([['CreatePolicy'], ['CreateTopic'], []]);
  });

  it('gives pages, newest first, that hold when more happens meanwhile', async () => {
    const { sts, sqs, trail } = open();
    for (let n = 0; n < 7; n++) await sqs.send(new GetQueueUrlCommand({ QueueName: `q${n}` })).catch(() => undefined);
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'GetQueueUrl' }];
    const pages: string[][] = [];
    for await (const { Events = [] } of paginateLookupEvents({ client: trail, pageSize: 3 }, { LookupAttributes })) {
      pages.push(Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent).requestParameters.queueName));
      await sqs.send(new GetQueueUrlCommand({ QueueName: 'later' })).catch(() => undefined);
      await sts.send(new GetCallerIdentityCommand({}));
    }
    expect(pages).toEqual([['q6', 'q5', 'q4'], ['q3', 'q2', 'q1'], ['q0']]);
  });

  it('keeps to the times asked for, and to the last 90 days', async () => {
    await using cloud = await ownCloud();
    cloud.clock.freeze();
    const { sts, lookUp } = clients(cloud.config());
    const start = cloud.clock.now();
    for (let n = 0; n < 3; n++) {
      await sts.send(new GetCallerIdentityCommand({}));
      await cloud.clock.advance(day);
    }
    const count = async (StartTime?: Date, EndTime?: Date) =>
      (await lookUp({ StartTime, EndTime, LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'GetCallerIdentity' }] })).length;
    expect(await count()).toBe(3);
    expect(await count(new Date(start + day))).toBe(2);
    expect(await count(undefined, new Date(start + day))).toBe(2);
    expect(await count(new Date(start + 1000), new Date(start + day - 1000))).toBe(0);
    await cloud.clock.advance(88 * day);
    expect(await count()).toBe(2);
  });

  it('refuses times that end before they begin, several attributes, and tokens of other questions', async () => {
    const { lookUp, trail, sts } = open();
    expect(await refusal(lookUp({ StartTime: new Date(2_000_000), EndTime: new Date(1_000_000) }))).toMatch(/^InvalidTimeRangeException/);
    const attribute = { AttributeKey: 'EventName', AttributeValue: 'x' } as const;
    expect(await refusal(lookUp({ LookupAttributes: [attribute, attribute] }))).toMatch(/^InvalidLookupAttributesException/);
    for (let n = 0; n < 2; n++) await sts.send(new GetCallerIdentityCommand({}));
    for await (const { NextToken } of paginateLookupEvents({ client: trail, pageSize: 1 }, {})) {
      expect(await refusal(lookUp({ NextToken, LookupAttributes: [attribute] }))).toMatch(/^InvalidNextTokenException/);
      break;
    }
    expect(await refusal(lookUp({ NextToken: 'no-token' }))).toMatch(/^InvalidNextTokenException/);
    expect(await lookUp({ EventCategory: 'insight' })).toEqual([]);
  });

  it('has events where they happened: by region and account, gone with a reset, kept by snapshots and forks', async () => {
    await using cloud = await ownCloud();
    const here = clients(cloud.config({ account: '111122223333' }));
    const west = clients(cloud.config({ account: '111122223333', region: 'us-west-2' }));
    const other = clients(cloud.config({ account: '444455556666' }));
    await here.sts.send(new GetCallerIdentityCommand({}));
    await west.sqs.send(new CreateQueueCommand({ QueueName: 'west' }));
    const snapshot = await cloud.snapshot();
    const names = async (of: typeof here) =>
      (await of.lookUp()).map(({ EventName }) => EventName).filter((name) => name !== 'LookupEvents');
    expect(await names(here)).toEqual(['GetCallerIdentity']);
    expect(await names(west)).toEqual(['CreateQueue']);
    expect(await names(other)).toEqual([]);
    await west.sqs.send(new CreateQueueCommand({ QueueName: 'more' }));
    await using fork = await cloud.fork();
    expect(await names(clients(fork.config({ account: '111122223333', region: 'us-west-2' })))).toEqual(['CreateQueue', 'CreateQueue']);
    await snapshot.restore();
    expect(await names(west)).toEqual(['CreateQueue']);
    await cloud.reset('111122223333');
    expect(await names(west)).toEqual([]);
  });

  it('has what happened before a restart, where the state is kept', async () => {
    const data = mkdtempSync(join(tmpdir(), 'nuvola-cloudtrail-'));
    try {
      await using first = await ownCloud({ data });
      await clients(first.config()).sqs.send(new CreateQueueCommand({ QueueName: 'before' }));
      await first.close();
      await using second = await ownCloud({ data });
      const { sqs, lookUp } = clients(second.config());
      await sqs.send(new CreateQueueCommand({ QueueName: 'after' }));
      const names = (await lookUp()).map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent).requestParameters.queueName);
      expect(names).toEqual(['after', 'before']);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });

  it('is refused in a cloud that keeps no history', async () => {
    await using cloud = await ownCloud({ callHistory: false });
    expect(await refusal(clients(cloud.config()).lookUp())).toMatch(/^UnsupportedOperationException: .*--no-call-history/);
    await new STSClient(cloud.config()).send(new GetCallerIdentityCommand({}));
  });
});
