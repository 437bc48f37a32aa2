/** The last step of every write (put, copy, form, complete): its condition is held against what is there, and the object takes its place. */
import type { Tx } from '../../kernel';
import { checkWrite } from './conditions';
import { conditionalConflict, headerNotImplemented, noSuchKey, preconditionFailed } from './errors';
import { atOwner, storeObject } from './find';
import type { InlineBytes } from './inline-bytes';
import { expirationHeader } from './lifecycle';
import { type Bucket, type ObjectChecksum, Objects, type ObjectTraits, type StoredObject } from './state';
import { toSeconds } from './times';
import { makeRoom } from './versions';

interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/**
 * Throws unless the write may go on. `begun` says that the same condition held when the body began to arrive:
 * then an object that is gone was deleted meanwhile, which is a conflict and no mere mismatch.
 */
export function requireWritable(tx: Tx, bucket: Bucket, key: string, conditions: WriteConditions, begun = false): void {
  const { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch } = conditions;
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  const verdict = checkWrite(ifMatch, ifNoneMatch, atOwner(tx, bucket).get(Objects, [bucket.name, key]));
  if (verdict === 'not-implemented') throw headerNotImplemented('If-None-Match');
  if (verdict === 'missing') throw begun ? conditionalConflict(key, 'If-Match') : noSuchKey(key);
  if (verdict === 'if-match-failed') throw preconditionFailed('If-Match');
  if (verdict === 'if-none-match-failed') throw preconditionFailed('If-None-Match');
}

/** The bytes of a write; the rest of the record follows from its traits, bucket and time. */
interface NewObject extends Pick<StoredObject, 'key' | 'size' | 'etag' | 'blobId' | 'parts' | 'uploadId'> {
  readonly checksum: ObjectChecksum;
}

const unversioned = { versionId: 'null', order: undefined } as const;

/** Puts the object in place and returns it. */
export function writeObject(
  tx: Tx,
  bucket: Bucket,
  traits: ObjectTraits,
  object: NewObject,
  bytes?: InlineBytes | undefined,
): StoredObject {
  const { versionId, order } = bucket.versioning === undefined ? unversioned : makeRoom(tx, bucket, object.key);
  const { checksum, parts, uploadId } = object;
  const { metadata, tags, acl } = traits;
  // One literal, so that all records begin alike in memory, and with what listings read.
  const usual: StoredObject = {
    key: object.key,
    etag: object.etag,
    size: object.size,
    modifiedSeconds: toSeconds(tx.now),
    checksumAlgorithm: checksum.algorithm,
    checksumType: checksum.type,
    storageClass: traits.storageClass,
    bucket: bucket.name,
    versionId,
    order,
    checksumValue: checksum.value,
    blobId: object.blobId,
    system: traits.system,
  };
  // What few objects have takes no room in the others. Added to a spread, it would give every record a hidden class of its own (V8 11).
  const rare = metadata ?? tags ?? acl ?? parts ?? uploadId;
  const stored = rare === undefined ? usual : Object.assign(usual, { metadata, tags, acl, parts, uploadId });
  storeObject(tx, bucket, stored, bytes);
  return stored;
}

/** What answers to writes say of the version they made: its id where versioning is on, and its end where rules set one. */
export function writtenVersion(tx: Tx, bucket: Bucket, object: StoredObject): WrittenVersion {
  if (bucket.versioning !== 'Enabled' && !bucket.expires) return unnamed;
  return { ...(bucket.versioning === 'Enabled' && { VersionId: object.versionId }), ...expirationHeader(tx, bucket, object) };
}

export interface WrittenVersion {
  readonly VersionId?: string;
  /** When a lifecycle rule will delete it. */
  readonly Expiration?: string;
}

const unnamed: WrittenVersion = {};
