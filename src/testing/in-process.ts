/** SDK v3 clients that call without a socket: a request handler and a signer for their configuration. */
import { Readable } from 'node:stream';
import type { Pipeline } from '../gateway/pipeline';
import type { GatewayRequest } from '../gateway/request';
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

interface SigningProperties {
  readonly signingRegion?: string;
  readonly signingName?: string;
}

/**
 * Signs by naming the caller and nothing else: what is in the same process needs no proof, and hashing is what SDK
 * calls spend most time on. (Measured: 2 × the rate of a real signature.)
 */
export function namingSigner(accessKeyId: string) {
  return {
    async sign(request: SdkRequest, { signingRegion = 'us-east-1', signingName = '' }: SigningProperties = {}): Promise<SdkRequest> {
      request.headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20200101/${signingRegion}/${signingName}/aws4_request, SignedHeaders=host, Signature=00`;
      return request;
    },
  };
}

/** The SDK's `requestHandler`: calls the pipeline and waits for the commit, as an HTTP answer would. */
export class InProcessHandler {
  readonly metadata = { handlerProtocol: 'nuvola/in-process' };
  readonly #pipeline: Pipeline;
  #calls = 0;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  async handle(request: SdkRequest, options: { readonly abortSignal?: AbortSignal } = {}): Promise<{ response: SdkResponse }> {
    // Calls that settle in microtasks alone would keep timers and sockets of this process from ever running.
    if (++this.#calls % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
    const answer = await this.#pipeline.handle(new InProcessRequest(request, options.abortSignal));
    await this.#pipeline.committed();
    return { response: toSdkResponse(answer) };
  }

  httpHandlerConfigs(): object {
    return {};
  }

  updateHttpClientConfig(): void {}

  destroy(): void {}
}

function toSdkResponse({ status, headers, body }: WireResponse): SdkResponse {
  const lower: Record<string, string> = {};
  for (const name of Object.keys(headers)) lower[name.toLowerCase()] = headers[name] as string;
  if (lower['content-length'] === undefined) {
    const length = lengthOf(body);
    if (length !== undefined) lower['content-length'] = String(length);
  }
  return { statusCode: status, headers: lower, body: toReadable(body) };
}

function lengthOf(body: ResponseBody | undefined): number | undefined {
  if (body === undefined) return 0;
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : body.length;
}

function toReadable(body: ResponseBody | undefined): Readable {
  if (body === undefined) return Readable.from([]);
  if (typeof body === 'string') return Readable.from([Buffer.from(body)]);
  return body instanceof Uint8Array ? Readable.from([body]) : Readable.from(body.stream);
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
    return declared === undefined ? undefined : Number(declared);
  }

  async readAll(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const chunk of this.chunks()) parts.push(chunk);
    return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
  }

  async *chunks(): AsyncIterable<Uint8Array> {
    const body = this.#body;
    if (body === undefined || body === null || body === '') return;
    if (typeof body === 'string') yield Buffer.from(body);
    else if (body instanceof Uint8Array) yield body;
    else if (body instanceof ArrayBuffer) yield new Uint8Array(body);
    else for await (const chunk of body as AsyncIterable<Uint8Array | string>) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
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
