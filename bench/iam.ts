/** What it costs to verify signatures and to enforce policies, for an IAM user with a managed policy. */
import { connect } from 'node:net';
import { type Bench, type Part, type Round, ratios, round } from './bench';
import { type LoadRequest, type Server, startNuvola } from './processes';
import { median, spread } from './report';
import { type Keys, queueUrl, signed } from './requests';

const account = '000000000000';
const root: Keys = { accessKeyId: 'test', secret: 'test' };
const oneKiB = Buffer.alloc(1024, 'x');
const keys = 1000;

interface Scenario {
  readonly what: string;
  readonly requests: (server: Server, user: Keys) => readonly LoadRequest[];
}

const json = (server: Server, service: 'sqs' | 'dynamodb', target: string, input: object, user: Keys, more?: Omit<LoadRequest, 'bytes'>) =>
  signed(
    server,
    { service, method: 'POST', path: '/', headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target } },
    JSON.stringify(input),
    user,
    more,
  );
const s3 = (server: Server, method: string, path: string, body: string | Uint8Array, user: Keys) =>
  signed(server, { service: 's3', method, path, headers: {} }, body, user);
const range = Array.from({ length: keys }, (_, n) => n);

const four: readonly Scenario[] = [
  {
    what: 'SQS SendMessage',
    requests: (server, user) => [
      json(server, 'sqs', 'AmazonSQS.SendMessage', { QueueUrl: queueUrl(server, 'bench'), MessageBody: 'x'.repeat(256) }, user, {
        expect: 'MD5OfMessageBody',
      }),
    ],
  },
  { what: 'S3 PUT 1 KiB', requests: (server, user) => range.map((n) => s3(server, 'PUT', `/bench/key-${n}`, oneKiB, user)) },
  { what: 'S3 GET 1 KiB', requests: (server, user) => range.map((n) => s3(server, 'GET', `/bench/key-${n}`, '', user)) },
  {
    what: 'DynamoDB PutItem',
    requests: (server, user) =>
      range.map((n) =>
        json(
          server,
          'dynamodb',
          'DynamoDB_20120810.PutItem',
          { TableName: 'bench', Item: { id: { S: `key-${n}` }, text: { S: 'x'.repeat(100) } } },
          user,
        ),
      ),
  },
];

/** Each kind of call alone, and in turn, as programs make them. */
const scenarios: readonly Scenario[] = [
  ...four,
  {
    what: 'The four in turn',
    requests: (server, user) => {
      const lists = four.map(({ requests }) => requests(server, user));
      return range.flatMap((n) => lists.map((list) => list[n % list.length] as LoadRequest));
    },
  },
];

/** As people have them: reads of everything, and what is theirs. */
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['sqs:Get*', 'sqs:List*', 'sns:Get*', 'sns:List*', 'dynamodb:Describe*'], Resource: '*' },
    { Effect: 'Allow', Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'], Resource: `arn:aws:sqs:*:${account}:bench` },
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::bench/*' },
    { Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: `arn:aws:dynamodb:*:${account}:table/bench` },
    { Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' },
  ],
});

export const iam: Part = {
  tags: ['iam'],
  async run(bench) {
    const servers = await Promise.all([startNuvola(), startNuvola('--signatures', 'verify'), startNuvola('--iam', 'enforce')]);
    try {
      const users = await Promise.all(servers.map(prepare));
      for (const { what, requests } of scenarios) {
        const plans = servers.map((server, i) => ({ server, requests: requests(server, users[i] as Keys) }));
        report(bench, what, await inTurn(bench, plans));
      }
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
};

type Rounds = readonly [off: Round[], verify: Round[], enforce: Round[]];

async function inTurn(
  bench: Bench,
  plans: readonly { readonly server: Server; readonly requests: readonly LoadRequest[] }[],
): Promise<Rounds> {
  const rounds: Rounds = [[], [], []];
  for (let n = -1; n < bench.rounds; n++) {
    for (const [i, { server, requests }] of plans.entries()) {
      const measured = await round(bench.load, server, { connections: 32, requests, spread: true, seconds: n < 0 ? 1 : bench.seconds });
      if (n >= 0) rounds[i]?.push(measured);
    }
  }
  return rounds;
}

function report(bench: Bench, what: string, [off, verify, enforce]: Rounds): void {
  const us = (rounds: readonly Round[]) => median(rounds.map(({ serverUs }) => serverUs));
  const detail = `off ${us(off).toFixed(1)} µs, signatures + ${(us(verify) - us(off)).toFixed(1)} µs, policies + ${(us(enforce) - us(verify)).toFixed(1)} µs`;
  const kept = (of: readonly Round[], by: readonly Round[]) => spread(ratios(of, by).map((ratio) => ratio * 100));
  bench.report({ what: `${what}, enforced: rate of off`, unit: '%', ...kept(off, enforce), atLeast: 85, detail });
  bench.report({ what: `${what}, verified: rate of off`, unit: '%', ...kept(off, verify), detail: '' });
  bench.report({ what: `${what}, enforced: rate of verified`, unit: '%', ...kept(verify, enforce), detail: '' });
}

/** Makes what the calls need, and the user who makes them. */
async function prepare(server: Server): Promise<Keys> {
  await exchange(server, json(server, 'sqs', 'AmazonSQS.CreateQueue', { QueueName: 'bench' }, root));
  await exchange(server, s3(server, 'PUT', '/bench', '', root));
  for (const n of range) await exchange(server, s3(server, 'PUT', `/bench/key-${n}`, oneKiB, root));
  const table = {
    TableName: 'bench',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
  await exchange(server, json(server, 'dynamodb', 'DynamoDB_20120810.CreateTable', table, root));
  const UserName = 'bench';
  await call(server, { Action: 'CreateUser', UserName });
  await call(server, { Action: 'CreatePolicy', PolicyName: 'bench', PolicyDocument: policy });
  await call(server, { Action: 'AttachUserPolicy', UserName, PolicyArn: `arn:aws:iam::${account}:policy/bench` });
  const key = await call(server, { Action: 'CreateAccessKey', UserName });
  const member = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(key)?.[1] ?? '';
  return { accessKeyId: member('AccessKeyId'), secret: member('SecretAccessKey') };
}

function call(server: Server, input: Readonly<Record<string, string>>): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ ...input, Version: '2010-05-08' }).toString();
  return exchange(server, signed(server, { service: 'iam', method: 'POST', path: '/', headers }, body, root));
}

/** Sends one request and settles with the whole answer, which must be a success. */
function exchange(server: Server, { bytes }: LoadRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes as Uint8Array));
    socket.on('error', reject);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      socket.destroy();
      if (/^HTTP\/1\.1 2/.test(text)) resolve(text);
      else reject(new Error(text));
    });
  });
}
