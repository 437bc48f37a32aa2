/** Where the bytes of objects are kept. */
import { describe, expect, it } from 'vitest';
import type { S3 } from '../../generated/api/s3';
import s3 from '../../src/services/s3/service';
import { Bodies, Objects } from '../../src/services/s3/state';
import { here, openDirect } from '../direct';

const Bucket = 'bodies';
const Key = 'k';

async function bucket() {
  const cloud = openDirect<S3>(s3);
  await cloud.call('CreateBucket', { Bucket });
  return {
    call: cloud.call,
    put: (text: string) => {
      const buffered = Buffer.from(text);
      const chunks = async function* () {
        yield buffered;
      };
      return cloud.call('PutObject', {
        Bucket,
        Key,
        Body: { length: buffered.length, checksums: {}, buffered, [Symbol.asyncIterator]: chunks },
      });
    },
    read: async () => Buffer.from((await cloud.call('GetObject', { Bucket, Key })).Body as Uint8Array).toString(),
    rows: () => cloud.world.transactAt(here, (tx) => tx.scan(Bodies)),
    object: () => cloud.world.transactAt(here, (tx) => tx.get(Objects, [Bucket, Key])),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}

describe('an empty body', () => {
  it('has no row, and is read as empty', async () => {
    await using cloud = await bucket();
    await cloud.put('');
    expect(await cloud.rows()).toEqual([]);
    expect(await cloud.read()).toBe('');
    await cloud.call('CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` });
    expect(await cloud.rows()).toEqual([]);
    const { ContentLength } = await cloud.call('HeadObject', { Bucket, Key: 'copy' });
    expect(ContentLength).toBe(0);
  });

  it('takes the row of the body that it replaces away', async () => {
    await using cloud = await bucket();
    await cloud.put('something');
    expect(await cloud.rows()).toHaveLength(1);
    await cloud.put('');
    expect(await cloud.rows()).toEqual([]);
    await cloud.put('something');
    expect(await cloud.read()).toBe('something');
  });
});

describe('a record', () => {
  it('is one object, of texts and small whole numbers', async () => {
    await using cloud = await bucket();
    await cloud.put('something');
    const members = Object.values((await cloud.object()) ?? {});
    expect(members.filter((member) => typeof member === 'object')).toEqual([]);
    expect(members.filter((member) => typeof member === 'number' && (member | 0) !== member)).toEqual([]);
    expect(Object.keys((await cloud.object()) ?? {})).not.toContain('parts');
  });
});
