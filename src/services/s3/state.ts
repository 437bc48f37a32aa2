/** What S3 keeps. Objects are records without their bytes, so that listing never touches a body. */
import { type BlobRef, bucketArn, collection, counter, type Tags } from '../../kernel';
import { objectFromVersion1, versionFromVersion1 } from './earlier-state';
import type { InlineBytes } from './inline-bytes';

/** Who is granted what: a group by its URI, or an account by its canonical user id. */
export type AclGrant = readonly [grantee: string, permission: string];

/** A canned list by its name, or every grant. */
export type Acl = string | readonly AclGrant[];

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  /** `BucketOwnerEnforced` (no ACLs), `BucketOwnerPreferred` or `ObjectWriter`. */
  readonly ownership: string;
  /** Where the ownership allows one. */
  readonly acl?: Acl | undefined;
  /** Absent in buckets that never had versioning. */
  readonly versioning?: 'Enabled' | 'Suspended' | undefined;
  /** There is a notification configuration, so writes are told. */
  readonly notifies?: boolean | undefined;
  /** There is a lifecycle configuration. */
  readonly expires?: boolean | undefined;
}

/** Names are unique in a partition, whoever owns them. */
export const Buckets = collection<Bucket, 'account'>({
  name: 's3/bucket',
  version: 1,
  scope: 'partition',
  key: (b) => b.name,
  owner: (b) => b.account,
  indexes: { account: (b) => [b.account, b.name] },
  arn: (b, at) => bucketArn(at, b.name),
});

/** Headers that S3 keeps with an object and gives back as they came. */
export interface SystemMetadata {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly expires?: string;
  readonly websiteRedirect?: string;
}

export interface ObjectChecksum {
  /** `CRC32`, as in the model's ChecksumAlgorithm. */
  readonly algorithm: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Base64; composite ones end in `-<parts>`. */
  readonly value: string;
}

interface ObjectPart {
  readonly number: number;
  readonly size: number;
  /** Base64, of the object's algorithm. */
  readonly checksum?: string;
}

/** What a write says about an object besides its bytes; uploads keep it until they are completed. */
export interface ObjectTraits {
  readonly system?: SystemMetadata | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly storageClass?: string | undefined;
  readonly tags?: Tags | undefined;
  readonly acl?: Acl | undefined;
}

/**
 * There may be millions of these in memory, where whatever is an object or a boxed number of its own costs every call time:
 * so nearly all of them are one object and their texts.
 */
export interface StoredObject extends ObjectTraits {
  readonly bucket: string;
  readonly key: string;
  /** `null` for what was written without versioning, or while it was suspended. */
  readonly versionId: string;
  /** Its place in the history of its key: the newest has the lowest. Absent: 0. */
  readonly order?: number | undefined;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Seconds since 1970. */
  readonly modifiedSeconds: number;
  /** The members of its ObjectChecksum. */
  readonly checksumAlgorithm: string;
  readonly checksumType: ObjectChecksum['type'];
  readonly checksumValue: string;
  /** Where its bytes are, unless they are few (then in its row of Bodies) or none. Copies share it. */
  readonly blobId?: string | undefined;
  /** Multipart objects only. */
  readonly parts?: readonly ObjectPart[] | undefined;
  /** The upload it came from, so that completing it again finds it done. */
  readonly uploadId?: string | undefined;
}

/**
 * The current version of each key, unless that is a delete marker. The others are in a collection of their own, so that
 * history never slows a read or a listing of the present.
 */
export const Objects = collection<StoredObject>({
  name: 's3/object',
  version: 2,
  scope: 'account',
  key: (o) => [o.bucket, o.key],
  blobs: blobsOf,
  migrate: { 1: objectFromVersion1 },
});

/** Says that a key was deleted, while its versions stay. */
export interface DeleteMarker {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly order: number;
  readonly modifiedSeconds: number;
  readonly isMarker: true;
}

export type Version = StoredObject | DeleteMarker;

/** Versions that are not current, and delete markers, each key's newest first. */
export const Versions = collection<Version, 'id'>({
  name: 's3/version',
  version: 2,
  scope: 'account',
  key: (v) => [v.bucket, v.key, v.order ?? 0],
  indexes: { id: (v) => [v.bucket, v.key, v.versionId] },
  blobs: (v) => ('isMarker' in v ? [] : blobsOf(v)),
  migrate: { 1: versionFromVersion1 },
});

function blobsOf({ blobId }: StoredObject): string[] {
  return blobId === undefined ? [] : [blobId];
}

/**
 * Small bodies, committed together with their object; empty ones have no row, unless an earlier Nuvola wrote it.
 * A version keeps its row when it stops being current.
 */
interface InlineBody {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly bytes: InlineBytes;
}

export const Bodies = collection<InlineBody>({
  name: 's3/body',
  version: 1,
  scope: 'account',
  key: (b) => [b.bucket, b.key, b.versionId],
});

export interface Upload extends ObjectTraits {
  readonly bucket: string;
  readonly key: string;
  /** Ids order by the time of their creation, as ListMultipartUploads does within a key. */
  readonly uploadId: string;
  readonly initiatedAt: number;
  readonly initiatorArn: string;
  readonly algorithm: string;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE';
  /** False when S3 chose the algorithm because the client named none. */
  readonly algorithmChosen: boolean;
}

export const Uploads = collection<Upload>({
  name: 's3/upload',
  version: 1,
  scope: 'account',
  key: (u) => [u.bucket, u.key, u.uploadId],
});

export interface StoredPart {
  readonly uploadId: string;
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly checksum: string;
  readonly modifiedAt: number;
  readonly blob: BlobRef;
}

export const Parts = collection<StoredPart>({
  name: 's3/part',
  version: 1,
  scope: 'account',
  key: (p) => [p.uploadId, p.number],
  blobs: (p) => [p.blob.id],
});

/** What was put on a bucket's sub-resources (`cors`, `policy`…), as it came; those not put have no record. */
export interface BucketSetting {
  readonly bucket: string;
  readonly kind: string;
  readonly value: unknown;
}

export const BucketSettings = collection<BucketSetting>({
  name: 's3/bucket-setting',
  version: 1,
  scope: 'account',
  key: (s) => [s.bucket, s.kind],
});

/** How many changes of a bucket's objects were told: what orders its notifications. */
export const Sequencers = counter({ name: 's3/sequencer', scope: 'account' });

export const state = [Buckets, BucketSettings, Sequencers, Objects, Versions, Bodies, Uploads, Parts];
