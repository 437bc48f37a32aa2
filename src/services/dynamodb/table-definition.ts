/** From what CreateTable and UpdateTable ask for to tables and indexes, with AWS's checks in AWS's order. */
import type {
  AttributeDefinition,
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  OnDemandThroughput,
  Projection,
  ProvisionedThroughput,
  WarmThroughput,
} from '../../../generated/api/dynamodb';
import { invalid, invalidValues } from './errors';
import type { KeyAttribute, KeyElement, KeyType, OnDemand, SecondaryIndex, Throughput, Warm } from './state';

const maxLocalIndexes = 5;
export const maxGlobalIndexes = 20;
const maxIncluded = 20;
const maxKeyAttributes = 4;
const maxUnits = 1_000_000_000_000;

/** What on-demand tables and indexes are warm for from the beginning. */
export const onDemandWarm: Warm = { read: 12_000, write: 4_000 };

type Definitions = readonly AttributeDefinition[];

/** Throws for whatever in a CreateTable does not make a table. */
export function checkDefinition(input: CreateTableInput): void {
  const definitions = input.AttributeDefinitions ?? [];
  const elements = input.KeySchema ?? [];
  const onDemand = input.BillingMode === 'PAY_PER_REQUEST';
  if (input.AttributeDefinitions === undefined) throw invalidValues('No Attribute Schema Defined');
  checkTableThroughput(input, onDemand);
  checkDuplicateDefinitions(definitions);
  checkTableKey(elements, definitions);
  const locals = input.LocalSecondaryIndexes;
  const globals = input.GlobalSecondaryIndexes;
  if (locals === undefined && globals === undefined && elements.length !== definitions.length) {
    throw invalidValues('Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions');
  }
  if (locals?.length === 0) throw invalidValues('List of LocalSecondaryIndexes is empty');
  if (globals?.length === 0) throw invalidValues('List of GlobalSecondaryIndexes is empty');
  for (const { KeySchema } of [...(locals ?? []), ...(globals ?? [])]) checkDefined(KeySchema, definitions);
  checkUnused(input, definitions);
  checkLocalIndexes(locals ?? [], elements);
  for (const index of globals ?? []) checkGlobalIndex(index, onDemand);
  if (globals !== undefined && globals.length > maxGlobalIndexes) {
    throw invalidValues(`GlobalSecondaryIndex count exceeds the per-table limit of ${maxGlobalIndexes}`);
  }
  checkIndexNames([...(locals ?? []), ...(globals ?? [])]);
}

function checkTableThroughput(input: CreateTableInput, onDemand: boolean): void {
  const { ProvisionedThroughput: throughput } = input;
  if (onDemand) {
    if (throughput !== undefined) {
      throw invalidValues('Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST');
    }
    return;
  }
  if (throughput === undefined) {
    throw invalidValues('ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED');
  }
  checkUnits(throughput);
  refuseOnDemand(input.OnDemandThroughput);
}

export function checkUnits({ ReadCapacityUnits: read, WriteCapacityUnits: write }: ProvisionedThroughput): void {
  if (read > maxUnits) throw invalid(`Given value ${read} for ReadCapacityUnits is out of bounds`);
  if (write > maxUnits) throw invalid(`Given value ${write} for WriteCapacityUnits is out of bounds`);
}

/** Limits of on-demand use, on a table that is not on demand. */
export function refuseOnDemand(given: OnDemandThroughput | undefined, index?: string): void {
  const member =
    given?.MaxReadRequestUnits !== undefined
      ? 'MaxReadRequestUnits'
      : given?.MaxWriteRequestUnits !== undefined
        ? 'MaxWriteRequestUnits'
        : undefined;
  if (member === undefined) return;
  const where = index === undefined ? '' : ` for index: ${index}`;
  throw invalidValues(`${member} for OnDemandThroughput${where} cannot be specified when table BillingMode is PROVISIONED.`);
}

function checkDuplicateDefinitions(definitions: Definitions): void {
  const names = definitions.map(({ AttributeName }) => AttributeName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalidValues(`Attribute Name is duplicated: ${twice}`);
}

function checkTableKey(elements: readonly KeySchemaElement[], definitions: Definitions): void {
  if (elements.length > definitions.length) throw invalid('Invalid KeySchema: Some index key attribute have no definition');
  checkDefined(elements, definitions);
  checkPair(elements);
}

/** A key of one or two attributes, of a table or a local index. */
function checkPair(elements: readonly KeySchemaElement[]): void {
  if (elements.length > 2) {
    throw invalid(
      "1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2",
    );
  }
  const [first, second] = elements;
  if (first?.KeyType !== 'HASH') throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (second === undefined) return;
  if (second.KeyType !== 'RANGE') throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  if (first.AttributeName === second.AttributeName) {
    throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
}

/** A key of up to four attributes of each role, of a global index. */
function checkMultiKey(elements: readonly KeySchemaElement[]): void {
  if (elements[0]?.KeyType !== 'HASH') throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  for (const role of ['HASH', 'RANGE']) {
    if (elements.filter(({ KeyType }) => KeyType === role).length > maxKeyAttributes) {
      throw invalid(`Invalid KeySchema: The KeySchema exceeds the maximum allowed number of ${role} key attributes`);
    }
  }
  const firstRange = elements.findIndex(({ KeyType }) => KeyType === 'RANGE');
  if (firstRange >= 0 && elements.slice(firstRange).some(({ KeyType }) => KeyType === 'HASH')) {
    throw invalid('Invalid KeySchema: All HASH key attributes must precede RANGE key attributes in the KeySchema');
  }
  if (new Set(elements.map(({ AttributeName }) => AttributeName)).size < elements.length) {
    throw invalid(
      elements.length === 2
        ? 'Both the Hash Key and the Range Key element in the KeySchema have the same name'
        : 'Invalid KeySchema: The KeySchema contains multiple key attributes with the same name',
    );
  }
}

export function checkDefined(elements: readonly KeySchemaElement[], definitions: Definitions): void {
  const defined = definitions.map(({ AttributeName }) => AttributeName);
  const keys = elements.map(({ AttributeName }) => AttributeName);
  if (keys.every((key) => defined.includes(key))) return;
  throw invalidValues(
    `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
  );
}

function checkUnused(input: CreateTableInput, definitions: Definitions): void {
  const schemas = [input, ...(input.LocalSecondaryIndexes ?? []), ...(input.GlobalSecondaryIndexes ?? [])];
  const used = new Set(schemas.flatMap(({ KeySchema = [] }) => KeySchema.map(({ AttributeName }) => AttributeName)));
  if (used.size === definitions.length) return;
  const defined = definitions.map(({ AttributeName }) => AttributeName).join(', ');
  throw invalidValues(`Some AttributeDefinitions are not used. AttributeDefinitions: [${defined}], keys used: [${[...used].join(', ')}]`);
}

function checkLocalIndexes(indexes: readonly LocalSecondaryIndex[], tableKey: readonly KeySchemaElement[]): void {
  if (indexes.length > 0 && tableKey.length < 2) {
    throw invalidValues('Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex');
  }
  const tableHash = tableKey[0]?.AttributeName;
  for (const { IndexName: name, KeySchema: elements, Projection: projection } of indexes) {
    checkPair(elements);
    if (elements.length < 2) throw invalidValues(`Index KeySchema does not have a range key for index: ${name}`);
    const hash = elements[0]?.AttributeName;
    if (hash !== tableHash) {
      throw invalidValues(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${hash}, table hash key: ${tableHash}`,
      );
    }
    checkProjection(projection);
  }
  if (indexes.length > maxLocalIndexes) {
    throw invalidValues(`Number of LocalSecondaryIndexes exceeds per-table limit of ${maxLocalIndexes}`);
  }
}

export function checkGlobalIndex(index: GlobalSecondaryIndex, onDemand: boolean): void {
  const { IndexName: name, KeySchema: elements, ProvisionedThroughput: throughput } = index;
  checkMultiKey(elements);
  checkProjection(index.Projection);
  if (onDemand) {
    if (throughput === undefined) return;
    throw invalidValues(`ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`);
  }
  if (throughput === undefined) throw invalidValues(`ProvisionedThroughput is not specified for index: ${name}`);
  checkUnits(throughput);
  refuseOnDemand(index.OnDemandThroughput, name);
}

function checkProjection({ ProjectionType: type, NonKeyAttributes: names }: Projection): void {
  if (type === undefined) throw invalidValues('Unknown ProjectionType: null');
  if (type !== 'INCLUDE' && names !== undefined) throw invalidValues(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  if (type === 'INCLUDE' && names === undefined) throw invalidValues('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  if (names !== undefined && names.length > maxIncluded)
    throw invalidValues(`Number of NonKeyAttributes exceeds the limit of ${maxIncluded}`);
  const twice = names?.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalidValues(`Duplicate element in NonKeyAttributes: ${twice}`);
}

function checkIndexNames(indexes: readonly { readonly IndexName: string }[]): void {
  const names = indexes.map(({ IndexName }) => IndexName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalidValues(`Duplicate index name: ${twice}`);
}

/** Sorted by name, as descriptions show them. */
export function toAttributes(definitions: Definitions): KeyAttribute[] {
  return definitions
    .map(({ AttributeName: name, AttributeType: type }) => ({ name, type: type as KeyType }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function toKeySchema(elements: readonly KeySchemaElement[]): KeyElement[] {
  return elements.map(({ AttributeName: name, KeyType }) => ({ name, role: KeyType as KeyElement['role'] }));
}

export function toThroughput(given: ProvisionedThroughput | undefined): Throughput {
  return {
    read: given?.ReadCapacityUnits ?? 0,
    write: given?.WriteCapacityUnits ?? 0,
    increasedAt: undefined,
    decreasedAt: undefined,
    decreases: 0,
  };
}

export function toOnDemand(given: OnDemandThroughput | undefined): OnDemand | undefined {
  return given && { read: given.MaxReadRequestUnits, write: given.MaxWriteRequestUnits };
}

export function toWarm(given: WarmThroughput | undefined, base: Warm): Warm | undefined {
  return given && { read: given.ReadUnitsPerSecond ?? base.read, write: given.WriteUnitsPerSecond ?? base.write };
}

type AnyIndex = LocalSecondaryIndex &
  Partial<Pick<GlobalSecondaryIndex, 'ProvisionedThroughput' | 'OnDemandThroughput' | 'WarmThroughput'>>;

export function toIndex(given: AnyIndex, id: string, global: boolean, backfilling = false): SecondaryIndex {
  return {
    name: given.IndexName,
    id,
    global,
    keySchema: toKeySchema(given.KeySchema),
    projection: given.Projection.ProjectionType as SecondaryIndex['projection'],
    included: [...(given.Projection.NonKeyAttributes ?? [])].sort(),
    throughput: toThroughput(given.ProvisionedThroughput),
    onDemand: toOnDemand(given.OnDemandThroughput),
    warm: toWarm(given.WarmThroughput, onDemandWarm),
    backfilling,
  };
}
