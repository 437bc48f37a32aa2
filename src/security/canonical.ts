/** The canonical request of SigV4 and SigV4A: the one text that client and server must build alike. Characters are bytes (latin1). */
import { derived } from '../kernel/derived';
import type { SignableRequest } from './credential';
import { canonicalEncoding, splitQuery } from './encoding';

export interface CanonicalOptions {
  /** S3: the path is taken as it is, encoded once. Others normalise it and encode it twice. */
  readonly s3: boolean;
  readonly signedHeaders: readonly string[];
  /** Hex SHA-256, or a word such as `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/** Method, path, query, headers, their names, and the payload's hash: a line each (AWS: "Create a canonical request"). */
export function canonicalRequest(request: SignableRequest, { s3, signedHeaders, payloadHash }: CanonicalOptions): string {
  const { headers, rawHeaders } = request;
  let lines = '';
  for (const name of signedHeaders) lines += `${name}:${canonicalHeader(sentHeader(headers, name), name, rawHeaders)}\n`;
  const { method, path, query } = request;
  return `${method}\n${canonicalPath(path, s3)}\n${canonicalQuery(query)}\n${lines}\n${joined(signedHeaders)}\n${payloadHash}`;
}

/**
 * A client signs the same headers in call after call. Put together one by one: of names that were used as keys, `join`
 * makes a text of two bytes a character, and with it the whole canonical request would become one.
 */
export const joined = derived((names: readonly string[]) => names.reduce((all, name) => (all === '' ? name : `${all};${name}`), ''));

/** The path as it is signed. */
export function canonicalPath(path: string, s3: boolean): string {
  if (path === '/') return path;
  if (s3) return canonicalEncoding(path, true) || '/';
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const trailing = segments.length > 0 && /\/\.{0,2}$/.test(path) ? '/' : '';
  return encodeAgain(`/${segments.join('/')}${trailing}`);
}

/** The second encoding: of a path already encoded, so that `%` itself is escaped. */
function encodeAgain(path: string): string {
  return canonicalEncoding(path.replaceAll('%', '%25'), true);
}

/** Names and values in canonical encoding, sorted by their bytes; the signature itself is left out. A bare `+` is a space. */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs: [name: string, value: string][] = [];
  for (const { name, value } of splitQuery(query)) {
    const canonicalName = canonicalEncoding(name.replaceAll('+', '%20'), false);
    if (canonicalName.toLowerCase() === 'x-amz-signature') continue;
    pairs.push([canonicalName, canonicalEncoding(value.replaceAll('+', '%20'), false)]);
  }
  pairs.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A header by the name that the signature gives it, which may be any text: what every object has of its own is no header. */
export function sentHeader(headers: SignableRequest['headers'], name: string): string {
  const sent = headers[name];
  return typeof sent === 'string' ? sent : '';
}

/** A header's value: repeated headers joined by commas, white space around and inside folded. Absent ones are empty. */
export function canonicalHeader(value: string, name: string, rawHeaders: readonly string[] | undefined): string {
  return value.includes(',') && rawHeaders ? rawValues(rawHeaders, name).map(fold).join(',') : fold(value);
}

function rawValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === name) values.push(rawHeaders[i + 1]!);
  }
  return values;
}

const blank = /\s/;

function fold(value: string): string {
  if (!blank.test(value)) return value;
  const trimmed = value.trim();
  return trimmed.includes('  ') || trimmed.includes('\t') || trimmed.includes('\n') ? trimmed.replace(/\s+/g, ' ') : trimmed;
}
