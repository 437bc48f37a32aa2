import { createHash, randomBytes } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { nuvola, Scratch, Server } from '../cli/command';

const Bucket = 'kept';
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** How a server ends before the next begins. */
const endings = {
  'nuvola stop': async (server: Server) => expect((await nuvola(['stop', '--url', server.url])).code).toBe(0),
  'kill -9': async (server: Server) => void (await server.end('SIGKILL')),
};

test.each(Object.entries(endings))('after %s and a start with the same --data everything is as it was', async (_, end) => {
  using scratch = new Scratch();
  const data = ['--data', scratch.path, '--log', 'errors', '--strict'];
  const bodies = { small: randomBytes(100), middle: randomBytes(100_000), large: randomBytes(7 * 1024 * 1024) };

  await using first = await Server.start(data);
  let s3 = new S3Client(first.config());
  let sqs = new SQSClient(first.config());
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const [Key, Body] of Object.entries(bodies)) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { of: Key }, Tagging: 'a=1&b=2' }));
  }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const part = { Bucket, Key: 'parts', UploadId };
  const one = await s3.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: bodies.large }));

  const Attributes = { VisibilityTimeout: '600', DelaySeconds: '0' };
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes, tags: { team: 'x' } }));
  const { pathname } = new URL(url);
  for (const MessageBody of ['in flight', 'waiting']) await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
  const { Messages: [taken] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
  await end(first);

  await using second = await Server.start(data);
  s3 = new S3Client(second.config());
  sqs = new SQSClient(second.config());
  for (const [Key, bytes] of Object.entries(bodies)) {
    const { Body, Metadata, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect([md5((await Body?.transformToByteArray()) as Uint8Array), Metadata]).toEqual([md5(bytes), { of: Key }]);
    expect(ETag).toBe(`"${md5(bytes)}"`);
  }
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'small' }));
  expect(TagSet).toEqual(
    expect.arrayContaining([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]),
  );
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toHaveLength(1);
  expect((await s3.send(new ListPartsCommand(part))).Parts).toMatchObject([{ PartNumber: 1, ETag: one.ETag, Size: bodies.large.length }]);
  const two = await s3.send(new UploadPartCommand({ ...part, PartNumber: 2, Body: 'end' }));
  const Parts = [one, two].map(({ ETag }, n) => ({ ETag, PartNumber: n + 1 }));
  await s3.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts } }));
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'parts' }))).ContentLength).toBe(bodies.large.length + 3);

  const QueueUrl = second.url + pathname;
  expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: 'x' });
  const names = ['VisibilityTimeout', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes: after } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
  expect(names.map((name) => after?.[name])).toEqual(['600', '1', '1']);
  const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
  const rest = await receive();
  expect([taken?.Body, ...rest.map(({ Body }) => Body)].sort()).toEqual(['in flight', 'waiting']);
  // Its receipt handle still speaks for the message that was in flight.
  const ReceiptHandle = taken?.ReceiptHandle;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  const [again] = await receive();
  expect(again?.MessageId).toBe(taken?.MessageId);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
});

const rounds = 3;
const writers = 8;

test(`kill -9 under load, ${rounds} times: nothing acknowledged is lost, nothing is torn`, async () => {
  using scratch = new Scratch();
  const data = ['--data', scratch.path, '--log', 'off'];
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    await using server = await Server.start(data);
    await prepare(server, round === 0);
    const target = acknowledged.size + 150;
    await new Promise<void>((resolve) => {
      const noteOne = (name: string, digest: string) => {
        acknowledged.set(name, digest);
        if (acknowledged.size >= target) resolve();
      };
      for (let writer = 0; writer < writers; writer++) void write(server, `${round}-${writer}`, noteOne);
    });
    await server.end('SIGKILL');
  }
  await using server = await Server.start(data);
  await expectAll(server, acknowledged);
});

async function prepare(server: Server, first: boolean): Promise<void> {
  if (!first) return;
  await new S3Client(server.config()).send(new CreateBucketCommand({ Bucket }));
  await new SQSClient(server.config()).send(new CreateQueueCommand({ QueueName: 'jobs', Attributes: { VisibilityTimeout: '3600' } }));
}

const queueOf = (server: Server) => `${server.url}/000000000000/jobs`;

/** Puts objects of many sizes and sends messages until the server is gone; says each that was answered. */
async function write(server: Server, writer: string, acknowledged: (name: string, digest: string) => void): Promise<void> {
  const s3 = new S3Client({ ...server.config(), maxAttempts: 1 });
  const sqs = new SQSClient({ ...server.config(), maxAttempts: 1 });
  try {
    for (let n = 0; ; n++) {
      const name = `${writer}-${n}`;
      const Body = randomBytes([10, 3_000, 80_000, 1_200_000][n % 4] as number);
      await s3.send(new PutObjectCommand({ Bucket, Key: name, Body, Metadata: { digest: md5(Body) } }));
      acknowledged(`object ${name}`, md5(Body));
      await sqs.send(new SendMessageCommand({ QueueUrl: queueOf(server), MessageBody: name }));
      acknowledged(`message ${name}`, name);
    }
  } catch {
    // The server was killed: what was not answered may be there or not, but never in part.
  }
}

async function expectAll(server: Server, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  const s3 = new S3Client(server.config());
  const lost: string[] = [];
  for (const [name, digest] of acknowledged) {
    if (!name.startsWith('object ')) continue;
    const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key: name.slice(7) }));
    const found = md5((await Body?.transformToByteArray()) as Uint8Array);
    if (found !== digest || Metadata?.digest !== digest) lost.push(name);
  }
  const bodies = await receiveAll(server);
  for (const [name, body] of acknowledged) if (name.startsWith('message ') && !bodies.has(body)) lost.push(name);
  expect(lost).toEqual([]);
}

async function receiveAll(server: Server): Promise<Set<string>> {
  const sqs = new SQSClient(server.config());
  const bodies = new Set<string>();
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueOf(server), MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    for (const { Body } of Messages) bodies.add(Body ?? '');
  }
}
