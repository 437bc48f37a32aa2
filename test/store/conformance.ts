/** What every engine must do; each engine's test runs this. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine, EngineTx, Entry, Range, TreeId } from '../../src/store/engine';
import { openMemory } from '../../src/store/memory';

export function tree(collection: string, account = '111122223333', region = 'us-east-1'): TreeId {
  return { collection, partition: 'aws', account, region, name: `${collection}|aws|${account}|${region}` };
}

export const boxes = tree('parcel/box');

/** Keys that hit the interesting places: empty, NUL, high bytes, long shared prefixes. */
export const anyKey = fc.oneof(
  fc.array(fc.constantFrom('\0', 'a', 'b', '~', '\x7f', '\x80', '\xff'), { maxLength: 4 }).map((bytes) => bytes.join('')),
  fc.tuple(fc.constantFrom(1000, 3900, 4000, 9000), fc.constantFrom('', '\0', 'x', 'xy', '\xff')).map(([n, end]) => 'k'.repeat(n) + end),
);

const anyRange: fc.Arbitrary<Range> = fc
  .record(
    { gte: anyKey, gt: anyKey, lt: anyKey, lte: anyKey, limit: fc.integer({ min: 0, max: 6 }), reverse: fc.boolean() },
    { requiredKeys: [] },
  )
  .map((range) => range);

export function modelScan(model: ReadonlyMap<string, unknown>, range: Range): Entry[] {
  const inside = [...model].filter(
    ([key]) =>
      (range.gte === undefined || key >= range.gte) &&
      (range.gt === undefined || key > range.gt) &&
      (range.lt === undefined || key < range.lt) &&
      (range.lte === undefined || key <= range.lte),
  );
  inside.sort(([a], [b]) => (a < b ? -1 : 1));
  if (range.reverse) inside.reverse();
  return inside.slice(0, range.limit ?? inside.length);
}

export async function everything(engine: Engine): Promise<Record<string, Entry[]>> {
  const all: Record<string, Entry[]> = {};
  for await (const { tree: id, entries } of engine.dump()) (all[id.name] ??= []).push(...entries);
  return all;
}

async function* once<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

type Step =
  | { readonly do: 'put'; readonly key: string; readonly value: number }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'scan'; readonly range: Range };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key: anyKey, value: fc.integer() }),
  fc.record({ do: fc.constant('delete' as const), key: anyKey }),
  fc.record({ do: fc.constant('scan' as const), range: anyRange }),
);

function runStep(tx: EngineTx, model: Map<string, unknown>, step: Step): void {
  if (step.do === 'scan') {
    expect(tx.scan(boxes, step.range)).toEqual(modelScan(model, step.range));
  } else if (step.do === 'put') {
    tx.put(boxes, step.key, { value: step.value });
    model.set(step.key, { value: step.value });
    expect(tx.get(boxes, step.key)).toEqual({ value: step.value });
  } else {
    tx.delete(boxes, step.key);
    model.delete(step.key);
    expect(tx.get(boxes, step.key)).toBeUndefined();
  }
}

interface Opened {
  readonly engine: Engine;
  /** Closes and opens the same data, where it survives that. */
  reopen?(): Promise<Engine>;
  close(): Promise<void>;
}

/** `runs` bounds the property tests. */
export function engineConformance(name: string, open: () => Promise<Opened>, runs = 100): void {
  describe(`${name} engine`, () => {
    let opened: Opened;
    let engine: Engine;
    const put = async (...entries: Entry[]): Promise<void> => {
      await engine.transact((tx) => {
        for (const [key, record] of entries) tx.put(boxes, key, record);
      });
      await engine.commit();
    };
    const get = async (key: string, from = boxes): Promise<unknown> => {
      const found = await engine.transact((tx) => tx.get(from, key));
      if (engine.view) expect(engine.view().get(from, key)).toEqual(found);
      return found;
    };
    const scan = async (range: Range = {}): Promise<Entry[]> => engine.transact((tx) => tx.scan(boxes, range));

    const reopen = async (): Promise<void> => {
      if (opened.reopen) engine = await opened.reopen();
    };

    beforeEach(async () => {
      opened = await open();
      engine = opened.engine;
    });
    afterEach(() => opened.close());

    test('finds nothing in an empty tree', async () => {
      expect(await get('a')).toBeUndefined();
      expect(await scan()).toEqual([]);
      expect(await scan({ reverse: true })).toEqual([]);
      expect(engine.trees()).toEqual([]);
    });

    test('shows all as it is in a view, for as long as nothing happens', async () => {
      if (!engine.view) return;
      await put(['a', { n: 1 }], ['b', { n: 2 }]);
      const view = engine.view();
      expect(view.view).not.toBe(0);
      expect(engine.view()).toBe(view);
      expect([view.get(boxes, 'a'), view.scan(boxes, {}), view.count(boxes, 'none')]).toEqual([
        { n: 1 },
        [
          ['a', { n: 1 }],
          ['b', { n: 2 }],
        ],
        0,
      ]);
      await put(['a', { n: 3 }]);
      expect(() => view.get(boxes, 'a')).toThrow(/has ended/);
      const after = engine.view();
      expect(after.get(boxes, 'a')).toEqual({ n: 3 });
      expect(after.view).not.toBe(view.view);
      engine.clear(() => true);
      expect(() => after.get(boxes, 'a')).toThrow(/has ended/);
      expect(engine.view().get(boxes, 'a')).toBeUndefined();
    });

    test('lets nothing be changed in a view, and none be taken inside a transaction', async () => {
      if (!engine.view) return;
      await put(['a', { n: 1 }]);
      const view = engine.view();
      const changes = [
        () => view.put(boxes, 'a', { n: 2 }),
        () => view.put(tree('parcel/new'), 'a', { n: 2 }),
        () => view.delete(boxes, 'a'),
        () => view.delete(boxes, 'never there'),
        () => view.add(boxes, 'n', 1),
      ];
      for (const change of changes) expect(change).toThrow(/is for reading/);
      expect(() => engine.transact(() => engine.view?.())).toThrow(/inside a transaction/);
      expect(await get('a')).toEqual({ n: 1 });
      expect(engine.trees()).toEqual([boxes]);
    });

    test('gives back what was put, replaces it, and forgets what was deleted', async () => {
      await put(['a', { n: 1 }]);
      expect(await get('a')).toEqual({ n: 1 });
      await put(['a', { n: 2 }]);
      expect(await get('a')).toEqual({ n: 2 });
      await engine.transact((tx) => {
        tx.delete(boxes, 'a');
        tx.delete(boxes, 'never there');
      });
      await engine.commit();
      expect(await get('a')).toBeUndefined();
      expect(engine.trees()).toEqual([]);
    });

    test('undoes a part that fails, and only that part, also one inside another', async () => {
      const counts = tree('parcel/count');
      const failing = (tx: EngineTx, part: () => void) =>
        expect(() =>
          tx.attempt(() => {
            part();
            throw new Error('no');
          }),
        ).toThrow('no');
      await put(['kept', { n: 1 }], ['changed', { n: 1 }]);
      await engine.transact((tx) => {
        // What a part reads is at hand before, so that none fails for want of it.
        for (const key of ['kept', 'changed', 'new', 'before', 'outer', 'inner']) tx.get(boxes, key);
        tx.count(counts, 'c');
        tx.put(boxes, 'before', { n: 1 });
        tx.add(counts, 'c', 1);
        failing(tx, () => {
          tx.put(boxes, 'new', { n: 2 });
          tx.put(boxes, 'before', { n: 2 });
          tx.delete(boxes, 'kept');
          tx.add(counts, 'c', 5);
          tx.attempt(() => tx.put(boxes, 'changed', { n: 2 }));
        });
        expect(tx.get(boxes, 'before')).toEqual({ n: 1 });
        expect(tx.scan(boxes, {}).map(([key]) => key)).toEqual(['before', 'changed', 'kept']);
        tx.attempt(() => {
          tx.put(boxes, 'outer', { n: 1 });
          failing(tx, () => tx.put(boxes, 'inner', { n: 1 }));
        });
      });
      await engine.commit();
      expect(await scan()).toEqual([
        ['before', { n: 1 }],
        ['changed', { n: 1 }],
        ['kept', { n: 1 }],
        ['outer', { n: 1 }],
      ]);
      expect(await engine.transact((tx) => tx.count(counts, 'c'))).toBe(1);
    });

    test.each<[string, Range, string]>([
      ['everything', {}, 'abcde'],
      ['from, inclusive', { gte: 'b' }, 'bcde'],
      ['from, exclusive', { gt: 'b' }, 'cde'],
      ['to, exclusive', { lt: 'd' }, 'abc'],
      ['to, inclusive', { lte: 'd' }, 'abcd'],
      ['between', { gte: 'b', lt: 'd' }, 'bc'],
      ['between absent keys', { gt: 'aa', lte: 'cc' }, 'bc'],
      ['both lower bounds', { gte: 'b', gt: 'b' }, 'cde'],
      ['both upper bounds', { lte: 'd', lt: 'd' }, 'abc'],
      ['limited', { limit: 2 }, 'ab'],
      ['limit 0', { limit: 0 }, ''],
      ['backwards', { reverse: true }, 'edcba'],
      ['backwards from', { gte: 'b', reverse: true }, 'edcb'],
      ['backwards to, exclusive', { lt: 'd', reverse: true }, 'cba'],
      ['backwards to, inclusive, limited', { lte: 'd', reverse: true, limit: 2 }, 'dc'],
      ['backwards, exclusive at both ends', { gt: 'a', lt: 'e', reverse: true }, 'dcb'],
      ['nothing: empty range', { gte: 'c', lt: 'c' }, ''],
      ['nothing: inverted range', { gte: 'd', lt: 'b' }, ''],
      ['nothing: past the end', { gt: 'e' }, ''],
    ])('scans %s', async (_, range, keys) => {
      await put(...[...'cabed'].map((key): Entry => [key, { key }]));
      expect((await scan(range)).map(([key]) => key).join('')).toBe(keys);
    });

    test('orders keys as bytes', async () => {
      const keys = [
        '\0',
        '\0\0',
        'a',
        'a\0',
        'a\0b',
        'a\x01',
        'aa',
        'b',
        '\x7f',
        '\x80',
        '\xef\xbd\x9e',
        '\xf0\x9f\x98\x80',
        '\xff',
        '\xff\xff',
      ];
      await put(...keys.toReversed().map((key): Entry => [key, 1]));
      expect((await scan()).map(([key]) => key)).toEqual(keys);
    });

    test('keeps the empty key', async () => {
      await put(['', 'empty'], ['a', 1]);
      expect(await get('')).toBe('empty');
      expect(await scan({ limit: 1 })).toEqual([['', 'empty']]);
    });

    test('keeps keys of 4 and 9 KB that share their beginnings in exact order', async () => {
      const long = 'p'.repeat(9000);
      const keys = [3000, 3800, 3900, 4000, 4100, 8000, 9000].flatMap((n) =>
        ['', '\0', 'a', 'z', '\xff'].map((end) => long.slice(0, n) + end),
      );
      const sorted = [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1));
      await put(...sorted.toReversed().map((key): Entry => [key, key.length]));
      expect((await scan()).map(([key]) => key)).toEqual(sorted);
      expect((await scan({ reverse: true, limit: 9 })).map(([key]) => key)).toEqual(sorted.toReversed().slice(0, 9));
      const [from, to] = [sorted[5]!, sorted[sorted.length - 3]!];
      expect((await scan({ gt: from, lte: to })).map(([key]) => key)).toEqual(sorted.filter((key) => key > from && key <= to));
      await reopen();
      expect(await get(`${long}a`)).toBe(9001);
      await engine.transact((tx) => tx.delete(boxes, `${long}a`));
      await engine.commit();
      expect(await get(`${long}a`)).toBeUndefined();
      expect(await get(`${long}z`)).toBe(9001);
    });

    test('sees its own writes before they are committed', async () => {
      await put(['a', 1], ['b', 2], ['c', 3]);
      const seen = await engine.transact((tx) => {
        tx.put(boxes, 'bb', 2.5);
        tx.delete(boxes, 'c');
        tx.put(boxes, 'a', 'new');
        const before = tx.scan(boxes, {});
        tx.delete(boxes, 'bb');
        return { before, get: [tx.get(boxes, 'a'), tx.get(boxes, 'bb'), tx.get(boxes, 'c')], reverse: tx.scan(boxes, { reverse: true }) };
      });
      expect(seen.before).toEqual([
        ['a', 'new'],
        ['b', 2],
        ['bb', 2.5],
      ]);
      expect(seen.get).toEqual(['new', undefined, undefined]);
      expect(seen.reverse).toEqual([
        ['b', 2],
        ['a', 'new'],
      ]);
    });

    test('undoes everything when the function throws', async () => {
      await put(['a', 1], ['b', 2]);
      await engine.transact((tx) => tx.add(boxes, 'n', 5));
      const failing = async (): Promise<void> =>
        engine.transact((tx) => {
          tx.put(boxes, 'a', 'changed');
          tx.put(boxes, 'a', 'twice');
          tx.delete(boxes, 'b');
          tx.put(boxes, 'b', 'back');
          tx.put(tree('parcel/other'), 'x', 1);
          tx.add(boxes, 'n', 7);
          throw new Error('on purpose');
        });
      await expect(failing()).rejects.toThrow('on purpose');
      expect(await scan({ lt: 'n' })).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
      expect(await engine.transact((tx) => tx.count(boxes, 'n'))).toBe(5);
      await engine.commit();
      expect(engine.trees().map(({ collection }) => collection)).toEqual(['parcel/box']);
    });

    test('counts without reading, from zero, and below it', async () => {
      const counters = tree('parcel/count');
      for (const delta of [3, -5, 0.5]) await engine.transact((tx) => tx.add(counters, 'k', delta));
      const inside = await engine.transact((tx) => {
        tx.add(counters, 'k', 10);
        tx.add(counters, 'new', 1);
        return [tx.count(counters, 'k'), tx.count(counters, 'new'), tx.count(counters, 'absent')];
      });
      expect(inside).toEqual([8.5, 1, 0]);
      await engine.transact((tx) => tx.add(counters, 'k', -8.5));
      await engine.commit();
      expect(await engine.transact((tx) => tx.count(counters, 'k'))).toBe(0);
    });

    test('claims in order', async () => {
      await put(['a', 1], ['b', 2], ['c', 3]);
      const take = async (): Promise<Entry[]> =>
        engine.transact((tx) => {
          const claimed = tx.claim(boxes, { limit: 2 });
          for (const [key] of claimed) tx.delete(boxes, key);
          return claimed;
        });
      expect(await take()).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
      expect(await take()).toEqual([['c', 3]]);
      expect(await take()).toEqual([]);
    });

    test('keeps values of every kind', async () => {
      const values: Entry[] = [
        ['null', null],
        ['true', true],
        ['false', false],
        ['zero', 0],
        ['integers', [1, -1, 127, 128, -32, -33, 65_536, 2 ** 31, 2 ** 32, -(2 ** 40), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
        ['floats', [0.1, -1e300, 5e-324, 1.5, 2 ** 60]],
        ['strings', ['', 'ascii', 'é', '～😀', 'x'.repeat(100_000), 'ü'.repeat(40_000), '\0']],
        ['bytes', new Uint8Array([0, 1, 255])],
        ['empty', [{}, [], new Uint8Array(0)]],
        ['nested', { a: [{ b: { c: [new Uint8Array([7])] } }], 'key with ü': 1, '': 2, '0': 3 }],
        ['wide', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`member${i}`, i]))],
      ];
      await put(...values);
      await reopen();
      for (const [key, value] of values) expect(await get(key)).toEqual(value);
      await put(['absent', { here: 1, gone: undefined }]);
      expect(Object.entries((await get('absent')) as object).filter(([, value]) => value !== undefined)).toEqual([['here', 1]]);
    });

    test('keeps hostile member names as they are', async () => {
      const record = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"toString":3}') as object;
      await put(['a', record]);
      await reopen();
      expect(JSON.stringify(await get('a'))).toBe(JSON.stringify(record));
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    });

    test('keeps a record of 1 MiB', async () => {
      const bytes = new Uint8Array(1 << 20).map((_, i) => i % 251);
      await put(['big', { bytes, text: 'x'.repeat(1 << 20) }], ['small', 1]);
      await reopen();
      const found = (await get('big')) as { bytes: Uint8Array; text: string };
      expect(Buffer.compare(found.bytes, bytes)).toBe(0);
      expect(found.text.length).toBe(1 << 20);
    });

    test('keeps trees apart, and lists those that hold something', async () => {
      const trees = Array.from({ length: 200 }, (_, i) =>
        tree('parcel/box', String(100000000000 + (i >> 1)), i % 2 ? 'eu-west-1' : 'us-east-1'),
      );
      await engine.transact((tx) => {
        for (const [i, id] of trees.entries()) tx.put(id, 'k', i);
      });
      await engine.commit();
      expect(await get('k', trees[137])).toBe(137);
      expect(
        engine
          .trees()
          .map(({ name: n }) => n)
          .sort(),
      ).toEqual(trees.map(({ name: n }) => n).sort());
      expect(engine.trees().find(({ name: n }) => n === trees[137]!.name)).toMatchObject({
        account: trees[137]!.account,
        region: 'eu-west-1',
      });
    });

    test('clears whole trees and nothing else', async () => {
      const mine = tree('parcel/box', '111111111111');
      const other = tree('parcel/box', '222222222222');
      await engine.transact((tx) => {
        for (let i = 0; i < 500; i++) {
          tx.put(mine, `k${i}`, i);
          tx.put(other, `k${i}`, i);
        }
      });
      engine.clear(({ account }) => account === '111111111111');
      await engine.commit();
      expect(await engine.transact((tx) => [tx.scan(mine, {}).length, tx.scan(other, {}).length])).toEqual([0, 500]);
      expect(engine.trees().map(({ account }) => account)).toEqual(['222222222222']);
      await engine.transact((tx) => tx.put(mine, 'again', 1));
      await engine.commit();
      expect(await engine.transact((tx) => tx.scan(mine, {}))).toEqual([['again', 1]]);
    });

    test('dumps what was there when the dump began, in key order', async () => {
      const keys = Array.from({ length: 2500 }, (_, i) => `k${String(i).padStart(5, '0')}`);
      await put(...keys.map((key): Entry => [key, 1]));
      const dump = engine.dump();
      await put(['k00000', 'later'], ['zzz', 'later']);
      const dumped: Entry[] = [];
      for await (const { entries } of dump) {
        dumped.push(...entries);
        await put(['k02499', 'later']);
      }
      expect(dumped).toEqual(keys.map((key) => [key, 1]));
    });

    test('moves to and from memory unchanged', async () => {
      await put(['a', { bytes: new Uint8Array([1]) }], ['k'.repeat(5000), 2]);
      await engine.transact((tx) => {
        tx.put(tree('parcel/other'), 'x', [1, 'two']);
        tx.add(tree('parcel/count'), 'n', 42);
      });
      await engine.commit();
      const copy = openMemory();
      await copy.load(engine.dump());
      expect(await everything(copy)).toEqual(await everything(engine));
      engine.clear(() => true);
      await engine.commit();
      expect(await everything(engine)).toEqual({});
      await engine.load(copy.dump());
      await engine.commit();
      expect(await everything(engine)).toEqual(await everything(copy));
      expect(await engine.transact((tx) => tx.count(tree('parcel/count'), 'n'))).toBe(42);
    });

    test('adds loaded entries to what is there', async () => {
      await put(['a', 1]);
      await engine.load(
        once([
          { tree: boxes, entries: [['b', 2]] as Entry[] },
          { tree: boxes, entries: [['c', 3]] as Entry[] },
        ]),
      );
      expect((await scan()).map(([key]) => key)).toEqual(['a', 'b', 'c']);
    });

    test('refuses to be used after the transaction, and promises inside one', async () => {
      let leaked: EngineTx | undefined;
      await engine.transact((tx) => {
        leaked = tx;
      });
      expect(() => leaked!.get(boxes, 'a')).toThrow();
      await expect(
        (async () =>
          engine.transact(async (tx) => {
            tx.put(boxes, 'a', 1);
          }))(),
      ).rejects.toThrow('synchronous');
      expect(await get('a')).toBeUndefined();
    });

    test('agrees with a sorted array, whatever happens', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.array(anyStep, { maxLength: 8 }), fc.boolean(), fc.nat(11)), { maxLength: 12 }),
          async (turns) => {
            engine.clear(() => true);
            let model = new Map<string, unknown>();
            for (const [steps, fails, then] of turns) {
              const attempt = async (): Promise<Map<string, unknown>> =>
                engine.transact((tx) => {
                  const next = new Map(model);
                  for (const step of steps) runStep(tx, next, step);
                  if (fails) throw new RangeError('undo');
                  return next;
                });
              const result = await attempt().catch((error: unknown) => {
                if (error instanceof RangeError) return model;
                throw error;
              });
              model = result;
              if (then > 5) await engine.commit();
              if (then === 0) await reopen();
              expect(await scan()).toEqual(modelScan(model, {}));
            }
          },
        ),
        { numRuns: runs, seed: 20261121 },
      );
    });
  });
}
