import { expect, test } from 'vitest';
import { openMemoryBlobs } from '../../src/store/memory-blobs';
import { blobConformance, bytesOf, write } from './blob-conformance';

blobConformance('memory', async (clock) => {
  const blobs = openMemoryBlobs({ clock });
  return { blobs, close: () => blobs.close() };
});

test('forks of blobs share bytes and nothing else', async () => {
  const left = openMemoryBlobs();
  const bytes = Buffer.alloc(5000, 7);
  const shared = await write(left, [bytes]);
  const right = left.fork();
  const mine = await write(left, [Buffer.from('left')]);
  await left.delete(shared.id);
  expect(right.readAll(shared)).toBe(bytes);
  await expect(bytesOf(right, mine)).rejects.toThrow('no blob');
  expect(await right.sweep(() => false, 0)).toBe(1);
  expect((await bytesOf(left, mine)).toString()).toBe('left');
});

test('a small piece of a large buffer does not keep all of it', async () => {
  const blobs = openMemoryBlobs();
  const ref = await write(blobs, [Buffer.alloc(1 << 20).subarray(0, 100)]);
  expect((await blobs.readAll(ref)).buffer.byteLength).toBe(100);
});
