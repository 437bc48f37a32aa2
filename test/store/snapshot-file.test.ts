import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLmdb } from '../../src/store/lmdb';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';
import { recordFromJson, recordToJson } from '../../src/store/snapshot-codec';
import { loadSnapshotFile, SnapshotError, type SnapshotState, saveSnapshotFile } from '../../src/store/snapshot-file';
import { write } from './blob-conformance';
import { boxes, everything, tree } from './conformance';

const uses = tree('kernel/blob-use', '', '');
const inMemory = (): SnapshotState => ({ engine: openMemory(), blobs: openMemoryBlobs() });

describe('a snapshot file', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'nuvola-snapshot-'));
    file = join(directory, 'state.nuvola');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function filled(): Promise<{ state: SnapshotState; bodies: Map<string, Buffer> }> {
    const state = inMemory();
    const bodies = new Map<string, Buffer>();
    for (const size of [0, 10, 100_000, 500_000]) {
      const body = randomBytes(size);
      bodies.set((await write(state.blobs, [body.subarray(0, 99), body.subarray(99)])).id, body);
    }
    await write(state.blobs, [randomBytes(100)]); // named by nobody
    await state.engine.transact((tx) => {
      for (const id of bodies.keys()) tx.put(uses, id, { blob: id, user: 'x' });
      for (let i = 0; i < 3000; i++) tx.put(boxes, `k${i}\xff\0`, { i, bytes: new Uint8Array([i & 255]) });
      tx.add(tree('parcel/count'), 'n', 5);
      tx.put(tree('parcel/long'), 'l'.repeat(9000), { $bytes: 'not bytes' });
    });
    return { state, bodies };
  }

  async function expectSame(state: SnapshotState, original: SnapshotState, bodies: Map<string, Buffer>): Promise<void> {
    expect(await everything(state.engine)).toEqual(await everything(original.engine));
    for (const [id, body] of bodies) expect(body.equals(await state.blobs.readAll({ id }))).toBe(true);
  }

  test.each([true, false])('moves a state from memory to lmdb and back (gzip: %s)', async (gzip) => {
    const { state, bodies } = await filled();
    await saveSnapshotFile(file, state, { gzip });
    expect(existsSync(`${file}.partial`)).toBe(false);
    const durable = await openLmdb(join(directory, 'data'));
    await loadSnapshotFile(file, durable);
    await expectSame(durable, state, bodies);
    await saveSnapshotFile(`${file}2`, durable, { gzip });
    await durable.engine.close();
    const again = inMemory();
    again.engine.transact((tx) => tx.put(boxes, 'old', 1));
    await loadSnapshotFile(`${file}2`, again);
    await expectSame(again, state, bodies);
    expect(await again.blobs.sweep(() => false, -1000)).toBe(bodies.size);
  });

  test('holds the state of the moment it was begun', async () => {
    const { state, bodies } = await filled();
    const original = { ...state, engine: state.engine.fork!() };
    const saving = saveSnapshotFile(file, state);
    state.engine.transact((tx) => tx.put(boxes, 'later', 1));
    for (const id of bodies.keys()) await state.blobs.delete(id);
    await saving;
    const loaded = inMemory();
    await loadSnapshotFile(file, loaded);
    await expectSame(loaded, original, bodies);
  });

  test.each([true, false])('that is cut short or changed anywhere is refused, and nothing is changed (gzip: %s)', async (gzip) => {
    const { state } = await filled();
    await saveSnapshotFile(file, state, { gzip });
    const whole = readFileSync(file);
    const target = inMemory();
    target.engine.transact((tx) => tx.put(boxes, 'mine', 1));
    const positions = [3, 20, 30, 1000, whole.length >> 1, whole.length - 40, whole.length - 1];
    for (const at of positions) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x55;
      for (const content of [whole.subarray(0, at), changed]) {
        writeFileSync(file, content);
        await expect(loadSnapshotFile(file, target), `at ${at}`).rejects.toThrow(SnapshotError);
      }
    }
    expect(await everything(target.engine)).toEqual({ [boxes.name]: [['mine', 1]] });
  });

  test('that is newer, absent or something else is refused by name', async () => {
    const { state } = await filled();
    await saveSnapshotFile(file, state, { gzip: false });
    const newer = readFileSync(file);
    newer[newer.indexOf('"version":1') + 10] = 0x39;
    writeFileSync(file, newer);
    await expect(loadSnapshotFile(file, state)).rejects.toThrow('written by a newer release');
    await expect(loadSnapshotFile(`${file}x`, state)).rejects.toThrow('There is no snapshot');
    writeFileSync(file, 'dear diary');
    await expect(loadSnapshotFile(file, state)).rejects.toThrow('is not a snapshot');
  });

  test('keeps the old file when saving fails', async () => {
    const { state } = await filled();
    await saveSnapshotFile(file, state);
    const before = readFileSync(file);
    state.engine.transact((tx) => tx.put(uses, 'z', { blob: 'gonegonegone', user: 'x' }));
    await expect(saveSnapshotFile(file, state)).rejects.toThrow('no blob');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}.partial`)).toBe(false);
    expect(gunzipSync(before).subarray(0, 15).toString()).toBe('nuvola-snapshot');
  });
});

test('records keep their values through JSON, tags of ours and hostile names included', () => {
  const record = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      fc.double().map((n) => n + 0),
      fc.string(),
      fc.uint8Array(),
      fc.array(tie('value')),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$bytes', '$number', '$object', '__proto__')), tie('value'), {
        noNullPrototype: true,
      }),
    ),
  })).value;
  fc.assert(
    fc.property(record, (value) => {
      expect(recordFromJson(JSON.parse(JSON.stringify(recordToJson(value))))).toEqual(value);
    }),
    { seed: 3, numRuns: 300 },
  );
});
