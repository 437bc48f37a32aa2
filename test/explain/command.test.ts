/** `nuvola iam …` as somebody at a terminal meets it. */
import { CreateAccessKeyCommand, CreatePolicyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { nuvola, Server } from '../cli/command';

const account = '000000000000';
const alice = `arn:aws:iam::${account}:user/alice`;
const jobs = `arn:aws:sqs:us-east-1:${account}:jobs`;

let server: Server;
let sqs: SQSClient;
let iam: IAMClient;
let QueueUrl: string;
let sent: string;

const ask = (...args: string[]) => server.ask(...args);
const refused = (...args: string[]) => server.refuse(...args);

beforeAll(async () => {
  server = await Server.start(['--iam', 'audit']);
  const root = server.config();
  iam = new IAMClient(root);
  await iam.send(new CreateUserCommand({ UserName: 'alice' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }));
  const credentials = { accessKeyId: AccessKey?.AccessKeyId as string, secretAccessKey: AccessKey?.SecretAccessKey as string };
  QueueUrl = (await new SQSClient(root).send(new CreateQueueCommand({ QueueName: 'jobs' }))).QueueUrl as string;
  sqs = new SQSClient({ ...root, credentials });
  const { $metadata } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  sent = $metadata.requestId as string;
  await sqs.send(new ListQueuesCommand({}));
  return () => server[Symbol.asyncDispose]();
});

describe('explain', () => {
  it('draws why a request would be denied, and what to add', async () => {
    const drawn = await ask('iam', 'explain', sent);
    expect(drawn.replace(/request .*/, 'request …')).toBe(`✗ denied  sqs:SendMessage
  principal ${alice}
  resource  ${jobs}
  request …

Identity-based policies ─ nothing here allows it ◀ this decides
└─ there is none

Denied: no identity-based policy allows sqs:SendMessage.

To allow it:
  Add this statement to an identity-based policy of user alice:
    {
      "Effect": "Allow",
      "Action": "sqs:SendMessage",
      "Resource": "${jobs}"
    }`);
    expect(drawn).toMatch(new RegExp(`request {3}${sent} to sqs in us-east-1, 2.*Z, let through by mode audit`));
  });

  it('draws what a principal might do, under conditions', async () => {
    const args = ['alice', 'sqs:SendMessage', jobs, '--condition', 'aws:SourceIp=203.0.113.7'];
    expect(await ask('iam', 'explain', ...args)).toContain('✗ denied  sqs:SendMessage\n');
    const { decisions } = JSON.parse(await ask('iam', 'explain', ...args, '--json'));
    expect(decisions[0]).toMatchObject({ principal: alice, context: { 'aws:SourceIp': '203.0.113.7' } });
    expect(await ask('iam', 'explain', 'root', 'sqs:SendMessage', jobs)).toContain('✓ allowed  sqs:SendMessage\n');
  });
});

it('generate prints a policy that IAM takes', async () => {
  const text = await ask('iam', 'generate', 'alice');
  expect(JSON.parse(text)).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sqs:ListQueues', Resource: `arn:aws:sqs:us-east-1:${account}:*` },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: jobs },
    ],
  });
  await iam.send(new CreatePolicyCommand({ PolicyName: 'generated', PolicyDocument: text }));
  expect(JSON.parse(await ask('iam', 'generate', 'alice', '--since', '1h', '--exact', '--json'))).toMatchObject({
    principal: alice,
    rights: 2,
    notes: [],
  });
});

it('audit lists what would be denied', async () => {
  const drawn = await ask('iam', 'audit');
  expect(drawn).toMatch(new RegExp(`^${alice} ─ would be denied 2 times\n`));
  expect(drawn).toContain(`1 × sqs:SendMessage  ${jobs}\n`);
  expect(drawn).toContain(`nuvola iam explain ${sent}\n`);
  expect(drawn).toContain('Missing in its own policies:\n    {\n');
  expect(JSON.parse(await ask('iam', 'audit', 'alice', '--json'))).toMatchObject({ principals: [{ principal: alice, calls: 2 }] });
  expect(await ask('iam', 'audit', '--account', '111122223333')).toBe('Nothing would have been denied.');
});

it('mode is shown and set; logs and a denial say how to learn more', async () => {
  expect(await ask('iam', 'mode')).toBe('audit');
  expect(await ask('iam', 'mode', 'off', '--account', '111122223333')).toBe('audit\n111122223333  off');
  expect(await ask('iam', 'mode', '--account', '111122223333')).toBe('off');
  expect(await ask('iam', 'mode', 'default', '--account', '111122223333')).toMatch(/^audit\b/);
  expect(await ask('iam', 'mode', 'enforce')).toMatch(/^enforce, signatures are verified\n/);
  const denied = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })).catch((error) => error);
  const id: string = denied.$metadata.requestId;
  const lines = await ask('logs', '--no-follow');
  expect(lines).toContain(`  ⚠ sqs:SendMessage would be denied: nuvola iam explain ${sent}`);
  expect(lines).toContain(`  ✗ sqs:SendMessage denied: nuvola iam explain ${id}`);
  expect(await ask('iam', 'explain', id)).toContain(', refused\n');
  expect(await ask('iam', 'audit', '--mode', 'enforce')).toContain(`${alice} ─ was denied once\n`);
  await ask('iam', 'mode', 'audit');
});

describe('mistakes are answered with what to do', () => {
  it.each([
    [['explain', '0123456789abcdef'], /Nothing is remembered of a request 0123456789abcdef/],
    [['explain', 'alice'], /"alice" is no id of a request\. For a principal say what it would do: nuvola iam explain alice <action>/],
    [['explain', '0123456789abcdef', '--region', 'us-east-1'], /a request has its own/],
    [['explain', 'alicia', 's3:GetObject'], /There is no user or role alicia in account 000000000000\. Users there: alice\./],
    [['explain', 'alice', 's3:GetObject', 'photos'], /is no ARN; give one such as/],
    [['explain', 'alice', 's3:GetObject', '--condition', 'SourceIp=1'], /A condition looks like aws:SourceIp=203\.0\.113\.7/],
    [['generate', 'root', '--account', '111122223333'], /Nothing is remembered of what arn:aws:iam::111122223333:root did\./],
    [['generate', 'alice', '--since', 'today'], /A time looks like 2h/],
    [['mode', 'enforced'], /There is no mode "enforced"\. Choose off, audit or enforce/],
    [['modes'], /unknown command 'modes'\n\(Did you mean mode\?\)/],
  ] as const)('%j', async (args, message) => {
    expect(await refused('iam', ...args)).toMatch(message);
  });

  it('mode off is named as the reason', async () => {
    await using other = await Server.start();
    const env = { NUVOLA_URL: other.url };
    const said = await Promise.all([
      nuvola(['iam', 'audit'], { env }),
      nuvola(['iam', 'generate', 'root'], { env }),
      nuvola(['iam', 'explain', '0123456789abcdef'], { env }),
    ]);
    for (const { stdout, stderr } of said)
      expect(stdout + stderr).toContain('Policies are not evaluated: the mode is off. Turn it on with `nuvola iam mode audit`');
  });
});

it('help fits a terminal', async () => {
  for (const args of [[], ['explain'], ['generate'], ['audit'], ['mode']]) {
    const { stdout } = await nuvola(['iam', ...args, '--help']);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  }
});
