/**
 * Reads the head of a plain HTTP/1.1 request: what nearly every call of an AWS client looks like. It takes a strict subset
 * of RFC 9112 and understands all of what it takes; whatever is not plain — chunked bodies, upgrades, repeated or odd
 * headers, bytes that do not belong — is `undefined` here, and node:http's to judge.
 */
import { isAt } from '../kernel/text-at';

/** A line of the head, as far as the next request may have it too. */
interface HeaderLine {
  /** Its end included. */
  readonly text: string;
  /** The name as it was sent, and as it is known. */
  readonly sent: string;
  readonly name: string;
  readonly value: string;
  /** Its value is another one with each request. */
  readonly isFresh: boolean;
}

export interface PlainHead {
  readonly method: string;
  /** In origin form. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of `headers`, in the order in which they were sent. */
  readonly lines: readonly HeaderLine[];
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
/** Different each time, read once and forgotten: values may stay parts of the text of the whole head, which they keep alive. */
const fresh = new Set(['authorization', 'content-length', 'amz-sdk-invocation-id', 'amz-sdk-request', 'date']);

/** What is known of the request before, on the same connection: a client sends most of it again, in the same order. */
export type KnownLines = Pick<PlainHead, 'lines'>;
export const nothingKnown: KnownLines = { lines: [] };

export function readPlainHead(bytes: Buffer, previous: KnownLines): PlainHead | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0 || end > maxPlainHeadBytes) return undefined;
  const text = bytes.toString('latin1', 0, end + 2);
  requestLine.lastIndex = 0;
  const line = requestLine.exec(text);
  if (line === null) return undefined;
  headerLines.lastIndex = requestLine.lastIndex;
  if (!headerLines.test(text) || headerLines.lastIndex !== text.length) return undefined;
  const read = readHeaders(bytes, text, requestLine.lastIndex, previous.lines);
  if (read === undefined) return undefined;
  const { headers, lines } = read;
  const { host, connection, 'content-length': length } = headers;
  if (host === undefined || (length !== undefined && !digits.test(length))) return undefined;
  const closes = connection !== undefined && connection.toLowerCase() !== 'keep-alive';
  if (closes && connection.toLowerCase() !== 'close') return undefined;
  const target = line[2]!;
  // A part of the head's text would keep all of it alive for as long as somebody remembers an object's key.
  const own = target.length < 13 ? target : bytes.toString('latin1', line[1]!.length + 1, line[1]!.length + 1 + target.length);
  return { method: line[1]!, target: own, headers, lines, bodyBytes: length === undefined ? 0 : Number(length), bytes: end + 4, closes };
}

/** Undefined: a name came twice, or one that is not for us. */
function readHeaders(
  bytes: Buffer,
  text: string,
  from: number,
  previous: readonly HeaderLine[],
): Pick<PlainHead, 'headers' | 'lines'> | undefined {
  const headers: Record<string, string> = {};
  const lines: HeaderLine[] = [];
  /** The same names so far, none of which came twice. */
  let isSame = true;
  for (let at = from; at < text.length; ) {
    if (lines.length === maxPlainHeaders) return undefined;
    const before = previous[lines.length];
    const line = lineAt(bytes, text, at, before);
    isSame &&= line.name === before?.name;
    if (!isSame && (headers[line.name] !== undefined || notPlain.has(line.name))) return undefined;
    headers[line.name] = line.value;
    lines.push(line);
    at += line.text.length;
  }
  return { headers, lines };
}

function lineAt(bytes: Buffer, text: string, at: number, before: HeaderLine | undefined): HeaderLine {
  if (before === undefined) return readLine(bytes, text, at, nameAt(bytes, text, at));
  if (!before.isFresh && isAt(text, at, before.text)) return before;
  const isNamed = text.charCodeAt(at + before.sent.length) === 0x3a && isAt(text, at, before.sent);
  return readLine(bytes, text, at, isNamed ? before : nameAt(bytes, text, at));
}

type HeaderName = Pick<HeaderLine, 'sent' | 'name' | 'isFresh'>;

function nameAt(bytes: Buffer, text: string, at: number): HeaderName {
  const sent = bytes.toString('latin1', at, text.indexOf(':', at));
  const name = sent.toLowerCase();
  return { sent, name, isFresh: fresh.has(name) };
}

function readLine(bytes: Buffer, text: string, at: number, { sent, name, isFresh }: HeaderName): HeaderLine {
  let start = at + sent.length + 1;
  const lineEnd = text.indexOf('\r\n', start);
  let end = lineEnd;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  const value = isFresh || end - start < 13 ? text.slice(start, end) : valueAt(bytes, text, name, start, end);
  return { text: text.slice(at, lineEnd + 2), sent, name, value, isFresh };
}

/** The second in which the clients signed last: one text for all of their calls, which is the same without a look at it. */
let lastSigned = '';

/** A copy: who remembers a part of the head's text keeps all of it alive. */
function valueAt(bytes: Buffer, text: string, name: string, start: number, end: number): string {
  const isTime = name === 'x-amz-date';
  if (isTime && end - start === lastSigned.length && isAt(text, start, lastSigned)) return lastSigned;
  const value = bytes.toString('latin1', start, end);
  if (isTime) lastSigned = value;
  return value;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
