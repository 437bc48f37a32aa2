import { expect, it } from 'vitest';
import { derived } from './derived';

it('derives once for an object, with what else it is given', () => {
  const of = derived(({ n }: { n: number }, name: string) => ({ text: `${name} ${n}` }));
  const one = { n: 1 };
  expect(of(one, 'a')).toEqual({ text: 'a 1' });
  expect(of(one, 'a')).toBe(of(one, 'a'));
  expect(of({ n: 1 }, 'a')).not.toBe(of(one, 'a'));
});
