/** What every blob store must do; each store's test runs this. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlobRef, BlobStore } from '../../src/store/blob-store';

interface OpenedBlobs {
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

export async function bytesOf(blobs: BlobStore, ref: BlobRef, range?: { start: number; end: number }): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blobs.read(ref, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function write(blobs: BlobStore, chunks: readonly Uint8Array[], id?: string): Promise<BlobRef> {
  const writer = blobs.writer(id);
  for (const chunk of chunks) await writer.write(chunk);
  return writer.finish();
}

/** `open` is given the clock by which the store ages its blobs. */
export function blobConformance(name: string, open: (clock: () => number) => Promise<OpenedBlobs>): void {
  describe(`${name} blobs`, () => {
    const hour = 3_600_000;
    let aheadMs = 0;
    let opened: OpenedBlobs;
    let blobs: BlobStore;

    beforeEach(async () => {
      aheadMs = 0;
      opened = await open(() => Date.now() + aheadMs);
      blobs = opened.blobs;
    });
    afterEach(() => opened.close());

    test.each([0, 1, 1000, 65_536, 65_537, 300_000, 3_000_000])('gives back %i bytes', async (size) => {
      const bytes = randomBytes(size);
      const ref = await write(blobs, [bytes]);
      expect(ref.size).toBe(size);
      expect(bytes.equals(await bytesOf(blobs, ref))).toBe(true);
      expect(bytes.equals(await blobs.readAll(ref))).toBe(true);
    });

    test('joins chunks in order, empty ones too', async () => {
      const chunks = Array.from({ length: 200 }, (_, i) => randomBytes((i * 37) % 1500));
      const ref = await write(blobs, chunks);
      expect(Buffer.concat(chunks).equals(await bytesOf(blobs, ref))).toBe(true);
    });

    test.each([
      [0, 10],
      [5, 6],
      [95, 100],
      [99, 300],
      [100, 100],
      [0, 1_000_000],
      [250, 250],
      [65_000, 70_000],
    ])('gives bytes %i to %i', async (start, end) => {
      for (const size of [300, 200_000]) {
        const bytes = randomBytes(size);
        const chunks = Array.from({ length: Math.ceil(size / 100) }, (_, i) => bytes.subarray(i * 100, (i + 1) * 100));
        const ref = await write(blobs, chunks);
        expect(bytes.subarray(start, end).equals(await bytesOf(blobs, ref, { start, end }))).toBe(true);
      }
    });

    test('stays whole when its reader stops early', async () => {
      const bytes = randomBytes(2_000_000);
      const ref = await write(blobs, [bytes]);
      for await (const chunk of blobs.read(ref)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(bytes.equals(await bytesOf(blobs, ref))).toBe(true);
    });

    test('forgets an aborted blob', async () => {
      for (const size of [10, 500_000]) {
        const writer = blobs.writer();
        await writer.write(randomBytes(size));
        await writer.abort();
        await writer.abort();
      }
      expect(await blobs.sweep(() => false, -hour)).toBe(0);
    });

    test('keeps a finished blob that is aborted afterwards', async () => {
      for (const size of [10, 500_000]) {
        const writer = blobs.writer();
        await writer.write(randomBytes(size));
        const ref = await writer.finish();
        await writer.abort();
        expect((await bytesOf(blobs, ref)).length).toBe(size);
      }
    });

    test('throws for an id it does not know, and for what is not an id', async () => {
      const unknown = { id: 'abcdefgh12345678', size: 3 };
      await expect(bytesOf(blobs, unknown)).rejects.toThrow('no blob');
      await expect((async () => blobs.readAll(unknown))()).rejects.toThrow('no blob');
      expect(() => blobs.writer('../../etc/passwd')).toThrow('not the id of a blob');
    });

    test('takes the id it is given', async () => {
      for (const size of [10, 100_000]) {
        const bytes = randomBytes(size);
        const id = `snapshot${size}`;
        expect(await write(blobs, [bytes], id)).toEqual({ id, size });
        await write(blobs, [bytes], id);
        expect(bytes.equals(await blobs.readAll({ id }))).toBe(true);
      }
    });

    test('concatenates, and keeps the parts', async () => {
      const parts = [randomBytes(10), randomBytes(200_000), randomBytes(0), randomBytes(70_000)];
      const refs = await Promise.all(parts.map((part) => write(blobs, [part])));
      const whole = await blobs.concat(refs);
      expect(whole.size).toBe(270_010);
      for (const ref of refs) if (ref.size !== 200_000) await blobs.delete(ref.id);
      expect(Buffer.concat(parts).equals(await bytesOf(blobs, whole))).toBe(true);
      expect(parts[1]!.equals(await blobs.readAll(refs[1]!))).toBe(true);
    });

    test('deletes, also what is not there', async () => {
      for (const size of [10, 100_000]) {
        const ref = await write(blobs, [randomBytes(size)]);
        await blobs.delete(ref.id);
        await blobs.delete(ref.id);
        await expect(bytesOf(blobs, ref)).rejects.toThrow('no blob');
      }
    });

    test('sweeps what is old and not referenced, and nothing else', async () => {
      const kept = [await write(blobs, [randomBytes(10)]), await write(blobs, [randomBytes(100_000)])];
      const lost = [
        await write(blobs, [randomBytes(10)]),
        await write(blobs, [randomBytes(60_000)]),
        await write(blobs, [randomBytes(100_000)]),
      ];
      const isKept = (id: string): boolean => kept.some((ref) => ref.id === id);
      expect(await blobs.sweep(isKept, hour)).toBe(0);
      aheadMs = 2 * hour;
      const unfinished = blobs.writer();
      await unfinished.write(randomBytes(100_000));
      const young = blobs.writer();
      await young.write(randomBytes(10));
      const youngRef = await young.finish();
      expect(await blobs.sweep(isKept, hour)).toBe(3);
      for (const ref of kept) expect((await bytesOf(blobs, ref)).length).toBe(ref.size);
      for (const ref of lost) await expect(bytesOf(blobs, ref)).rejects.toThrow('no blob');
      expect((await bytesOf(blobs, youngRef)).length).toBe(10);
      expect((await bytesOf(blobs, await unfinished.finish())).length).toBe(100_000);
    });

    test('writes many at once', async () => {
      const bodies = Array.from({ length: 40 }, (_, i) => randomBytes(i * 5000));
      const refs = await Promise.all(bodies.map((body) => write(blobs, [body.subarray(0, 100), body.subarray(100)])));
      expect(new Set(refs.map(({ id }) => id)).size).toBe(40);
      for (const [i, ref] of refs.entries()) expect(bodies[i]!.equals(await bytesOf(blobs, ref))).toBe(true);
    });
  });
}
