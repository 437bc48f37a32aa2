/** Request bodies as services get them: without aws-chunked and gzip, with what was declared about them checked. */
import { promisify } from 'node:util';
import type { RequestBody } from '../kernel/body';
import { AwsError } from '../kernel/errors';
import type { ChunkVerifier } from '../security/chunks';
import { AwsChunkedDecoder } from './aws-chunked';
import { Digests } from './digests';
import { bodyTooLarge, emptyBytes, type GatewayRequest, type Headers, incompleteBody } from './request';

export type BodySource = Pick<GatewayRequest, 'headers' | 'hasBody' | 'contentLength' | 'body' | 'readAll' | 'chunks'>;

export interface BodyOptions {
  /** Checks the signatures of chunks and trailers. */
  readonly verifier?: ChunkVerifier | undefined;
  /** Do `x-amz-checksum-*` headers and trailers speak of this body? True for operations whose model has the checksum trait. */
  readonly checksums?: boolean | undefined;
}

interface WholeBodyOptions extends BodyOptions {
  /**
   * S3 checks what the headers say of the body and takes `Content-Encoding: gzip` for a property of the object; for
   * every other service it is an encoding of the request.
   */
  readonly s3?: boolean | undefined;
  /** Of the decoded body. */
  readonly maxBytes?: number | undefined;
}

/** The longest body of operations that take it whole. */
export const maxWholeBytes = 16 * 1024 * 1024;

/** Streaming bodies up to this length are read before their handler runs: for these, streams cost more than the bytes. */
const maxBufferedBytes = 64 * 1024;

/** The body of an operation with a streaming member; at once, when all of it is at hand. */
export function openBody(request: BodySource, options: BodyOptions = {}): RequestBody | Promise<RequestBody> {
  const { headers, contentLength, body } = request;
  const decoding = Decoding.open(headers, contentLength, options);
  if (decoding instanceof Promise) return decoding.then((ready) => bodyOf(request, ready));
  return body === undefined ? bodyOf(request, decoding) : new BufferedBody(body, decoding);
}

async function bodyOf(request: BodySource, decoding: Decoding): Promise<RequestBody> {
  const { contentLength } = request;
  if (contentLength !== undefined && contentLength <= maxBufferedBytes) {
    return new BufferedBody(await request.readAll(maxBufferedBytes), decoding);
  }
  return new StreamedBody(request, decoding);
}

/** What a body means, from its bytes as sent: the very same bytes when nothing was encoded or declared. */
export function decodeWhole(headers: Headers, sent: Uint8Array, options: WholeBodyOptions = {}): Uint8Array | Promise<Uint8Array> {
  if (options.s3) return decode(headers, sent, options);
  const encoding = headers['content-encoding'];
  return encoding !== undefined && gzipForm.test(encoding) ? inflate(sent, options.maxBytes ?? maxWholeBytes) : sent;
}

const gzipForm = /^\s*(?:x-)?gzip\s*$/i;

function decode(headers: Headers, sent: Uint8Array, options: WholeBodyOptions): Uint8Array | Promise<Uint8Array> {
  const decoding = Decoding.open(headers, sent.length, options);
  return decoding instanceof Promise ? decoding.then((ready) => ready.whole(sent)) : decoding.whole(sent);
}

async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const { gunzip } = await import('node:zlib');
  try {
    // Off this thread, and never past the bound: a bomb costs what a large body costs.
    return await promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(gunzip)(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(maxBytes);
    throw new AwsError('SerializationException', 'The body is not the gzip data that its Content-Encoding announces.', {
      status: 400,
      cause: error,
    });
  }
}

function isAwsChunked(headers: Headers): boolean {
  if (headers['x-amz-content-sha256']?.startsWith('STREAMING-')) return true;
  return headers['x-amz-decoded-content-length'] !== undefined && /(?:^|,)\s*aws-chunked\b/i.test(headers['content-encoding'] ?? '');
}

/** One body's way from the bytes sent to the bytes meant. */
class Decoding {
  readonly length: number | undefined;
  readonly #chunked: AwsChunkedDecoder | undefined;
  readonly #digests: Digests | undefined;
  #bytes = 0;

  private constructor(length: number | undefined, chunked: AwsChunkedDecoder | undefined, digests: Digests | undefined) {
    this.length = length;
    this.#chunked = chunked;
    this.#digests = digests;
  }

  static open(headers: Headers, contentLength: number | undefined, options: BodyOptions): Decoding | Promise<Decoding> {
    const chunked = isAwsChunked(headers);
    const trailers = chunked ? listed(headers['x-amz-trailer']) : noTrailers;
    const digests = Digests.open(headers, { checksums: options.checksums ?? false, trailers });
    const length = chunked ? decodedLength(headers) : contentLength;
    const signed = chunked && headers['x-amz-content-sha256']?.startsWith('STREAMING-AWS4-') === true;
    const decoder = chunked ? new AwsChunkedDecoder({ signed, trailers, verifier: options.verifier }) : undefined;
    if (digests instanceof Promise) return digests.then((ready) => new Decoding(length, decoder, ready));
    return new Decoding(length, decoder, digests);
  }

  get checksums(): Readonly<Record<string, string>> {
    return this.#digests?.declared ?? none;
  }

  push(sent: Uint8Array): Uint8Array[] {
    const data = this.#chunked === undefined ? [sent] : this.#chunked.push(sent);
    for (const piece of data) {
      this.#bytes += piece.length;
      this.#digests?.update(piece);
    }
    if (this.length !== undefined && this.#bytes > this.length) throw incompleteBody();
    return data;
  }

  end(): void {
    this.#chunked?.end();
    if (this.length !== undefined && this.#bytes !== this.length) throw incompleteBody();
    this.#digests?.finish(this.#chunked?.trailers ?? none);
  }

  whole(sent: Uint8Array): Uint8Array {
    if (this.#chunked === undefined) {
      if (this.length !== undefined && sent.length !== this.length) throw incompleteBody();
      this.#digests?.checkWhole(sent);
      return sent;
    }
    const data = this.push(sent);
    this.end();
    return data.length === 1 ? data[0]! : data.length === 0 ? emptyBytes : Buffer.concat(data);
  }
}

const none: Readonly<Record<string, string>> = {};
const noTrailers: readonly string[] = [];

function listed(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

function decodedLength(headers: Headers): number {
  const length = headers['x-amz-decoded-content-length'] ?? '';
  if (!/^\d{1,15}$/.test(length)) {
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', { status: 411 });
  }
  return Number(length);
}

/** A body that is here already. It is decoded, and found right or wrong, when somebody looks at it. */
class BufferedBody implements RequestBody {
  readonly #decoding: Decoding;
  #sent: Uint8Array | undefined;
  #decoded: Uint8Array | undefined;

  constructor(sent: Uint8Array, decoding: Decoding) {
    this.#sent = sent;
    this.#decoding = decoding;
  }

  get length(): number | undefined {
    return this.#decoding.length;
  }
  get checksums(): Readonly<Record<string, string>> {
    return this.#decoding.checksums;
  }
  get buffered(): Uint8Array {
    if (this.#decoded === undefined) {
      if (this.#sent === undefined) throw incompleteBody();
      const sent = this.#sent;
      this.#sent = undefined;
      this.#decoded = this.#decoding.whole(sent);
    }
    return this.#decoded;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const bytes = this.buffered;
    if (bytes.length > 0) yield bytes;
  }
}

/** A body that is read as fast as its handler takes it. Once only. */
class StreamedBody implements RequestBody {
  readonly buffered = undefined;
  readonly #source: BodySource;
  readonly #decoding: Decoding;

  constructor(source: BodySource, decoding: Decoding) {
    this.#source = source;
    this.#decoding = decoding;
  }

  get length(): number | undefined {
    return this.#decoding.length;
  }
  get checksums(): Readonly<Record<string, string>> {
    return this.#decoding.checksums;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source.chunks()) yield* this.#decoding.push(chunk);
    this.#decoding.end();
  }
}
