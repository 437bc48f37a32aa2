import { expect, it } from 'vitest';
import { derived, derivedAt } from './derived';

it('derives once for an object, with what else it is given', () => {
  const of = derived(({ n }: { n: number }, name: string) => ({ text: `${name} ${n}` }));
  const one = { n: 1 };
  expect(of(one, 'a')).toEqual({ text: 'a 1' });
  expect(of(one, 'a')).toBe(of(one, 'a'));
  expect(of({ n: 1 }, 'a')).not.toBe(of(one, 'a'));
});

it('derives once for a text and the place where it was asked about last', () => {
  const here = { partition: 'aws', account: '111122223333', region: 'us-east-1' };
  const there = { ...here, region: 'eu-west-1' };
  const of = derivedAt((name, { region }) => ({ text: `${name} ${region}` }));
  expect(of('a', here)).toEqual({ text: 'a us-east-1' });
  expect(of('a', here)).toBe(of('a', here));
  expect(of('a', there)).toEqual({ text: 'a eu-west-1' });
  expect(of('a', here)).toEqual({ text: 'a us-east-1' });
  const long = 'x'.repeat(10_000);
  expect(of(long, here)).not.toBe(of(long, here));
});
