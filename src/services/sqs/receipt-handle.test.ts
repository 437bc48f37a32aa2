import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReceiptHandle, parseReceiptHandle } from './receipt-handle';

describe('receipt handles', () => {
  it('hold what they were made of', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (purges, sequence, receive) => {
        const receipt = { bin: `k3j9x2-${purges}`, sequence, receive: receive % 1e9 };
        expect(parseReceiptHandle(formatReceiptHandle(receipt), 'k3j9x2')).toEqual(receipt);
      }),
    );
  });

  it('refuse whatever else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseReceiptHandle(text, 'k3j9x2')).toThrow(`The input receipt handle "${text}" is not a valid receipt handle.`);
      }),
    );
    expect(() => parseReceiptHandle(formatReceiptHandle({ bin: 'other-0', sequence: 1, receive: 1 }), 'oth')).toThrow(/not a valid/);
  });
});
