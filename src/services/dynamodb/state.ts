/**
 * What DynamoDB keeps, and why it is kept this way.
 *
 * **Items** are kept as their JSON on the wire: one string each. A read without projection sends it as it is, a million of
 * them cost the garbage collector no more than a million strings, and what needs attributes of one finds them in its text
 * (`attributesOf`). Their keys begin with the table's id, which no later table of the same name shares, so that a deleted
 * table's items can be swept later, in small steps. Then comes a hash of the partition key: scans meet items in an order that
 * says nothing, as AWS's do, and segments of a parallel scan are ranges. Within a partition, items order by their sort key.
 *
 * **Indexes** have one entry for each item that has all attributes of the index's key: the projected item, ready to be sent.
 *
 * **Counts** and sizes are sums kept by adding. AWS refreshes the ones it shows every six hours; ours are always exact.
 */
import {
  type Collection,
  collection,
  counter,
  type EncodedKey,
  encodedKey,
  joinKeys,
  type Keyed,
  type KeyPart,
  type Place,
} from '../../kernel';

export type KeyType = 'S' | 'N' | 'B';

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface KeyElement {
  readonly name: string;
  readonly role: 'HASH' | 'RANGE';
}

export interface Throughput {
  readonly read: number;
  readonly write: number;
  readonly increasedAt: number | undefined;
  readonly decreasedAt: number | undefined;
  /** On the UTC day of `decreasedAt`. */
  readonly decreases: number;
}

/** Limits of on-demand use; undefined: none. */
export interface OnDemand {
  readonly read: number | undefined;
  readonly write: number | undefined;
}

export interface Warm {
  readonly read: number;
  readonly write: number;
}

export interface SecondaryIndex {
  readonly name: string;
  /** Begins the keys of its entries. */
  readonly id: string;
  readonly global: boolean;
  readonly keySchema: readonly KeyElement[];
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** Of INCLUDE, sorted. */
  readonly included: readonly string[];
  /** Global indexes. */
  readonly throughput: Throughput;
  readonly onDemand: OnDemand | undefined;
  readonly warm: Warm | undefined;
  /** Items that were there before the index are still being added to it. */
  readonly backfilling: boolean;
}

export interface TimeToLive {
  readonly attribute: string;
  readonly enabled: boolean;
  readonly changedAt: number;
}

/** A policy that hangs on a table, as GetResourcePolicy shows it. */
export interface ResourcePolicy {
  readonly text: string;
  /** When it was changed, ms since 1970: its revision id. */
  readonly revision: number;
  /** Without a Version, as it was given: what it is compared by when it is put again. */
  readonly versionless: boolean;
}

export interface Table {
  readonly name: string;
  readonly id: string;
  readonly createdAt: number;
  /** Sorted by name. */
  readonly attributes: readonly KeyAttribute[];
  readonly keySchema: readonly KeyElement[];
  readonly indexes: readonly SecondaryIndex[];
  readonly onDemandBilling: boolean;
  /** When it last became PAY_PER_REQUEST. */
  readonly onDemandSince: number | undefined;
  readonly throughput: Throughput;
  readonly onDemand: OnDemand | undefined;
  readonly warm: Warm | undefined;
  readonly tableClass: string | undefined;
  readonly tableClassChangedAt: number | undefined;
  readonly deletionProtected: boolean;
  /** ARN of the key, when it is not DynamoDB's own. */
  readonly encryptionKey: string | undefined;
  readonly timeToLive: TimeToLive | undefined;
  readonly resourcePolicy?: ResourcePolicy | undefined;
}

export const tableArn = (name: string, at: Place) => `arn:${at.partition}:dynamodb:${at.region}:${at.account}:table/${name}`;

export const Tables = collection<Table>({
  name: 'dynamodb/table',
  version: 1,
  scope: 'region',
  key: (t) => t.name,
  arn: (t, at) => tableArn(t.name, at),
});

export interface StoredItem extends Keyed {
  /** Table id, place of the partition, partition key, sort key. */
  readonly key: EncodedKey;
  /** An `Item`. */
  readonly json: string;
  /** As AWS counts it. */
  readonly bytes: number;
}

/** A record of version 1 held the parts of its key. */
type WithParts<R, Keys extends keyof R> = Omit<R, Keys> & { readonly [K in Keys]: readonly KeyPart[] | EncodedKey };

/** Keys that are encoded already were so by a start that did not come to its end. */
function encoded(key: readonly KeyPart[] | EncodedKey): EncodedKey {
  return Array.isArray(key) ? encodedKey(key) : (key as EncodedKey);
}

export const Items: Collection<StoredItem> = collection<StoredItem>({
  name: 'dynamodb/item',
  version: 2,
  scope: 'region',
  hot: true,
  key: (i) => i,
  migrate: { 1: (item: WithParts<StoredItem, 'key'>): StoredItem => ({ ...item, key: encoded(item.key) }) },
});

export interface IndexEntry extends StoredItem {
  /** Index id, place of the partition, partition key, sort key, and the key of the item in Items but for its table id and place. */
  readonly key: EncodedKey;
  /** Of the whole item, in Items. */
  readonly itemKey: EncodedKey;
}

export const IndexEntries: Collection<IndexEntry> = collection<IndexEntry>({
  name: 'dynamodb/index-entry',
  version: 2,
  scope: 'region',
  hot: true,
  key: (e) => e,
  migrate: {
    1: (entry: WithParts<IndexEntry, 'key' | 'itemKey'>): IndexEntry => ({
      ...entry,
      key: encoded(entry.key),
      itemKey: encoded(entry.itemKey),
    }),
  },
});

/** An item of a table with time to live, by when it expires. */
export interface Expiry {
  readonly table: string;
  /** Seconds since 1970, as in the item. */
  readonly at: number;
  readonly itemKey: EncodedKey;
}

export const Expiries = collection<Expiry>({
  name: 'dynamodb/expiry',
  version: 2,
  scope: 'region',
  hot: true,
  key: (e) => ({ key: joinKeys(encodedKey([e.table, e.at]), e.itemKey) }),
  migrate: { 1: (expiry: WithParts<Expiry, 'itemKey'>): Expiry => ({ ...expiry, itemKey: encoded(expiry.itemKey) }) },
});

/** When a table's expiry timer goes off. */
export const Alarms = collection<{ readonly table: string; readonly at: number }>({
  name: 'dynamodb/alarm',
  version: 1,
  scope: 'region',
  key: (a) => a.table,
});

/** A TransactWriteItems that may be repeated with the same token. */
export interface Token {
  readonly token: string;
  readonly fingerprint: string;
  readonly expiresAt: number;
}

export const Tokens = collection<Token, 'expiry'>({
  name: 'dynamodb/token',
  version: 1,
  scope: 'region',
  hot: true,
  key: (t) => t.token,
  indexes: { expiry: (t) => t.expiresAt },
});

/** What is left of a provisioned capacity at some time; see throttle.ts. */
export interface Bucket {
  /** Table or index id. */
  readonly id: string;
  readonly kind: 'read' | 'write';
  readonly units: number;
  readonly at: number;
}

export const Buckets = collection<Bucket>({
  name: 'dynamodb/bucket',
  version: 1,
  scope: 'region',
  hot: true,
  key: (b) => [b.id, b.kind],
});

/** Items of a table or entries of an index, by id. */
export const ItemCounts = counter({ name: 'dynamodb/items', scope: 'region' });
/** Their bytes. */
export const ByteCounts = counter({ name: 'dynamodb/bytes', scope: 'region' });
/** Bytes of one item collection with its local index entries; only of tables that have such indexes. */
export const CollectionBytes = counter({ name: 'dynamodb/collection-bytes', scope: 'region' });
