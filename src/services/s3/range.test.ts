import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatContentRange, parseCopyRange, parseRange } from './range';

describe('Range', () => {
  it.each([
    ['bytes=0-9', 100, [0, 10]],
    ['bytes=0-0', 1, [0, 1]],
    ['bytes=10-', 100, [10, 100]],
    ['bytes=-5', 100, [95, 100]],
    ['bytes=-500', 100, [0, 100]],
    ['bytes=90-500', 100, [90, 100]],
    ['BYTES = 1 - 2', 100, [1, 3]],
    ['bytes=100-', 100, 'unsatisfiable'],
    ['bytes=100-200', 100, 'unsatisfiable'],
    ['bytes=-0', 100, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-1', 0, 'unsatisfiable'],
    [undefined, 100, undefined],
    ['', 100, undefined],
    ['bytes=5-2', 100, undefined],
    ['bytes=-', 100, undefined],
    ['bytes=a-b', 100, undefined],
    ['chars=0-1', 100, undefined],
    ['bytes=0-1,4-5', 100, undefined],
  ] as const)('%s of %d bytes', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(Array.isArray(expected) ? { start: expected[0], end: expected[1] } : expected);
  });

  it('stays inside the object', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.option(fc.nat(2000), { nil: undefined }),
        fc.option(fc.nat(2000), { nil: undefined }),
        (size, first, last) => {
          const range = parseRange(`bytes=${first ?? ''}-${last ?? ''}`, size);
          if (range === undefined || range === 'unsatisfiable') return;
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThan(range.start);
          expect(range.end).toBeLessThanOrEqual(size);
        },
      ),
    );
  });

  it('is told as first-last/size', () => expect(formatContentRange({ start: 2, end: 5 }, 10)).toBe('bytes 2-4/10'));

  it.each([
    ['bytes=0-9', 10, { start: 0, end: 10 }],
    ['bytes=0-10', 10, 'outside'],
    ['bytes=5-', 10, 'malformed'],
    ['bytes=-5', 10, 'malformed'],
    ['bytes=5-2', 10, 'malformed'],
  ] as const)('of a copy: %s of %d', (header, size, expected) => expect(parseCopyRange(header, size)).toEqual(expected));
});
