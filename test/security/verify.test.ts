/** A cloud that checks signatures, and presigned URLs in one that does not. */
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientConfig, Nuvola } from '../../src/testing';
import { ownCloud } from '../server';

const accountId = '111122223333';
const key = 'a b/+ä(1)';

describe.each(['verify', 'off'] as const)('with signatures %s', (signatures) => {
  let cloud: Nuvola;
  let config: ClientConfig;
  let s3: S3Client;
  beforeAll(async () => {
    cloud = await ownCloud({ signatures });
    config = cloud.config({ account: accountId });
    s3 = new S3Client({ ...config, maxAttempts: 1 });
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body: 'text' }));
  });
  afterAll(() => cloud.close());

  it('takes what the SDK signs, for S3 and JSON services', async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: key }));
    expect(await Body?.transformToString()).toBe('text');
    const sqs = new SQSClient({ ...config, maxAttempts: 1 });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'queue' }));
    expect((await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'ä' }))).MessageId).toBeDefined();
  });

  it('takes presigned URLs until they are changed or expire', async () => {
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'bucket', Key: key }), { expiresIn: 3600 });
    expect(await (await fetch(get)).text()).toBe('text');
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket: 'bucket', Key: 'put' }), { expiresIn: 3600 });
    expect((await fetch(put, { method: 'PUT', body: 'more' })).status).toBe(200);

    const changed = await fetch(get.replace('/bucket/a', '/bucket/b'));
    expect(changed.status).toBe(403);
    expect(await changed.text()).toContain('<Code>SignatureDoesNotMatch</Code>');

    await cloud.clock.advance(3_601_000);
    const expired = await fetch(get);
    expect(expired.status).toBe(403);
    expect(await expired.text()).toMatch(
      /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>.*<X-Amz-Expires>3600<\/X-Amz-Expires>/,
    );
  });
});

describe('with signatures verified', () => {
  it('refuses another secret in the words of each service', async () => {
    await using cloud = await ownCloud({ signatures: 'verify' });
    const wrong = {
      ...cloud.config({ account: accountId }),
      credentials: { accessKeyId: accountId, secretAccessKey: 'wrong' },
      maxAttempts: 1,
    };
    await expect(new S3Client(wrong).send(new GetObjectCommand({ Bucket: 'bucket', Key: key }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      StringToSign: expect.stringContaining('AWS4-HMAC-SHA256'),
      CanonicalRequest: expect.stringContaining('host;'),
    });
    await expect(new SQSClient(wrong).send(new CreateQueueCommand({ QueueName: 'queue' }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      message: expect.stringContaining('Check your AWS Secret Access Key and signing method.'),
    });
  });
});

describe('with signatures verified for one account', () => {
  it('checks its calls, and no one else’s', async () => {
    await using cloud = await ownCloud({ accounts: { [accountId]: { signatures: 'verify' } } });
    const createAs = (accessKeyId: string) =>
      new S3Client({ ...cloud.config(), credentials: { accessKeyId, secretAccessKey: 'wrong' }, maxAttempts: 1 }).send(
        new CreateBucketCommand({ Bucket: `bucket-of-${accessKeyId}` }),
      );
    await expect(createAs(accountId)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await createAs('444455556666');
  });

  it('refuses what is no account, and no mode', async () => {
    await expect(ownCloud({ accounts: { '1': { signatures: 'verify' } } })).rejects.toThrow('twelve digits');
    await expect(ownCloud({ accounts: { [accountId]: { iam: 'adit' as 'audit' } } })).rejects.toThrow('iam=adit is no mode');
  });
});

describe('with signatures off', () => {
  it('takes a presigned URL of a key whose secret nobody knows, until it expires', async () => {
    await using cloud = await ownCloud();
    const config = { ...cloud.config(), credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'of my own' } };
    const s3 = new S3Client(config);
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket: 'bucket', Key: 'k' }), { expiresIn: 60 });
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    await cloud.clock.advance(61_000);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
  });
});
