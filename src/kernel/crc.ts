/** CRC-32C and CRC-64/NVME over 8 bytes a step (slicing-by-8): nothing to set up, so the best there is for small bodies. */

const lanes = 8;

/** `tables[lane * 256 + byte]`: what a byte does to the remainder once `lane` more bytes have followed. */
interface Tables {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/** For a reflected polynomial, given as its two halves; `high` is 0 for 32 bits. */
function makeTables(polynomialHigh: number, polynomialLow: number): Tables {
  const low = new Uint32Array(lanes * 256);
  const high = new Uint32Array(lanes * 256);
  for (let byte = 0; byte < 256; byte++) {
    let lo = byte;
    let hi = 0;
    for (let bit = 0; bit < 8; bit++) {
      const odd = lo & 1;
      lo = (lo >>> 1) | (hi << 31);
      hi >>>= 1;
      if (odd) {
        lo ^= polynomialLow;
        hi ^= polynomialHigh;
      }
    }
    low[byte] = lo;
    high[byte] = hi;
  }
  for (let at = 256; at < lanes * 256; at++) {
    const lo = low[at - 256] as number;
    const hi = high[at - 256] as number;
    low[at] = ((lo >>> 8) | (hi << 24)) ^ (low[lo & 255] as number);
    high[at] = (hi >>> 8) ^ (high[lo & 255] as number);
  }
  return { low, high };
}

let castagnoli: Uint32Array | undefined; // house-allow state: a table of constants, made on first use
let nvme: Tables | undefined; // house-allow state: a table of constants, made on first use

/** A running CRC-32C. */
export class Crc32c {
  #crc = 0xffff_ffff;

  update(bytes: Uint8Array): void {
    castagnoli ??= makeTables(0, 0x82f6_3b78).low;
    const t = castagnoli as Uint32Array & Record<number, number>;
    let crc = this.#crc;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      const b = bytes as Uint8Array & Record<number, number>;
      const x = crc ^ (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24));
      crc =
        t[1792 + (x & 255)]! ^
        t[1536 + ((x >>> 8) & 255)]! ^
        t[1280 + ((x >>> 16) & 255)]! ^
        t[1024 + (x >>> 24)]! ^
        t[768 + b[at + 4]!]! ^
        t[512 + b[at + 5]!]! ^
        t[256 + b[at + 6]!]! ^
        t[b[at + 7]!]!;
    }
    for (; at < bytes.length; at++) crc = t[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
    this.#crc = crc;
  }

  /** Four bytes, most significant first. */
  digest(): Uint8Array {
    const out = Buffer.allocUnsafe(4);
    out.writeUInt32BE((this.#crc ^ 0xffff_ffff) >>> 0);
    return out;
  }
}

/** A running CRC-64/NVME, in two halves. */
export class Crc64Nvme {
  #low = 0xffff_ffff;
  #high = 0xffff_ffff;

  update(bytes: Uint8Array): void {
    nvme ??= makeTables(0x9a6c_9329, 0xac4b_c9b5);
    const l = nvme.low;
    const h = nvme.high;
    let low = this.#low;
    let high = this.#high;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      const x = low ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
      const y = high ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24));
      const a = 1792 + (x & 255);
      const b = 1536 + ((x >>> 8) & 255);
      const c = 1280 + ((x >>> 16) & 255);
      const d = 1024 + (x >>> 24);
      const e = 768 + (y & 255);
      const f = 512 + ((y >>> 8) & 255);
      const g = 256 + ((y >>> 16) & 255);
      const i = y >>> 24;
      low = l[a]! ^ l[b]! ^ l[c]! ^ l[d]! ^ l[e]! ^ l[f]! ^ l[g]! ^ l[i]!;
      high = h[a]! ^ h[b]! ^ h[c]! ^ h[d]! ^ h[e]! ^ h[f]! ^ h[g]! ^ h[i]!;
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ bytes[at]!) & 255;
      low = ((low >>> 8) | (high << 24)) ^ l[index]!;
      high = (high >>> 8) ^ h[index]!;
    }
    this.#low = low;
    this.#high = high;
  }

  /** Eight bytes, most significant first. */
  digest(): Uint8Array {
    const out = Buffer.allocUnsafe(8);
    out.writeUInt32BE((this.#high ^ 0xffff_ffff) >>> 0, 0);
    out.writeUInt32BE((this.#low ^ 0xffff_ffff) >>> 0, 4);
    return out;
  }
}
