/**
 * Keys as strings of bytes (latin1) whose `<` is the order of their parts: strings as UTF-8, numbers as numbers.
 * The layout follows FoundationDB's tuple layer: a tag, the bytes with NUL escaped, a terminator.
 */
import type { Key, KeyPart } from './collection';

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
  if (typeof key === 'string' || typeof key === 'number' || key instanceof Uint8Array) return encodePart(key as KeyPart);
  let text = '';
  for (let i = 0; i < key.length; i++) text += encodePart(key[i] as KeyPart);
  return text;
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
