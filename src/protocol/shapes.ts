/** What every codec asks of a shape: compiled things remembered per shape, names on the wire, scalars from text. */
import type { Member, Shape } from '../api/model';
import { parseTimestamp } from './timestamps';

/** How deep a value may nest. Real inputs stay below 40; the stack holds several thousand. */
export const MAX_DEPTH = 1000;

/**
 * Compiles once per object, mostly per shape, on first use. Recursive shapes work because what is compiled looks its
 * members up when it first runs.
 */
export function perObject<T, K extends object = Shape>(compile: (object: K) => T): (object: K) => T {
  const known = new WeakMap<K, T>();
  return (object) => {
    let compiled = known.get(object);
    if (compiled === undefined && !known.has(object)) known.set(object, (compiled = compile(object)));
    return compiled as T;
  };
}

/** A plain object: no list, no bytes, no tagged value. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Sets a key that the caller chose. `__proto__` becomes a plain property, not the prototype. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

export function isFlattened(member: Member): boolean {
  return member.flattened === true || member.shape.flattened === true;
}

/** A member's element name in restXml. */
export function xmlName(name: string, member: Member): string {
  return member.locationName ?? name;
}

/**
 * A member's name in awsQuery, both ways: the one it kept from before its service moved on (SQS's `AttributeName.1`), else,
 * for a flattened list, its element's where that has one (SimpleDB's `DomainName.1`).
 */
export function queryName(name: string, member: Member): string {
  if (member.queryName !== undefined) return member.queryName;
  const element = member.shape.type === 'list' && isFlattened(member) ? member.shape.element?.locationName : undefined;
  return element ?? member.locationName ?? name;
}

/** A float as text or JSON string: JavaScript's own words for the three that are no numbers. */
export function parseFloatText(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN;
  if (text === 'Infinity') return Number.POSITIVE_INFINITY;
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY;
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

const INTEGER = /^\s*[+-]?\d{1,20}\s*$/;

/** An integer as text within the range of its type, or undefined. Beyond 2^53 the nearest double stands for it. */
function parseIntegerText(text: string, type: 'integer' | 'long'): number | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  return fitsInteger(value, type) ? value : undefined;
}

export function fitsInteger(value: number, type: 'integer' | 'long'): boolean {
  return type === 'integer' ? value >= -2147483648 && value <= 2147483647 : Math.abs(value) <= 2 ** 63;
}

/** Reads a scalar written as text (XML, forms, headers, labels, queries); undefined when it is not one of its type. */
export function parseScalar(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case 'string':
    case 'bigdecimal':
      return text;
    case 'integer':
    case 'long':
      return parseIntegerText(text, shape.type);
    case 'float':
    case 'double':
      return parseFloatText(text);
    case 'boolean':
      return parseBoolean(text);
    case 'timestamp':
      return parseTimestamp(text);
    case 'blob':
      return decodeBase64(text.trim());
    default:
      return undefined;
  }
}

/** The query protocol has always taken these in any case (`True` of Python, `TRUE` of shells). */
function parseBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  return undefined;
}

/** Bytes of strict base64 (white space inside allowed, as XML and MIME fold it), or undefined. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const dense = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  if (dense.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(dense)) return undefined;
  return Buffer.from(dense, 'base64');
}

export function encodeBase64(value: unknown): string {
  return toBuffer(value).toString('base64');
}

/** Bytes of a blob as handlers give it; text stands for its UTF-8. */
export function toBuffer(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Buffer.from(String(value), 'utf8');
}

/** A number for the wire, where the infinities and NaN are words. */
export function formatNumber(value: unknown): string {
  return String(value);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Text of UTF-8 bytes, or undefined when they are not. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
