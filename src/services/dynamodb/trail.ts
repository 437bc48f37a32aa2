/** How operations count in CloudTrail (DynamoDB Developer Guide, "Understanding DynamoDB log file entries"). */
import { formatArn, lowerFirst, type Place, type TrailRules } from '../../kernel';

const table = 'AWS::DynamoDB::Table';

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Input = Readonly<Record<string, unknown>>;

const dataOperations = [
  'BatchExecuteStatement',
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'ExecuteStatement',
  'ExecuteTransaction',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'TransactGetItems',
  'TransactWriteItems',
  'UpdateItem',
];

/** What an event shows of a request on items: neither attribute values nor, as we do not know the key here, values of items. */
const shownAsGiven = [
  'TableName',
  'IndexName',
  'ConditionExpression',
  'UpdateExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'AttributesToGet',
  'Select',
  'Limit',
  'ConsistentRead',
  'ScanIndexForward',
  'ReturnValues',
  'ReturnConsumedCapacity',
  'ReturnItemCollectionMetrics',
  'ReturnValuesOnConditionCheckFailure',
  'Segment',
  'TotalSegments',
];

function itemRequest(input: Input): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of shownAsGiven) if (isPlain(input[name])) shown[lowerFirst(name)] = input[name];
  if (isObject(input.Key)) shown.key = plainKey(input.Key as Attributes);
  if (isObject(input.Item)) shown.item = Object.keys(input.Item as Attributes);
  return shown;
}

function dataParameters(operation: string, input: Input): Record<string, unknown> | undefined {
  const { RequestItems, TransactItems, Statements, TransactStatements, Statement } = input;
  if (/Statement|Transaction$/.test(operation)) {
    const statements = [Statements, TransactStatements].find(Array.isArray) as unknown[] | undefined;
    return statements === undefined
      ? { statement: redacted(Statement) }
      : { requestItems: statements.map((each) => ({ statement: redacted((each as Input | undefined)?.Statement) })) };
  }
  if (Array.isArray(TransactItems)) {
    const requestItems = TransactItems.filter(isObject).flatMap((item) =>
      Object.entries(item).map(([kind, each]) => ({ operation: kind, ...itemRequest((each ?? {}) as Input) })),
    );
    return { requestItems };
  }
  if (isObject(RequestItems)) return { requestItems: batchItems(RequestItems as Input) };
  return itemRequest(input);
}

function batchItems(tables: Input): Record<string, unknown>[] {
  return Object.entries(tables).flatMap(([tableName, asked]) => {
    const gets = isObject(asked) && Array.isArray(asked.Keys) ? asked.Keys.map((Key) => ({ Key })) : [];
    const writes = Array.isArray(asked) ? asked.flatMap((each) => (isObject(each) ? Object.values(each) : [])) : [];
    return [...gets, ...writes].map((each) => ({ tableName, ...itemRequest(each as Input) }));
  });
}

/** `{ Artist: 'No One You Know' }`: without the types. */
function plainKey(key: Attributes): Record<string, unknown> {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, isObject(value) ? String(Object.values(value)[0]) : null]));
}

/** Literals may be values that are no keys. */
function redacted(statement: unknown): string {
  return String(statement).replace(/'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b/g, '***(Redacted)');
}

function tableNames({ TableName, RequestItems, TransactItems, ResourceArn, TableArn }: Input): string[] {
  if (Array.isArray(TransactItems))
    return TransactItems.filter(isObject).flatMap((item) =>
      Object.values(item).flatMap((each) => (isObject(each) ? tableNames(each) : [])),
    );
  if (isObject(RequestItems)) return Object.keys(RequestItems);
  return [TableName, TableArn, ResourceArn].filter((name): name is string => typeof name === 'string').slice(0, 1);
}

const toArn = (name: string, at: Place) => (name.startsWith('arn:') ? name : formatArn(at, 'dynamodb', `table/${name}`));
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isPlain = (value: unknown) => value !== undefined && value !== null && !(value instanceof Uint8Array);

export const trail: TrailRules = {
  data: Object.fromEntries(dataOperations.map((name) => [name, table])),
  apiVersion: '2012-08-10',
  named: { tableName: table, resourceArn: table, globalTableName: 'AWS::DynamoDB::GlobalTable' },
  parameters: (operation, input: Input) => (dataOperations.includes(operation) ? dataParameters(operation, input) : undefined),
  response: (operation) => (dataOperations.includes(operation) ? null : undefined),
  resources: (operation, input: Input, at) =>
    dataOperations.includes(operation) ? [...new Set(tableNames(input).map((name) => toArn(name, at)))] : [],
  owner: (_operation, input: Input) =>
    tableNames(input)
      .find((name) => name.startsWith('arn:'))
      ?.split(':', 5)[4],
};
