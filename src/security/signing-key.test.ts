import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacKey, sameText, sha256Hex } from './signing-key';

const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 1100 });

describe('hashes of text whose characters are bytes', () => {
  it('are those of the bytes', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        expect(sha256Hex(text)).toBe(createHash('sha256').update(text, 'latin1').digest('hex'));
      }),
    );
  });

  it('signed with a key are HMACs', () => {
    const derived = ['20150830', 'us-east-1', 'iam', 'aws4_request'].reduce<Buffer>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      Buffer.from('AWS4secret'),
    );
    const key = hmacKey('secret', '20150830/us-east-1/iam/aws4_request');
    fc.assert(
      fc.property(bytes, (text) => {
        const signature = createHmac('sha256', derived).update(text, 'latin1').digest('hex');
        expect(key.matches(text, signature)).toBe(true);
        expect(key.matches(text, signature.toUpperCase())).toBe(true);
        expect(key.matches(`${text}x`, signature)).toBe(false);
      }),
    );
  });
});

describe('texts', () => {
  it.each([
    ['', '', true],
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'ab', false],
    ['abc', 'abcd', false],
    ['é', 'e', false],
  ])('%j and %j', (a, b, same) => expect(sameText(a, b)).toBe(same));
});
