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

describe('the signature of a request', () => {
  const scope = '20150830/us-east-1/iam/aws4_request';
  const [one, two] = [sha256Hex('1'), sha256Hex('2')];

  it('is that of its string to sign, whatever was checked before', () => {
    const key = hmacKey('secret', scope);
    const derived = scope
      .split('/')
      .reduce<Buffer>((from, part) => createHmac('sha256', from).update(part).digest(), Buffer.from('AWS4secret'));
    const signatureOf = (time: string, hash: string) =>
      createHmac('sha256', derived).update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash}`).digest('hex');
    const [early, late, far] = ['20150830T123600Z', '20150830T123601Z', '+0123450830T123601Z'];
    for (const [time, hash] of [early, early, late, early, far, late].flatMap((each) => [[each, one] as const, [each, two] as const])) {
      expect(key.matchesRequest(time, hash, signatureOf(time, hash))).toBe(true);
      expect(key.matchesRequest(time, hash, signatureOf(time, hash).toUpperCase())).toBe(true);
      expect(key.matchesRequest(time, hash, signatureOf(time, hash === one ? two : one))).toBe(false);
      expect(key.matchesRequest(time, hash, signatureOf(time === early ? late : early, hash))).toBe(false);
      expect(key.matches(`x\n${time}`, signatureOf(time, hash))).toBe(false);
    }
  });

  it('is another for another secret or scope', () => {
    const time = '20150830T123600Z';
    const other = scope.replace('iam', 'sts');
    const derived = scope
      .split('/')
      .reduce<Buffer>((from, part) => createHmac('sha256', from).update(part).digest(), Buffer.from('AWS4secret'));
    const signature = createHmac('sha256', derived).update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${one}`).digest('hex');
    const taken = [hmacKey('secret', scope), hmacKey('another', scope), hmacKey('secret', other)].map((key) =>
      key.matchesRequest(time, one, signature),
    );
    expect(taken).toEqual([true, false, false]);
  });
});

describe('texts', () => {
  it.each([
    ['', '', true],
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'ab', false],
    ['abc', 'abcd', false],
    ['a'.repeat(64), 'a'.repeat(64), true],
    ['a'.repeat(64), `b${'a'.repeat(63)}`, false],
    ['a'.repeat(64), `${'a'.repeat(63)}b`, false],
    ['a'.repeat(64), `${'a'.repeat(31)}b${'a'.repeat(32)}`, false],
    // a character whose low byte is that of `a`
    ['a'.repeat(64), `${'a'.repeat(63)}\u0161`, false],
    ['é', 'e', false],
  ])('%j and %j', (a, b, same) => expect(sameText(a, b)).toBe(same));
});
