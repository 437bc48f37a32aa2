import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextBytes } from './text-bytes';

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
