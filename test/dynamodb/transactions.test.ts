import { describe, expect, it } from 'vitest';
import type { DynamoDB } from '../../generated/api/dynamodb';
import { attributes, type DirectDynamo, keySchema, openDynamo, refusal, value } from './direct';

const TableName = 'tab';
type Write = DynamoDB['TransactWriteItems']['input']['TransactItems'][number];

const key = (pk: string) => attributes({ pk });
const put = (pk: string, more: Record<string, unknown> = {}, rest: object = {}): Write => ({
  Put: { TableName, Item: attributes({ pk, ...more }), ...rest },
});
const write = (db: DirectDynamo, TransactItems: Write[], ClientRequestToken?: string) =>
  db.call('TransactWriteItems', { TransactItems, ClientRequestToken });
const get = async (db: DirectDynamo, pk: string) => (await db.call('GetItem', { TableName, Key: key(pk) })).Item;

describe('TransactWriteItems', () => {
  it('does all of it', async () => {
    await using db = openDynamo();
    await db.table();
    await db.put(attributes({ pk: 'gone' }), attributes({ pk: 'changed', n: 1 }), attributes({ pk: 'checked' }));
    await write(db, [
      put('new'),
      { Delete: { TableName, Key: key('gone') } },
      { Update: { TableName, Key: key('changed'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: attributes({ ':one': 1 }) } },
      { ConditionCheck: { TableName, Key: key('checked'), ConditionExpression: 'attribute_exists(pk)' } },
    ]);
    expect([await get(db, 'new'), await get(db, 'gone'), await get(db, 'changed')]).toEqual([
      key('new'),
      undefined,
      attributes({ pk: 'changed', n: 2 }),
    ]);
  });

  it('does nothing when one of them cannot be done, and says which', async () => {
    await using db = openDynamo();
    await db.table();
    await db.put(attributes({ pk: 'there', n: 1 }));
    const failure = await write(db, [
      put('new'),
      put('there', {}, { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      { Update: { TableName, Key: key('other'), UpdateExpression: 'SET a = b' } },
    ]).catch((error) => error);
    expect([failure.code, failure.message]).toEqual([
      'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]',
    ]);
    expect(failure.fields.CancellationReasons).toEqual([
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: expect.anything() },
      { Code: 'ValidationError', Message: 'The provided expression refers to an attribute that does not exist in the item' },
    ]);
    expect(failure.fields.CancellationReasons[1].Item.value).toEqual(attributes({ pk: 'there', n: 1 }));
    expect((await db.call('Scan', { TableName })).Count).toBe(1);
    expect((await db.call('DescribeTable', { TableName })).Table?.ItemCount).toBe(1);
  });

  it('is done once for one token, for ten minutes', async () => {
    await using db = openDynamo();
    await db.table();
    const add = (by: number): Write[] => [
      { Update: { TableName, Key: key('a'), UpdateExpression: 'ADD n :n', ExpressionAttributeValues: attributes({ ':n': by }) } },
    ];
    await write(db, add(1), 'token');
    await write(db, add(1), 'token');
    expect(await get(db, 'a')).toEqual(attributes({ pk: 'a', n: 1 }));
    expect(await refusal(write(db, add(2), 'token'))).toMatch(/^IdempotentParameterMismatchException: /);
    await db.pass(600);
    await write(db, add(2), 'token');
    expect(await get(db, 'a')).toEqual(attributes({ pk: 'a', n: 3 }));
  });

  it('may be repeated with its token after it failed', async () => {
    await using db = openDynamo();
    await db.table();
    const check = [put('b'), { ConditionCheck: { TableName, Key: key('a'), ConditionExpression: 'attribute_exists(pk)' } }];
    expect(await refusal(write(db, check, 'token'))).toMatch(/^TransactionCanceledException/);
    await db.put(key('a'));
    expect(await refusal(write(db, check, 'token'))).toBe('no error');
  });

  it('costs twice', async () => {
    await using db = openDynamo();
    await db.table();
    const input = {
      TransactItems: [put('a'), put('b', { text: 'x'.repeat(1500) })],
      ReturnConsumedCapacity: 'TOTAL',
      ClientRequestToken: 't',
    };
    expect((await db.call('TransactWriteItems', input)).ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 6, WriteCapacityUnits: 6 }]);
    expect((await db.call('TransactWriteItems', input)).ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }]);
  });

  it.each<[string, Write[], string | RegExp]>([
    [
      'two writes of one item',
      [put('a'), { Delete: { TableName, Key: key('a') } }],
      'ValidationException: Transaction request cannot include multiple operations on one item',
    ],
    [
      'two writes in one',
      [{ ...put('a'), Delete: { TableName, Key: key('a') } }],
      'ValidationException: TransactItems can only contain one of Check, Put, Update or Delete',
    ],
    ['nothing', [{}], 'ValidationException: TransactItems can only contain one of Check, Put, Update or Delete'],
    [
      'a bad expression',
      [put('a', {}, { ConditionExpression: 'a =' })],
      'ValidationException: Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="',
    ],
    ['a missing table', [{ Delete: { TableName: 'none', Key: key('a') } }], 'ResourceNotFoundException: Requested resource not found'],
    ['a wrong key', [put('b'), { Delete: { TableName, Key: attributes({ pk: 1 }) } }], /\[None, ValidationError\]$/],
  ])('refuses %s', async (_, items, sentence) => {
    await using db = openDynamo();
    await db.table();
    const answer = await refusal(write(db, items));
    if (typeof sentence === 'string') expect(answer).toBe(sentence);
    else expect(answer).toMatch(sentence);
  });
});

describe('TransactGetItems', () => {
  it('gets items in order, and nothing for those that are not there', async () => {
    await using db = openDynamo();
    await db.table();
    await db.put(attributes({ pk: 'a', n: 1, m: 2 }));
    const answer = await db.call('TransactGetItems', {
      TransactItems: [{ Get: { TableName, Key: key('none') } }, { Get: { TableName, Key: key('a'), ProjectionExpression: 'n' } }],
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(answer).toEqual({
      Responses: [{}, { Item: attributes({ n: 1 }) }],
      ConsumedCapacity: [{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }],
    });
  });
});

describe('batches', () => {
  it('write and get', async () => {
    await using db = openDynamo();
    await db.table();
    await db.table('pk:S', { TableName: 'other' });
    await db.put(key('gone'));
    const written = await db.call('BatchWriteItem', {
      RequestItems: {
        tab: [{ PutRequest: { Item: attributes({ pk: 'a', n: 1 }) } }, { DeleteRequest: { Key: key('gone') } }],
        other: [{ PutRequest: { Item: key('b') } }],
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(written).toEqual({
      UnprocessedItems: {},
      ConsumedCapacity: [
        { TableName: 'tab', CapacityUnits: 2 },
        { TableName: 'other', CapacityUnits: 1 },
      ],
    });
    const got = await db.call('BatchGetItem', {
      RequestItems: {
        tab: { Keys: [key('a'), key('gone')], ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'n' } },
        other: { Keys: [key('b')], ConsistentRead: true },
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(got).toEqual({
      Responses: { tab: [attributes({ n: 1 })], other: [key('b')] },
      UnprocessedKeys: {},
      ConsumedCapacity: [
        { TableName: 'tab', CapacityUnits: 1 },
        { TableName: 'other', CapacityUnits: 1 },
      ],
    });
  });

  it('take tables of any name', async () => {
    await using db = openDynamo();
    await db.table('pk:S', { TableName: '__proto__' });
    const of = <T>(value: T) => Object.fromEntries([['__proto__', value]]);
    await db.call('BatchWriteItem', { RequestItems: of([{ PutRequest: { Item: key('a') } }]) });
    const { Responses } = await db.call('BatchGetItem', { RequestItems: of({ Keys: [key('a')] }) });
    expect(Object.entries(Responses ?? {})).toEqual([['__proto__', [key('a')]]]);
  });

  it('leave what does not fit into 16 MB for the next call', async () => {
    await using db = openDynamo();
    await db.table();
    const names = Array.from({ length: 45 }, (_, i) => `item-${i}`);
    await db.put(...names.map((pk) => attributes({ pk, text: 'x'.repeat(399_000) })));
    const { Responses, UnprocessedKeys } = await db.call('BatchGetItem', { RequestItems: { tab: { Keys: names.map(key) } } });
    expect([Responses?.tab?.length, UnprocessedKeys?.tab?.Keys]).toEqual([42, names.slice(42).map(key)]);
  });

  it.each([
    ['duplicates', { tab: { Keys: [key('a'), key('a')] } }, 'Provided list of item keys contains duplicates'],
    [
      'too many',
      {
        tab: { Keys: Array.from({ length: 60 }, (_, i) => key(`${i}`)) },
        other: { Keys: Array.from({ length: 41 }, (_, i) => key(`${i}`)) },
      },
      'Too many items requested for the BatchGetItem call',
    ],
    ['wrong keys', { tab: { Keys: [attributes({ pk: 'a', sk: 1 })] } }, 'The provided key element does not match the schema'],
  ])('do not get %s', async (_, RequestItems, sentence) => {
    await using db = openDynamo();
    await db.table();
    await db.table('pk:S', { TableName: 'other' });
    expect(await refusal(db.call('BatchGetItem', { RequestItems: RequestItems as never }))).toBe(`ValidationException: ${sentence}`);
  });

  it.each([
    [
      'duplicates',
      [{ PutRequest: { Item: key('a') } }, { DeleteRequest: { Key: key('a') } }],
      'Provided list of item keys contains duplicates',
    ],
    [
      'too many',
      Array.from({ length: 26 }, (_, i) => ({ DeleteRequest: { Key: key(`${i}`) } })),
      'Too many items requested for the BatchWriteItem call',
    ],
    [
      'an empty key',
      [{ PutRequest: { Item: key('') } }],
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      'no key',
      [{ PutRequest: { Item: attributes({ n: 1 }) } }],
      'One or more parameter values were invalid: Missing the key pk in the item',
    ],
    [
      'a wrong key',
      [{ PutRequest: { Item: attributes({ pk: 1 }) } }],
      'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    ],
    [
      'a long key',
      [{ PutRequest: { Item: key('x'.repeat(2049)) } }],
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
  ])('do not write %s', async (_, tab, sentence) => {
    await using db = openDynamo();
    await db.table();
    expect(await refusal(db.call('BatchWriteItem', { RequestItems: { tab } as never }))).toBe(`ValidationException: ${sentence}`);
  });
});

describe('capacity', () => {
  const indexes = {
    ...keySchema('pk:S sk:N +a:S +b:S'),
    LocalSecondaryIndexes: [
      {
        IndexName: 'local',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'a', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'global', KeySchema: [{ AttributeName: 'b', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  };

  it('counts items and what changes in indexes', async () => {
    await using db = openDynamo();
    await db.table('pk:S', indexes);
    const units = async (more: Record<string, unknown>) => {
      const { ConsumedCapacity: used } = await db.call('PutItem', {
        TableName,
        Item: attributes({ pk: 'p', sk: 1, ...more }),
        ReturnConsumedCapacity: 'INDEXES',
      });
      return [
        used?.CapacityUnits,
        used?.Table?.CapacityUnits,
        used?.LocalSecondaryIndexes?.local?.CapacityUnits,
        used?.GlobalSecondaryIndexes?.global?.CapacityUnits,
      ];
    };
    expect(await units({})).toEqual([1, 1, undefined, undefined]);
    expect(await units({ a: 'x', b: 'y' })).toEqual([3, 1, 1, 1]);
    expect(await units({ a: 'x', b: 'y' })).toEqual([1, 1, undefined, undefined]);
    expect(await units({ a: 'x', b: 'y', text: 'z'.repeat(1100) })).toEqual([4, 2, 2, undefined]);
    expect(await units({ a: 'x', b: 'w', text: 'z'.repeat(1100) })).toEqual([6, 2, 2, 2]);
    expect(await units({})).toEqual([5, 2, 2, 1]);
  });

  it('tells the size of item collections', async () => {
    await using db = openDynamo();
    await db.table('pk:S', indexes);
    const { ItemCollectionMetrics } = await db.call('PutItem', {
      TableName,
      Item: attributes({ pk: 'p', sk: 1 }),
      ReturnItemCollectionMetrics: 'SIZE',
    });
    expect(ItemCollectionMetrics).toEqual({ ItemCollectionKey: { pk: value('p') }, SizeEstimateRangeGB: [0, 1] });
  });

  it('rounds reads up to 4 KB, and halves them when they need not be consistent', async () => {
    await using db = openDynamo();
    await db.table();
    // pk: 2 + 1, text: 4 + n
    await db.put(attributes({ pk: 'a', text: 'x'.repeat(4096 - 7) }), attributes({ pk: 'b', text: 'x'.repeat(4096 - 6) }));
    const units = async (pk: string, ConsistentRead: boolean) =>
      (await db.call('GetItem', { TableName, Key: key(pk), ConsistentRead, ReturnConsumedCapacity: 'TOTAL' })).ConsumedCapacity
        ?.CapacityUnits;
    expect([await units('a', true), await units('a', false), await units('b', true), await units('none', true)]).toEqual([1, 0.5, 2, 1]);
  });

  it('throttles what exceeds the provisioned rate and five minutes of burst', async () => {
    await using db = openDynamo();
    await db.table('pk:S', { BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } });
    const put = () => refusal(db.call('PutItem', { TableName, Item: key('a') }));
    const answers = [];
    for (let i = 0; i < 301; i++) answers.push(await put());
    expect(answers.filter((answer) => answer === 'no error')).toHaveLength(300);
    expect(answers.at(-1)).toMatch(
      /^ProvisionedThroughputExceededException: The level of configured provisioned throughput for the table was exceeded/,
    );
    expect(await refusal(db.call('GetItem', { TableName, Key: key('a') }))).toBe('no error');
    await db.pass(2);
    const batch = await db.call('BatchWriteItem', {
      RequestItems: { tab: ['x', 'y', 'z'].map((pk) => ({ PutRequest: { Item: key(pk) } })) },
    });
    expect(batch.UnprocessedItems).toEqual({ tab: [{ PutRequest: { Item: key('z') } }] });
  });
});

describe('limits of whole transactions', () => {
  const large = 'x'.repeat(390_000);
  const many = Array.from({ length: 11 }, (_, i) => `k${i}`);

  it('writes 4 MB at most', async () => {
    await using db = openDynamo();
    await db.table();
    const failure = await write(
      db,
      many.map((pk) => put(pk, { large })),
    ).catch((error) => error);
    expect(failure).toMatchObject({
      code: 'ValidationException',
      message: 'The aggregate size of the items in the transaction exceeds 4 MB',
    });
    expect(await get(db, 'k0')).toBeUndefined();
    await write(
      db,
      many.slice(1).map((pk) => put(pk, { large })),
    );
  });

  it('reads 4 MB at most, and nothing twice', async () => {
    await using db = openDynamo();
    await db.table();
    for (const pk of many) await db.put(attributes({ pk, large }));
    const read = (...keys: string[]) =>
      db.call('TransactGetItems', { TransactItems: keys.map((pk) => ({ Get: { TableName, Key: key(pk) } })) });
    await expect(read(...many)).rejects.toMatchObject({ code: 'ValidationException' });
    expect((await read(...many.slice(1))).Responses).toHaveLength(10);
    await expect(read('k1', 'k1')).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });
});
