import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataDirectoryInUse } from '../../src/store/data-directory';
import type { Entry, TreeId } from '../../src/store/engine';
import { openLmdb } from '../../src/store/lmdb';
import { openEnvironment } from '../../src/store/lmdb-environment';
import { RecordCache } from '../../src/store/record-cache';
import { boxes, engineConformance, everything, tree } from './conformance';

for (const durability of ['process', 'disk'] as const) {
  engineConformance(
    `lmdb (${durability})`,
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'nuvola-lmdb-'));
      let { engine } = await openLmdb(directory, { durability });
      return {
        engine,
        async reopen() {
          await engine.close();
          ({ engine } = await openLmdb(directory, { durability }));
          return engine;
        },
        async close() {
          await engine.close();
          rmSync(directory, { recursive: true });
        },
      };
    },
    durability === 'process' ? 60 : 10,
  );
}

describe('lmdb engine', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'nuvola-lmdb-'));
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(directory, { recursive: true });
  });

  const rowsOnDisk = async (): Promise<number> => {
    const environment = await openEnvironment(join(directory, 'state'), 'process');
    const rows = environment.records.getKeysCount({ start: '\0' });
    await environment.close();
    return rows;
  };

  test('refuses a second opening of the same directory, and opens again after the first was closed', async () => {
    const { engine } = await openLmdb(directory);
    await expect(openLmdb(directory)).rejects.toThrow(DataDirectoryInUse);
    await engine.close();
    await (await openLmdb(directory)).engine.close();
  });

  test('removes the rows of cleared trees in the background, and goes on after a restart', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const first = await openLmdb(directory);
    await first.engine.transact((tx) => {
      for (let i = 0; i < 5000; i++) tx.put(boxes, `k${i}`, i);
      tx.put(tree('parcel/kept'), 'a', 1);
    });
    await first.engine.commit();
    first.engine.clear(({ collection }) => collection === 'parcel/box');
    await first.engine.commit();
    vi.advanceTimersByTime(10);
    await first.engine.close();
    // One slice is gone; the catalogue still knows of the rest.
    expect(await rowsOnDisk()).toBe(3000 + 1 + 2);
    const second = await openLmdb(directory);
    expect(second.engine.trees().map(({ collection }) => collection)).toEqual(['parcel/kept']);
    vi.advanceTimersByTime(100);
    await second.engine.close();
    expect(await rowsOnDisk()).toBe(1 + 1);
  });

  test('keeps the old state when it dies while another is being loaded in its place', async () => {
    const copy = `${directory}-copy`;
    const { engine } = await openLmdb(directory);
    await engine.transact((tx) => tx.put(boxes, 'old', 1));
    await engine.commit();
    async function* pages(): AsyncGenerator<{ tree: TreeId; entries: Entry[] }> {
      yield { tree: boxes, entries: [['new', 1]] };
      yield { tree: tree('parcel/other'), entries: [['new', 2]] };
      await engine.commit();
      // What a process that is killed here would leave.
      cpSync(directory, copy, { recursive: true });
      rmSync(join(copy, 'nuvola.lock'));
      yield { tree: boxes, entries: [['newer', 3]] };
    }
    engine.clear(() => true);
    await engine.load(pages());
    expect(await everything(engine)).toEqual({
      [boxes.name]: [
        ['new', 1],
        ['newer', 3],
      ],
      [tree('parcel/other').name]: [['new', 2]],
    });
    await engine.close();
    const loaded = await openLmdb(directory);
    expect(Object.keys(await everything(loaded.engine))).toHaveLength(2);
    await loaded.engine.close();
    const survivor = await openLmdb(copy);
    expect(await everything(survivor.engine)).toEqual({ [boxes.name]: [['old', 1]] });
    await survivor.engine.close();
    rmSync(copy, { recursive: true });
  });

  test('reads hot records without decoding them, and never an outdated one', async () => {
    const { engine } = await openLmdb(directory);
    const put = (record: unknown): void => void engine.transact((tx) => tx.put(boxes, 'hot', record));
    const get = (): unknown => engine.transact((tx) => tx.get(boxes, 'hot'));
    const record = { n: 1 };
    put(record);
    await engine.commit();
    expect(get()).toBe(record);
    put({ n: 2 });
    expect(get()).toEqual({ n: 2 });
    expect(() =>
      engine.transact((tx) => {
        tx.put(boxes, 'hot', { n: 3 });
        throw new Error('undo');
      }),
    ).toThrow('undo');
    expect(get()).toEqual({ n: 2 });
    await engine.commit();
    put({ text: 'x'.repeat(10_000) });
    await engine.commit();
    expect(get()).toEqual({ text: 'x'.repeat(10_000) });
    await engine.transact((tx) => tx.delete(boxes, 'hot'));
    await engine.commit();
    expect(get()).toBeUndefined();
    await engine.close();
  });
});

test('the record cache keeps what is used and forgets the rest', () => {
  const cache = new RecordCache();
  for (let i = 0; i < 50_000; i++) {
    cache.set(`k${i}`, i, 10);
    if (i % 1000 === 0) cache.get('k0');
  }
  expect(cache.get('k0')).toBe(0);
  expect(cache.get('k49999')).toBe(49_999);
  expect(cache.get('k1000')).toBeUndefined();
  cache.set('large', 1, 1_000_000);
  expect(cache.get('large')).toBeUndefined();
});
