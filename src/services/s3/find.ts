/** Finds buckets and objects for a request, or answers as S3 does when they are not there or not here. */
import { type AccessNeed, AwsError, objectArn, type Place, type RequestFacts, type Tx } from '../../kernel';
import { existenceNeed } from './access';
import {
  accessDenied,
  invalidArgument,
  keyDeleted,
  markerNotAllowed,
  noSuchBucket,
  noSuchKey,
  noSuchVersion,
  permanentRedirect,
  ssecBlocked,
} from './errors';
import { type InlineBytes, noBytes } from './inline-bytes';
import { Bodies, type Bucket, Buckets, Objects, type StoredObject, Versions } from './state';
import { modifiedAt } from './times';

interface Caller {
  readonly region: string;
  readonly request: RequestFacts;
}

/** The bucket, if it is owned by whom the caller expects and lives in the region the caller signed for. */
export function requireBucket(ctx: Caller, tx: Tx, name: string, expectedOwner?: string | undefined): Bucket {
  const bucket = requireBucketAnywhere(tx, name, expectedOwner);
  // SigV2 and unsigned requests name no region. Clients follow the redirect by its x-amz-bucket-region header.
  if (bucket.region !== ctx.region && ctx.request.signature?.version === 'v4') throw permanentRedirect(name, bucket.region);
  return bucket;
}

/** For sources of copies, and for GetBucketLocation, which every region answers. */
export function requireBucketAnywhere(tx: Tx, name: string, expectedOwner?: string | undefined): Bucket {
  const bucket = tx.get(Buckets, name);
  if (!bucket) throw noSuchBucket(name);
  if (expectedOwner !== undefined && expectedOwner !== bucket.account) throw accessDenied();
  return bucket;
}

/** Where a bucket's objects are: at its owner's, whoever asks. */
export function atOwner(tx: Tx, bucket: Bucket): Tx {
  return tx.place.account === bucket.account ? tx : tx.in({ account: bucket.account });
}

/** What reads need of their context, besides what finding a bucket takes. */
export interface Reader extends Caller {
  readonly place: Place;
  authorise(need: AccessNeed): void;
}

/** The object, or its absence for those who may know of it: for others what is missing is denied (GetObject, "Permissions"). */
export function requireVisibleObject(ctx: Reader, tx: Tx, bucket: Bucket, key: string, versionId?: string | undefined): StoredObject {
  try {
    return requireObject(tx, bucket, key, versionId);
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) ctx.authorise(existenceNeed(bucket.name, ctx.place, ctx.request));
    throw error;
  }
}

/** The current version, or the one that is named. Delete markers stand in the way of both, each in its own way. */
export function requireObject(tx: Tx, bucket: Bucket, key: string, versionId?: string | undefined): StoredObject {
  const there = atOwner(tx, bucket);
  const object = there.get(Objects, [bucket.name, key]);
  if (versionId === undefined) {
    if (object) return object;
    const marker = bucket.versioning && there.scan(Versions, { prefix: [bucket.name, key], limit: 1 })[0];
    throw marker ? keyDeleted(key, marker.versionId) : noSuchKey(key);
  }
  requireVersionId(versionId);
  if (object?.versionId === versionId) return object;
  const version = there.find(Versions, 'id', [bucket.name, key, versionId]);
  if (!version) throw noSuchVersion(key, versionId);
  if ('isMarker' in version) throw markerNotAllowed(versionId, modifiedAt(version));
  return version;
}

/** An id that might be a version's. */
export function requireVersionId(versionId: string): string {
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', versionId);
  if (versionId !== 'null' && !/^[A-Za-z0-9._-]{32}$/.test(versionId))
    throw invalidArgument('Invalid version id specified', 'versionId', versionId);
  return versionId;
}

/** Stores an object with its inline bytes, in place of what was there. Empty ones need no row. */
export function storeObject(tx: Tx, bucket: Bucket, object: StoredObject, bytes: InlineBytes | undefined): void {
  const there = atOwner(tx, bucket);
  const { bucket: name, key, versionId } = object;
  if (bytes && bytes.length > 0) there.put(Bodies, { bucket: name, key, versionId, bytes });
  else removeBody(there, object);
  there.put(Objects, object);
}

export function removeObject(tx: Tx, bucket: Bucket, object: StoredObject): void {
  const there = atOwner(tx, bucket);
  if (object.blobId === undefined) removeBody(there, object);
  there.delete(Objects, object);
}

/** Deletes the row of a version in Bodies, if there is one. */
export function removeBody(there: Tx, { bucket, key, versionId }: StoredObject): void {
  there.delete(Bodies, { bucket, key, versionId, bytes: noBytes });
}

/** An object's bytes, or the blob that has them. */
export type Content = { readonly inline: InlineBytes } | { readonly blobId: string };

export function contentOf(tx: Tx, bucket: Bucket, { bucket: name, key, versionId, size, blobId }: StoredObject): Content {
  if (blobId !== undefined) return { blobId };
  return { inline: (size > 0 && atOwner(tx, bucket).get(Bodies, [name, key, versionId])?.bytes) || noBytes };
}

interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: unknown;
  readonly SSECustomerKeyMD5?: string | undefined;
}

export function hasCustomerKey(input: CustomerKeyInput): boolean {
  return (input.SSECustomerAlgorithm ?? input.SSECustomerKey ?? input.SSECustomerKeyMD5) !== undefined;
}

/** Buckets made since April 2026 refuse customer-provided keys on writes (user guide, "Blocking or unblocking SSE-C"). */
export function refuseCustomerKey(
  ctx: { readonly principal: { readonly arn: string }; readonly partition: string },
  input: CustomerKeyInput & { readonly Bucket: string; readonly Key: string },
): void {
  if (hasCustomerKey(input)) throw ssecBlocked(ctx.principal.arn, 's3:PutObject', objectArn(ctx, input.Bucket, input.Key));
}
