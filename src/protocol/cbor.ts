/** CBOR (RFC 8949) as far as Smithy's RPC v2 uses it: bounded decoding of untrusted bytes, and a growing writer. */
import { decodeUtf8, MAX_DEPTH, setKey } from './shapes';

/** A tagged value; tag 1 is a timestamp in epoch seconds. */
export class Tagged {
  readonly tag: number;
  readonly value: unknown;
  constructor(tag: number, value: unknown) {
    this.tag = tag;
    this.value = value;
  }
}

export class CborSyntaxError extends Error {}

const BREAK = Symbol('break');

/** Decodes exactly one item. Throws CborSyntaxError for anything malformed, too deep or followed by more bytes. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const decoder = new Decoder(bytes);
  const value = decoder.item(0);
  if (value === BREAK) throw new CborSyntaxError('unexpected break');
  decoder.end();
  return value;
}

class Decoder {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new CborSyntaxError('trailing bytes');
  }

  item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new CborSyntaxError('too deep');
    const first = this.byte();
    const major = first >> 5;
    const info = first & 31;
    switch (major) {
      case 0:
        return this.argument(info);
      case 1: {
        const value = this.argument(info);
        return typeof value === 'bigint' ? -1n - value : -1 - value;
      }
      case 2:
        return info === 31 ? this.chunks(2) : this.take(this.length(info));
      case 3:
        return this.text(info);
      case 4:
        return this.array(info, depth);
      case 5:
        return this.map(info, depth);
      case 6:
        return new Tagged(Number(this.argument(info)), this.inner(depth));
      default:
        return this.simple(info);
    }
  }

  private inner(depth: number): unknown {
    const value = this.item(depth + 1);
    if (value === BREAK) throw new CborSyntaxError('unexpected break');
    return value;
  }

  private byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new CborSyntaxError('truncated');
    return value;
  }

  private take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new CborSyntaxError('truncated');
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  private argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info === 24) return this.byte();
    if (info === 25) return this.take(2).readUInt16BE(0);
    if (info === 26) return this.take(4).readUInt32BE(0);
    if (info !== 27) throw new CborSyntaxError('reserved length');
    const value = this.take(8).readBigUInt64BE(0);
    return value <= 9007199254740991n ? Number(value) : value;
  }

  /** A length that the bytes at hand can hold: each item takes at least one. */
  private length(info: number): number {
    const value = this.argument(info);
    if (typeof value === 'bigint' || value > this.bytes.length - this.at) throw new CborSyntaxError('truncated');
    return value;
  }

  private chunks(major: number): Buffer {
    const parts: Buffer[] = [];
    for (;;) {
      const first = this.byte();
      if (first === 0xff) return Buffer.concat(parts);
      if (first >> 5 !== major || (first & 31) === 31) throw new CborSyntaxError('bad chunk');
      parts.push(this.take(this.length(first & 31)));
    }
  }

  private text(info: number): string {
    const text = decodeUtf8(info === 31 ? this.chunks(3) : this.take(this.length(info)));
    if (text === undefined) throw new CborSyntaxError('invalid UTF-8');
    return text;
  }

  private array(info: number, depth: number): unknown[] {
    const out: unknown[] = [];
    if (info === 31) {
      for (let value = this.item(depth + 1); value !== BREAK; value = this.item(depth + 1)) out.push(value);
      return out;
    }
    const length = this.length(info);
    for (let i = 0; i < length; i++) out.push(this.inner(depth));
    return out;
  }

  private map(info: number, depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    const length = info === 31 ? Number.POSITIVE_INFINITY : this.length(info);
    for (let i = 0; i < length; i++) {
      const key = this.item(depth + 1);
      if (key === BREAK && info === 31) return out;
      if (typeof key !== 'string') throw new CborSyntaxError('map keys must be text');
      setKey(out, key, this.inner(depth));
    }
    return out;
  }

  private simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return halfToNumber(this.take(2).readUInt16BE(0));
      case 26:
        return this.take(4).readFloatBE(0);
      case 27:
        return this.take(8).readDoubleBE(0);
      case 31:
        return BREAK;
      default:
        throw new CborSyntaxError('unknown simple value');
    }
  }
}

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Appends CBOR items to bytes that grow. */
export class CborWriter {
  private bytes = Buffer.allocUnsafe(1024);
  private at = 0;

  private room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + length));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }

  private head(major: number, argument: number): void {
    this.room(9);
    const top = major << 5;
    if (argument < 24) this.bytes[this.at++] = top | argument;
    else if (argument < 0x100) {
      this.bytes[this.at++] = top | 24;
      this.bytes[this.at++] = argument;
    } else if (argument < 0x10000) {
      this.bytes[this.at++] = top | 25;
      this.at = this.bytes.writeUInt16BE(argument, this.at);
    } else if (argument < 0x100000000) {
      this.bytes[this.at++] = top | 26;
      this.at = this.bytes.writeUInt32BE(argument, this.at);
    } else {
      this.bytes[this.at++] = top | 27;
      this.at = this.bytes.writeBigUInt64BE(BigInt(argument), this.at);
    }
  }

  integer(value: number): void {
    if (value >= 0) this.head(0, value);
    else this.head(1, -1 - value);
  }

  /** In four bytes when nothing is lost, else eight. */
  float(value: number): void {
    this.room(9);
    if (Number.isNaN(value) || Math.fround(value) === value) {
      this.bytes[this.at++] = 0xfa;
      this.at = this.bytes.writeFloatBE(value, this.at);
    } else {
      this.bytes[this.at++] = 0xfb;
      this.at = this.bytes.writeDoubleBE(value, this.at);
    }
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.head(3, length);
    this.room(length);
    this.at += this.bytes.write(value, this.at);
  }

  blob(value: Uint8Array): void {
    this.head(2, value.length);
    this.room(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
  }

  boolean(value: boolean): void {
    this.raw(value ? 0xf5 : 0xf4);
  }

  null(): void {
    this.raw(0xf6);
  }

  array(length: number): void {
    this.head(4, length);
  }

  map(length: number): void {
    this.head(5, length);
  }

  /** A map of unknown size; close it with `end`. */
  openMap(): void {
    this.raw(0xbf);
  }

  end(): void {
    this.raw(0xff);
  }

  tag(tag: number): void {
    this.head(6, tag);
  }

  private raw(byte: number): void {
    this.room(1);
    this.bytes[this.at++] = byte;
  }

  finish(): Buffer {
    return this.bytes.subarray(0, this.at);
  }
}
