/** Attribute values: as they come in, as they are kept, compared, and counted. */
import type { AttributeValue } from '../../../generated/api/dynamodb';
import { invalid, invalidValues } from './errors';
import { compareNumbers, normaliseNumber, numberSize } from './number';

export type Type = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'NULL' | 'BOOL';

/**
 * A value as it is kept, which is also its JSON on the wire: exactly one member, numbers normalised, bytes in base64.
 * Values are never changed; what changes one makes another.
 */
export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly M: Item }
  | { readonly L: readonly Value[] }
  | { readonly NULL: true }
  | { readonly BOOL: boolean };

export type Item = { readonly [name: string]: Value };

/** Anything of one of the types above. */
type Content = string | boolean | readonly string[] | readonly Value[] | Item;

const maxDepth = 32;

export function typeOf(value: Value): Type {
  for (const type in value) return type as Type;
  throw new TypeError('A kept value has a type.');
}

export function contentOf(value: Value): Content {
  for (const type in value) return (value as unknown as Record<string, Content>)[type] as Content;
  throw new TypeError('A kept value has a type.');
}

/** An attribute by a name that anybody may choose: `constructor` is an ordinary one. */
export function attribute(item: Item, name: string): Value | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** The item with one attribute set, or removed. */
export function withAttribute(item: Item, name: string, value: Value | undefined): Item {
  const copy: Record<string, Value> = { ...item };
  if (value === undefined) delete copy[name];
  else if (name === '__proto__') Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  else copy[name] = value;
  return copy;
}

/** Checks an item that came in and gives it the form in which items are kept. Throws for the first value that is not valid. */
export function normaliseItem(item: { readonly [name: string]: AttributeValue }, depth = 0): Item {
  let changed: Item | undefined;
  for (const name in item) {
    const given = item[name] as AttributeValue;
    const kept = normaliseValue(given, depth);
    if (kept !== (given as unknown)) changed = withAttribute(changed ?? (item as unknown as Item), name, kept);
  }
  return changed ?? (item as unknown as Item);
}

/** The same for one value; the very object when it was as it should be. */
export function normaliseValue(value: AttributeValue, depth = 0): Value {
  if (depth > maxDepth)
    throw invalid('Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit');
  let types = 0;
  let kept: Value | undefined;
  for (const type in value) {
    const content = (value as Record<string, unknown>)[type];
    if (content === undefined) continue;
    types++;
    kept = normaliseContent(type as Type, content, value, depth);
  }
  if (kept === undefined) throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  if (types > 1)
    throw invalid('Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes');
  return kept;
}

function normaliseContent(type: Type, content: unknown, value: AttributeValue, depth: number): Value {
  switch (type) {
    case 'N': {
      const text = normaliseNumber(content as string);
      return text === content ? (value as Value) : { N: text };
    }
    case 'B':
      return { B: base64(content as Uint8Array) };
    case 'NULL':
      if (content !== true) throw invalidValues('Null attribute value types must have the value of true');
      return value as Value;
    case 'SS':
      return stringSet(content as readonly string[], value);
    case 'NS':
      return numberSet(content as readonly string[]);
    case 'BS':
      return binarySet(content as readonly Uint8Array[]);
    case 'M': {
      const item = normaliseItem(content as Record<string, AttributeValue>, depth + 1);
      return item === content ? (value as Value) : { M: item };
    }
    case 'L': {
      const given = content as readonly AttributeValue[];
      const items = given.map((each) => normaliseValue(each, depth + 1));
      return items.every((each, i) => each === (given[i] as unknown)) ? (value as Value) : { L: items };
    }
    default:
      return value as Value;
  }
}

function stringSet(members: readonly string[], value: AttributeValue): Value {
  if (members.length === 0) throw invalidValues('An string set  may not be empty');
  if (members.includes('')) throw invalidValues('An string set may not have a empty string as a member');
  if (new Set(members).size < members.length) throw invalidValues(`Input collection [${members.join(', ')}] contains duplicates.`);
  return value as Value;
}

function numberSet(members: readonly string[]): Value {
  if (members.length === 0) throw invalidValues('An number set  may not be empty');
  const numbers = members.map(normaliseNumber);
  if (new Set(numbers).size < numbers.length) throw invalid('Input collection contains duplicates');
  return { NS: numbers };
}

function binarySet(members: readonly Uint8Array[]): Value {
  if (members.length === 0) throw invalidValues('Binary sets should not be empty');
  const texts = members.map(base64);
  if (texts.includes('')) throw invalidValues('Binary sets may not contain null or empty values');
  if (new Set(texts).size < texts.length) throw invalidValues(`Input collection [${texts.join(', ')}]of type BS contains duplicates.`);
  return { BS: texts };
}

function base64(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function bytesOf(base64Text: string): Buffer {
  return Buffer.from(base64Text, 'base64');
}

/** Length of base64's bytes, without decoding them. */
function base64Length(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

/** The value for those who are given objects rather than JSON: bytes as bytes. */
export function toAttributeValue(value: Value): AttributeValue {
  if ('B' in value) return { B: bytesOf(value.B) };
  if ('BS' in value) return { BS: value.BS.map(bytesOf) };
  if ('L' in value) return { L: value.L.map(toAttributeValue) };
  if ('M' in value) return { M: toAttributes(value.M) };
  return value as AttributeValue;
}

export function toAttributes(item: Item): { [name: string]: AttributeValue } {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttributeValue(value)]));
}

/** Bytes that an item counts against 400 KB, 1 MB pages and capacity (Developer Guide, "DynamoDB item sizes and formats"). */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) size += attributeSize(name, item[name] as Value);
  return size;
}

/** What one attribute of an item counts. */
export function attributeSize(name: string, value: Value): number {
  return utf8Length(name) + valueSize(value);
}

/** Bytes of text in UTF-8. Short plain text, the common case, is looked through here: asking Node costs more. */
function utf8Length(text: string): number {
  const { length } = text;
  if (length > 64) return Buffer.byteLength(text);
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text);
  return length;
}

/** Maps and lists cost three bytes, and one for each entry. */
function valueSize(value: Value): number {
  for (const type in value) {
    const content = (value as unknown as Record<string, never>)[type] as never;
    switch (type as Type) {
      case 'S':
        return utf8Length(content);
      case 'N':
        return numberSize(content);
      case 'B':
        return base64Length(content);
      case 'SS':
        return sum(content as readonly string[], utf8Length);
      case 'NS':
        return sum(content as readonly string[], numberSize);
      case 'BS':
        return sum(content as readonly string[], base64Length);
      case 'L':
        return 3 + sum(content as readonly Value[], (each) => 1 + valueSize(each));
      case 'M':
        return 3 + itemSize(content) + Object.keys(content).length;
      default:
        return 1;
    }
  }
  return 0;
}

function sum<T>(items: readonly T[], size: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += size(item);
  return total;
}

/** Are these the same? Sets have no order. */
export function equalValues(a: Value, b: Value): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  const left = contentOf(a);
  const right = contentOf(b);
  if (left === right) return true;
  switch (type) {
    case 'SS':
    case 'NS':
    case 'BS':
      return equalSets(left as readonly string[], right as readonly string[]);
    case 'L':
      return equalLists(left as readonly Value[], right as readonly Value[]);
    case 'M':
      return equalItems(left as Item, right as Item);
    default:
      return false;
  }
}

function equalSets(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(a);
  return b.every((member) => members.has(member));
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((value, i) => equalValues(value, b[i] as Value));
}

export function equalItems(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const other = attribute(b, name);
    return other !== undefined && equalValues(a[name] as Value, other);
  });
}

/** The order of two strings, numbers or byte strings; undefined when they are of other or different types. */
export function compareValues(a: Value, b: Value): number | undefined {
  if ('S' in a) return 'S' in b ? compareText(a.S, b.S) : undefined;
  if ('N' in a) return 'N' in b ? compareNumbers(a.N, b.N) : undefined;
  if ('B' in a) return 'B' in b ? Buffer.compare(bytesOf(a.B), bytesOf(b.B)) : undefined;
  return undefined;
}

const ascii = /^[\x00-\x7f]*$/;

/** By UTF-8 bytes, which JavaScript's own order is not for characters beyond U+FFFF. */
function compareText(a: string, b: string): number {
  if (ascii.test(a) && ascii.test(b)) return a < b ? -1 : a === b ? 0 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
