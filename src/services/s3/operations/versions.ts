/** Versioning: switching it on and off, and listing every version that there is. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, type TxContext } from '../../../kernel';
import { headerNotImplemented, invalidArgument, malformedXml, mfaOff } from '../errors';
import { atOwner, requireBucket, requireVersionId } from '../find';
import { type ListQuery, listPage, type Seek } from '../listing';
import { compareKeys } from '../object-key';
import { ownerOf } from '../owner';
import { requireDocument } from '../required';
import { type Bucket, Buckets, Objects, type Version, Versions } from '../state';
import { modifiedAt } from '../times';
import { findVersion, isMarker, newestOld } from '../versions';
import { encoderFor, requirePageSize } from './listings';

/** A version and whether a read without a version id finds it. */
interface Entry {
  readonly version: Version;
  readonly isCurrent: boolean;
}

export const versions = defineOperations<S3>()({
  PutBucketVersioning(ctx, input) {
    const { Status: status, MFADelete: mfaDelete } = requireDocument(input.VersioningConfiguration);
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    if (mfaDelete === 'Enabled' && input.MFA === undefined) throw mfaOff();
    if (mfaDelete === 'Enabled') throw headerNotImplemented('x-amz-mfa');
    if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
    ctx.tx.put(Buckets, { ...bucket, versioning: status as 'Enabled' | 'Suspended' });
    return {};
  },

  GetBucketVersioning(ctx, input) {
    const { versioning } = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    return versioning ? { Status: versioning } : {};
  },

  ListObjectVersions(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const { Delimiter: delimiter = '', Prefix: prefix = '', KeyMarker: marker = '', VersionIdMarker: versionMarker } = input;
    if (versionMarker !== undefined && marker === '')
      throw invalidArgument('A version-id marker cannot be specified without a key marker.', 'version-id-marker', versionMarker);
    const limit = requirePageSize(input.MaxKeys, 'max-keys');
    const encode = encoderFor(input.EncodingType);
    const page = listPage<Entry>(
      { prefix, delimiter, marker, limit },
      ({ version }) => version.key,
      (seek, max) => readVersions(ctx, bucket, prefix, seek, max),
      versionMarker ? { after: requireMarker(ctx, bucket, marker, versionMarker) } : undefined,
    );
    const { items, commonPrefixes, last } = page;
    const found = items.filter(({ version }) => !isMarker(version)).map((entry) => toVersion(bucket, entry, encode));
    const markers = items.filter(({ version }) => isMarker(version)).map((entry) => toMarker(bucket, entry, encode));
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      KeyMarker: encode(marker),
      VersionIdMarker: versionMarker ?? '',
      MaxKeys: limit,
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      IsTruncated: page.truncated,
      ...(page.truncated && last && { NextKeyMarker: encode('item' in last ? last.item.version.key : last.commonPrefix) }),
      ...(page.truncated && last && 'item' in last && { NextVersionIdMarker: last.item.version.versionId }),
      ...(found.length > 0 && { Versions: found }),
      ...(markers.length > 0 && { DeleteMarkers: markers }),
      ...(commonPrefixes.length > 0 && { CommonPrefixes: commonPrefixes.map((each) => ({ Prefix: encode(each) })) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
    };
  },
});

/** The two collections as one: by key, each key's current version first, then the older ones. */
function readVersions(ctx: TxContext, bucket: Bucket, prefix: ListQuery['prefix'], seek: Seek<Entry>, limit: number): Entry[] {
  const there = atOwner(ctx.tx, bucket);
  const within = { prefix: bucket.name, textPrefix: prefix, limit };
  const current = there.scan(Objects, {
    ...within,
    ...('after' in seek ? { after: [bucket.name, seek.after.version.key] } : { from: [bucket.name, seek.from ?? ''] }),
  });
  const old = there.scan(Versions, {
    ...within,
    ...('after' in seek ? afterEntry(bucket, seek.after) : { from: [bucket.name, seek.from ?? ''] }),
  });
  const merged: Entry[] = [];
  let i = 0;
  let j = 0;
  while (merged.length < limit && (i < current.length || j < old.length)) {
    const [a, b] = [current[i], old[j]];
    if (a && (!b || compareKeys(a.key, b.key) <= 0)) {
      merged.push({ version: a, isCurrent: true });
      i++;
    } else if (b) {
      merged.push({ version: b, isCurrent: isCurrentMarker(ctx, bucket, b) });
      j++;
    }
  }
  return merged;
}

function afterEntry(bucket: Bucket, { version, isCurrent }: Entry) {
  // What follows a current version are the older ones of the same key; a marker that is current stands among them itself.
  return isCurrent && !isMarker(version) ? { from: [bucket.name, version.key] } : { after: [bucket.name, version.key, version.order ?? 0] };
}

function isCurrentMarker(ctx: TxContext, bucket: Bucket, version: Version): boolean {
  if (!isMarker(version)) return false;
  const there = atOwner(ctx.tx, bucket);
  return !there.has(Objects, [bucket.name, version.key]) && newestOld(there, bucket.name, version.key)?.order === version.order;
}

function requireMarker(ctx: TxContext, bucket: Bucket, key: string, versionId: string): Entry {
  const version = findVersion(ctx.tx, bucket, key, requireVersionId(versionId));
  if (!version) throw invalidArgument('Invalid version id specified', 'version-id-marker', versionId);
  return { version, isCurrent: atOwner(ctx.tx, bucket).get(Objects, [bucket.name, key])?.versionId === versionId };
}

function toVersion(bucket: Bucket, { version, isCurrent }: Entry, encode: (text: string) => string) {
  const object = version as Exclude<Version, { isMarker: true }>;
  return {
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: [object.checksumAlgorithm as never],
    ChecksumType: object.checksumType,
    Size: object.size,
    StorageClass: object.storageClass ?? 'STANDARD',
    Key: encode(object.key),
    VersionId: object.versionId,
    IsLatest: isCurrent,
    LastModified: modifiedAt(object),
    Owner: ownerOf(bucket.account),
  };
}

function toMarker(bucket: Bucket, { version, isCurrent }: Entry, encode: (text: string) => string) {
  return {
    Owner: ownerOf(bucket.account),
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: isCurrent,
    LastModified: modifiedAt(version),
  };
}
