import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clock } from './clock';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a clock that is held', () => {
  it('stands, and goes on afterwards', () => {
    const clock = new Clock();
    const seen: number[] = [];
    clock.holdFor(() => {
      seen.push(clock.now(), clock.realNow());
      vi.setSystemTime(1_000_040);
      seen.push(clock.now(), clock.realNow());
    });
    seen.push(clock.now(), clock.realNow());
    expect(seen).toEqual([1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_040, 1_000_040]);
  });

  it('goes on after a failure', () => {
    const clock = new Clock();
    const failing = () => {
      throw new Error('no');
    };
    expect(() => clock.holdFor(failing)).toThrow('no');
    vi.setSystemTime(1_000_040);
    expect(clock.now()).toBe(1_000_040);
  });

  it('obeys whoever moves it', () => {
    const clock = new Clock();
    clock.holdFor(() => {
      vi.setSystemTime(1_000_040);
      clock.jump(5_000_000);
      expect([clock.now(), clock.realNow()]).toEqual([5_000_000, 1_000_040]);
      clock.freeze();
      vi.setSystemTime(1_000_050);
      expect([clock.now(), clock.realNow()]).toEqual([5_000_000, 1_000_050]);
    });
    expect(clock.now()).toBe(5_000_000);
  });

  it('keeps its pace', () => {
    const clock = new Clock();
    clock.scale(60);
    vi.setSystemTime(1_001_000);
    clock.holdFor(() => {
      vi.setSystemTime(1_002_000);
      expect(clock.now()).toBe(1_060_000);
    });
    expect(clock.now()).toBe(1_120_000);
  });
});
