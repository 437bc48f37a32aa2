/** Randomness for ids: fast, seedable, and not for secrets (those use node:crypto). */
import { randomBytes } from 'node:crypto';

const alphanumeric = 'abcdefghijklmnopqrstuvwxyz0123456789';
const digits = Buffer.from('0123456789abcdef', 'latin1');
const dash = 0x2d;
const four = 0x34;
// Texts are written here and read out in one piece: concatenated ones would be ropes, of some 600 bytes for a UUID.
const scratch = Buffer.alloc(264) as Buffer & { latin1Slice(start: number, end: number): string };

/** sfc32 (PractRand's small fast counting generator): 128 bits of state, passes the usual batteries. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** The same seed gives the same sequence; without one the sequence is unpredictable. */
  constructor(seed?: string) {
    const start = seed === undefined ? randomBytes(12) : Buffer.alloc(12);
    if (seed !== undefined)
      for (const [i, byte] of Buffer.from(seed, 'utf8').entries()) start[i % 12] = ((start[i % 12] as number) * 31 + byte) & 255;
    this.#a = start.readUInt32LE(0);
    this.#b = start.readUInt32LE(4);
    this.#c = start.readUInt32LE(8);
    for (let i = 0; i < 15; i++) this.next();
  }

  /** 32 random bits, unsigned. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** `prefix` and `length` characters of the alphabet. */
  id(prefix: string, length: number, alphabet = alphanumeric): string {
    for (let i = 0; i < length; i++) scratch[i] = alphabet.charCodeAt(Math.floor(this.fraction() * alphabet.length));
    return prefix + scratch.latin1Slice(0, length);
  }

  /** `length` lower-case hexadecimal digits, at most 256. */
  hex(length: number): string {
    for (let at = 0; at < length; at += 8) this.#writeHex(at);
    return scratch.latin1Slice(0, length);
  }

  /** A version 4 UUID. */
  uuid(): string {
    this.#writeHex(0);
    this.#writeHex(8);
    this.#writeHex(16);
    this.#writeHex(24);
    // 8-4-4-4-12: from the right, so that nothing is overwritten before it has moved.
    scratch.copyWithin(24, 20, 32);
    scratch.copyWithin(19, 16, 20);
    scratch.copyWithin(14, 12, 16);
    scratch.copyWithin(9, 8, 12);
    scratch[8] = scratch[13] = scratch[18] = scratch[23] = dash;
    scratch[14] = four;
    scratch[19] = digits[8 | (digitValue(scratch[19] as number) & 3)] as number;
    return scratch.latin1Slice(0, 36);
  }

  #writeHex(at: number): void {
    let bits = this.next();
    for (let i = at; i < at + 8; i++) {
      scratch[i] = digits[bits & 15] as number;
      bits >>>= 4;
    }
  }
}

function digitValue(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}
