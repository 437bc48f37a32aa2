/** Ordered maps in memory: sorted-btree with our key order and our ranges. */

import type BTreeClass from 'sorted-btree';
import importedBTree from 'sorted-btree';
import type { Entry, Range } from './engine';

export type BTree<V> = BTreeClass<string, V>;

// A CommonJS default export arrives wrapped or bare, depending on who links the modules (Node, esbuild, Vite).
const Constructor = ((importedBTree as unknown as { default?: typeof BTreeClass }).default ?? importedBTree) as typeof BTreeClass;

/** Key order of every engine; for strings of bytes, `<` is byte order. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a === b ? 0 : 1;
}

export function newBTree<V>(): BTree<V> {
  return new Constructor<string, V>(undefined, compareKeys);
}

/** Greater than every key, since the characters of keys are bytes. */
const pastAllKeys = '\u0100';

/** The first key inside the range. `k + NUL` is the very next key after k. */
export function lowerBound(range: Range): string {
  const exclusive = range.gt === undefined ? undefined : `${range.gt}\0`;
  const inclusive = range.gte;
  if (exclusive === undefined) return inclusive ?? '';
  return inclusive === undefined || exclusive > inclusive ? exclusive : inclusive;
}

/** The first key past the range. */
export function upperBound(range: Range): string {
  const inclusive = range.lte === undefined ? undefined : `${range.lte}\0`;
  const exclusive = range.lt;
  if (inclusive === undefined) return exclusive ?? pastAllKeys;
  return exclusive === undefined || inclusive < exclusive ? inclusive : exclusive;
}

const stop = { break: 0 };

/** The entries of a range, copied, in the order asked for. */
export function scanBTree<V>(tree: BTree<V>, range: Range): (readonly [key: string, value: V])[] {
  const low = lowerBound(range);
  const high = upperBound(range);
  const limit = range.limit ?? Number.POSITIVE_INFINITY;
  const found: (readonly [string, V])[] = [];
  if (low >= high || limit <= 0 || tree.isEmpty) return found;
  if (range.reverse) {
    const backwards = tree.entriesReversed(high, undefined, true);
    for (let next = backwards.next(); !next.done && next.value[0] >= low; next = backwards.next()) {
      if (found.push(next.value) >= limit) break;
    }
    return found;
  }
  if (limit > stride && range.limit !== undefined) return walk(tree, low, high, limit);
  tree.forRange(low, high, false, (key, value) => (found.push([key, value]) >= limit ? stop : undefined));
  return found;
}

/** So many entries are taken at most before the key of the last is looked at. */
const stride = 32;

/**
 * A long scan. It looks at few keys: those of a large tree have to be fetched from memory one by one, and forRange compares
 * some ten of them in each leaf.
 */
function walk<V>(tree: BTree<V>, low: string, high: string, limit: number): (readonly [key: string, value: V])[] {
  const found: (readonly [string, V])[] = [];
  const entries = tree.entries(low);
  let lookAt = 1;
  for (let next = entries.next(); !next.done; next = entries.next()) {
    if (found.push(next.value) >= limit) break;
    if (found.length < lookAt) continue;
    if (next.value[0] >= high) break;
    lookAt += Math.min(lookAt, stride);
  }
  if (found.length > 0 && found[found.length - 1]![0] >= high) found.length = countBelow(found, high);
  return found;
}

function countBelow(entries: readonly (readonly [key: string, value: unknown])[], high: string): number {
  let [below, end] = [0, entries.length];
  while (below < end) {
    const middle = (below + end) >> 1;
    if (entries[middle]![0] < high) below = middle + 1;
    else end = middle;
  }
  return below;
}

/** The same one by one, from a tree that nobody changes meanwhile; the limit is the reader's. */
export function* iterateBTree<V>(tree: BTree<V>, range: Range): Generator<readonly [key: string, value: V]> {
  const low = lowerBound(range);
  const high = upperBound(range);
  if (low >= high || tree.isEmpty) return;
  const entries = range.reverse ? tree.entriesReversed(high, undefined, true) : tree.entries(low);
  for (let next = entries.next(); !next.done; next = entries.next()) {
    if (range.reverse ? next.value[0] < low : next.value[0] >= high) return;
    yield next.value;
  }
}

/** Entries from a tree that nobody changes while it is read, in pages. */
export function* pagesOf(tree: BTree<unknown>, pageSize: number): Generator<Entry[]> {
  for (let after = ''; ; ) {
    const page = scanBTree(tree, { gte: after, limit: pageSize });
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = `${page[page.length - 1]![0]}\0`;
  }
}
