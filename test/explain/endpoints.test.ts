/** `/_nuvola/iam/…`, and IAM Toolbox over the wire, in a cloud that enforces. */

import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { accountA, accountB, allow, type Config, configOf, createSession, createUser, policy } from '../access/cloud';
import { ownCloud } from '../server';
import { change, look } from './admin';

let cloud: Nuvola;
let root: Config;
let alice: Config;
let session: Config;
let QueueUrl: string;
const jobs = `arn:aws:sqs:us-east-1:${accountA}:jobs`;
const aliceArn = `arn:aws:iam::${accountA}:user/alice`;

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  root = configOf(cloud, accountA);
  const iam = new IAMClient(root);
  alice = await createUser(iam, root, 'alice', policy({ ...allow('sqs:SendMessage', jobs), Sid: 'Send' }, allow('sts:AssumeRole')));
  session = await createSession(iam, alice, 'deploy', accountA, policy(allow('s3:GetObject', 'arn:aws:s3:::photos/public/*')));
  QueueUrl = (await new SQSClient(root).send(new CreateQueueCommand({ QueueName: 'jobs' }))).QueueUrl as string;
  const s3 = new S3Client(root);
  await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
  await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'cat', Body: 'x' }));
  return () => cloud.close();
});

interface Denial {
  readonly message: string;
  readonly $metadata: { readonly requestId: string };
}
const denial = (call: Promise<unknown>): Promise<Denial> =>
  call.then(
    () => expect.unreachable('it was allowed'),
    (error) => error,
  );

const readQueue = (config: Config) => denial(new SQSClient(config).send(new GetQueueAttributesCommand({ QueueUrl })));

describe('explain', () => {
  it('tells why a request was denied, by its id and by its authorization id', async () => {
    const { message, $metadata } = await readQueue(alice);
    const { body } = await look(cloud, 'iam/explain', { request: $metadata.requestId });
    expect(body.decisions).toHaveLength(1);
    expect(body.decisions[0]).toMatchObject({
      principal: aliceArn,
      account: accountA,
      action: 'sqs:GetQueueAttributes',
      resource: jobs,
      effect: 'implicitDeny',
      summary: 'Denied: no identity-based policy allows sqs:GetQueueAttributes.',
      layers: [
        {
          layer: 'identity',
          effect: 'implicitDeny',
          decisive: true,
          policies: [
            {
              name: 'own',
              statements: [
                { sid: 'Send', number: 1, matched: false, reasons: ['action sqs:GetQueueAttributes is not among sqs:SendMessage'] },
                { number: 2, matched: false },
              ],
            },
          ],
        },
      ],
      suggestions: [{ kind: 'widen', layer: 'identity', policy: 'own' }],
      request: { id: $metadata.requestId, mode: 'enforce', service: 'sqs', region: 'us-east-1', passed: false },
    });
    const authorization = /authorization id: ([0-9a-z]+)$/.exec(message)?.[1] as string;
    expect(message).toBe(
      `User: ${aliceArn} is not authorized to perform: sqs:getqueueattributes on resource: ${jobs} because no identity-based policy allows the sqs:getqueueattributes action. ` +
        `Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/${authorization} for complete details, ` +
        `or call the GetRequestAuthorizationDetails API with the following authorization id: ${authorization}`,
    );
    expect(await look(cloud, 'iam/explain', { authorization })).toEqual({ status: 200, body });
  });

  it('tells why a request was allowed', async () => {
    const { $metadata } = await new SQSClient(alice).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const { body } = await look(cloud, 'iam/explain', { request: $metadata.requestId as string });
    expect(body.decisions[0]).toMatchObject({ effect: 'allow', suggestions: [], request: { passed: true } });
    expect(body.decisions[0].layers[0].policies[0].statements[0]).toMatchObject({ sid: 'Send', matched: true, decisive: true });
  });

  it('tells of every right that one request needs', async () => {
    const { $metadata } = await denial(
      new IAMClient(session).send(new CreateUserCommand({ UserName: 'bob', Tags: [{ Key: 'a', Value: 'b' }] })),
    );
    const { body } = await look(cloud, 'iam/explain', { request: $metadata.requestId });
    expect(body.decisions.map(({ action }: { action: string }) => action)).toEqual(expect.arrayContaining(['iam:CreateUser']));
    expect(body.decisions[0].context).toMatchObject({ 'aws:PrincipalArn': `arn:aws:iam::${accountA}:role/deploy` });
  });

  it.each<[name: string, effect: string, principal: string]>([
    ['alice', 'allow', aliceArn],
    ['user/alice', 'allow', aliceArn],
    [aliceArn, 'allow', aliceArn],
    ['deploy', 'implicitDeny', `arn:aws:sts::${accountA}:assumed-role/deploy/explain`],
    [`arn:aws:iam::${accountA}:role/deploy`, 'implicitDeny', `arn:aws:sts::${accountA}:assumed-role/deploy/explain`],
    [`arn:aws:sts::${accountA}:assumed-role/deploy/monday`, 'implicitDeny', `arn:aws:sts::${accountA}:assumed-role/deploy/monday`],
    ['root', 'allow', `arn:aws:iam::${accountA}:root`],
    [accountB, 'implicitDeny', `arn:aws:iam::${accountB}:root`],
    ['sns.amazonaws.com', 'implicitDeny', 'sns.amazonaws.com'],
    ['anonymous', 'implicitDeny', '*'],
  ])('considers what %s may do', async (name, effect, principal) => {
    const { body } = await look(cloud, 'iam/explain', { principal: name, action: 'sqs:SendMessage', resource: jobs, account: accountA });
    expect(body.decisions).toMatchObject([{ principal, effect, action: 'sqs:SendMessage', resource: jobs }]);
    expect(body.decisions[0].request).toBeUndefined();
  });

  it('considers the holders of access keys, lasting and temporary', async () => {
    await readQueue(session);
    const ask = async ({ credentials }: Config) => {
      const { accessKeyId } = credentials as { accessKeyId: string };
      const { body } = await look(cloud, 'iam/explain', {
        principal: accessKeyId,
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::photos/public/x',
      });
      return [body.decisions[0].principal, body.decisions[0].effect];
    };
    expect(await ask(alice)).toEqual([aliceArn, 'implicitDeny']);
    expect(await ask(session)).toEqual([`arn:aws:sts::${accountA}:assumed-role/deploy/session`, 'allow']);
  });

  it('considers conditions', async () => {
    const statement = {
      ...allow('s3:GetObject', 'arn:aws:s3:::photos/*'),
      Principal: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    };
    await new S3Client(root).send(new PutBucketPolicyCommand({ Bucket: 'photos', Policy: policy(statement) }));
    const asked = { principal: 'alice', account: accountA, action: 's3:GetObject', resource: 'arn:aws:s3:::photos/cat' };
    const { body: here } = await change(cloud, 'iam/explain', asked);
    const { body: there } = await change(cloud, 'iam/explain', { ...asked, conditions: { 'aws:SourceIp': '203.0.113.7' } });
    expect([here, there].map(({ decisions }) => decisions[0].effect)).toEqual(['implicitDeny', 'allow']);
  });

  it('considers on whose behalf a service calls', async () => {
    const conditions = { 'aws:SourceArn': `arn:aws:sns:us-east-1:${accountA}:news`, 'AWS:SourceAccount': accountA };
    const { body } = await change(cloud, 'iam/explain', {
      principal: 'sns.amazonaws.com',
      action: 'sqs:SendMessage',
      resource: jobs,
      conditions,
    });
    expect(body.decisions[0].suggestions[0].statement.Condition).toEqual({
      ArnLike: { 'aws:SourceArn': `arn:aws:sns:us-east-1:${accountA}:news` },
      StringEquals: { 'aws:SourceAccount': accountA },
    });
  });

  it.each<[string, Record<string, string>, number, RegExp]>([
    ['nothing', {}, 400, /Send a request id; or principal, action and resource/],
    ['a request that nobody remembers', { request: 'nope' }, 404, /Nothing is remembered of a request nope/],
    ['a request and a principal', { request: 'x', principal: 'alice' }, 400, /Send either request, or/],
    [
      'a user who is not there',
      { principal: 'bob', action: 'sqs:SendMessage', resource: jobs, account: accountA },
      404,
      /There is no user or role bob .* Users there: alice\. Roles there: deploy\./,
    ],
    ['a name that is none', { principal: 'a b', action: 'sqs:SendMessage', resource: jobs }, 400, /is no name of a user or a role/],
    ['an ARN of something else', { principal: jobs, action: 'sqs:SendMessage', resource: jobs }, 400, /is no ARN of a user, a role/],
    [
      'a key that is not there',
      { principal: 'AKIAIOSFODNN7EXAMPLE', action: 'sqs:SendMessage', resource: jobs },
      404,
      /There is no access key AKIA/,
    ],
    ['an action that is none', { principal: 'root', action: 'SendMessage', resource: jobs }, 400, /one looks like s3:GetObject/],
    ['a resource that is no ARN', { principal: 'root', action: 'sqs:SendMessage', resource: 'jobs' }, 400, /is no ARN; give one such as/],
    ['a region that is none', { principal: 'root', action: 'sqs:SendMessage', region: 'x' }, 400, /region looks like eu-west-1/],
    ['an account that is none', { principal: 'root', action: 'sqs:SendMessage', resource: jobs, account: '1' }, 400, /twelve digits/],
    ['an action that no policy has a say about', { principal: 'root', action: 'sts:GetCallerIdentity' }, 400, /No policy has a say/],
    ['what it does not take', { principals: 'root' }, 400, /does not take "principals"/],
  ])('refuses %s', async (_, query, status, message) => {
    const answer = await look(cloud, 'iam/explain', query);
    expect(answer).toEqual({ status, body: { code: expect.any(String), message: expect.stringMatching(message) } });
  });

  it('takes no changes of web pages', async () => {
    const answer = await fetch(`${cloud.url}/_nuvola/iam/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(403);
  });
});

describe('generate', () => {
  it('says what is to be known of a policy before it is used', async () => {
    await new SQSClient(alice).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const ask = async (principal: string, query = {}) =>
      (await look(cloud, 'iam/generate', { principal, account: accountA, ...query })).body;
    expect(await ask('alice')).toMatchObject({ principal: aliceArn, notes: [], characters: expect.any(Number) });
    expect((await ask('root')).notes).toEqual(['Root needs no policy: this is for a user or a role that shall do the same.']);
    expect(await ask('alice', { since: '2030-01-01T00:00:00Z' })).toMatchObject({
      policy: null,
      notes: [`Nothing is remembered of what ${aliceArn} did since then.`],
    });
    expect((await ask('sns.amazonaws.com')).message).toMatch(/sns\.amazonaws\.com has no policies of its own/);
    expect((await ask('alice', { since: 'x' })).message).toMatch(/since is an ISO 8601 time/);
  });

  it('names the other accounts that must allow it too', async () => {
    const there = new SQSClient(configOf(cloud, accountB));
    const open = { ...allow('sqs:SendMessage', `arn:aws:sqs:us-east-1:${accountB}:theirs`), Principal: '*' };
    const queue = await there.send(new CreateQueueCommand({ QueueName: 'theirs', Attributes: { Policy: policy(open) } }));
    const carol = await createUser(new IAMClient(root), root, 'carol', policy(allow('sqs:*')));
    await new SQSClient(carol).send(new SendMessageCommand({ QueueUrl: queue.QueueUrl, MessageBody: 'x' }));
    const { body } = await look(cloud, 'iam/generate', { principal: 'carol', account: accountA });
    expect(body.notes).toEqual([`The policies of ${accountB} must allow it too: it is done to resources of other accounts.`]);
  });
});

describe('audit', () => {
  it('lists what was denied, with counts and what is missing', async () => {
    const bob = await createUser(new IAMClient(root), root, 'bob');
    for (let n = 0; n < 3; n++) await readQueue(bob);
    await denial(new S3Client(bob).send(new GetObjectCommand({ Bucket: 'photos', Key: 'cat' })));
    const { body } = await look(cloud, 'iam/audit', { mode: 'enforce', principal: 'bob' });
    expect(body.principals).toEqual([
      {
        principal: `arn:aws:iam::${accountA}:user/bob`,
        account: accountA,
        calls: 4,
        denials: [
          expect.objectContaining({
            action: 'sqs:GetQueueAttributes',
            resource: jobs,
            calls: 3,
            mode: 'enforce',
            request: expect.any(String),
          }),
          expect.objectContaining({ action: 's3:GetObject', resource: 'arn:aws:s3:::photos/cat', calls: 1 }),
        ],
        missingPolicy: {
          Version: '2012-10-17',
          Statement: [allow('s3:GetObject', 'arn:aws:s3:::photos/cat'), allow('sqs:GetQueueAttributes', jobs)],
        },
        otherSteps: [],
      },
    ]);
    expect((await look(cloud, 'iam/audit', { principal: 'bob' })).body).toEqual({ principals: [] });
    expect((await look(cloud, 'iam/audit', { mode: 'all', account: '999999999999' })).body).toEqual({ principals: [] });
  });

  it('names the statement that a delivery lacks', async () => {
    const sns = new SNSClient(root);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: jobs }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'x' }));
    await expect
      .poll(async () => (await look(cloud, 'iam/audit', { mode: 'enforce', principal: 'sns.amazonaws.com' })).body.principals)
      .toMatchObject([
        {
          principal: 'sns.amazonaws.com',
          denials: [{ action: 'sqs:SendMessage', resource: jobs }],
          otherSteps: [
            {
              kind: 'add',
              layer: 'resource',
              statement: {
                Effect: 'Allow',
                Principal: { Service: 'sns.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: jobs,
                Condition: { ArnLike: { 'aws:SourceArn': TopicArn } },
              },
            },
          ],
        },
      ]);
  });
});
