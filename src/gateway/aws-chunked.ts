/** Takes aws-chunked bodies apart: sizes, chunk signatures, data and trailers, wherever the network cut them. */
import { createHash, type Hash } from 'node:crypto';
import { AwsError } from '../kernel/errors';
import { type ChunkVerifier, trailerSha256 } from '../security/chunks';

interface AwsChunkedOptions {
  /** `x-amz-content-sha256` is one of the forms with signatures. */
  readonly signed: boolean;
  /** Names that `x-amz-trailer` announced, in lower case. */
  readonly trailers: readonly string[];
  /** Checks signatures; they are only read, not believed, without it. */
  readonly verifier: ChunkVerifier | undefined;
}

/** "The chunk size must be at least 8 KB", the last but one excepted (S3 API, "Transferring payload in multiple chunks"). */
const minChunkBytes = 8192;
const maxLineBytes = 8192;
const maxTrailers = 32;

type State = 'size' | 'data' | 'data-end' | 'trailers' | 'done';

export class AwsChunkedDecoder {
  /** By lower-case name; complete after `end`. */
  readonly trailers: Record<string, string> = {};
  readonly #options: AwsChunkedOptions;
  readonly #trailerLines: [name: string, value: string][] = [];
  #state: State = 'size';
  /** An unfinished line. */
  #line = '';
  /** Bytes of the current chunk still to come. */
  #left = 0;
  #signature = '';
  #hash: Hash | undefined;
  #chunks = 0;
  #smallChunk: { readonly number: number; readonly bytes: number } | undefined;

  constructor(options: AwsChunkedOptions) {
    this.#options = options;
  }

  /** The data in a piece of the body, as slices of it. */
  push(piece: Uint8Array): Uint8Array[] {
    const data: Uint8Array[] = [];
    let at = 0;
    while (at < piece.length) {
      if (this.#state === 'data') {
        const end = Math.min(piece.length, at + this.#left);
        const slice = piece.subarray(at, end);
        this.#hash?.update(slice);
        data.push(slice);
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#endChunk();
      } else at = this.#readLine(piece, at);
    }
    return data;
  }

  /** The body is over: was it whole? */
  end(): void {
    // Clients differ in whether an empty line follows the last chunk or trailer.
    if (this.#state === 'trailers' && this.#line === '') this.#finish();
    if (this.#state !== 'done') throw unexpectedEnd();
  }

  #readLine(piece: Uint8Array, from: number): number {
    const newline = piece.indexOf(0x0a, from);
    const end = newline < 0 ? piece.length : newline;
    if (this.#line.length + end - from > maxLineBytes) throw unexpectedEnd();
    this.#line += Buffer.from(piece.buffer, piece.byteOffset + from, end - from).toString('latin1');
    if (newline < 0) return end;
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    this.#takeLine(line);
    return newline + 1;
  }

  #takeLine(line: string): void {
    switch (this.#state) {
      case 'size':
        this.#startChunk(line);
        return;
      case 'data-end':
        if (line !== '') throw unexpectedEnd();
        this.#state = 'size';
        return;
      case 'trailers':
        if (line === '') this.#finish();
        else this.#takeTrailer(line);
        return;
      default:
        // Trailing empty lines are harmless, data is not.
        if (line !== '') throw malformedTrailer();
    }
  }

  #startChunk(line: string): void {
    const parts = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-zA-Z+/=*]*))?[ \t]*$/.exec(line);
    if (!parts || (this.#options.signed && parts[2] === undefined)) throw unexpectedEnd();
    this.#left = Number.parseInt(parts[1]!, 16);
    this.#signature = parts[2] ?? '';
    this.#chunks++;
    if (this.#options.verifier && this.#options.signed) this.#hash = createHash('sha256');
    if (this.#left > 0) {
      if (this.#smallChunk) throw chunkTooSmall(this.#smallChunk.number, this.#smallChunk.bytes);
      if (this.#left < minChunkBytes) this.#smallChunk = { number: this.#chunks, bytes: this.#left };
      this.#state = 'data';
    } else {
      this.#verifyChunk();
      this.#state = 'trailers';
    }
  }

  #endChunk(): void {
    this.#verifyChunk();
    this.#state = 'data-end';
  }

  #verifyChunk(): void {
    if (!this.#hash) return;
    // SigV4A pads its signatures with stars to one length.
    this.#options.verifier!.chunk(this.#signature.replace(/\*+$/, ''), this.#hash.digest('hex'));
    this.#hash = undefined;
  }

  #takeTrailer(line: string): void {
    const colon = line.indexOf(':');
    if (colon <= 0 || this.#trailerLines.length >= maxTrailers) throw malformedTrailer();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature') {
      this.#signature = value;
      this.#verifyTrailers();
      return;
    }
    if (!this.#options.trailers.includes(name) || Object.hasOwn(this.trailers, name)) throw malformedTrailer();
    this.trailers[name] = value;
    this.#trailerLines.push([name, value]);
    this.#signature = '';
  }

  #verifyTrailers(): void {
    this.#options.verifier?.trailer(this.#signature.replace(/\*+$/, ''), trailerSha256(this.#trailerLines));
  }

  #finish(): void {
    for (const name of this.#options.trailers) if (!Object.hasOwn(this.trailers, name)) throw malformedTrailer();
    // Trailers that nobody signed must not pass where signatures count.
    const unsigned = this.#trailerLines.length > 0 && this.#signature === '';
    if (unsigned && this.#options.signed && this.#options.verifier) this.#verifyTrailers();
    this.#state = 'done';
  }
}

function unexpectedEnd(): AwsError {
  return new AwsError('IncompleteBody', 'The request body terminated unexpectedly', { status: 400 });
}

function malformedTrailer(): AwsError {
  const message = 'The request contained trailing data that was not well-formed or did not conform to our published schema.';
  return new AwsError('MalformedTrailerError', message, { status: 400 });
}

/** Code and sentence as clients report them; the status too (403), though the error reference says 400 of its kin. */
function chunkTooSmall(number: number, bytes: number): AwsError {
  return new AwsError('InvalidChunkSizeError', 'Only the last chunk is allowed to have a size less than 8192 bytes', {
    status: 403,
    fields: { Chunk: number, BadChunkSize: bytes },
  });
}
