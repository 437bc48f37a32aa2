/** Multipart uploads: create, parts, complete, abort, and their listings. */
import type { S3 } from '../../../../generated/api/s3';
import { type BlobRef, checksumOf, defineOperations, type IoContext, io, type Tx } from '../../../kernel';
import { requireAclAllowed } from '../acl-rules';
import { receiveBody } from '../bodies';
import { isCombinable } from '../crc-combine';
import { badDigest, invalidRequest, noSuchUpload, operationAborted } from '../errors';
import { atOwner, refuseCustomerKey, requireBucket } from '../find';
import { listPage } from '../listing';
import { traitsOf } from '../metadata';
import { announce } from '../notices';
import {
  type Algorithm,
  checksumOfObject,
  declaredAlgorithm,
  declaredValue,
  defaultAlgorithm,
  givenChecksum,
  toChecksumMember,
  toChecksumMembers,
} from '../object-checksum';
import { requireKey } from '../object-key';
import { ownerOf } from '../owner';
import { type Bucket, type ObjectChecksum, Objects, Parts, type StoredObject, type StoredPart, type Upload, Uploads } from '../state';
import { multipartChecksum, multipartETag, putPart, removeUpload, requirePartNumber, requireParts, requireUpload } from '../uploads';
import { requireWritable, type WrittenVersion, writeObject, writtenVersion } from '../writes';
import { requireAlgorithm } from './copies';
import { encoderFor, requirePageSize } from './listings';

type CompleteInput = S3['CompleteMultipartUpload']['input'];

export const uploads = defineOperations<S3>()({
  CreateMultipartUpload(ctx, input) {
    const key = requireKey(input.Key);
    refuseCustomerKey(ctx, input);
    const traits = traitsOf(input);
    const algorithm = requireAlgorithm(input.ChecksumAlgorithm);
    const checksumType = requireChecksumType(algorithm, input.ChecksumType);
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    requireAclAllowed(ctx.principal, ctx.tx, bucket, input);
    const upload: Upload = {
      bucket: bucket.name,
      key,
      uploadId: ctx.id(ctx.now.toString(36).padStart(9, '0'), 71),
      initiatedAt: ctx.now - (ctx.now % 1000),
      initiatorArn: ctx.principal.arn,
      algorithm: algorithm ?? defaultAlgorithm,
      checksumType,
      algorithmChosen: algorithm !== undefined,
      ...traits,
    };
    atOwner(ctx.tx, bucket).put(Uploads, upload);
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.uploadId,
      ServerSideEncryption: 'AES256',
      ...(algorithm && { ChecksumAlgorithm: algorithm, ChecksumType: checksumType }),
    };
  },

  UploadPart: io(async (ctx, input) => {
    const key = requireKey(input.Key);
    const number = requirePartNumber(input.PartNumber);
    refuseCustomerKey(ctx, input);
    const upload = await ctx.transact((tx) =>
      requireUpload(tx, requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner), key, input.UploadId),
    );
    const algorithm = upload.algorithm as Algorithm;
    const declared = declaredAlgorithm(input, ctx.request.headers);
    requireUploadAlgorithm(upload, declared);
    const body = await receiveBody(ctx, input.Body ?? emptyBody, {
      compute: declared === algorithm ? undefined : algorithm,
      mayInline: false,
    });
    const checksum = (declared === algorithm ? declaredValue(algorithm, input, input.Body) : body.checksum) ?? '';
    const part = await putPart(ctx, { ...input, Key: key }, number, body, checksum);
    const echoed = declared ? declaredValue(declared, input, input.Body) : undefined;
    return {
      ETag: `"${part.etag}"`,
      ServerSideEncryption: 'AES256',
      ...(declared && echoed ? toChecksumMember(declared, echoed) : toChecksumMember(algorithm, checksum)),
    };
  }),

  CompleteMultipartUpload: io(async (ctx, input) => {
    const key = requireKey(input.Key);
    const begun = await ctx.transact((tx) => findCompletion(ctx, tx, input, key));
    if ('done' in begun) return toCompleted(ctx, begun);
    const { upload, parts } = begun;
    const checksum = await multipartChecksum(upload, parts, async (algorithm, bytes) => checksumOf(algorithm, bytes));
    requireClaims(input, upload, checksum, parts);
    let blob: BlobRef;
    try {
      // One part is shared as it is; it loses its other user with the part's record.
      blob = parts.length === 1 ? parts[0]!.blob : await ctx.blobs.concat(parts.map((part) => part.blob));
    } catch (error) {
      // A part that was replaced, or an upload that ended meanwhile, took its bytes with it: what is there now decides.
      const now = await ctx.transact((tx) => findCompletion(ctx, tx, input, key));
      if ('done' in now) return toCompleted(ctx, now);
      throw error;
    }
    try {
      return toCompleted(ctx, await ctx.transact((tx) => complete(ctx, tx, input, { key, parts, checksum, blob })));
    } catch (error) {
      if (parts.length > 1) await ctx.blobs.delete(blob.id);
      throw error;
    }
  }),

  AbortMultipartUpload(ctx, input) {
    const key = requireKey(input.Key);
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const upload = requireUpload(ctx.tx, bucket, key, input.UploadId);
    removeUpload(ctx.tx, bucket, upload);
    return {};
  },

  ListParts(ctx, input) {
    const key = requireKey(input.Key);
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const upload = requireUpload(ctx.tx, bucket, key, input.UploadId);
    const limit = requirePageSize(input.MaxParts, 'max-parts');
    const marker = Number(input.PartNumberMarker ?? 0);
    const found = atOwner(ctx.tx, bucket).scan(Parts, { prefix: upload.uploadId, after: [upload.uploadId, marker], limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.uploadId,
      PartNumberMarker: marker,
      NextPartNumberMarker: page[page.length - 1]?.number ?? 0,
      MaxParts: limit,
      IsTruncated: limit > 0 && found.length > limit,
      ...(page.length > 0 && { Parts: page.map((part) => toPart(upload, part)) }),
      Initiator: { ID: upload.initiatorArn },
      Owner: ownerOf(bucket.account),
      StorageClass: upload.storageClass ?? 'STANDARD',
      ...(upload.algorithmChosen && { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
    };
  },

  ListMultipartUploads(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const { Delimiter: delimiter = '', Prefix: prefix = '', KeyMarker: keyMarker = '' } = input;
    // "If key-marker is not specified, the upload-id-marker parameter is ignored."
    const uploadIdMarker = keyMarker === '' ? '' : (input.UploadIdMarker ?? '');
    const limit = requirePageSize(input.MaxUploads, 'max-uploads');
    const encode = encoderFor(input.EncodingType);
    const there = atOwner(ctx.tx, bucket);
    const page = listPage<Pick<Upload, 'key' | 'uploadId'> & Partial<Upload>>(
      { prefix, delimiter, marker: keyMarker, limit },
      (upload) => upload.key,
      (seek, max) =>
        there.scan(Uploads, {
          prefix: bucket.name,
          textPrefix: prefix,
          ...('after' in seek ? { after: [bucket.name, seek.after.key, seek.after.uploadId] } : { from: [bucket.name, seek.from ?? ''] }),
          limit: max,
        }),
      uploadIdMarker === '' ? undefined : { after: { key: keyMarker, uploadId: uploadIdMarker } },
    );
    const { commonPrefixes, last } = page;
    const items = page.items as readonly Upload[];
    return {
      Bucket: bucket.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: uploadIdMarker,
      ...(page.truncated && last && { NextKeyMarker: encode('item' in last ? last.item.key : last.commonPrefix) }),
      ...(page.truncated && last && { NextUploadIdMarker: 'item' in last ? last.item.uploadId : '' }),
      Prefix: encode(prefix),
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      MaxUploads: limit,
      IsTruncated: page.truncated,
      ...(items.length > 0 && { Uploads: items.map((upload) => toUpload(bucket, upload, encode)) }),
      ...(commonPrefixes.length > 0 && { CommonPrefixes: commonPrefixes.map((Prefix) => ({ Prefix: encode(Prefix) })) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
    };
  },
});

const emptyBody = { length: 0, checksums: {}, buffered: new Uint8Array(0), async *[Symbol.asyncIterator]() {} };

/** Whole-object checksums need an algorithm whose values can be combined; CRC64NVME knows no other kind (CreateMultipartUpload, ChecksumType). */
function requireChecksumType(algorithm: Algorithm | undefined, given: string | undefined): 'FULL_OBJECT' | 'COMPOSITE' {
  if (given !== undefined && given !== 'FULL_OBJECT' && given !== 'COMPOSITE')
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  if (algorithm === undefined) {
    if (given !== undefined)
      throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
    return 'FULL_OBJECT';
  }
  const usual = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const isPossible = given === undefined || given === usual || (given === 'FULL_OBJECT' && isCombinable(algorithm));
  if (!isPossible)
    throw invalidRequest(`The ${given} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`);
  return given ?? usual;
}

/** A part must bring the upload's checksum, unless S3 can work it out: for whole-object checksums it does. */
function requireUploadAlgorithm(upload: Upload, declared: Algorithm | undefined): void {
  if (!upload.algorithmChosen || declared === upload.algorithm) return;
  if (declared === undefined && upload.checksumType === 'FULL_OBJECT') return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${declared?.toLowerCase() ?? 'null'}`,
  );
}

interface Completed {
  readonly written: WrittenVersion;
  readonly done: StoredObject;
}

type Completion = Completed | { readonly upload: Upload; readonly parts: StoredPart[] };

/** What a completion is about; one that is repeated finds its object there already and succeeds again. */
function findCompletion(ctx: IoContext, tx: Tx, input: CompleteInput, key: string): Completion {
  const bucket = requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner);
  const there = atOwner(tx, bucket);
  const upload = there.get(Uploads, [bucket.name, key, input.UploadId]);
  if (!upload) {
    const done = there.get(Objects, [bucket.name, key]);
    if (done?.uploadId === input.UploadId) return { done, written: writtenVersion(tx, bucket, done) };
    throw noSuchUpload(input.UploadId);
  }
  const parts = requireParts(tx, bucket, upload, input.MultipartUpload?.Parts ?? []);
  requireWritable(tx, bucket, key, input);
  return { upload, parts };
}

/** What the client says of the whole must be so. */
function requireClaims(input: CompleteInput, upload: Upload, checksum: ObjectChecksum, parts: readonly StoredPart[]): void {
  if (input.ChecksumType !== undefined && input.ChecksumType !== upload.checksumType)
    throw invalidRequest(
      `The upload was created using the ${upload.checksumType} checksum mode. The complete request must use the same checksum mode.`,
    );
  const given = givenChecksum(input);
  if (given?.algorithm === upload.algorithm && given.value !== checksum.value && `${given.value}-${parts.length}` !== checksum.value)
    throw badDigest(given.algorithm.toLowerCase());
  const size = sizeOf(parts);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== size)
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
    );
}

interface Whole {
  readonly key: string;
  readonly parts: readonly StoredPart[];
  readonly checksum: ObjectChecksum;
  readonly blob: { readonly id: string; readonly size: number };
}

function complete(ctx: IoContext, tx: Tx, input: CompleteInput, { key, parts, checksum, blob }: Whole): Completed {
  const again = findCompletion(ctx, tx, input, key);
  // Aborted, completed or with another part since the bytes were joined.
  if ('done' in again || again.parts.some((part, i) => part.blob.id !== parts[i]!.blob.id)) throw operationAborted();
  const { uploadId, algorithmChosen } = again.upload;
  const bucket = requireBucket(ctx, tx, input.Bucket);
  const done = writeObject(tx, bucket, again.upload, {
    key,
    uploadId,
    size: sizeOf(parts),
    etag: multipartETag(parts),
    checksum,
    parts: parts.map(({ number, size, checksum: value }) => ({ number, size, ...(algorithmChosen && { checksum: value }) })),
    blobId: blob.id,
  });
  removeUpload(tx, bucket, again.upload);
  announce(ctx, tx, bucket, 'ObjectCreated:CompleteMultipartUpload', done);
  return { done, written: writtenVersion(tx, bucket, done) };
}

function sizeOf(parts: readonly StoredPart[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0);
}

function toCompleted(ctx: IoContext, { written, done: object }: Completed): S3['CompleteMultipartUpload']['output'] {
  return {
    Location: `${ctx.request.baseUrl}/${object.bucket}/${encodeURIComponent(object.key)}`,
    Bucket: object.bucket,
    Key: object.key,
    ETag: `"${object.etag}"`,
    ServerSideEncryption: 'AES256',
    ...written,
    ...toChecksumMembers(checksumOfObject(object)),
  };
}

function toPart(upload: Upload, part: StoredPart) {
  return {
    PartNumber: part.number,
    LastModified: part.modifiedAt,
    ETag: `"${part.etag}"`,
    Size: part.size,
    ...(upload.algorithmChosen && toChecksumMember(upload.algorithm, part.checksum)),
  };
}

function toUpload(bucket: Bucket, upload: Upload, encode: (text: string) => string) {
  return {
    Key: encode(upload.key),
    UploadId: upload.uploadId,
    Initiated: upload.initiatedAt,
    Initiator: { ID: upload.initiatorArn },
    Owner: ownerOf(bucket.account),
    StorageClass: upload.storageClass ?? 'STANDARD',
    ...(upload.algorithmChosen && { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
  };
}
