/** What management policies impose on the services of an account: tags, and S3's Block Public Access. */
import { randomUUID } from 'node:crypto';
import { CloudTrailClient, CreateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { CreateTableCommand, DynamoDBClient, TagResourceCommand as TagTableCommand } from '@aws-sdk/client-dynamodb';
import { CreatePolicyCommand as CreateIamPolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  DeletePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  LeaveOrganizationCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  type PolicyType,
  TagResourceCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, TagResourceCommand as TagTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient, TagQueueCommand, UntagQueueCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../generated/services';
import { Registry } from '../../src/kernel/registry';
import type { ClientConfig } from '../../src/testing';
import { account } from '../server';
import { type Organization, organization, refusal } from './cloud';

const costCenter = (enforcedFor: readonly string[], ...values: readonly string[]) => ({
  tags: {
    costcenter: {
      tag_key: { '@@assign': 'CostCenter' },
      tag_value: { '@@assign': values },
      enforced_for: { '@@assign': enforcedFor },
    },
  },
});

async function withPolicies(type: PolicyType): Promise<Organization & { attach(target: string, content: object): Promise<string> }> {
  const org = await organization();
  await org.organizations.send(new EnablePolicyTypeCommand({ RootId: org.rootId, PolicyType: type }));
  const attach = async (TargetId: string, content: object) => {
    const PolicyId = await org.createPolicy(randomUUID(), content, type);
    await org.organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    return PolicyId;
  };
  return { ...org, attach };
}

describe('an enforced tag policy', () => {
  const everywhere = [
    'cloudtrail:*',
    'dynamodb:*',
    'iam:policy',
    'iam:role',
    'organizations:ALL_SUPPORTED',
    's3:bucket',
    'sns:topic',
    'sqs:*',
  ];
  const wrong = [{ Key: 'CostCenter', Value: 'x' }];
  const sentence = "The tag policy does not allow the specified value for the following tag key: 'CostCenter'.";
  let org: Awaited<ReturnType<typeof withPolicies>>;
  let config: ClientConfig & { readonly maxAttempts: number };
  beforeAll(async () => {
    org = await withPolicies('TAG_POLICY');
    await org.attach(org.rootId, costCenter(everywhere, '100', '2*'));
    config = { ...org.config, maxAttempts: 1 };
  });

  it.each<[string, string, (config: ClientConfig, org: Organization) => Promise<unknown>]>([
    [
      'of a queue',
      `InvalidParameterValue: ${sentence}`,
      (c) => new SQSClient(c).send(new CreateQueueCommand({ QueueName: 'wrong', tags: { CostCenter: 'x' } })),
    ],
    ['of a topic', `TagPolicy: ${sentence}`, (c) => new SNSClient(c).send(new CreateTopicCommand({ Name: 'wrong', Tags: wrong }))],
    [
      'of a table',
      `Validation: One or more parameter values were invalid: ${sentence}`,
      (c) =>
        new DynamoDBClient(c).send(
          new CreateTableCommand({
            TableName: 'wrong',
            BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
            Tags: wrong,
          }),
        ),
    ],
    [
      'of an IAM policy',
      `InvalidInput: ${sentence}`,
      (c) =>
        new IAMClient(c).send(
          new CreateIamPolicyCommand({
            PolicyName: 'wrong',
            PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
            Tags: wrong,
          }),
        ),
    ],
    [
      'of an OU',
      'ConstraintViolation TAG_POLICY_VIOLATION: You attempted to create or update a resource with tags that are not compliant with the tag policy requirements for this account.',
      (_, { organizations, rootId }) =>
        organizations.send(new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: 'wrong', Tags: wrong })),
    ],
    [
      'of an account that is asked for',
      'ConstraintViolation TAG_POLICY_VIOLATION: You attempted to create or update a resource with tags that are not compliant with the tag policy requirements for this account.',
      (_, { organizations }) =>
        organizations.send(new CreateAccountCommand({ AccountName: 'wrong', Email: `${randomUUID()}@example.org`, Tags: wrong })),
    ],
    [
      'of the root',
      'ConstraintViolation TAG_POLICY_VIOLATION: You attempted to create or update a resource with tags that are not compliant with the tag policy requirements for this account.',
      (_, { organizations, rootId }) => organizations.send(new TagResourceCommand({ ResourceId: rootId, Tags: wrong })),
    ],
  ])('refuses other values in a tag %s', async (_what, refused, act) => {
    expect(await refusal(act(config, org))).toBe(refused);
  });

  it('refuses other values in the tags of a trail', async () => {
    const Bucket = `trail-${randomUUID()}`;
    const s3 = new S3Client(config);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const statement = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 's3:*' };
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Resource }] });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const create = (Value: string) =>
      new CloudTrailClient(config).send(
        new CreateTrailCommand({ Name: 'trail', S3BucketName: Bucket, TagsList: [{ Key: 'CostCenter', Value }] }),
      );
    expect(await refusal(create('x'))).toBe(`InvalidTagParameter: ${sentence}`);
    await create('200');
  });

  it('refuses them later, too, and leaves no trace', async () => {
    const sqs = new SQSClient(config);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'right', tags: { CostCenter: '100', other: 'x' } }));
    const tag = (Tags: Record<string, string>) => sqs.send(new TagQueueCommand({ QueueUrl, Tags }));
    expect(await refusal(tag({ CostCenter: '300' }))).toBe(`InvalidParameterValue: ${sentence}`);
    expect(await refusal(tag({ costcenter: '100' }))).toMatch(/tag key: 'costcenter'/);
    await tag({ CostCenter: '2 and more' });
    await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['CostCenter'] }));
    const sns = new SNSClient(config);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'right' }));
    expect(await refusal(sns.send(new TagTopicCommand({ ResourceArn: TopicArn, Tags: wrong })))).toBe(`TagPolicy: ${sentence}`);
    const s3 = new S3Client(config);
    const Bucket = `right-${randomUUID()}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    const tagBucket = s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: wrong } }));
    expect(await refusal(tagBucket)).toBe(`TagPolicy: ${sentence}`);
    // objects are no resources of tag policies
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Tagging: 'CostCenter=x' }));
  });

  it('does not bind roles, which AWS can only report', async () => {
    const Statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await new IAMClient(config).send(new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument, Tags: wrong }));
  });

  it('binds as far as it hangs, and as long', async () => {
    const { organizations, rootId, createUnit, createAccount, createPolicy, as } = await withPolicies('TAG_POLICY');
    const unit = await createUnit(rootId, 'unit');
    const member = await createAccount('member');
    const sqs = new SQSClient({ ...as(member).config, maxAttempts: 1 });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'queue' }));
    const isFree = async (Value = 'x') =>
      (await refusal(sqs.send(new TagQueueCommand({ QueueUrl, Tags: { CostCenter: Value } })))) === 'no error';
    const PolicyId = await createPolicy('tags', costCenter(['sqs:queue'], '100'), 'TAG_POLICY');
    const attach = (TargetId: string) => organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    const detach = (TargetId: string) => organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
    const move = (SourceParentId: string, DestinationParentId: string) =>
      organizations.send(new MoveAccountCommand({ AccountId: member, SourceParentId, DestinationParentId }));
    await attach(unit);
    expect(await isFree()).toBe(true);
    await move(rootId, unit);
    expect(await isFree()).toBe(false);
    await move(unit, rootId);
    expect(await isFree()).toBe(true);
    await detach(unit);
    await attach(member);
    expect(await isFree()).toBe(false);
    await organizations.send(new UpdatePolicyCommand({ PolicyId, Content: JSON.stringify(costCenter(['sqs:queue'], 'x')) }));
    expect([await isFree(), await isFree('100')]).toEqual([true, false]);
    await detach(member);
    expect(await isFree('100')).toBe(true);
    await attach(rootId);
    expect(await isFree('100')).toBe(false);
    await as(member).organizations.send(new LeaveOrganizationCommand({}));
    expect(await isFree('100')).toBe(true);
  });

  it('leaves the tags that a bucket has already', async () => {
    const { attach, config: own, id, rootId, url } = await withPolicies('TAG_POLICY');
    const s3 = new S3Client({ ...own, maxAttempts: 1 });
    const Bucket = `tagged-${randomUUID()}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    const put = (...TagSet: { Key: string; Value: string }[]) => s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    const other = { Key: 'other', Value: 'x' };
    await put(...wrong, other);
    await attach(rootId, costCenter(['s3:ALL_SUPPORTED'], '100'));
    await put(...wrong);
    expect(await refusal(put({ Key: 'CostCenter', Value: 'y' }))).toMatch(/^TagPolicy/);
    // S3 Control writes the whole set for one tag more
    const body =
      '<TagResourceRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Tags><Tag><Key>more</Key><Value>z</Value></Tag></Tags></TagResourceRequest>';
    const authorization = `AWS4-HMAC-SHA256 Credential=${id}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
    const path = `/v20180820/tags/${encodeURIComponent(`arn:aws:s3:::${Bucket}`)}`;
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers: { 'x-amz-account-id': id, authorization }, body });
    expect(answer.status).toBe(204);
  });

  it('is not asked about the tags of an invitation again', async () => {
    const { organizations, rootId, as, attach } = await withPolicies('TAG_POLICY');
    const Target = { Type: 'ACCOUNT' as const, Id: account().id };
    const invite = () => organizations.send(new InviteAccountToOrganizationCommand({ Target, Tags: wrong }));
    const { Handshake } = await invite();
    await attach(rootId, costCenter(['organizations:account'], '100'));
    await as(Target.Id).organizations.send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id }));
    expect((await organizations.send(new ListTagsForResourceCommand({ ResourceId: Target.Id }))).Tags).toEqual(wrong);
    expect(await refusal(organizations.send(new TagResourceCommand({ ResourceId: Target.Id, Tags: wrong })))).toMatch(
      /TAG_POLICY_VIOLATION/,
    );
  });

  it('binds no longer when its type is disabled', async () => {
    const { organizations, rootId, config: own, attach } = await withPolicies('TAG_POLICY');
    const id = await attach(rootId, costCenter(['sqs:queue'], '100'));
    const create = (QueueName: string) => new SQSClient(own).send(new CreateQueueCommand({ QueueName, tags: { CostCenter: 'x' } }));
    expect(await refusal(create('during'))).toMatch(/^InvalidParameterValue/);
    await organizations.send(new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: 'TAG_POLICY' }));
    await create('after');
    await organizations.send(new DeletePolicyCommand({ PolicyId: id }));
  });

  it('lets others tag as they like', async () => {
    const dynamodb = new DynamoDBClient({ ...(await organization()).config, maxAttempts: 1 });
    const { TableDescription } = await dynamodb.send(
      new CreateTableCommand({
        TableName: 'table',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
        Tags: wrong,
      }),
    );
    await dynamodb.send(new TagTableCommand({ ResourceArn: TableDescription?.TableArn, Tags: wrong }));
  });
});

it('tag policies are answered for by every service that has something to tag', async () => {
  const registry = new Registry(services);
  const definitions = await Promise.all(registry.ids().map((id) => registry.load(id)));
  const silent = definitions.filter(
    ({ state = [], tagPolicy }) => !tagPolicy && state.some((each) => each.kind === 'collection' && each.arn),
  );
  // It asks for itself (tags.ts).
  expect(silent.map(({ id }) => id)).toEqual(['organizations']);
});

describe('an S3 policy', () => {
  const policy = (value: string) => ({ s3_attributes: { public_access_block_configuration: { '@@assign': value } } });

  /** The account's own setting, as S3 Control tells and takes it. */
  async function accountBlock({ id, url }: Organization, method: string, body?: string): Promise<string> {
    const authorization = `AWS4-HMAC-SHA256 Credential=${id}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = { 'x-amz-account-id': id, authorization };
    const answer = await fetch(`${url}/v20180820/configuration/publicAccessBlock`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return /<Code>(\w+)</.exec(text)?.[1] ?? [...text.matchAll(/>(true|false)</g)].map(([, value]) => value).join(' ');
  }
  const onlyAcls =
    '<PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>';

  it('blocks public access to the buckets of an account, and gives the account its own setting back afterwards', async () => {
    const org = await withPolicies('S3_POLICY');
    const s3 = new S3Client({ ...org.config, maxAttempts: 1 });
    const Bucket = `open-${randomUUID()}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    const Statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const open = () => refusal(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })));
    await accountBlock(org, 'PUT', onlyAcls);
    expect(await open()).toBe('no error');
    const id = await org.attach(org.id, policy('all'));
    expect(await open()).toMatch(/^AccessDenied/);
    expect(await accountBlock(org, 'GET')).toBe('true true true true');
    expect(await accountBlock(org, 'PUT', onlyAcls)).toBe('AccessDenied');
    expect(await accountBlock(org, 'DELETE')).toBe('AccessDenied');
    await org.organizations.send(new UpdatePolicyCommand({ PolicyId: id, Content: JSON.stringify(policy('none')) }));
    expect(await accountBlock(org, 'GET')).toBe('false false false false');
    expect(await open()).toBe('no error');
    await org.organizations.send(new DetachPolicyCommand({ PolicyId: id, TargetId: org.id }));
    expect(await accountBlock(org, 'GET')).toBe('true false false false');
  });
});

describe('a policy that is none of its type', () => {
  const assign = (value: unknown) => ({ '@@assign': value });
  it.each<[PolicyType, object]>([
    ['TAG_POLICY', { tags: { a: { tag_value: assign('x') } } }],
    ['TAG_POLICY', { tags: { a: { tag_value: assign(['*x*']) } } }],
    ['TAG_POLICY', { tags: { a: { tag_key: assign('b') } } }],
    ['TAG_POLICY', { tags: { a: { enforced_for: assign(['*:*']) } } }],
    ['TAG_POLICY', { tags: { a: { enforced: assign(['sqs:queue']) } } }],
    ['TAG_POLICY', { tags: { a: { constructor: assign(['sqs:queue']) } } }],
    ['S3_POLICY', { s3_attributes: { public_access_block_configuration: assign('some') } }],
    ['S3_POLICY', { s3_attributes: { other: assign('all') } }],
  ])('is refused: %s %j', async (type, content) => {
    const org = await organization();
    expect(await refusal(org.createPolicy('policy', content, type))).toMatch(/^MalformedPolicyDocument/);
  });
});
