import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  waitUntilBucketExists,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Nuvola } from '../../src/testing';

let cloud: Nuvola;
let s3: S3Client;
beforeAll(async () => {
  cloud = await Nuvola.start({ strict: true });
  s3 = new S3Client(cloud.config({ inProcess: true }));
  await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
  await waitUntilBucketExists({ client: s3, maxWaitTime: 20 }, { Bucket: 'photos' });
});
afterAll(() => cloud.close());

const Bucket = 'photos';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('bodies', () => {
  const small = randomBytes(1000);
  const large = randomBytes(3 * 1024 * 1024 + 1);
  const chunks = (bytes: Buffer) => Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)], { objectMode: false });

  test.each([
    ['no bytes', Buffer.alloc(0), undefined, 0],
    ['text', Buffer.from('grüße'), 'grüße', undefined],
    ['small bytes', small, small, undefined],
    ['large bytes', large, large, undefined],
    ['a stream', large, chunks(large), large.length],
  ] as const)('%s arrive and come back', async (name, bytes, Body, ContentLength) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: name, Body: Body as Buffer, ...(ContentLength && { ContentLength }) }));
    const { Body: back, ContentLength: length } = await s3.send(new GetObjectCommand({ Bucket, Key: name }));
    expect(back).toBeInstanceOf(Readable);
    expect(length).toBe(bytes.length);
    expect(sha256((await back?.transformToByteArray()) as Uint8Array)).toBe(sha256(bytes));
  });

  test('a stream can be read as one, or left', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'streamed', Body: large }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'streamed', Range: 'bytes=1-200000' }));
    const parts: Buffer[] = [];
    for await (const part of Body as Readable) parts.push(part);
    expect(sha256(Buffer.concat(parts))).toBe(sha256(large.subarray(1, 200_001)));
    const { Body: left } = await s3.send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    (left as Readable).destroy();
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'streamed' }))).ContentLength).toBe(large.length);
  });

  test('a stream of unknown length goes up in parts', async () => {
    const Body = Readable.from(
      (async function* () {
        for (let n = 0; n < 12; n++) yield Buffer.alloc(512 * 1024, n);
      })(),
      { objectMode: false },
    );
    await new Upload({ client: s3, params: { Bucket, Key: 'parts', Body } }).done();
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'parts' }))).ContentLength).toBe(6 * 1024 * 1024);
  });
});

test('errors are the SDK’s own, with a request id', async () => {
  const failure = await s3.send(new GetObjectCommand({ Bucket, Key: 'nowhere' })).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NoSuchKey);
  expect((failure as NoSuchKey).$metadata).toMatchObject({ httpStatusCode: 404, requestId: expect.any(String) });
});

test('paginators and batch deletion work', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'pages' }));
  const keys = Array.from({ length: 25 }, (_, n) => `key ${String(n).padStart(2, '0')}/+ä`);
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket: 'pages', Key, Body: Key }))));
  const listed: (string | undefined)[] = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 10 }, { Bucket: 'pages' })) {
    listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
  }
  expect(listed).toEqual(keys);
  const Objects = keys.map((Key) => ({ Key }));
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: 'pages', Delete: { Objects } }));
  expect(Deleted).toHaveLength(25);
});

test('presigned URLs and forms of an in-process client work over HTTP', async () => {
  const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'presigned' }));
  expect((await fetch(put, { method: 'PUT', body: 'over http' })).status).toBe(200);
  const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'presigned' }), { expiresIn: 60 });
  expect(await (await fetch(get)).text()).toBe('over http');
  const forged = get.replace(/Signature=(.)/, (_, digit) => `Signature=${digit === '0' ? '1' : '0'}`);
  expect((await fetch(forged)).status).toBe(403);

  const { url, fields } = await createPresignedPost(s3, { Bucket, Key: 'form' });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['from a form']));
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);
});

describe('who calls', () => {
  test('is the account, and the holder of a session', async () => {
    const account = cloud.account();
    const sts = new STSClient(account.config({ inProcess: true, region: 'eu-west-1' }));
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(account.id);
    const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId as string,
      secretAccessKey: Credentials?.SecretAccessKey as string,
      sessionToken: Credentials?.SessionToken as string,
    };
    const session = new STSClient({ ...account.config({ inProcess: true }), credentials });
    expect((await session.send(new GetCallerIdentityCommand({}))).Account).toBe(account.id);
    await expect(sts.send(new AssumeRoleCommand({ RoleArn: 'short', RoleSessionName: 's' }))).rejects.toThrow();
  });
});

describe('queues', () => {
  let sqs: SQSClient;
  let QueueUrl: string | undefined;
  beforeAll(async () => {
    sqs = new SQSClient(cloud.config({ inProcess: true }));
    QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }))).QueueUrl;
  });

  test('a message sent in process is received over HTTP, and wakes who waits', async () => {
    const http = new SQSClient(cloud.config());
    const waiting = http.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'both ways' }));
    expect((await waiting).Messages?.[0]?.Body).toBe('both ways');
  });

  test('an aborted wait rejects with an AbortError', async () => {
    const controller = new AbortController();
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    const late = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: controller.signal });
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('calls without a pause between them leave timers their turn', async () => {
    let fired = false;
    const timer = setTimeout(() => {
      fired = true;
    }, 1);
    for (let n = 0; n < 5000 && !fired; n++) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    clearTimeout(timer);
    expect(fired).toBe(true);
  });
});
