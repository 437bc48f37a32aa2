/** Streaming members of inputs and outputs. */

/** A request's body: decoded (no aws-chunked, no gzip), its declared length and checksums verified at the end: the last read throws if they are wrong. */
export interface RequestBody extends AsyncIterable<Uint8Array> {
  /** Decoded length when the client declared one. */
  readonly length: number | undefined;
  /** Base64 checksums by lower-case algorithm (`crc32`, `sha256`, `md5`) that came in headers; those in trailers are there after the last read. */
  readonly checksums: Readonly<Record<string, string>>;
  /** All of it, when it is at most maxBytes and already here; undefined otherwise. Lets small bodies skip the stream machinery. */
  readonly buffered: Uint8Array | undefined;
}

/** An answer's body: bytes at hand, or a stream of known or unknown length. */
export type ResponseBody = Uint8Array | string | { readonly length?: number; readonly stream: AsyncIterable<Uint8Array> };
