/** The hash of a canonical request, which is written over that of the request before: clients repeat most of it. */
import { hash } from 'node:crypto';
import { derived } from '../kernel/derived';
import { type CanonicalOptions, canonicalHeader, canonicalPath, canonicalQuery, canonicalRequest, joined, sentHeader } from './canonical';
import type { SignableRequest } from './credential';
import { sha256Hex } from './signing-key';
import { writeLatin1 } from './write-text';

/** Hex SHA-256 of `canonicalRequest`. */
export function canonicalHash(request: SignableRequest, options: CanonicalOptions): string {
  return lastWith(options.signedHeaders).hash(request, options) ?? sha256Hex(canonicalRequest(request, options));
}

/** By the list of signed headers, which all requests of one kind of client share. */
const lastWith = derived((signedHeaders: readonly string[]) => new LastRequest(signedHeaders));

/** Room for method, path and query, which end where the headers begin; and for all. */
const firstLinesRoom = 512;
const room = 2560;

interface Line {
  readonly name: string;
  /** Where the value is. */
  at: number;
  value: string;
  /** As it was sent; undefined where a value may be several, which only the raw headers tell. */
  sent: string | undefined;
}

/**
 * The bytes of the last request that signed these headers. What is the same in the next one stays; what has the same
 * length as before (times, hashes, ids) is written over it; for anything else the headers are laid out again.
 */
class LastRequest {
  readonly #lines: readonly Line[];
  /** The names once more, after all values. */
  readonly #names: string;
  readonly #bytes = Buffer.alloc(room);
  #isLaidOut = false;
  #method: string | undefined;
  #path = '';
  #query = '';
  #s3 = false;
  #begin = 0;
  #payloadAt = 0;
  #payload = '';
  /** From `#begin` to the end of the payload's hash. */
  #whole: Buffer | undefined;

  constructor(signedHeaders: readonly string[]) {
    this.#lines = signedHeaders.map((name) => ({ name, at: 0, value: '', sent: undefined }));
    this.#names = joined(signedHeaders);
  }

  /** Undefined when there is no room for it. */
  hash(request: SignableRequest, { s3, payloadHash }: CanonicalOptions): string | undefined {
    if (!this.#writeHeaders(request) || !this.#writeFirstLines(request, s3)) return undefined;
    if (payloadHash !== this.#payload) {
      if (this.#payloadAt + payloadHash.length > room) return undefined;
      if (payloadHash.length !== this.#payload.length) this.#whole = undefined;
      writeLatin1(this.#bytes, payloadHash, this.#payloadAt);
      this.#payload = payloadHash;
    }
    this.#whole ??= this.#bytes.subarray(this.#begin, this.#payloadAt + payloadHash.length);
    return hash('sha256', this.#whole, 'hex');
  }

  #writeHeaders({ headers, rawHeaders }: SignableRequest): boolean {
    let fits = this.#isLaidOut;
    for (const line of this.#lines) {
      const sent = sentHeader(headers, line.name);
      if (sent === line.sent) continue;
      const value = canonicalHeader(sent, line.name, rawHeaders);
      line.sent = sent.includes(',') ? undefined : sent;
      if (value === line.value) continue;
      if (value.length !== line.value.length) fits = false;
      else if (fits) writeLatin1(this.#bytes, value, line.at);
      line.value = value;
    }
    return fits || this.#layOut();
  }

  #layOut(): boolean {
    let text = '';
    for (const line of this.#lines) {
      text += `${line.name}:`;
      line.at = firstLinesRoom + text.length;
      text += `${line.value}\n`;
    }
    text += `\n${this.#names}\n`;
    this.#payloadAt = firstLinesRoom + text.length;
    this.#payload = '';
    this.#whole = undefined;
    this.#isLaidOut = this.#payloadAt <= room;
    if (this.#isLaidOut) writeLatin1(this.#bytes, text, firstLinesRoom);
    return this.#isLaidOut;
  }

  #writeFirstLines({ method, path, query }: SignableRequest, s3: boolean): boolean {
    if (path === this.#path && query === this.#query && method === this.#method && s3 === this.#s3) return true;
    const text = `${method}\n${canonicalPath(path, s3)}\n${canonicalQuery(query)}\n`;
    const begin = firstLinesRoom - text.length;
    if (begin < 0) return false;
    if (begin !== this.#begin) this.#whole = undefined;
    this.#begin = begin;
    this.#method = method;
    this.#path = path;
    this.#query = query;
    this.#s3 = s3;
    writeLatin1(this.#bytes, text, begin);
    return true;
  }
}
