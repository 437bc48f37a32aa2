/** Items of a state that an older Nuvola wrote, whose records held the parts of their keys. */
import { expect, it } from 'vitest';
import type { AttributeValue, DynamoDB } from '../../generated/api/dynamodb';
import { collection, type EncodedKey, type KeyPart, type Tx } from '../../src/kernel';
import { Clock } from '../../src/kernel/clock';
import { Schemas } from '../../src/kernel/records';
import { Registry } from '../../src/kernel/registry';
import { World } from '../../src/kernel/world';
import dynamodb from '../../src/services/dynamodb/service';
import { Expiries, type Expiry, IndexEntries, type IndexEntry, Items, type StoredItem } from '../../src/services/dynamodb/state';
import type { Engine } from '../../src/store/engine';
import { openMemoryBlobs } from '../../src/store/memory-blobs';
import { attributes, here, keySchema, openDynamo, value } from './direct';

/** A record of version 1. */
type Old<R> = { readonly [M in keyof R]: R[M] extends EncodedKey ? readonly KeyPart[] : R[M] };

const shared = { version: 1, scope: 'region', hot: true } as const;
const OldItems = collection<Old<StoredItem>>({ ...shared, name: 'dynamodb/item', key: (i) => i.key });
const OldEntries = collection<Old<IndexEntry>>({ ...shared, name: 'dynamodb/index-entry', key: (e) => e.key });
const OldExpiries = collection<Old<Expiry>>({ ...shared, name: 'dynamodb/expiry', key: (e) => [e.table, e.at, ...e.itemKey] });

/** The parts of a key: strings and bytes, after a tag and before a NUL; in them, 0xff follows a NUL. */
function partsOf(key: EncodedKey): KeyPart[] {
  const parts = (key as unknown as string).match(/[\x02\x04](?:[^\0]|\0\xff)*\0(?!\xff)/g) ?? [];
  return parts.map((part) => {
    const bytes = Buffer.from(part.slice(1, -1).replaceAll('\0\xff', '\0'), 'latin1');
    return part.startsWith('\x02') ? bytes.toString() : new Uint8Array(bytes);
  });
}

/** All records whose shape has changed. */
const recordsIn = (tx: Tx) => [tx.scan(Items), tx.scan(IndexEntries), tx.scan(Expiries)] as const;

/** Makes records of version 1 of them, but for the first of each kind. */
function makeOld(tx: Tx, exceptFirst: number): void {
  const [items, entries, expiries] = recordsIn(tx).map((records) => records.slice(exceptFirst)) as unknown as ReturnType<typeof recordsIn>;
  for (const item of items) tx.put(OldItems, { ...item, key: partsOf(item.key) });
  for (const entry of entries) tx.put(OldEntries, { ...entry, key: partsOf(entry.key), itemKey: partsOf(entry.itemKey) });
  for (const expiry of expiries) tx.put(OldExpiries, { ...expiry, itemKey: partsOf(expiry.itemKey) });
}

const TableName = 'tab';
const index = (IndexName: string, keys: string, ProjectionType: 'ALL' | 'KEYS_ONLY') => ({
  IndexName,
  KeySchema: keySchema(keys).KeySchema ?? [],
  Projection: { ProjectionType },
});
const [pk, group] = ['p\0é', Buffer.from([0, 255])];
const expiresAt = 2_000_000_000;
const itemOf = (n: number) =>
  attributes({ pk, sk: n, group, grade: `${9 - (n % 10)}`, ...(n % 3 === 0 && { until: expiresAt }), other: 'x'.repeat(n) });

/** A world on a state of version 1 with thirty items, and what its records were before they were made old. */
async function openOld(exceptFirst = 0) {
  await using db = openDynamo();
  await db.table('pk:S sk:N +group:B +grade:S', {
    GlobalSecondaryIndexes: [index('by-group', 'group:B grade:S', 'ALL')],
    LocalSecondaryIndexes: [index('by-grade', 'pk:S grade:S', 'KEYS_ONLY')],
  });
  await db.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } });
  await db.put(...Array.from({ length: 30 }, (_, n) => itemOf(n)));
  const before = await db.world.transactAt(here, recordsIn);
  await db.world.transactAt(here, (tx) => makeOld(tx, exceptFirst));
  const state = { 'dynamodb/item': 2, 'dynamodb/index-entry': 2, 'dynamodb/expiry': 2 };
  await db.world.transactAt(db.world.home, (tx) => {
    for (const name of Object.keys(state)) tx.put(Schemas, { collection: name, version: 1 });
  });
  const clock = new Clock();
  clock.freeze();
  const registry = new Registry({ dynamodb: { load: async () => ({ default: dynamodb }), events: [], state } });
  const failures: unknown[] = [];
  const report = (what: string, error: unknown) => failures.push(what, error);
  const world = new World({ engine: db.world.engine.fork?.() as Engine, blobs: openMemoryBlobs(), registry, clock, seed: 'older', report });
  await world.start();
  const call = <O extends keyof DynamoDB & string>(operation: O, input: DynamoDB[O]['input']) =>
    world.call('dynamodb', operation, input, here) as Promise<DynamoDB[O]['output']>;
  return { world, call, before, failures };
}

it('opens with the records as they would be written now', async () => {
  const { world, before } = await openOld();
  expect(before.map(({ length }) => length)).toEqual([30, 60, 10]);
  expect(await world.transactAt(here, recordsIn)).toEqual(before);
  await world.close();
});

it('opens with the same records when an earlier start brought up some of them and was cut off', async () => {
  const { world, before } = await openOld(5);
  expect(await world.transactAt(here, recordsIn)).toEqual(before);
  await world.close();
});

it('answers gets, queries and pages, and takes writes', async () => {
  const { world, call } = await openOld();
  expect((await call('GetItem', { TableName, Key: attributes({ pk, sk: 7 }) })).Item).toEqual(itemOf(7));
  const numbers: string[] = [];
  let from: { readonly [name: string]: AttributeValue } | undefined;
  do {
    const page = await call('Query', {
      TableName,
      IndexName: 'by-group',
      KeyConditionExpression: '#g = :g',
      ExpressionAttributeNames: { '#g': 'group' },
      ExpressionAttributeValues: { ':g': value(group) },
      Limit: 7,
      ExclusiveStartKey: from,
    });
    numbers.push(...(page.Items ?? []).map(({ sk }) => (sk as { N: string }).N));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  expect(numbers).toEqual(Array.from({ length: 30 }, (_, i) => String(10 * (i % 3) + 9 - Math.floor(i / 3))));
  const whole = await call('Query', {
    TableName,
    IndexName: 'by-grade',
    Select: 'ALL_ATTRIBUTES',
    KeyConditionExpression: 'pk = :p AND grade = :g',
    ExpressionAttributeValues: attributes({ ':p': pk, ':g': '4' }),
  });
  expect(whole.Items).toEqual([itemOf(5), itemOf(15), itemOf(25)]);
  await call('PutItem', { TableName, Item: { ...itemOf(5), grade: value('0') } });
  await call('DeleteItem', { TableName, Key: attributes({ pk, sk: 15 }) });
  const { Count } = await call('Query', {
    TableName,
    IndexName: 'by-grade',
    KeyConditionExpression: 'pk = :p AND grade = :g',
    ExpressionAttributeValues: attributes({ ':p': pk, ':g': '4' }),
  });
  expect(Count).toBe(1);
  expect((await call('DescribeTable', { TableName })).Table).toMatchObject({ ItemCount: 29 });
  await world.close();
});

it('expires items, and leaves nothing of a table that is deleted', async () => {
  const { world, call, failures } = await openOld();
  await world.advance(expiresAt * 1000 - world.clock.now() + 1000);
  expect((await call('Scan', { TableName, Select: 'COUNT' })).Count).toBe(20);
  await call('DeleteTable', { TableName });
  await world.advance(1000);
  expect(world.engine.trees().filter(({ collection: name }) => name.startsWith('dynamodb/'))).toEqual([]);
  expect(failures).toEqual([]);
  await world.close();
});
