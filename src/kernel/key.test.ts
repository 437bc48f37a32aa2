import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyPart } from './collection';
import { afterPrefix, encodedKey, encodeKey, encodeTextPrefix, firstParts, joinKeys, withoutFirstParts } from './key';

const part = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.double({ noNaN: true }), fc.integer());
const key = fc.array(part, { maxLength: 4 });

function rank(p: KeyPart): number {
  return typeof p === 'string' ? 0 : 1;
}
function compareParts(a: KeyPart, b: KeyPart): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'number') return a === b ? 0 : a < (b as number) ? -1 : 1;
  return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
}
function compareKeys(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareParts(a[i] as KeyPart, b[i] as KeyPart);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

describe('encodeKey', () => {
  it('orders as its parts do', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const [x, y] = [encodeKey(a), encodeKey(b)];
        expect(Math.sign(x < y ? -1 : x > y ? 1 : 0)).toBe(Math.sign(compareKeys(a, b)));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('puts U+1F600 after U+FF5E, as UTF-8 does and JavaScript does not', () => {
    expect('\u{1f600}' < '\uff5e').toBe(true);
    expect(encodeKey('\u{1f600}') > encodeKey('\uff5e')).toBe(true);
  });

  it('holds one byte in each character', () => {
    for (const character of encodeKey(['é😀\0', -1.5, new Uint8Array([0, 255])])) expect(character.charCodeAt(0)).toBeLessThan(256);
  });

  it('bounds what begins with a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (text, other) => {
        const from = encodeTextPrefix('b', text);
        const to = afterPrefix(from) as string;
        const inside = (s: string) => encodeKey(['b', s]) >= from && encodeKey(['b', s]) < to;
        expect(inside(text + other)).toBe(true);
        expect(inside(other)).toBe(Buffer.from(other).subarray(0, Buffer.byteLength(text)).equals(Buffer.from(text)));
      }),
      { numRuns: 1000, seed: 2 },
    );
  });
});

describe('an encoded key', () => {
  const bytes = fc.uint8Array({ maxLength: 6 });
  const awkward = fc.constantFrom<KeyPart>(
    '',
    '\0',
    '\0\0',
    'a\0b',
    '\xff',
    '\0\xff',
    0,
    -0.5,
    new Uint8Array([0]),
    new Uint8Array([0, 255]),
  );
  const parts = fc.array(fc.oneof(part, bytes, awkward), { maxLength: 5 });

  it('stands for its parts', () => {
    fc.assert(
      fc.property(parts, (all) => {
        expect(encodeKey({ key: encodedKey(all) })).toBe(encodeKey(all));
      }),
      { seed: 3 },
    );
    expect(encodeKey({ key: encodedKey(['a']) })).not.toBe(encodeKey(encodeKey('a')));
  });

  it('is taken apart where its parts meet', () => {
    fc.assert(
      fc.property(parts, parts, (first, rest) => {
        const whole = encodedKey([...first, ...rest]);
        expect(joinKeys(encodedKey(first), encodedKey(rest))).toBe(whole);
        expect(firstParts(whole, first.length)).toBe(encodedKey(first));
        expect(withoutFirstParts(whole, first.length)).toBe(encodedKey(rest));
      }),
      { numRuns: 1000, seed: 4 },
    );
  });

  it('has no more parts than it has', () => {
    expect(firstParts(encodedKey(['a', 1]), 3)).toBe(encodedKey(['a', 1]));
    expect(withoutFirstParts(encodedKey(['a', 1]), 3)).toBe(encodedKey([]));
  });
});
