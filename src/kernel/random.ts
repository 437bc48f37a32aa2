/** Randomness for ids: fast, seedable, and not for secrets (those use node:crypto). */
import { randomBytes } from 'node:crypto';

const alphanumeric = 'abcdefghijklmnopqrstuvwxyz0123456789';
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

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
    let text = prefix;
    for (let i = 0; i < length; i++) text += alphabet[Math.floor(this.fraction() * alphabet.length)];
    return text;
  }

  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) {
      const bits = this.next();
      text += (hexPairs[bits & 255] as string) + hexPairs[(bits >>> 8) & 255] + hexPairs[(bits >>> 16) & 255] + hexPairs[bits >>> 24];
    }
    return text.length === length ? text : text.slice(0, length);
  }

  /** A version 4 UUID. */
  uuid(): string {
    const a = this.next();
    const b = this.next();
    const c = this.next();
    const d = this.next();
    const h = hexPairs;
    return `${h[a & 255]}${h[(a >>> 8) & 255]}${h[(a >>> 16) & 255]}${h[a >>> 24]}-${h[b & 255]}${h[(b >>> 8) & 255]}-${h[((b >>> 16) & 15) | 64]}${h[b >>> 24]}-${h[(c & 63) | 128]}${h[(c >>> 8) & 255]}-${h[(c >>> 16) & 255]}${h[c >>> 24]}${h[d & 255]}${h[(d >>> 8) & 255]}${h[(d >>> 16) & 255]}${h[d >>> 24]}`;
  }
}
