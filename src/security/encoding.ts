/** Percent encoding as signatures want it: byte by byte, the unreserved characters of RFC 3986 bare, hex in capitals. */

const unreserved = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') unreserved[character.charCodeAt(0)] = 1;

const escapes = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** Encodes text whose characters are bytes (latin1). `keepSlash` for paths. */
export function encodeBytes(text: string, keepSlash = false): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i) & 0xff;
    out += unreserved[byte] || (keepSlash && byte === 0x2f) ? text[i] : escapes[byte];
  }
  return out;
}

/** Encodes text by its UTF-8 bytes. */
export function encodeText(text: string): string {
  return encodeBytes(Buffer.from(text, 'utf8').toString('latin1'));
}

/** Decodes `%XX` once, into text whose characters are bytes; an escape that is none stays as it is. */
export function decodeToBytes(text: string): string {
  if (!text.includes('%')) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const byte = text[i] === '%' ? escapeAt(text, i) : undefined;
    if (byte === undefined) out += text[i];
    else {
      out += String.fromCharCode(byte);
      i += 2;
    }
  }
  return out;
}

/** Decodes a query value to text: `%XX` and `+`. */
export function decodeQueryText(text: string): string {
  return Buffer.from(decodeToBytes(text.replaceAll('+', ' ')), 'latin1').toString('utf8');
}

/**
 * The canonical spelling of something already encoded, whoever encoded it: escapes of unreserved characters are undone,
 * other escapes get capitals, bare reserved characters are escaped. An escaped slash stays apart from a bare one.
 */
export function canonicalEncoding(text: string, keepSlash: boolean): string {
  if (isCanonical(text, keepSlash)) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const escaped = text[i] === '%' ? escapeAt(text, i) : undefined;
    if (escaped !== undefined) i += 2;
    const byte = escaped ?? text.charCodeAt(i) & 0xff;
    const bare = unreserved[byte] || (keepSlash && escaped === undefined && byte === 0x2f);
    out += bare ? String.fromCharCode(byte) : escapes[byte];
  }
  return out;
}

function isCanonical(text: string, keepSlash: boolean): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!unreserved[code & 0xff] && !(keepSlash && code === 0x2f)) return false;
  }
  return true;
}

function escapeAt(text: string, at: number): number | undefined {
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? undefined : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** One `name=value` of a query, still encoded; `value` is empty when there is no `=`. */
interface QueryPair {
  readonly name: string;
  readonly value: string;
  /** False for a bare `name`. */
  readonly hasValue: boolean;
}

/** Splits a raw query at `&` and the first `=`; empty parts are dropped. */
export function splitQuery(query: string): QueryPair[] {
  const pairs: QueryPair[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(
      equals < 0
        ? { name: part, value: '', hasValue: false }
        : { name: part.slice(0, equals), value: part.slice(equals + 1), hasValue: true },
    );
  }
  return pairs;
}
