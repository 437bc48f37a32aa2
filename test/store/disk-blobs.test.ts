import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLmdb } from '../../src/store/lmdb';
import { blobConformance, bytesOf, write } from './blob-conformance';

for (const durability of ['process', 'disk'] as const) {
  blobConformance(`disk (${durability})`, async (clock) => {
    const directory = mkdtempSync(join(tmpdir(), 'nuvola-blobs-'));
    const { engine, blobs } = await openLmdb(directory, { durability, clock });
    return {
      blobs,
      async close() {
        await engine.close();
        rmSync(directory, { recursive: true });
      },
    };
  });
}

test('blobs on disk survive a restart; what a crash left half-written does not', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'nuvola-blobs-'));
  const bodies = [randomBytes(100), randomBytes(65_536), randomBytes(400_000)];
  const first = await openLmdb(directory);
  const refs = await Promise.all(bodies.map((body) => write(first.blobs, [body])));
  await first.engine.commit();
  const removed = await write(first.blobs, [randomBytes(50)]);
  await first.engine.commit();
  await first.blobs.delete(removed.id);
  await first.blobs.close();
  await first.engine.close();
  writeFileSync(join(directory, 'blobs', 'incoming', 'half'), 'written');

  const second = await openLmdb(directory);
  for (const [i, ref] of refs.entries()) expect(bodies[i]!.equals(await bytesOf(second.blobs, ref))).toBe(true);
  await expect(bytesOf(second.blobs, removed)).rejects.toThrow('no blob');
  expect(readdirSync(join(directory, 'blobs', 'incoming'))).toEqual([]);
  await second.engine.close();
  rmSync(directory, { recursive: true });
});

test('small blobs are not files', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'nuvola-blobs-'));
  const { engine, blobs } = await openLmdb(directory);
  for (let i = 0; i < 20; i++) await write(blobs, [randomBytes(65_536)]);
  await engine.commit();
  expect(readdirSync(join(directory, 'blobs'))).toEqual(['incoming']);
  await engine.close();
  rmSync(directory, { recursive: true });
});

test('a blob that is deleted before its reader has begun is read to its end', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'nuvola-blobs-'));
  const { engine, blobs } = await openLmdb(directory);
  for (const size of [30_000, 400_000]) {
    const body = randomBytes(size);
    const ref = await write(blobs, [body]);
    await engine.commit();
    // As when one call reads a record and the next one overwrites it, in one turn of the loop.
    const deleted = blobs.delete(ref.id);
    await Promise.resolve();
    const stream = blobs.read(ref);
    await deleted;
    await engine.commit();
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
    await expect(bytesOf(blobs, ref)).rejects.toThrow('no blob');
  }
  await blobs.close();
  await engine.close();
  rmSync(directory, { recursive: true });
});
