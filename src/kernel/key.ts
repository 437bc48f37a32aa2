/**
 * Keys as strings of bytes (latin1) whose `<` is the order of their parts: strings as UTF-8, numbers as numbers.
 * The layout follows FoundationDB's tuple layer: a tag, the bytes with NUL escaped, a terminator.
 */
import type { EncodedKey, Key, Keyed, KeyPart } from './collection';

const plain = /^[\x01-\x7f]*$/;
const numberBytes = new DataView(new ArrayBuffer(8));

function bytesOf(text: string): string {
  return plain.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1').replaceAll('\0', '\0\xff');
}

/** Order-preserving bytes of a double: the sign bit flipped, or all bits when negative. */
function orderedNumber(value: number): string {
  numberBytes.setFloat64(0, value === 0 ? 0 : value);
  let high = numberBytes.getUint32(0);
  let low = numberBytes.getUint32(4);
  if (high >>> 31) {
    high = ~high >>> 0;
    low = ~low >>> 0;
  } else high = (high | 0x80000000) >>> 0;
  return String.fromCharCode(
    high >>> 24,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    low >>> 24,
    (low >>> 16) & 255,
    (low >>> 8) & 255,
    low & 255,
  );
}

function encodePart(part: KeyPart): string {
  if (typeof part === 'string') return `\x02${bytesOf(part)}\0`;
  if (typeof part === 'number') return `\x03${orderedNumber(part)}`;
  return `\x04${Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1').replaceAll('\0', '\0\xff')}\0`;
}

/** The bytes of a key. Keys that begin with the same parts begin with the same bytes. */
export function encodeKey(key: Key): string {
  if (typeof key === 'string' || typeof key === 'number') return encodePart(key);
  return isKeyed(key) ? textOf(key.key) : key instanceof Uint8Array ? encodePart(key) : encodeParts(key);
}

/** Asked of every key, so by what is quickly told. */
export function isKeyed(key: Key): key is Keyed {
  return typeof key === 'object' && !Array.isArray(key) && !(key instanceof Uint8Array);
}

function encodeParts(parts: readonly KeyPart[]): string {
  let text = '';
  for (let i = 0; i < parts.length; i++) text += encodePart(parts[i] as KeyPart);
  return text;
}

function textOf(key: EncodedKey): string {
  return key as unknown as string;
}

function ofText(text: string): EncodedKey {
  return text as unknown as EncodedKey;
}

/** These parts as a key that a record can hold. */
export function encodedKey(parts: readonly KeyPart[]): EncodedKey {
  return ofText(encodeParts(parts));
}

/** With one part more. */
export function withPart(key: EncodedKey, part: KeyPart): EncodedKey {
  return ofText(textOf(key) + encodePart(part));
}

/** The parts of one, then those of the other. */
export function joinKeys(a: EncodedKey, b: EncodedKey): EncodedKey {
  return ofText(textOf(a) + textOf(b));
}

/** The first `count` parts. */
export function firstParts(key: EncodedKey, count: number): EncodedKey {
  return ofText(textOf(key).slice(0, endOfParts(textOf(key), count)));
}

/** All parts but the first `count`. */
export function withoutFirstParts(key: EncodedKey, count: number): EncodedKey {
  return ofText(textOf(key).slice(endOfParts(textOf(key), count)));
}

function endOfParts(text: string, count: number): number {
  let at = 0;
  for (let i = 0; i < count && at < text.length; i++) at = endOfPart(text, at);
  return at;
}

/** A number has eight bytes after its tag; the others end with a NUL that no 0xff follows. */
function endOfPart(text: string, start: number): number {
  if (text.charCodeAt(start) === 0x03) return start + 9;
  let end = text.indexOf('\0', start);
  while (text.charCodeAt(end + 1) === 0xff) end = text.indexOf('\0', end + 1);
  return end + 1;
}

/** The bytes with which every key begins whose first parts are `key` and whose next part is a string that begins with `text`. */
export function encodeTextPrefix(key: Key | undefined, text: string): string {
  return `${key === undefined ? '' : encodeKey(key)}\x02${bytesOf(text)}`;
}

/** The first string after every string that begins with `prefix`; undefined when there is none. */
export function afterPrefix(prefix: string): string | undefined {
  let end = prefix.length;
  while (end > 0 && prefix.charCodeAt(end - 1) === 0xff) end--;
  return end === 0 ? undefined : prefix.slice(0, end - 1) + String.fromCharCode(prefix.charCodeAt(end - 1) + 1);
}
