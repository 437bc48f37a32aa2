/** Lifecycle rules on the virtual clock. */
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  HeadObjectCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { ownCloud } from '../server';
import { failureOf, newBucket } from './cloud';

const day = 86_400_000;
const Bucket = 'ageing';
/** In the morning, so that a day after is midnight of the day after that. */
const start = Date.UTC(2026, 2, 1, 9);

async function ageing(...Rules: LifecycleRule[]) {
  const cloud = await ownCloud();
  cloud.clock.freeze();
  cloud.clock.set(start);
  const s3 = new S3Client(cloud.config());
  await s3.send(new CreateBucketCommand({ Bucket }));
  const put = (Key: string, Body: string | Buffer = 'x', input = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...input }));
  const setRules = (rules: LifecycleRule[]) =>
    s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules } }));
  await setRules(Rules);
  return {
    s3,
    put,
    setRules,
    keys: async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [],
    versions: async () => {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      return [Versions.length, DeleteMarkers.length];
    },
    /** To noon of so many days later. */
    wait: async (days: number) => expect((await cloud.clock.advance(days * day)).settled).toBe(true),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

const enabled = { Status: 'Enabled' } as const;

describe('expiration', () => {
  it('by days comes at the midnight after, and is announced', async () => {
    await using bucket = await ageing({ ...enabled, ID: 'logs rule', Filter: { Prefix: 'logs/' }, Expiration: { Days: 2 } });
    const { Expiration } = await bucket.put('logs/a');
    expect(Expiration).toBe('expiry-date="Wed, 04 Mar 2026 00:00:00 GMT", rule-id="logs%20rule"');
    expect((await bucket.s3.send(new HeadObjectCommand({ Bucket, Key: 'logs/a' }))).Expiration).toBe(Expiration);
    expect((await bucket.put('other')).Expiration).toBeUndefined();
    await bucket.wait(2);
    expect(await bucket.keys()).toEqual(['logs/a', 'other']);
    await bucket.wait(1);
    expect(await bucket.keys()).toEqual(['other']);
  });

  it('by date, size and tags', async () => {
    const And = { Prefix: 'a', Tags: [{ Key: 'kind', Value: 'tmp' }], ObjectSizeGreaterThan: 2 };
    await using bucket = await ageing(
      { ...enabled, ID: '1', Filter: { And }, Expiration: { Days: 1 } },
      { ...enabled, ID: '2', Filter: { Prefix: 'dated' }, Expiration: { Date: new Date(Date.UTC(2026, 2, 3)) } },
      { Status: 'Disabled', ID: '3', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
    );
    await bucket.put('a1', 'long', { Tagging: 'kind=tmp' });
    await bucket.put('a2', 'ab', { Tagging: 'kind=tmp' });
    await bucket.put('a3', 'long', { Tagging: 'kind=kept' });
    await bucket.put('dated');
    await bucket.wait(10);
    expect(await bucket.keys()).toEqual(['a2', 'a3']);
  });

  it('puts delete markers where versions are kept, and clears up after itself', async () => {
    await using bucket = await ageing({
      ...enabled,
      ID: 'all',
      Filter: { Prefix: '' },
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 3 },
    });
    await bucket.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await bucket.put('k', 'one');
    await bucket.put('k', 'two');
    expect(await bucket.versions()).toEqual([2, 0]);
    await bucket.wait(2);
    expect([await bucket.keys(), await bucket.versions()]).toEqual([[], [2, 1]]);
    await bucket.wait(2);
    // The first version stopped being current when the second came, the second when it expired.
    expect(await bucket.versions()).toEqual([1, 1]);
    await bucket.wait(4);
    expect(await bucket.versions()).toEqual([0, 0]);
  });

  it('keeps as many newer noncurrent versions as it is told', async () => {
    await using bucket = await ageing({
      ...enabled,
      ID: 'some',
      Filter: { Prefix: '' },
      NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
    });
    await bucket.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    for (let i = 0; i < 6; i++) await bucket.put('k', String(i));
    await bucket.wait(3);
    expect(await bucket.versions()).toEqual([3, 0]);
  });

  it('of delete markers that mark nothing any more', async () => {
    await using bucket = await ageing({ ...enabled, ID: 'm', Filter: { Prefix: '' }, Expiration: { ExpiredObjectDeleteMarker: true } });
    await bucket.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const { VersionId } = await bucket.put('k');
    await bucket.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await bucket.wait(1);
    expect(await bucket.versions()).toEqual([1, 1]);
    await bucket.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
    await bucket.wait(1);
    expect(await bucket.versions()).toEqual([0, 0]);
  });

  it('goes through more objects than one step takes', async () => {
    await using bucket = await ageing({ ...enabled, ID: 'all', Filter: { Prefix: '' }, Expiration: { Days: 1 } });
    const names = Array.from({ length: 1100 }, (_, i) => `k${i}`);
    for (let i = 0; i < names.length; i += 50) await Promise.all(names.slice(i, i + 50).map((name) => bucket.put(name)));
    await bucket.wait(2);
    expect(await bucket.keys()).toEqual([]);
  });

  it('ends with its configuration', async () => {
    await using bucket = await ageing({ ...enabled, ID: 'all', Filter: { Prefix: '' }, Expiration: { Days: 1 } });
    await bucket.put('k');
    await bucket.s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await bucket.wait(5);
    expect(await bucket.keys()).toEqual(['k']);
  });
});

it('transitions change the storage class of objects that are large enough', async () => {
  await using bucket = await ageing({
    ...enabled,
    ID: 'cold',
    Filter: { Prefix: '' },
    Transitions: [
      { Days: 30, StorageClass: 'STANDARD_IA' },
      { Days: 90, StorageClass: 'GLACIER' },
    ],
  });
  await bucket.put('large', Buffer.alloc(200_000));
  await bucket.put('small');
  const classOf = async (Key: string) => (await bucket.s3.send(new HeadObjectCommand({ Bucket, Key }))).StorageClass;
  await bucket.wait(31);
  expect([await classOf('large'), await classOf('small')]).toEqual(['STANDARD_IA', undefined]);
  await bucket.wait(60);
  expect([await classOf('large'), await classOf('small')]).toEqual(['GLACIER', undefined]);
});

it('uploads that nobody completes are aborted', async () => {
  await using bucket = await ageing({
    ...enabled,
    ID: 'abort',
    Filter: { Prefix: 'in/' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  });
  for (const Key of ['in/a', 'out/a']) await bucket.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  await bucket.wait(3);
  expect((await bucket.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.map(({ Key }) => Key)).toEqual(['out/a']);
});

describe('configurations', () => {
  it('come back as they were put', async () => {
    const { s3, Bucket: name } = await newBucket();
    const Rules: LifecycleRule[] = [{ ...enabled, ID: 'r', Filter: { Prefix: 'a' }, Expiration: { Days: 3 } }];
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration: { Rules } }));
    expect(await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name }))).toMatchObject({
      Rules,
      TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
    });
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket: name }));
    expect(await failureOf(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name })))).toMatchObject({
      status: 404,
      code: 'NoSuchLifecycleConfiguration',
    });
  });

  const rule = { ...enabled, ID: 'r', Filter: { Prefix: '' }, Expiration: { Days: 1 } };
  it.each<[string, LifecycleRule[], string, RegExp]>([
    ['no rules', [], 'MalformedXML', /not well-formed/],
    ['no filter', [{ ...enabled, Expiration: { Days: 1 } }], 'MalformedXML', /not well-formed/],
    ['no action', [{ ...enabled, Filter: { Prefix: '' } }], 'InvalidRequest', /At least one action/],
    ['one id twice', [rule, rule], 'InvalidArgument', /Rule ID must be unique/],
    ['zero days', [{ ...rule, Expiration: { Days: 0 } }], 'InvalidArgument', /'Days' for Expiration action must be a positive integer/],
    ['a date that is no midnight', [{ ...rule, Expiration: { Date: new Date(1) } }], 'InvalidArgument', /'Date' must be at midnight GMT/],
    [
      'a transition that is too early',
      [{ ...enabled, Filter: { Prefix: '' }, Transitions: [{ Days: 3, StorageClass: 'STANDARD_IA' }] }],
      'InvalidArgument',
      /'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'/,
    ],
    [
      'an expiration before a transition',
      [{ ...rule, Expiration: { Days: 30 }, Transitions: [{ Days: 30, StorageClass: 'GLACIER' }] }],
      'InvalidArgument',
      /must be greater than/,
    ],
  ])('are refused with %s', async (_, Rules, code, message) => {
    const { s3, Bucket: name } = await newBucket();
    const failure = await failureOf(
      s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration: { Rules } })),
    );
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(message);
  });
});
