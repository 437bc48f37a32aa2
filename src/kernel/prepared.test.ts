import { describe, expect, it } from 'vitest';
import { PreparedJson, withoutPrepared } from './prepared';

describe('withoutPrepared', () => {
  const prepared = (value: unknown) => new PreparedJson(JSON.stringify(value), () => value);

  it('gives the values in the place of texts, however deep', () => {
    const bytes = new Uint8Array([1]);
    const output = { Item: prepared({ a: 1 }), List: [prepared([2]), 'x'], Bytes: bytes, Nothing: undefined };
    expect(withoutPrepared(output)).toEqual({ Item: { a: 1 }, List: [[2], 'x'], Bytes: bytes, Nothing: undefined });
    expect(withoutPrepared(prepared('whole'))).toBe('whole');
  });

  it('leaves an output that has none as it is', () => {
    const output = { a: [1, { b: new Date(0) }], c: null };
    expect(withoutPrepared(output)).toBe(output);
  });

  it('asks for no value that nobody needs', () => {
    const never = new PreparedJson('{}', () => {
      throw new Error('not needed');
    });
    expect(never.text).toBe('{}');
  });
});
