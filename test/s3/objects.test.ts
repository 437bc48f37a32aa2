import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { sha512, xxhash3, xxhash64, xxhash128 } from 'hash-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, failureOf, newBucket } from './cloud';

const md5 = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest('hex');

let bucket: Awaited<ReturnType<typeof newBucket>>;
beforeAll(async () => {
  bucket = await newBucket();
});

const put = (Key: string, input: Partial<PutObjectCommandInput> = {}) =>
  bucket.s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key, Body: 'hello', ...input }));
const get = (Key: string, input: Partial<GetObjectCommandInput> = {}) =>
  bucket.s3.send(new GetObjectCommand({ Bucket: bucket.Bucket, Key, ...input }));
const head = (Key: string, input: Partial<GetObjectCommandInput> = {}) =>
  bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.Bucket, Key, ...input }));
const text = async (Key: string, input: Partial<GetObjectCommandInput> = {}) => (await get(Key, input)).Body?.transformToString();

describe('objects', () => {
  it.each([0, 1, 1024, 16 * 1024, 16 * 1024 + 1, 65_536, 65_537, 3_000_000])('of %d bytes come back as they went', async (size) => {
    const Body = bytesOf(size);
    const answer = await put(`size/${size}`, { Body });
    expect(answer.ETag).toBe(`"${md5(Body)}"`);
    const { Body: body, ContentLength } = await get(`size/${size}`);
    expect(ContentLength).toBe(size);
    expect(Buffer.compare((await body?.transformToByteArray()) ?? Buffer.alloc(0), Body)).toBe(0);
  });

  it.each([
    'a//b',
    '/a',
    'a/../b',
    'a/./b',
    '%2F',
    '+',
    ' ',
    'a b+c',
    '😀',
    'ü/ñ',
    'a?b#c&d=e',
    "!*'()",
    '~',
    '\n',
    '<&>"',
    'x'.repeat(1024),
  ])('keep the key %j', async (Key) => {
    await put(Key, { Body: Key });
    expect(await text(Key)).toBe(Key);
  });

  it('keep metadata and content headers', async () => {
    const headers = {
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="x"',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      ContentType: 'text/plain',
      Metadata: { one: '1', 'two-three': 'a, b' },
      WebsiteRedirectLocation: '/elsewhere',
      StorageClass: 'STANDARD_IA',
    } as const;
    await put('headers', { ...headers, Expires: new Date(1_700_000_000_000), Tagging: 'a=1&b=2' });
    expect(await head('headers')).toMatchObject({
      ...headers,
      ExpiresString: 'Tue, 14 Nov 2023 22:13:20 GMT',
      TagCount: 2,
      AcceptRanges: 'bytes',
      ServerSideEncryption: 'AES256',
    });
    expect(await head('headers', { ResponseContentType: 'a/b', ResponseCacheControl: 'x', ResponseExpires: new Date(0) })).toMatchObject({
      ContentType: 'a/b',
      CacheControl: 'x',
      ExpiresString: 'Thu, 01 Jan 1970 00:00:00 GMT',
    });
  });

  it.each([
    [
      'a key of 1,025 bytes',
      'k'.repeat(1025),
      {},
      { status: 400, code: 'KeyTooLongError', message: 'Your key is too long', fields: { Size: '1025', MaxSizeAllowed: '1024' } },
    ],
    ['a key that climbs above the root', 'a/../../b', {}, { status: 400, code: 'InvalidURI' }],
    ['2 KB of metadata and more', 'k', { Metadata: { a: 'x'.repeat(2100) } }, { status: 400, code: 'MetadataTooLarge' }],
    ['an unknown storage class', 'k', { StorageClass: 'COLD' as never }, { status: 400, code: 'InvalidStorageClass' }],
    [
      'an ACL',
      'k',
      { ACL: 'public-read' as const },
      { status: 400, code: 'AccessControlListNotSupported', message: 'The bucket does not allow ACLs' },
    ],
    ['eleven tags', 'k', { Tagging: Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&') }, { status: 400, code: 'BadRequest' }],
    ['KMS', 'k', { ServerSideEncryption: 'aws:kms' as const }, { status: 501, code: 'NotImplemented' }],
    ['a wrong MD5', 'k', { ContentMD5: createHash('md5').update('other').digest('base64') }, { status: 400, code: 'BadDigest' }],
    [
      'a wrong checksum',
      'k',
      { ChecksumSHA256: createHash('sha256').update('other').digest('base64') },
      { status: 400, code: 'BadDigest' },
    ],
  ])('are refused with %s', async (_, Key, input, expected) => {
    expect(await failureOf(put(Key, input))).toMatchObject(expected);
  });

  it('are missed by name', async () => {
    expect(await failureOf(get('nothing'))).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
      message: 'The specified key does not exist.',
      fields: { Key: 'nothing' },
    });
    expect(await failureOf(head('nothing'))).toMatchObject({ status: 404, code: 'NotFound' });
    expect(await failureOf(get('k', { Bucket: 'no-such-bucket-at-all' }))).toMatchObject({
      status: 404,
      code: 'NoSuchBucket',
      fields: { BucketName: 'no-such-bucket-at-all' },
    });
    expect(await failureOf(get('nothing', { VersionId: 'bad' }))).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
      message: 'Invalid version id specified',
    });
  });
});

describe('ranges', () => {
  beforeAll(async () => {
    await put('digits', { Body: '0123456789' });
    await put('empty', { Body: '' });
    await put('large', { Body: bytesOf(300_000) });
  });

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=5-100', '56789', 'bytes 5-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
    ['bytes=0-1,4-5', '0123456789', undefined],
    ['lines=1-2', '0123456789', undefined],
    ['bytes=4-2', '0123456789', undefined],
  ])('%s', async (Range, expected, ContentRange) => {
    const answer = await get('digits', { Range });
    expect(await answer.Body?.transformToString()).toBe(expected);
    expect(answer.ContentRange).toBe(ContentRange);
    expect(answer.$metadata.httpStatusCode).toBe(ContentRange ? 206 : 200);
    expect(await head('digits', { Range })).toMatchObject({ ContentLength: expected.length });
  });

  it.each(['digits', 'empty'])('beyond the end of %s are answered 416', async (key) => {
    expect(await failureOf(get(key, { Range: 'bytes=10-' }))).toMatchObject({
      status: 416,
      code: 'InvalidRange',
      message: 'The requested range is not satisfiable',
      fields: { RangeRequested: 'bytes=10-' },
    });
  });

  it('of stored blobs start and end anywhere', async () => {
    const whole = bytesOf(300_000);
    for (const [start, end] of [
      [0, 0],
      [65_535, 65_536],
      [100_001, 250_002],
      [299_999, 299_999],
    ] as const) {
      const bytes = await (await get('large', { Range: `bytes=${start}-${end}` })).Body?.transformToByteArray();
      expect(Buffer.compare(bytes ?? Buffer.alloc(0), whole.subarray(start, end + 1))).toBe(0);
    }
  });
});

describe('conditions', () => {
  it('on reads answer 304 with the validators, or 412 with what failed', async () => {
    const { ETag } = await put('c1');
    const soon = new Date(Date.now() + 60_000);
    const failure = await failureOf(get('c1', { IfNoneMatch: ETag }));
    expect(failure.status).toBe(304);
    expect(failure.fields.$response?.headers.etag).toBe(ETag);
    expect((await failureOf(get('c1', { IfModifiedSince: soon }))).status).toBe(304);
    expect(await failureOf(get('c1', { IfMatch: '"x"' }))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
      fields: { Condition: 'If-Match' },
    });
    expect(await failureOf(get('c1', { IfUnmodifiedSince: new Date(0) }))).toMatchObject({
      status: 412,
      fields: { Condition: 'If-Unmodified-Since' },
    });
    expect(await failureOf(head('c1', { IfMatch: '"x"' }))).toMatchObject({ status: 412 });
    expect(await text('c1', { IfMatch: ETag, IfUnmodifiedSince: new Date(0) })).toBe('hello');
  });

  it('on writes create only, or replace only what was seen', async () => {
    const { ETag } = await put('c2', { IfNoneMatch: '*' });
    expect(await failureOf(put('c2', { IfNoneMatch: '*' }))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
      fields: { Condition: 'If-None-Match' },
    });
    expect(await failureOf(put('c2', { IfMatch: '"x"' }))).toMatchObject({ status: 412, fields: { Condition: 'If-Match' } });
    expect(await failureOf(put('c2-none', { IfMatch: '"x"' }))).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(await failureOf(put('c2', { IfNoneMatch: '"x"' }))).toMatchObject({ status: 501, code: 'NotImplemented' });
    await put('c2', { IfMatch: ETag, Body: 'next' });
    expect(await text('c2')).toBe('next');
  });

  it('let one of many concurrent creators win', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => put('race', { IfNoneMatch: '*', Body: `${i}` })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('hold for deletes', async () => {
    const { ETag } = await put('c3');
    const remove = (IfMatch: string) => bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.Bucket, Key: 'c3', IfMatch }));
    expect(await failureOf(remove('"x"'))).toMatchObject({ status: 412 });
    await remove(ETag as string);
    expect(await failureOf(remove(ETag as string))).toMatchObject({ status: 404 });
  });
});

describe('checksums', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s sent by the SDK comes back when asked for',
    async (algorithm) => {
      const member = `Checksum${algorithm}` as const;
      const Body = bytesOf(20_000);
      const sent = (await put(`sum/${algorithm}`, { Body, ChecksumAlgorithm: algorithm })) as unknown as Record<string, string>;
      expect(sent[member]).toMatch(/=*$/);
      expect(sent.ChecksumType).toBe('FULL_OBJECT');
      const found = (await head(`sum/${algorithm}`, { ChecksumMode: 'ENABLED' })) as unknown as Record<string, string>;
      expect(found[member]).toBe(sent[member]);
      expect(((await head(`sum/${algorithm}`)) as unknown as Record<string, string>)[member]).toBeUndefined();
      expect(Buffer.compare((await (await get(`sum/${algorithm}`)).Body?.transformToByteArray()) ?? Buffer.alloc(0), Body)).toBe(0);
    },
  );

  it.each([
    ['MD5', md5],
    ['SHA512', sha512],
    ['XXHASH64', xxhash64],
    ['XXHASH3', xxhash3],
    ['XXHASH128', xxhash128],
  ] as const)('%s is verified and kept', async (algorithm, digest) => {
    const member = `Checksum${algorithm}`;
    const value = Buffer.from(await digest('hello'), 'hex').toString('base64');
    await put(`own/${algorithm}`, { [member]: value });
    expect((await head(`own/${algorithm}`, { ChecksumMode: 'ENABLED' })) as unknown).toMatchObject({
      [member]: value,
      ChecksumType: 'FULL_OBJECT',
    });
    const wrong = Buffer.from(await digest('other'), 'hex').toString('base64');
    expect(await failureOf(put(`own/${algorithm}`, { [member]: wrong }))).toMatchObject({ status: 400, code: 'BadDigest' });
  });

  it('CRC64NVME is added when the client brings none', async () => {
    const s3 = new S3Client({ ...bucket.config, requestChecksumCalculation: 'WHEN_REQUIRED' });
    for (const Body of ['123456789', bytesOf(100_000)]) {
      const answer = await s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key: 'added', Body }));
      expect(answer.ChecksumCRC64NVME).toBeDefined();
      if (Body === '123456789') expect(answer.ChecksumCRC64NVME).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
    }
  });

  it('come with GetObjectAttributes', async () => {
    await put('attributes', { ChecksumAlgorithm: 'SHA256' });
    const answer = await bucket.s3.send(
      new GetObjectAttributesCommand({
        Bucket: bucket.Bucket,
        Key: 'attributes',
        ObjectAttributes: ['ETag', 'Checksum', 'ObjectSize', 'StorageClass', 'ObjectParts'],
      }),
    );
    expect(answer).toMatchObject({
      ETag: md5('hello'),
      ObjectSize: 5,
      StorageClass: 'STANDARD',
      Checksum: { ChecksumSHA256: createHash('sha256').update('hello').digest('base64'), ChecksumType: 'FULL_OBJECT' },
    });
    expect(answer.ObjectParts).toBeUndefined();
  });
});

describe('deleting', () => {
  it('what is not there succeeds', async () => {
    expect((await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.Bucket, Key: 'never' }))).$metadata.httpStatusCode).toBe(204);
  });

  it('many at once answers for each', async () => {
    for (const key of ['d1', 'd2', 'd3']) await put(key);
    const remove = (Quiet: boolean, ...keys: string[]) =>
      bucket.s3.send(new DeleteObjectsCommand({ Bucket: bucket.Bucket, Delete: { Quiet, Objects: keys.map((Key) => ({ Key })) } }));
    expect((await remove(false, 'd1', 'never', 'd2')).Deleted).toEqual([{ Key: 'd1' }, { Key: 'never' }, { Key: 'd2' }]);
    const quiet = await remove(true, 'd3', 'k'.repeat(1025));
    expect(quiet.Deleted).toBeUndefined();
    expect(quiet.Errors).toMatchObject([{ Code: 'KeyTooLongError' }]);
    expect(await failureOf(get('d3'))).toMatchObject({ code: 'NoSuchKey' });
    expect(await failureOf(remove(false, ...Array.from({ length: 1001 }, (_, i) => `${i}`)))).toMatchObject({
      status: 400,
      code: 'MalformedXML',
    });
  });
});

describe('object tags', () => {
  it('are put, read, replaced and removed', async () => {
    const at = { Bucket: bucket.Bucket, Key: 'tagged' };
    await put('tagged', { Tagging: 'a=1' });
    expect((await bucket.s3.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([{ Key: 'a', Value: '1' }]);
    await bucket.s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: 'b', Value: '2' }] } }));
    expect((await bucket.s3.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([{ Key: 'b', Value: '2' }]);
    await bucket.s3.send(new DeleteObjectTaggingCommand(at));
    expect((await bucket.s3.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([]);
    expect(await text('tagged')).toBe('hello');
    const twice = [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ];
    expect(await failureOf(bucket.s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: twice } })))).toMatchObject({
      status: 400,
      code: 'InvalidTag',
    });
  });
});
