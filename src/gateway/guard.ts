/** No web page may drive Nuvola: strange origins and host names are refused before anything is read. */
import { AwsError } from '../kernel/errors';
import type { WireResponse } from '../protocol/wire';
import { readHost } from './hosts';
import type { GatewayRequest } from './request';

type GuardedRequest = Pick<GatewayRequest, 'method' | 'host' | 'headers'>;

export interface GuardOptions {
  /** Origins of pages that may call, besides loopback ones: `https://app.example.com`; `*` for all of them. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Host names to answer to, besides the known ones; `.example.com` for all below it. */
  readonly allowHosts?: readonly string[] | undefined;
  /** The addressed data plane decides about origins itself (S3 objects). */
  readonly ownCors?: boolean | undefined;
  /** An address under `/_nuvola`, where changes need what no form and no simple request of a page can send. */
  readonly admin?: boolean | undefined;
}

/** Throws a 403 that says what to do. */
export function guard(request: GuardedRequest, options: GuardOptions): void {
  if (!isKnownHost(request.host, options.allowHosts)) {
    throw refusal(
      `Nuvola does not answer to the host name "${printable(request.host)}", since any web page could make a name of its own point here. ` +
        `If it is yours, start Nuvola with --allow-host ${printable(request.host.replace(/:\d+$/, ''))}.`,
    );
  }
  if (!options.ownCors) guardOrigin(request, options.allowOrigins);
  if (options.admin && !isRead(request.method)) guardChange(request);
}

function guardOrigin({ headers }: GuardedRequest, allowOrigins: readonly string[] | undefined): void {
  const { origin } = headers;
  if (origin !== undefined) {
    if (isAllowedOrigin(origin, allowOrigins)) return;
    throw refusal(
      `A web page of ${printable(origin)} may not call Nuvola. If it is yours, start Nuvola with --allow-origin ${printable(origin)}.`,
    );
  }
  // Images, links and plain navigation carry no Origin, but browsers say that they come from elsewhere.
  if (headers['sec-fetch-site'] === 'cross-site' && !allowOrigins?.includes('*')) {
    throw refusal('A web page of another site may not call Nuvola. Call it with fetch from an origin that --allow-origin names.');
  }
}

function guardChange({ headers }: GuardedRequest): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json' && headers['x-nuvola'] !== undefined) return;
  throw refusal('Changes under /_nuvola need the headers "content-type: application/json" and "x-nuvola: 1".');
}

/** The headers that let a page of an allowed origin read the answer; undefined when the request came from no page. */
export function corsHeaders(request: GuardedRequest): Record<string, string> | undefined {
  const { origin } = request.headers;
  if (origin === undefined) return undefined;
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': '*', Vary: 'Origin' };
}

/** The answer to a browser's question whether it may call; undefined when the request is no such question. To be asked after `guard`. */
export function preflight(request: GuardedRequest): WireResponse | undefined {
  const { headers } = request;
  const method = headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || headers.origin === undefined || method === undefined) return undefined;
  const asked = headers['access-control-request-headers'];
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': headers.origin,
      'Access-Control-Allow-Methods': method,
      ...(asked !== undefined && { 'Access-Control-Allow-Headers': asked }),
      ...(headers['access-control-request-private-network'] === 'true' && { 'Access-Control-Allow-Private-Network': 'true' }),
      'Access-Control-Max-Age': '600',
      Vary: 'Origin',
    },
    body: undefined,
  };
}

function isKnownHost(host: string, allowHosts: readonly string[] | undefined): boolean {
  // HTTP/1.0 without a Host: no browser sends that.
  return host === '' || readHost(host, allowHosts).known;
}

function isAllowedOrigin(origin: string, allowOrigins: readonly string[] | undefined): boolean {
  const lower = origin.toLowerCase();
  return loopbackOrigin.test(lower) || allowOrigins?.some((allowed) => allowed === '*' || allowed.toLowerCase() === lower) === true;
}

const loopbackOrigin = /^https?:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

function refusal(message: string): AwsError {
  return new AwsError('AccessDenied', message, { status: 403 });
}

/** Headers come from strangers and end up in terminals and XML. */
function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, 200);
}
