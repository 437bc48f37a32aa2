import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextBytes } from './text-bytes';

it('is the UTF-8 of all that was added, however much and in whatever pieces', () => {
  const piece = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.constant('x'.repeat(5000)), fc.constant('é€😀'.repeat(900)));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 0, max: 10_000 }), (pieces, expected) => {
      const text = new TextBytes(expected);
      for (const one of pieces) text.add(one);
      expect(Buffer.from(text.end()).toString()).toBe(Buffer.from(pieces.join('')).toString());
    }),
  );
});
