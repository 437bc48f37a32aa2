/** Writes an answer through node:http or node:http2: small ones in one piece, streams as fast as the client reads. */
import type { ServerResponse } from 'node:http';
import type { WireResponse } from '../protocol/wire';
import { type BodySink, discard, encoded, isStream, pump } from './body-pump';
import { mayHaveBody } from './plain-answer';
import type { HttpRequest } from './request';
import type { Answer } from './turn';

/** How long, and for how many bytes, an upload that nobody wants is read on, so that its sender can read our answer. */
const lingerMs = 2_000;
const lingerBytes = 4 * 1024 * 1024;

/** Bodies up to this length are read to their end rather than given up with the connection. */
const drainBytes = 256 * 1024;

export interface AnswerHooks {
  /** True while the gateway closes: connections are not kept. */
  readonly closing: () => boolean;
  /** What a caller gets when answering failed. */
  readonly crashed: (request: HttpRequest, error: unknown) => WireResponse;
}

/** An answer that waits for the end of its turn. */
export class HttpAnswer implements Answer {
  readonly #request: HttpRequest;
  readonly #response: WireResponse;
  readonly #hooks: AnswerHooks;

  constructor(request: HttpRequest, response: WireResponse, hooks: AnswerHooks) {
    this.#request = request;
    this.#response = response;
    this.#hooks = hooks;
  }

  send(): void {
    try {
      write(this.#request, this.#response, this.#hooks.closing());
    } catch (error) {
      this.#replace(error);
    }
  }

  commitFailed(error: unknown): void {
    discard(this.#response.body);
    this.#replace(error);
  }

  #replace(error: unknown): void {
    const { response } = this.#request;
    if (response.headersSent) cut(response);
    else write(this.#request, this.#hooks.crashed(this.#request, error), this.#hooks.closing());
  }
}

function write(request: HttpRequest, answer: WireResponse, closing: boolean): void {
  const out = request.response;
  const { status } = answer;
  const body = encoded(answer.body);
  if (isGone(out)) {
    discard(body);
    return;
  }
  const length = byteLength(body);
  const unread = unreadBody(request);
  const headers = headerList(answer, length);
  if ((closing || unread) && request.incoming.httpVersionMajor < 2) headers.push('Connection', 'close');
  out.writeHead(status, headers);
  if (request.method === 'HEAD' || !mayHaveBody(status)) {
    discard(body);
    if (unread) linger(request);
    else out.end();
  } else if (isStream(body)) {
    void pump(new ResponseSink(out), body.stream, length);
  } else if (unread) {
    if (length) out.write(body);
    linger(request);
  } else out.end(body, answer.sent);
}

function headerList(answer: WireResponse, length: number | undefined): string[] {
  const list: string[] = [];
  let hasLength = false;
  for (const name in answer.headers) {
    list.push(name, answer.headers[name]!);
    if (name.length === 14 && name.toLowerCase() === 'content-length') hasLength = true;
  }
  if (!hasLength && length !== undefined && mayHaveBody(answer.status)) list.push('Content-Length', String(length));
  return list;
}

function byteLength(body: WireResponse['body']): number | undefined {
  if (body === undefined) return 0;
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body.length;
}

/** Is the client still sending something that we will not read? */
function unreadBody(request: HttpRequest): boolean {
  if (request.incoming.complete || !request.hasBody) return false;
  // A client told nothing may send its body or not: the connection's framing is lost either way.
  if (request.awaitsContinue) return true;
  return (request.contentLength ?? Number.POSITIVE_INFINITY) > drainBytes;
}

/**
 * The answer is out in full length, but closing now would reset the connection before its reader has seen it.
 * So the upload is read on and dropped for a while.
 */
function linger(request: HttpRequest): void {
  const { incoming, response } = request;
  const end = (): void => {
    clearTimeout(timer);
    incoming.removeAllListeners('data');
    response.end();
  };
  const timer = setTimeout(end, request.awaitsContinue ? 0 : lingerMs);
  let bytes = 0;
  incoming.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > lingerBytes) end();
  });
  incoming.once('end', end);
  incoming.once('error', end);
  incoming.once('close', end);
  incoming.resume();
}

/** Responses of node:http2 have a stream; some things only it knows or can do. */
interface MaybeHttp2 {
  readonly stream?: { readonly destroyed: boolean; close(code: number): void };
}

class ResponseSink implements BodySink {
  readonly emitter: ServerResponse;

  constructor(out: ServerResponse) {
    this.emitter = out;
  }

  get isGone(): boolean {
    return isGone(this.emitter);
  }

  write(chunk: Uint8Array): boolean {
    return this.emitter.write(chunk);
  }

  end(): void {
    this.emitter.end();
  }

  cut(): void {
    cut(this.emitter);
  }
}

/** INTERNAL_ERROR of RFC 9113 §7. */
const http2InternalError = 2;

function isGone(out: ServerResponse): boolean {
  return out.destroyed || (out as MaybeHttp2).stream?.destroyed === true;
}

/** Ends an answer such that its reader knows it is not whole. */
function cut(out: ServerResponse): void {
  const { stream } = out as MaybeHttp2;
  if (stream) stream.close(http2InternalError);
  else out.destroy();
}
