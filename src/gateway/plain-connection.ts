/**
 * A connection that speaks plain HTTP/1.1, one request after the other. With the first request that is not plain it goes
 * over to node:http, for good: what is dear there — a stream per message, a header machine, timers — is there for such
 * requests, and costs as much as a whole small call does here.
 */
import type { Socket } from 'node:net';
import type { WireResponse } from '../protocol/wire';
import { discard, encoded, isStream, pump } from './body-pump';
import { headOf, mayHaveBody, writeWhole } from './plain-answer';
import { maxPlainBodyBytes, nothingKnown, type PlainHead, readPlainHead } from './plain-head';
import { Peer, PlainRequest } from './plain-request';
import { endWith } from './raw';
import { emptyBytes } from './request';
import type { Answer, Turn } from './turn';

export interface PlainHooks {
  readonly turn: Turn;
  /** Takes a request; the connection is given its `answer`. */
  readonly arrived: (request: PlainRequest, connection: PlainConnection) => void;
  /** What a caller gets when answering failed. */
  readonly crashed: (request: PlainRequest, error: unknown) => WireResponse;
  /** True while the gateway closes: connections are not kept. */
  readonly closing: () => boolean;
}

/** Idle since the last look at all connections: nobody asks for the time at each answer. */
const notSeen = Number.POSITIVE_INFINITY;

/** What a client may send ahead of our answers. */
const maxWaitingBytes = 256 * 1024;

export class PlainConnection implements Answer {
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #hooks: PlainHooks;
  readonly #leave: (bytes: Buffer) => void;
  /** Bytes that belong to no request yet. */
  #rest: Buffer | undefined;
  /** A head whose body is still to come. */
  #head: PlainHead | undefined;
  /** Of the request before. */
  #known = nothingKnown;
  #request: PlainRequest | undefined;
  #answer: WireResponse | undefined;
  #ended = false;
  /**
   * Real ms: when it was first seen to be idle, or when the head came whose body is still to come. Undefined while an
   * answer is.
   */
  #since: number | undefined = notSeen;

  /** `leave` gives the socket to node:http, together with bytes that were read from it. */
  constructor(socket: Socket, hooks: PlainHooks, leave: (bytes: Buffer) => void) {
    this.#socket = socket;
    this.#peer = new Peer(socket);
    this.#hooks = hooks;
    this.#leave = leave;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('error', this.#onError);
  }

  readonly #onData = (bytes: Buffer): void => this.read(bytes);
  readonly #onEnd = (): void => this.#end();
  readonly #onClose = (): void => this.#request?.abort();
  readonly #onError = (): void => void this.#socket.destroy();

  /** Takes what came in; one request at a time, what comes ahead of its answer waits. */
  read(bytes: Buffer): void {
    const all = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = undefined;
    if (this.#request === undefined) this.#take(all);
    else {
      this.#rest = all;
      if (all.length > maxWaitingBytes) this.#socket.pause();
    }
  }

  /** Closes it when it has been idle for so long, or has waited for the rest of a body for so long (408, RFC 9110 §15.5.9). */
  closeStale(now: number, idleMs: number, bodyMs: number): void {
    if (this.#since === undefined) return;
    if (this.#since === notSeen) this.#since = now;
    const forMs = now - this.#since;
    if (this.#head === undefined) {
      if (forMs >= idleMs) this.#socket.destroy();
    } else if (forMs >= bodyMs) {
      // What comes now is too late to be done.
      this.#forgetSocket();
      this.#socket.on('error', this.#onError);
      endWith(this.#socket, 408, 'The body of the request did not arrive in time.');
    }
  }

  /** Wakes whoever waits on the signal of the request under way. */
  abort(): void {
    this.#request?.abort();
  }

  #take(bytes: Buffer): void {
    const head = this.#head ?? readPlainHead(bytes, this.#known);
    if (head === undefined || head.bodyBytes > maxPlainBodyBytes) {
      // Of a stream that has ended node:http could read nothing any more.
      if (this.#ended) this.#socket.end(() => this.#socket.destroy());
      else this.#handOver(bytes);
      return;
    }
    const needed = head.bytes + head.bodyBytes;
    if (bytes.length < needed) {
      if (this.#head === undefined) this.#since = Date.now();
      this.#head = head;
      this.#rest = bytes;
      if (this.#ended) this.#serve(head, undefined);
      return;
    }
    if (bytes.length > needed) this.#rest = bytes.subarray(needed);
    this.#serve(head, head.bodyBytes === 0 ? emptyBytes : bytes.subarray(head.bytes, needed));
  }

  #serve(head: PlainHead, body: Uint8Array | undefined): void {
    this.#head = undefined;
    this.#known = head;
    this.#since = undefined;
    const request = new PlainRequest(head, body, this.#peer);
    this.#request = request;
    this.#hooks.arrived(request, this);
    if (this.#ended) request.abort();
  }

  /** To the request under way. */
  answer(answer: WireResponse): void {
    this.#answer = answer;
    this.#hooks.turn.add(this);
  }

  send(): void {
    const request = this.#request as PlainRequest;
    const answer = this.#answer as WireResponse;
    try {
      this.#write(request, answer);
    } catch (error) {
      discard(answer.body);
      this.#write(request, this.#hooks.crashed(request, error));
    }
  }

  commitFailed(error: unknown): void {
    discard(this.#answer?.body);
    this.#answer = this.#hooks.crashed(this.#request as PlainRequest, error);
    this.send();
  }

  #write(request: PlainRequest, answer: WireResponse): void {
    const socket = this.#socket;
    const body = encoded(answer.body);
    if (socket.destroyed) {
      discard(body);
      return;
    }
    const isLast = request.head.closes || request.body === undefined || (this.#ended && this.#rest === undefined);
    const closes = isLast || this.#hooks.closing();
    const hasNoBody = request.method === 'HEAD' || !mayHaveBody(answer.status);
    if (isStream(body) && !hasNoBody) {
      socket.write(headOf(answer, body.length, closes), 'latin1');
      void pump(new PlainSink(socket, body.length === undefined), body.stream, body.length).then((whole) => this.#done(closes || !whole));
      return;
    }
    const length = isStream(body) ? body.length : typeof body === 'string' ? Buffer.byteLength(body) : (body?.length ?? 0);
    const head = headOf(answer, length, closes);
    if (hasNoBody) discard(body);
    writeWhole(socket, head, hasNoBody || body === undefined || isStream(body) ? emptyBytes : body, answer.sent);
    this.#done(closes);
  }

  /** The answer is out: on with what came meanwhile. */
  #done(closes: boolean): void {
    this.#request = undefined;
    this.#answer = undefined;
    const socket = this.#socket;
    if (closes) {
      this.#rest = undefined;
      socket.end(() => socket.destroy());
      return;
    }
    this.#since = notSeen;
    // A client that does not read its answers is not given more of them.
    if (socket.writableNeedDrain) {
      socket.pause();
      socket.once('drain', () => this.#next());
    } else if (this.#rest !== undefined) this.#next();
  }

  #next(): void {
    const bytes = this.#rest;
    this.#rest = undefined;
    if (this.#socket.isPaused()) this.#socket.resume();
    if (bytes !== undefined && this.#request === undefined) this.#take(bytes);
  }

  /** The client closed its side: it may wait for answers, or be gone. */
  #end(): void {
    this.#ended = true;
    if (this.#request !== undefined) this.#request.abort();
    else if (this.#head !== undefined) this.#serve(this.#head, undefined);
    else this.#socket.end(() => this.#socket.destroy());
  }

  #handOver(bytes: Buffer): void {
    this.#forgetSocket();
    this.#leave(bytes);
  }

  #forgetSocket(): void {
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onClose);
    socket.off('error', this.#onError);
  }
}

/** The body of an answer on its way into the socket, in chunks where its length is not known (RFC 9112 §7.1). */
class PlainSink {
  readonly #socket: Socket;
  readonly #chunked: boolean;

  constructor(socket: Socket, chunked: boolean) {
    this.#socket = socket;
    this.#chunked = chunked;
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  write(chunk: Uint8Array): boolean {
    if (!this.#chunked) return this.#socket.write(chunk);
    if (chunk.length === 0) return true;
    this.#socket.cork();
    this.#socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(chunk);
    const goesOn = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return goesOn;
  }

  get emitter(): Socket {
    return this.#socket;
  }

  end(): void {
    if (this.#chunked) this.#socket.write('0\r\n\r\n', 'latin1');
  }

  cut(): void {
    this.#socket.destroy();
  }
}
