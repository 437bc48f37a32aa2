import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newBTree, scanBTree } from '../../src/store/btree';
import type { Range } from '../../src/store/engine';
import { modelScan } from './conformance';

/** Enough of them for several leaves. */
const keys = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 400 });
const bound = fc.integer({ min: 0, max: 1000 }).map(keyOf);
const range = fc.record(
  { gte: bound, gt: bound, lt: bound, lte: bound, limit: fc.integer({ min: 0, max: 300 }), reverse: fc.boolean() },
  { requiredKeys: [] },
) as fc.Arbitrary<Range>;

function keyOf(number: number): string {
  return String(number).padStart(4, '0');
}

test('scans of any length give what is in the range, in order, and no more', () => {
  fc.assert(
    fc.property(keys, range, (numbers, wanted) => {
      const tree = newBTree<number>();
      for (const number of numbers) tree.set(keyOf(number), number);
      expect(scanBTree(tree, wanted)).toEqual(modelScan(new Map(numbers.map((number) => [keyOf(number), number])), wanted));
    }),
    { numRuns: 500 },
  );
});
