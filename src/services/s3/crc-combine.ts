/**
 * The CRC of two pieces of data joined, from the CRCs of the pieces and the length of the second: how a multipart
 * object gets its full-object checksum without its bytes being read again. The arithmetic is polynomials over GF(2)
 * modulo the CRC's own, in reflected bit order (the highest bit is x⁰).
 */

interface Crc {
  readonly width: bigint;
  /** Reflected, without its leading term. */
  readonly polynomial: bigint;
}

const crcs: Readonly<Record<string, Crc>> = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** Whether checksums of this algorithm can be combined. */
export function isCombinable(algorithm: string): boolean {
  return Object.hasOwn(crcs, algorithm);
}

/** The checksum (base64) of pieces laid end to end. */
export function combineCrcs(algorithm: string, pieces: readonly { readonly checksum: string; readonly size: number }[]): string {
  const crc = crcs[algorithm];
  if (!crc) throw new TypeError(`${algorithm} checksums cannot be combined.`);
  // Parts mostly have one size, so the shift by it is worked out once.
  const shifts = new Map<number, bigint>();
  let sum = 0n;
  for (const { checksum, size } of pieces) {
    let shift = shifts.get(size);
    if (shift === undefined) {
      shift = powerOfX(crc, BigInt(size) * 8n);
      shifts.set(size, shift);
    }
    sum = multiply(crc, shift, sum) ^ BigInt(`0x${Buffer.from(checksum, 'base64').toString('hex')}`);
  }
  return Buffer.from(sum.toString(16).padStart(Number(crc.width) / 4, '0'), 'hex').toString('base64');
}

function multiply({ width, polynomial }: Crc, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << (width - 1n); bit !== 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}

function powerOfX(crc: Crc, exponent: bigint): bigint {
  let power = 1n << (crc.width - 1n);
  let square = 1n << (crc.width - 2n);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(crc, power, square);
    square = multiply(crc, square, square);
  }
  return power;
}
