import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DynamoDB } from '../../generated/api/dynamodb';
import { attributes, type DirectDynamo, keySchema, openDynamo, refusal, value } from './direct';

const TableName = 'tab';
type Query = DynamoDB['Query']['input'];

const indexes = {
  ...keySchema('pk:S sk:N +kind:S +rank:N'),
  LocalSecondaryIndexes: [{ IndexName: 'local', ...schema('pk rank'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
  GlobalSecondaryIndexes: [
    { IndexName: 'all', ...schema('kind rank'), Projection: { ProjectionType: 'ALL' } },
    { IndexName: 'some', ...schema('kind'), Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['extra'] } },
  ],
};

function schema(names: string) {
  return { KeySchema: names.split(' ').map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })) };
}

async function query(db: DirectDynamo, KeyConditionExpression: string, values: Record<string, unknown>, more: Partial<Query> = {}) {
  const input = { TableName, KeyConditionExpression, ExpressionAttributeValues: attributes(values), ...more };
  return db.call('Query', input);
}

const sortKeys = (answer: { readonly Items?: readonly object[] | undefined }) =>
  answer.Items?.map((item) => Object.values((item as { sk: object }).sk)[0]);

describe('queries', () => {
  async function filled(keys: string, sorts: readonly unknown[]) {
    const db = openDynamo();
    await db.table(keys);
    await db.put(...sorts.map((sk) => attributes({ pk: 'a', sk })), attributes({ pk: 'b', sk: sorts[0] }));
    return db;
  }

  it.each([
    ['pk = :a', {}, ['-10', '-1', '0', '1.5', '2', '10', '100']],
    ['pk = :a AND sk = :x', { ':x': 2 }, ['2']],
    ['pk = :a AND sk < :x', { ':x': 0 }, ['-10', '-1']],
    ['pk = :a AND sk <= :x', { ':x': 0 }, ['-10', '-1', '0']],
    ['pk = :a AND sk > :x', { ':x': 2 }, ['10', '100']],
    ['sk >= :x AND pk = :a', { ':x': 2 }, ['2', '10', '100']],
    ['pk = :a AND :x < sk', { ':x': 2 }, ['10', '100']],
    ['pk = :a AND sk BETWEEN :x AND :y', { ':x': -1, ':y': 2 }, ['-1', '0', '1.5', '2']],
    ['(pk = :a) AND (sk > :x)', { ':x': 50 }, ['100']],
  ])('%s %j in the order of numbers', async (expression, more, expected) => {
    await using db = await filled('pk:S sk:N', [100, -1, 2, 10, -10, 0, 1.5]);
    const values = { ':a': 'a', ...more };
    expect(sortKeys(await query(db, expression, values))).toEqual(expected);
    expect(sortKeys(await query(db, expression, values, { ScanIndexForward: false }))).toEqual([...expected].reverse());
  });

  it.each([
    ['begins_with(sk, :x)', { ':x': 'ab' }, ['ab', 'ab\0', 'aba', 'abc']],
    ['sk <= :x', { ':x': 'ab' }, ['a', 'ab']],
    ['sk < :x', { ':x': 'ab' }, ['a']],
    ['sk > :x', { ':x': 'ab' }, ['ab\0', 'aba', 'abc', 'b', '～', '😀']],
    ['sk BETWEEN :x AND :y', { ':x': 'aba', ':y': 'b' }, ['aba', 'abc', 'b']],
  ])('%s %j in the order of UTF-8', async (condition, more, expected) => {
    await using db = await filled('pk:S sk:S', ['😀', 'b', 'ab', '～', 'a', 'abc', 'aba', 'ab\0']);
    expect(sortKeys(await query(db, `pk = :a AND ${condition}`, { ':a': 'a', ...more }))).toEqual(expected);
  });

  it('orders bytes as bytes', async () => {
    await using db = await filled(
      'pk:S sk:B',
      ['ff', '00', '0100', '01', 'ff01'].map((hex) => Buffer.from(hex, 'hex')),
    );
    const hex = (answer: { readonly Items?: readonly object[] | undefined }) =>
      sortKeys(answer)?.map((sk) => Buffer.from(sk as Buffer).toString('hex'));
    expect(hex(await query(db, 'pk = :a', { ':a': 'a' }))).toEqual(['00', '01', '0100', 'ff', 'ff01']);
    expect(hex(await query(db, 'pk = :a AND begins_with(sk, :x)', { ':a': 'a', ':x': Buffer.from('01', 'hex') }))).toEqual(['01', '0100']);
    expect(hex(await query(db, 'pk = :a AND begins_with(sk, :x)', { ':a': 'a', ':x': Buffer.from('ff', 'hex') }))).toEqual(['ff', 'ff01']);
    expect(hex(await query(db, 'pk = :a AND sk <= :x', { ':a': 'a', ':x': Buffer.from('01', 'hex') }))).toEqual(['00', '01']);
  });

  it('pages by Limit in both directions', async () => {
    await using db = await filled('pk:S sk:N', [1, 2, 3, 4, 5]);
    for (const ScanIndexForward of [true, false]) {
      const seen: unknown[] = [];
      let ExclusiveStartKey: Query['ExclusiveStartKey'];
      let pages = 0;
      do {
        const page = await query(db, 'pk = :a', { ':a': 'a' }, { Limit: 2, ScanIndexForward, ExclusiveStartKey });
        seen.push(...(sortKeys(page) ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
        pages++;
      } while (ExclusiveStartKey);
      expect(seen).toEqual(ScanIndexForward ? ['1', '2', '3', '4', '5'] : ['5', '4', '3', '2', '1']);
      expect(pages).toBe(3);
    }
    // a limit that is just reached leaves a key to go on from
    expect((await query(db, 'pk = :a', { ':a': 'a' }, { Limit: 5 })).LastEvaluatedKey).toEqual(attributes({ pk: 'a', sk: 5 }));
  });

  it('ends a page with the item that makes it a megabyte', async () => {
    await using db = openDynamo();
    await db.table('pk:S sk:N');
    // 8 bytes of keys and names, 2 for the number: 100,000 bytes each
    for (let sk = 1; sk <= 20; sk++) await db.put(attributes({ pk: 'a', sk, text: 'x'.repeat(100_000 - 11) }));
    const first = await query(db, 'pk = :a', { ':a': 'a' }, { ReturnConsumedCapacity: 'TOTAL' });
    expect([first.Count, first.LastEvaluatedKey]).toEqual([11, attributes({ pk: 'a', sk: 11 })]);
    expect(first.ConsumedCapacity).toEqual({ TableName, CapacityUnits: Math.ceil((11 * 100_000) / 4096) / 2 });
    const second = await query(db, 'pk = :a', { ':a': 'a' }, { ExclusiveStartKey: first.LastEvaluatedKey });
    expect([second.Count, second.LastEvaluatedKey]).toEqual([9, undefined]);
  });

  it('filters, counts and projects after reading', async () => {
    await using db = openDynamo();
    await db.table('pk:S sk:N');
    await db.put(...[1, 2, 3, 4].map((sk) => attributes({ pk: 'a', sk, even: sk % 2 === 0, m: { x: sk, y: 0 } })));
    const filter = { FilterExpression: 'even = :yes', ProjectionExpression: 'sk, m.x' };
    expect(await query(db, 'pk = :a', { ':a': 'a', ':yes': true }, filter)).toEqual({
      Items: [2, 4].map((sk) => attributes({ sk, m: { x: sk } })),
      Count: 2,
      ScannedCount: 4,
    });
    expect(await query(db, 'pk = :a', { ':a': 'a' }, { Select: 'COUNT' })).toEqual({ Count: 4, ScannedCount: 4 });
    const legacy = await db.call('Query', {
      TableName,
      KeyConditions: {
        pk: { ComparisonOperator: 'EQ', AttributeValueList: [value('a')] },
        sk: { ComparisonOperator: 'GT', AttributeValueList: [value(1)] },
      },
      QueryFilter: { even: { ComparisonOperator: 'EQ', AttributeValueList: [value(false)] } },
      AttributesToGet: ['sk'],
    });
    expect(legacy).toEqual({ Items: [attributes({ sk: 3 })], Count: 1, ScannedCount: 3 });
  });
});

describe('indexes', () => {
  async function filled() {
    const db = openDynamo();
    await db.table('pk:S', indexes);
    await db.put(
      attributes({ pk: 'a', sk: 1, kind: 'k', rank: 3, extra: 'e', other: 'o' }),
      attributes({ pk: 'a', sk: 2, kind: 'k', rank: 1, other: 'o' }),
      attributes({ pk: 'b', sk: 1, kind: 'k' }),
      attributes({ pk: 'b', sk: 2, rank: 9 }),
    );
    return db;
  }

  it('have only items with all of their key', async () => {
    await using db = await filled();
    const ranks = await query(db, 'kind = :k', { ':k': 'k' }, { IndexName: 'all' });
    expect(ranks.Items).toEqual([
      attributes({ pk: 'a', sk: 2, kind: 'k', rank: 1, other: 'o' }),
      attributes({ pk: 'a', sk: 1, kind: 'k', rank: 3, extra: 'e', other: 'o' }),
    ]);
    expect((await query(db, 'kind = :k', { ':k': 'k' }, { IndexName: 'some' })).Items).toEqual(
      expect.arrayContaining([
        attributes({ pk: 'a', sk: 1, kind: 'k', extra: 'e' }),
        attributes({ pk: 'a', sk: 2, kind: 'k' }),
        attributes({ pk: 'b', sk: 1, kind: 'k' }),
      ]),
    );
    const local = await query(
      db,
      'pk = :a AND #r > :zero',
      { ':a': 'a', ':zero': 0 },
      { IndexName: 'local', ExpressionAttributeNames: { '#r': 'rank' } },
    );
    expect(local.Items).toEqual([attributes({ pk: 'a', sk: 2, rank: 1 }), attributes({ pk: 'a', sk: 1, rank: 3 })]);
  });

  it('follow updates and deletes', async () => {
    await using db = await filled();
    const keys = async () => (await query(db, 'kind = :k', { ':k': 'k' }, { IndexName: 'all' })).Items?.map(({ pk, sk }) => [pk?.S, sk?.N]);
    const update = (pk: string, sk: number, UpdateExpression: string, values?: Record<string, unknown>) =>
      db.call('UpdateItem', {
        TableName,
        Key: attributes({ pk, sk }),
        UpdateExpression,
        ...(UpdateExpression.includes('#r') && { ExpressionAttributeNames: { '#r': 'rank' } }),
        ...(values && { ExpressionAttributeValues: attributes(values) }),
      });
    await update('a', 1, 'SET #r = :r', { ':r': 0 });
    expect(await keys()).toEqual([
      ['a', '1'],
      ['a', '2'],
    ]);
    await update('a', 1, 'REMOVE kind');
    expect(await keys()).toEqual([['a', '2']]);
    await update('b', 2, 'SET kind = :k', { ':k': 'k' });
    expect(await keys()).toEqual([
      ['a', '2'],
      ['b', '2'],
    ]);
    await db.call('DeleteItem', { TableName, Key: attributes({ pk: 'a', sk: 2 }) });
    expect(await keys()).toEqual([['b', '2']]);
    const { Table } = await db.call('DescribeTable', { TableName });
    expect(Table?.ItemCount).toBe(3);
    expect(Table?.GlobalSecondaryIndexes?.map(({ ItemCount }) => ItemCount)).toEqual([1, 2]);
  });

  it('fetch what a local index does not hold, and say what it cost', async () => {
    await using db = await filled();
    const more: Partial<Query> = { IndexName: 'local', Select: 'ALL_ATTRIBUTES', ReturnConsumedCapacity: 'INDEXES' };
    const answer = await query(db, 'pk = :a', { ':a': 'a' }, more);
    expect(answer.Items?.map((item) => item.other?.S)).toEqual(['o', 'o']);
    expect(answer.ConsumedCapacity).toEqual({
      TableName,
      CapacityUnits: 1.5,
      Table: { CapacityUnits: 1 },
      LocalSecondaryIndexes: { local: { CapacityUnits: 0.5 } },
    });
  });

  it('page through equal keys', async () => {
    await using db = openDynamo();
    await db.table('pk:S', indexes);
    const all = Array.from({ length: 7 }, (_, i) => attributes({ pk: `p${i}`, sk: i, kind: 'k', rank: 1 }));
    await db.put(...all);
    for (const read of ['Query', 'Scan'] as const) {
      const seen: unknown[] = [];
      let ExclusiveStartKey: Query['ExclusiveStartKey'];
      do {
        const input = { TableName, IndexName: 'all', Limit: 2, ExclusiveStartKey };
        const page = read === 'Scan' ? await db.call('Scan', input) : await query(db, 'kind = :k', { ':k': 'k' }, input);
        seen.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(seen).toHaveLength(7);
      expect(seen).toEqual(expect.arrayContaining(all));
    }
  });

  it('take keys of several attributes, asked for from left to right', async () => {
    await using db = openDynamo();
    await db.table('pk:S', {
      ...keySchema('pk:S +h1:S +h2:N +r1:S +r2:N'),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'multi',
          KeySchema: [
            { AttributeName: 'h1', KeyType: 'HASH' },
            { AttributeName: 'h2', KeyType: 'HASH' },
            { AttributeName: 'r1', KeyType: 'RANGE' },
            { AttributeName: 'r2', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
    for (const [pk, r1, r2] of [
      ['1', 'x', 2],
      ['2', 'x', 1],
      ['3', 'y', 1],
    ])
      await db.put(attributes({ pk, h1: 'h', h2: 7, r1, r2 }));
    await db.put(attributes({ pk: '4', h1: 'h', h2: 7, r1: 'x' }), attributes({ pk: '5', h1: 'h', h2: 8, r1: 'x', r2: 1 }));
    const found = async (condition: string, values: Record<string, unknown>) =>
      (await query(db, condition, values, { IndexName: 'multi' })).Items?.map(({ pk }) => pk?.S).join('');
    const hash = { ':h': 'h', ':n': 7 };
    expect(await found('h1 = :h AND h2 = :n', hash)).toBe('213');
    expect(await found('h1 = :h AND h2 = :n AND r1 = :x', { ...hash, ':x': 'x' })).toBe('21');
    expect(await found('h1 = :h AND h2 = :n AND r1 = :x AND r2 > :o', { ...hash, ':x': 'x', ':o': 1 })).toBe('1');
    expect(await found('h1 = :h AND h2 = :n AND begins_with(r1, :x)', { ...hash, ':x': 'y' })).toBe('3');
    expect(await refusal(found('h1 = :h', { ':h': 'h' }))).toBe('ValidationException: Query condition missed key schema element: h2');
    expect(await refusal(found('h1 = :h AND h2 = :n AND r2 = :o', { ...hash, ':o': 1 }))).toBe(
      'ValidationException: Query condition missed key schema element: r1',
    );
    expect(await refusal(found('h1 = :h AND h2 = :n AND r1 > :x AND r2 = :o', { ...hash, ':x': 'x', ':o': 1 }))).toBe(
      'ValidationException: Query key condition not supported',
    );
  });

  it('refuse values that cannot be their keys', async () => {
    await using db = await filled();
    const put = (more: Record<string, unknown>) =>
      refusal(db.call('PutItem', { TableName, Item: attributes({ pk: 'z', sk: 0, ...more }) }));
    expect(await put({ kind: 1 })).toBe(
      'ValidationException: One or more parameter values were invalid: Type mismatch for Index Key kind Expected: S Actual: N IndexName: all',
    );
    expect(await put({ kind: '' })).toBe(
      'ValidationException: One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: all, IndexKey: kind',
    );
    const update = db.call('UpdateItem', {
      TableName,
      Key: attributes({ pk: 'a', sk: 1 }),
      UpdateExpression: 'SET kind = :n',
      ExpressionAttributeValues: { ':n': value(1) },
    });
    expect(await refusal(update)).toBe(
      'ValidationException: The update expression attempted to update the secondary index key to unsupported type',
    );
  });
});

describe('queries that AWS refuses', () => {
  const a = { ':a': 'a' };
  it.each<[string, Partial<Query>, string]>([
    ['nothing to look for', {}, 'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.'],
    [
      'both styles',
      { KeyConditionExpression: 'pk = :a', KeyConditions: {} },
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {KeyConditions} Expression parameters: {KeyConditionExpression}',
    ],
    [
      'an OR',
      key('pk = :a OR sk = :n', { ...a, ':n': 1 }),
      'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR',
    ],
    ['an IN', key('pk IN (:a)', a), 'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: IN'],
    ['a <>', key('pk <> :a', a), 'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: <>'],
    [
      'a function',
      key('attribute_exists(pk)'),
      'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: attribute_exists',
    ],
    ['a size', key('size(pk) = :a', a), 'Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations'],
    [
      'a nested path',
      key('pk.x = :a', a),
      'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
    ],
    [
      'no attribute',
      key(':a = :a', a),
      'Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: No key attribute specified',
    ],
    [
      'two attributes',
      key('pk = sk'),
      'Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
    ],
    [
      'two conditions on one',
      key('sk > :n AND sk < :n', { ':n': 1 }),
      'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
    ],
    [
      'a prefix the wrong way round',
      key('begins_with(:a, pk)', a),
      'Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand',
    ],
    ['no partition key', key('sk = :n', { ':n': 1 }), 'Query condition missed key schema element: pk'],
    ['an unequal partition key', key('pk > :a', a), 'Query key condition not supported'],
    ['another attribute', key('pk = :a AND kind = :a', a), 'Query condition missed key schema element: sk'],
    [
      'a wrong type',
      key('pk = :n', { ':n': 1 }),
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      'not indexable',
      { KeyConditions: { pk: { ComparisonOperator: 'NULL' } } },
      'Attempted conditional constraint is not an indexable operation',
    ],
    ['an unknown index', { ...key('pk = :a', a), IndexName: 'none' }, 'The table does not have the specified index: none'],
    [
      'consistency of a global index',
      { ...key('kind = :a', a), IndexName: 'all', ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      'all attributes of a part',
      { ...key('kind = :a', a), IndexName: 'some', Select: 'ALL_ATTRIBUTES' },
      'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index some because its projection type is not ALL',
    ],
    [
      'what is not projected',
      { ...key('kind = :a', a), IndexName: 'some', ProjectionExpression: '#o', ExpressionAttributeNames: { '#o': 'other' } },
      'One or more parameter values were invalid: Global secondary index some does not project [other]',
    ],
    [
      'a filter on the key',
      { ...key('pk = :a', a), FilterExpression: 'sk = pk' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: pk',
    ],
    [
      'projected without index',
      { ...key('pk = :a', a), Select: 'ALL_PROJECTED_ATTRIBUTES' },
      'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    ],
    [
      'nothing specific',
      { ...key('pk = :a', a), Select: 'SPECIFIC_ATTRIBUTES' },
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    ],
    [
      'a projected count',
      { ...key('pk = :a', a), Select: 'COUNT', ProjectionExpression: 'sk' },
      'Cannot specify the ProjectionExpression when choosing to get only the Count',
    ],
    [
      'overlapping projection',
      { ...key('pk = :a', a), ProjectionExpression: 'b, b.c' },
      'Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [b], path two: [b, c]',
    ],
    [
      'a start key that is none',
      { ...key('pk = :a', a), ExclusiveStartKey: attributes({ pk: 'a' }) },
      'The provided starting key is invalid',
    ],
    [
      'a start key of a wrong type',
      { ...key('pk = :a', a), ExclusiveStartKey: attributes({ pk: 'a', sk: 'x' }) },
      'The provided key element does not match the schema',
    ],
    [
      'a start key with no value',
      { ...key('pk = :a', a), ExclusiveStartKey: { pk: {} } },
      'The provided starting key is invalid: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      'a start key of another partition',
      { ...key('pk = :a', a), ExclusiveStartKey: attributes({ pk: 'b', sk: 1 }) },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      'a start key outside the range',
      { ...key('pk = :a AND sk > :n', { ...a, ':n': 5 }), ExclusiveStartKey: attributes({ pk: 'a', sk: 1 }) },
      'The provided starting key does not match the range key predicate',
    ],
  ])('%s', async (_, input, sentence) => {
    await using db = openDynamo();
    await db.table('pk:S', indexes);
    expect(await refusal(db.call('Query', { TableName, ...input }))).toBe(`ValidationException: ${sentence}`);
  });

  function key(KeyConditionExpression: string, values?: Record<string, unknown>): Partial<Query> {
    return { KeyConditionExpression, ...(values && { ExpressionAttributeValues: attributes(values) }) };
  }
});

describe('scans', () => {
  it('meet every item once, in segments too', async () => {
    await using db = openDynamo();
    await db.table('pk:S sk:N');
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme' }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (keys, total) => {
          await db.put(...keys.map((pk) => attributes({ pk, sk: 1 })));
          const { Count } = await db.call('Scan', { TableName, Select: 'COUNT' });
          const seen: string[] = [];
          for (let Segment = 0; Segment < total; Segment++) {
            let ExclusiveStartKey: Query['ExclusiveStartKey'];
            do {
              const page = await db.call('Scan', { TableName, Segment, TotalSegments: total, Limit: 9, ExclusiveStartKey });
              seen.push(...(page.Items ?? []).map(({ pk }) => pk?.S as string));
              ExclusiveStartKey = page.LastEvaluatedKey;
            } while (ExclusiveStartKey);
          }
          expect(seen).toHaveLength(Count as number);
          expect(new Set(seen).size).toBe(seen.length);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('spread over segments', async () => {
    await using db = openDynamo();
    await db.table();
    await db.put(...Array.from({ length: 400 }, (_, i) => attributes({ pk: `user-${i}` })));
    const counts = await Promise.all(
      [0, 1, 2, 3].map(async (Segment) => (await db.call('Scan', { TableName, Segment, TotalSegments: 4 })).Count as number),
    );
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });

  it.each<[Partial<DynamoDB['Scan']['input']>, string]>([
    [{ Segment: 0 }, 'The TotalSegments parameter is required but was not present in the request when Segment parameter is present'],
    [{ TotalSegments: 1 }, 'The Segment parameter is required but was not present in the request when parameter TotalSegments is present'],
    [
      { Segment: 2, TotalSegments: 2 },
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2',
    ],
    [{ AttributesToGet: ['a', 'a'] }, 'One or more parameter values were invalid: Duplicate value in attribute name: a'],
    [
      { FilterExpression: 'a = b', ScanFilter: {} },
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {ScanFilter} Expression parameters: {FilterExpression}',
    ],
    [
      { ExpressionAttributeValues: attributes({ ':a': 1 }) },
      'ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null',
    ],
  ])('refuse %j', async (input, sentence) => {
    await using db = openDynamo();
    expect(await refusal(db.call('Scan', { TableName, ...input }))).toBe(`ValidationException: ${sentence}`);
  });
});
