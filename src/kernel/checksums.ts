/** Checksums by the names that AWS gives them, as streams: the header algorithms of S3, and MD5. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { IHasher } from 'hash-wasm';
import { Crc32c, Crc64Nvme } from './crc';

/** Lower case, as in `x-amz-checksum-<algorithm>`; `md5` is `Content-MD5`'s too. */
export type ChecksumAlgorithm = keyof typeof checksumBytes;

/** How long each is. */
export const checksumBytes = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
  sha512: 64,
  md5: 16,
  xxhash64: 8,
  xxhash3: 8,
  xxhash128: 16,
} as const;

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  update(bytes: Uint8Array): void;
  /** Most significant byte first. Ends the stream: call it once. */
  digest(): Uint8Array;
  digestBase64(): string;
}

/** Undefined for names that are none of ours, whatever their case. */
export function checksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(checksumBytes, lower) ? (lower as ChecksumAlgorithm) : undefined;
}

/** Is this the base64 of a checksum of that algorithm? */
export function isChecksumValue(algorithm: ChecksumAlgorithm, base64: string): boolean {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === checksumBytes[algorithm] && bytes.toString('base64') === base64;
}

/** A new checksum; at once for those that node computes itself. Takes the names of AWS's enums (`CRC64NVME`) too. */
export function checksum(name: ChecksumAlgorithm | Uppercase<ChecksumAlgorithm>): Checksum | Promise<Checksum> {
  const algorithm = name.toLowerCase() as ChecksumAlgorithm;
  switch (algorithm) {
    case 'crc32':
      return new Crc32();
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'sha512':
      return new NodeHash(algorithm);
    default:
      return WasmHash.open(algorithm);
  }
}

/** Up to here our own CRCs are done before WebAssembly has begun. */
const smallBytes = 64 * 1024;

/** Base64 checksum of bytes at hand; at once where it can be, so that a reusable instance is never held over a turn. */
export function checksumOf(name: ChecksumAlgorithm | Uppercase<ChecksumAlgorithm>, bytes: Uint8Array): string | Promise<string> {
  const algorithm = name.toLowerCase() as ChecksumAlgorithm;
  if (bytes.length <= smallBytes) {
    if (algorithm === 'crc64nvme') return finish(new OwnCrc(algorithm, new Crc64Nvme()), bytes);
    if (algorithm === 'crc32c') return finish(new OwnCrc(algorithm, new Crc32c()), bytes);
  }
  const sum = checksum(algorithm);
  return sum instanceof Promise ? sum.then((made) => finish(made, bytes)) : finish(sum, bytes);
}

function finish(sum: Checksum, bytes: Uint8Array): string {
  sum.update(bytes);
  return sum.digestBase64();
}

abstract class Base implements Checksum {
  abstract readonly algorithm: ChecksumAlgorithm;
  abstract update(bytes: Uint8Array): void;
  abstract digest(): Uint8Array;

  digestBase64(): string {
    const bytes = this.digest();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  }
}

class Crc32 extends Base {
  readonly algorithm = 'crc32';
  #value = 0;

  update(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  digest(): Uint8Array {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(this.#value);
    return bytes;
  }
}

class OwnCrc extends Base {
  readonly algorithm: 'crc32c' | 'crc64nvme';
  readonly #crc: Crc32c | Crc64Nvme;

  constructor(algorithm: 'crc32c' | 'crc64nvme', crc: Crc32c | Crc64Nvme) {
    super();
    this.algorithm = algorithm;
    this.#crc = crc;
  }

  update(bytes: Uint8Array): void {
    this.#crc.update(bytes);
  }

  digest(): Uint8Array {
    return this.#crc.digest();
  }
}

class NodeHash extends Base {
  readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512';
  readonly #hash;

  constructor(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512') {
    super();
    this.algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Uint8Array {
    return this.#hash.digest();
  }
}

type WasmAlgorithm = 'crc32c' | 'crc64nvme' | 'xxhash64' | 'xxhash3' | 'xxhash128';

/** What node lacks, from hash-wasm, whose instances cost more to make than to run over a small body: they are used again. */
class WasmHash extends Base {
  static readonly #idle = new Map<WasmAlgorithm, IHasher[]>();
  static readonly #mostIdle = 16;

  readonly algorithm: WasmAlgorithm;
  readonly #hasher: IHasher;

  constructor(algorithm: WasmAlgorithm, hasher: IHasher) {
    super();
    this.algorithm = algorithm;
    this.#hasher = hasher;
  }

  static open(algorithm: WasmAlgorithm): Checksum | Promise<Checksum> {
    const idle = WasmHash.#idle.get(algorithm)?.pop();
    if (idle !== undefined) return new WasmHash(algorithm, idle.init());
    return createHasher(algorithm).then((hasher) => new WasmHash(algorithm, hasher.init()));
  }

  update(bytes: Uint8Array): void {
    this.#hasher.update(bytes);
  }

  digest(): Uint8Array {
    const bytes = this.#hasher.digest('binary');
    const idle = WasmHash.#idle.get(this.algorithm);
    if (idle === undefined) WasmHash.#idle.set(this.algorithm, [this.#hasher]);
    else if (idle.length < WasmHash.#mostIdle) idle.push(this.#hasher);
    return bytes;
  }
}

async function createHasher(algorithm: WasmAlgorithm): Promise<IHasher> {
  // Loaded on demand: it carries every algorithm's WebAssembly as text.
  const wasm = await import('hash-wasm');
  switch (algorithm) {
    case 'crc32c':
      return wasm.createCRC32(0x82f63b78);
    case 'crc64nvme':
      return wasm.createCRC64('9a6c9329ac4bc9b5');
    case 'xxhash64':
      return wasm.createXXHash64();
    case 'xxhash3':
      return wasm.createXXHash3();
    case 'xxhash128':
      return wasm.createXXHash128();
  }
}
