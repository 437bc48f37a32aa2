/** A plain request whose body is at hand; see plain-head.ts. */
import type { Socket } from 'node:net';
import { authorityUrl, plainAddress } from './authority-url';
import type { PlainHead } from './plain-head';
import { bodyTooLarge, emptyBytes, type GatewayRequest, incompleteBody } from './request';

/** The other end of a connection. Its address stays the same, and is dear to ask the socket for. */
export class Peer {
  readonly socket: Socket;
  #address: string | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    this.#address = undefined;
  }

  get address(): string {
    this.#address ??= plainAddress(this.socket.remoteAddress);
    return this.#address;
  }
}

export class PlainRequest implements GatewayRequest {
  readonly head: PlainHead;
  readonly path: string;
  readonly query: string;
  /** Undefined: the client closed its side before the body was complete. */
  readonly body: Uint8Array | undefined;
  readonly #peer: Peer;
  #abort: AbortController | undefined;
  #isAborted = false;

  constructor(head: PlainHead, body: Uint8Array | undefined, peer: Peer) {
    const { target } = head;
    const mark = target.indexOf('?');
    this.head = head;
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
    this.body = body;
    this.#peer = peer;
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
    return authorityUrl('http', this.host, this.#peer.socket);
  }
  get remoteAddress(): string {
    return this.#peer.address;
  }
  get localAddress(): string {
    return plainAddress(this.#peer.socket.localAddress);
  }
  get localPort(): number {
    return this.#peer.socket.localPort ?? 0;
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
      if (this.#isAborted || this.#peer.socket.destroyed) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** The caller hung up, or the gateway closes. */
  abort(): void {
    this.#isAborted = true;
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
