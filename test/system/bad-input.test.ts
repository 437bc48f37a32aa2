/** Whatever is sent, the answer is the service's own 4xx, nothing breaks, and nobody else notices. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admin } from './admin-call';
import { type OwnProcess, ownProcess } from './own-process';
import { bytes, call, codeOf, type RawRequest, scope } from './raw-call';

let cloud: OwnProcess;
beforeAll(async () => {
  cloud = await ownProcess();
  await call(cloud.url, s3('PUT', '/bucket'));
  const constraint = '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>';
  await call(cloud.url, { ...s3('PUT', '/europe', constraint), headers: { authorization: scope('s3', 'eu-west-1') } });
});
afterAll(() => cloud.kill());

type Body = string | Uint8Array;
type Headers = Record<string, string>;

function json(body: Body, target = 'AmazonSQS.CreateQueue', headers: Headers = {}): RawRequest {
  return {
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target, authorization: scope('sqs'), ...headers },
    body,
  };
}
function form(service: string, body: Body, headers: Headers = {}): RawRequest {
  return { headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: scope(service), ...headers }, body };
}
function s3(method: string, path: string, body: Body = '', headers: Headers = {}): RawRequest {
  return { method, path, headers: { authorization: scope('s3'), ...headers }, body };
}
function lambda(method: string, path: string, body: Body = ''): RawRequest {
  return { method, path, headers: { authorization: scope('lambda') }, body };
}
function cbor(body: readonly number[] | Uint8Array, operation = 'ListMetrics'): RawRequest {
  const headers = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor', authorization: scope('monitoring') };
  return { path: `/service/GraniteServiceVersion20100801/operation/${operation}`, headers, body: Uint8Array.from(body) };
}

const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const elements = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
const bomb = gzipSync(Buffer.alloc(100_000_000));
const gzip = { 'content-encoding': 'gzip' };
const expansion = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "&e${i};&e${i};">`).join('');
const unsignedTrailer = {
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '5',
  'content-encoding': 'aws-chunked',
};
const poll = 'AmazonSQS.ReceiveMessage';

type Case = readonly [what: string, request: RawRequest, status: number, code: string];

const amzJson: Case[] = [
  ['malformed', json('{'), 400, 'SerializationException'],
  ['a list', json('[]'), 400, 'SerializationException'],
  ['null', json('null'), 400, 'SerializationException'],
  ['a wrong type', json('{"QueueName":5}'), 400, 'SerializationException'],
  ['a missing member', json('{}'), 400, 'MissingRequiredParameterException'],
  ['nothing', json(''), 400, 'MissingRequiredParameterException'],
  ['invalid UTF-8', json(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), 400, 'SerializationException'],
  ['NUL', json('{"QueueName":"a\\u0000b"}'), 400, 'InvalidParameterValueException'],
  ['a path', json('{"QueueName":"../../etc/passwd"}'), 400, 'InvalidParameterValueException'],
  ['deep nesting', json(`{"QueueName":"q","Attributes":${lists(100_000)}}`), 400, 'SerializationException'],
  ['deep nesting where nothing is expected', json(`{"x":${lists(100_000)}}`), 400, 'MissingRequiredParameterException'],
  ['a huge number', json('{"QueueUrl":"x","WaitTimeSeconds":1e400}', poll), 400, 'SerializationException'],
  ['a number beyond its type', json('{"QueueUrl":"x","WaitTimeSeconds":99999999999}', poll), 400, 'SerializationException'],
  ['__proto__', json('{"__proto__":{"QueueName":"x"}}'), 400, 'MissingRequiredParameterException'],
  ['an unknown operation', json('{}', 'AmazonSQS.Nothing'), 400, 'UnknownOperationException'],
  ['an operation of every object', json('{}', 'AmazonSQS.constructor'), 400, 'UnknownOperationException'],
  ['an unknown target', json('{}', 'Nothing.Nothing'), 400, 'UnknownOperationException'],
  ['a compression bomb', json(bomb, undefined, gzip), 413, 'RequestEntityTooLarge'],
  ['what is not gzip', json('xxx', undefined, gzip), 400, 'SerializationException'],
  ['a strange encoding', json('xxx', undefined, { 'content-encoding': 'br' }), 400, 'SerializationException'],
  ['an oversized body', json(new Uint8Array(20_000_000)), 413, 'RequestEntityTooLarge'],
];

const query: Case[] = [
  ['nothing', form('sqs', ''), 400, 'MissingAction'],
  ['an unknown action', form('sqs', 'Action=Nothing&Version=2012-11-05'), 400, 'InvalidAction'],
  ['an action of every object', form('sqs', 'Action=__proto__'), 400, 'InvalidAction'],
  ['a missing parameter', form('sqs', 'Action=CreateQueue'), 400, 'MissingParameter'],
  ['a wrong type', form('sqs', 'Action=ReceiveMessage&QueueUrl=x&WaitTimeSeconds=abc'), 400, 'MalformedInput'],
  ['invalid UTF-8', form('sqs', 'Action=CreateQueue&QueueName=%ff%fe'), 400, 'MalformedQueryString'],
  ['half a percent escape', form('sqs', 'Action=CreateQueue&QueueName=%zz'), 400, 'MalformedQueryString'],
  ['__proto__', form('sqs', 'Action=CreateQueue&QueueName=q&Attribute.1.Name=__proto__&Attribute.1.Value=x'), 400, 'InvalidAttributeName'],
  ['many parameters', form('sqs', `Action=CreateQueue&${'a=1&'.repeat(200_000)}`), 400, 'MissingParameter'],
  ['a compression bomb', form('sqs', bomb, gzip), 413, 'RequestEntityTooLarge'],
  ['of STS: an unknown action', form('sts', 'Action=Nothing&Version=2011-06-15'), 400, 'InvalidAction'],
  ['of STS: a wrong type', form('sts', 'Action=GetSessionToken&DurationSeconds=x'), 400, 'MalformedInput'],
  ['of STS: a huge number', form('sts', 'Action=GetSessionToken&DurationSeconds=99999999999999999999'), 400, 'MalformedInput'],
  ['of STS: a missing parameter', form('sts', 'Action=GetAccessKeyInfo'), 400, 'ValidationError'],
  ['of STS: no action', form('sts', 'x=1'), 400, 'MissingAction'],
];

const restXml: Case[] = [
  ['malformed', s3('POST', '/bucket?delete', '<Delete><Object>'), 400, 'MalformedXML'],
  ['invalid UTF-8', s3('POST', '/bucket?delete', Uint8Array.of(0x3c, 0xff, 0x3e)), 400, 'MalformedXML'],
  ['deep nesting', s3('POST', '/bucket?delete', elements(100_000)), 400, 'MalformedXML'],
  ['nesting without end', s3('POST', '/bucket?delete', '<a>'.repeat(500_000)), 400, 'MalformedXML'],
  [
    'entities that grow',
    s3('POST', '/bucket?delete', `<!DOCTYPE a [<!ENTITY e0 "x">${expansion}]><Delete>&e20;</Delete>`),
    400,
    'MalformedXML',
  ],
  [
    'entities that read files',
    s3('POST', '/bucket?delete', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&x;</Key></Object></Delete>'),
    400,
    'MalformedXML',
  ],
  ['a checksum that is none', s3('PUT', '/bucket/k', 'x', { 'content-md5': 'AAAA' }), 400, 'InvalidDigest'],
  ['a key above the root', s3('GET', '/bucket/../../etc/passwd'), 400, 'InvalidURI'],
  ['a bucket above the root', s3('GET', '/../../etc/passwd'), 400, 'InvalidURI'],
  ['half a percent escape', s3('GET', '/bucket/%zz'), 400, 'InvalidURI'],
  ['a key that is not UTF-8', s3('GET', '/bucket/%ff'), 400, 'InvalidURI'],
  ['a key that is too long', s3('GET', `/bucket/${'k'.repeat(1025)}`), 400, 'KeyTooLongError'],
  ['a strange method', s3('PATCH', '/bucket/k'), 405, 'MethodNotAllowed'],
  ['a huge number', s3('GET', '/bucket?list-type=2&max-keys=99999999999999999999'), 400, 'InvalidArgument'],
  ['no number', s3('GET', '/bucket?list-type=2&max-keys=x'), 400, 'InvalidArgument'],
  ['no date', s3('GET', '/bucket/none', '', { 'if-modified-since': 'soon' }), 400, 'InvalidArgument'],
  ['a bucket of every object', s3('PUT', '/__proto__'), 400, 'InvalidBucketName'],
  ['another region', s3('GET', '/europe?list-type=2'), 301, 'PermanentRedirect'],
  ['chunks that end early', s3('PUT', '/bucket/c', '5\r\nab', unsignedTrailer), 400, 'IncompleteBody'],
  ['chunks without lengths', s3('PUT', '/bucket/c', 'zz\r\nab\r\n0\r\n\r\n', unsignedTrailer), 400, 'IncompleteBody'],
];

const others: Case[] = [
  ['Lambda: malformed', lambda('POST', '/2015-03-31/functions', '{'), 400, 'SerializationException'],
  ['Lambda: a wrong type', lambda('POST', '/2015-03-31/functions', '{"FunctionName":5}'), 400, 'SerializationException'],
  ['Lambda: an unknown path', lambda('POST', '/nothing'), 404, 'UnknownOperationException'],
  ['Lambda: not built', lambda('GET', '/2015-03-31/functions'), 501, 'NotImplemented'],
  ['EC2: an unknown action', form('ec2', 'Action=Nothing&Version=2016-11-15'), 400, 'InvalidAction'],
  ['EC2: a wrong type', form('ec2', 'Action=DescribeInstances&MaxResults=x'), 400, 'InvalidParameterValue'],
  ['EC2: not built', form('ec2', 'Action=DescribeInstances'), 501, 'NotImplemented'],
];

/** The type of CBOR errors is in the body, among bytes. */
const cborCases: Case[] = [
  ['malformed', cbor([0xbf, 0x61]), 400, 'SerializationException'],
  ['deep nesting', cbor(new Uint8Array(100_000).fill(0x81)), 400, 'SerializationException'],
  ['a list as long as memory', cbor([0x9b, 255, 255, 255, 255, 255, 255, 255, 255]), 400, 'SerializationException'],
  ['an unknown operation', cbor([0xa0], 'Nothing'), 404, 'UnknownOperationException'],
  ['not built', cbor([0xa0]), 501, 'NotImplemented'],
];

const requestIds = ['x-amzn-requestid', 'x-amz-request-id', 'x-amzn-request-id'];

describe.each([
  ['JSON (SQS)', amzJson, /^application\/x-amz-json-1\.0/],
  ['forms (SQS, STS)', query, /^text\/xml/],
  ['REST and XML (S3)', restXml, /^application\/xml/],
  ['services that are not built', others, /^(application\/json|text\/xml)/],
])('%s', (_, cases, contentType) => {
  it.each(cases)('%s', async (_what, request, status, code) => {
    const answer = await call(cloud.url, request);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(answer.headers['content-type']).toMatch(contentType);
    expect(requestIds.some((name) => answer.headers[name])).toBe(true);
  });
});

describe('CBOR (CloudWatch)', () => {
  it.each(cborCases)('%s', async (_what, request, status, code) => {
    const answer = await call(cloud.url, request);
    expect([answer.status, answer.headers['content-type'], answer.body.includes(`#${code}`)]).toEqual([status, 'application/cbor', true]);
  });
});

describe('what no service words', () => {
  it.each([
    ['a service that AWS does not have', { headers: { authorization: scope('nothing') } }, 501, /signs as/],
    ['a service named as a part of every object', { headers: { authorization: scope('constructor') } }, 501, /signs as/],
    ['an API of a user', { path: '/x', headers: { host: 'abc123.execute-api.us-east-1.amazonaws.com' } }, 501, /execute-api/],
    ['a function URL', { headers: { host: 'abc123.lambda-url.us-east-1.on.aws' } }, 501, /lambda-url/],
    ['oversized headers', { headers: { x: 'x'.repeat(70_000) } }, 431, /65536/],
    ['too many headers', { headers: Object.fromEntries(Array.from({ length: 1_100 }, (_, i) => [`x${i}`, '1'])) }, 431, /1000/],
  ])('%s', async (_what, request, status, text) => {
    const answer = await call(cloud.url, request as RawRequest);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(text);
  });

  it('is told to the clients of query services in XML', async () => {
    const answer = await call(cloud.url, form('nothing', 'Action=Do'));
    expect([answer.status, codeOf(answer), answer.headers['content-type']]).toEqual([501, 'NotImplemented', 'text/xml']);
  });

  const head = `PUT /bucket/raw HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${scope('s3')}\r\n`;
  const formHead = `POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${scope('sqs')}\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
  it.each([
    ['not HTTP', 'hello\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n', 400],
    ['a header with NUL', 'GET / HTTP/1.1\r\nHost: localhost\r\nx: a\0b\r\n\r\n', 400],
    ['a negative length', `${head}Content-Length: -1\r\n\r\n`, 400],
    ['a length that is no number', `${head}Content-Length: x\r\n\r\n`, 400],
    ['two ways of framing', `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a chunk whose length is none', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['a chunked upload, which S3 does not take', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nab`, 411],
    ['a chunked form that ends early', `${formHead}Transfer-Encoding: chunked\r\n\r\n5\r\nab`, 400],
    ['a body that ends early', `${head}Content-Length: 1000\r\n\r\nabc`, 400],
    ['headers that end early', 'GET / HTTP/1.1\r\nHost: loc', 400],
  ])('%s', async (_what, written, status) => {
    expect((await bytes(cloud.url, written)).split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    expect((await call(cloud.url, s3('GET', '/bucket/raw'))).status).toBe(404);
  });
});

describe('all this', () => {
  it('leaves memory bounded and others unaffected', async () => {
    const identity = form('sts', 'Action=GetCallerIdentity&Version=2011-06-15');
    const attacks = [
      json(bomb, undefined, gzip),
      form('sqs', bomb, gzip),
      json(new Uint8Array(12_000_000)),
      s3('POST', '/bucket?delete', elements(200_000)),
    ];
    const before = await cloud.memoryBytes();
    let attacking = true;
    const slowest = (async () => {
      let slowestMs = 0;
      while (attacking) {
        const startedAt = performance.now();
        expect((await call(cloud.url, identity)).status).toBe(200);
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      }
      return slowestMs;
    })();
    for (let round = 0; round < 5; round++) await Promise.all(attacks.map((attack) => call(cloud.url, attack)));
    attacking = false;
    expect(await slowest).toBeLessThan(2_000);
    expect((await cloud.memoryBytes()) - before).toBeLessThan(300_000_000);
  });

  it('is nothing that the process complains about', async () => {
    expect(cloud.isAlive()).toBe(true);
    expect(cloud.complaints()).toBe('');
    const { operations } = (await admin(cloud.url, 'metrics')).body;
    // 501 counts as the server's, nothing else does.
    const failed = Object.entries(operations as Record<string, { serverErrors: number }>).filter(
      ([name, { serverErrors }]) => serverErrors > 0 && !/^(lambda|ec2|cloudwatch|sts):/.test(name),
    );
    expect(failed).toEqual([]);
  });
});
