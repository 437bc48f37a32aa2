/**
 * The condition keys of requests for items (Developer Guide, "Using IAM policy conditions for fine-grained access control").
 * They are worked out only when a policy asks: most need the table's key, some a look into expressions.
 */
import type { AttributeValue } from '../../../generated/api/dynamodb';
import { AwsError } from '../../kernel';
import { bindCondition } from './expression/bind-condition';
import { Placeholders } from './expression/placeholders';
import { expressionKeyConditions } from './key-condition';
import { type KeySchema, schemaOf } from './schema';
import type { Table } from './state';

type Attributes = { readonly [name: string]: AttributeValue };

/** What of a request names attributes. */
export interface ItemParameters {
  readonly ExpressionAttributeNames?: { readonly [name: string]: string } | undefined;
  readonly ExpressionAttributeValues?: Attributes | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly Expected?: object | undefined;
  readonly AttributeUpdates?: object | undefined;
  readonly KeyConditions?: { readonly [name: string]: { readonly AttributeValueList?: readonly AttributeValue[] | undefined } } | undefined;
  readonly QueryFilter?: object | undefined;
  readonly ScanFilter?: object | undefined;
  readonly IndexName?: string | undefined;
  readonly Select?: string | undefined;
  readonly ReturnValues?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** A request for items of one table, as one need is about it. */
export interface ItemRequest {
  readonly kind: 'get' | 'write' | 'batch-write' | 'check' | 'query' | 'scan';
  readonly parameters: ItemParameters;
  /** Keys of the items, or whole items; not of queries and scans. */
  readonly items?: readonly Attributes[];
  readonly capacity: string | undefined;
  /** The transaction that the request is a part of. */
  readonly enclosing?: string;
}

type Conditions = Record<string, string | readonly string[]>;

const partitionKeys = [
  'dynamodb:FirstPartitionKeyValues',
  'dynamodb:SecondPartitionKeyValues',
  'dynamodb:ThirdPartitionKeyValues',
  'dynamodb:FourthPartitionKeyValues',
];

export function itemConditions(request: ItemRequest, table: Table): Conditions {
  const { kind, parameters, capacity, enclosing } = request;
  const conditions: Conditions = {
    'dynamodb:Attributes': attributeNames(request),
    'dynamodb:ReturnConsumedCapacity': capacity ?? 'NONE',
  };
  if (kind === 'get' || kind === 'query' || kind === 'scan') conditions['dynamodb:Select'] = selected(parameters);
  if (kind === 'write' || kind === 'check') conditions['dynamodb:ReturnValues'] = returned(request);
  if (enclosing !== undefined) conditions['dynamodb:EnclosingOperation'] = enclosing;
  leadingValues(request, table).forEach((values, i) => {
    conditions[partitionKeys[i] as string] = values;
    // "FirstPartitionKeyValues and LeadingKeys can be used exchangeably."
    if (i === 0) conditions['dynamodb:LeadingKeys'] = values;
  });
  return conditions;
}

/** What Select means where it is not given (Query, Select). */
function selected({ Select, ProjectionExpression, AttributesToGet, IndexName }: ItemParameters): string {
  if (Select !== undefined) return Select;
  if (ProjectionExpression !== undefined || AttributesToGet !== undefined) return 'SPECIFIC_ATTRIBUTES';
  return IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
}

/** A part of a transaction shows attributes only where its condition fails. */
function returned({ parameters, enclosing }: ItemRequest): string {
  const given = enclosing === undefined ? parameters.ReturnValues : parameters.ReturnValuesOnConditionCheckFailure;
  return given ?? 'NONE';
}

// ---- partition keys ----

/** The values of each attribute of the partition key, over all items. Scans have none. */
function leadingValues(request: ItemRequest, table: Table): string[][] {
  if (request.kind === 'scan') return [];
  const schema = schemaOf(table);
  const { IndexName: indexName } = request.parameters;
  const key = indexName === undefined ? schema.key : schema.indexes.find(({ index }) => index.name === indexName)?.key;
  if (key === undefined) return [];
  if (request.kind === 'query') return queriedValues(request.parameters, key);
  return key.hash.map(({ name }) => {
    const values = (request.items ?? []).flatMap((item) => textOf(item?.[name]) ?? []);
    return [...new Set(values)];
  });
}

function queriedValues(parameters: ItemParameters, { hash }: KeySchema): string[][] {
  const { KeyConditions: legacy, KeyConditionExpression: expression } = parameters;
  if (legacy !== undefined) return hash.map(({ name }) => (legacy[name]?.AttributeValueList ?? []).flatMap((value) => textOf(value) ?? []));
  if (expression === undefined) return [];
  try {
    const placeholders = new Placeholders(parameters.ExpressionAttributeNames, parameters.ExpressionAttributeValues);
    const conditions = expressionKeyConditions(bindCondition(expression, 'KeyConditionExpression', placeholders), Number.POSITIVE_INFINITY);
    return hash.map(({ name }) => (conditions.get(name)?.values ?? []).flatMap((value) => textOf(value) ?? []));
  } catch (error) {
    if (error instanceof AwsError) return []; // the query itself will be refused for it
    throw error;
  }
}

function textOf(value: AttributeValue | object | undefined): string | undefined {
  const { S, N, B } = (value ?? {}) as { readonly S?: string; readonly N?: string; readonly B?: Uint8Array | string };
  if (B === undefined) return S ?? N;
  return typeof B === 'string' ? B : Buffer.from(B).toString('base64');
}

// ---- attributes ----

const words = /#\w+|[A-Za-z]\w*|[.(]|[^\s]/g;
const keywords: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'SET', 'REMOVE', 'ADD', 'DELETE']);

/** Top-level attributes that a request names, in keys, items, expressions or the parameters before them. */
function attributeNames({ parameters: p, items }: ItemRequest): string[] {
  const names = new Set<string>(p.AttributesToGet);
  for (const item of items ?? []) for (const name in item) names.add(name);
  for (const named of [p.Expected, p.AttributeUpdates, p.KeyConditions, p.QueryFilter, p.ScanFilter])
    for (const name in named) names.add(name);
  for (const text of [p.ProjectionExpression, p.FilterExpression, p.ConditionExpression, p.KeyConditionExpression, p.UpdateExpression]) {
    if (text !== undefined) addNames(text, p.ExpressionAttributeNames, names);
  }
  return [...names];
}

/** Words that begin a path: neither keywords, which no attribute is called without a placeholder, nor functions. */
function addNames(expression: string, placeholders: ItemParameters['ExpressionAttributeNames'], names: Set<string>): void {
  const tokens = expression.match(words) ?? [];
  tokens.forEach((token, i) => {
    if (tokens[i - 1] === '.' || tokens[i - 1] === ':') return;
    if (token.startsWith('#') && token.length > 1) names.add(placeholders?.[token] ?? token);
    else if (/^[A-Za-z]/.test(token) && tokens[i + 1] !== '(' && !keywords.has(token.toUpperCase())) names.add(token);
  });
}
