/** A plain request whose body is at hand; see plain-head.ts. */
import type { Socket } from 'node:net';
import { authorityUrl, plainAddress } from './authority-url';
import type { PlainHead } from './plain-head';
import { bodyTooLarge, emptyBytes, type GatewayRequest, incompleteBody } from './request';

export class PlainRequest implements GatewayRequest {
  readonly head: PlainHead;
  readonly path: string;
  readonly query: string;
  /** Undefined: the client closed its side before the body was complete. */
  readonly body: Uint8Array | undefined;
  readonly #socket: Socket;
  #abort: AbortController | undefined;

  constructor(head: PlainHead, body: Uint8Array | undefined, socket: Socket) {
    const { target } = head;
    const mark = target.indexOf('?');
    this.head = head;
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
    this.body = body;
    this.#socket = socket;
    this.#abort = undefined;
  }

  get method(): string {
    return this.head.method;
  }
  get target(): string {
    return this.head.target;
  }
  get headers(): PlainHead['headers'] {
    return this.head.headers;
  }
  get httpVersion(): string {
    return '1.1';
  }
  get secure(): boolean {
    return false;
  }
  get host(): string {
    return this.head.headers['host']!;
  }
  get baseUrl(): string {
    return authorityUrl('http', this.host, this.#socket);
  }
  get remoteAddress(): string {
    return plainAddress(this.#socket.remoteAddress);
  }
  get localAddress(): string {
    return plainAddress(this.#socket.localAddress);
  }
  get localPort(): number {
    return this.#socket.localPort ?? 0;
  }
  get hasBody(): boolean {
    return this.head.bodyBytes > 0;
  }
  get contentLength(): number {
    return this.head.bodyBytes;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#socket.destroyed) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** The caller hung up, or the gateway closes. */
  abort(): void {
    this.#abort?.abort();
  }

  readAll(maxBytes: number): Promise<Uint8Array> {
    if (this.body === undefined) return Promise.reject(incompleteBody());
    return this.body.length > maxBytes ? Promise.reject(bodyTooLarge(maxBytes)) : Promise.resolve(this.body);
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    if (this.body === undefined) throw incompleteBody();
    if (this.body !== emptyBytes) yield this.body;
  }
}
