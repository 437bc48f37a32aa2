/** What DynamoDB does by itself, in steps that hold up no call: fill new indexes, expire items, sweep what was deleted. */
import { encodedKey, type Key, type Tx } from '../../kernel';
import { WriteUse } from './capacity';
import { expiryOf, expiryTimer, ring } from './expiry';
import { addEntry, attributesOf, deleteItem } from './items';
import { collectionKey } from './keys';
import { schemaOf } from './schema';
import {
  Alarms,
  Buckets,
  ByteCounts,
  CollectionBytes,
  Expiries,
  IndexEntries,
  ItemCounts,
  Items,
  type StoredItem,
  type Table,
  Tables,
} from './state';

const backfillTimer = 'dynamodb.backfill';
const expiryFillTimer = 'dynamodb.fill-expiries';
const sweepTimer = 'dynamodb.sweep';

/** Records that one step handles. */
const atOnce = 1000;

interface Step {
  readonly table: string;
  readonly id: string;
  /** Where the step before ended. */
  readonly after?: Key;
}

/** Adds items to a new index, as many as one step may; the rest follows. The index is active once that was all. */
export function backfill(tx: Tx, table: Table, index: string, after?: Key): void {
  const schema = schemaOf(table).indexes.find((each) => each.index.id === index);
  if (schema === undefined) return;
  const items = nextItems(tx, table, after);
  for (const item of items) addEntry(tx, schema, item);
  if (items.length < atOnce) {
    const indexes = table.indexes.map((each) => (each.id === index ? { ...each, backfilling: false } : each));
    tx.put(Tables, { ...table, indexes });
    return;
  }
  tx.at(tx.now, backfillTimer, { table: table.name, id: index, after: endOf(items) }, { id: index });
}

/** Notes when the items of a table expire, whose time to live has just been enabled. */
export function fillExpiries(tx: Tx, table: Table, after?: Key): void {
  const items = nextItems(tx, table, after);
  for (const stored of items) {
    const at = expiryOf(table, attributesOf(stored), tx.now);
    if (at === undefined) continue;
    tx.put(Expiries, { table: table.id, at, itemKey: stored.key });
    ring(tx, table, at);
  }
  if (items.length < atOnce) return;
  tx.at(tx.now, expiryFillTimer, { table: table.name, id: table.id, after: endOf(items) }, { id: table.id });
}

/** What the next step begins after. */
function endOf(items: readonly StoredItem[]): Key {
  return { key: (items.at(-1) as StoredItem).key };
}

function nextItems(tx: Tx, table: Table, after: Key | undefined): StoredItem[] {
  return tx.scan(Items, { prefix: table.id, ...(after !== undefined && { after }), limit: atOnce });
}

/** What is left of a table or index that was deleted, under these ids. */
export interface Remains {
  readonly tables: readonly string[];
  readonly indexes: readonly string[];
  /** The table whose item collections local indexes belonged to. */
  readonly collectionsOf: string | undefined;
  /** Of time to live. */
  readonly expiries: readonly string[];
}

/** Has all of it deleted. */
export function sweep(tx: Tx, remains: Remains): void {
  const id = [...remains.tables, ...remains.indexes, ...remains.expiries][0];
  if (id !== undefined) tx.at(tx.now, sweepTimer, { ...remains }, { id: tx.uuid() });
}

function sweepStep(tx: Tx, remains: Remains): void {
  let left = atOnce;
  const { collectionsOf } = remains;
  const sweepAll = (collection: typeof Items, id: string): void => {
    const found = left > 0 ? tx.scan(collection, { prefix: id, limit: left }) : [];
    left -= found.length;
    for (const record of found) {
      tx.delete(collection, record);
      if (collectionsOf !== undefined) releaseBytes(tx, collectionsOf, record);
    }
  };
  for (const id of remains.tables) sweepAll(Items, id);
  for (const id of remains.indexes) sweepAll(IndexEntries as unknown as typeof Items, id);
  for (const id of remains.expiries) if (left > 0) left -= tx.deleteAll(Expiries, { prefix: id, limit: left });
  if (left <= 0) {
    sweep(tx, remains);
    return;
  }
  for (const id of [...remains.tables, ...remains.indexes]) {
    tx.deleteAll(Buckets, { prefix: id });
    for (const counter of [ItemCounts, ByteCounts]) tx.add(counter, id, -tx.count(counter, id));
  }
}

function releaseBytes(tx: Tx, table: string, { key }: StoredItem): void {
  const collection = collectionKey(encodedKey([table]), key);
  const bytes = tx.count(CollectionBytes, collection);
  if (bytes !== 0) tx.add(CollectionBytes, collection, -bytes);
}

function expire(tx: Tx, table: Table): void {
  const until = Math.floor(tx.now / 1000);
  const due = tx.scan(Expiries, { prefix: table.id, to: [table.id, until + 1], limit: atOnce });
  for (const expiry of due) {
    const stored = tx.get(Items, { key: expiry.itemKey });
    tx.delete(Expiries, expiry);
    if (stored !== undefined && expiryOf(table, attributesOf(stored), 0) === expiry.at) deleteItem(tx, table, stored, new WriteUse());
  }
  const next = tx.scan(Expiries, { prefix: table.id, limit: 1 })[0];
  if (next !== undefined) ring(tx, table, next.at);
}

/** The table of a step, unless another has its name by now. */
function tableOf(tx: Tx, { table: name, id }: Step, idOf: (table: Table) => readonly string[]): Table | undefined {
  const table = tx.get(Tables, name);
  return table !== undefined && idOf(table).includes(id) ? table : undefined;
}

export const timers = {
  [backfillTimer](tx: Tx, step: Step): void {
    const table = tableOf(tx, step, ({ indexes }) => indexes.map(({ id }) => id));
    if (table !== undefined) backfill(tx, table, step.id, step.after);
  },

  [expiryFillTimer](tx: Tx, step: Step): void {
    const table = tableOf(tx, step, ({ id }) => [id]);
    if (table?.timeToLive?.enabled) fillExpiries(tx, table, step.after);
  },

  [expiryTimer](tx: Tx, step: Step): void {
    const alarm = tx.get(Alarms, step.id);
    if (alarm !== undefined) tx.delete(Alarms, alarm);
    const table = tableOf(tx, step, ({ id }) => [id]);
    if (table?.timeToLive?.enabled) expire(tx, table);
  },

  [sweepTimer]: sweepStep,
};
