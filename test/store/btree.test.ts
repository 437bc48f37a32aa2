import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BTree } from '../../src/store/btree';
import { iterateBTree, pagesOf, scanBTree } from '../../src/store/btree-scan';
import type { Entry, Range } from '../../src/store/engine';
import { modelScan } from './conformance';

/**
 * Keys as the kernel makes them and worse: beginnings in common, some the beginning of others, NUL and the highest byte, and
 * few enough that writes meet.
 */
const key = fc.oneof(
  fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(4, '0')),
  fc.integer({ min: 0, max: 300 }).map((number) => `bucket\0a-long-beginning/${number}`),
  fc.array(fc.constantFrom('\0', '\x01', 'a', 'b', '\x7f', '\x80', '\xfe', '\xff'), { maxLength: 7 }).map((bytes) => bytes.join('')),
);
const range = fc.record(
  { gte: key, gt: key, lt: key, lte: key, limit: fc.integer({ min: 0, max: 300 }), reverse: fc.boolean() },
  { requiredKeys: [] },
) as fc.Arbitrary<Range>;

type Write = { readonly key: string; readonly value: number | undefined };

const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ key, value: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ key, value: fc.constant(undefined) }) },
);
const writes = fc.array(write, { maxLength: 600, size: 'max' });

class Model {
  readonly tree: BTree<number>;
  readonly map: Map<string, number>;

  constructor(tree = new BTree<number>(), map = new Map<string, number>()) {
    this.tree = tree;
    this.map = map;
  }

  write({ key, value }: Write): void {
    const previous = this.map.get(key);
    expect(this.tree.get(key)).toBe(previous);
    if (value === undefined) {
      expect(this.tree.delete(key)).toBe(previous);
      this.map.delete(key);
    } else {
      expect(this.tree.set(key, value)).toBe(previous);
      this.map.set(key, value);
    }
  }

  clone(): Model {
    return new Model(this.tree.clone(), new Map(this.map));
  }

  agrees(wanted: Range = {}): void {
    expect(scanBTree(this.tree, wanted)).toEqual(modelScan(this.map, wanted));
    const { limit: _, ...unlimited } = wanted;
    expect([...iterateBTree(this.tree, unlimited)]).toEqual(modelScan(this.map, unlimited));
    expect(this.tree.isEmpty).toBe(this.map.size === 0);
  }
}

test('a tree holds what was written, and scans of any length give what is in the range, in order, and no more', () => {
  fc.assert(
    fc.property(writes, fc.array(range, { maxLength: 5 }), (all, wanted) => {
      const model = new Model();
      for (const one of all) model.write(one);
      model.agrees();
      for (const one of wanted) model.agrees(one);
      for (const [key, value] of model.map) expect(model.tree.get(key)).toBe(value);
    }),
    { numRuns: 300 },
  );
});

test('clones and what they were made of do not see what the other writes', () => {
  fc.assert(
    fc.property(writes, writes, writes, (before, here, there) => {
      const model = new Model();
      for (const one of before) model.write(one);
      const clone = model.clone();
      const again = clone.clone();
      for (let at = 0; at < Math.max(here.length, there.length); at++) {
        if (at < here.length) model.write(here[at]!);
        if (at < there.length) clone.write(there[at]!);
      }
      for (const one of [model, clone, again]) one.agrees();
    }),
    { numRuns: 100 },
  );
});

const many = Array.from({ length: 20_000 }, (_, n) => n);
const orders: Readonly<Record<string, (n: number) => number>> = {
  ascending: (n) => n,
  descending: (n) => many.length - n,
  scattered: (n) => (n * 7919) % 20_011,
};

test.each(Object.entries(orders))('many keys in %s order are written, found and deleted, and nothing is left', (_, order) => {
  const model = new Model();
  const keyOf = (n: number) => `queue-0123456789abcdef\0${String(order(n)).padStart(9, '0')}`;
  for (const n of many) model.write({ key: keyOf(n), value: n });
  model.agrees();
  const pages: Entry[] = [...pagesOf(model.tree, 999)].flat();
  expect(pages).toEqual([...model.map].sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const n of many) if (n % 3 !== 0) model.write({ key: keyOf(n), value: undefined });
  model.agrees();
  for (const n of many) if (n % 3 === 0) model.write({ key: keyOf(n), value: undefined });
  model.agrees();
  expect(model.tree.root.keys).toEqual([]);
});

test('what is cleared is empty, and its clone is not', () => {
  const model = new Model();
  for (const n of many.slice(0, 100)) model.write({ key: `${n}`, value: n });
  const clone = model.clone();
  model.tree.clear();
  expect([model.tree.isEmpty, scanBTree(model.tree, {})]).toEqual([true, []]);
  clone.agrees();
});
