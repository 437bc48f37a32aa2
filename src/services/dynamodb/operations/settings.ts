/** What goes with tables: time to live, tags, and what infrastructure tools read of every table. */
import type { DynamoDB } from '../../../../generated/api/dynamodb';
import { AwsError, defineOperations, fail, type TxContext, tagsOfList, toTagList } from '../../../kernel';
import { invalid } from '../errors';
import { silence } from '../expiry';
import { fillExpiries, sweep } from '../housekeeping';
import { arnOf, checkTableName, type Found, nameOf, requireResource, requireTable } from '../lookup';
import { type Table, Tables } from '../state';

const timeToLiveIntervalMs = 3_600_000;
const maxTags = 50;
/** Of every account, unless it asks for more (Developer Guide, "Quotas"). */
const limits = {
  AccountMaxReadCapacityUnits: 80_000,
  AccountMaxWriteCapacityUnits: 80_000,
  TableMaxReadCapacityUnits: 40_000,
  TableMaxWriteCapacityUnits: 40_000,
};
const endpointCacheMinutes = 1440;

export const settingOperations = defineOperations<DynamoDB>()({
  UpdateTimeToLive(ctx, { TableName, TimeToLiveSpecification: wanted }) {
    checkTableName(TableName);
    const found = requireTable(ctx, TableName);
    checkTimeToLive(found.table, wanted, ctx.now);
    const { Enabled: enabled, AttributeName: attribute } = wanted;
    const table = found.tx.put(Tables, { ...found.table, timeToLive: { attribute, enabled, changedAt: ctx.now } });
    if (enabled) fillExpiries(found.tx, table);
    else {
      silence(found.tx, table);
      sweep(found.tx, { tables: [], indexes: [], collectionsOf: undefined, expiries: [table.id] });
    }
    return { TimeToLiveSpecification: wanted };
  },

  DescribeTimeToLive(ctx, { TableName }) {
    checkTableName(TableName);
    const { timeToLive } = requireTable(ctx, TableName).table;
    return {
      TimeToLiveDescription: timeToLive?.enabled
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive.attribute }
        : { TimeToLiveStatus: 'DISABLED' },
    };
  },

  TagResource(ctx, { ResourceArn, Tags }) {
    if (Tags.length === 0) throw invalid('Atleast one Tag needs to be provided as Input.');
    const found = requireResource(ctx, ResourceArn);
    const tags = tagsOfList(Tags);
    if (Object.keys({ ...found.tx.tagsOf(arnOf(found)), ...tags }).length > maxTags) {
      throw invalid(`One or more parameter values were invalid: Too many tags: the limit is ${maxTags}`);
    }
    found.tx.tag(arnOf(found), tags);
    return {};
  },

  UntagResource(ctx, { ResourceArn, TagKeys }) {
    if (TagKeys.length === 0) throw invalid('Atleast one Tag Key needs to be provided as Input.');
    const found = requireResource(ctx, ResourceArn);
    found.tx.untag(arnOf(found), TagKeys);
    return {};
  },

  ListTagsOfResource(ctx, { ResourceArn }) {
    const found = requireResource(ctx, ResourceArn);
    return { Tags: toTagList(found.tx.tagsOf(arnOf(found))) };
  },

  DescribeContinuousBackups(ctx, { TableName }) {
    checkTableName(TableName);
    requireBackedUp(ctx, TableName);
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    };
  },

  DescribeLimits: () => limits,

  DescribeEndpoints: (ctx) => ({ Endpoints: [{ Address: ctx.request.host, CachePeriodInMinutes: endpointCacheMinutes }] }),
});

function checkTimeToLive(
  { timeToLive: current }: Table,
  { Enabled: enabled, AttributeName: attribute }: { readonly Enabled: boolean; readonly AttributeName: string },
  now: number,
): void {
  if (enabled === (current?.enabled ?? false)) {
    if (!enabled) throw invalid('TimeToLive is already disabled');
    if (current?.attribute === attribute) throw invalid('TimeToLive is already enabled');
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current?.attribute}`);
  }
  if (current === undefined) return;
  if (!enabled && current.attribute !== attribute) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current.attribute}`);
  }
  // One change an hour (API reference, UpdateTimeToLive).
  if (now - current.changedAt < timeToLiveIntervalMs)
    throw invalid('Time to live has been modified multiple times within a fixed interval');
}

/** Backups have an error of their own for tables that are not there. */
function requireBackedUp(ctx: TxContext, tableName: string): Found {
  try {
    return requireTable(ctx, tableName);
  } catch (error) {
    const missing = error instanceof AwsError && error.code === 'ResourceNotFoundException';
    return fail(missing ? new AwsError('TableNotFoundException', `Table not found: ${nameOf(tableName)}`) : (error as Error));
  }
}
