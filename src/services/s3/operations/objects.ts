/** Objects: put, get, head, delete, and their attributes. */
import type { S3 } from '../../../../generated/api/s3';
import { AwsError, defineOperations, io, type Tx, type TxContext } from '../../../kernel';
import { deletionNeeds } from '../access';
import { requireAclAllowed } from '../acl-rules';
import { receiveBody, toResponseBody } from '../bodies';
import { checkWrite } from '../conditions';
import { headerNotImplemented, invalidArgument, invalidRequest, malformedXml, noSuchKey, preconditionFailed } from '../errors';
import { atOwner, contentOf, refuseCustomerKey, requireBucket, requireVersionId, requireVisibleObject } from '../find';
import { traitsOf } from '../metadata';
import { announce } from '../notices';
import {
  algorithms,
  checksumOfObject,
  declaredAlgorithm,
  declaredValue,
  defaultAlgorithm,
  toChecksumMember,
  toChecksumMembers,
} from '../object-checksum';
import { requireKey } from '../object-key';
import { requireReadable, selectObject } from '../reads';
import { requireDocument, requireElement, requireHeader } from '../required';
import { type Bucket, Objects, type StoredObject } from '../state';
import { modifiedAt } from '../times';
import { deleteKey, deleteVersion, findVersion, isMarker } from '../versions';
import { requireWritable, type WrittenVersion, writeObject, writtenVersion } from '../writes';

const maxBatch = 1000;

export const objects = defineOperations<S3>()({
  PutObject: io(async (ctx, input) => {
    const key = requireKey(input.Key);
    refuseCustomerKey(ctx, input);
    if (input.WriteOffsetBytes !== undefined) throw headerNotImplemented('x-amz-write-offset-bytes');
    const traits = traitsOf(input);
    const declared = declaredAlgorithm(input, ctx.request.headers);
    const isStreamed = input.Body !== undefined && input.Body.buffered === undefined;
    // What can be refused without reading gigabytes is.
    if (isStreamed)
      await ctx.transact((tx) => {
        const bucket = requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner);
        requireAclAllowed(ctx.principal, tx, bucket, input);
        requireWritable(tx, bucket, key, input);
      });
    const body = await receiveBody(ctx, input.Body, { compute: declared === undefined ? defaultAlgorithm : undefined });
    const algorithm = declared ?? defaultAlgorithm;
    const value = declared === undefined ? body.checksum : declaredValue(declared, input, input.Body);
    const checksum = { algorithm, type: 'FULL_OBJECT', value: value ?? '' } as const;
    let written: WrittenVersion;
    try {
      written = await ctx.transact((tx) => {
        const bucket = requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner);
        if (!isStreamed) requireAclAllowed(ctx.principal, tx, bucket, input);
        requireWritable(tx, bucket, key, input, isStreamed);
        const { size, md5: etag, blob } = body;
        const object = writeObject(tx, bucket, traits, { key, size, etag, checksum, blobId: blob?.id }, body.inline);
        announce(ctx, tx, bucket, 'ObjectCreated:Put', object);
        return writtenVersion(tx, bucket, object);
      });
    } catch (error) {
      await body.discard();
      throw error;
    }
    return { ETag: `"${body.md5}"`, ServerSideEncryption: 'AES256', ...written, ...toChecksumMembers(checksum) };
  }),

  GetObject: io(async (ctx, input) => {
    const { selected, content } = await ctx.transact((tx, inner) => {
      const found = selectObject(inner, tx, input);
      requireReadable(found.object);
      return { selected: found, content: contentOf(tx, found.bucket, found.object) };
    });
    return { Body: toResponseBody(ctx, content, selected.range), ...selected.output };
  }),

  HeadObject: (ctx, input) => selectObject(ctx, ctx.tx, input).output,

  GetObjectAttributes(ctx, input) {
    const key = requireKey(input.Key);
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const object = requireVisibleObject(ctx, ctx.tx, bucket, key, input.VersionId);
    const wanted = new Set(
      requireHeader(input.ObjectAttributes, 'x-amz-object-attributes')
        .flatMap((name) => name.split(','))
        .map((name) => name.trim()),
    );
    for (const name of wanted)
      if (!['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'].includes(name))
        throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', name);
    return {
      LastModified: modifiedAt(object),
      ...(bucket.versioning && { VersionId: object.versionId }),
      // Without quotes, unlike everywhere else.
      ...(wanted.has('ETag') && { ETag: object.etag }),
      ...(wanted.has('Checksum') && { Checksum: toChecksumMembers(checksumOfObject(object)) }),
      ...(wanted.has('ObjectParts') && object.parts && { ObjectParts: pageOfParts(object, input.MaxParts, input.PartNumberMarker) }),
      ...(wanted.has('StorageClass') && { StorageClass: object.storageClass ?? 'STANDARD' }),
      ...(wanted.has('ObjectSize') && { ObjectSize: object.size }),
    };
  },

  DeleteObject(ctx, input) {
    const key = requireKey(input.Key);
    if (input.IfMatchLastModifiedTime !== undefined) throw headerNotImplemented('x-amz-if-match-last-modified-time');
    if (input.IfMatchSize !== undefined) throw headerNotImplemented('x-amz-if-match-size');
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const { version, isMarker } = deleteObject(ctx, bucket, key, input.VersionId, input.IfMatch);
    if (version === undefined) return {};
    return isMarker ? { DeleteMarker: true, VersionId: version } : { VersionId: version };
  },

  DeleteObjects(ctx, input) {
    requireIntegrityHeader(ctx.request.headers);
    const { Objects: listed, Quiet: quiet } = requireDocument(input.Delete);
    const items = requireElement(listed);
    if (items.length === 0 || items.length > maxBatch || items.some((item) => item.Key === undefined)) throw malformedXml();
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const deleted = [];
    const errors = [];
    for (const { Key, VersionId, ETag, LastModifiedTime, Size } of items) {
      const named = { Key, ...(VersionId !== undefined && { VersionId }) };
      try {
        for (const need of deletionNeeds({ Key, VersionId, IfMatch: ETag, ...input }, ctx.place, ctx.request)) ctx.authorise(need);
        if (LastModifiedTime !== undefined || Size !== undefined) throw headerNotImplemented('Size');
        const { version, isMarker } = deleteObject(ctx, bucket, requireKey(Key), VersionId, ETag);
        if (!quiet) deleted.push(isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: version, ...named } : named);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        errors.push({ Code: error.code, Message: error.message, ...named });
      }
    }
    return { ...(deleted.length > 0 && { Deleted: deleted }), ...(errors.length > 0 && { Errors: errors }) };
  },
});

/** Which version is gone, or came to be a delete marker. */
interface Deletion {
  readonly version?: string | undefined;
  readonly isMarker?: boolean;
}

/** Deleting what is not there succeeds, unless a condition says that it must be there. */
function deleteObject(ctx: TxContext, bucket: Bucket, key: string, versionId: string | undefined, ifMatch: string | undefined): Deletion {
  const { tx } = ctx;
  if (ifMatch !== undefined) requireMatch(tx, bucket, key, versionId, ifMatch);
  if (versionId !== undefined) {
    const version = deleteVersion(tx, bucket, key, requireVersionId(versionId));
    if (version) announce(ctx, tx, bucket, 'ObjectRemoved:Delete', version);
    return { version: versionId, isMarker: version !== undefined && isMarker(version) };
  }
  const { marker, removed } = deleteKey(tx, bucket, key);
  if (marker) announce(ctx, tx, bucket, 'ObjectRemoved:DeleteMarkerCreated', marker);
  else if (removed) announce(ctx, tx, bucket, 'ObjectRemoved:Delete', removed);
  return marker ? { version: marker.versionId, isMarker: true } : {};
}

function requireMatch(tx: Tx, bucket: Bucket, key: string, versionId: string | undefined, ifMatch: string): void {
  const there = atOwner(tx, bucket);
  const found = versionId === undefined ? there.get(Objects, [bucket.name, key]) : findVersion(tx, bucket, key, versionId);
  const verdict = checkWrite(ifMatch, undefined, found && !isMarker(found) ? found : undefined);
  if (verdict === 'missing') throw noSuchKey(key);
  if (verdict !== 'ok') throw preconditionFailed('If-Match');
}

/** "The Content-MD5 request header is required for all Multi-Object Delete requests", or a checksum in its stead. */
function requireIntegrityHeader(headers: Readonly<Record<string, string | undefined>>): void {
  // Calls from inside the process have no wire on which bytes could be lost.
  if (headers.host === undefined || headers['content-md5'] !== undefined) return;
  if (algorithms.some((algorithm) => headers[`x-amz-checksum-${algorithm.toLowerCase()}`] !== undefined)) return;
  if (headers['x-amz-trailer']?.includes('x-amz-checksum-')) return;
  throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
}

function pageOfParts(object: StoredObject, maxParts = 1000, marker = 0) {
  const parts = object.parts ?? [];
  const limit = Math.min(maxParts, 1000);
  const rest = parts.filter((part) => part.number > marker);
  const page = rest.slice(0, limit);
  // Parts are told one by one only when they have checksums of their own (GetObjectAttributes, ObjectParts).
  if (!page.some((part) => part.checksum)) return { TotalPartsCount: parts.length };
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: page[page.length - 1]?.number ?? 0,
    MaxParts: limit,
    IsTruncated: rest.length > limit,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      Size: part.size,
      ...(part.checksum && toChecksumMember(object.checksumAlgorithm, part.checksum)),
    })),
  };
}
