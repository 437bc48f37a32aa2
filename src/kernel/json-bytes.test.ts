import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonBytes } from './json-bytes';

const read = (out: JsonBytes) => JSON.parse(Buffer.from(out.part(0, out.length)).toString());
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ minLength: 150, maxLength: 250 }));

it('any text and any whole number comes out as it went in, however small the room was', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.maxSafeInteger(), fc.integer({ min: -2, max: 1200 }))), (values) => {
      const out = new JsonBytes(1);
      out.json('[');
      for (const [n, value] of values.entries()) {
        if (n > 0) out.character(','.charCodeAt(0));
        if (typeof value === 'string') out.string(value);
        else out.integer(value);
      }
      out.encoded(Buffer.from(']'));
      expect(read(out)).toEqual(JSON.parse(JSON.stringify(values)));
    }),
  );
});

it.each([
  ['ASCII', 'x'.repeat(90)],
  ['two bytes each', 'é'.repeat(45)],
  ['three bytes each', '→'.repeat(30)],
])('takes no more room than the text needs: %s', (_, text) => {
  const out = new JsonBytes(92);
  out.character(0x22);
  out.json(text);
  out.character(0x22);
  expect([out.length, out.capacity]).toEqual([92, 92]);
  expect(read(out)).toBe(text);
});

it('forgets what is cut, and does not grow by it', () => {
  const out = new JsonBytes(8);
  out.string('kept');
  const { length } = out;
  out.string('x'.repeat(1000));
  out.cutTo(length);
  out.cutTo(length + 500);
  expect(read(out)).toBe('kept');
});
