import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type UploadPartCommandInput,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, failureOf, newBucket } from './cloud';

const fiveMiB = 5 * 1024 * 1024;
const first = bytesOf(fiveMiB);
const last = Buffer.from('the end');
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes);

let bucket: Awaited<ReturnType<typeof newBucket>>;
beforeAll(async () => {
  bucket = await newBucket();
});

const create = async (Key: string, input: Partial<CreateMultipartUploadCommandInput> = {}) =>
  (await bucket.s3.send(new CreateMultipartUploadCommand({ Bucket: bucket.Bucket, Key, ...input }))).UploadId as string;
const part = (Key: string, UploadId: string, PartNumber: number, Body: Uint8Array, input: Partial<UploadPartCommandInput> = {}) =>
  bucket.s3.send(new UploadPartCommand({ Bucket: bucket.Bucket, Key, UploadId, PartNumber, Body, ...input }));
const complete = (Key: string, UploadId: string, Parts: readonly object[], input: Partial<CompleteMultipartUploadCommandInput> = {}) =>
  bucket.s3.send(
    new CompleteMultipartUploadCommand({ Bucket: bucket.Bucket, Key, UploadId, MultipartUpload: { Parts: [...Parts] }, ...input }),
  );

/** An upload of two parts, ready to be completed. */
async function twoParts(Key: string, input: Partial<CreateMultipartUploadCommandInput> = {}) {
  const UploadId = await create(Key, input);
  const Parts = [];
  for (const [i, bytes] of [first, last].entries()) {
    const answer = await part(Key, UploadId, i + 1, bytes, input.ChecksumAlgorithm ? { ChecksumAlgorithm: input.ChecksumAlgorithm } : {});
    const sums = Object.fromEntries(Object.entries(answer).filter(([name]) => name.startsWith('Checksum')));
    Parts.push({ PartNumber: i + 1, ETag: answer.ETag, ...sums });
  }
  return { UploadId, Parts };
}

describe('a multipart upload', () => {
  it('becomes one object with the MD5 of its MD5s', async () => {
    const { UploadId, Parts } = await twoParts('m1', { Metadata: { a: '1' }, ContentType: 'text/x', Tagging: 't=1' });
    const done = await complete('m1', UploadId, Parts);
    const ETag = `"${md5(Buffer.concat([md5(first).digest(), md5(last).digest()])).digest('hex')}-2"`;
    expect(done).toMatchObject({ ETag, Key: 'm1', Bucket: bucket.Bucket });
    const object = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.Bucket, Key: 'm1' }));
    expect(object).toMatchObject({ ETag, ContentLength: fiveMiB + 7, Metadata: { a: '1' }, ContentType: 'text/x', TagCount: 1 });
    expect(Buffer.compare((await object.Body?.transformToByteArray()) ?? Buffer.alloc(0), Buffer.concat([first, last]))).toBe(0);
    // A completion that is repeated, as retries do, succeeds again.
    expect((await complete('m1', UploadId, Parts)).ETag).toBe(ETag);
    expect(await failureOf(part('m1', UploadId, 1, last))).toMatchObject({ status: 404, code: 'NoSuchUpload', fields: { UploadId } });
  });

  it('is read part by part', async () => {
    const { UploadId, Parts } = await twoParts('m2', { ChecksumAlgorithm: 'SHA256' });
    await complete('m2', UploadId, Parts);
    const at = { Bucket: bucket.Bucket, Key: 'm2' };
    const second = await bucket.s3.send(new GetObjectCommand({ ...at, PartNumber: 2 }));
    expect(second).toMatchObject({
      PartsCount: 2,
      ContentRange: `bytes ${fiveMiB}-${fiveMiB + 6}/${fiveMiB + 7}`,
      $metadata: { httpStatusCode: 206 },
    });
    expect(await second.Body?.transformToString()).toBe('the end');
    expect(await bucket.s3.send(new HeadObjectCommand({ ...at, PartNumber: 1 }))).toMatchObject({ PartsCount: 2, ContentLength: fiveMiB });
    expect(await failureOf(bucket.s3.send(new GetObjectCommand({ ...at, PartNumber: 3 })))).toMatchObject({
      status: 416,
      code: 'InvalidPartNumber',
    });
    expect(await failureOf(bucket.s3.send(new GetObjectCommand({ ...at, PartNumber: 1, Range: 'bytes=0-1' })))).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
    const attributes = await bucket.s3.send(new GetObjectAttributesCommand({ ...at, ObjectAttributes: ['ObjectParts', 'Checksum'] }));
    expect(attributes).toMatchObject({
      Checksum: { ChecksumType: 'COMPOSITE' },
      ObjectParts: {
        TotalPartsCount: 2,
        Parts: [
          { PartNumber: 1, Size: fiveMiB },
          { PartNumber: 2, Size: 7 },
        ],
      },
    });
  });

  it('has a composite checksum of its parts', async () => {
    const { UploadId, Parts } = await twoParts('m3', { ChecksumAlgorithm: 'SHA256' });
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
    const expected = `${sha256(Buffer.concat([sha256(first), sha256(last)])).toString('base64')}-2`;
    expect(await complete('m3', UploadId, Parts)).toMatchObject({ ChecksumSHA256: expected, ChecksumType: 'COMPOSITE' });
    const { ContentLength, ChecksumSHA256 } = await bucket.s3.send(
      new HeadObjectCommand({ Bucket: bucket.Bucket, Key: 'm3', ChecksumMode: 'ENABLED' }),
    );
    expect({ ContentLength, ChecksumSHA256 }).toEqual({ ContentLength: fiveMiB + 7, ChecksumSHA256: expected });
  });

  it('has a checksum of the whole where the algorithm allows it', async () => {
    const { UploadId, Parts } = await twoParts('m4', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(last, crc32(first)));
    expect(await failureOf(complete('m4', UploadId, Parts, { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' }))).toMatchObject({
      status: 400,
      code: 'BadDigest',
    });
    expect(await failureOf(complete('m4', UploadId, Parts, { ChecksumType: 'COMPOSITE' }))).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
    expect(await failureOf(complete('m4', UploadId, Parts, { MpuObjectSize: 3 }))).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(await complete('m4', UploadId, Parts, { ChecksumCRC32: sum.toString('base64') })).toMatchObject({
      ChecksumCRC32: sum.toString('base64'),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('completes only from its own parts, in order, all but the last of 5 MiB', async () => {
    const UploadId = await create('m5');
    const small = await part('m5', UploadId, 1, last);
    const other = await part('m5', UploadId, 7, last);
    const [a, b] = [
      { PartNumber: 1, ETag: small.ETag },
      { PartNumber: 7, ETag: other.ETag },
    ];
    expect(await failureOf(complete('m5', UploadId, [b, a]))).toMatchObject({ status: 400, code: 'InvalidPartOrder' });
    expect(await failureOf(complete('m5', UploadId, [a, { PartNumber: 7, ETag: '"x"' }]))).toMatchObject({
      status: 400,
      code: 'InvalidPart',
      fields: { PartNumber: '7', UploadId },
    });
    expect(await failureOf(complete('m5', UploadId, [{ PartNumber: 2, ETag: small.ETag }]))).toMatchObject({ code: 'InvalidPart' });
    expect(await failureOf(complete('m5', UploadId, [a, b]))).toMatchObject({
      status: 400,
      code: 'EntityTooSmall',
      fields: { MinSizeAllowed: String(fiveMiB), PartNumber: '1' },
    });
    expect(await failureOf(complete('m5', UploadId, []))).toMatchObject({ status: 400, code: 'MalformedXML' });
    await complete('m5', UploadId, [b]);
  });

  it('holds its conditions at the end', async () => {
    const { UploadId, Parts } = await twoParts('m6');
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key: 'm6', Body: 'x' }));
    expect(await failureOf(complete('m6', UploadId, Parts, { IfNoneMatch: '*' }))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    });
    await complete('m6', UploadId, Parts);
  });

  it.each([0, 10_001])('has no part %d', async (number) => {
    const UploadId = await create('m7');
    expect(await failureOf(part('m7', UploadId, number, last))).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
    });
  });

  it('takes parts from other objects', async () => {
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key: 'src', Body: first }));
    const UploadId = await create('m8');
    const from = (PartNumber: number, CopySourceRange?: string) =>
      bucket.s3.send(
        new UploadPartCopyCommand({
          Bucket: bucket.Bucket,
          Key: 'm8',
          UploadId,
          PartNumber,
          CopySource: `${bucket.Bucket}/src`,
          CopySourceRange,
        }),
      );
    const one = await from(1);
    expect(one.CopyPartResult?.ETag).toBe(`"${md5(first).digest('hex')}"`);
    const two = await from(2, 'bytes=10-19');
    expect(await failureOf(from(3, 'bytes=0-'))).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(await failureOf(from(3, `bytes=0-${fiveMiB}`))).toMatchObject({ status: 400, code: 'InvalidArgument' });
    await complete('m8', UploadId, [
      { PartNumber: 1, ETag: one.CopyPartResult?.ETag },
      { PartNumber: 2, ETag: two.CopyPartResult?.ETag },
    ]);
    const object = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.Bucket, Key: 'm8', Range: 'bytes=-10' }));
    expect(Buffer.compare((await object.Body?.transformToByteArray()) ?? Buffer.alloc(0), first.subarray(10, 20))).toBe(0);
  });

  it('copied is one piece, with an MD5 of its own', async () => {
    const { UploadId, Parts } = await twoParts('m9');
    await complete('m9', UploadId, Parts);
    const { CopyObjectResult } = await bucket.s3.send(
      new CopyObjectCommand({ Bucket: bucket.Bucket, Key: 'm9-copy', CopySource: `${bucket.Bucket}/m9` }),
    );
    expect(CopyObjectResult?.ETag).toBe(`"${md5(Buffer.concat([first, last])).digest('hex')}"`);
  });

  it('is listed with its parts until it is aborted', async () => {
    const own = await newBucket();
    bucket = { ...own };
    const UploadId = await create('dir/a');
    const other = await create('dir/b');
    const top = await create('top');
    for (const n of [1, 2, 3]) await part('dir/a', UploadId, n, last);
    const at = { Bucket: own.Bucket };
    const parts = await own.s3.send(new ListPartsCommand({ ...at, Key: 'dir/a', UploadId, MaxParts: 2 }));
    expect(parts).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2', Parts: [{ PartNumber: 1, Size: 7 }, { PartNumber: 2 }] });
    const rest = await own.s3.send(new ListPartsCommand({ ...at, Key: 'dir/a', UploadId, PartNumberMarker: parts.NextPartNumberMarker }));
    expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3 }] });
    const all = await own.s3.send(new ListMultipartUploadsCommand(at));
    expect(all.Uploads?.map((upload) => upload.UploadId)).toEqual([UploadId, other, top]);
    const page = await own.s3.send(new ListMultipartUploadsCommand({ ...at, MaxUploads: 1 }));
    expect(page).toMatchObject({ IsTruncated: true, NextKeyMarker: 'dir/a', NextUploadIdMarker: UploadId });
    const next = await own.s3.send(
      new ListMultipartUploadsCommand({ ...at, KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }),
    );
    expect(next.Uploads?.map((upload) => upload.Key)).toEqual(['dir/b', 'top']);
    expect(await own.s3.send(new ListMultipartUploadsCommand({ ...at, Delimiter: '/' }))).toMatchObject({
      CommonPrefixes: [{ Prefix: 'dir/' }],
      Uploads: [{ Key: 'top' }],
    });
    await own.s3.send(new AbortMultipartUploadCommand({ ...at, Key: 'dir/a', UploadId }));
    expect(await failureOf(own.s3.send(new ListPartsCommand({ ...at, Key: 'dir/a', UploadId })))).toMatchObject({
      status: 404,
      code: 'NoSuchUpload',
    });
  });

  it('by lib-storage works from a stream', async () => {
    const whole = Buffer.concat([first, first, last]);
    const body = Readable.from(
      (function* () {
        for (let at = 0; at < whole.length; at += 100_000) yield whole.subarray(at, at + 100_000);
      })(),
    );
    await new Upload({ client: bucket.s3, params: { Bucket: bucket.Bucket, Key: 'lib', Body: body } }).done();
    const object = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.Bucket, Key: 'lib' }));
    expect(Buffer.compare((await object.Body?.transformToByteArray()) ?? Buffer.alloc(0), whole)).toBe(0);
  });

  it.each([
    [{ ChecksumType: 'FULL_OBJECT' as const }],
    [{ ChecksumAlgorithm: 'SHA1' as const, ChecksumType: 'FULL_OBJECT' as const }],
    [{ ChecksumAlgorithm: 'CRC64NVME' as const, ChecksumType: 'COMPOSITE' as const }],
  ])('cannot begin with %j', async (input) => {
    // The SDK would name an algorithm by itself.
    bucket.s3.middlewareStack.remove('flexibleChecksumsInputMiddleware');
    expect(await failureOf(create('never', input))).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });
});
