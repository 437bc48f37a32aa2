/** When a delivery that failed is tried again: the four phases in which AWS's services describe it. */

export type BackoffCurve = 'linear' | 'arithmetic' | 'geometric' | 'exponential';

/** Tries after the first one, in this order. Plain data: it is kept with the delivery. */
export interface RetryPolicy {
  /** Tries without delay. */
  readonly immediate: number;
  /** Tries `minMs` apart. */
  readonly early: number;
  /** Tries with delays that grow from `minMs` to `maxMs`. */
  readonly backoff: number;
  readonly curve: BackoffCurve;
  /** Tries `maxMs` apart. */
  readonly late: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  immediate: 0,
  early: 0,
  backoff: 5,
  curve: 'geometric',
  late: 0,
  minMs: 1_000,
  maxMs: 16_000,
};

/** How far between `minMs` and `maxMs` a curve is at `t` (0…1); all but linear begin flat. AWS draws the curves without giving formulas. */
const shares: Readonly<Record<BackoffCurve, (t: number, policy: RetryPolicy) => number>> = {
  linear: (t) => t,
  arithmetic: (t) => (t * (t + 1)) / 2,
  geometric: (t, { minMs, maxMs }) => (minMs > 0 && maxMs > minMs ? ((maxMs / minMs) ** t - 1) / (maxMs / minMs - 1) : t * t),
  exponential: (t) => (2 ** (10 * t) - 1) / (2 ** 10 - 1),
};

/** Ms until the next try after `failures` (1 or more) failed ones; undefined when there is none. */
export function retryDelay(policy: RetryPolicy, failures: number): number | undefined {
  let left = failures - 1;
  if (left < policy.immediate) return 0;
  left -= policy.immediate;
  if (left < policy.early) return policy.minMs;
  left -= policy.early;
  if (left < policy.backoff) {
    const t = policy.backoff === 1 ? 0 : left / (policy.backoff - 1);
    return Math.round(policy.minMs + (policy.maxMs - policy.minMs) * shares[policy.curve](t, policy));
  }
  left -= policy.backoff;
  return left < policy.late ? policy.maxMs : undefined;
}
