/** What was put on a bucket's sub-resources: kept as it came, found when it is asked for. */
import type { Tx } from '../../kernel';
import { type Bucket, BucketSettings } from './state';

/** Stands for all buckets of an account, in settings that hold for them. */
export const wholeAccount = { name: '' };

type Holder = Pick<Bucket, 'name'>;

/** `there`: where the bucket's owner is. */
export function readSetting<T>(there: Tx, bucket: Holder, kind: string): T | undefined {
  return there.get(BucketSettings, [bucket.name, kind])?.value as T | undefined;
}

export function writeSetting(there: Tx, bucket: Holder, kind: string, value: unknown): void {
  there.put(BucketSettings, { bucket: bucket.name, kind, value });
}

export function removeSetting(there: Tx, bucket: Holder, kind: string): void {
  there.delete(BucketSettings, { bucket: bucket.name, kind, value: undefined });
}
