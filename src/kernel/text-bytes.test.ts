import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { putAscii, putBytes, putTwoDigits, TextBytes } from './text-bytes';

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.constant('x'.repeat(5000)), fc.constant('é€😀'.repeat(900)));

describe('TextBytes', () => {
  it('is the UTF-8 of all that was added, between two texts, however much and in whatever pieces', () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 40 }),
        fc.integer({ min: 0, max: 600_000 }),
        text,
        text,
        (pieces, expected, before, after) => {
          const bytes = new TextBytes(expected);
          for (const piece of pieces) bytes.add(piece);
          expect(Buffer.from(bytes.between(before, after)).toString()).toBe(Buffer.from(before + pieces.join('') + after).toString());
          bytes.release();
        },
      ),
    );
  });

  it('gives the bytes of a long text to the next, and only when they are released', () => {
    const [first, second] = [new TextBytes(100_000), new TextBytes(100_000)];
    first.add('first');
    second.add('second');
    const sent = first.between('<', '>');
    expect([sent.toString(), second.between('<', '>').toString()]).toEqual(['<first>', '<second>']);
    first.release();
    const third = new TextBytes(100_000);
    third.add('third');
    expect(third.between('<', '>').buffer).toBe(sent.buffer);
    expect(second.between('<', '>').toString()).toBe('<second>');
  });
});

it('puts ASCII, bytes and digits where it is told and says where they end', () => {
  for (const length of [0, 1, 31, 32, 33, 500]) {
    const bytes = Buffer.alloc(600);
    expect(putAscii(bytes, 7, 'a'.repeat(length))).toBe(7 + length);
    expect(bytes.toString('latin1')).toBe('\0'.repeat(7) + 'a'.repeat(length) + '\0'.repeat(593 - length));
  }
  const bytes = Buffer.alloc(6);
  expect(putBytes(bytes, putTwoDigits(bytes, putTwoDigits(bytes, 0, 7), 59), Buffer.from('xy'))).toBe(6);
  expect(bytes.toString()).toBe('0759xy');
});
