/**
 * Reads the head of a plain HTTP/1.1 request: what nearly every call of an AWS client looks like. It takes a strict subset
 * of RFC 9112 and understands all of what it takes; whatever is not plain — chunked bodies, upgrades, repeated or odd
 * headers, bytes that do not belong — is `undefined` here, and node:http's to judge.
 */

/** The name of a header as it was sent, and as it is known. */
interface HeaderName {
  readonly sent: string;
  readonly name: string;
}

export interface PlainHead {
  readonly method: string;
  /** In origin form. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of `headers`, in the order in which they were sent. */
  readonly names: readonly HeaderName[];
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

/** What is known of the requests before, on the same connection: a client sends most of it again, in the same order. */
export type KnownHeaders = Pick<PlainHead, 'headers' | 'names'>;
export const nothingKnown: KnownHeaders = { headers: {}, names: [] };

export function readPlainHead(bytes: Buffer, previous: KnownHeaders): PlainHead | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0 || end > maxPlainHeadBytes) return undefined;
  const text = bytes.toString('latin1', 0, end + 2);
  requestLine.lastIndex = 0;
  const line = requestLine.exec(text);
  if (line === null) return undefined;
  headerLines.lastIndex = requestLine.lastIndex;
  if (!headerLines.test(text) || headerLines.lastIndex !== text.length) return undefined;
  const read = readHeaders(bytes, text, requestLine.lastIndex, previous);
  if (read === undefined) return undefined;
  const { headers, names } = read;
  const { host, connection, 'content-length': length } = headers;
  if (host === undefined || (length !== undefined && !digits.test(length))) return undefined;
  const closes = connection !== undefined && connection.toLowerCase() !== 'keep-alive';
  if (closes && connection.toLowerCase() !== 'close') return undefined;
  const target = line[2]!;
  // A part of the head's text would keep all of it alive for as long as somebody remembers an object's key.
  const own = target.length < 13 ? target : bytes.toString('latin1', line[1]!.length + 1, line[1]!.length + 1 + target.length);
  return { method: line[1]!, target: own, headers, names, bodyBytes: length === undefined ? 0 : Number(length), bytes: end + 4, closes };
}

/** Undefined: a name came twice, or one that is not for us. */
function readHeaders(bytes: Buffer, text: string, from: number, previous: KnownHeaders): KnownHeaders | undefined {
  const headers: Record<string, string> = {};
  let names: HeaderName[] | undefined;
  let count = 0;
  for (let at = from; at < text.length; count++) {
    if (count === maxPlainHeaders) return undefined;
    const expected = previous.names[count];
    const known = expected !== undefined && isNamed(text, at, expected.sent) ? expected : nameAt(bytes, at, text.indexOf(':', at));
    if (known !== expected) names ??= previous.names.slice(0, count);
    names?.push(known);
    const { name } = known;
    if (headers[name] !== undefined || (known !== expected && notPlain.has(name))) return undefined;
    let start = at + known.sent.length + 1;
    const lineEnd = text.indexOf('\r\n', start);
    let end = lineEnd;
    while (start < end && isBlank(text.charCodeAt(start))) start++;
    while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
    const before = previous.headers[name];
    headers[name] = before?.length === end - start && text.startsWith(before, start) ? before : valueAt(bytes, text, name, start, end);
    at = lineEnd + 2;
  }
  return { headers, names: names ?? (count === previous.names.length ? previous.names : previous.names.slice(0, count)) };
}

function isNamed(text: string, at: number, name: string): boolean {
  return text.charCodeAt(at + name.length) === 0x3a && text.startsWith(name, at);
}

/** A copy: it is remembered for as long as the connection. */
function nameAt(bytes: Buffer, start: number, end: number): HeaderName {
  const sent = bytes.toString('latin1', start, end);
  return { sent, name: sent.toLowerCase() };
}

function valueAt(bytes: Buffer, text: string, name: string, start: number, end: number): string {
  return end - start < 13 || passing.has(name) ? text.slice(start, end) : bytes.toString('latin1', start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
