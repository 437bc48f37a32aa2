/** Operations on tables. */
import { createHash } from 'node:crypto';
import type { DynamoDB, SSESpecification, StreamSpecification } from '../../../../generated/api/dynamodb';
import { AwsError, defineOperations, type TxContext, tagsOfList } from '../../../kernel';
import { invalid, streamsNotBuilt, tableExists, tableInUse } from '../errors';
import { silence } from '../expiry';
import { backfill, sweep } from '../housekeeping';
import { checkTableName, type Found, nameOf, requireTable } from '../lookup';
import { type Table, Tables } from '../state';
import { changeTable, checkChanges } from '../table-changes';
import { checkDefinition, onDemandWarm, toAttributes, toIndex, toKeySchema, toOnDemand, toThroughput, toWarm } from '../table-definition';
import { describeTable } from '../table-description';
import { acceptPolicy } from './resource-policies';

const listed = 100;

export const tableOperations = defineOperations<DynamoDB>()({
  CreateTable(ctx, input) {
    checkTableName(input.TableName);
    refuseUnbuilt(input, ['GlobalTableSourceArn', 'GlobalTableSettingsReplicationMode']);
    refuseStream(input.StreamSpecification);
    checkDefinition(input);
    const name = nameOf(input.TableName);
    if (ctx.tx.has(Tables, name)) throw tableExists(name);
    const resourcePolicy = input.ResourcePolicy === undefined ? undefined : acceptPolicy(ctx, name, input.ResourcePolicy, false);
    const table = ctx.tx.put(Tables, { ...newTable(ctx, name, input), resourcePolicy }, { tags: input.Tags && tagsOfList(input.Tags) });
    return { TableDescription: describeTable({ tx: ctx.tx, table }) };
  },

  DescribeTable(ctx, { TableName }) {
    checkTableName(TableName);
    return { Table: describeTable(requireTable(ctx, TableName)) };
  },

  UpdateTable(ctx, input) {
    checkTableName(input.TableName);
    refuseUnbuilt(input, ['ReplicaUpdates', 'MultiRegionConsistency', 'GlobalTableWitnessUpdates', 'GlobalTableSettingsReplicationMode']);
    refuseStream(input.StreamSpecification);
    checkChanges(input);
    const { tx, table } = requireTable(ctx, input.TableName);
    const changed = { ...changeTable(table, input, ctx.now, () => newIndexId(ctx)), ...changeSettings(ctx, table, input) };
    tx.put(Tables, changed);
    return { TableDescription: describeTable({ tx, table: settleIndexes({ tx, table }, changed) }) };
  },

  DeleteTable(ctx, { TableName }) {
    checkTableName(TableName);
    const { tx, table } = requireTable(ctx, TableName);
    if (table.deletionProtected) {
      throw invalid('Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.');
    }
    if (table.indexes.some(({ backfilling }) => backfilling)) {
      throw tableInUse('Cannot delete table while indexes are being created, updated, or deleted.');
    }
    const TableDescription = describeTable({ tx, table }, 'DELETING');
    tx.delete(Tables, table);
    silence(tx, table);
    sweep(tx, {
      tables: [table.id],
      indexes: table.indexes.map(({ id }) => id),
      collectionsOf: table.indexes.some(({ global }) => !global) ? table.id : undefined,
      expiries: table.timeToLive === undefined ? [] : [table.id],
    });
    return { TableDescription };
  },

  ListTables({ tx }, { ExclusiveStartTableName: after, Limit: limit = listed }) {
    const tables = tx.scan(Tables, { ...(after !== undefined && { after }), limit: limit + 1 });
    const TableNames = tables.slice(0, limit).map(({ name }) => name);
    return { TableNames, LastEvaluatedTableName: tables.length > limit ? TableNames.at(-1) : undefined };
  },
});

const newIndexId = (ctx: TxContext) => ctx.id('', 12);

function newTable(ctx: TxContext, name: string, input: DynamoDB['CreateTable']['input']): Table {
  const onDemandBilling = input.BillingMode === 'PAY_PER_REQUEST';
  return {
    name,
    id: ctx.uuid(),
    createdAt: ctx.now,
    attributes: toAttributes(input.AttributeDefinitions ?? []),
    keySchema: toKeySchema(input.KeySchema ?? []),
    indexes: [
      ...(input.LocalSecondaryIndexes ?? []).map((index) => toIndex(index, newIndexId(ctx), false)),
      ...(input.GlobalSecondaryIndexes ?? []).map((index) => toIndex(index, newIndexId(ctx), true)),
    ],
    onDemandBilling,
    onDemandSince: onDemandBilling ? ctx.now : undefined,
    throughput: toThroughput(input.ProvisionedThroughput),
    onDemand: toOnDemand(input.OnDemandThroughput),
    warm: toWarm(input.WarmThroughput, onDemandWarm),
    tableClass: input.TableClass,
    tableClassChangedAt: undefined,
    deletionProtected: input.DeletionProtectionEnabled ?? false,
    encryptionKey: encryptionKeyOf(ctx, input.SSESpecification),
    timeToLive: undefined,
  };
}

/** Members of requests whose features are not built: silence would promise them. */
function refuseUnbuilt<T extends object>(input: T, members: readonly (keyof T & string)[]): void {
  const unbuilt = members.find((member) => input[member] !== undefined);
  if (unbuilt === undefined) return;
  throw new AwsError('NotImplemented', `Nuvola does not implement ${unbuilt} of DynamoDB tables yet: leave it out.`, { status: 501 });
}

function refuseStream(stream: StreamSpecification | undefined): void {
  if (stream?.StreamEnabled) throw streamsNotBuilt();
}

/** ARN of the key that a table is encrypted with; undefined for DynamoDB's own. */
function encryptionKeyOf(ctx: TxContext, encryption: SSESpecification | undefined): string | undefined {
  if (encryption === undefined) return undefined;
  const { Enabled: enabled, SSEType: type, KMSMasterKeyId: key } = encryption;
  if (type === 'AES256') throw invalid('One or more parameter values were invalid: SSEType AES256 is not supported');
  if (!enabled) {
    if (type !== undefined || key !== undefined) {
      throw invalid('One or more parameter values were invalid: SSEType and KMSMasterKeyId cannot be specified when SSE is disabled');
    }
    return undefined;
  }
  if (key?.startsWith('arn:')) return key;
  return ctx.arn('kms', key === undefined ? `key/${managedKeyId(ctx)}` : key.startsWith('alias/') ? key : `key/${key}`);
}

/** The key that AWS manages for DynamoDB: one for each account and region, and always the same. */
function managedKeyId({ account, region }: TxContext): string {
  const hex = createHash('sha256').update(`alias/aws/dynamodb ${account} ${region}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

function changeSettings(ctx: TxContext, table: Table, input: DynamoDB['UpdateTable']['input']): Partial<Table> {
  const changesClass = input.TableClass !== undefined && input.TableClass !== (table.tableClass ?? 'STANDARD');
  return {
    ...(input.DeletionProtectionEnabled !== undefined && { deletionProtected: input.DeletionProtectionEnabled }),
    ...(input.SSESpecification !== undefined && { encryptionKey: encryptionKeyOf(ctx, input.SSESpecification) }),
    ...(changesClass && { tableClass: input.TableClass, tableClassChangedAt: ctx.now }),
  };
}

/** Fills a new index, and sweeps a deleted one. */
function settleIndexes({ tx, table: before }: Found, table: Table): Table {
  const gone = before.indexes.filter(({ id }) => !table.indexes.some((each) => each.id === id));
  sweep(tx, { tables: [], indexes: gone.map(({ id }) => id), collectionsOf: undefined, expiries: [] });
  const added = table.indexes.find(({ id, backfilling }) => backfilling && !before.indexes.some((each) => each.id === id));
  if (added !== undefined) backfill(tx, table, added.id);
  return tx.get(Tables, table.name) ?? table;
}
