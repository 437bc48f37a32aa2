/** Valid requests, bent at random (always the same way), against the whole cloud: there is always an answer, and never a 500. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/kernel/random';
import { type OwnProcess, ownProcess } from './own-process';
import { bytes, call, scope } from './raw-call';

const rounds = 2_000;
const budgetMs = 15_000;
const atOnce = 8;
/** How long a connection may be silent before its client gives up. */
const patienceMs = 1_000;

let cloud: OwnProcess;
beforeAll(async () => {
  cloud = await ownProcess({}, '--seed', 'fuzz');
});
afterAll(() => cloud.kill());

function http(method: string, path: string, headers: Record<string, string>, body = ''): string {
  const all = { Host: 'localhost', ...headers, 'Content-Length': String(Buffer.byteLength(body, 'latin1')), Connection: 'close' };
  return `${method} ${path} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`;
}
const json = (operation: string, input: object) =>
  http(
    'POST',
    '/',
    { 'X-Amz-Target': `AmazonSQS.${operation}`, 'Content-Type': 'application/x-amz-json-1.0', Authorization: scope('sqs') },
    JSON.stringify(input),
  );
const form = (service: string, body: string) =>
  http('POST', '/', { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: scope(service) }, body);
const s3 = (method: string, path: string, body = '', headers: Record<string, string> = {}) =>
  http(method, path, { Authorization: scope('s3'), ...headers }, body);
const queue = 'http://localhost/111111111111/q';
const attribute = { StringValue: 'v', DataType: 'String' };

const valid: readonly string[] = [
  json('CreateQueue', { QueueName: 'q', Attributes: { VisibilityTimeout: '30' }, tags: { a: 'b' } }),
  json('SendMessage', { QueueUrl: queue, MessageBody: 'hello', MessageAttributes: { a: attribute }, DelaySeconds: 0 }),
  json('SendMessageBatch', {
    QueueUrl: queue,
    Entries: [
      { Id: '1', MessageBody: 'x' },
      { Id: '2', MessageBody: 'y' },
    ],
  }),
  json('ReceiveMessage', { QueueUrl: queue, MaxNumberOfMessages: 2, AttributeNames: ['All'] }),
  json('SetQueueAttributes', {
    QueueUrl: queue,
    Attributes: { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:111111111111:q","maxReceiveCount":3}' },
  }),
  form(
    'sqs',
    'Action=SendMessage&QueueUrl=http%3A%2F%2Flocalhost%2F111111111111%2Fq&MessageBody=hi&MessageAttribute.1.Name=a&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v',
  ),
  form('sqs', 'Action=ListQueues&MaxResults=3&Version=2012-11-05'),
  form('sts', 'Action=GetCallerIdentity&Version=2011-06-15'),
  form('sts', 'Action=GetSessionToken&DurationSeconds=900&Version=2011-06-15'),
  form('ec2', 'Action=RunInstances&ImageId=ami-1&MinCount=1&MaxCount=1&BlockDeviceMapping.1.Ebs.VolumeSize=8&Version=2016-11-15'),
  s3('PUT', '/bucket'),
  s3('PUT', '/bucket/a/key%20b', 'content', { 'x-amz-meta-a': 'b', 'Content-Type': 'text/plain', 'x-amz-checksum-crc32': 'wqzAqA==' }),
  s3('GET', '/bucket/a/key%20b?response-content-type=text%2Fcsv', '', { Range: 'bytes=1-3', 'If-None-Match': '"abc"' }),
  s3('GET', '/bucket?list-type=2&prefix=a&delimiter=%2F&max-keys=10&encoding-type=url'),
  s3('POST', '/bucket?delete', '<Delete><Object><Key>a</Key></Object><Quiet>true</Quiet></Delete>', {
    'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==',
  }),
  s3('PUT', '/bucket/copy', '', { 'x-amz-copy-source': '/bucket/a/key%20b', 'x-amz-metadata-directive': 'COPY' }),
  s3('POST', '/bucket/big?uploads'),
  s3('PUT', '/bucket?tagging', '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>'),
  s3('PUT', '/bucket/chunks', '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': '5',
    'Content-Encoding': 'aws-chunked',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  }),
  s3(
    'POST',
    '/bucket',
    '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
    {
      'Content-Type': 'multipart/form-data; boundary=b',
    },
  ),
  http(
    'POST',
    '/2015-03-31/functions',
    { Authorization: scope('lambda') },
    '{"FunctionName":"f","Role":"arn:aws:iam::111111111111:role/r","Code":{"ZipFile":"AA=="}}',
  ),
  http(
    'POST',
    '/service/GraniteServiceVersion20100801/operation/ListMetrics',
    { 'smithy-protocol': 'rpc-v2-cbor', 'Content-Type': 'application/cbor', Authorization: scope('monitoring') },
    '\xa1iNamespacecAWS',
  ),
  http('POST', '/_nuvola/clock', { 'Content-Type': 'application/json', 'x-nuvola': '1' }, '{"real":true}'),
  http('GET', '/_nuvola/coverage?service=sqs', {}),
];

/** What parsers stumble over. */
const oddities = [
  '\0',
  '\r\n',
  '%',
  '%00',
  '%ff',
  '../',
  '"',
  '<',
  '>',
  '&',
  '&#0;',
  ']]>',
  '{',
  '[',
  '1e999',
  '-1',
  '99999999999999999999',
  '__proto__',
  '\xff\xfe',
  '\xc3\x28',
  ';',
  '=',
  ',',
  ':',
  '?',
  '#',
  ' ',
  '\t',
  'constructor',
  '\xf0\x9f\x98',
  'x'.repeat(3000),
];

/** One to four changes anywhere behind the method: bytes flipped, cut out, doubled, or something odd put in. */
function bend(text: string, random: Random): string {
  const pick = (below: number) => random.next() % below;
  let bent = text;
  for (let changes = 1 + pick(4); changes > 0; changes--) {
    const at = 5 + pick(Math.max(1, bent.length - 5));
    const length = 1 + pick(12);
    const rest = bent.slice(at);
    const kind = pick(4);
    if (kind === 0) bent = bent.slice(0, at) + String.fromCharCode(pick(256)) + rest.slice(1);
    else if (kind === 1) bent = bent.slice(0, at) + rest.slice(length);
    else if (kind === 2) bent = bent.slice(0, at) + rest.slice(0, length) + rest;
    else bent = bent.slice(0, at) + (oddities[pick(oddities.length)] as string) + rest;
  }
  // What is cut or put into the body should mostly still be framed, or the body would seldom be read at all.
  const end = bent.indexOf('\r\n\r\n');
  return pick(4) === 0 || end < 0 ? bent : bent.replace(/Content-Length: \d+/, `Content-Length: ${bent.length - end - 4}`);
}

/** The rest of its headers or body is missing, so that it is right to wait, and to say nothing when the client goes. */
function awaitsMore(request: string): boolean {
  const end = request.indexOf('\r\n\r\n');
  if (end < 0) return true;
  const declared = Number(/^Content-Length: *(\d+) *$/im.exec(request.slice(0, end))?.[1] ?? 0);
  return declared > request.length - end - 4;
}

it('answers whatever comes, and never fails inside', { timeout: 60_000 }, async () => {
  for (const request of valid)
    expect([request, await bytes(cloud.url, Buffer.from(request, 'latin1'), patienceMs)]).toEqual([
      request,
      expect.stringMatching(/^HTTP\/1\.1 (200|204|206|400|404|501)/),
    ]);
  const random = new Random('bent requests');
  const requests = Array.from({ length: rounds }, () => bend(valid[random.next() % valid.length] as string, random));
  const deadline = Date.now() + budgetMs;
  const wrong: string[] = [];
  let answered = 0;
  const worker = async () => {
    for (let request = requests.pop(); request !== undefined && Date.now() < deadline; request = requests.pop()) {
      const answer = await bytes(cloud.url, Buffer.from(request, 'latin1'), patienceMs);
      answered++;
      if (!/^HTTP\/1\.1 (?!500)\d{3} /.test(answer) && !(answer === '' && awaitsMore(request)))
        wrong.push(`${JSON.stringify(request)} → ${JSON.stringify(answer.slice(0, 300))}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  expect(wrong).toEqual([]);
  expect(answered).toBeGreaterThan(100);
  expect(cloud.isAlive()).toBe(true);
  expect(cloud.complaints()).toBe('');
  expect(
    (
      await call(cloud.url, {
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: scope('sts') },
        body: 'Action=GetCallerIdentity',
      })
    ).status,
  ).toBe(200);
});
