/** Which object keys S3 takes, and their order: UTF-8 bytes, which is code point order and not JavaScript's. */
import { invalidUri, keyTooLong } from './errors';

const maxKeyBytes = 1024;

/** The key itself, or S3's error: too long, or with more `..` than it has segments to climb. */
export function requireKey(key: string): string {
  // A UTF-16 unit is at most three bytes, so most keys need no counting.
  if (key.length > maxKeyBytes / 3) {
    const size = Buffer.byteLength(key);
    if (size > maxKeyBytes) throw keyTooLong(size, maxKeyBytes);
  }
  if (key.includes('..') && climbsAboveRoot(key)) throw invalidUri(`/${key}`);
  return key;
}

/** `../x`, `a/../../x`: refused when, read from the left, `..` outnumber the other segments (user guide, "Naming Amazon S3 objects"). */
export function climbsAboveRoot(key: string): boolean {
  let depth = 0;
  for (const segment of key.split('/')) {
    if (segment === '..') depth--;
    else if (segment !== '' && segment !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}

/** The first string after every string that begins with this one; undefined when there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix];
  while (points.length > 0) {
    const last = points.pop()!.codePointAt(0)!;
    if (last === 0x10ffff) continue;
    // The surrogates in between are no characters.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}

/** Which comes first, in S3's order. */
export function compareKeys(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** As listings with `encoding-type=url` write keys: form encoding that spares the slash. */
export function urlEncodeKey(key: string): string {
  let out = '';
  for (const byte of Buffer.from(key)) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9._*/-]/.test(char)) out += char;
    else if (byte === 0x20) out += '+';
    else out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
