/** The seam between gateway and protocols: requests and responses as bytes and headers, no model knowledge. */
import type { RequestBody, ResponseBody } from '../kernel/body';

export interface WireRequest {
  readonly method: string;
  /** Path as the bytes on the wire: never decoded, never normalised. No query. For virtual-hosted buckets the gateway has put `/bucket` in front. */
  readonly path: string;
  /** Without the `?`; undecoded. Empty when absent. */
  readonly query: string;
  /** Names in lower case; repeated headers joined as node:http joins them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body of protocols that need it whole, already decoded (aws-chunked, gzip) and bounded. Empty when there is none. */
  readonly body: Uint8Array;
  /** The body of operations whose input has a streaming member. Then `body` is empty. */
  readonly stream: RequestBody | undefined;
}

export interface WireResponse {
  status: number;
  /** Names as they should be spelt on the wire. */
  headers: Record<string, string>;
  body: ResponseBody | undefined;
  /** Nobody needs the bytes of the body any more, which are then used again. Who keeps them does not call it. */
  sent?: () => void;
  /** The operation's output is a stream, even where its bytes are at hand. Said only to callers in this process. */
  streams?: boolean;
}
