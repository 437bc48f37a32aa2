/** The entries of a page of objects as XML, written from their records with nothing in between. */
import { escapeXml, isoTime, TextBytes } from '../../kernel';
import type { StoredObject } from './state';

/** An entry is about so long, and but for its key, ETag and owner never longer than the second. */
const entryBytes = 320;
const mostEntryBytes = 512;
/** A UTF-16 unit of a key is at most three bytes of UTF-8, each written as `%E2`. */
const mostBytesPerUnit = 9;

/** So many records are fetched before they are written: few enough to stay in the nearest cache until then. */
const bunch = 32;

/** Longer keys are written faster by whoever does it for all texts. */
const shortKey = 48;

const opening = '<Contents><Key>';
const colon = 0x3a;
const daySeconds = 86_400;

/** One entry after the other. `ownerXml`: what each says of its owner. */
export function writeContents(objects: readonly StoredObject[], encode: (key: string) => string, ownerXml: string): TextBytes {
  const writer = new ContentsWriter(objects.length, encode, ownerXml);
  for (let from = 0; from < objects.length; from += bunch) writer.add(objects, from, Math.min(from + bunch, objects.length));
  return writer.end();
}

class ContentsWriter {
  readonly #xml: TextBytes;
  readonly #encode: (key: string) => string;
  readonly #ownerXml: string;
  // What is around the parts that differ; an entry nearly always has it in common with the one before.
  #day = Number.NaN;
  #beforeTime: Uint8Array = Buffer.of();
  readonly #beforeETag = Buffer.from('.000Z</LastModified><ETag>&quot;');
  #algorithm = '';
  #checksumType = '';
  #beforeSize: Uint8Array = Buffer.of();
  #storageClass: string | undefined = '';
  #afterSize: Uint8Array = Buffer.of();

  constructor(count: number, encode: (key: string) => string, ownerXml: string) {
    this.#xml = new TextBytes(count * (entryBytes + ownerXml.length));
    this.#xml.add(opening);
    this.#encode = encode;
    this.#ownerXml = ownerXml;
  }

  /** At most a bunch of them. */
  add(objects: readonly StoredObject[], from: number, to: number): void {
    const bytes = this.#xml.room(this.#fetch(objects, from, to) + (to - from) * (mostEntryBytes + this.#ownerXml.length));
    for (let i = from; i < to; i++) this.#xml.end = this.#put(bytes, this.#xml.end, objects[i]!);
  }

  /** Every entry ends with the opening of the next. */
  end(): TextBytes {
    this.#xml.end -= opening.length;
    return this.#xml;
  }

  /**
   * Reads one member of all of them, then the next, and returns how many bytes their keys and ETags will need at most.
   * Neighbours in a list were put at different times, so that they lie anywhere in memory. Read like this, many of them are
   * on their way from there at once; what is first read where it is written is waited for alone, which takes twice the time
   * of all the rest.
   */
  #fetch(objects: readonly StoredObject[], from: number, to: number): number {
    let length = 0;
    for (let i = from; i < to; i++) length += objects[i]!.storageClass?.length ?? 0;
    for (let i = from; i < to; i++) length += objects[i]!.key.length * mostBytesPerUnit;
    for (let i = from; i < to; i++) length += objects[i]!.etag.length;
    return length;
  }

  #put(bytes: Buffer, start: number, object: StoredObject): number {
    const { modifiedSeconds: seconds, checksumAlgorithm: algorithm, checksumType: type, storageClass } = object;
    if (algorithm !== this.#algorithm || type !== this.#checksumType) this.#setChecksum(algorithm, type);
    if (storageClass !== this.#storageClass) this.#setStorageClass(storageClass);
    const day = Math.floor(seconds / daySeconds);
    if (day !== this.#day) this.#setDay(day);
    const second = seconds - day * daySeconds;
    let at = putKey(bytes, start, this.#encode(object.key));
    at = putBytes(bytes, at, this.#beforeTime);
    at = putTwoDigits(bytes, at, (second / 3600) | 0);
    bytes[at++] = colon;
    at = putTwoDigits(bytes, at, ((second / 60) | 0) % 60);
    bytes[at++] = colon;
    at = putTwoDigits(bytes, at, second % 60);
    at = putBytes(bytes, at, this.#beforeETag);
    at = putAscii(bytes, at, object.etag);
    at = putBytes(bytes, at, this.#beforeSize);
    at = putAscii(bytes, at, String(object.size));
    return putBytes(bytes, at, this.#afterSize);
  }

  #setDay(day: number): void {
    this.#day = day;
    this.#beforeTime = Buffer.from(`</Key><LastModified>${isoTime(day * daySeconds * 1000).slice(0, 'YYYY-MM-DDT'.length)}`);
  }

  #setChecksum(algorithm: string, type: string): void {
    this.#algorithm = algorithm;
    this.#checksumType = type;
    this.#beforeSize = Buffer.from(
      `&quot;</ETag><ChecksumAlgorithm>${algorithm}</ChecksumAlgorithm><ChecksumType>${type}</ChecksumType><Size>`,
    );
  }

  #setStorageClass(storageClass: string | undefined): void {
    this.#storageClass = storageClass;
    this.#afterSize = Buffer.from(
      `</Size><StorageClass>${storageClass ?? 'STANDARD'}</StorageClass>${this.#ownerXml}</Contents>${opening}`,
    );
  }
}

/** Characters that are one byte and need no escape: 1. */
const isPlain = Uint8Array.from({ length: 128 }, (_, code) =>
  /[ -~]/.test(String.fromCharCode(code)) && !'&<>"'.includes(String.fromCharCode(code)) ? 1 : 0,
);

function putKey(bytes: Buffer, at: number, key: string): number {
  const { length } = key;
  if (length <= shortKey) {
    let i = 0;
    for (; i < length; i++) {
      const code = key.charCodeAt(i);
      if (isPlain[code] !== 1) break;
      bytes[at + i] = code;
    }
    if (i === length) return at + length;
  }
  return at + bytes.write(escapeXml(key), at);
}

/** Shorter texts are copied in less time than it takes to call for it. */
const shortLength = 32;

/** Writes text that is ASCII; returns where it ends. */
function putAscii(bytes: Buffer, at: number, text: string): number {
  const { length } = text;
  if (length > shortLength) return at + bytes.write(text, at, 'latin1');
  for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + length;
}

/** Returns where they end. */
function putBytes(bytes: Buffer, at: number, more: Uint8Array): number {
  bytes.set(more, at);
  return at + more.length;
}

/** Writes `07`, of 0 to 99; returns where it ends. */
function putTwoDigits(bytes: Buffer, at: number, number: number): number {
  const tens = (number / 10) | 0;
  bytes[at] = 48 + tens;
  bytes[at + 1] = 48 + number - tens * 10;
  return at + 2;
}
