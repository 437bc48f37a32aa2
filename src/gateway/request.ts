/** A request as it came off the socket: bytes where bytes count, everything dear made only when asked for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { AwsError } from '../kernel/errors';
import { authorityUrl, plainAddress } from './authority-url';

export type Headers = Readonly<Record<string, string | undefined>>;

/** What the pipeline sees of a request, whether it came through a socket or from a client in this process. */
export interface GatewayRequest {
  readonly method: string;
  /** Path and query as the bytes on the wire (one character a byte), in origin form: `/a%2Fb?list-type=2`. */
  readonly target: string;
  /** The part of the target before the first `?`; never decoded, never normalised. */
  readonly path: string;
  /** The part after it; empty when there is none. */
  readonly query: string;
  /** Names in lower case; repeated headers joined with `, `. Values are latin1: one character a byte. */
  readonly headers: Headers;
  /** Name, value, name, value… as they were sent; absent where no name came twice. */
  readonly rawHeaders?: readonly string[] | undefined;
  readonly httpVersion: string;
  readonly secure: boolean;
  /** A client in this process, which need not prove who it is. */
  readonly trusted?: boolean;
  /** Host and port as the client spelt them; the authority of the target when that is absolute. */
  readonly host: string;
  /** `http://127.0.0.1:4566`, as the client spelt it. */
  readonly baseUrl: string;
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly localPort: number;
  /** False when the framing says that no body follows. */
  readonly hasBody: boolean;
  /** Declared length on the wire (aws-chunked and gzip included); undefined for chunked transfer. */
  readonly contentLength: number | undefined;
  /** The whole body as sent, where it is at hand already. */
  readonly body?: Uint8Array | undefined;
  /** Aborted when the caller hung up or the gateway stops. Made on first use. */
  readonly signal: AbortSignal;
  /** The whole body as sent, or a 413 AwsError when it is longer than maxBytes, or IncompleteBody when the client hung up. Once only. */
  readAll(maxBytes: number): Promise<Uint8Array>;
  /** The body as sent, chunk by chunk; throws IncompleteBody when the client hung up. Once only, instead of readAll. */
  chunks(): AsyncIterable<Uint8Array>;
}

export const emptyBytes = new Uint8Array(0);

/** The client hung up, or closed its side, before the body was complete (S3's code and sentence). */
export function incompleteBody(cause?: unknown): AwsError {
  return new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header', {
    status: 400,
    cause,
  });
}

/** A body beyond what an operation without a stream may carry. Services differ in the code; 413 is common to them. */
export function bodyTooLarge(maxBytes: number): AwsError {
  return new AwsError('RequestEntityTooLarge', `Request must be smaller than ${maxBytes} bytes.`, { status: 413 });
}

/** A request from a socket, over HTTP/1 or the compatibility API of node:http2. */
export class HttpRequest implements GatewayRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: string;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** The target's own authority, when a client speaks to us as to a proxy. */
  readonly authority: string | undefined;
  readonly #listening: Set<HttpRequest>;
  #awaitsContinue: boolean;
  #abort: AbortController | undefined;

  /** `listening` collects the requests whose handlers hold a signal, so that a closing gateway can wake them. */
  constructor(incoming: IncomingMessage, response: ServerResponse, listening: Set<HttpRequest>, awaitsContinue: boolean) {
    this.method = incoming.method ?? 'GET';
    this.incoming = incoming;
    this.response = response;
    let target = incoming.url ?? '/';
    this.authority = undefined;
    if (target.charCodeAt(0) !== 0x2f) {
      const absolute = absoluteForm.exec(target);
      this.authority = absolute?.[1];
      if (absolute) target = absolute[2]!.startsWith('/') ? absolute[2]! : `/${absolute[2]}`;
    }
    this.target = target;
    const mark = target.indexOf('?');
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
    this.#listening = listening;
    this.#awaitsContinue = awaitsContinue;
  }

  get headers(): Headers {
    const { headers } = this.incoming;
    // The one name that node:http keeps as a list; no client means it in a request, but a hostile one may send it.
    if (headers['set-cookie'] !== undefined) (headers as Record<string, unknown>)['set-cookie'] = String(headers['set-cookie']);
    return headers as Headers;
  }
  get rawHeaders(): readonly string[] {
    return this.incoming.rawHeaders;
  }
  get httpVersion(): string {
    return this.incoming.httpVersion;
  }
  get secure(): boolean {
    return (this.#socket as TLSSocket | null)?.encrypted === true;
  }
  get host(): string {
    return this.authority ?? this.incoming.headers.host ?? (this.incoming.headers[':authority'] as string | undefined) ?? '';
  }
  get baseUrl(): string {
    return authorityUrl(this.secure ? 'https' : 'http', this.host, this.#socket);
  }
  get remoteAddress(): string {
    return plainAddress(this.#socket?.remoteAddress);
  }
  get localAddress(): string {
    return plainAddress(this.#socket?.localAddress);
  }
  get localPort(): number {
    return this.#socket?.localPort ?? 0;
  }
  get hasBody(): boolean {
    const { headers } = this.incoming;
    if (this.incoming.httpVersionMajor === 2)
      return !(this.incoming as unknown as { stream: { endAfterHeaders: boolean } }).stream.endAfterHeaders;
    const length = headers['content-length'];
    return length === undefined ? headers['transfer-encoding'] !== undefined : length !== '0';
  }
  get contentLength(): number | undefined {
    const length = this.incoming.headers['content-length'];
    return length === undefined ? (this.hasBody ? undefined : 0) : Number(length);
  }
  /** True until a body that the client holds back (`Expect: 100-continue`) has been asked for. */
  get awaitsContinue(): boolean {
    return this.#awaitsContinue;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.response.destroyed) this.#abort.abort();
      this.#listening.add(this);
      this.response.once('close', () => {
        this.#listening.delete(this);
        if (!this.response.writableEnded) this.#abort?.abort();
      });
    }
    return this.#abort.signal;
  }

  /** Wakes whoever waits on the signal: the gateway is closing. */
  abort(): void {
    this.#abort?.abort();
  }

  readAll(maxBytes: number): Promise<Uint8Array> {
    if (!this.hasBody) return Promise.resolve(emptyBytes);
    const declared = this.contentLength;
    if (declared !== undefined && declared > maxBytes) return Promise.reject(bodyTooLarge(maxBytes));
    this.#continue();
    return collect(this.incoming, maxBytes);
  }

  chunks(): AsyncIterable<Uint8Array> {
    return this.#read();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    if (!this.hasBody) return;
    this.#continue();
    try {
      // A reader that stops early must not take the connection with it: the answer still has to be written.
      yield* this.incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw incompleteBody(error);
    }
    if (!this.incoming.complete) throw incompleteBody();
  }

  #continue(): void {
    if (!this.#awaitsContinue) return;
    this.#awaitsContinue = false;
    this.response.writeContinue();
  }

  get #socket(): Socket | null {
    return this.incoming.socket;
  }
}

const absoluteForm = /^https?:\/\/([^/?#]*)([^#]*)$/i;

function collect(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let first: Uint8Array | undefined;
    let rest: Uint8Array[] | undefined;
    let bytes = 0;
    incoming.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        // Only chunked bodies come here. What is left of it is dropped when the answer is written.
        incoming.removeAllListeners('data');
        incoming.pause();
        reject(bodyTooLarge(maxBytes));
      } else if (first === undefined) first = chunk;
      else (rest ??= [first]).push(chunk);
    });
    incoming.on('end', () => resolve(rest === undefined ? (first ?? emptyBytes) : Buffer.concat(rest, bytes)));
    incoming.on('error', (error) => reject(incompleteBody(error)));
    incoming.on('close', () => {
      if (!incoming.complete) reject(incompleteBody());
    });
  });
}
