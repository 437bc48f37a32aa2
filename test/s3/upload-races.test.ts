/** What becomes of an upload whose parts change while they are joined: joining is I/O, and others go on meanwhile. */
import { describe, expect, it } from 'vitest';
import type { S3 } from '../../generated/api/s3';
import { Registry } from '../../src/kernel/registry';
import { World } from '../../src/kernel/world';
import s3 from '../../src/services/s3/service';
import type { BlobRef, BlobStore } from '../../src/store/blob-store';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';

const here = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
const Bucket = 'races';
const Key = 'k';
const five = Buffer.alloc(5 * 1024 * 1024, 'x');

/** A store in which something happens before the bytes of parts are joined. */
class SlowJoining {
  readonly store: BlobStore;
  before = async (): Promise<void> => {};

  constructor() {
    const store = openMemoryBlobs();
    const concat = async (refs: readonly BlobRef[]): Promise<BlobRef> => {
      await this.before();
      return store.concat(refs);
    };
    this.store = Object.assign(Object.create(store) as BlobStore, { concat });
  }
}

async function uploaded() {
  const joining = new SlowJoining();
  const registry = new Registry({ s3: { load: async () => ({ default: s3 }), events: [], state: {} } });
  const world = new World({ engine: openMemory(), blobs: joining.store, registry });
  const call = <O extends keyof S3 & string>(operation: O, input: object) =>
    world.call('s3', operation, { Bucket, ...input }, here) as Promise<S3[O]['output']>;
  const body = (buffered: Uint8Array) => ({
    length: buffered.length,
    checksums: {},
    buffered,
    async *[Symbol.asyncIterator]() {
      yield buffered;
    },
  });
  await call('CreateBucket', {});
  const { UploadId } = await call('CreateMultipartUpload', { Key });
  const part = async (PartNumber: number, bytes: Uint8Array) => ({
    PartNumber,
    ETag: (await call('UploadPart', { Key, UploadId, PartNumber, Body: body(bytes) })).ETag,
  });
  const Parts = [await part(1, five), await part(2, Buffer.from('the end'))];
  const complete = () => call('CompleteMultipartUpload', { Key, UploadId, MultipartUpload: { Parts } });
  return { joining, world, part, complete, abort: () => call('AbortMultipartUpload', { Key, UploadId }) };
}

describe('while its parts are joined', () => {
  it('a part is replaced: the one that was named is no longer there', async () => {
    const { joining, world, part, complete } = await uploaded();
    joining.before = async () => void (await part(2, Buffer.from('another')));
    await expect(complete()).rejects.toMatchObject({ code: 'InvalidPart' });
    await world.close();
  });

  it('the upload is aborted', async () => {
    const { joining, world, abort, complete } = await uploaded();
    joining.before = async () => void (await abort());
    await expect(complete()).rejects.toMatchObject({ code: 'NoSuchUpload' });
    await world.close();
  });

  it('the same upload is completed by another: both are told so', async () => {
    const { joining, world, complete } = await uploaded();
    let other: unknown;
    joining.before = async () => {
      joining.before = async () => {};
      other = await complete();
    };
    const one = await complete();
    expect(one.ETag).toBe((other as typeof one).ETag);
    await world.close();
  });
});
