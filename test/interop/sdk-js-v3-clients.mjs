/** The SDK for JavaScript v3 against Nuvola, configured by the environment alone. Prints one line for each thing that works. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  waitUntilBucketExists,
  waitUntilBucketNotExists,
  waitUntilObjectExists,
  waitUntilObjectNotExists,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

const endpoint = /** @type {string} */ (process.env['AWS_ENDPOINT_URL']);
const works = (/** @type {string} */ what) => console.log(`ok ${what}`);
const s3 = new S3Client({});
const Bucket = 'js-bucket';

assert.equal((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account, '000000000000');
works('identity');

const waiter = { client: s3, maxWaitTime: 20 };
await s3.send(new CreateBucketCommand({ Bucket }));
await waitUntilBucketExists(waiter, { Bucket });
await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'body', Metadata: { colour: 'blue' } }));
await waitUntilObjectExists(waiter, { Bucket, Key: 'k' });
const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
assert.deepEqual([await Body?.transformToString(), Metadata], ['body', { colour: 'blue' }]);
await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
await waitUntilObjectNotExists(waiter, { Bucket, Key: 'k' });
await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'k' })), NoSuchKey);
await s3.send(new DeleteBucketCommand({ Bucket }));
await waitUntilBucketNotExists(waiter, { Bucket });
works('S3 with waiters');

await s3.send(new CreateBucketCommand({ Bucket }));
const large = randomBytes(11 * 1024 * 1024);
for (const [Key, Body] of /** @type {const} */ ([
  ['bytes', large],
  ['stream', Readable.from([large.subarray(0, 1_000_000), large.subarray(1_000_000)], { objectMode: false })],
])) {
  await new Upload({ client: s3, params: { Bucket, Key, Body } }).done();
  const back = await s3.send(new GetObjectCommand({ Bucket, Key }));
  assert.ok(large.equals(Buffer.from((await back.Body?.transformToByteArray()) ?? [])));
}
assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key: 'bytes', PartNumber: 3 }))).ContentLength, 1024 * 1024);
const pages = [];
for await (const page of paginateListObjectsV2({ client: s3, pageSize: 1 }, { Bucket })) pages.push(...(page.Contents ?? []));
assert.deepEqual(
  pages.map(({ Key }) => Key),
  ['bytes', 'stream'],
);
works('lib-storage and paginators');

const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'bytes', Range: 'bytes=0-9' }));
assert.equal((await (await fetch(url, { headers: { range: 'bytes=0-9' } })).arrayBuffer()).byteLength, 10);
const { url: action, fields } = await createPresignedPost(s3, { Bucket, Key: 'form' });
const form = new FormData();
for (const [name, value] of Object.entries(fields)) form.set(name, value);
form.set('file', new Blob(['by form']));
assert.equal((await fetch(action, { method: 'POST', body: form })).status, 204);
works('presigned URLs and forms');

// `bucket.localhost` need not resolve: what matters is the Host that a client sends.
for (const host of [
  `${Bucket}.localhost`,
  `${Bucket}.s3.localhost.localstack.cloud`,
  `${Bucket}.s3.amazonaws.com`,
  `${Bucket}.s3.us-east-1.amazonaws.com`,
]) {
  assert.equal(await bodyFrom(host), 'by form', host);
}
works('virtual hosts');

const sqs = new SQSClient({});
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'js-queue' }));
assert.equal(QueueUrl, `${endpoint}/000000000000/js-queue`);
const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
assert.equal((await waiting).Messages?.[0]?.Body, 'hello');
await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: 'absent' })), QueueDoesNotExist);
works('SQS and its errors');
console.log('done');

/** @returns {Promise<string>} an object asked for at an address of the bucket's own */
async function bodyFrom(/** @type {string} */ host) {
  // The SDK puts the bucket in front of the endpoint's host.
  const signed = await getSignedUrl(
    new S3Client({ endpoint: `http://${host.slice(Bucket.length + 1)}` }),
    new GetObjectCommand({ Bucket, Key: 'form' }),
  );
  const { pathname, search, host: signedHost } = new URL(signed);
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const outgoing = request({ hostname, port, path: pathname + search, headers: { host: signedHost } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve(text));
    });
    outgoing.on('error', reject).end();
  });
}
