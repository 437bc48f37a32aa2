/** Root, a user, a group member, a role session, another account and nobody at all: what each gets of every service, enforced. */
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { accountA, accountB, allow, type Config, configOf, createMember, createSession, createUser, policy, unsigned } from './cloud';

type Caller = 'root' | 'user' | 'member' | 'session' | 'stranger' | 'nobody';

const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:${accountA}:${name}`;
/** What user, member and session may do; the others may do what they are. */
const rights = policy(
  allow(['sqs:SendMessage'], arn('sqs', 'queue')),
  allow(['sns:Publish'], arn('sns', 'topic')),
  allow(['s3:GetObject'], 'arn:aws:s3:::bucket-a/open/*'),
  allow(['dynamodb:GetItem'], arn('dynamodb', 'table/table')),
  allow(['iam:GetUser'], `arn:aws:iam::${accountA}:user/user`),
);

let cloud: Nuvola;
const configs = {} as Record<Caller, Config>;
let QueueUrl: string;
const TopicArn = arn('sns', 'topic');

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  const root = configOf(cloud, accountA);
  const iam = new IAMClient(root);
  configs.root = root;
  configs.user = await createUser(iam, root, 'user', rights);
  configs.member = await createMember(iam, root, 'member', rights);
  // Root may not assume roles.
  const assumer = await createUser(iam, root, 'assumer', policy(allow('sts:AssumeRole')));
  configs.session = await createSession(iam, assumer, 'role', accountA, rights);
  configs.stranger = configOf(cloud, accountB);
  configs.nobody = unsigned(root);
  QueueUrl = (await new SQSClient(root).send(new CreateQueueCommand({ QueueName: 'queue' }))).QueueUrl as string;
  await new SNSClient(root).send(new CreateTopicCommand({ Name: 'topic' }));
  const s3 = new S3Client(root);
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket-a' }));
  for (const Key of ['open/key', 'closed/key']) await s3.send(new PutObjectCommand({ Bucket: 'bucket-a', Key, Body: 'text' }));
  const key = [{ AttributeName: 'id', AttributeType: 'S' as const }];
  await new DynamoDBClient(root).send(
    new CreateTableCommand({
      TableName: 'table',
      AttributeDefinitions: key,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});
afterAll(() => cloud.close());

const item = { id: { S: 'x' } };
const calls: Readonly<Record<string, (config: Config) => Promise<unknown>>> = {
  'sqs SendMessage': (config) => new SQSClient(config).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
  'sqs GetQueueAttributes': (config) => new SQSClient(config).send(new GetQueueAttributesCommand({ QueueUrl })),
  'sns Publish': (config) => new SNSClient(config).send(new PublishCommand({ TopicArn, Message: 'x' })),
  'sns GetTopicAttributes': (config) => new SNSClient(config).send(new GetTopicAttributesCommand({ TopicArn })),
  's3 GetObject open': (config) => new S3Client(config).send(new GetObjectCommand({ Bucket: 'bucket-a', Key: 'open/key' })),
  's3 GetObject closed': (config) => new S3Client(config).send(new GetObjectCommand({ Bucket: 'bucket-a', Key: 'closed/key' })),
  's3 ListObjectsV2': (config) => new S3Client(config).send(new ListObjectsV2Command({ Bucket: 'bucket-a' })),
  'dynamodb GetItem': (config) => new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'table', Key: item })),
  'dynamodb PutItem': (config) => new DynamoDBClient(config).send(new PutItemCommand({ TableName: 'table', Item: item })),
  'dynamodb GetItem by ARN': (config) =>
    new DynamoDBClient(config).send(new GetItemCommand({ TableName: arn('dynamodb', 'table/table'), Key: item })),
  'iam GetUser': (config) => new IAMClient(config).send(new GetUserCommand({ UserName: 'user' })),
  'iam ListUsers': (config) => new IAMClient(config).send(new ListUsersCommand({})),
  'sts GetCallerIdentity': (config) => new STSClient(config).send(new GetCallerIdentityCommand({})),
};

/** `yes`, or the code of the refusal: for those with rights of their own (user, member, session), for another account, for nobody. */
const expected: readonly (readonly [call: string, root: string, own: string, stranger: string, nobody: string])[] = [
  ['sqs SendMessage', 'yes', 'yes', 'AccessDenied', 'MissingAuthenticationToken'],
  ['sqs GetQueueAttributes', 'yes', 'AccessDenied', 'AccessDenied', 'MissingAuthenticationToken'],
  ['sns Publish', 'yes', 'yes', 'AuthorizationErrorException', 'MissingAuthenticationToken'],
  ['sns GetTopicAttributes', 'yes', 'AuthorizationErrorException', 'AuthorizationErrorException', 'MissingAuthenticationToken'],
  ['s3 GetObject open', 'yes', 'yes', 'AccessDenied', 'AccessDenied'],
  ['s3 GetObject closed', 'yes', 'AccessDenied', 'AccessDenied', 'AccessDenied'],
  ['s3 ListObjectsV2', 'yes', 'AccessDenied', 'AccessDenied', 'AccessDenied'],
  ['dynamodb GetItem', 'yes', 'yes', 'ResourceNotFoundException', 'MissingAuthenticationTokenException'],
  ['dynamodb PutItem', 'yes', 'AccessDeniedException', 'ResourceNotFoundException', 'MissingAuthenticationTokenException'],
  ['dynamodb GetItem by ARN', 'yes', 'yes', 'AccessDeniedException', 'MissingAuthenticationTokenException'],
  ['iam GetUser', 'yes', 'yes', 'NoSuchEntityException', 'MissingAuthenticationToken'],
  ['iam ListUsers', 'yes', 'AccessDenied', 'yes', 'MissingAuthenticationToken'],
  ['sts GetCallerIdentity', 'yes', 'yes', 'yes', 'MissingAuthenticationToken'],
];

describe.each(expected)('%s', (call, root, own, stranger, nobody) => {
  it.each([
    ['root', root],
    ['user', own],
    ['member', own],
    ['session', own],
    ['stranger', stranger],
    ['nobody', nobody],
  ] as const)('%s: %s', async (caller, outcome) => {
    const got = await calls[call]!(configs[caller]).then(
      () => 'yes',
      (error: Error) => error.name,
    );
    expect(got).toBe(outcome);
  });
});

describe('a denial', () => {
  const messageOf = (call: string, caller: Caller) =>
    calls[call]!(configs[caller]).then(
      () => '',
      (error: Error & { $metadata: { httpStatusCode: number } }) => `${error.$metadata.httpStatusCode} ${error.message}`,
    );

  it('names caller, action and resource, as each service spells them', async () => {
    const user = `User: arn:aws:iam::${accountA}:user/user is not authorized to perform:`;
    const because = 'because no identity-based policy allows the';
    expect(await messageOf('sqs GetQueueAttributes', 'user')).toContain(
      `403 ${user} sqs:getqueueattributes on resource: ${arn('sqs', 'queue')} ${because} sqs:getqueueattributes action`,
    );
    expect(await messageOf('sns GetTopicAttributes', 'user')).toContain(
      `403 ${user} SNS:GetTopicAttributes on resource: ${TopicArn} ${because} SNS:GetTopicAttributes action`,
    );
    expect(await messageOf('s3 GetObject closed', 'user')).toBe(
      `403 ${user} s3:GetObject on resource: "arn:aws:s3:::bucket-a/closed/key" ${because} s3:GetObject action`,
    );
    expect(await messageOf('dynamodb PutItem', 'user')).toContain(
      `400 ${user} dynamodb:PutItem on resource: ${arn('dynamodb', 'table/table')} ${because} dynamodb:PutItem action`,
    );
    expect(await messageOf('s3 GetObject closed', 'stranger')).toBe('403 Access Denied');
    expect(await messageOf('sqs SendMessage', 'stranger')).toContain('because no resource-based policy allows the sqs:sendmessage action');
  });
});
