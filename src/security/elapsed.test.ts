import { describe, expect, it } from 'vitest';
import { ElapsedTime } from './elapsed';

/** A clock whose real time the test sets. */
function makeClock() {
  const listeners = new Set<() => void>();
  const clock = { real: 1_000_000, base: 1_000_000, anchor: 1_000_000, scale: 1, frozen: false };
  const now = () => (clock.frozen ? clock.base : clock.base + (clock.real - clock.anchor) * clock.scale);
  const change = (by: () => void) => {
    clock.base = now();
    clock.anchor = clock.real;
    by();
    for (const listener of listeners) listener();
  };
  const watched = { now, state: () => clock, onChange: (l: () => void) => listeners.add(l) && (() => listeners.delete(l)) };
  return { clock, change, listeners, elapsed: new ElapsedTime(watched, () => clock.real) };
}

describe('virtual time since a real moment', () => {
  it('is real time, while nobody touches the clock', () => {
    const { clock, elapsed } = makeClock();
    clock.real += 5000;
    expect(elapsed.since(1_002_000)).toBe(3000);
    expect(elapsed.since(900_000)).toBe(105_000);
    expect(elapsed.since(1_006_000)).toBe(-1000);
  });

  it('counts an advance that came after the moment, and not one before', () => {
    const { clock, change, elapsed } = makeClock();
    clock.real += 1000;
    change(() => (clock.base += 3_600_000));
    clock.real += 1000;
    expect(elapsed.since(1_000_500)).toBe(3_601_500);
    expect(elapsed.since(1_001_000)).toBe(1000);
    expect(elapsed.virtual()).toBe(1_000_000 + 3_602_000);
  });

  it('stands still with a frozen clock and runs with a scaled one', () => {
    const { clock, change, elapsed } = makeClock();
    change(() => (clock.frozen = true));
    clock.real += 10_000;
    expect(elapsed.since(1_000_000)).toBe(0);
    change(() => Object.assign(clock, { frozen: false, scale: 60 }));
    clock.real += 1000;
    expect(elapsed.since(1_010_000)).toBe(60_000);
    expect(elapsed.since(1_000_000)).toBe(60_000);
  });

  it('survives thousands of changes', () => {
    const { clock, change, elapsed } = makeClock();
    for (let i = 0; i < 5000; i++) {
      clock.real += 1;
      change(() => (clock.base += 10));
    }
    expect(elapsed.since(clock.real)).toBe(0);
    expect(elapsed.since(clock.real - 100)).toBe(100 + 100 * 10);
  });

  it('stops listening when closed', () => {
    const { listeners, elapsed } = makeClock();
    elapsed.close();
    expect(listeners.size).toBe(0);
  });
});
