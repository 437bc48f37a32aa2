import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BackoffCurve, defaultRetryPolicy, type RetryPolicy, retryDelay } from './retry';

const delays = (policy: RetryPolicy): number[] => {
  const all: number[] = [];
  for (let failures = 1; ; failures++) {
    const delay = retryDelay(policy, failures);
    if (delay === undefined) return all;
    all.push(delay);
  }
};

const curves: readonly BackoffCurve[] = ['linear', 'arithmetic', 'geometric', 'exponential'];

describe('a retry policy', () => {
  it('goes through its phases in order', () => {
    const policy = { immediate: 3, early: 2, backoff: 3, curve: 'linear', late: 2, minMs: 1000, maxMs: 20_000 } as const;
    expect(delays(policy)).toEqual([0, 0, 0, 1000, 1000, 1000, 10_500, 20_000, 20_000, 20_000]);
  });

  it('doubles from one second by default, five times', () => {
    expect(delays(defaultRetryPolicy)).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });

  it('may hold no retry at all', () => {
    expect(delays({ ...defaultRetryPolicy, backoff: 0 })).toEqual([]);
  });

  it.each(curves)('grows from the least to the greatest delay on the %s curve, never falling, never beyond', (curve) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_600_000 }),
        fc.integer({ min: 0, max: 3_600_000 }),
        fc.integer({ min: 2, max: 100 }),
        (a, b, n) => {
          const [minMs, maxMs] = [Math.min(a, b), Math.max(a, b)];
          const all = delays({ immediate: 0, early: 0, backoff: n, curve, late: 0, minMs, maxMs });
          expect(all).toHaveLength(n);
          expect(all[0]).toBe(minMs);
          expect(all.at(-1)).toBe(maxMs);
          expect(all).toEqual([...all].sort((x, y) => x - y));
        },
      ),
    );
  });
});
