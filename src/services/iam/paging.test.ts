import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageToken } from '../../kernel';
import { chainedPage, listedPage, type Page, type PageRequest, type Source } from './paging';

/** All pages of a list, one after the other. */
function pagesOf<T>(read: (request: PageRequest) => Page<T>, MaxItems: number): (readonly T[])[] {
  const pages: (readonly T[])[] = [];
  for (let Marker: string | undefined, more = true; more; ) {
    const { items, end } = read({ MaxItems, ...(Marker !== undefined && { Marker }) });
    pages.push(items);
    Marker = end.Marker;
    more = end.IsTruncated;
    expect(Marker !== undefined).toBe(more);
  }
  return pages;
}

/** Numbers in order, as a scan gives them; some are not wanted. */
function numbers(count: number, isWanted: (n: number) => boolean): Source<string> {
  const all = Array.from({ length: count }, (_, n) => String(n).padStart(4, '0'));
  return {
    read: ({ after, limit }) => all.filter((key) => after === undefined || key > after).slice(0, limit),
    keyOf: (key) => key,
    keep: (key) => isWanted(Number(key)),
  };
}

const counts = fc.integer({ min: 0, max: 450 });
const sizes = fc.integer({ min: 1, max: 120 });

describe('pages', () => {
  it('of scans give everything that is wanted, once and in order, and all but the last are full', () => {
    fc.assert(
      fc.property(counts, counts, sizes, fc.integer({ min: 1, max: 7 }), (first, second, size, step) => {
        const isWanted = (n: number) => n % step === 0;
        const sources = [numbers(first, isWanted), numbers(second, isWanted)];
        const pages = pagesOf((request) => chainedPage('test', request, sources), size);
        const expected = sources.flatMap(({ read, keep }) => read({ limit: 1000 }).filter((key) => keep?.(key)));
        expect(pages.flat()).toEqual(expected);
        expect(pages.slice(0, -1).every(({ length }) => length === size)).toBe(true);
        if (expected.length > 0) expect(pages.at(-1)?.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it('of lists at hand give everything, once and in order', () => {
    fc.assert(
      fc.property(counts, sizes, (count, size) => {
        const all = Array.from({ length: count }, (_, n) => n);
        const pages = pagesOf((request) => listedPage('test', request, all), size);
        expect(pages.flat()).toEqual(all);
        expect(pages.length).toBe(Math.max(1, Math.ceil(count / size)));
      }),
    );
  });

  it('go on only where they were', () => {
    const { end } = listedPage('one', { MaxItems: 1 }, [1, 2]);
    const other = () => listedPage('other', { Marker: end.Marker }, [1, 2]);
    expect(other).toThrow('Invalid Marker.');
    expect(() => listedPage('one', { Marker: 'made up' }, [1, 2])).toThrow('Invalid Marker.');
  });

  it('refuse forged markers, or give a page', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.tuple(fc.double(), fc.string())), (position) => {
        const request = { Marker: pageToken('test', position) };
        for (const read of [() => listedPage('test', request, [1, 2]), () => chainedPage('test', request, [numbers(3, () => true)])]) {
          try {
            expect(read().end.IsTruncated).toBe(false);
          } catch (error) {
            expect((error as Error).message).toBe('Invalid Marker.');
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
