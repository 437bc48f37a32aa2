/** Who gets what of S3, SQS, SNS and DynamoDB while policies are enforced; how to read it stands in matrix.ts. */
import { randomUUID } from 'node:crypto';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTablesCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketAbacCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListTopicsCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { accountA, accountB, allow, type Config, policy } from '../access/cloud';
import { ownCloud } from '../server';
import { type Call, type Caller, clientOf, everybody, expectations, outcomes, tableOf } from './matrix';

const arn = (service: string, name: string, account = accountA) => `arn:aws:${service}:us-east-1:${account}:${name}`;
const bucketArn = (name: string) => `arn:aws:s3:::${name}`;
const when = (statement: object, Condition: object) => ({ ...statement, Condition });
const forPrincipal = (Principal: unknown, action: string | string[], resource: string | string[]) => ({
  ...allow(action, resource),
  Principal,
});
const deny = (Principal: unknown, action: string | string[], resource: string | string[]) => ({
  ...forPrincipal(Principal, action, resource),
  Effect: 'Deny',
});

/** Of user, member and session. */
const rights = policy(
  allow('s3:GetObject', 'arn:aws:s3:::*/mine/*'),
  allow(['s3:DeleteObject', 's3:PutObjectTagging', 's3:GetObjectTagging'], 'arn:aws:s3:::*/mine/*'),
  when(allow('s3:PutObject', 'arn:aws:s3:::*/mine/*'), { StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' } }),
  when(allow('s3:ListBucket', 'arn:aws:s3:::*'), { StringLike: { 's3:prefix': 'mine/*' } }),
  when(allow('s3:GetObject', 'arn:aws:s3:::*'), { StringEquals: { 's3:ExistingObjectTag/team': 'a' } }),
  when(allow('s3:GetObjectAcl', 'arn:aws:s3:::*'), { StringEquals: { 'aws:ResourceTag/team': 'a' } }),
  when(allow(['sqs:SendMessage', 'sqs:GetQueueUrl']), { StringEquals: { 'aws:ResourceTag/team': 'a' } }),
  when(allow(['sqs:CreateQueue', 'sqs:TagQueue']), {
    StringEquals: { 'aws:RequestTag/team': 'a' },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
  }),
  when(allow('sns:Subscribe'), { StringEquals: { 'sns:Protocol': 'sqs' }, StringLike: { 'sns:Endpoint': '*:mine' } }),
  when(
    allow([
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]),
    { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['mine'], 'dynamodb:Attributes': ['id', 'score'] } },
  ),
  when(allow('dynamodb:Scan'), {
    StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['score'] },
  }),
);

let cloud: Nuvola;
let configs: Record<Caller, Config>;
const urlOf = (name: string) => `${cloud.url}/${accountA}/${name}`;

// ---- calls ----

const s3Of = clientOf(S3Client);
const sqsOf = clientOf(SQSClient);
const snsOf = clientOf(SNSClient);
const dynamodbOf = clientOf(DynamoDBClient);

const s3 =
  (command: (config: Config) => object): Call =>
  (config) =>
    s3Of(config).send(command(config) as never);
const get = (Bucket: string, Key: string) => s3(() => new GetObjectCommand({ Bucket, Key }));
const head = (Bucket: string, Key: string) => s3(() => new HeadObjectCommand({ Bucket, Key }));
const put = (Bucket: string, Key: string, more: object = {}) => s3(() => new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));
const list = (Bucket: string, Prefix?: string) => s3(() => new ListObjectsV2Command({ Bucket, Prefix }));
const copy = (CopySource: string, Bucket: string, Key: string, more: object = {}) =>
  s3(() => new CopyObjectCommand({ Bucket, Key, CopySource, ServerSideEncryption: 'AES256', ...more }));
const removeBoth: Call = async (config) => {
  const Objects = [{ Key: 'mine/gone' }, { Key: 'theirs/gone' }];
  const { Deleted = [], Errors = [] } = await s3Of(config).send(new DeleteObjectsCommand({ Bucket: 'plain', Delete: { Objects } }));
  return `${Deleted.map(({ Key }) => Key)}|${Errors.map(({ Key, Code }) => `${Key}:${Code}`)}`;
};
const sqs =
  (command: () => object): Call =>
  (config) =>
    sqsOf(config).send(command() as never);
const send = (name: string) => sqs(() => new SendMessageCommand({ QueueUrl: urlOf(name), MessageBody: 'x' }));
const sns =
  (command: () => object): Call =>
  (config) =>
    snsOf(config).send(command() as never);
const publish = (name: string) => sns(() => new PublishCommand({ TopicArn: arn('sns', name), Message: 'x' }));
const subscribe = (name: string, Protocol: string, Endpoint: string) =>
  sns(() => new SubscribeCommand({ TopicArn: arn('sns', name), Protocol, Endpoint }));
const dynamodb =
  (command: () => object): Call =>
  (config) =>
    dynamodbOf(config).send(command() as never);
const table = arn('dynamodb', 'table/items');
const mine = { id: { S: 'mine' } };
const theirs = { id: { S: 'theirs' } };

// ---- what is there ----

async function createBucket(Bucket: string, statements: object[] = [], open = false, ObjectOwnership?: 'ObjectWriter'): Promise<void> {
  const client = s3Of(configs.root);
  await client.send(new CreateBucketCommand({ Bucket, ObjectOwnership }));
  if (open) await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
  if (statements.length > 0) await client.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(...statements) }));
  for (const Key of ['mine/a', 'theirs/a']) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'theirs/tagged', Body: 'x', Tagging: 'team=a' }));
}

async function createBuckets(): Promise<void> {
  const client = s3Of(configs.root);
  await createBucket('plain');
  await createBucket('shared', [
    forPrincipal(
      { AWS: accountB },
      ['s3:GetObject', 's3:GetBucketPolicy', 's3:PutBucketPolicy'],
      [bucketArn('shared'), `${bucketArn('shared')}/*`],
    ),
  ]);
  await createBucket('named', [
    forPrincipal({ AWS: `arn:aws:iam::${accountA}:user/bare` }, 's3:GetObject', `${bucketArn('named')}/theirs/*`),
  ]);
  await createBucket('public', [forPrincipal('*', 's3:GetObject', `${bucketArn('public')}/*`)], true);
  await createBucket('restricted', [forPrincipal('*', 's3:GetObject', `${bucketArn('restricted')}/*`)], true);
  const blocks = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: true };
  await client.send(new PutPublicAccessBlockCommand({ Bucket: 'restricted', PublicAccessBlockConfiguration: blocks }));
  await createBucket('locked', [deny('*', ['s3:GetObject', 's3:GetBucketPolicy'], [bucketArn('locked'), `${bucketArn('locked')}/*`])]);
  await createBucket('acl', [], true, 'ObjectWriter');
  await client.send(new PutBucketAclCommand({ Bucket: 'acl', ACL: 'public-read' }));
  await client.send(new PutObjectAclCommand({ Bucket: 'acl', Key: 'theirs/a', ACL: 'public-read' }));
  await client.send(new PutObjectAclCommand({ Bucket: 'acl', Key: 'theirs/tagged', ACL: 'authenticated-read' }));
  await createBucket('granting', [], true, 'ObjectWriter');
  const grantee = `id="${(await s3Of(configs.B).send(new ListBucketsCommand({}))).Owner?.ID}"`;
  await client.send(new PutBucketAclCommand({ Bucket: 'granting', GrantWrite: grantee, GrantReadACP: grantee }));
  await client.send(new PutObjectAclCommand({ Bucket: 'granting', Key: 'theirs/a', GrantRead: grantee }));
  await client.send(new PutObjectAclCommand({ Bucket: 'granting', Key: 'theirs/tagged', GrantFullControl: grantee }));
  await createBucket('ignored', [], true, 'ObjectWriter');
  await client.send(new PutObjectAclCommand({ Bucket: 'ignored', Key: 'theirs/a', ACL: 'public-read' }));
  const ignoring = { ...blocks, RestrictPublicBuckets: false, IgnorePublicAcls: true };
  await client.send(new PutPublicAccessBlockCommand({ Bucket: 'ignored', PublicAccessBlockConfiguration: ignoring }));
  for (const Bucket of ['labelled', 'unlabelled']) {
    await createBucket(Bucket);
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'a' }] } }));
  }
  await client.send(new PutBucketAbacCommand({ Bucket: 'labelled', AbacStatus: { Status: 'Enabled' } }));
}

async function createQueuesAndTopics(): Promise<void> {
  const queues = sqsOf(configs.root);
  const create = (QueueName: string, statements: object[] = [], tags?: Record<string, string>) =>
    queues.send(
      new CreateQueueCommand({ QueueName, tags, ...(statements.length > 0 && { Attributes: { Policy: policy(...statements) } }) }),
    );
  await create('closed');
  await create('mine', [], { team: 'a' });
  await create('shared', [forPrincipal({ AWS: accountB }, ['sqs:SendMessage', 'sqs:SetQueueAttributes'], arn('sqs', 'shared'))]);
  await create('anyone', [forPrincipal('*', 'sqs:SendMessage', arn('sqs', 'anyone'))]);
  await create('nobody', [deny('*', 'sqs:SendMessage', arn('sqs', 'nobody'))], { team: 'a' });
  const topics = snsOf(configs.root);
  for (const Name of ['closed', 'shared', 'anyone']) await topics.send(new CreateTopicCommand({ Name }));
  const set = (name: string, ...statements: object[]) =>
    topics.send(
      new SetTopicAttributesCommand({ TopicArn: arn('sns', name), AttributeName: 'Policy', AttributeValue: policy(...statements) }),
    );
  await set('shared', forPrincipal({ AWS: `arn:aws:iam::${accountB}:root` }, ['sns:Publish', 'sns:Subscribe'], arn('sns', 'shared')));
  await set(
    'anyone',
    when(forPrincipal('*', ['sns:Publish', 'sns:Subscribe'], arn('sns', 'anyone')), { StringEqualsIfExists: { 'sns:Protocol': 'https' } }),
  );
}

async function createTables(): Promise<void> {
  const client = dynamodbOf(configs.root);
  const key = {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  };
  for (const TableName of ['items', 'shared'])
    await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...key }));
  for (const Item of [mine, theirs])
    await client.send(new PutItemCommand({ TableName: 'items', Item: { ...Item, score: { N: '1' }, secret: { N: '2' } } }));
  const ResourceArn = arn('dynamodb', 'table/shared');
  const shared = forPrincipal({ AWS: accountB }, ['dynamodb:GetItem', 'dynamodb:DescribeTable'], ResourceArn);
  await client.send(
    new PutResourcePolicyCommand({
      ResourceArn,
      Policy: policy(shared, deny({ AWS: `arn:aws:iam::${accountA}:user/user` }, 'dynamodb:GetItem', ResourceArn)),
    }),
  );
}

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  configs = await everybody(cloud, rights);
  await createBuckets();
  await createQueuesAndTopics();
  await createTables();
});
afterAll(() => cloud.close());

const rows = tableOf(() => configs);

//                                                                                     root own bare B user nobody
rows('objects', [
  ['GetObject, by identity policies', get('plain', 'mine/a'), /*                      */ 'yes yes no no no no'],
  ['GetObject, by nobody but root', get('plain', 'theirs/a'), /*                      */ 'yes no no no no no'],
  ['GetObject, by its tags', get('plain', 'theirs/tagged'), /*                        */ 'yes yes no no no no'],
  ['GetObject of another account, by both', get('shared', 'theirs/a'), /*             */ 'yes no no yes yes no'],
  ['GetObject, by the name of a user', get('named', 'theirs/a'), /*                   */ 'yes no yes no no no'],
  ['GetObject, by everybody', get('public', 'theirs/a'), /*                           */ 'yes yes yes yes yes yes'],
  ['GetObject, restricted to the account', get('restricted', 'theirs/a'), /*          */ 'yes yes yes no no no'],
  ['GetObject, denied to all', get('locked', 'mine/a'), /*                            */ 'no'],
  ['GetObject, by an ACL for everybody', get('acl', 'theirs/a'), /*                   */ 'yes yes yes yes yes yes'],
  ['GetObject, by an ACL for those who sign', get('acl', 'theirs/tagged'), /*         */ 'yes yes yes yes yes no'],
  ['GetObject, by an ACL for an account', get('granting', 'theirs/a'), /*             */ 'yes no no yes yes no'],
  ['GetObjectAcl, by a grant to read', s3(() => new GetObjectAclCommand({ Bucket: 'granting', Key: 'theirs/a' })), 'yes no no no no no'],
  [
    'GetObjectAcl, by a grant of full control',
    s3(() => new GetObjectAclCommand({ Bucket: 'granting', Key: 'theirs/tagged' })),
    'yes no no yes yes no',
  ],
  ['PutObject, by an ACL, of a new key', s3(() => new PutObjectCommand({ Bucket: 'granting', Key: randomUUID() })), 'yes no no yes yes no'],
  ['PutObject, by an ACL, of another', put('granting', 'theirs/a'), /*                */ 'yes no no no no no'],
  ['ListObjectsV2, by an ACL that grants writing', list('granting'), /*               */ 'yes no no no no no'],
  ['GetBucketAcl, by an ACL', s3(() => new GetBucketAclCommand({ Bucket: 'granting' })), 'yes no no yes yes no'],
  ['GetObject, by an ACL that is ignored', get('ignored', 'theirs/a'), /*             */ 'yes no no no no no'],
  ['GetObject of a key that is not there', get('plain', 'mine/none'), /*              */ 'NoSuchKey no no no no no'],
  ['GetObject of a public key that is not there', get('public', 'none'), /*           */ 'NoSuchKey no no no no no'],
  ['HeadObject of a key that is not there', head('plain', 'mine/none'), /*            */ 'NotFound 403 403 403 403 403'],
  ['GetObject of a bucket that is not there', get('missing', 'mine/a'), /*            */ 'NoSuchBucket'],
  ['GetObjectAcl, by tags of a bucket', s3(() => new GetObjectAclCommand({ Bucket: 'labelled', Key: 'theirs/a' })), 'yes yes no no no no'],
  [
    'GetObjectAcl, by tags that do not count',
    s3(() => new GetObjectAclCommand({ Bucket: 'unlabelled', Key: 'theirs/a' })),
    'yes no no no no no',
  ],
  ['PutObject without what is asked of it', put('plain', 'mine/b'), /*                */ 'yes no no no no no'],
  ['PutObject with it', put('plain', 'mine/b', { ServerSideEncryption: 'AES256' }), /**/ 'yes yes no no no no'],
  ['PutObject with tags', put('plain', 'mine/b', { ServerSideEncryption: 'AES256', Tagging: 'a=b' }), 'yes yes no no no no'],
  ['PutObject with an ACL', put('acl', 'mine/b', { ServerSideEncryption: 'AES256', ACL: 'private' }), 'yes no no no no no'],
  [
    'PutObjectTagging',
    s3(() => new PutObjectTaggingCommand({ Bucket: 'plain', Key: 'mine/a', Tagging: { TagSet: [] } })),
    'yes yes no no no no',
  ],
  ['CopyObject', copy('plain/mine/a', 'plain', 'mine/c'), /*                          */ 'yes yes no no no no'],
  ['CopyObject of what may not be read', copy('plain/theirs/a', 'plain', 'mine/c'), /**/ 'yes no no no no no'],
  ['CopyObject to where may not be written', copy('plain/mine/a', 'plain', 'theirs/c'), 'yes no no no no no'],
  ['CopyObject whose tags may not be read', copy('plain/theirs/tagged', 'plain', 'mine/c'), 'yes no no no no no'],
  ['CopyObject without its tags', copy('plain/theirs/tagged', 'plain', 'mine/c', { TaggingDirective: 'REPLACE' }), 'yes yes no no no no'],
  ['CopyObject of a key that is not there', copy('plain/mine/none', 'plain', 'mine/c'), 'NoSuchKey no no no no no'],
]);

const none = '|mine/gone:AccessDenied,theirs/gone:AccessDenied';
rows('buckets', [
  ['ListObjectsV2', list('plain'), /*                                                 */ 'yes no no no no no'],
  ['ListObjectsV2 of a prefix', list('plain', 'mine/'), /*                            */ 'yes yes no no no no'],
  ['ListObjectsV2, by an ACL for everybody', list('acl'), /*                          */ 'yes yes yes yes yes yes'],
  ['DeleteObjects, key by key', removeBoth, `mine/gone,theirs/gone| mine/gone|theirs/gone:AccessDenied ${none} ${none} ${none} ${none}`],
  ['ListBuckets', s3(() => new ListBucketsCommand({})), /*                            */ 'yes no no yes yes no'],
  [
    'CreateBucket of a name that is taken',
    s3(() => new CreateBucketCommand({ Bucket: 'public' })),
    'yes no no BucketAlreadyExists BucketAlreadyExists no',
  ],
  ['GetBucketPolicy, denied to all', s3(() => new GetBucketPolicyCommand({ Bucket: 'locked' })), 'yes no no no no no'],
  [
    'GetBucketPolicy, by another account',
    s3(() => new GetBucketPolicyCommand({ Bucket: 'shared' })),
    'yes no no MethodNotAllowed MethodNotAllowed no',
  ],
  ['DeleteBucketPolicy', s3(() => new DeleteBucketPolicyCommand({ Bucket: 'plain' })), /**/ 'yes no no no no no'],
]);

//                                                                                     root own bare B user nobody
rows('queues', [
  ['SendMessage, by nobody but root', send('closed'), /*                              */ 'yes no no no no key?'],
  ['SendMessage, by tags of the queue', send('mine'), /*                              */ 'yes yes no no no key?'],
  ['SendMessage, by another account', send('shared'), /*                              */ 'yes no no yes yes key?'],
  ['SendMessage, by everybody', send('anyone'), /*                                    */ 'yes'],
  ['SendMessage, denied to all', send('nobody'), /*                                   */ 'no no no no no key?'],
  [
    'SetQueueAttributes, which is the owner’s',
    sqs(() => new SetQueueAttributesCommand({ QueueUrl: urlOf('shared'), Attributes: { DelaySeconds: '0' } })),
    'yes no no no no key?',
  ],
  ['ReceiveMessage', sqs(() => new ReceiveMessageCommand({ QueueUrl: urlOf('shared') })), 'yes no no no no key?'],
  [
    'CreateQueue with the tag asked for',
    sqs(() => new CreateQueueCommand({ QueueName: 'new', tags: { team: 'a' } })),
    'yes yes no yes yes key?',
  ],
  [
    'CreateQueue with another',
    sqs(() => new CreateQueueCommand({ QueueName: 'new', tags: { team: 'a', more: 'b' } })),
    'yes no no yes yes key?',
  ],
  ['CreateQueue without tags', sqs(() => new CreateQueueCommand({ QueueName: 'new' })), 'yes no no yes yes key?'],
  ['TagQueue', sqs(() => new TagQueueCommand({ QueueUrl: urlOf('mine'), Tags: { team: 'a' } })), 'yes yes no no no key?'],
  ['GetQueueUrl', sqs(() => new GetQueueUrlCommand({ QueueName: 'mine', QueueOwnerAWSAccountId: accountA })), 'yes yes no no no key?'],
  ['ListQueues', sqs(() => new ListQueuesCommand({})), /*                             */ 'yes no no yes yes key?'],
]);

rows('topics', [
  ['Publish, by nobody but root', publish('closed'), /*                               */ 'yes no no no no key?'],
  ['Publish, by another account', publish('shared'), /*                               */ 'yes no no yes yes key?'],
  ['Publish, by everybody', publish('anyone'), /*                                     */ 'yes'],
  ['Subscribe, by protocol and endpoint', subscribe('closed', 'sqs', arn('sqs', 'mine')), 'yes yes no no no key?'],
  ['Subscribe with another endpoint', subscribe('closed', 'sqs', arn('sqs', 'closed')), 'yes no no no no key?'],
  ['Subscribe with another protocol', subscribe('anyone', 'sqs', arn('sqs', 'closed')), 'yes no no no no key?'],
  ['GetTopicAttributes', sns(() => new GetTopicAttributesCommand({ TopicArn: arn('sns', 'closed') })), 'yes no no no no key?'],
  ['ListTopics', sns(() => new ListTopicsCommand({})), /*                             */ 'yes no no yes yes key?'],
]);

const shown = { ProjectionExpression: 'score' };
const byId = { KeyConditionExpression: 'id = :id' };
//                                                                                     root own bare B user nobody
rows('items', [
  ['GetItem of an own item', dynamodb(() => new GetItemCommand({ TableName: table, Key: mine })), 'yes yes no no no key?'],
  ['GetItem of another', dynamodb(() => new GetItemCommand({ TableName: table, Key: theirs })), 'yes no no no no key?'],
  ['GetItem of a free attribute', dynamodb(() => new GetItemCommand({ TableName: table, Key: mine, ...shown })), 'yes yes no no no key?'],
  [
    'GetItem of a secret one',
    dynamodb(() => new GetItemCommand({ TableName: table, Key: mine, ProjectionExpression: 'secret' })),
    'yes no no no no key?',
  ],
  [
    'GetItem of a secret one under another name',
    dynamodb(
      () => new GetItemCommand({ TableName: table, Key: mine, ProjectionExpression: '#s', ExpressionAttributeNames: { '#s': 'secret' } }),
    ),
    'yes no no no no key?',
  ],
  [
    'Query for own items',
    dynamodb(() => new QueryCommand({ TableName: table, ...byId, ExpressionAttributeValues: { ':id': mine.id } })),
    'yes yes no no no key?',
  ],
  [
    'Query for others',
    dynamodb(() => new QueryCommand({ TableName: table, ...byId, ExpressionAttributeValues: { ':id': theirs.id } })),
    'yes no no no no key?',
  ],
  ['Scan', dynamodb(() => new ScanCommand({ TableName: table })), /*                  */ 'yes no no no no key?'],
  ['Scan for a free attribute', dynamodb(() => new ScanCommand({ TableName: table, ...shown })), 'yes yes no no no key?'],
  [
    'BatchGetItem of own items',
    dynamodb(() => new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [mine] } } })),
    'yes yes no no no key?',
  ],
  [
    'BatchGetItem of others among them',
    dynamodb(() => new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [mine, theirs] } } })),
    'yes no no no no key?',
  ],
  ['PutItem of an own item', dynamodb(() => new PutItemCommand({ TableName: table, Item: mine })), 'yes yes no no no key?'],
  ['PutItem of another', dynamodb(() => new PutItemCommand({ TableName: table, Item: theirs })), 'yes no no no no key?'],
  [
    'PutItem of a secret attribute',
    dynamodb(() => new PutItemCommand({ TableName: table, Item: { ...mine, secret: { N: '1' } } })),
    'yes no no no no key?',
  ],
  [
    'BatchWriteItem that puts others',
    dynamodb(() => new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest: { Item: theirs } }] } })),
    'yes no no no no key?',
  ],
  [
    'TransactWriteItems that puts others',
    dynamodb(() => new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: table, Item: theirs } }] })),
    'yes no no no no key?',
  ],
  [
    'BatchWriteItem of own items',
    dynamodb(() => new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest: { Item: mine } }] } })),
    'yes yes no no no key?',
  ],
  [
    'BatchWriteItem of others',
    dynamodb(() => new BatchWriteItemCommand({ RequestItems: { [table]: [{ DeleteRequest: { Key: { id: { S: 'none' } } } }] } })),
    'yes no no no no key?',
  ],
  [
    'UpdateItem of a free attribute',
    dynamodb(() => new UpdateItemCommand({ TableName: table, Key: mine, UpdateExpression: 'REMOVE score' })),
    'yes yes no no no key?',
  ],
  [
    'UpdateItem of a secret one',
    dynamodb(() => new UpdateItemCommand({ TableName: table, Key: mine, UpdateExpression: 'REMOVE secret' })),
    'yes no no no no key?',
  ],
  [
    'TransactGetItems of own items',
    dynamodb(() => new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: table, Key: mine } }] })),
    'yes yes no no no key?',
  ],
  [
    'TransactWriteItems with a right that is lacking',
    dynamodb(
      () =>
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName: table, Item: mine } }, { Delete: { TableName: table, Key: { id: { S: 'none' } } } }],
        }),
    ),
    'yes no no no no key?',
  ],
]);

const shared = arn('dynamodb', 'table/shared');
describe('tables', () => {
  it('are what their policies and identity policies say', async () => {
    const read = await outcomes(
      configs,
      dynamodb(() => new GetItemCommand({ TableName: shared, Key: mine })),
    );
    expect(read).toEqual({ ...expectations('yes yes no yes yes key?'), user: 'no' });
  });
});
rows('tables', [
  ['DescribeTable', dynamodb(() => new DescribeTableCommand({ TableName: shared })), /**/ 'yes no no yes yes key?'],
  [
    'DescribeTable of a table that is not there',
    dynamodb(() => new DescribeTableCommand({ TableName: 'none' })),
    'ResourceNotFoundException no no ResourceNotFoundException ResourceNotFoundException key?',
  ],
  ['GetResourcePolicy', dynamodb(() => new GetResourcePolicyCommand({ ResourceArn: shared })), 'yes no no no no key?'],
  ['ListTables', dynamodb(() => new ListTablesCommand({})), /*                        */ 'yes no no yes yes key?'],
]);
