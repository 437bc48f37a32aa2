/** The admin API over HTTP, each endpoint with what it must refuse. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Nuvola, StartOptions } from '../../src/testing';
import { ownCloud } from '../server';
import { admin } from './admin-call';

const clouds: Nuvola[] = [];
const folders: string[] = [];
afterEach(() => Promise.all(clouds.splice(0).map((cloud) => cloud.close())));
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function start(options: StartOptions = {}): Promise<Nuvola> {
  const cloud = await ownCloud(options);
  clouds.push(cloud);
  return cloud;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'nuvola-admin-'));
  folders.push(path);
  return path;
}

const sqsOf = (cloud: Nuvola, account?: string) => new SQSClient({ ...cloud.config(account ? { account } : {}), maxAttempts: 1 });
const s3Of = (cloud: Nuvola) => new S3Client({ ...cloud.config(), maxAttempts: 1 });
const queuesOf = async (sqs: SQSClient) => ((await sqs.send(new ListQueuesCommand())).QueueUrls ?? []).map((url) => url.split('/').at(-1));

/** Opens a queue, and a long poll on it that is waiting when this returns. */
async function longPoll(cloud: Nuvola, sqs: SQSClient) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'polled' }));
  const answer = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  await until(async () => (await admin(cloud.url, 'metrics')).body.waiting > 0);
  return { answer };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

describe('every endpoint', () => {
  it('refuses what it does not take, and says what it takes', async () => {
    const { url } = await start();
    const cases: [string, unknown, RegExp][] = [
      ['reset', { acount: '111111111111' }, /does not take "acount"; it takes account/],
      ['reset', { account: '1' }, /twelve digits/],
      ['reset', { account: 111111111111 }, /twelve digits/],
      ['reset', '{"__proto__":{"account":1}}', /does not take "__proto__"/],
      ['reset', '{', /not JSON/],
      ['reset', '[]', /JSON object/],
      ['reset', '"x"', /JSON object/],
      ['snapshot/save', {}, /name .* or a file/],
      ['snapshot/save', { name: 'a/b' }, /name .* or a file/],
      ['snapshot/save', { name: 'a', file: 'b' }, /name .* or a file/],
      ['snapshot/save', { file: 'a\0b' }, /name .* or a file/],
      ['snapshot/load', { name: 'nothing' }, /There is no snapshot nothing. There are: none/],
      ['clock', {}, /now, frozen, scale or real/],
      ['clock', { frozen: 'perhaps' }, /true or false/],
      ['clock', { scale: 0 }, /above 0/],
      ['clock', { scale: -1 }, /0 or more/],
      ['clock', { now: 'soon' }, /ISO 8601/],
      ['clock', { now: 1e300 }, /ISO 8601/],
      ['clock', { real: true, scale: 2 }, /stands alone/],
      ['clock', { freeze: true }, /does not take "freeze"; it takes now, frozen, scale, real/],
      ['clock/advance', {}, /ms is a number/],
      ['clock/advance', { ms: -1 }, /ms is a number/],
      ['clock/advance', { ms: 1e18 }, /9999/],
      ['clock/advance', { ms: 1, settleMs: 'x' }, /settleMs is a number/],
      ['chaos', {}, /empty list/],
      ['chaos', { rules: [{}] }, /does something/],
      ['chaos', { rules: [null] }, /is an object/],
      ['chaos', { rules: [{ service: 'sq', error: 'throttle' }] }, /no service "sq"/],
      ['chaos', { rules: [{ service: 'constructor', error: 'throttle' }] }, /no service/],
      ['chaos', { rules: [{ service: 'sqs', operation: 'Send', error: 'throttle' }] }, /no operation "Send"/],
      ['chaos', { rules: [{ operation: 'SendMessage', error: 'throttle' }] }, /names its service/],
      ['chaos', { rules: [{ service: 'sqs', error: 'throttel' }] }, /error is "throttle" or/],
      ['chaos', { rules: [{ service: 'sqs', error: { code: 'X', status: 200 } }] }, /400 to 599/],
      ['chaos', { rules: [{ service: 'sqs', eror: 'throttle' }] }, /no member eror/],
      ['chaos', { rules: [{ latencyMs: 1e9 }] }, /900000/],
      ['chaos', { rules: [{ latencyMs: 1, probability: 2 }] }, /0 to 1/],
      ['chaos', { rules: [], seed: 4 }, /seed is a string/],
      ['stop', {}, /close it there/],
    ];
    for (const [path, body, message] of cases) {
      const answer = await admin(url, path, body);
      expect([path, body, answer.status, answer.body.code]).toEqual([path, body, 400, 'BadRequest']);
      expect(answer.body.message).toMatch(message);
    }
    expect((await admin(url, 'coverage?service=sqss')).body.message).toMatch(/no service "sqss"/);
    expect((await admin(url, 'requests?folow=true')).body.message).toMatch(/does not take "folow"; it takes follow/);
    expect((await admin(url, 'requests?follow=maybe')).status).toBe(400);
  });

  it('says which method it wants, and which endpoints there are', async () => {
    const { url } = await start();
    const get = await admin(url, 'reset');
    expect([get.status, get.headers.get('allow'), get.body.message]).toEqual([405, 'POST', '/_nuvola/reset wants POST.']);
    const nowhere = await admin(url, 'nowhere');
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'NotFound']);
    expect(nowhere.body.endpoints).toContain('POST /_nuvola/reset');
  });

  it('refuses a body beyond its bound', async () => {
    const { url } = await start();
    expect((await admin(url, 'reset', `{"account":"${'1'.repeat(2_000_000)}"}`)).status).toBe(413);
  });
});

describe('health', () => {
  it('tells what runs here, also to HEAD and in LocalStack’s words', async () => {
    const { url } = await start();
    const { body } = await admin(url, 'health');
    expect(body).toMatchObject({
      status: 'running',
      store: 'memory',
      pid: process.pid,
      services: expect.arrayContaining(['s3', 'sqs', 'sts']),
    });
    expect((await fetch(`${url}/_nuvola/health`, { method: 'HEAD' })).status).toBe(200);
    const localstack = (await (await fetch(`${url}/_localstack/health`)).json()) as { services: Record<string, string> };
    expect(localstack.services.sqs).toBe('available');
    expect(localstack.services.rds).toBe('disabled');
    for (const path of ['info', 'init']) expect((await fetch(`${url}/_localstack/${path}`)).status).toBe(200);
  });
});

describe('reset', () => {
  it('empties one account, or all', async () => {
    const cloud = await start();
    const [one, two] = [sqsOf(cloud, '111111111111'), sqsOf(cloud, '222222222222')];
    for (const sqs of [one, two]) await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    expect((await admin(cloud.url, 'reset', { account: '111111111111' })).body).toEqual({ reset: '111111111111' });
    expect([await queuesOf(one), await queuesOf(two)]).toEqual([[], ['q']]);
    expect((await admin(cloud.url, 'reset', {})).body).toEqual({ reset: 'everything' });
    expect(await queuesOf(two)).toEqual([]);
    // A name is free at once: AWS's sixty seconds are gone with the rest.
    await one.send(new CreateQueueCommand({ QueueName: 'q' }));
  });

  it.each([{}, { account: '000000000000' }])('ends long polls at once, %j', async (body) => {
    const cloud = await start();
    const { answer } = await longPoll(cloud, sqsOf(cloud));
    await admin(cloud.url, 'reset', body);
    const outcome = await answer.then(
      ({ Messages }) => Messages ?? 'none',
      ({ name }) => name,
    );
    expect(['none', 'ServiceUnavailable', 'QueueDoesNotExist']).toContain(outcome);
    expect((await admin(cloud.url, 'metrics')).body.waiting).toBe(0);
  });

  it.each([{}, { account: '000000000000' }])('lets an upload in flight write nothing afterwards, %j', async (body) => {
    const cloud = await start();
    const s3 = s3Of(cloud);
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    const upload = request(`${cloud.url}/bucket/key`, {
      method: 'PUT',
      headers: {
        'content-length': 1_000_000,
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
      },
    });
    const answered = new Promise<number>((resolve) => upload.on('response', (response) => resolve(response.resume().statusCode as number)));
    upload.write(Buffer.alloc(500_000));
    await until(async () => (await admin(cloud.url, 'health')).body.status === 'running');
    await admin(cloud.url, 'reset', body);
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    upload.end(Buffer.alloc(500_000));
    expect([404, 503]).toContain(await answered);
    await expect(s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }))).rejects.toThrow(/key does not exist/);
  });

  it('takes a moment, whatever there is', async () => {
    const cloud = await start({ strict: false });
    const sqs = new SQSClient(cloud.config({ inProcess: true }));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    for (let i = 0; i < 200; i++) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const before = process.cpuUsage();
    await cloud.reset();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(50);
  });
});

describe('snapshots', () => {
  it.each(['memory', 'a data directory'])('of a state in %s are saved, listed and loaded, by name and as a file', async (where) => {
    const cloud = await start(where === 'memory' ? {} : { data: join(await folder(), 'data') });
    const [sqs, s3] = [sqsOf(cloud), s3Of(cloud)];
    await sqs.send(new CreateQueueCommand({ QueueName: 'before' }));
    await s3.send(new CreateBucketCommand({ Bucket: 'before' }));
    await s3.send(new PutObjectCommand({ Bucket: 'before', Key: 'k', Body: 'x'.repeat(300_000) }));
    const file = join(await folder(), 'state.snapshot');
    expect((await admin(cloud.url, 'snapshots')).body).toEqual({ snapshots: [] });
    expect((await admin(cloud.url, 'snapshot/save', { name: 'first' })).body).toEqual({ saved: 'first' });
    expect((await admin(cloud.url, 'snapshot/save', { file })).body).toEqual({ saved: file });
    expect((await admin(cloud.url, 'snapshots')).body).toEqual({ snapshots: ['first'] });
    for (const place of [{ name: 'first' }, { file }, { name: 'first' }]) {
      await admin(cloud.url, 'reset', {});
      await sqs.send(new CreateQueueCommand({ QueueName: 'after' }));
      expect((await admin(cloud.url, 'snapshot/load', place)).status).toBe(200);
      expect(await queuesOf(sqs)).toEqual(['before']);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'before', Key: 'k' }));
      expect((await Body?.transformToString())?.length).toBe(300_000);
    }
    expect((await admin(cloud.url, 'snapshot/load', { name: 'second' })).body.message).toBe(
      'There is no snapshot second. There are: first.',
    );
  });

  it('that cannot be read or written are refused, and change nothing', async () => {
    const cloud = await start();
    const sqs = sqsOf(cloud);
    await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    const path = await folder();
    const garbage = join(path, 'garbage');
    await writeFile(garbage, 'no snapshot at all');
    for (const [endpoint, file] of [
      ['load', garbage],
      ['load', join(path, 'absent')],
      ['load', path],
      ['save', join(path, 'absent/x')],
    ] as const) {
      const { status, body } = await admin(cloud.url, `snapshot/${endpoint}`, { file });
      expect([endpoint, file, status, body.code]).toEqual([endpoint, file, 400, 'BadRequest']);
    }
    expect(await queuesOf(sqs)).toEqual(['q']);
  });

  it('that are loaded end long polls of the state before', async () => {
    const cloud = await start();
    await admin(cloud.url, 'snapshot/save', { name: 'empty' });
    const { answer } = await longPoll(cloud, sqsOf(cloud));
    await admin(cloud.url, 'snapshot/load', { name: 'empty' });
    await answer.catch(({ name }) => expect(['ServiceUnavailable', 'QueueDoesNotExist']).toContain(name));
    expect(await queuesOf(sqsOf(cloud))).toEqual([]);
  });
});

describe('the clock', () => {
  it('is set, frozen, scaled, advanced and made real again', async () => {
    const { url } = await start();
    const set = await admin(url, 'clock', { now: '2030-01-01T00:00:00Z', frozen: true });
    expect(set.body).toEqual({ now: Date.parse('2030-01-01'), time: '2030-01-01T00:00:00.000Z', frozen: true, scale: 1 });
    const advanced = await admin(url, 'clock/advance', { ms: 90_000 });
    expect(advanced.body).toEqual({ now: set.body.now + 90_000, time: '2030-01-01T00:01:30.000Z', settled: true, left: [] });
    expect((await admin(url, 'clock', { scale: 60 })).body).toMatchObject({ frozen: true, scale: 60 });
    expect((await admin(url, 'clock', { frozen: false })).body.frozen).toBe(false);
    const real = (await admin(url, 'clock', { real: true })).body;
    expect([Math.abs(real.now - Date.now()) < 5_000, real.frozen, real.scale]).toEqual([true, false, 1]);
  });

  it('when advanced lets happen what would have happened', async () => {
    const cloud = await start();
    const sqs = sqsOf(cloud);
    await admin(cloud.url, 'clock', { frozen: true });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q', Attributes: { DelaySeconds: '60' } }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later' }));
    const visible = async () => {
      const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }));
      return answer.Attributes?.ApproximateNumberOfMessages;
    };
    expect(await visible()).toBe('0');
    expect((await admin(cloud.url, 'clock/advance', { ms: 61_000 })).body.settled).toBe(true);
    expect(await visible()).toBe('1');
  });
});

describe('chaos', () => {
  it('answers each service’s own throttling error', async () => {
    const cloud = await start();
    await admin(cloud.url, 'chaos', { rules: [{ error: 'throttle' }] });
    const config = { ...cloud.config(), maxAttempts: 1 };
    const refused = (call: Promise<unknown>) => call.catch(({ name, $metadata }) => [name, $metadata.httpStatusCode]);
    expect(await refused(new SQSClient(config).send(new ListQueuesCommand()))).toEqual(['RequestThrottled', 403]);
    expect(await refused(new S3Client(config).send(new ListBucketsCommand()))).toEqual(['SlowDown', 503]);
    expect(await refused(new STSClient(config).send(new GetCallerIdentityCommand()))).toEqual(['Throttling', 400]);
    expect((await admin(cloud.url, 'chaos', { rules: [] })).body).toEqual({ rules: [] });
    expect(await queuesOf(sqsOf(cloud))).toEqual([]);
  });

  it('strikes one operation with an error and a delay, and leaves the others alone', async () => {
    const cloud = await start();
    const sqs = sqsOf(cloud);
    const error = { code: 'InternalError', message: 'Struck.', status: 500 };
    const rule = { service: 'sqs', operation: 'CreateQueue', latencyMs: 30, error };
    await admin(cloud.url, 'chaos', { rules: [rule] });
    expect((await admin(cloud.url, 'chaos')).body.rules).toEqual([rule]);
    const startedAt = performance.now();
    await expect(sqs.send(new CreateQueueCommand({ QueueName: 'q' }))).rejects.toMatchObject({ name: 'InternalError', message: 'Struck.' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
    expect(await queuesOf(sqs)).toEqual([]);
  });

  it('strikes the same calls again with the same seed', async () => {
    const cloud = await start();
    const sqs = sqsOf(cloud);
    const pattern = async (seed: string) => {
      await admin(cloud.url, 'chaos', { rules: [{ service: 'sqs', probability: 0.5, error: 'throttle' }], seed });
      let outcomes = '';
      for (let i = 0; i < 24; i++)
        outcomes += await queuesOf(sqs).then(
          () => '.',
          () => 'x',
        );
      return outcomes;
    };
    const first = await pattern('a');
    expect(await pattern('a')).toBe(first);
    expect(await pattern('b')).not.toBe(first);
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
  });
});

describe('requests and metrics', () => {
  it('show what was asked, by whom and how it went', async () => {
    const cloud = await start();
    const sqs = sqsOf(cloud, '111111111111');
    await queuesOf(sqs);
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: `${cloud.url}/111111111111/absent` })).catch(() => {});
    const { requests } = (await admin(cloud.url, 'requests')).body;
    expect(requests).toMatchObject([
      { service: 'sqs', operation: 'ListQueues', account: '111111111111', region: 'us-east-1', method: 'POST', target: '/', status: 200 },
      {
        operation: 'ReceiveMessage',
        status: 400,
        code: expect.stringMatching(/QueueDoesNotExist|NonExistentQueue/),
        principal: 'arn:aws:iam::111111111111:root',
      },
    ]);
    const { operations } = (await admin(cloud.url, 'metrics')).body;
    expect(operations['sqs:ListQueues']).toMatchObject({ calls: 1, clientErrors: 0 });
    expect(operations['sqs:ReceiveMessage']).toMatchObject({ calls: 1, clientErrors: 1, serverErrors: 0 });
  });

  it('are streamed, a line of JSON each, until the reader goes', async () => {
    const cloud = await start();
    const reader = new AbortController();
    const response = await fetch(`${cloud.url}/_nuvola/requests?follow=true`, { signal: reader.signal });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const decoder = new TextDecoder();
    let text = '';
    const stream = response.body as ReadableStream<Uint8Array>;
    const lines = stream.getReader();
    await lines.read();
    await queuesOf(sqsOf(cloud));
    await sqsOf(cloud).send(new CreateQueueCommand({ QueueName: 'q' }));
    while (text.split('\n').length < 3) text += decoder.decode((await lines.read()).value, { stream: true });
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).operation),
    ).toEqual(['ListQueues', 'CreateQueue']);
    reader.abort();
    await lines.read().catch(() => {});
    await queuesOf(sqsOf(cloud));
  });
});

describe('coverage', () => {
  it('lists what is built and what is not, and counts who asked for that', async () => {
    const cloud = await start();
    const { services } = (await admin(cloud.url, 'coverage')).body;
    expect(services.length).toBeGreaterThan(90);
    const [sts] = (await admin(cloud.url, 'coverage?service=sts')).body.services;
    expect(sts).toMatchObject({ service: 'sts', name: 'AWS Security Token Service', built: expect.arrayContaining(['GetCallerIdentity']) });
    const unbuilt = await fetch(cloud.url, {
      method: 'POST',
      body: '{}',
      headers: { 'x-amz-target': 'DynamoDBStreams_20120810.ListStreams' },
    });
    expect(unbuilt.status).toBe(501);
    expect((await admin(cloud.url, 'coverage?service=dynamodbstreams')).body.asked).toEqual({ 'dynamodbstreams:ListStreams': 1 });
  });
});
