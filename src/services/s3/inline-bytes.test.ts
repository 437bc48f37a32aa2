import { expect, test } from 'vitest';
import { bytesOf, keepBytes, noBytes } from './inline-bytes';

const everyByte = (length: number) => Uint8Array.from({ length }, (_, at) => at % 256);

test.each([0, 1, 256, 2047, 2048, 2049, 16_384])('%i bytes come back as they were', (length) => {
  const bytes = everyByte(length);
  expect(Buffer.from(bytesOf(keepBytes(bytes))).equals(bytes)).toBe(true);
});

test.each([300, 3000])('%i bytes are a copy, of that part alone', (length) => {
  const all = everyByte(length + 20);
  const kept = keepBytes(all.subarray(10, 10 + length));
  const before = Buffer.from(all.subarray(10, 10 + length));
  all.fill(0);
  expect(Buffer.from(bytesOf(kept)).equals(before)).toBe(true);
  if (typeof kept !== 'string') expect(kept.buffer.byteLength).toBe(length);
});

test('no bytes are none', () => {
  expect(bytesOf(noBytes)).toHaveLength(0);
});
