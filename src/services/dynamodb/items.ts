/** Writes items: the item itself, its index entries, counts and sizes, and when it expires. */
import { type KeyPart, PreparedJson, RecentlyDerived, type Tx } from '../../kernel';
import type { WriteUse } from './capacity';
import { trackExpiry } from './expiry';
import { indexKeyOf } from './keys';
import type { NewItem } from './new-item';
import { type IndexSchema, schemaOf } from './schema';
import { ByteCounts, CollectionBytes, IndexEntries, type IndexEntry, ItemCounts, Items, type StoredItem, type Table } from './state';
import { equalItems, type Item, itemSize, toAttributes } from './value';

/** Items that one call looks into again and again. Few, so that the garbage of a busy table dies young. */
const recentItems = new RecentlyDerived<StoredItem, Item>(32);
const parse = (stored: StoredItem): Item => JSON.parse(stored.json) as Item;

/** The values of a stored item. */
export function itemOf(stored: StoredItem): Item {
  return recentItems.of(stored, parse);
}

/** A stored item for an answer. */
export function prepared(stored: StoredItem): PreparedJson {
  return new PreparedJson(stored.json, () => toAttributes(itemOf(stored)));
}

/** Any item for an answer. */
export function preparedItem(item: Item): PreparedJson {
  return new PreparedJson(JSON.stringify(item), () => toAttributes(item));
}

/** Puts an item in the place of what is stored under its key. */
export function writeItem(
  { tx, table }: { readonly tx: Tx; readonly table: Table },
  key: readonly KeyPart[],
  old: StoredItem | undefined,
  item: NewItem,
  use: WriteUse,
): void {
  const stored: StoredItem = { key, json: item.json, bytes: item.bytes };
  tx.put(Items, stored);
  replace(tx, table, old, stored, item, use);
}

export function deleteItem(tx: Tx, table: Table, old: StoredItem, use?: WriteUse): void {
  tx.delete(Items, old);
  replace(tx, table, old, undefined, undefined, use);
}

function replace(
  tx: Tx,
  table: Table,
  old: StoredItem | undefined,
  stored: StoredItem | undefined,
  item: NewItem | undefined,
  use: WriteUse | undefined,
): void {
  const oldBytes = old?.bytes ?? 0;
  const bytes = stored?.bytes ?? 0;
  use?.table(oldBytes, bytes);
  count(tx, table.id, old, stored);
  const { indexes, hasLocalIndexes } = schemaOf(table);
  let localBytes = bytes - oldBytes;
  for (const index of indexes) {
    const grown = replaceEntry(tx, index, old, stored, item?.values, use);
    if (!index.index.global) localBytes += grown;
  }
  const key = (stored ?? old)?.key as readonly KeyPart[];
  if (hasLocalIndexes && localBytes !== 0) tx.add(CollectionBytes, key.slice(0, 3), localBytes);
  if (table.timeToLive?.enabled) trackExpiry(tx, table, key, old && itemOf(old), item?.values);
}

/** Bytes of an item collection: all items of a partition key, with their local index entries. */
export function collectionBytes(tx: Tx, key: readonly KeyPart[]): number {
  return tx.count(CollectionBytes, key.slice(0, 3));
}

/** How many bytes the index has grown by. */
function replaceEntry(
  tx: Tx,
  schema: IndexSchema,
  old: StoredItem | undefined,
  stored: StoredItem | undefined,
  item: Item | undefined,
  use: WriteUse | undefined,
): number {
  const oldKey = old && indexKeyOf(schema, itemOf(old), old.key);
  const before = oldKey && tx.get(IndexEntries, oldKey);
  const after = stored && item && entryOf(schema, stored, item);
  if (before !== undefined && after !== undefined && isSame(before, after)) return 0; // nothing that the index holds has changed
  const moved = before !== undefined && after !== undefined && !sameKey(before.key, after.key);
  if (before !== undefined && (after === undefined || moved)) tx.delete(IndexEntries, before);
  if (after !== undefined) tx.put(IndexEntries, after);
  count(tx, schema.index.id, before, after);
  use?.index(schema.index, before?.bytes, after?.bytes, moved);
  return (after?.bytes ?? 0) - (before?.bytes ?? 0);
}

/** The same attributes, whatever order they came in. */
function isSame(a: IndexEntry, b: IndexEntry): boolean {
  return a.json === b.json || (a.json.length === b.json.length && a.bytes === b.bytes && equalItems(itemOf(a), itemOf(b)));
}

/** An item's entry in an index; undefined when it has none. */
function entryOf(schema: IndexSchema, stored: StoredItem, item: Item): IndexEntry | undefined {
  const key = indexKeyOf(schema, item, stored.key);
  if (key === undefined) return undefined;
  const part = schema.project(item);
  if (part === item) return { key, itemKey: stored.key, json: stored.json, bytes: stored.bytes };
  return { key, itemKey: stored.key, json: JSON.stringify(part), bytes: itemSize(part) };
}

/** Adds an item that was there before the index. */
export function addEntry(tx: Tx, schema: IndexSchema, stored: StoredItem): void {
  const entry = entryOf(schema, stored, itemOf(stored));
  if (entry === undefined || tx.has(IndexEntries, entry.key)) return;
  tx.put(IndexEntries, entry);
  count(tx, schema.index.id, undefined, entry);
}

function count(tx: Tx, id: string, before: StoredItem | undefined, after: StoredItem | undefined): void {
  const more = (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
  const bytes = (after?.bytes ?? 0) - (before?.bytes ?? 0);
  if (more !== 0) tx.add(ItemCounts, id, more);
  if (bytes !== 0) tx.add(ByteCounts, id, bytes);
}

function sameKey(a: readonly KeyPart[], b: readonly KeyPart[]): boolean {
  return a.length === b.length && a.every((part, i) => samePart(part, b[i] as KeyPart));
}

function samePart(a: KeyPart, b: KeyPart): boolean {
  return a === b || (a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0);
}
