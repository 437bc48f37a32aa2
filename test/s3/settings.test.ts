/** Sub-resources of buckets: what a bucket created in 2026 answers, what can be put, and what is honestly refused. */
import {
  DeletePublicAccessBlockCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectAclCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetPublicAccessBlockCommand,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketIntelligentTieringConfigurationsCommand,
  ListBucketInventoryConfigurationsCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  PutBucketWebsiteCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { failureOf, newBucket } from './cloud';

let fresh: Awaited<ReturnType<typeof newBucket>>;
beforeAll(async () => {
  fresh = await newBucket();
});

/** Each command has an input of its own. */
type CommandOf = new (input: any) => any;

const withoutMetadata = ({ $metadata: _, ...answer }: object & { $metadata?: unknown }) => answer;

describe('a new bucket', () => {
  it.each<[string, CommandOf, object]>([
    [
      'encryption',
      GetBucketEncryptionCommand,
      {
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
              BucketKeyEnabled: false,
              BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
            },
          ],
        },
      },
    ],
    [
      'public access',
      GetPublicAccessBlockCommand,
      {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
      },
    ],
    ['ownership', GetBucketOwnershipControlsCommand, { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } }],
    ['versioning', GetBucketVersioningCommand, {}],
    ['logging', GetBucketLoggingCommand, {}],
    ['acceleration', GetBucketAccelerateConfigurationCommand, {}],
    ['notifications', GetBucketNotificationConfigurationCommand, {}],
    ['request payment', GetBucketRequestPaymentCommand, { Payer: 'BucketOwner' }],
    ['analytics', ListBucketAnalyticsConfigurationsCommand, { IsTruncated: false }],
    ['inventories', ListBucketInventoryConfigurationsCommand, { IsTruncated: false }],
    ['metrics', ListBucketMetricsConfigurationsCommand, { IsTruncated: false }],
    ['intelligent tiering', ListBucketIntelligentTieringConfigurationsCommand, { IsTruncated: false }],
  ])('says of its %s', async (_, Get, expected) => {
    expect(withoutMetadata(await fresh.s3.send(new Get({ Bucket: fresh.Bucket })))).toEqual(expected);
  });

  it.each<[CommandOf, string, string]>([
    [GetBucketPolicyCommand, 'NoSuchBucketPolicy', 'The bucket policy does not exist'],
    [GetBucketPolicyStatusCommand, 'NoSuchBucketPolicy', 'The bucket policy does not exist'],
    [GetBucketCorsCommand, 'NoSuchCORSConfiguration', 'The CORS configuration does not exist'],
    [GetBucketWebsiteCommand, 'NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'],
    [GetBucketLifecycleConfigurationCommand, 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
    [GetBucketReplicationCommand, 'ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
    [GetBucketTaggingCommand, 'NoSuchTagSet', 'The TagSet does not exist'],
    [GetObjectLockConfigurationCommand, 'ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket'],
    [GetBucketInventoryConfigurationCommand, 'NoSuchConfiguration', 'The specified configuration does not exist.'],
  ])('%o answers 404 %s', async (Get, code, message) => {
    expect(await failureOf(fresh.s3.send(new Get({ Bucket: fresh.Bucket, Id: 'x' })))).toMatchObject({ status: 404, code, message });
  });

  it('has no lists of access but its owner', async () => {
    const { s3, Bucket } = fresh;
    const { Owner, Grants } = await s3.send(new GetBucketAclCommand({ Bucket }));
    expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    const mine = [{ Grantee: { Type: 'CanonicalUser', ID: Owner?.ID }, Permission: 'FULL_CONTROL' }];
    expect(Grants).toEqual(mine);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(await s3.send(new GetObjectAclCommand({ Bucket, Key: 'k' }))).toMatchObject({ Owner, Grants: mine });
    expect(await failureOf(s3.send(new GetObjectRetentionCommand({ Bucket, Key: 'k' })))).toMatchObject({
      code: 'InvalidRequest',
      message: 'Bucket is missing Object Lock Configuration',
    });
    for (const call of [new PutBucketAclCommand({ Bucket, ACL: 'public-read' }), new PutBucketAclCommand({ Bucket, GrantRead: 'id=x' })]) {
      expect(await failureOf(s3.send(call))).toMatchObject({ status: 400, code: 'AccessControlListNotSupported' });
    }
    expect(await failureOf(s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'private' })))).toMatchObject({
      code: 'AccessControlListNotSupported',
      message: 'The bucket does not allow ACLs',
    });
    // What says nothing new is taken.
    await s3.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy: { Owner, Grants } }));
  });
});

describe('what would do nothing here answers NotImplemented', () => {
  const Rules = (rule: ServerSideEncryptionRule) => ({ ServerSideEncryptionConfiguration: { Rules: [rule] } });
  it.each<[CommandOf, object]>([
    [PutBucketEncryptionCommand, Rules({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } })],
    [
      PutBucketEncryptionCommand,
      Rules({
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
      }),
    ],
    [PutBucketLoggingCommand, { BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'b', TargetPrefix: 'p' } } }],
    [PutBucketAccelerateConfigurationCommand, { AccelerateConfiguration: { Status: 'Enabled' } }],
    [PutBucketRequestPaymentCommand, { RequestPaymentConfiguration: { Payer: 'Requester' } }],
    [
      PutBucketReplicationCommand,
      { ReplicationConfiguration: { Role: 'r', Rules: [{ Status: 'Enabled', Destination: { Bucket: 'b' } }] } },
    ],
  ])('%o', async (Put, input) => {
    const failure = await failureOf(fresh.s3.send(new Put({ Bucket: fresh.Bucket, ...input })));
    expect(failure).toMatchObject({ status: 501, code: 'NotImplemented' });
  });
});

describe('ACLs', () => {
  it('are kept where ownership and public access allow them', async () => {
    const { s3, Bucket } = await newBucket();
    await s3.send(
      new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] } }),
    );
    expect(await failureOf(s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' })))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    expect(await failureOf(s3.send(new GetPublicAccessBlockCommand({ Bucket })))).toMatchObject({
      status: 404,
      code: 'NoSuchPublicAccessBlockConfiguration',
      message: 'The public access block configuration was not found',
    });
    await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
    expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toMatchObject([
      { Permission: 'FULL_CONTROL' },
      { Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'READ' },
    ]);
    const enforce = { Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] } };
    expect((await failureOf(s3.send(new PutBucketOwnershipControlsCommand(enforce)))).code).toBe('InvalidBucketAclWithObjectOwnership');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL: 'authenticated-read' }));
    expect((await s3.send(new GetObjectAclCommand({ Bucket, Key: 'k' }))).Grants).toHaveLength(2);
    await s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'private' }));
    expect((await s3.send(new GetObjectAclCommand({ Bucket, Key: 'k' }))).Grants).toHaveLength(1);
    expect(await failureOf(s3.send(new PutBucketAclCommand({ Bucket })))).toMatchObject({ code: 'MissingSecurityHeader' });
  });
});

describe('bucket policies', () => {
  const statement = (bucket: string, change: object = {}) => ({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
    ...change,
  });
  const text = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

  it('come back as they were put', async () => {
    const { s3, Bucket } = await newBucket();
    const Policy = text(statement(Bucket));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    expect((await s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus).toEqual({ IsPublic: false });
  });

  it('that make a bucket public need public access to be allowed', async () => {
    const { s3, Bucket } = await newBucket();
    const Policy = text(statement(Bucket, { Principal: '*' }));
    expect(await failureOf(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })))).toMatchObject({ status: 403, code: 'AccessDenied' });
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus).toEqual({ IsPublic: true });
    const Condition = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: text(statement(Bucket, { Principal: '*', Condition })) }));
    expect((await s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus).toEqual({ IsPublic: false });
  });

  it.each<[string, (bucket: string) => string, string]>([
    ['no JSON', () => 'x', "Policies must be valid JSON and the first byte must be '{'"],
    ['half of it', () => '{', "Policies must be valid JSON and the first byte must be '{'"],
    ['no statement', () => '{"Version":"2012-10-17"}', 'Missing required field Statement'],
    ['no effect', (b) => text(statement(b, { Effect: undefined })), 'Missing required field Effect'],
    ['no principal', (b) => text(statement(b, { Principal: undefined })), 'Missing required field Principal'],
    ['no action', (b) => text(statement(b, { Action: undefined })), 'Missing required field Action'],
    ['no resource', (b) => text(statement(b, { Resource: undefined })), 'Missing required field Resource'],
    ['another principal', (b) => text(statement(b, { Principal: { AWS: 'somebody' } })), 'Invalid principal in policy'],
    ["another service's action", (b) => text(statement(b, { Action: 'sqs:SendMessage' })), 'Policy has invalid action'],
    ['another bucket', () => text(statement('another')), 'Policy has invalid resource'],
    ['another version', () => '{"Version":"2020-01-01","Statement":[]}', 'The policy must contain a valid version string'],
  ])('with %s are malformed', async (_, policy, message) => {
    const { s3, Bucket } = fresh;
    expect(await failureOf(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(Bucket) })))).toMatchObject({
      status: 400,
      code: 'MalformedPolicy',
      message,
    });
  });
});

describe('configurations are checked', () => {
  const cors = (change: object) => ({ CORSConfiguration: { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'], ...change }] } });
  const site = (WebsiteConfiguration: object) => ({ WebsiteConfiguration });
  it.each<[string, CommandOf, object, string, RegExp]>([
    ['a method', PutBucketCorsCommand, cors({ AllowedMethods: ['PATCH'] }), 'InvalidRequest', /Unsupported method is PATCH/],
    ['two stars', PutBucketCorsCommand, cors({ AllowedOrigins: ['*.*'] }), 'InvalidRequest', /can not have more than one wildcard/],
    ['an exposed star', PutBucketCorsCommand, cors({ ExposeHeaders: ['x-*'] }), 'InvalidRequest', /do not support wildcard/],
    ['no rule', PutBucketCorsCommand, { CORSConfiguration: { CORSRules: [] } }, 'MalformedXML', /not well-formed/],
    [
      'no index',
      PutBucketWebsiteCommand,
      site({ ErrorDocument: { Key: 'e' } }),
      'InvalidArgument',
      /IndexDocument Suffix must be provided/,
    ],
    ['a path as index', PutBucketWebsiteCommand, site({ IndexDocument: { Suffix: 'a/b' } }), 'InvalidArgument', /not well formed/],
    [
      'two kinds of redirect',
      PutBucketWebsiteCommand,
      site({ IndexDocument: { Suffix: 'i' }, RedirectAllRequestsTo: { HostName: 'h' } }),
      'InvalidArgument',
      /RedirectAllRequestsTo cannot be provided/,
    ],
    [
      'two kinds of encryption',
      PutBucketEncryptionCommand,
      { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: undefined }] } },
      'MalformedXML',
      /not well-formed/,
    ],
  ])('%s', async (_, Put, input, code, message) => {
    const failure = await failureOf(fresh.s3.send(new Put({ Bucket: fresh.Bucket, ...input })));
    expect([failure.code, failure.message]).toEqual([code, expect.stringMatching(message)]);
  });
});
