/** From key attributes to the keys that things are kept under, in the order that DynamoDB sorts them. */
import { type EncodedKey, encodedKey, firstParts, joinKeys, type Keyed, type KeyPart, withoutFirstParts, withPart } from '../../kernel';
import type { Attributes } from './attributes';
import { emptyIndexKey, emptyKey, hashTooLong, invalidValues, keyMismatch, rangeTooLong } from './errors';
import { orderedNumber } from './number';
import type { IndexSchema, KeySchema } from './schema';
import type { KeyAttribute } from './state';
import { attribute, bytesOf, contentOf, type Item, typeOf, type Value } from './value';

const maxHashBytes = 2048;
const maxRangeBytes = 1024;

/** A value of a key attribute's type as a part of a key. */
export function keyPart(value: Value): KeyPart {
  if ('S' in value) return value.S;
  return 'N' in value ? orderedNumber(value.N) : bytesOf((value as { B: string }).B);
}

/** Where a partition lies among all partitions: five characters of 0x20–0x5f, 30 bits of a hash of its key. */
export function partitionPlace(hash: readonly KeyPart[]): string {
  return placeOf(hash.reduce(mixed, noParts));
}

/** FNV-1a of no key parts. */
const noParts = 0x811c9dc5;

/** The hash of some parts, with one more. */
function mixed(hash: number, part: KeyPart): number {
  let h = hash;
  if (typeof part === 'string') for (let i = 0; i < part.length; i++) h = Math.imul(h ^ part.charCodeAt(i), 0x01000193);
  else for (const byte of part as Uint8Array) h = Math.imul(h ^ byte, 0x01000193);
  return Math.imul(h ^ 0x1ff, 0x01000193);
}

/** FNV-1a leaves its high bits poor; murmur3's end mixes them. */
function placeOf(hash: number): string {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return placeText((h ^ (h >>> 16)) >>> 2);
}

/** 30 bits as text whose order is the numbers'. */
function placeText(bits: number): string {
  return String.fromCharCode(
    0x20 + ((bits >>> 24) & 63),
    0x20 + ((bits >>> 18) & 63),
    0x20 + ((bits >>> 12) & 63),
    0x20 + ((bits >>> 6) & 63),
    0x20 + (bits & 63),
  );
}

/** The first place of one of `total` equal segments. */
export function segmentStart(segment: number, total: number): string {
  return segment >= total ? '\x7f' : placeText(Math.ceil((segment * 2 ** 30) / total));
}

/** The key of what lies in a table or index under these parts, or what all such keys begin with. */
export function storedKey({ head }: KeySchema, hash: readonly KeyPart[], range: readonly KeyPart[]): EncodedKey {
  return joinKeys(head, encodedKey([partitionPlace(hash), ...hash, ...range]));
}

/** The key of the item collection that an item, or an entry of a local index, is in: the table's head, and the partition. */
export function collectionKey(head: EncodedKey, key: EncodedKey): Keyed {
  return { key: joinKeys(head, withoutFirstParts(firstParts(key, 3), 1)) };
}

/** The stored key of an item to be written. Throws when it has not got one. */
export function keyOfItem(schema: KeySchema, item: Attributes): EncodedKey {
  const values = schema.all.map(({ name, type }) => {
    const value = item.attribute(name);
    if (value === undefined) throw invalidValues(`Missing the key ${name} in the item`);
    if (typeOf(value) !== type) throw invalidValues(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
    return value;
  });
  return checkedKey(schema, values);
}

/** The stored key that a request names. Throws when it is not exactly a key of this schema. */
export function keyOfRequest(schema: KeySchema, key: Item): EncodedKey {
  if (Object.keys(key).length !== schema.all.length) throw keyMismatch();
  const values = schema.all.map(({ name, type }) => {
    const value = attribute(key, name);
    if (value === undefined || typeOf(value) !== type) throw keyMismatch();
    return value;
  });
  return checkedKey(schema, values);
}

/** From the values of the key's attributes, in their order: `storedKey`, without lists of parts in between. */
function checkedKey({ head, hash, all }: KeySchema, values: readonly Value[]): EncodedKey {
  let place = noParts;
  let parts = encodedKey([]);
  for (let i = 0; i < all.length; i++) {
    const isHash = i < hash.length;
    const part = checkedPart(all[i] as KeyAttribute, values[i] as Value, isHash ? maxHashBytes : maxRangeBytes);
    if (isHash) place = mixed(place, part);
    parts = withPart(parts, part);
  }
  return joinKeys(withPart(head, placeOf(place)), parts);
}

function checkedPart({ name, type }: KeyAttribute, value: Value, maxBytes: number): KeyPart {
  const part = keyPart(value);
  if (type === 'N') return part;
  const bytes = keyBytes(part);
  if (bytes === 0) throw emptyKey(name, type === 'S' ? 'string' : 'binary');
  if (bytes > maxBytes) throw maxBytes === maxHashBytes ? hashTooLong() : rangeTooLong();
  return part;
}

function keyBytes(part: KeyPart): number {
  return typeof part === 'string' ? Buffer.byteLength(part) : (part as Uint8Array).length;
}

/** The key of an item's entry in an index; undefined when it has none, because an attribute of the index's key is missing. */
export function indexKeyOf({ key }: IndexSchema, item: Attributes, itemKey: EncodedKey): EncodedKey | undefined {
  const hash = indexParts(key.hash, item);
  const range = hash && indexParts(key.range, item);
  return hash && range && joinKeys(storedKey(key, hash, range), withoutFirstParts(itemKey, 2));
}

function indexParts(attributes: readonly KeyAttribute[], item: Attributes): KeyPart[] | undefined {
  const parts: KeyPart[] = [];
  for (const { name, type } of attributes) {
    const value = item.attribute(name);
    // Items older than the index may hold what is no key of it; they are not in it.
    if (value === undefined || typeOf(value) !== type || contentOf(value) === '') return undefined;
    parts.push(keyPart(value));
  }
  return parts;
}

/** Throws for an item whose attributes cannot be keys of an index that they are keys of. */
export function requireIndexable(indexes: readonly IndexSchema[], item: Attributes): void {
  for (const { index, key } of indexes) {
    for (const each of key.all) {
      const value = item.attribute(each.name);
      if (value !== undefined) requireIndexKey(index.name, each, value, key.hash.includes(each) ? maxHashBytes : maxRangeBytes);
    }
  }
}

function requireIndexKey(index: string, { name, type }: KeyAttribute, value: Value, maxBytes: number): void {
  const actual = typeOf(value);
  if (actual !== type) {
    throw invalidValues(`Type mismatch for Index Key ${name} Expected: ${type} Actual: ${actual} IndexName: ${index}`);
  }
  if (type === 'N') return;
  if (contentOf(value) === '') throw emptyIndexKey(index, name, type === 'S' ? 'string' : 'binary');
  const bytes = keyBytes(keyPart(value));
  if (bytes > maxBytes) throw maxBytes === maxHashBytes ? hashTooLong() : rangeTooLong();
}

/** Whether no two keys are the same. */
export function areDistinct(keys: readonly EncodedKey[]): boolean {
  return new Set(keys).size === keys.length;
}
