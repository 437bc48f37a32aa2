/** How DescribeTable shows a table. */
import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  ProvisionedThroughputDescription,
  TableDescription,
} from '../../../generated/api/dynamodb';
import type { Found } from './lookup';
import {
  ByteCounts,
  ItemCounts,
  type KeyElement,
  type OnDemand,
  type SecondaryIndex,
  type Table,
  type Throughput,
  tableArn,
  type Warm,
} from './state';
import { onDemandWarm } from './table-definition';

const dayMs = 86_400_000;

export function describeTable(found: Found, status = 'ACTIVE'): TableDescription {
  const { tx, table } = found;
  const locals = table.indexes.filter(({ global }) => !global).map((index) => describeIndex(found, index));
  const globals = table.indexes.filter(({ global }) => global).map((index) => describeGlobalIndex(found, index));
  return {
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    TableName: table.name,
    KeySchema: describeKey(table.keySchema),
    TableStatus: status,
    CreationDateTime: table.createdAt,
    ProvisionedThroughput: describeThroughput(table.throughput, tx.now),
    TableSizeBytes: tx.count(ByteCounts, table.id),
    ItemCount: tx.count(ItemCounts, table.id),
    TableArn: tableArn(table.name, tx.place),
    TableId: table.id,
    BillingModeSummary:
      table.onDemandSince === undefined
        ? undefined
        : {
            BillingMode: table.onDemandBilling ? 'PAY_PER_REQUEST' : 'PROVISIONED',
            LastUpdateToPayPerRequestDateTime: table.onDemandSince,
          },
    LocalSecondaryIndexes: locals.length > 0 ? locals : undefined,
    GlobalSecondaryIndexes: globals.length > 0 ? globals : undefined,
    SSEDescription:
      table.encryptionKey === undefined ? undefined : { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: table.encryptionKey },
    TableClassSummary:
      table.tableClass === undefined ? undefined : { TableClass: table.tableClass, LastUpdateDateTime: table.tableClassChangedAt },
    DeletionProtectionEnabled: table.deletionProtected,
    OnDemandThroughput: describeOnDemand(table.onDemand),
    WarmThroughput: { ...describeWarm(table, table), Status: 'ACTIVE' },
  };
}

function describeKey(elements: readonly KeyElement[]): KeySchemaElement[] {
  return elements.map(({ name, role }) => ({ AttributeName: name, KeyType: role }));
}

function describeThroughput(throughput: Throughput, now: number): ProvisionedThroughputDescription {
  return {
    LastIncreaseDateTime: throughput.increasedAt,
    LastDecreaseDateTime: throughput.decreasedAt,
    NumberOfDecreasesToday: decreasesToday(throughput, now),
    ReadCapacityUnits: throughput.read,
    WriteCapacityUnits: throughput.write,
  };
}

/** Decreases are counted by UTC day. */
export function decreasesToday({ decreasedAt, decreases }: Throughput, now: number): number {
  return decreasedAt !== undefined && Math.floor(decreasedAt / dayMs) === Math.floor(now / dayMs) ? decreases : 0;
}

function describeOnDemand(limits: OnDemand | undefined) {
  return limits && { MaxReadRequestUnits: limits.read, MaxWriteRequestUnits: limits.write };
}

/** What was asked for; else what the billing mode gives. */
export function warmOf(table: Table, { warm, throughput }: Table | SecondaryIndex): Warm {
  return warm ?? (table.onDemandBilling ? onDemandWarm : throughput);
}

function describeWarm(table: Table, of: Table | SecondaryIndex) {
  const { read, write } = warmOf(table, of);
  return { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write };
}

function describeIndex({ tx, table }: Found, index: SecondaryIndex): LocalSecondaryIndexDescription {
  return {
    IndexName: index.name,
    KeySchema: describeKey(index.keySchema),
    Projection: { ProjectionType: index.projection, NonKeyAttributes: index.included.length > 0 ? index.included : undefined },
    IndexSizeBytes: tx.count(ByteCounts, index.id),
    ItemCount: tx.count(ItemCounts, index.id),
    IndexArn: `${tableArn(table.name, tx.place)}/index/${index.name}`,
  };
}

function describeGlobalIndex(found: Found, index: SecondaryIndex): GlobalSecondaryIndexDescription {
  return {
    ...describeIndex(found, index),
    IndexStatus: index.backfilling ? 'CREATING' : 'ACTIVE',
    // Only indexes added to a table say so, and only while they are built.
    Backfilling: index.backfilling ? true : undefined,
    ProvisionedThroughput: describeThroughput(index.throughput, found.tx.now),
    OnDemandThroughput: describeOnDemand(index.onDemand),
    WarmThroughput: { ...describeWarm(found.table, index), Status: 'ACTIVE' },
  };
}
