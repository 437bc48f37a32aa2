/** Listing the objects of a bucket, both versions of it. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, fail, pageToken, RecentlyDerived, readPageToken, type TxContext } from '../../../kernel';
import { invalidArgument } from '../errors';
import { atOwner, requireBucket } from '../find';
import { type ListPage, type ListQuery, listPage } from '../listing';
import { urlEncodeKey } from '../object-key';
import { ownerOf } from '../owner';
import { type Bucket, Objects, type StoredObject } from '../state';

const maxPage = 1000;
const tokenKind = 's3-objects';

export const listings = defineOperations<S3>()({
  ListObjects(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const { Delimiter: delimiter = '', Marker: marker = '', Prefix: prefix = '' } = input;
    const limit = requirePageSize(input.MaxKeys, 'max-keys');
    const encode = encoderFor(input.EncodingType);
    const page = listObjects(ctx, bucket, { prefix, delimiter, marker, limit });
    const last = page.entries[page.entries.length - 1];
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
    const last = page.entries[page.entries.length - 1];
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      MaxKeys: limit,
      KeyCount: page.entries.length,
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

function nameOf(entry: ListPage<StoredObject>['entries'][number]): string {
  return 'item' in entry ? entry.item.key : entry.commonPrefix;
}

function toEntries(page: ListPage<StoredObject>, encode: (text: string) => string, owner: { ID: string } | undefined) {
  const contents = [];
  const commonPrefixes = [];
  for (const entry of page.entries) {
    if ('commonPrefix' in entry) commonPrefixes.push({ Prefix: encode(entry.commonPrefix) });
    else contents.push(toContent(entry.item, encode, owner));
  }
  return { ...(contents.length > 0 && { Contents: contents }), ...(commonPrefixes.length > 0 && { CommonPrefixes: commonPrefixes }) };
}

/** Entries of recent pages. They are frozen, so that their XML is written once. */
const recentContents = new RecentlyDerived<StoredObject, ReturnType<typeof makeContent>>(32_768);

function toContent(object: StoredObject, encode: (text: string) => string, owner: { ID: string } | undefined) {
  const key = encode(object.key);
  return key === object.key && owner === undefined
    ? recentContents.of(object, () => makeContent(object, key))
    : { ...makeContent(object, key), ...(owner && { Owner: owner }) };
}

function makeContent(object: StoredObject, key: string) {
  return Object.freeze({
    Key: key,
    LastModified: object.modifiedAt,
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: [object.checksum.algorithm as never],
    ChecksumType: object.checksum.type,
    Size: object.size,
    StorageClass: (object.storageClass ?? 'STANDARD') as never,
  });
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
