/** What was put on a bucket's sub-resources: kept as it came, found when it is asked for. */
import type { Tx } from '../../kernel';
import { type Bucket, BucketSettings } from './state';

/** `there`: where the bucket's owner is. */
export function readSetting<T>(there: Tx, bucket: Bucket, kind: string): T | undefined {
  return there.get(BucketSettings, [bucket.name, kind])?.value as T | undefined;
}

export function writeSetting(there: Tx, bucket: Bucket, kind: string, value: unknown): void {
  there.put(BucketSettings, { bucket: bucket.name, kind, value });
}

export function removeSetting(there: Tx, bucket: Bucket, kind: string): void {
  there.delete(BucketSettings, { bucket: bucket.name, kind, value: undefined });
}
