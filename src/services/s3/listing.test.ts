import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListPage, type ListQuery, listPage, type Seek } from './listing';

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A sorted list of keys that counts what is read of it. */
function listOf(keys: Iterable<string>) {
  const sorted = [...new Set(keys)].sort(compare);
  const counts = { reads: 0, keys: 0 };
  const list = (query: ListQuery) =>
    listPage<string>(
      query,
      (key) => key,
      (seek: Seek<string>, limit) => {
        const isPast =
          'after' in seek ? (key: string) => compare(key, seek.after) > 0 : (key: string) => compare(key, seek.from ?? '') >= 0;
        const found = sorted.filter((key) => key.startsWith(query.prefix) && isPast(key)).slice(0, limit);
        counts.reads++;
        counts.keys += found.length;
        return found;
      },
    );
  return { list, counts, sorted };
}

/** Listing as one would write it without any thought of speed. */
function naive(sorted: readonly string[], { prefix, delimiter, marker, limit }: ListQuery) {
  const entries: string[] = [];
  for (const key of sorted) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = at < 0 ? key : key.slice(0, at + delimiter.length);
    const isListed = at < 0 ? compare(key, marker) <= 0 : compare(name, marker) <= 0 || marker.startsWith(name);
    if (!isListed && !entries.includes(name)) entries.push(name);
  }
  return { entries: entries.slice(0, limit), truncated: limit > 0 && entries.length > limit };
}

/** Everything a page lists, which names itself what it ends with. */
function names({ items, commonPrefixes, last }: ListPage<string>): string[] {
  const all = [...items, ...commonPrefixes].sort(compare);
  expect(last && ('item' in last ? last.item : last.commonPrefix)).toBe(all[all.length - 1]);
  return all;
}
const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '\u{ff5e}', '😀'), minLength: 1, maxLength: 6 });

describe('listing', () => {
  it('agrees with a naive listing', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 60 }),
        fc.record({
          prefix: fc.oneof(fc.constant(''), key),
          delimiter: fc.constantFrom('', '/', '-', 'ab', '😀'),
          marker: fc.oneof(fc.constant(''), key),
          limit: fc.integer({ min: 0, max: 12 }),
        }),
        (keys, query) => {
          const { list, sorted } = listOf(keys);
          const page = list(query);
          expect({ entries: names(page), truncated: page.truncated }).toEqual(naive(sorted, query));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives every entry once, in order, page by page', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 60 }),
        fc.constantFrom('', '/'),
        fc.integer({ min: 1, max: 5 }),
        (keys, delimiter, limit) => {
          const { list, sorted } = listOf(keys);
          const all: string[] = [];
          for (let marker = '', truncated = true; truncated; ) {
            const page = list({ prefix: '', delimiter, marker, limit });
            all.push(...names(page));
            marker = all[all.length - 1] ?? '';
            truncated = page.truncated;
          }
          expect(all).toEqual(naive(sorted, { prefix: '', delimiter, marker: '', limit: 1000 }).entries);
        },
      ),
    );
  });

  it('seeks past common prefixes instead of reading what lies below them', () => {
    const keys = [];
    for (let folder = 0; folder < 20; folder++) for (let i = 0; i < 500; i++) keys.push(`f${String(folder).padStart(2, '0')}/${i}`);
    const { list, counts } = listOf(keys);
    expect(list({ prefix: '', delimiter: '/', marker: '', limit: 1000 }).commonPrefixes).toHaveLength(20);
    expect(counts.keys).toBeLessThan(20 * 20);
  });

  it('reads a page of plain keys at once', () => {
    const { list, counts } = listOf(Array.from({ length: 3000 }, (_, i) => String(i).padStart(5, '0')));
    expect(list({ prefix: '', delimiter: '', marker: '00999', limit: 1000 })).toMatchObject({ truncated: true });
    expect(counts).toEqual({ reads: 1, keys: 1001 });
  });
});
