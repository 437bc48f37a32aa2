import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../kernel';
import { parseCondition } from './condition-parser';
import { isReserved } from './reserved-words';
import { parseProjection, parseUpdate } from './update-parser';

const words = [
  'a',
  'b.c',
  'd[0]',
  '#n',
  ':v',
  'size',
  'begins_with',
  'if_not_exists',
  'AND',
  'or',
  'NOT',
  'BETWEEN',
  'in',
  'SET',
  'remove',
  'ADD',
];
const symbols = ['(', ')', ',', '=', '<>', '<=', '+', '-', '.', '[', ']', '1', '_', '{', '"', ' ', '\n'];
const texts = fc.array(fc.constantFrom(...words, ...symbols), { maxLength: 25 }).map((parts) => parts.join(' '));

describe('any text', () => {
  it.each([
    ['conditions', (text: string) => parseCondition(text, 'FilterExpression')],
    ['updates', parseUpdate],
    ['projections', parseProjection],
  ])('is parsed or refused as invalid: %s', (_, parse) => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), (text) => {
        try {
          expect(parse(text)).toHaveProperty('tree');
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
          expect((error as AwsError).message).toMatch(/^Invalid (?:Filter|Update|Projection)Expression: /);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the trees', () => {
  const path = (...parts: (string | number)[]) => ({ kind: 'path', parts });
  const value = (name: string) => ({ kind: 'value', name });

  it('bind NOT tighter than AND, and AND tighter than OR', () => {
    const equal = (name: string) => ({ kind: 'compare', comparator: '=', left: path(name), right: value(':v') });
    expect(parseCondition('NOT a = :v AND b = :v OR c = :v', 'ConditionExpression').tree).toEqual({
      kind: 'or',
      left: { kind: 'and', left: { kind: 'not', condition: equal('a') }, right: equal('b') },
      right: equal('c'),
    });
  });

  it('keep the AND of BETWEEN for itself', () => {
    const { tree } = parseCondition('a BETWEEN :v AND :w AND attribute_exists(b)', 'ConditionExpression');
    expect(tree).toMatchObject({ kind: 'and', left: { kind: 'between', low: value(':v'), high: value(':w') } });
  });

  it('hold paths with names and indexes', () => {
    expect(parseProjection('a . b [ 1 ][2].#c,d').tree).toEqual([path('a', 'b', 1, 2, '#c'), path('d')]);
  });
});

it('reserves words in any case, and only whole ones', () => {
  expect(['name', 'STATUS', 'Ttl', 'zone', 'abort'].every(isReserved)).toBe(true);
  expect(['names_', 'foo', 'pk', 'constructor_'].some(isReserved)).toBe(false);
});
