/** Requests that no SDK would send: every header and byte as given. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RawRequest {
  readonly method?: string;
  /** Sent as it is, never normalised. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The header that names caller, service and region; nobody checks the signature unless told to. */
export function scope(service: string, region = 'us-east-1', account = '111111111111'): string {
  return `AWS4-HMAC-SHA256 Credential=${account}/20300101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=00`;
}

export function call(url: string, { method = 'POST', path = '/', headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname: hostname.replace(/^\[|\]$/g, ''), port, method, path, headers, agent: false }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/**
 * Writes bytes to a new connection and gives whatever comes back until it ends. We close our side at once, or after so
 * many ms of silence; then an answer has come, of a connection that is kept, or never will.
 */
export function bytes(url: string, written: string | Uint8Array, endAfterMs = 0): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(written);
      if (endAfterMs === 0) socket.end();
      else socket.setTimeout(endAfterMs, () => socket.end());
    });
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
      if (endAfterMs > 0) socket.setTimeout(10, () => socket.destroy());
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

/** The error code of an answer, in whatever form it is written. */
export function codeOf({ headers, body }: RawAnswer): string | undefined {
  const json = /"(?:__type|code)"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(body)?.[1];
  const header = String(headers['x-amzn-errortype'] ?? '').split(':')[0];
  return json ?? /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? (header || undefined);
}
