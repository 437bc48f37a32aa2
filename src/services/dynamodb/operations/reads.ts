/** Query and Scan. */
import type { DynamoDB } from '../../../../generated/api/dynamodb';
import { AwsError, defineOperations, type EncodedKey, encodedKey, fail, joinKeys, type TxContext } from '../../../kernel';
import { attributesIn } from '../attributes';
import { consumedCapacity, readUnits, Use } from '../capacity';
import { invalid } from '../errors';
import { bindCondition } from '../expression/bind-condition';
import { bindProjection } from '../expression/bind-update';
import { type Condition, headsOf, type Path } from '../expression/bound';
import { pick } from '../expression/project';
import { attributesOf, prepared } from '../items';
import {
  boundsOf,
  checkStartKey,
  expressionKeyConditions,
  type KeyConditions,
  keyRangeOf,
  legacyKeyConditions,
  requireKeyTypes,
} from '../key-condition';
import { indexKeyOf, keyOfRequest, keyPart, partitionPlace, segmentStart, storedKey } from '../keys';
import { checkAttributesToGet, checkConditionalOperator, checkParameterStyles, filterCondition, readConditions } from '../legacy';
import { checkTableName, type Found, requireDataTable } from '../lookup';
import { beyond, type Page, type Range, readPage } from '../pages';
import { checkKeyPaths, type Projection, pathsOf, toProjection, withPlaceholders } from '../parameters';
import { type IndexSchema, type KeySchema, schemaOf, type TableSchema } from '../schema';
import { checkSelect, needsWholeItems, show } from '../selection';
import { IndexEntries, type IndexEntry, Items, type StoredItem } from '../state';
import { requireCapacity, takeCapacity } from '../throttle';
import { type Item, normaliseItem, type Value } from '../value';

type QueryInput = DynamoDB['Query']['input'];
type ScanInput = DynamoDB['Scan']['input'];
type Output = DynamoDB['Query']['output'];

/** What a request says of what is read, whichever way it says it. */
interface Reading {
  readonly startKey: Item | undefined;
  readonly filter: Condition | undefined;
  readonly projection: Projection | undefined;
}

/** Where it is read. */
interface Source extends Found {
  readonly schema: TableSchema;
  readonly index: IndexSchema | undefined;
  readonly key: KeySchema;
}

/** A query on a table or local index has two conditions at most, on a global index one for each of eight attributes. */
const maxKeyConditions = 8;

export const readOperations = defineOperations<DynamoDB>()({
  Query(ctx, input) {
    checkTableName(input.TableName);
    const { reading, conditions } = readQuery(input);
    const source = sourceOf(ctx, input);
    if (reading.startKey !== undefined) checkStartKeyShape(source, reading.startKey);
    const range = keyRangeOf(conditions, source.key);
    if (reading.startKey !== undefined) {
      requireStartKey(source, reading.startKey);
      checkStartKey(reading.startKey, range, source.key);
    }
    const equal = range.equal.map(keyPart);
    const { length } = source.key.hash;
    const prefix = storedKey(source.key, equal.slice(0, length), equal.slice(length));
    const keys: Range = { prefix: { key: prefix }, ...(range.ranged && boundsOf(prefix, range.ranged.condition)) };
    checkFilterHeads(reading.filter, source.key, input.QueryFilter === undefined ? 'Filter Expression' : 'QueryFilter');
    return read(source, input, reading, keys, input.ScanIndexForward === false);
  },

  Scan(ctx, input) {
    checkTableName(input.TableName);
    const reading = readScan(input);
    const source = sourceOf(ctx, input);
    if (reading.startKey !== undefined) {
      checkStartKeyShape(source, reading.startKey);
      requireStartKey(source, reading.startKey);
    }
    return read(source, input, reading, segmentOf(input, source, reading.startKey), false);
  },
});

function readQuery(input: QueryInput): { readonly reading: Reading; readonly conditions: KeyConditions } {
  checkParameterStyles(
    input,
    ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'],
    ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', ...(input.KeyConditionExpression === undefined ? [] : ['KeyConditions'])],
  );
  const legacyFilter = input.QueryFilter && readConditions(input.QueryFilter);
  const legacyKeys = input.KeyConditions && readConditions(input.KeyConditions);
  const startKey = readStartKey(input.ExclusiveStartKey);
  checkConditionalOperator(input.ConditionalOperator, input.QueryFilter);
  checkAttributesToGet(input.AttributesToGet);
  checkSelect(input);
  if (legacyKeys === undefined && input.KeyConditionExpression === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const bound = readExpressions(input, input.KeyConditionExpression);
  const conditions = legacyKeys === undefined ? (bound?.keys as KeyConditions) : legacyKeyConditions(legacyKeys);
  if (legacyKeys !== undefined && (legacyKeys.size === 0 || legacyKeys.size > maxKeyConditions)) {
    throw invalid('Conditions can be of length 1 or 2 only');
  }
  const filter = bound?.filter ?? (legacyFilter && filterCondition(legacyFilter, input.ConditionalOperator));
  return { reading: { startKey, filter, projection: projectionOf(input, bound?.paths) }, conditions };
}

function readScan(input: ScanInput): Reading {
  checkParameterStyles(input, ['ProjectionExpression', 'FilterExpression'], ['AttributesToGet', 'ScanFilter', 'ConditionalOperator']);
  const legacyFilter = input.ScanFilter && readConditions(input.ScanFilter);
  const startKey = readStartKey(input.ExclusiveStartKey);
  checkConditionalOperator(input.ConditionalOperator, input.ScanFilter);
  checkAttributesToGet(input.AttributesToGet);
  checkSelect(input);
  checkSegment(input);
  const bound = readExpressions(input, undefined);
  const filter = bound?.filter ?? (legacyFilter && filterCondition(legacyFilter, input.ConditionalOperator));
  return { startKey, filter, projection: projectionOf(input, bound?.paths) };
}

function readExpressions(input: QueryInput | ScanInput, keyCondition: string | undefined) {
  const { FilterExpression: filter, ProjectionExpression: projection } = input;
  const needed = keyCondition !== undefined || filter !== undefined || projection !== undefined;
  return withPlaceholders(input, needed, (placeholders) => ({
    keys:
      keyCondition === undefined
        ? undefined
        : expressionKeyConditions(bindCondition(keyCondition, 'KeyConditionExpression', placeholders), maxKeyConditions),
    filter: filter === undefined ? undefined : bindCondition(filter, 'FilterExpression', placeholders),
    paths: projection === undefined ? undefined : bindProjection(projection, placeholders),
  }));
}

function projectionOf(input: QueryInput | ScanInput, paths: readonly Path[] | undefined): Projection | undefined {
  return toProjection(paths ?? input.AttributesToGet?.map((name) => [name]));
}

function readStartKey(given: QueryInput['ExclusiveStartKey']): Item | undefined {
  if (given === undefined) return undefined;
  try {
    return normaliseItem(given);
  } catch (error) {
    throw error instanceof AwsError ? invalid(`The provided starting key is invalid: ${error.message}`) : error;
  }
}

function checkSegment({ Segment: segment, TotalSegments: total }: ScanInput): void {
  if (segment === undefined && total === undefined) return;
  if (total === undefined) {
    throw invalid('The TotalSegments parameter is required but was not present in the request when Segment parameter is present');
  }
  if (segment === undefined) {
    throw invalid('The Segment parameter is required but was not present in the request when parameter TotalSegments is present');
  }
  if (segment >= total) {
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
}

function sourceOf(ctx: TxContext, input: QueryInput | ScanInput): Source {
  const { tx, table } = requireDataTable(ctx, input.TableName);
  const schema = schemaOf(table);
  if (input.IndexName === undefined) return { tx, table, schema, index: undefined, key: schema.key };
  const index =
    schema.indexes.find((each) => each.index.name === input.IndexName) ??
    fail(invalid(`The table does not have the specified index: ${input.IndexName}`));
  if (index.index.backfilling) throw invalid(`Cannot read from backfilling global secondary index: ${index.index.name}`);
  if (index.index.global && input.ConsistentRead) throw invalid('Consistent reads are not supported on global secondary indexes');
  return { tx, table, schema, index, key: index.key };
}

function checkStartKeyShape({ schema, index, key }: Source, startKey: Item): void {
  const names = index?.startKeyNames.length ?? schema.key.all.length;
  if (Object.keys(startKey).length !== names) throw invalid('The provided starting key is invalid');
  requireKeyTypes(startKey, key);
}

function requireStartKey({ schema }: Source, startKey: Item): void {
  try {
    keyOfRequest(schema.key, schema.toKey(attributesIn(startKey)));
  } catch (error) {
    throw error instanceof AwsError ? invalid(`The provided starting key is invalid: ${error.message}`) : error;
  }
}

/** The stored key that a start key names. */
function storedStartKey({ schema, index }: Source, startKey: Item): EncodedKey {
  const attributes = attributesIn(startKey);
  const itemKey = keyOfRequest(schema.key, schema.toKey(attributes));
  return index === undefined ? itemKey : (indexKeyOf(index, attributes, itemKey) ?? fail(invalid('The provided starting key is invalid')));
}

/** A query's filter may not say what its key condition must. */
function checkFilterHeads(filter: Condition | undefined, { all }: KeySchema, shown: string): void {
  if (filter === undefined) return;
  const heads = headsOf(filter);
  const name = all.find((each) => heads.has(each.name))?.name;
  if (name === undefined) return;
  throw invalid(`${shown} can only contain non-primary key attributes: Primary key attribute: ${name}`);
}

/** Where the partition of a start key lies. */
function placeOf({ key }: Source, startKey: Item): string {
  return partitionPlace(key.hash.map(({ name }) => keyPart(startKey[name] as Value)));
}

function segmentOf({ Segment: segment = 0, TotalSegments: total = 1 }: ScanInput, source: Source, startKey: Item | undefined): Range {
  const { head } = source.key;
  const range: Range = { prefix: { key: head } };
  if (total === 1) return range;
  const [from, to] = [segmentStart(segment, total), segmentStart(segment + 1, total)];
  const place = startKey && placeOf(source, startKey);
  if (place !== undefined && (place < from || place >= to)) {
    throw invalid(
      `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${total} Segment: ${segment}`,
    );
  }
  const bound = (place: string) => ({ key: joinKeys(head, encodedKey([place])) });
  return { from: bound(from), to: bound(to), ...range };
}

function read(source: Source, input: QueryInput | ScanInput, reading: Reading, keys: Range, reverse: boolean): Output {
  const { tx, table, schema, index } = source;
  checkKeyPaths([...(reading.projection?.paths ?? []), ...pathsOf(reading.filter)], schema);
  const wholeItems = needsWholeItems(index, input.Select, reading.projection);
  requireCapacity(source, 'read', index?.index);
  const start = reading.startKey && { key: storedStartKey(source, reading.startKey) };
  const range = start === undefined ? keys : beyond(keys, start, reverse);
  const page: Page<StoredItem> =
    index === undefined ? readPage(tx, Items, range, input.Limit, reverse) : readPage(tx, IndexEntries, range, input.Limit, reverse);
  const items = wholeItems ? page.items.map((entry) => tx.get(Items, { key: (entry as IndexEntry).itemKey }) as StoredItem) : page.items;
  const use = readUse(source, page, wholeItems ? items : [], input.ConsistentRead === true);
  takeCapacity(source, 'read', use);
  const shown = show(items, reading.filter, reading.projection, input.Select === 'COUNT');
  const last = page.ended ? page.items.at(-1) : undefined;
  return {
    Items: shown.items as Output['Items'],
    Count: shown.count,
    ScannedCount: page.items.length,
    LastEvaluatedKey: last && (prepared(JSON.stringify(startKeyOf(source, last))) as unknown as NonNullable<Output['LastEvaluatedKey']>),
    ConsumedCapacity: consumedCapacity(table, use, input.ReturnConsumedCapacity),
  };
}

function startKeyOf({ schema, index }: Source, item: StoredItem): Item {
  const attributes = attributesOf(item);
  return index === undefined ? schema.toKey(attributes) : pick(attributes, index.startKeyNames);
}

/** A page is one read of all its bytes; items fetched through an index are reads of their own. */
function readUse({ index }: Source, page: Page<StoredItem>, fetched: readonly StoredItem[], consistent: boolean): Use {
  const use = new Use();
  const units = readUnits(page.bytes, consistent);
  if (index === undefined) use.tableUnits = units;
  else use.add(index.index, units);
  for (const { bytes } of fetched) use.tableUnits += readUnits(bytes, consistent);
  return use;
}
