/** HTTP to where a user's own configuration points: one request, bounded in time and size, never redirected. */
import { type IncomingMessage, request as requestPlain } from 'node:http';

export interface OutboundRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Real ms for the whole exchange. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What of an answer is read; the rest is left where it is. */
const maxAnswerBytes = 64 * 1024;

/** POSTs; the status of the answer. Throws when there was none in time. */
export async function post({ url, headers, body, timeoutMs, signal }: OutboundRequest): Promise<number> {
  const { protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`${url} is no HTTP address.`);
  // TLS costs a start more than all else that it loads, and few calls ever need it.
  const send = protocol === 'https:' ? (await import('node:https')).request : requestPlain;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return new Promise((resolve, reject) => {
    const bounds = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const request = send(url, { method: 'POST', headers: { ...headers, 'Content-Length': bytes.byteLength }, signal: bounds });
    request.on('error', (error) => reject(signal.aborted || !bounds.aborted ? error : timedOut(url, timeoutMs)));
    request.on('response', (answer) => finish(answer).then(() => resolve(answer.statusCode as number), reject));
    request.end(bytes);
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

function timedOut(url: string, timeoutMs: number): Error {
  return new Error(`${url} did not answer within ${timeoutMs / 1000} s.`);
}
