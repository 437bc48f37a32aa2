import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { type ClientConfig, Nuvola } from '../../src/testing';
import { Scratch } from '../cli/command';

const inProcess = { inProcess: true } as const;
const create = (config: ClientConfig, Bucket: string) => new S3Client(config).send(new CreateBucketCommand({ Bucket }));
const names = async (config: ClientConfig) => {
  const { Buckets = [] } = await new S3Client(config).send(new ListBucketsCommand({}));
  return Buckets.map(({ Name }) => Name);
};

test('several clouds in one process know nothing of each other', async () => {
  await using first = await Nuvola.start();
  await using second = await Nuvola.start();
  expect(first.port).not.toBe(second.port);
  await create(first.config(inProcess), 'only-here');
  expect(await names(first.config())).toEqual(['only-here']);
  expect(await names(second.config(inProcess))).toEqual([]);
  second.clock.freeze();
  expect(first.clock.now()).toBeGreaterThan(Date.now() - 60_000);
});

test('a fork begins with the same state and goes its own way', async () => {
  await using cloud = await Nuvola.start({ seed: 'original' });
  cloud.clock.set(Date.UTC(2030, 0, 1));
  cloud.clock.freeze();
  await create(cloud.config(inProcess), 'shared');
  const fork = await cloud.fork({ seed: 'copy' });
  await Promise.all([create(cloud.config(inProcess), 'in-the-original'), create(fork.config(inProcess), 'in-the-fork')]);
  expect(await names(cloud.config())).toEqual(['in-the-original', 'shared']);
  expect(await names(fork.config())).toEqual(['in-the-fork', 'shared']);
  await fork.clock.advance(1000);
  expect(fork.clock.now() - cloud.clock.now()).toBe(1000);
  const { url } = fork;
  await cloud.close();
  await expect(fetch(url)).rejects.toThrow();
});

test('a snapshot can be gone back to more than once', async () => {
  await using cloud = await Nuvola.start();
  const config = cloud.config(inProcess);
  await create(config, 'before');
  const snapshot = await cloud.snapshot();
  for (const Bucket of ['first-try', 'second-try']) {
    await create(config, Bucket);
    expect(await names(config)).toEqual(['before', Bucket].sort());
    await snapshot.restore();
    expect(await names(config)).toEqual(['before']);
  }
});

test('accounts are apart, and are emptied apart', async () => {
  await using cloud = await Nuvola.start();
  const [one, two] = [cloud.account(), cloud.account()];
  expect(one.id).toMatch(/^\d{12}$/);
  expect(one.id).not.toBe(two.id);
  await Promise.all([create(one.config(inProcess), 'bucket-of-one'), create(two.config(inProcess), 'bucket-of-two')]);
  await one.reset();
  expect(await names(one.config(inProcess))).toEqual([]);
  expect(await names(two.config(inProcess))).toEqual(['bucket-of-two']);
  await cloud.reset();
  expect(await names(two.config(inProcess))).toEqual([]);
});

test('a week of the clock passes in no time, with all that happens in it', async () => {
  await using cloud = await Nuvola.start();
  cloud.clock.freeze();
  const sqs = new SQSClient(cloud.config(inProcess));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'slow', Attributes: { DelaySeconds: '900' } }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later' }));
  const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body;
  expect(await receive()).toBeUndefined();
  expect(await cloud.clock.advance(900_000)).toMatchObject({ settled: true });
  expect(await receive()).toBe('later');
  await cloud.clock.advance(7 * 86_400_000);
  expect(await receive()).toBeUndefined();
});

test('a data directory outlives its cloud, and has snapshots too', async () => {
  using scratch = new Scratch();
  {
    await using cloud = await Nuvola.start({ data: scratch.path });
    await create(cloud.config(inProcess), 'durable');
    const snapshot = await cloud.snapshot();
    await create(cloud.config(inProcess), 'undone');
    await snapshot.restore();
    await expect(cloud.fork()).rejects.toThrow(/cannot be forked/);
    await expect(Nuvola.start({ data: scratch.path })).rejects.toThrow(/in use by process/);
  }
  await using again = await Nuvola.start({ data: scratch.path });
  expect(await names(again.config(inProcess))).toEqual(['durable']);
});

test('a state saved to a file is loaded by another cloud', async () => {
  using scratch = new Scratch();
  const file = scratch.file('state.nuvola');
  await using one = await Nuvola.start();
  const sqs = new SQSClient(one.config(inProcess));
  await sqs.send(new CreateQueueCommand({ QueueName: 'moved' }));
  await one.save(file);
  await using other = await Nuvola.start();
  await other.load(file);
  const { QueueUrl } = await new SQSClient(other.config(inProcess)).send(new GetQueueUrlCommand({ QueueName: 'moved' }));
  expect(QueueUrl).toBe(`${other.url}/000000000000/moved`);
});

test('closing twice is closing once; a port that is taken is an error that leaves nothing behind', async () => {
  const cloud = await Nuvola.start();
  await expect(Nuvola.start({ port: cloud.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await Promise.all([cloud.close(), cloud.close()]);
  await cloud.close();
});

test('clients in process need not prove who they are; over HTTP they do when signatures are verified', async () => {
  await using cloud = await Nuvola.start({ signatures: 'verify', rootSecret: 'hidden' });
  await create(cloud.config(inProcess), 'let-in');
  await expect(create(cloud.config(), 'kept-out')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  const { accessKeyId } = cloud.config().credentials;
  expect(await names({ ...cloud.config(), credentials: { accessKeyId, secretAccessKey: 'hidden' } })).toEqual(['let-in']);
});

test('a mistyped mode is refused', async () => {
  await expect(Nuvola.start({ signatures: 'verfy' as 'verify' })).rejects.toThrow(/verfy/);
});
