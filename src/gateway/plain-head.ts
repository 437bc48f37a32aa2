/**
 * Reads the head of a plain HTTP/1.1 request: what nearly every call of an AWS client looks like. It takes a strict subset
 * of RFC 9112 and understands all of what it takes; whatever is not plain — chunked bodies, upgrades, repeated or odd
 * headers, bytes that do not belong — is `undefined` here, and node:http's to judge.
 */

export interface PlainHead {
  readonly method: string;
  /** In origin form. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Declared length of the body; 0 when nothing is declared. */
  readonly bodyBytes: number;
  /** Length of the head, its empty line included. */
  readonly bytes: number;
  /** The client wants the connection closed after the answer. */
  readonly closes: boolean;
}

const requestLine = /(GET|PUT|POST|HEAD|DELETE|PATCH|OPTIONS) (\/[\x21-\x7e]*) HTTP\/1\.1\r\n/y;
/** Whole lines of `name: value`, nothing else: no folded lines, no lone CR or LF, no control characters (RFC 9110 §5.1, §5.5). */
const headerLines = /(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+/y;
const digits = /^\d{1,15}$/;

/** Larger bodies are streamed, and smaller heads hold all that clients send. */
export const maxPlainBodyBytes = 64 * 1024;
const maxPlainHeadBytes = 16 * 1024;
const maxPlainHeaders = 100;

/** They change what the body or the connection is. */
const notPlain = new Set(['transfer-encoding', 'expect', 'upgrade', 'http2-settings', 'proxy-connection', 'trailer']);
/** Read once and forgotten: they may stay parts of the text of the whole head, which they would otherwise keep alive. */
const passing = new Set(['authorization', 'x-amz-date', 'content-length', 'amz-sdk-invocation-id', 'amz-sdk-request', 'accept', 'date']);

/** `previous`: headers of the last request of the same connection, most of whose values come again. */
export function readPlainHead(bytes: Buffer, previous: PlainHead['headers']): PlainHead | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0 || end > maxPlainHeadBytes) return undefined;
  const text = bytes.toString('latin1', 0, end + 2);
  requestLine.lastIndex = 0;
  const line = requestLine.exec(text);
  if (line === null) return undefined;
  headerLines.lastIndex = requestLine.lastIndex;
  if (!headerLines.test(text) || headerLines.lastIndex !== text.length) return undefined;
  const headers = readHeaders(bytes, text, requestLine.lastIndex, previous);
  if (headers === undefined) return undefined;
  const { host, connection, 'content-length': length } = headers;
  if (host === undefined || (length !== undefined && !digits.test(length))) return undefined;
  const closes = connection !== undefined && connection.toLowerCase() !== 'keep-alive';
  if (closes && connection.toLowerCase() !== 'close') return undefined;
  const target = line[2]!;
  // A part of the head's text would keep all of it alive for as long as somebody remembers an object's key.
  const own = target.length < 13 ? target : bytes.toString('latin1', line[1]!.length + 1, line[1]!.length + 1 + target.length);
  return { method: line[1]!, target: own, headers, bodyBytes: length === undefined ? 0 : Number(length), bytes: end + 4, closes };
}

/** Undefined: a name came twice, or one that is not for us. */
function readHeaders(bytes: Buffer, text: string, from: number, previous: PlainHead['headers']): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  let count = 0;
  for (let at = from; at < text.length; ) {
    if (++count > maxPlainHeaders) return undefined;
    const colon = text.indexOf(':', at);
    const lineEnd = text.indexOf('\r\n', colon);
    const name = text.slice(at, colon).toLowerCase();
    if (headers[name] !== undefined || notPlain.has(name)) return undefined;
    let start = colon + 1;
    let end = lineEnd;
    while (start < end && isBlank(text.charCodeAt(start))) start++;
    while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
    const value = text.slice(start, end);
    const before = previous[name];
    headers[name] = before === value ? before : value.length < 13 || passing.has(name) ? value : bytes.toString('latin1', start, end);
    at = lineEnd + 2;
  }
  return headers;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
