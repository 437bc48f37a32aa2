/** Vitest: a state that was prepared once, and a fork of it for each test. */
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Nuvola } from 'nuvola';
import { afterAll, beforeAll, expect, test } from 'vitest';

let prepared: Nuvola;
beforeAll(async () => {
  prepared = await Nuvola.start();
  const s3 = new S3Client(prepared.config({ inProcess: true }));
  await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
  await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'cat.txt', Body: 'meow' }));
});
afterAll(() => prepared.close());

const keysOf = async (s3: S3Client) => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'photos' }));
  return Contents.map(({ Key }) => Key);
};

test('each test begins with what was prepared', async () => {
  await using cloud = await prepared.fork();
  const s3 = new S3Client(cloud.config({ inProcess: true }));
  await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'dog.txt', Body: 'woof' }));
  expect(await keysOf(s3)).toEqual(['cat.txt', 'dog.txt']);
});

test('and sees nothing of the others', async () => {
  await using cloud = await prepared.fork();
  const s3 = new S3Client(cloud.config({ inProcess: true }));
  expect(await keysOf(s3)).toEqual(['cat.txt']);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'photos', Key: 'cat.txt' }));
  expect(await Body?.transformToString()).toBe('meow');
});
