/** Writes items: the item itself, its index entries, counts and sizes, and when it expires. */
import { type EncodedKey, type Keyed, PreparedJson, type Tx } from '../../kernel';
import type { Attributes } from './attributes';
import type { WriteUse } from './capacity';
import { trackExpiry } from './expiry';
import { type ItemText, readItemText } from './item-text';
import { collectionKey, indexKeyOf } from './keys';
import type { NewItem } from './new-item';
import { type IndexSchema, schemaOf, type TableSchema } from './schema';
import { ByteCounts, CollectionBytes, IndexEntries, type IndexEntry, ItemCounts, Items, type StoredItem, type Table } from './state';
import { equalItems, type Item, itemSize, toAttributes } from './value';

/** The attributes of a stored item. */
export function attributesOf({ json }: StoredItem): ItemText {
  return readItemText(json);
}

/** An item for an answer, from its JSON. */
export function prepared(json: string): PreparedJson {
  return new PreparedJson(json, () => toAttributes(JSON.parse(json) as Item));
}

/** A list of them. */
export function preparedList(jsons: readonly string[]): PreparedJson {
  return new PreparedJson(`[${jsons.join(',')}]`, () => jsons.map((json) => toAttributes(JSON.parse(json) as Item)));
}

/** Puts an item in the place of what is stored under its key. */
export function writeItem(
  { tx, table, key }: Keyed & { readonly tx: Tx; readonly table: Table },
  old: StoredItem | undefined,
  item: NewItem,
  use: WriteUse,
): void {
  // The old key again, where there is one: it is the string that the engine holds, and what lives on is not copied by the garbage collector.
  const stored: StoredItem = { key: old?.key ?? key, json: item.json, bytes: item.bytes };
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
  const schema = schemaOf(table);
  const { indexes, hasLocalIndexes } = schema;
  if (indexes.length === 0 && !table.timeToLive?.enabled) return;
  const before = old && { stored: old, attributes: attributesOf(old) };
  const after = stored && item && { stored, attributes: item };
  let localBytes = bytes - oldBytes;
  for (const index of indexes) {
    const grown = replaceEntry(tx, index, before, after, use);
    if (!index.index.global) localBytes += grown;
  }
  const key = (stored ?? old)?.key as EncodedKey;
  if (hasLocalIndexes && localBytes !== 0) tx.add(CollectionBytes, collectionKey(schema.key.head, key), localBytes);
  if (table.timeToLive?.enabled) trackExpiry(tx, table, key, before?.attributes, item);
}

/** Bytes of an item collection: all items of a partition key, with their local index entries. */
export function collectionBytes(tx: Tx, { key: { head } }: TableSchema, key: EncodedKey): number {
  return tx.count(CollectionBytes, collectionKey(head, key));
}

/** An item that an index holds, or is to hold. */
interface Held {
  readonly stored: StoredItem;
  readonly attributes: Attributes;
}

/** How many bytes the index has grown by. */
function replaceEntry(tx: Tx, schema: IndexSchema, old: Held | undefined, held: Held | undefined, use: WriteUse | undefined): number {
  const oldKey = old && indexKeyOf(schema, old.attributes, old.stored.key);
  const before = oldKey && tx.get(IndexEntries, { key: oldKey });
  const after = held && entryOf(schema, held, before?.key);
  if (before !== undefined && after !== undefined && isSame(before, after)) return 0; // nothing that the index holds has changed
  const moved = before !== undefined && after !== undefined && before.key !== after.key;
  if (before !== undefined && (after === undefined || moved)) tx.delete(IndexEntries, before);
  if (after !== undefined) tx.put(IndexEntries, after);
  count(tx, schema.index.id, before, after);
  use?.index(schema.index, before?.bytes, after?.bytes, moved);
  return (after?.bytes ?? 0) - (before?.bytes ?? 0);
}

/** The same attributes, whatever order they came in. */
function isSame(a: IndexEntry, b: IndexEntry): boolean {
  return (
    a.json === b.json || (a.json.length === b.json.length && a.bytes === b.bytes && equalItems(JSON.parse(a.json), JSON.parse(b.json)))
  );
}

/** An item's entry in an index; undefined when it has none. Where its key is the old one, it is that very string. */
function entryOf(schema: IndexSchema, { stored, attributes }: Held, oldKey?: EncodedKey): IndexEntry | undefined {
  const own = indexKeyOf(schema, attributes, stored.key);
  if (own === undefined) return undefined;
  const key = oldKey === own ? oldKey : own;
  if (schema.project === undefined) return { key, itemKey: stored.key, json: stored.json, bytes: stored.bytes };
  const part = schema.project(attributes);
  return { key, itemKey: stored.key, json: JSON.stringify(part), bytes: itemSize(part) };
}

/** Adds an item that was there before the index. */
export function addEntry(tx: Tx, schema: IndexSchema, stored: StoredItem): void {
  const entry = entryOf(schema, { stored, attributes: attributesOf(stored) });
  if (entry === undefined || tx.has(IndexEntries, entry)) return;
  tx.put(IndexEntries, entry);
  count(tx, schema.index.id, undefined, entry);
}

function count(tx: Tx, id: string, before: StoredItem | undefined, after: StoredItem | undefined): void {
  const more = (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
  const bytes = (after?.bytes ?? 0) - (before?.bytes ?? 0);
  if (more !== 0) tx.add(ItemCounts, id, more);
  if (bytes !== 0) tx.add(ByteCounts, id, bytes);
}
