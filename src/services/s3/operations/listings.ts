/** Listing the objects of a bucket, both versions of it. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, escapeXml, fail, PreparedXml, pageToken, readPageToken, type TxContext } from '../../../kernel';
import { invalidArgument } from '../errors';
import { atOwner, requireBucket } from '../find';
import { writeContents } from '../list-xml';
import { type ListEntry, type ListPage, type ListQuery, listPage } from '../listing';
import { urlEncodeKey } from '../object-key';
import { ownerOf } from '../owner';
import { type Bucket, Objects, type StoredObject } from '../state';
import { modifiedAt } from '../times';

const maxPage = 1000;
const tokenKind = 's3-objects';

export const listings = defineOperations<S3>()({
  ListObjects(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const { Delimiter: delimiter = '', Marker: marker = '', Prefix: prefix = '' } = input;
    const limit = requirePageSize(input.MaxKeys, 'max-keys');
    const encode = encoderFor(input.EncodingType);
    const page = listObjects(ctx, bucket, { prefix, delimiter, marker, limit });
    const { last } = page;
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      Marker: encode(marker),
      MaxKeys: limit,
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      IsTruncated: page.truncated,
      // "This element is returned only if you have the delimiter request parameter specified."
      ...(page.truncated && delimiter !== '' && last && { NextMarker: encode(nameOf(last)) }),
      ...toEntries(page, encode, ownerOf(bucket.account)),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
    };
  },

  ListObjectsV2(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const { Delimiter: delimiter = '', Prefix: prefix = '', ContinuationToken: token, StartAfter: startAfter } = input;
    const limit = requirePageSize(input.MaxKeys, 'max-keys');
    const encode = encoderFor(input.EncodingType);
    const marker = token === undefined ? (startAfter ?? '') : requireToken(token);
    const page = listObjects(ctx, bucket, { prefix, delimiter, marker, limit });
    const { last } = page;
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      MaxKeys: limit,
      KeyCount: page.items.length + page.commonPrefixes.length,
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      IsTruncated: page.truncated,
      ...(token !== undefined && { ContinuationToken: token }),
      ...(page.truncated && last && { NextContinuationToken: pageToken(tokenKind, nameOf(last)) }),
      ...(startAfter !== undefined && { StartAfter: encode(startAfter) }),
      ...toEntries(page, encode, input.FetchOwner ? ownerOf(bucket.account) : undefined),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
    };
  },
});

function listObjects(ctx: TxContext, bucket: Bucket, query: ListQuery): ListPage<StoredObject> {
  const there = atOwner(ctx.tx, bucket);
  return listPage<StoredObject>(
    query,
    (object) => object.key,
    (seek, limit) =>
      there.scan(Objects, {
        prefix: bucket.name,
        textPrefix: query.prefix,
        ...('after' in seek ? { after: [bucket.name, seek.after.key] } : { from: [bucket.name, seek.from ?? ''] }),
        limit,
      }),
  );
}

function nameOf(entry: ListEntry<StoredObject>): string {
  return 'item' in entry ? entry.item.key : entry.commonPrefix;
}

function toEntries(page: ListPage<StoredObject>, encode: (text: string) => string, owner: { ID: string } | undefined) {
  const { items, commonPrefixes } = page;
  return {
    ...(items.length > 0 && { Contents: contentsOf(items, encode, owner) as never }),
    ...(commonPrefixes.length > 0 && { CommonPrefixes: commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })) }),
  };
}

/** A page is a thousand of these. An object for each entry, and the walk that writes it, would cost ten times as much. */
function contentsOf(objects: readonly StoredObject[], encode: (text: string) => string, owner: { ID: string } | undefined): PreparedXml {
  const ownerXml = owner === undefined ? '' : `<Owner><ID>${escapeXml(owner.ID)}</ID></Owner>`;
  return new PreparedXml(writeContents(objects, encode, ownerXml), () =>
    objects.map((object) => (owner === undefined ? contentOf(object, encode) : { Owner: owner, ...contentOf(object, encode) })),
  );
}

/** An entry for those who are given objects rather than XML. */
function contentOf(object: StoredObject, encode: (text: string) => string) {
  return {
    Key: encode(object.key),
    LastModified: modifiedAt(object),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: [object.checksumAlgorithm],
    ChecksumType: object.checksumType,
    Size: object.size,
    StorageClass: object.storageClass ?? 'STANDARD',
  };
}

/** At most 1,000, which is also what the answer then says. */
export function requirePageSize(given: number | undefined, name: string): number {
  if (given !== undefined && (given < 0 || given > 2147483647))
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, given);
  return Math.min(given ?? maxPage, maxPage);
}

export function encoderFor(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  return urlEncodeKey;
}

function requireToken(token: string): string {
  const key = readPageToken(tokenKind, token);
  return typeof key === 'string' ? key : fail(invalidArgument('The continuation token provided is incorrect', 'continuation-token', token));
}
