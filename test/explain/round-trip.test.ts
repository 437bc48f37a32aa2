/** What a principal did under audit becomes a policy; with nothing but that policy, enforced, it can do the same again. */
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  DeleteRolePolicyCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  type DeleteObjectsCommandOutput,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from 'vitest';
import { policyProblem } from '../../src/policy';
import type { Nuvola } from '../../src/testing';
import { accountA, allow, assume, type Config, configOf, createSession, createUser, policy } from '../access/cloud';
import { ownCloud } from '../server';
import { change, look } from './admin';

const bucket = 'photos';
const item = { id: { S: 'x' } };

/** Much of what a program does; returns what failed. */
async function work(config: Config, roleArn: string): Promise<string[]> {
  const s3 = new S3Client(config);
  const sqs = new SQSClient(config);
  const sns = new SNSClient(config);
  const tables = new DynamoDBClient(config);
  const iam = new IAMClient(config);
  const sts = new STSClient(config);
  const QueueUrl = `${await config.endpoint}/${accountA}/jobs`;
  const calls: (() => Promise<unknown>)[] = [
    () => s3.send(new ListBucketsCommand({})),
    () => s3.send(new HeadBucketCommand({ Bucket: bucket })),
    () => s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'in/a.txt', Body: 'a', Tagging: 'team=blue' })),
    () => s3.send(new PutObjectCommand({ Bucket: bucket, Key: `in/what? a*b \${aws:username}.txt`, Body: 'b' })),
    () => s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: 'in/a.txt', Tagging: { TagSet: [{ Key: 'team', Value: 'red' }] } })),
    () => s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'out/copy.txt', CopySource: `${bucket}/in/a.txt` })),
    () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'out/copy.txt' })).then(({ Body }) => Body?.transformToString()),
    () => s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'in/' })),
    () => s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'old/1' }, { Key: 'old/2' }] } })).then(undenied),
    () => sqs.send(new ListQueuesCommand({})),
    () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    () => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'y' }] })),
    () => sqs.send(new ReceiveMessageCommand({ QueueUrl })),
    () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
    () => sns.send(new ListTopicsCommand({})),
    () => sns.send(new PublishCommand({ TopicArn: `arn:aws:sns:us-east-1:${accountA}:news`, Message: 'x' })),
    () => tables.send(new PutItemCommand({ TableName: 'items', Item: item })),
    () => tables.send(new GetItemCommand({ TableName: 'items', Key: item })),
    () => tables.send(new UpdateItemCommand({ TableName: 'items', Key: item, AttributeUpdates: { n: { Value: { N: '1' } } } })),
    () =>
      tables.send(
        new QueryCommand({ TableName: 'items', KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': { S: 'x' } } }),
      ),
    () => iam.send(new ListUsersCommand({})),
    () => iam.send(new GetUserCommand({ UserName: 'worker' })),
    () => sts.send(new GetCallerIdentityCommand({})),
    () => sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'other' })),
  ];
  const failed: string[] = [];
  for (const call of calls) await call().catch((error: Error) => failed.push(error.message));
  return failed;
}

/** A batch that is denied says so of each of its entries. */
function undenied({ Errors = [] }: DeleteObjectsCommandOutput): void {
  for (const { Message } of Errors) throw new Error(Message);
}

describe.each([
  ['collapsed', {}],
  ['exact', { exact: 'true' }],
] as const)('a policy generated from audited calls, %s', (_, options) => {
  let cloud: Nuvola;
  let root: Config;
  let iam: IAMClient;
  let worker: Config;
  let otherRole: string;

  beforeAll(async () => {
    cloud = await ownCloud({ iam: 'audit', signatures: 'verify' });
    root = configOf(cloud, accountA);
    iam = new IAMClient(root);
    await new S3Client(root).send(new CreateBucketCommand({ Bucket: bucket }));
    await new SQSClient(root).send(new CreateQueueCommand({ QueueName: 'jobs' }));
    await new SNSClient(root).send(new CreateTopicCommand({ Name: 'news' }));
    const key = [{ AttributeName: 'id', AttributeType: 'S' as const }];
    await new DynamoDBClient(root).send(
      new CreateTableCommand({
        TableName: 'items',
        AttributeDefinitions: key,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    worker = await createUser(iam, root, 'worker');
    await createSession(iam, worker, 'other', accountA, policy(allow('s3:*')));
    otherRole = `arn:aws:iam::${accountA}:role/other`;
    return () => cloud.close();
  });

  async function generate(principal: string): Promise<string> {
    const { status, body } = await look(cloud, 'iam/generate', { principal, account: accountA, ...options });
    expect({ status, notes: body.notes }).toEqual({ status: 200, notes: [] });
    const text = JSON.stringify(body.policy);
    expect(policyProblem(text, 'managed')).toBeUndefined();
    return text;
  }

  it('lets a user do the same again under enforcement, and nothing else', async () => {
    expect(await work(worker, otherRole)).toEqual([]);
    const document = await generate('worker');
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'worker', PolicyDocument: document }));

    await change(cloud, 'iam/modes', { mode: 'enforce' });
    expect((await work(worker, otherRole)).length).toBeGreaterThan(20);
    await iam.send(new AttachUserPolicyCommand({ UserName: 'worker', PolicyArn: Policy!.Arn! }));
    expect(await work(worker, otherRole)).toEqual([]);
    await expect(new S3Client(worker).send(new CreateBucketCommand({ Bucket: 'another' }))).rejects.toThrow(/not authorized/);
    await change(cloud, 'iam/modes', { mode: 'audit' });
  });

  it('does so for a role in all its sessions', async () => {
    const session = await createSession(iam, worker, 'runner', accountA, policy(allow('sqs:ListQueues')));
    expect(await work(session, otherRole)).toEqual([]);
    const document = await generate('role/runner');
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'runner', PolicyDocument: document }));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'runner', PolicyName: 'role' }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'runner', PolicyArn: Policy!.Arn! }));

    const another = await assume(worker, `arn:aws:iam::${accountA}:role/runner`);
    await change(cloud, 'iam/modes', { mode: 'enforce' });
    expect(await work(another, otherRole)).toEqual([]);
    await change(cloud, 'iam/modes', { mode: 'audit' });
  });
});
