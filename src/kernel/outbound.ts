/** HTTP to where a user's own configuration points: one request, bounded in time and size, never redirected. */
import { type IncomingMessage, type OutgoingHttpHeaders, request as requestPlain } from 'node:http';

interface OutboundQuery {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Real ms for the whole exchange. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

interface OutboundRequest extends OutboundQuery {
  readonly body: string | Uint8Array;
}

interface OutboundAnswer {
  /** Of a redirection too: it is not followed. */
  readonly status: number;
  readonly body: string;
}

/** What of an answer is read; the rest is left where it is. */
const maxAnswerBytes = 64 * 1024;

/** POSTs; the status of the answer. Throws when there was none in time. */
export async function post({ url, headers, body, timeoutMs, signal }: OutboundRequest): Promise<number> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const answer = await exchange({ url, timeoutMs, signal }, 'POST', { ...headers, 'Content-Length': bytes.byteLength }, bytes, finish);
  return answer.status;
}

/** GETs a text; throws when there was none in time, and when it is longer than what of an answer is read. */
export async function fetchText(request: OutboundQuery): Promise<OutboundAnswer> {
  const { status, read } = await exchange(request, 'GET', { ...request.headers }, undefined, readText);
  return { status, body: read };
}

async function exchange<T>(
  { url, timeoutMs, signal }: OutboundQuery,
  method: string,
  headers: OutgoingHttpHeaders,
  body: Uint8Array | undefined,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<{ readonly status: number; readonly read: T }> {
  const { protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`${url} is no HTTP address.`);
  // TLS costs a start more than all else that it loads, and few calls ever need it.
  const send = protocol === 'https:' ? (await import('node:https')).request : requestPlain;
  return new Promise((resolve, reject) => {
    const bounds = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const refuse = (error: Error) => reject(signal.aborted || !bounds.aborted ? error : timedOut(url, timeoutMs));
    const request = send(url, { method, headers, signal: bounds });
    request.on('error', refuse);
    request.on('response', (answer) => read(answer).then((text) => resolve({ status: answer.statusCode as number, read: text }), refuse));
    request.end(body);
  });
}

/** Reads an answer to its end, or as far as anybody reads. */
async function finish(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > maxAnswerBytes) return; // leaving the loop closes the connection
  }
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) throw new RangeError(`An answer of more than ${maxAnswerBytes} bytes is not read.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function timedOut(url: string, timeoutMs: number): Error {
  return new Error(`${url} did not answer within ${timeoutMs / 1000} s.`);
}
