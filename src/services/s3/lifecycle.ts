/** Lifecycle rules at work: once a day, at midnight UTC, a bucket with rules is gone through, a bounded part in each transaction. */
import type { Key, Tx } from '../../kernel';
import { atOwner } from './find';
import {
  classDue,
  concernsObject,
  dayMs,
  dueAfter,
  expiryOf,
  type LifecycleRule,
  noncurrentClassDue,
  noncurrentExpired,
} from './lifecycle-rules';
import { announce } from './notices';
import { readSetting } from './settings';
import { type Bucket, Buckets, Objects, type StoredObject, type Upload, Uploads, type Version, Versions } from './state';
import { modifiedAt } from './times';
import { removeUpload } from './uploads';
import { changeVersion, deleteKey, deleteVersion, isMarker } from './versions';

export interface Lifecycle {
  readonly rules: readonly LifecycleRule[];
}

export const lifecycleSetting = 'lifecycle';
const timer = 's3.lifecycle';
const batch = 500;

const phases = ['uploads', 'versions', 'objects'] as const;
type Phase = (typeof phases)[number];

interface Step {
  readonly bucket: string;
  /** Absent: the day begins. */
  readonly phase?: Phase;
  readonly after?: Key;
}

/** What the header `x-amz-expiration` says of an object. */
export function expirationHeader(tx: Tx, bucket: Bucket, object: StoredObject): { Expiration?: string } {
  if (!bucket.expires) return {};
  const expiry = expiryOf(readSetting<Lifecycle>(atOwner(tx, bucket), bucket, lifecycleSetting)?.rules ?? [], object);
  if (!expiry) return {};
  return { Expiration: `expiry-date="${new Date(expiry.at).toUTCString()}", rule-id="${encodeURIComponent(expiry.ruleId)}"` };
}

/** Begins or ends the daily round. */
export function armLifecycle(tx: Tx, bucket: Bucket, active: boolean): void {
  const home = tx.in({ account: bucket.account, region: bucket.region });
  if (active) home.at(nextMidnight(tx.now), timer, { bucket: bucket.name }, { id: bucket.name });
  else home.cancel(timer, bucket.name);
}

export const lifecycleTimers = { [timer]: step };

function step(tx: Tx, { bucket: name, phase, after }: Step): void {
  const bucket = tx.get(Buckets, name);
  const rules = bucket && readSetting<Lifecycle>(tx, bucket, lifecycleSetting)?.rules;
  if (!bucket || !rules) return;
  // The first step of a day sees to the next day, whatever becomes of the others.
  if (phase === undefined) armLifecycle(tx, bucket, true);
  const at = phase ?? phases[0];
  const next = work[at](tx, bucket, rules, after);
  const follower = next === undefined ? phases[phases.indexOf(at) + 1] : at;
  if (follower !== undefined) tx.at(tx.now, timer, { bucket: name, phase: follower, ...(next !== undefined && { after: next }) });
}

/** Each goes through one batch and returns where to go on, or undefined at the end. */
const work: Readonly<Record<Phase, (tx: Tx, bucket: Bucket, rules: readonly LifecycleRule[], after: Key | undefined) => Key | undefined>> =
  {
    uploads(tx, bucket, rules, after) {
      const uploads = tx.scan(Uploads, rangeOf(bucket, after));
      for (const upload of uploads) if (isAbandoned(rules, upload, tx.now)) removeUpload(tx, bucket, upload);
      return lastKey(uploads, (upload) => [upload.bucket, upload.key, upload.uploadId]);
    },

    versions(tx, bucket, rules, after) {
      const versions = tx.scan(Versions, rangeOf(bucket, after));
      for (const group of byKey(versions)) expireVersions(tx, bucket, rules, group);
      return lastKey(versions, (version) => [version.bucket, version.key, version.order ?? 0]);
    },

    objects(tx, bucket, rules, after) {
      const objects = tx.scan(Objects, rangeOf(bucket, after));
      for (const object of objects) {
        const expiry = expiryOf(rules, object);
        if (expiry && expiry.at <= tx.now) expire(tx, bucket, object);
        else sink(tx, bucket, object, classDue(rules, object, tx.now));
      }
      return lastKey(objects, (object) => [object.bucket, object.key]);
    },
  };

function expire(tx: Tx, bucket: Bucket, object: StoredObject): void {
  const { marker, removed } = deleteKey(tx, bucket, object.key);
  if (marker) announce(undefined, tx, bucket, 'LifecycleExpiration:DeleteMarkerCreated', marker);
  else if (removed) announce(undefined, tx, bucket, 'LifecycleExpiration:Delete', removed);
}

function sink(tx: Tx, bucket: Bucket, object: StoredObject, storageClass: string | undefined): void {
  if (storageClass === undefined) return;
  announce(undefined, tx, bucket, 'LifecycleTransition', changeVersion(tx, bucket, object, { storageClass }));
}

/** Some old versions of one key, newest first. */
function expireVersions(tx: Tx, bucket: Bucket, rules: readonly LifecycleRule[], group: readonly Version[]): void {
  const { key } = group[0]!;
  const current = tx.get(Objects, [bucket.name, key]);
  // A batch may begin in the middle of a key: what is newer was looked at before.
  const before = tx.scan(Versions, { prefix: [bucket.name, key], to: [bucket.name, key, group[0]!.order ?? 0] });
  const newest = current ?? before[0] ?? group[0]!;
  let newer = before.filter((version) => version !== newest).length;
  let follower: Version | undefined = before[before.length - 1] ?? current;
  for (const version of group) {
    if (version !== newest) {
      const since = modifiedAt(follower ?? version);
      expireVersion(tx, bucket, rules, version, since, newer);
      newer++;
    }
    follower = version;
  }
  removeLoneMarker(tx, bucket, rules, key);
}

function expireVersion(tx: Tx, bucket: Bucket, rules: readonly LifecycleRule[], version: Version, since: number, newer: number): void {
  const candidate = isMarker(version) ? { key: version.key, size: 0 } : version;
  if (noncurrentExpired(rules, candidate, since, newer, tx.now)) {
    deleteVersion(tx, bucket, version.key, version.versionId);
    announce(undefined, tx, bucket, 'LifecycleExpiration:Delete', version);
  } else if (!isMarker(version)) sink(tx, bucket, version, noncurrentClassDue(rules, version, since, newer, tx.now));
}

/** A delete marker without any version below it marks nothing any more; expiry by days removes it, too (user guide, "Expiring objects"). */
function removeLoneMarker(tx: Tx, bucket: Bucket, rules: readonly LifecycleRule[], key: string): void {
  const left = tx.scan(Versions, { prefix: [bucket.name, key], limit: 2 });
  const [marker] = left;
  if (left.length !== 1 || !marker || !isMarker(marker) || tx.has(Objects, [bucket.name, key])) return;
  const isDue = rules.some(({ Expiration: expiration, ...rule }) => {
    if (!expiration || !concernsObject(rule, { key, size: 0 })) return false;
    const { ExpiredObjectDeleteMarker: always, Days: days } = expiration;
    return always === true || (days !== undefined && dueAfter(modifiedAt(marker), days) <= tx.now);
  });
  if (!isDue) return;
  deleteVersion(tx, bucket, key, marker.versionId);
  announce(undefined, tx, bucket, 'LifecycleExpiration:Delete', marker);
}

function isAbandoned(rules: readonly LifecycleRule[], upload: Upload, now: number): boolean {
  return rules.some(({ AbortIncompleteMultipartUpload: abort, ...rule }) => {
    if (!abort || !concernsObject(rule, { key: upload.key, size: 0 })) return false;
    return dueAfter(upload.initiatedAt, abort.DaysAfterInitiation ?? 0) <= now;
  });
}

function byKey(versions: readonly Version[]): Version[][] {
  const groups: Version[][] = [];
  for (const version of versions) {
    const group = groups[groups.length - 1];
    if (group?.[0]?.key === version.key) group.push(version);
    else groups.push([version]);
  }
  return groups;
}

function rangeOf(bucket: Bucket, after: Key | undefined) {
  return { prefix: bucket.name, ...(after !== undefined && { after }), limit: batch };
}

function lastKey<T>(records: readonly T[], keyOf: (record: T) => Key): Key | undefined {
  return records.length < batch ? undefined : keyOf(records[records.length - 1]!);
}

function nextMidnight(now: number): number {
  return (Math.floor(now / dayMs) + 1) * dayMs;
}
