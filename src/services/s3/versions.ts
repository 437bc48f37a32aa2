/** The history of keys in buckets with versioning: what a write or a deletion does to the versions that are there. */
import type { Tx } from '../../kernel';
import { atOwner, removeBody, removeObject } from './find';
import { type Bucket, type DeleteMarker, Objects, type ObjectTraits, type StoredObject, type Version, Versions } from './state';
import { toSeconds } from './times';

/** As long as AWS's, of the same characters. */
const idLength = 32;
const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';

export function isMarker(version: Version): version is DeleteMarker {
  return 'isMarker' in version;
}

/** The version of this id, be it current, old or a delete marker. */
export function findVersion(tx: Tx, bucket: Bucket, key: string, versionId: string): Version | undefined {
  const there = atOwner(tx, bucket);
  const current = there.get(Objects, [bucket.name, key]);
  return current?.versionId === versionId ? current : there.find(Versions, 'id', [bucket.name, key, versionId]);
}

/** What the next version of a key will be. Its predecessor has been put among the old ones, unless it is to be overwritten. */
export function makeRoom(tx: Tx, bucket: Bucket, key: string): { readonly versionId: string; readonly order: number } {
  const there = atOwner(tx, bucket);
  const current = there.get(Objects, [bucket.name, key]);
  const order = ((current ?? newestOld(there, bucket.name, key))?.order ?? 0) - 1;
  if (bucket.versioning === 'Enabled') {
    if (current) there.put(Versions, current);
    return { versionId: tx.id('', idLength, idAlphabet), order };
  }
  // Suspended: there is one null version at most, and the new one takes its place wherever that was.
  if (current && current.versionId !== 'null') there.put(Versions, current);
  const old = there.find(Versions, 'id', [bucket.name, key, 'null']);
  if (old) removeOld(there, old);
  return { versionId: 'null', order };
}

/** Deletes a key as its bucket does it: for good, or by putting a delete marker on top. */
export function deleteKey(tx: Tx, bucket: Bucket, key: string): { readonly marker?: DeleteMarker; readonly removed?: StoredObject } {
  const there = atOwner(tx, bucket);
  const current = there.get(Objects, [bucket.name, key]);
  if (bucket.versioning === undefined) {
    if (!current) return {};
    removeObject(tx, bucket, current);
    return { removed: current };
  }
  const next = makeRoom(tx, bucket, key);
  if (current) {
    if (current.versionId === next.versionId) removeObject(tx, bucket, current);
    else there.delete(Objects, current);
  }
  const marker: DeleteMarker = { bucket: bucket.name, key, ...next, modifiedSeconds: toSeconds(tx.now), isMarker: true };
  there.put(Versions, marker);
  return { marker };
}

/** Deletes one version for good and returns it; the newest of those left becomes current. */
export function deleteVersion(tx: Tx, bucket: Bucket, key: string, versionId: string): Version | undefined {
  const there = atOwner(tx, bucket);
  const version = findVersion(tx, bucket, key, versionId);
  if (!version) return undefined;
  const current = there.get(Objects, [bucket.name, key]);
  if (current?.versionId === versionId) removeObject(tx, bucket, current);
  else removeOld(there, version);
  if (bucket.versioning !== undefined && (current === undefined || current.versionId === versionId)) promote(there, bucket.name, key);
  return version;
}

/** Changes what a version's record says of it, and returns the new one. */
export function changeVersion(tx: Tx, bucket: Bucket, object: StoredObject, changes: Partial<ObjectTraits>): StoredObject {
  const there = atOwner(tx, bucket);
  // A spread to which members are added would give every record a hidden class of its own (V8 11).
  const changed: StoredObject = Object.assign({}, object, changes);
  const isCurrent = there.get(Objects, [bucket.name, object.key])?.versionId === object.versionId;
  if (isCurrent) there.put(Objects, changed);
  else there.put(Versions, changed);
  return changed;
}

/** The newest version that is not current: a delete marker when the key is deleted. */
export function newestOld(there: Tx, bucket: string, key: string): Version | undefined {
  return there.scan(Versions, { prefix: [bucket, key], limit: 1 })[0];
}

function promote(there: Tx, bucket: string, key: string): void {
  const newest = newestOld(there, bucket, key);
  if (!newest || isMarker(newest)) return;
  there.put(Objects, newest);
  there.delete(Versions, newest);
}

function removeOld(there: Tx, version: Version): void {
  if (!isMarker(version) && version.blobId === undefined) removeBody(there, version);
  there.delete(Versions, version);
}
