import { describe, expect, it } from 'vitest';
import { type ItemRequest, itemConditions } from './item-conditions';
import type { Table } from './state';

const table = {
  name: 'scores',
  id: 't',
  attributes: [
    { name: 'user', type: 'S' },
    { name: 'game', type: 'S' },
    { name: 'top', type: 'N' },
  ],
  keySchema: [
    { name: 'user', role: 'HASH' },
    { name: 'game', role: 'RANGE' },
  ],
  indexes: [
    {
      name: 'by-game',
      id: 'i',
      global: true,
      keySchema: [
        { name: 'game', role: 'HASH' },
        { name: 'top', role: 'HASH' },
      ],
      projection: 'ALL',
      included: [],
    },
  ],
} as unknown as Table;

const key = { user: { S: 'ann' }, game: { S: 'chess' } };
const read: Pick<ItemRequest, 'kind' | 'capacity'> = { kind: 'get', capacity: undefined };

const named = (parameters: ItemRequest['parameters'], items: ItemRequest['items'] = []) =>
  itemConditions({ ...read, parameters, items }, table)['dynamodb:Attributes'];

describe('the attributes of a request for items', () => {
  it.each<[string, ItemRequest['parameters'], string[]]>([
    ['a projection, top-level names only', { ProjectionExpression: 'Name, Address.City, tags[0].x' }, ['Name', 'Address', 'tags']],
    ['placeholders', { ProjectionExpression: '#a.#b, c', ExpressionAttributeNames: { '#a': 'A', '#b': 'B' } }, ['A', 'c']],
    [
      'a condition without its keywords and functions',
      { ConditionExpression: 'attribute_not_exists(a) AND (b = :b OR NOT c IN (:b)) and size ( d ) BETWEEN :b AND :c' },
      ['a', 'b', 'c', 'd'],
    ],
    [
      'an update',
      {
        UpdateExpression: 'SET a = if_not_exists(b, :zero) + :one, #x = list_append(c, :l) REMOVE d[1] ADD e :one delete f :s',
        ExpressionAttributeNames: { '#x': 'set' },
      },
      ['a', 'b', 'set', 'c', 'd', 'e', 'f'],
    ],
    ['a filter', { FilterExpression: 'begins_with(a, :p)', KeyConditionExpression: 'user = :u' }, ['a', 'user']],
    [
      'the parameters before expressions',
      { AttributesToGet: ['a'], Expected: { b: {} }, AttributeUpdates: { c: {} }, QueryFilter: { d: {} } },
      ['a', 'b', 'c', 'd'],
    ],
  ])('are those of %s', (_, parameters, names) => {
    expect([...(named(parameters) as string[])].sort()).toEqual([...names].sort());
  });

  it('are those of its keys and items', () => {
    expect(named({}, [key, { user: { S: 'bob' }, extra: { BOOL: true } }])).toEqual(['user', 'game', 'extra']);
  });
});

describe('the partition keys of a request for items', () => {
  const leading = (request: ItemRequest) => itemConditions(request, table)['dynamodb:LeadingKeys'];

  it('are those of all its items, each once', () => {
    const items = [key, { ...key, game: { S: 'go' } }, { user: { S: 'bob' }, game: { S: 'go' } }];
    expect(leading({ ...read, parameters: {}, items })).toEqual(['ann', 'bob']);
  });

  it.each<[string, ItemRequest['parameters']]>([
    [
      'an expression',
      {
        KeyConditionExpression: '#u = :u AND begins_with(game, :g)',
        ExpressionAttributeNames: { '#u': 'user' },
        ExpressionAttributeValues: { ':u': { S: 'ann' }, ':g': { S: 'c' } },
      },
    ],
    [
      'an expression the other way round',
      {
        KeyConditionExpression: ':u = #u',
        ExpressionAttributeNames: { '#u': 'user' },
        ExpressionAttributeValues: { ':u': { S: 'ann' } },
      },
    ],

    ['the parameter before expressions', { KeyConditions: { user: { AttributeValueList: [{ S: 'ann' }] } } }],
  ])('are what a query asks for by %s', (_, parameters) => {
    expect(leading({ kind: 'query', parameters, capacity: undefined })).toEqual(['ann']);
  });

  it('are those of the index that a query reads, one key for each attribute', () => {
    const parameters = {
      IndexName: 'by-game',
      KeyConditionExpression: 'game = :g AND top = :t',
      ExpressionAttributeValues: { ':g': { S: 'chess' }, ':t': { N: '7' } },
    };
    expect(itemConditions({ kind: 'query', parameters, capacity: undefined }, table)).toMatchObject({
      'dynamodb:LeadingKeys': ['chess'],
      'dynamodb:FirstPartitionKeyValues': ['chess'],
      'dynamodb:SecondPartitionKeyValues': ['7'],
    });
  });

  it('are none of a scan', () => {
    expect(leading({ kind: 'scan', parameters: {}, capacity: undefined })).toBeUndefined();
  });

  it('are bytes in base64', () => {
    expect(leading({ ...read, parameters: {}, items: [{ user: { B: Uint8Array.of(1, 2, 3) } }] })).toEqual(['AQID']);
  });
});

describe('what a request for items asks back', () => {
  const of = (request: Partial<ItemRequest>) => itemConditions({ ...read, parameters: {}, ...request }, table);

  it.each<[Partial<ItemRequest>, string, string]>([
    [{}, 'dynamodb:Select', 'ALL_ATTRIBUTES'],
    [{ parameters: { ProjectionExpression: 'a' } }, 'dynamodb:Select', 'SPECIFIC_ATTRIBUTES'],
    [{ parameters: { AttributesToGet: ['a'] } }, 'dynamodb:Select', 'SPECIFIC_ATTRIBUTES'],
    [{ kind: 'scan', parameters: { IndexName: 'by-game' } }, 'dynamodb:Select', 'ALL_PROJECTED_ATTRIBUTES'],
    [{ kind: 'scan', parameters: { Select: 'COUNT' } }, 'dynamodb:Select', 'COUNT'],
    [{}, 'dynamodb:ReturnConsumedCapacity', 'NONE'],
    [{ capacity: 'TOTAL' }, 'dynamodb:ReturnConsumedCapacity', 'TOTAL'],
    [{ kind: 'write' }, 'dynamodb:ReturnValues', 'NONE'],
    [{ kind: 'write', parameters: { ReturnValues: 'ALL_OLD' } }, 'dynamodb:ReturnValues', 'ALL_OLD'],
    [{ kind: 'write', enclosing: 'TransactWriteItems' }, 'dynamodb:EnclosingOperation', 'TransactWriteItems'],
    [
      { kind: 'write', enclosing: 'TransactWriteItems', parameters: { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
      'dynamodb:ReturnValues',
      'ALL_OLD',
    ],
  ])('%j has %s %s', (request, name, value) => {
    expect(of(request)[name]).toBe(value);
  });

  it('is nothing where the request knows no such thing', () => {
    expect(Object.keys(of({ kind: 'batch-write' })).sort()).toEqual(
      ['dynamodb:Attributes', 'dynamodb:FirstPartitionKeyValues', 'dynamodb:LeadingKeys', 'dynamodb:ReturnConsumedCapacity'].sort(),
    );
  });
});
