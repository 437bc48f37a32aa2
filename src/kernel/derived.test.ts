import { expect, it } from 'vitest';
import { derived, RecentlyDerived } from './derived';

it('derives once for an object, with what else it is given', () => {
  const of = derived(({ n }: { n: number }, name: string) => ({ text: `${name} ${n}` }));
  const one = { n: 1 };
  expect(of(one, 'a')).toEqual({ text: 'a 1' });
  expect(of(one, 'a')).toBe(of(one, 'a'));
  expect(of({ n: 1 }, 'a')).not.toBe(of(one, 'a'));
});

it('derives once while an object is in use, and forgets what is not', () => {
  const recent = new RecentlyDerived<{ n: number }, string>(4);
  let runs = 0;
  const of = (key: { n: number }) =>
    recent.of(key, ({ n }) => {
      runs++;
      return `#${n}`;
    });
  const hot = { n: 0 };
  for (let n = 1; n <= 100; n++) {
    expect(of(hot)).toBe('#0');
    expect(of({ n })).toBe(`#${n}`);
  }
  expect(runs).toBe(101);
  const cold = { n: 1000 };
  of(cold);
  for (let n = 0; n < 9; n++) of({ n });
  of(cold);
  expect(runs).toBe(101 + 1 + 9 + 1);
});
