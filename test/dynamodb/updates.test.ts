import { describe, expect, it } from 'vitest';
import { attributes, openDynamo, refusal, value } from './direct';

const TableName = 'tab';
const Key = attributes({ pk: 'a' });
const before = {
  n: 1,
  s: 'text',
  list: ['a', 'b', 'c'],
  map: { x: { y: 1 } },
  words: new Set(['p', 'q']),
  primes: new Set([2, 3]),
};
const values: Record<string, unknown> = {
  ':one': 1,
  ':big': 41,
  ':s': 'new',
  ':list': ['x'],
  ':words': new Set(['q', 'r']),
  ':allWords': new Set(['p', 'q']),
  ':primes': new Set([3, 5]),
  ':empty': [],
  ':map': {},
};
const names: Record<string, string> = { '#p': '__proto__', '#map': 'map', '#list': 'list' };

function placeholders(expression: string) {
  const used = (known: Record<string, unknown>) =>
    Object.keys(known).filter((name) => new RegExp(`${name}(?![a-zA-Z0-9_])`).test(expression));
  const [usedNames, usedValues] = [used(names), used(values)];
  return {
    ...(usedNames.length > 0 && { ExpressionAttributeNames: Object.fromEntries(usedNames.map((name) => [name, names[name] as string])) }),
    ...(usedValues.length > 0 && { ExpressionAttributeValues: Object.fromEntries(usedValues.map((name) => [name, value(values[name])])) }),
  };
}

async function update(UpdateExpression: string, item: Record<string, unknown> | undefined = before) {
  await using db = openDynamo();
  await db.table();
  if (item !== undefined) await db.put({ ...Key, ...attributes(item) });
  const { Attributes } = await db.call('UpdateItem', {
    TableName,
    Key,
    UpdateExpression,
    ReturnValues: 'ALL_NEW',
    ...placeholders(UpdateExpression),
  });
  const { Item } = await db.call('GetItem', { TableName, Key });
  expect(Item).toEqual(Attributes);
  return Attributes;
}

describe('update expressions', () => {
  it.each([
    ['SET s = :s', { s: 'new' }],
    ['set s = :s, n = n + :big', { s: 'new', n: 42 }],
    ['SET n = :one - n', { n: 0 }],
    ['SET n = (n + :one)', { n: 2 }],
    ['SET n = n', {}],
    ['SET c = n, n = :big', { c: 1, n: 41 }],
    ['SET c = if_not_exists(c, :one) + :one', { c: 2 }],
    ['SET n = if_not_exists(n, :big)', {}],
    ['SET #list = list_append(#list, :list)', { list: ['a', 'b', 'c', 'x'] }],
    ['SET #list = list_append(:list, #list)', { list: ['x', 'a', 'b', 'c'] }],
    ['SET l2 = list_append(if_not_exists(l2, :empty), :list)', { l2: ['x'] }],
    ['SET #list[1] = :s', { list: ['a', 'new', 'c'] }],
    ['SET #list[9] = :s, #list[7] = :one', { list: ['a', 'b', 'c', 1, 'new'] }],
    ['SET #map.x.z = :s', { map: { x: { y: 1, z: 'new' } } }],
    ['SET #map.x.y = #map.x.y + :one', { map: { x: { y: 2 } } }],
    ['REMOVE s', { s: undefined }],
    ['REMOVE gone', {}],
    ['REMOVE #list[0], #list[2]', { list: ['b'] }],
    ['REMOVE #list[5]', {}],
    ['REMOVE #map.x.y', { map: { x: {} } }],
    ['REMOVE #list[0] SET #list[1] = :s', { list: ['new', 'c'] }],
    ['ADD n :big', { n: 42 }],
    ['ADD c :one', { c: 1 }],
    ['ADD #map.x.y :one', { map: { x: { y: 2 } } }],
    ['ADD words :words', { words: new Set(['p', 'q', 'r']) }],
    ['ADD primes :primes', { primes: new Set([2, 3, 5]) }],
    ['DELETE words :words', { words: new Set(['p']) }],
    ['DELETE words :allWords', { words: undefined }],
    ['DELETE gone :words', {}],
    ['SET s = :s REMOVE n ADD c :one DELETE words :words', { s: 'new', n: undefined, c: 1, words: new Set(['p']) }],
  ])('%s', async (expression, changes) => {
    const expected = Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, each]) => each !== undefined));
    expect(await update(expression)).toEqual({ ...Key, ...attributes(expected) });
  });

  it('copies values: what is changed afterwards is not what was copied', async () => {
    expect(await update('SET copied = #map, #map.x.y = :big')).toMatchObject(
      attributes({ copied: { x: { y: 1 } }, map: { x: { y: 41 } } }),
    );
  });

  it('takes names that objects of JavaScript have', async () => {
    const updated = await update('SET #p = :s');
    expect(Object.getOwnPropertyDescriptor(updated, '__proto__')?.value).toEqual(value('new'));
  });

  it('makes an item, but not to take something from it', async () => {
    expect(await update('SET s = :s', undefined as never)).toBeDefined();
    await using db = openDynamo();
    await db.table();
    await db.call('UpdateItem', { TableName, Key, UpdateExpression: 'REMOVE s' });
    expect(await db.call('GetItem', { TableName, Key })).toEqual({});
    await db.call('UpdateItem', { TableName, Key });
    expect(await db.call('GetItem', { TableName, Key })).toEqual({ Item: Key });
  });

  it.each([
    ['ALL_OLD', { pk: 'a', n: 1, m: { x: 1, y: 2 } }],
    ['UPDATED_OLD', { n: 1, m: { x: 1 } }],
    ['UPDATED_NEW', { n: 2, m: { x: 3 } }],
    ['ALL_NEW', { pk: 'a', n: 2, m: { x: 3, y: 2 } }],
    ['NONE', undefined],
  ] as const)('returns %s', async (ReturnValues, expected) => {
    await using db = openDynamo();
    await db.table();
    await db.put(attributes({ pk: 'a', n: 1, m: { x: 1, y: 2 } }));
    const { Attributes } = await db.call('UpdateItem', {
      TableName,
      Key,
      UpdateExpression: 'SET n = :n, m.x = :x',
      ExpressionAttributeValues: attributes({ ':n': 2, ':x': 3 }),
      ReturnValues,
    });
    expect(Attributes).toEqual(expected && attributes(expected));
  });

  it.each([
    ['', 'The expression can not be empty;'],
    ['SET', 'Syntax error; token: "<EOF>", near: "SET"'],
    ['set {0}', 'Syntax error; token: "{", near: "set {0"'],
    ['a = :one', 'Syntax error; token: "a", near: "a ="'],
    ['SET a = :one b', 'Syntax error; token: "b", near: ":one b"'],
    ['SET a = n + ', 'Syntax error; token: "<EOF>", near: "+"'],
    ['ADD a b', 'Syntax error; token: "b", near: "a b"'],
    ['SET name = :one', 'Attribute name is a reserved keyword; reserved keyword: name'],
    [`SET a = ${'('.repeat(1900)}b${')'.repeat(1900)}`, 'The expression has redundant parentheses;'],
    ['SET a = foo(a, b)', 'Invalid function name; function: foo'],
    ['SET a = size(b)', 'The function is not allowed in an update expression; function: size'],
    ['SET a = :one SET b = :one', 'The "SET" section can only be used once in an update expression;'],
    ['SET #none = :one', 'An expression attribute name used in the document path is not defined; attribute name: #none'],
    ['SET a = :none', 'An expression attribute value used in expression is not defined; attribute value: :none'],
    [
      'SET a = :one, a.b = :one',
      'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]',
    ],
    [
      'SET a.b = :one REMOVE a[1]',
      'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]',
    ],
    ['ADD a :s', 'Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND'],
    [
      'DELETE a :one',
      'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND',
    ],
    ['SET a = b + :s', 'Incorrect operand type for operator or function; operator or function: +, operand type: S'],
    ['SET a = list_append(b, :s)', 'Incorrect operand type for operator or function; operator or function: list_append, operand type: S'],
    ['SET a = if_not_exists(:one, :s)', 'Operator or function requires a document path; operator or function: if_not_exists'],
    [
      'SET a = if_not_exists(b)',
      'Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1',
    ],
  ])('refuses %s', async (UpdateExpression, sentence) => {
    await using db = openDynamo();
    const answer = await refusal(db.call('UpdateItem', { TableName, Key, UpdateExpression, ...placeholders(UpdateExpression) }));
    expect(answer).toBe(`ValidationException: Invalid UpdateExpression: ${sentence}`);
  });

  it.each([
    ['SET pk = :s', 'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key'],
    ['REMOVE pk', 'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key'],
    ['SET pk.x = :s', "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk"],
    ['SET gone.x = :s', 'The document path provided in the update expression is invalid for update'],
    ['SET s.x = :s', 'The document path provided in the update expression is invalid for update'],
    ['SET #list.x = :s', 'The document path provided in the update expression is invalid for update'],
    ['SET #map[0] = :s', 'The document path provided in the update expression is invalid for update'],
    ['REMOVE gone.x', 'The document path provided in the update expression is invalid for update'],
    ['SET a = gone', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET a = gone + :one', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET a = s + :one', 'An operand in the update expression has an incorrect data type'],
    ['ADD s :one', 'An operand in the update expression has an incorrect data type'],
    ['ADD primes :words', 'An operand in the update expression has an incorrect data type'],
    ['DELETE n :words', 'An operand in the update expression has an incorrect data type'],
    ['SET a = list_append(s, :list)', 'An operand in the update expression has an incorrect data type'],
  ])('refuses %s of this item', async (UpdateExpression, sentence) => {
    expect(await refusal(update(UpdateExpression))).toBe(`ValidationException: ${sentence}`);
  });

  it('refuses an item that grows too large', async () => {
    await using db = openDynamo();
    await db.table();
    await db.put(attributes({ pk: 'a', s: 'x'.repeat(300_000) }));
    const grow = db.call('UpdateItem', { TableName, Key, UpdateExpression: 'SET t = s' });
    expect(await refusal(grow)).toBe('ValidationException: Item size to update has exceeded the maximum allowed size');
  });
});

describe('AttributeUpdates', () => {
  it('put, add and delete', async () => {
    await using db = openDynamo();
    await db.table();
    await db.put({ ...Key, ...attributes(before) });
    const { Attributes } = await db.call('UpdateItem', {
      TableName,
      Key,
      ReturnValues: 'ALL_NEW',
      AttributeUpdates: {
        s: { Value: value('put') },
        n: { Action: 'ADD', Value: value(1) },
        list: { Action: 'ADD', Value: value(['d']) },
        map: { Action: 'DELETE' },
        words: { Action: 'DELETE', Value: value(new Set(['p'])) },
      },
    });
    expect(Attributes).toEqual(
      attributes({ pk: 'a', s: 'put', n: 2, list: ['a', 'b', 'c', 'd'], words: new Set(['q']), primes: new Set([2, 3]) }),
    );
  });

  it.each([
    [
      { a: { Action: 'PUT' } },
      'One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified',
    ],
    [{ a: { Action: 'ADD', Value: value('s') } }, 'One or more parameter values were invalid: ADD action is not supported for the type S'],
    [
      { a: { Action: 'DELETE', Value: value(1) } },
      'One or more parameter values were invalid: DELETE action with value is not supported for the type N',
    ],
  ])('refuses %j', async (AttributeUpdates, sentence) => {
    await using db = openDynamo();
    expect(await refusal(db.call('UpdateItem', { TableName, Key, AttributeUpdates }))).toBe(`ValidationException: ${sentence}`);
  });
});
