import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineCrcs } from './crc-combine';

/** A CRC bit by bit, as its definition says. */
function crc(bytes: Uint8Array, width: bigint, polynomial: bigint): string {
  const ones = (1n << width) - 1n;
  let value = ones;
  for (const byte of bytes) {
    value ^= BigInt(byte);
    for (let i = 0; i < 8; i++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
  }
  return Buffer.from((value ^ ones).toString(16).padStart(Number(width) / 4, '0'), 'hex').toString('base64');
}

const definitions = { CRC32: [32n, 0xedb88320n], CRC32C: [32n, 0x82f63b78n], CRC64NVME: [64n, 0x9a6c9329ac4bc9b5n] } as const;

describe('combining CRCs', () => {
  it.each(Object.entries(definitions))('%s of the pieces gives that of the whole', (algorithm, [width, polynomial]) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 }), (pieces) => {
        const parts = pieces.map((piece) => ({ checksum: crc(piece, width, polynomial), size: piece.length }));
        expect(combineCrcs(algorithm, parts)).toBe(crc(Buffer.concat(pieces), width, polynomial));
      }),
    );
  });

  it('agrees with the known check values of "123456789"', () => {
    const check = { CRC32: 'cbf43926', CRC32C: 'e3069283', CRC64NVME: 'ae8b14860a799888' };
    for (const [algorithm, [width, polynomial]] of Object.entries(definitions)) {
      const parts = ['1234', '56789'].map((text) => ({ checksum: crc(Buffer.from(text), width, polynomial), size: text.length }));
      expect(Buffer.from(combineCrcs(algorithm, parts), 'base64').toString('hex')).toBe(check[algorithm as keyof typeof check]);
    }
  });

  it('combines ten thousand parts in a moment', () => {
    const piece = Buffer.alloc(1024, 7);
    const checksum = Buffer.from(crc32(piece).toString(16).padStart(8, '0'), 'hex').toString('base64');
    const parts = Array.from({ length: 10_000 }, () => ({ checksum, size: piece.length }));
    const whole = crc32(Buffer.concat(Array(10_000).fill(piece)));
    expect(Buffer.from(combineCrcs('CRC32', parts), 'base64').readUInt32BE()).toBe(whole);
  });
});
