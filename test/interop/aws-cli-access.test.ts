/** The AWS CLI of six people in a cloud that enforces policies: each gets what AWS would give. */
import { CreateTableCommand, DynamoDBClient, PutResourcePolicyCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { accountA, accountB, allow, type Config, createMember, createSession, createUser, policy } from '../access/cloud';
import { run, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const version = outputOf('aws', '--version');

const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:${accountA}:${name}`;
const shared = (action: string, Resource: string) => policy({ ...allow(action, Resource), Principal: { AWS: accountB } });

/** Of user, member and session. */
const rights = policy(
  allow('s3:GetObject', 'arn:aws:s3:::library/open/*'),
  allow('sqs:SendMessage', arn('sqs', 'jobs')),
  allow('sns:Publish', arn('sns', 'news')),
  allow('dynamodb:GetItem', arn('dynamodb', 'table/things')),
  allow('iam:GetRole', `arn:aws:iam::${accountA}:role/role`),
  allow('organizations:DescribeOrganization'),
  allow('account:GetAccountInformation'),
  allow('cloudtrail:LookupEvents'),
);

const key = JSON.stringify({ id: { S: 'x' } });
const table = arn('dynamodb', 'table/things');

/** Words: root, the three with the rights above, another account, nobody. */
const calls: readonly (readonly [command: string, words: string])[] = [
  ['s3api head-object --bucket library --key open/book', 'yes yes 403 403'],
  ['s3 cp s3://library/closed/book -', 'yes 403 yes 403'],
  [`sqs send-message --message-body x --queue-url URL/${accountA}/jobs`, 'yes yes AccessDenied -'],
  [`sns publish --message x --topic-arn ${arn('sns', 'news')}`, 'yes yes yes -'],
  [`dynamodb delete-item --table-name ${table} --key ${key}`, 'yes AccessDeniedException AccessDeniedException -'],
  ['iam get-role --role-name role', 'yes yes NoSuchEntity MissingAuthenticationToken'],
  ['iam list-users', 'yes AccessDenied yes MissingAuthenticationToken'],
  ['sts get-caller-identity', 'yes yes yes MissingAuthenticationToken'],
  [`sts assume-role --role-session-name row --role-arn arn:aws:iam::${accountA}:role/role`, 'AccessDenied AccessDenied AccessDenied -'],
  ['organizations describe-organization', 'yes yes AWSOrganizationsNotInUseException MissingAuthenticationTokenException'],
  ['account get-account-information', 'yes yes yes -'],
  ['cloudtrail lookup-events', 'yes yes yes -'],
  ['cloudtrail describe-trails', 'yes AccessDeniedException yes -'],
];

async function furnish(root: Config): Promise<void> {
  const s3 = new S3Client(root);
  await s3.send(new CreateBucketCommand({ Bucket: 'library' }));
  for (const Key of ['open/book', 'closed/book']) await s3.send(new PutObjectCommand({ Bucket: 'library', Key, Body: 'text' }));
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'library', Policy: shared('s3:GetObject', 'arn:aws:s3:::library/closed/*') }));
  await new SQSClient(root).send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const sns = new SNSClient(root);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: shared('sns:Publish', TopicArn as string) }),
  );
  const dynamodb = new DynamoDBClient(root);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'things',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: table, Policy: shared('dynamodb:GetItem', table) }));
  await new OrganizationsClient(root).send(new CreateOrganizationCommand({}));
}

/** Environment variables of each caller; nobody has none. */
async function callersOf(server: Server): Promise<Readonly<Record<string, Readonly<Record<string, string>> | undefined>>> {
  const configOf = (account: string): Config => ({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  const root = configOf(accountA);
  await furnish(root);
  const iam = new IAMClient(root);
  const assumer = await createUser(iam, root, 'assumer', policy(allow('sts:AssumeRole')));
  const configs = {
    root,
    user: await createUser(iam, root, 'user', rights),
    member: await createMember(iam, root, 'member', rights),
    session: await createSession(iam, assumer, 'role', accountA, rights),
    stranger: configOf(accountB),
  };
  const variables = Object.entries(configs).map(([caller, { credentials }]) => {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = credentials as { [name: string]: string };
    return [caller, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken }];
  });
  return Object.fromEntries([...variables, ['nobody', undefined]]);
}

test.skipIf(version === undefined)(
  'AWS CLI: root, user, member, session, another account and nobody (needs aws)',
  async () => {
    await using server = await Server.start(['--log', 'errors', '--strict', '--iam', 'enforce']);
    const env = { ...(await environmentFor(server)), AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1' };
    const callers = await callersOf(server);
    const outcome = async (command: string, caller: string) => {
      const args = [...command.replace('URL', server.url).split(' '), '--endpoint-url', server.url];
      const signing = callers[caller] ? [] : ['--no-sign-request'];
      const { code, stderr } = await run('aws', [...args, ...signing], { env: { ...env, ...callers[caller] } });
      return code === 0 ? 'yes' : (/\((\w+)\)/.exec(stderr)?.[1] ?? stderr);
    };
    for (const [command, words] of calls) {
      const [root, own, stranger, nobody] = words.split(' ');
      const expected = { root, user: own, member: own, session: own, stranger, ...(nobody !== '-' && { nobody }) };
      const got = await Promise.all(Object.keys(expected).map(async (caller) => [caller, await outcome(command, caller)] as const));
      expect(Object.fromEntries(got), command).toEqual(expected);
    }
  },
  240_000,
);
