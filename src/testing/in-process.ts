/** SDK v3 clients that call without a socket: a request handler and a signer for their configuration. */
import { Readable } from 'node:stream';
import type { Pipeline } from '../gateway/pipeline';
import { bodyTooLarge, emptyBytes, type GatewayRequest } from '../gateway/request';
import type { ResponseBody } from '../kernel/body';
import type { WireResponse } from '../protocol/wire';

/** The parts of the SDK's HttpRequest that are used here. */
export interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly sessionToken?: string;
}

interface SignerOptions {
  readonly credentials: Credentials | (() => Promise<Credentials>);
  readonly region: string | (() => Promise<string>);
  readonly service: string;
}

/**
 * Signs by naming the caller and nothing else: what is in the same process needs no proof, and hashing is what SDK
 * calls spend most time on. (Measured: 2 × the rate of a real signature.) It is the SDK's `signerConstructor`.
 */
export class NamingSigner {
  readonly #options: SignerOptions;

  constructor(options: SignerOptions) {
    this.#options = options;
  }

  async sign(request: SdkRequest, { signingRegion, signingService }: SigningProperties = {}): Promise<SdkRequest> {
    const { credentials, region, service } = this.#options;
    const { accessKeyId, sessionToken } = typeof credentials === 'function' ? await credentials() : credentials;
    const home = signingRegion ?? (typeof region === 'function' ? await region() : region);
    const scope = `20200101/${home}/${signingService ?? service}/aws4_request`;
    request.headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host, Signature=00`;
    if (sessionToken !== undefined) request.headers['x-amz-security-token'] = sessionToken;
    return request;
  }
}

interface SigningProperties {
  readonly signingRegion?: string | undefined;
  readonly signingService?: string | undefined;
}

/** How long calls may follow each other before timers and sockets of this process get their turn. */
const breathlessMs = 4;

/** The SDK's `requestHandler`: calls the pipeline and waits for the commit, as an HTTP answer would. */
export class InProcessHandler {
  readonly metadata = { handlerProtocol: 'nuvola/in-process' };
  readonly #pipeline: Pipeline;
  #breathedAt = performance.now();

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  handle(request: SdkRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}): Promise<{ response: SdkResponse }> {
    const answer = this.#call(request, abortSignal);
    return abortSignal ? unlessAborted(answer, abortSignal) : answer;
  }

  async #call(request: SdkRequest, signal: AbortSignal | undefined): Promise<{ response: SdkResponse }> {
    // Calls that settle in microtasks alone would keep timers and sockets from ever running.
    if (performance.now() - this.#breathedAt > breathlessMs) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#breathedAt = performance.now();
    }
    const answer = await this.#pipeline.handle(new InProcessRequest(request, signal));
    const committed = this.#pipeline.committed();
    if (committed) await committed;
    return { response: toSdkResponse(answer) };
  }

  httpHandlerConfigs(): object {
    return {};
  }

  updateHttpClientConfig(): void {}

  destroy(): void {}
}

/** As the SDK's own handlers: an aborted call rejects with an AbortError, whatever becomes of it here. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    answer.catch(() => {}); // It lost the race; nobody waits for it any more.
  }
}

function toSdkResponse({ status, headers, body, streams }: WireResponse): SdkResponse {
  const lower = lowerCase(headers);
  if (lower['content-length'] === undefined) {
    const length = lengthOf(body);
    if (length !== undefined) lower['content-length'] = String(length);
  }
  return { statusCode: status, headers: lower, body: toSdkBody(body, streams === true && status < 300) };
}

function lengthOf(body: ResponseBody | undefined): number | undefined {
  if (body === undefined) return 0;
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : body.length;
}

/** What a client hands on to its user has to be a Readable; bytes that it parses itself it takes as they are, in a fraction of the time. */
function toSdkBody(body: ResponseBody | undefined, asStream: boolean): Readable | Uint8Array {
  if (typeof body === 'object' && !(body instanceof Uint8Array)) return Readable.from(body.stream, { objectMode: false });
  const bytes = body === undefined ? emptyBytes : typeof body === 'string' ? Buffer.from(body) : body;
  return asStream ? oneChunk(bytes) : bytes;
}

function oneChunk(bytes: Uint8Array): Readable {
  const stream = new Readable({ read: () => {} });
  if (bytes.byteLength > 0) stream.push(bytes);
  stream.push(null);
  return stream;
}

const neverAborted = new AbortController().signal;

/** What the pipeline sees of an SDK's request object. */
class InProcessRequest implements GatewayRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly httpVersion = '1.1';
  readonly secure: boolean;
  readonly trusted = true;
  readonly host: string;
  readonly baseUrl: string;
  readonly remoteAddress = '127.0.0.1';
  readonly localAddress = '127.0.0.1';
  readonly localPort: number;
  readonly signal: AbortSignal;
  readonly #body: unknown;

  constructor(request: SdkRequest, signal: AbortSignal | undefined) {
    this.method = request.method;
    this.path = request.path;
    this.query = formatQuery(request.query);
    this.target = this.query === '' ? this.path : `${this.path}?${this.query}`;
    this.headers = lowerCase(request.headers);
    this.secure = request.protocol === 'https:';
    this.host = request.port ? `${request.hostname}:${request.port}` : request.hostname;
    this.baseUrl = `${this.secure ? 'https' : 'http'}://${this.host}`;
    this.localPort = request.port ?? 0;
    this.signal = signal ?? neverAborted;
    this.#body = request.body;
  }

  get rawHeaders(): string[] {
    return Object.entries(this.headers).flat();
  }

  get hasBody(): boolean {
    return this.#body !== undefined && this.#body !== '';
  }

  get contentLength(): number | undefined {
    const declared = this.headers['content-length'];
    return declared === undefined ? bytesOf(this.#body)?.byteLength : Number(declared);
  }

  async readAll(maxBytes: number): Promise<Uint8Array> {
    const bytes = bytesOf(this.#body);
    if (bytes !== undefined) {
      if (bytes.byteLength > maxBytes) throw bodyTooLarge(maxBytes);
      return bytes;
    }
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.chunks()) {
      length += chunk.byteLength;
      if (length > maxBytes) throw bodyTooLarge(maxBytes);
      parts.push(chunk);
    }
    return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts, length);
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const bytes = bytesOf(this.#body);
    if (bytes === undefined) {
      for await (const chunk of this.#body as AsyncIterable<Uint8Array | string>) {
        yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      }
    } else if (bytes.byteLength > 0) yield bytes;
  }
}

/** Undefined for streams. */
function bytesOf(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null || body === '') return emptyBytes;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return ArrayBuffer.isView(body) ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength) : undefined;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name of Object.keys(headers)) lower[name.toLowerCase()] = headers[name] as string;
  return lower;
}

/** As the SDK's own HTTP handlers write it. */
function formatQuery(query: SdkRequest['query']): string {
  if (!query) return '';
  const parts: string[] = [];
  for (const name of Object.keys(query).sort()) {
    const value = query[name];
    const key = escapeUri(name);
    if (Array.isArray(value)) for (const each of value) parts.push(`${key}=${escapeUri(each)}`);
    else parts.push(typeof value === 'string' ? `${key}=${escapeUri(value)}` : key);
  }
  return parts.join('&');
}

function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
