import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, failureOf, newBucket } from './cloud';

let bucket: Awaited<ReturnType<typeof newBucket>>;
let source: string;
beforeAll(async () => {
  bucket = await newBucket();
  source = (await newBucket()).Bucket;
  await bucket.s3.send(
    new PutObjectCommand({
      Bucket: source,
      Key: 'a b/ü+?',
      Body: 'hello',
      ContentType: 'text/plain',
      Metadata: { m: '1' },
      Tagging: 't=1',
      StorageClass: 'STANDARD_IA',
      ChecksumAlgorithm: 'SHA256',
    }),
  );
});

const copy = (Key: string, input: Partial<CopyObjectCommandInput> = {}) =>
  bucket.s3.send(
    new CopyObjectCommand({ Bucket: bucket.Bucket, Key, CopySource: `/${source}/${encodeURIComponent('a b/ü+?')}`, ...input }),
  );
const head = (Key: string) => bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.Bucket, Key, ChecksumMode: 'ENABLED' }));

describe('CopyObject', () => {
  it('takes bytes, metadata, tags and checksum along, but not the storage class', async () => {
    const answer = await copy('c1');
    expect(answer.CopyObjectResult).toMatchObject({
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ChecksumSHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
    });
    const object = await head('c1');
    expect(object).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { m: '1' },
      TagCount: 1,
      ChecksumSHA256: answer.CopyObjectResult?.ChecksumSHA256,
    });
    expect(object.StorageClass).toBeUndefined();
    expect(await (await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.Bucket, Key: 'c1' }))).Body?.transformToString()).toBe(
      'hello',
    );
  });

  it('replaces metadata, tags and checksum when told to', async () => {
    await copy('c2', {
      MetadataDirective: 'REPLACE',
      Metadata: { n: '2' },
      TaggingDirective: 'REPLACE',
      Tagging: 'u=2',
      ChecksumAlgorithm: 'CRC32',
      StorageClass: 'GLACIER_IR',
    });
    expect(await head('c2')).toMatchObject({
      ContentType: 'binary/octet-stream',
      Metadata: { n: '2' },
      StorageClass: 'GLACIER_IR',
      ChecksumCRC32: 'NhCmhg==',
    });
    expect((await bucket.s3.send(new GetObjectTaggingCommand({ Bucket: bucket.Bucket, Key: 'c2' }))).TagSet).toEqual([
      { Key: 'u', Value: '2' },
    ]);
  });

  it('takes none of the metadata that it is given without being told to replace', async () => {
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key: 'bare', Body: 'x' }));
    const CopySource = `${bucket.Bucket}/bare`;
    await copy('c3', { CopySource, Metadata: { n: '2' }, CacheControl: 'no-store', WebsiteRedirectLocation: '/there' });
    const object = await head('c3');
    expect(object).toMatchObject({ Metadata: {}, WebsiteRedirectLocation: '/there' });
    expect(object.CacheControl).toBeUndefined();
    await copy('c4', { CopySource: `${bucket.Bucket}/c3` });
    expect((await head('c4')).WebsiteRedirectLocation).toBeUndefined();
  });

  it('onto itself must change something', async () => {
    await copy('self');
    const CopySource = `${bucket.Bucket}/self`;
    expect(await failureOf(copy('self', { CopySource }))).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
    await copy('self', { CopySource, MetadataDirective: 'REPLACE', Metadata: { k: 'v' } });
    expect(await head('self')).toMatchObject({ Metadata: { k: 'v' }, ContentLength: 5 });
    await copy('self', { CopySource, StorageClass: 'ONEZONE_IA' });
    expect(await head('self')).toMatchObject({ Metadata: { k: 'v' }, StorageClass: 'ONEZONE_IA' });
  });

  it('of large objects survives the source', async () => {
    const Body = bytesOf(400_000);
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key: 'large', Body }));
    await copy('large-copy', { CopySource: `${bucket.Bucket}/large` });
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key: 'large', Body: 'gone' }));
    const answer = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.Bucket, Key: 'large-copy' }));
    expect(Buffer.compare((await answer.Body?.transformToByteArray()) ?? Buffer.alloc(0), Body)).toBe(0);
  });

  it.each([
    [
      'an ETag that does not match',
      { CopySourceIfMatch: '"x"' },
      { status: 412, code: 'PreconditionFailed', fields: { Condition: 'x-amz-copy-source-If-Match' } },
    ],
    ['an ETag that matches and must not', { CopySourceIfNoneMatch: '*' }, { status: 412 }],
    ['a source that changed since', { CopySourceIfUnmodifiedSince: new Date(0) }, { status: 412 }],
    ['a source that is not there', { CopySource: 'no-such-bucket-at-all/k' }, { status: 404, code: 'NoSuchBucket' }],
    ['a source without a key', { CopySource: 'bucket' }, { status: 400, code: 'InvalidArgument' }],
    [
      'a directive nobody knows',
      { MetadataDirective: 'MERGE' as never },
      { status: 400, code: 'InvalidArgument', message: 'Unknown metadata directive.' },
    ],
    ['a target that must not exist', { IfNoneMatch: '*' }, { status: 412, fields: { Condition: 'If-None-Match' } }],
  ])('refuses %s', async (_, input, expected) => {
    await copy('there');
    expect(await failureOf(copy('there', input))).toMatchObject(expected);
  });
});
