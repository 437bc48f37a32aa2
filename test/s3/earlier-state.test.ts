/** State that an earlier Nuvola wrote: its objects are read, listed, copied and deleted like any others. */
import { describe, expect, it } from 'vitest';
import type { S3 } from '../../generated/api/s3';
import { services } from '../../generated/services';
import { collection, defineService } from '../../src/kernel';
import { Schemas } from '../../src/kernel/records';
import { Registry } from '../../src/kernel/registry';
import { World } from '../../src/kernel/world';
import { Bodies, Buckets, Objects, type StoredObject, Versions } from '../../src/services/s3/state';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';

const here = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
const Bucket = 'of-old';
const at = Date.UTC(2026, 0, 2, 3, 4, 5);

type OldBody = { readonly inline: true } | { readonly blob: { readonly id: string; readonly size: number } };
type OldObject = { readonly bucket: string; readonly key: string; readonly body: OldBody };
type OldVersion = { readonly bucket: string; readonly key: string; readonly versionId: string; readonly order: number };

/** As version 1 had them. */
const OldObjects = collection<OldObject>({
  name: 's3/object',
  version: 1,
  scope: 'account',
  key: (o) => [o.bucket, o.key],
  blobs: (o) => ('blob' in o.body ? [o.body.blob.id] : []),
});
const OldVersions = collection<OldVersion, 'id'>({
  name: 's3/version',
  version: 1,
  scope: 'account',
  key: (v) => [v.bucket, v.key, v.order],
  indexes: { id: (v) => [v.bucket, v.key, v.versionId] },
});
const old = defineService({ id: 's3', operations: {}, state: [Buckets, Bodies, OldObjects, OldVersions] });

const usual = { bucket: Bucket, versionId: 'null', modifiedAt: at, system: {}, order: undefined, metadata: undefined };
const checksum = { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'NSRBwg==' };
const few = { ...usual, key: 'few', size: 3, etag: '900150983cd24fb0d6963f7d28e17f72', checksum, body: { inline: true } } as const;
const none = { ...few, key: 'none', size: 0, system: { contentType: 'text/plain' } } as const;
const [first, marker] = ['1', '2'].map((digit) => digit.repeat(32)) as [string, string];

/** A state of version 1, opened by what there is now. */
async function opened() {
  const [engine, blobs] = [openMemory({ freeze: true }), openMemoryBlobs()];
  const state = { 's3/bucket': 1, 's3/body': 1, 's3/object': 1, 's3/version': 1 };
  const before = new World({ engine, blobs, registry: new Registry({ s3: { load: async () => ({ default: old }), events: [], state } }) });
  await before.start();
  const writer = blobs.writer();
  writer.write(Buffer.from('many'));
  const blob = await writer.finish();
  await before.transactAt(here, (tx) => {
    tx.put(Buckets, { name: Bucket, ...here, createdAt: at, ownership: 'BucketOwnerEnforced', versioning: 'Enabled' });
    tx.put(OldObjects, few);
    tx.put(Bodies, { ...few, bytes: Buffer.from('abc') });
    tx.put(OldObjects, none);
    tx.put(Bodies, { ...none, bytes: Buffer.of() });
    const parts = [{ number: 1, size: 4 }];
    const composite = { ...checksum, type: 'COMPOSITE', value: 'NSRBwg==-1' };
    tx.put(OldObjects, { ...few, key: 'many', size: 4, body: { blob }, checksum: composite, parts, tags: { a: 'b' } } as OldObject);
    tx.put(OldVersions, { ...few, key: 'gone', versionId: first, order: -1 });
    tx.put(Bodies, { ...few, key: 'gone', versionId: first, bytes: Buffer.from('abc') });
    tx.put(OldVersions, { bucket: Bucket, key: 'gone', versionId: marker, order: -2, modifiedAt: at + 1000, isMarker: true } as OldVersion);
  });
  const open = async () => {
    const world = new World({ engine, blobs, registry: new Registry(services) });
    await world.start();
    return world;
  };
  const world = await open();
  const call = <O extends keyof S3 & string>(operation: O, input: object) =>
    world.call('s3', operation, { Bucket, ...input }, here) as Promise<S3[O]['output']>;
  const read = async (input: object) => {
    const { Body: body, ...rest } = await call('GetObject', { ChecksumMode: 'ENABLED', ...input });
    const chunks: Uint8Array[] = [];
    if (body instanceof Uint8Array) chunks.push(body);
    else for await (const chunk of (body as { stream: AsyncIterable<Uint8Array> }).stream) chunks.push(chunk);
    return { ...rest, text: Buffer.concat(chunks).toString() };
  };
  return { open, world, blobs, blob, call, read, [Symbol.asyncDispose]: () => world.close() };
}

describe('a state of version 1', () => {
  it('has its objects, with their bytes, times and checksums', async () => {
    await using cloud = await opened();
    const same = { ETag: `"${few.etag}"`, LastModified: at, ChecksumCRC32: checksum.value, ChecksumType: 'FULL_OBJECT' };
    expect(await cloud.read({ Key: 'few' })).toMatchObject({ ...same, text: 'abc', ContentType: 'binary/octet-stream' });
    expect(await cloud.read({ Key: 'none' })).toMatchObject({ ...same, text: '', ContentType: 'text/plain' });
    expect(await cloud.read({ Key: 'many' })).toMatchObject({ text: 'many', TagCount: 1, ChecksumType: 'COMPOSITE' });
    const { Contents = [] } = await cloud.call('ListObjectsV2', {});
    expect(Contents.map(({ Key, LastModified, Size }) => [Key, LastModified, Size])).toEqual([
      ['few', at, 3],
      ['many', at, 4],
      ['none', at, 0],
    ]);
  });

  it('has its versions and delete markers', async () => {
    await using cloud = await opened();
    expect(await cloud.read({ Key: 'gone', VersionId: first })).toMatchObject({ text: 'abc', LastModified: at });
    const { DeleteMarkers = [] } = await cloud.call('ListObjectVersions', { Prefix: 'gone' });
    expect(DeleteMarkers).toMatchObject([{ VersionId: marker, IsLatest: true, LastModified: at + 1000 }]);
    await cloud.call('DeleteObject', { Key: 'gone', VersionId: marker });
    expect(await cloud.read({ Key: 'gone' })).toMatchObject({ text: 'abc', VersionId: first });
  });

  it('copies its objects, bytes and all', async () => {
    await using cloud = await opened();
    for (const Key of ['few', 'none', 'many']) await cloud.call('CopyObject', { Key: `${Key} more`, CopySource: `${Bucket}/${Key}` });
    expect(await cloud.read({ Key: 'few more' })).toMatchObject({ text: 'abc', ChecksumCRC32: checksum.value });
    expect(await cloud.read({ Key: 'none more' })).toMatchObject({ text: '', ContentType: 'text/plain' });
    expect(await cloud.read({ Key: 'many more' })).toMatchObject({ text: 'many' });
  });

  it('lets go of all that its objects had, rows of empty bodies included', async () => {
    await using cloud = await opened();
    for (const Key of ['few', 'none', 'many']) await cloud.call('DeleteObject', { Key, VersionId: 'null' });
    await cloud.call('DeleteObject', { Key: 'gone', VersionId: first });
    await cloud.call('DeleteObject', { Key: 'gone', VersionId: marker });
    const left = await cloud.world.transactAt(here, (tx) => [tx.scan(Objects), tx.scan(Versions), tx.scan(Bodies)]);
    expect(left).toEqual([[], [], []]);
    expect(() => cloud.blobs.readAll(cloud.blob)).toThrow('There is no blob');
  });

  it('is opened again after a start that was cut short', async () => {
    await using cloud = await opened();
    const records = (world: World) => world.transactAt(here, (tx) => [tx.scan(Objects), tx.scan(Versions)]);
    const all = await records(cloud.world);
    await cloud.world.transactAt(cloud.world.home, (tx) => {
      for (const collection of ['s3/object', 's3/version']) tx.put(Schemas, { collection, version: 1 });
    });
    await using again = { world: await cloud.open(), [Symbol.asyncDispose]: () => again.world.close() };
    expect(all.flat()).toHaveLength(5);
    expect(await records(again.world)).toEqual(all);
  });

  it('has records like those that are written now', async () => {
    await using cloud = await opened();
    await cloud.call('PutObject', { Key: 'new' });
    const [before, now] = await cloud.world.transactAt(here, (tx) => [tx.get(Objects, [Bucket, 'few']), tx.get(Objects, [Bucket, 'new'])]);
    const named = (record: StoredObject | undefined) => Object.keys(JSON.parse(JSON.stringify(record))).sort();
    expect(named(before)).toEqual(named(now).filter((name) => name !== 'order'));
  });
});
