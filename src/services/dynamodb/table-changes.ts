/** What UpdateTable may change, with AWS's checks: billing, throughput, and global indexes, one created or deleted at a time. */
import type {
  CreateGlobalSecondaryIndexAction,
  GlobalSecondaryIndexUpdate,
  ProvisionedThroughput,
  UpdateGlobalSecondaryIndexAction,
  UpdateTableInput,
} from '../../../generated/api/dynamodb';
import { fail } from '../../kernel';
import { invalid, invalidValues, limitExceeded, resourceNotFound } from './errors';
import type { SecondaryIndex, Table, Throughput } from './state';
import {
  checkDefined,
  checkGlobalIndex,
  checkUnits,
  maxGlobalIndexes,
  refuseOnDemand,
  toAttributes,
  toIndex,
  toOnDemand,
  toThroughput,
  toWarm,
} from './table-definition';
import { decreasesToday, warmOf } from './table-description';

const freeDecreases = 4;
const hourMs = 3_600_000;

const changing = [
  'ProvisionedThroughput',
  'BillingMode',
  'StreamSpecification',
  'SSESpecification',
  'ReplicaUpdates',
  'MultiRegionConsistency',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'WarmThroughput',
  'TableClass',
] as const;

/** Throws for a request that changes nothing, or asks for what does not go together. */
export function checkChanges(input: UpdateTableInput): void {
  const updates = input.GlobalSecondaryIndexUpdates;
  const changes = changing.filter((name) => input[name] !== undefined);
  if (changes.length === 0 && (updates === undefined || updates.length === 0)) {
    throw invalid(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required',
    );
  }
  if (input.ProvisionedThroughput !== undefined) checkUnits(input.ProvisionedThroughput);
  if (updates === undefined) return;
  if (updates.length === 0) throw invalidValues('List of GlobalSecondaryIndexUpdates is empty');
  checkIndexUpdates(updates);
  if (updates.some(({ Create, Delete }) => Create ?? Delete)) checkAlone(input);
}

function checkIndexUpdates(updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const names: string[] = [];
  for (const { Update, Create, Delete } of updates) {
    const actions = [Update, Create, Delete].filter((each) => each !== undefined);
    if (actions.length === 0) {
      throw invalidValues(
        'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
      );
    }
    if (actions.length > 1) throw invalidValues('Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object');
    const { IndexName: name } = actions[0] as { IndexName: string };
    if (names.includes(name)) {
      throw invalidValues(`Only one global secondary index update per index is allowed simultaneously. Index: ${name}`);
    }
    names.push(name);
  }
}

/** An index is not created or deleted together with these. */
function checkAlone(input: UpdateTableInput): void {
  if (input.ProvisionedThroughput !== undefined && input.BillingMode === undefined) {
    throw invalidValues('You cannot create or delete index while updating table IOPS');
  }
  if (input.StreamSpecification !== undefined) throw invalidValues('You cannot create or delete index while changing stream status');
  const alone = {
    DeletionProtection: input.DeletionProtectionEnabled,
    'Server-Side Encryption': input.SSESpecification,
    TableClass: input.TableClass,
  };
  for (const [what, value] of Object.entries(alone)) {
    if (value !== undefined) throw invalidValues(`${what} modification must be the only operation in the request`);
  }
  if (input.WarmThroughput !== undefined) {
    throw invalidValues('Create global secondary index cannot be specified when updating WarmThroughput');
  }
}

/** The table with everything changed that can be changed at once; the ids of its new indexes are given by `newId`. */
export function changeTable(table: Table, input: UpdateTableInput, now: number, newId: () => string): Table {
  const billed = changeBilling(table, input, now);
  const throttled = input.OnDemandThroughput === undefined ? billed : changeOnDemand(billed, input.OnDemandThroughput);
  const warmed = input.WarmThroughput === undefined ? throttled : { ...throttled, warm: changeWarm(throttled, input.WarmThroughput) };
  return changeIndexes(warmed, input, now, newId);
}

function changeBilling(table: Table, input: UpdateTableInput, now: number): Table {
  const { BillingMode: mode, ProvisionedThroughput: throughput } = input;
  const onDemand = mode === undefined ? table.onDemandBilling : mode === 'PAY_PER_REQUEST';
  if (onDemand) {
    if (throughput !== undefined) {
      throw invalidValues('Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST');
    }
    return table.onDemandBilling ? table : toOnDemandBilling(table, now);
  }
  if (mode !== undefined && throughput === undefined)
    throw invalidValues('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  if (throughput === undefined) return table;
  if (!table.onDemandBilling) return { ...table, throughput: changeThroughput(table.throughput, throughput, 'the table', now) };
  const unspecified = table.indexes.find(
    ({ name, global }) =>
      global &&
      !input.GlobalSecondaryIndexUpdates?.some(
        ({ Update, Delete }) => (Update?.ProvisionedThroughput && Update.IndexName === name) || Delete?.IndexName === name,
      ),
  );
  if (unspecified !== undefined) throw invalidValues(`ProvisionedThroughput must be specified for index: ${unspecified.name}`);
  const indexes = table.indexes.map((index) => ({ ...index, onDemand: undefined }));
  return { ...table, onDemandBilling: false, throughput: toThroughput(throughput), onDemand: undefined, indexes };
}

function toOnDemandBilling(table: Table, now: number): Table {
  const indexes = table.indexes.map((index) => ({ ...index, throughput: toThroughput(undefined) }));
  return { ...table, onDemandBilling: true, onDemandSince: now, throughput: toThroughput(undefined), indexes };
}

function changeThroughput(current: Throughput, wanted: ProvisionedThroughput, what: string, now: number): Throughput {
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = wanted;
  if (read === current.read && write === current.write) {
    throw invalid(
      `The provisioned throughput for ${what} will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for ${what}: ${current.read}. Requested ReadCapacityUnits: ${read}. Current WriteCapacityUnits provisioned for ${what}: ${current.write}. Requested WriteCapacityUnits: ${write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    );
  }
  const increases = read > current.read || write > current.write;
  const decreases = read < current.read || write < current.write;
  const today = decreasesToday(current, now);
  if (decreases && today >= freeDecreases && now - (current.decreasedAt ?? 0) < hourMs) {
    throw limitExceeded(
      `Provisioned throughput decreases are limited within a given UTC day. After the first ${freeDecreases} decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: ${today}. Last decrease at ${new Date(current.decreasedAt ?? 0).toISOString()}`,
    );
  }
  return {
    read,
    write,
    increasedAt: increases ? now : current.increasedAt,
    decreasedAt: decreases ? now : current.decreasedAt,
    decreases: decreases ? today + 1 : current.decreases,
  };
}

function changeOnDemand(table: Table, given: NonNullable<UpdateTableInput['OnDemandThroughput']>): Table {
  if (!table.onDemandBilling) refuseOnDemand(given);
  return { ...table, onDemand: { ...table.onDemand, ...withoutAbsent(toOnDemand(given) ?? {}) } as Table['onDemand'] };
}

function withoutAbsent<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function changeWarm(table: Table, given: NonNullable<UpdateTableInput['WarmThroughput']>, index?: SecondaryIndex) {
  const current = warmOf(table, index ?? table);
  const warm = toWarm(given, current) ?? current;
  const where = index === undefined ? 'for table' : `for index ${index.name}`;
  for (const [member, lower] of [
    ['ReadUnitsPerSecond', warm.read < current.read],
    ['WriteUnitsPerSecond', warm.write < current.write],
  ] as const) {
    if (lower)
      throw invalidValues(
        `Requested ${member} for WarmThroughput ${where} is lower than current WarmThroughput, decreasing WarmThroughput is not supported`,
      );
  }
  return warm;
}

function changeIndexes(table: Table, input: UpdateTableInput, now: number, newId: () => string): Table {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const structural = updates.filter(({ Create, Delete }) => Create ?? Delete);
  if (structural.length > 1 || (structural.length > 0 && table.indexes.some(({ backfilling }) => backfilling))) {
    throw limitExceeded('Only 1 online index can be created or deleted simultaneously per table');
  }
  let changed = table;
  for (const { Update, Create, Delete } of updates) {
    if (Update !== undefined) changed = updateIndex(changed, table, Update, now);
    else if (Create !== undefined) changed = createIndex(changed, Create, input, newId());
    else if (Delete !== undefined) changed = deleteIndex(changed, Delete.IndexName);
  }
  return changed;
}

function requireIndex(table: Table, name: string): SecondaryIndex {
  const index = table.indexes.find((each) => each.global && each.name === name);
  return index ?? fail(resourceNotFound(`Index ${name} for table ${table.name}`));
}

function updateIndex(table: Table, before: Table, given: UpdateGlobalSecondaryIndexAction, now: number): Table {
  const index = requireIndex(table, given.IndexName);
  const { ProvisionedThroughput: throughput, OnDemandThroughput: onDemand, WarmThroughput: warm } = given;
  if (throughput !== undefined && table.onDemandBilling) {
    throw invalidValues(
      `The only Updates for index: ${index.name} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput`,
    );
  }
  if (throughput !== undefined) checkUnits(throughput);
  if (!table.onDemandBilling) refuseOnDemand(onDemand, index.name);
  const changed: SecondaryIndex = {
    ...index,
    throughput:
      throughput === undefined
        ? index.throughput
        : before.onDemandBilling
          ? toThroughput(throughput)
          : changeThroughput(index.throughput, throughput, `the index ${index.name}`, now),
    onDemand: onDemand === undefined ? index.onDemand : toOnDemand(onDemand),
    warm: warm === undefined ? index.warm : changeWarm(table, warm, index),
  };
  return { ...table, indexes: table.indexes.map((each) => (each === index ? changed : each)) };
}

function createIndex(table: Table, given: CreateGlobalSecondaryIndexAction, input: UpdateTableInput, id: string): Table {
  if (input.AttributeDefinitions === undefined) throw invalidValues(`AttributeDefinitions is not specified for index: ${given.IndexName}`);
  if (!table.onDemandBilling && given.ProvisionedThroughput === undefined) {
    throw invalidValues(`Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: ${given.IndexName}`);
  }
  const known = table.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type }));
  const fresh = input.AttributeDefinitions.filter(({ AttributeName }) => !known.some((each) => each.AttributeName === AttributeName));
  checkDefined(given.KeySchema, [...known, ...fresh]);
  checkGlobalIndex(given, table.onDemandBilling);
  if (table.indexes.some(({ name }) => name === given.IndexName)) {
    throw invalidValues(`Duplicate index name: ${given.IndexName}`);
  }
  if (table.indexes.filter(({ global }) => global).length >= maxGlobalIndexes) {
    throw limitExceeded(`Number of global secondary indexes exceeds per-table limit of ${maxGlobalIndexes}`);
  }
  return withUsedAttributes({
    ...table,
    attributes: toAttributes([...known, ...fresh]),
    indexes: [...table.indexes, toIndex(given, id, true, true)],
  });
}

function deleteIndex(table: Table, name: string): Table {
  const index = requireIndex(table, name);
  return withUsedAttributes({ ...table, indexes: table.indexes.filter((each) => each !== index) });
}

/** Definitions of attributes that are no key any more go with the index that used them. */
function withUsedAttributes(table: Table): Table {
  const used = new Set([table, ...table.indexes].flatMap(({ keySchema }) => keySchema.map(({ name }) => name)));
  return { ...table, attributes: table.attributes.filter(({ name }) => used.has(name)) };
}
