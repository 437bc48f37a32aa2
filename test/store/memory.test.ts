import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/store/engine';
import { openMemory } from '../../src/store/memory';
import { anyKey, boxes, engineConformance, everything, modelScan, tree } from './conformance';

engineConformance('memory', async () => {
  const engine = openMemory({ freeze: true });
  return { engine, close: () => engine.close() };
});

describe('memory engine', () => {
  test('keeps forks apart, whatever is written to either side', () => {
    const anyWrite = fc.tuple(fc.nat(4), anyKey, fc.oneof(fc.constant(undefined), fc.nat()), fc.boolean());
    fc.assert(
      fc.property(fc.array(anyWrite, { minLength: 1, maxLength: 400 }), (writes) => {
        const sides: { engine: Engine & { fork?(): Engine }; model: Map<string, unknown> }[] = [{ engine: openMemory(), model: new Map() }];
        for (const [at, key, value, forks] of writes) {
          const side = sides[at % sides.length]!;
          side.engine.transact((tx) => (value === undefined ? tx.delete(boxes, key) : tx.put(boxes, key, value)));
          if (value === undefined) side.model.delete(key);
          else side.model.set(key, value);
          if (forks && sides.length < 5) sides.push({ engine: side.engine.fork!(), model: new Map(side.model) });
        }
        for (const { engine, model } of sides) expect(engine.transact((tx) => tx.scan(boxes, {}))).toEqual(modelScan(model, {}));
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test('keeps forks of deep trees apart', () => {
    const left = openMemory();
    const keyAt = (i: number): string => String((i * 7919) % 20_011).padStart(6, '0');
    for (let i = 0; i < 20_000; i++) left.transact((tx) => tx.put(boxes, keyAt(i), i));
    const right = left.fork();
    for (let i = 0; i < 20_000; i += 3) left.transact((tx) => tx.delete(boxes, keyAt(i)));
    for (let i = 0; i < 20_000; i += 5) right.transact((tx) => tx.put(boxes, `${keyAt(i)}x`, i));
    const count = (engine: Engine): unknown => engine.transact((tx) => tx.scan(boxes, {}).length);
    expect([count(left), count(right)]).toEqual([20_000 - 6667, 24_000]);
    expect(right.transact((tx) => tx.get(boxes, keyAt(3)))).toBe(3);
    expect(left.transact((tx) => tx.get(boxes, keyAt(3)))).toBeUndefined();
  });

  test('forks counters and new trees apart', async () => {
    const left = openMemory();
    left.transact((tx) => tx.add(boxes, 'n', 1));
    const right = left.fork();
    left.transact((tx) => tx.add(boxes, 'n', 1));
    right.transact((tx) => tx.put(tree('parcel/new'), 'a', 1));
    right.clear(({ collection }) => collection === 'parcel/box');
    expect(await everything(left)).toEqual({ [boxes.name]: [['n', 2]] });
    expect(await everything(right)).toEqual({ [tree('parcel/new').name]: [['a', 1]] });
  });

  test('gives out the very object it was given, frozen when asked to', () => {
    const record = { list: [{ n: 1 }], bytes: new Uint8Array([1]) };
    const engine = openMemory({ freeze: true });
    engine.transact((tx) => tx.put(boxes, 'a', record));
    const found = engine.transact((tx) => tx.get(boxes, 'a')) as typeof record;
    expect(found).toBe(record);
    expect(() => (found.list[0]!.n = 2)).toThrow(TypeError);
  });

  test.each([new Date(), new Map(), 1n, () => 1, Symbol('s'), { deep: [new Set()] }])(
    'refuses what is not plain data, when asked to freeze: %s',
    (value) => {
      const engine = openMemory({ freeze: true });
      expect(() => engine.transact((tx) => tx.put(boxes, 'a', { value }))).toThrow('plain data');
      engine.transact((tx) => tx.put(boxes, 'a', { null: Object.create(null), bytes: Buffer.from('b'), undefined }));
    },
  );

  test('refuses a transaction, a fork or a clear inside a transaction', () => {
    const engine = openMemory();
    for (const inside of [() => engine.transact(() => 1), () => engine.fork(), () => engine.clear(() => true), () => engine.dump()]) {
      expect(() => engine.transact(inside as () => number)).toThrow('inside a transaction');
    }
    expect(engine.transact(() => 1)).toBe(1);
  });
});
