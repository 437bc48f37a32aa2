import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterPrefix, climbsAboveRoot, requireKey, urlEncodeKey } from './object-key';

describe('object keys', () => {
  it.each(['a//b', '/a', 'a/../b', '%2F', '+', ' ', '😀', '\0', 'é'.repeat(512), 'x'.repeat(1024), '...', '..a', 'a/b/../../c'])(
    'takes %j',
    (key) => expect(requireKey(key)).toBe(key),
  );
  it.each(['x'.repeat(1025), 'é'.repeat(513), '😀'.repeat(257)])('refuses more than 1,024 bytes', (key) =>
    expect(() => requireKey(key)).toThrow(expect.objectContaining({ code: 'KeyTooLongError', message: 'Your key is too long' })),
  );
  it.each(['..', '../a', 'a/../../b', '/../a', './../a'])('refuses %j, which climbs above the root', (key) =>
    expect(climbsAboveRoot(key)).toBe(true),
  );

  it('knows the first string after a prefix, in UTF-8 order', () => {
    const bytes = (text: string) => Buffer.from(text);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (prefix, rest) => {
        const after = afterPrefix(prefix);
        if (after === undefined) return;
        expect(Buffer.compare(bytes(prefix + rest), bytes(after))).toBe(-1);
        expect(after.startsWith(prefix)).toBe(false);
      }),
    );
    expect(afterPrefix('a/')).toBe('a0');
    expect(afterPrefix('\u{ffff}')).toBe('\u{10000}');
    expect(afterPrefix('\u{d7ff}')).toBe('\u{e000}');
    expect(afterPrefix('a\u{10ffff}')).toBe('b');
    expect(afterPrefix('\u{10ffff}')).toBeUndefined();
  });

  it.each([
    ['a b', 'a+b'],
    ['a+b', 'a%2Bb'],
    ['test_file(3).png', 'test_file%283%29.png'],
    ['a/b*c-d.e~', 'a/b*c-d.e%7E'],
    ['é😀\n', '%C3%A9%F0%9F%98%80%0A'],
  ])('writes %j as %s in listings that encode', (key, encoded) => expect(urlEncodeKey(key)).toBe(encoded));
});
