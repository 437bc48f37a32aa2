import { describe, expect, it } from 'vitest';
import { attributes, openDynamo, refusal, value } from './direct';

const TableName = 'tab';
const item = {
  pk: 'a',
  text: 'hello',
  num: 5,
  big: 100,
  bytes: Buffer.from([1, 2, 3]),
  flag: true,
  nothing: null,
  words: new Set(['x', 'y']),
  primes: new Set([2, 3]),
  seq: [1, 'two', { deep: [null, 'bottom'] }],
  map: { inside: { n: 1 }, 'odd.name': 'dot' },
  umlaut: 'äö',
};

const values = {
  ':hello': 'hello',
  ':hell': 'hell',
  ':x': 'x',
  ':z': 'z',
  ':one': 1,
  ':two': 2,
  ':five': 5,
  ':ten': 10,
  ':four': 4,
  ':list': [1],
  ':true': true,
  ':null': null,
  ':S': 'S',
  ':N': 'N',
  ':what': 'WHAT',
  ':bytes': Buffer.from([1, 2]),
  ':bytes2': Buffer.from([2, 3]),
  ':words': new Set(['y', 'x']),
  ':bottom': 'bottom',
  ':dot': 'dot',
} as Record<string, unknown>;

const names: Record<string, string> = { '#t': 'text', '#map': 'map', '#odd': 'odd.name', '#c': 'constructor', '#none': 'none' };

/** Only what the expression uses: the rest would be refused. */
function placeholders(expression: string) {
  const used = (known: Record<string, unknown>) =>
    Object.keys(known).filter((name) => new RegExp(`${name}(?![a-zA-Z0-9_])`).test(expression));
  const usedNames = used(names);
  const usedValues = used(values);
  return {
    ...(usedNames.length > 0 && { ExpressionAttributeNames: Object.fromEntries(usedNames.map((name) => [name, names[name] as string])) }),
    ...(usedValues.length > 0 && { ExpressionAttributeValues: Object.fromEntries(usedValues.map((name) => [name, value(values[name])])) }),
  };
}

describe('conditions', () => {
  it.each([
    // comparisons
    ['#t = :hello', true],
    ['#t <> :hello', false],
    [':hello = #t', true],
    ['num = :five', true],
    ['num > :four', true],
    ['num < :ten', true],
    ['big > :ten', true],
    ['num <= :five AND num >= :five', true],
    ['#t > :one', false],
    ['#t <> :one', true],
    ['flag = :true', true],
    ['nothing = :null', true],
    ['words = :words', true],
    ['#none = :one', false],
    ['#none <> :one', true],
    ['#none < :one', false],
    ['num = big', false],
    ['num < big', true],
    // documents
    ['seq[0] = :one', true],
    ['seq[2].deep[1] = :bottom', true],
    ['#map.inside.n = :one', true],
    ['#map.#odd = :dot', true],
    ['seq[9] = :one', false],
    ['#t.x = :one', false],
    // functions
    ['attribute_exists(#t)', true],
    ['attribute_exists(seq[2].deep)', true],
    ['attribute_exists(#none)', false],
    ['attribute_exists(#c)', false],
    ['attribute_not_exists(#none)', true],
    ['attribute_type(#t, :S)', true],
    ['attribute_type(#t, :N)', false],
    ['begins_with(#t, :hell)', true],
    ['begins_with(#t, :x)', false],
    ['begins_with(bytes, :bytes)', true],
    ['contains(#t, :hell)', true],
    ['contains(words, :x)', true],
    ['contains(words, :z)', false],
    ['contains(primes, :two)', true],
    ['contains(seq, :one)', true],
    ['contains(bytes, :bytes2)', true],
    ['contains(num, :five)', false],
    ['size(#t) = :five', true],
    ['size(words) = :two', true],
    ['size(#map) = :two', true],
    ['size(umlaut) = :four', true],
    ['size(num) = :one', false],
    // BETWEEN, IN, precedence
    ['num BETWEEN :one AND :ten', true],
    ['num between :five and :five', true],
    ['#t BETWEEN :one AND :ten', false],
    ['num IN (:one, :five)', true],
    ['num IN (:one)', false],
    ['NOT num = :five', false],
    ['not (num = :one)', true],
    ['num = :one AND num = :two OR num = :five', true],
    ['num = :five OR num = :one AND num = :two', true],
    ['(num = :five OR num = :one) AND num = :two', false],
    ['NOT num = :one AND num = :five', true],
    ['(num) = (:five)', true],
    ['((num = :one) OR (num = :five))', true],
    ['  num\n=\t:five  ', true],
  ])('%s is %s', async (ConditionExpression, holds) => {
    await using db = openDynamo();
    await db.table();
    await db.put(attributes(item));
    const answer = await refusal(
      db.call('UpdateItem', { TableName, Key: attributes({ pk: 'a' }), ConditionExpression, ...placeholders(ConditionExpression) }),
    );
    expect(answer).toBe(holds ? 'no error' : 'ConditionalCheckFailedException: The conditional request failed');
  });

  it.each([
    ['', 'The expression can not be empty;'],
    ['  ', 'The expression can not be empty;'],
    ['foo', 'Syntax error; token: "<EOF>", near: "foo"'],
    ['a = ', 'Syntax error; token: "<EOF>", near: "="'],
    ['a b', 'Syntax error; token: "b", near: "a b"'],
    ['a = :one :two', 'Syntax error; token: ":two", near: ":one :two"'],
    ['a = = :one', 'Syntax error; token: "=", near: "= = :one"'],
    ['__typename = :one', 'Syntax error; token: "_", near: "__"'],
    ['a AND', 'Syntax error; token: "AND", near: "a AND"'],
    ['(a = :one', 'Syntax error; token: "<EOF>", near: ":one"'],
    ['a IN :one', 'Syntax error; token: ":one", near: "IN :one"'],
    ['a[b] = :one', 'Syntax error; token: "b", near: "[b]"'],
    ['((a = :one))', 'The expression has redundant parentheses;'],
    ['attribute_exists((a)) AND ((a = :one))', 'The expression has redundant parentheses;'],
    [`${'('.repeat(2000)}a = :one${')'.repeat(2000)}`, 'The expression has redundant parentheses;'],
    [`${'NOT '.repeat(400)}a = :one`, 'The expression contains too many operators; operator count: 301'],
    ['foo(a)', 'Invalid function name; function: foo'],
    ['foo(a) AND name = :one', 'Invalid function name; function: foo'],
    ['size(a)', 'The function is not allowed to be used this way in an expression; function: size'],
    ['begins_with(a, :x) = :true', 'The function is not allowed to be used this way in an expression; function: begins_with'],
    ['name = :one', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['a.Status = :one', 'Attribute name is a reserved keyword; reserved keyword: Status'],
    ['#undefined = :one', 'An expression attribute name used in the document path is not defined; attribute name: #undefined'],
    ['a = :undefined', 'An expression attribute value used in expression is not defined; attribute value: :undefined'],
    [
      'attribute_exists(a, b)',
      'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2',
    ],
    ['begins_with(a)', 'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1'],
    ['attribute_exists(:x)', 'Operator or function requires a document path; operator or function: attribute_exists'],
    ['attribute_type(a, :one)', 'Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N'],
    ['attribute_type(a, :what)', 'Invalid attribute type name found; type: WHAT, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}'],
    ['begins_with(a, :one)', 'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N'],
    ['size(:one) = :one', 'Incorrect operand type for operator or function; operator or function: size, operand type: N'],
    [
      'contains(a, a)',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]',
    ],
    [
      'a[1].b = a[1].b',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, [1], b]',
    ],
    [
      'a BETWEEN :ten AND :one',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:1}',
    ],
    [
      'a BETWEEN :x AND :one',
      'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:x}, upper bound operand: AttributeValue: {N:1}',
    ],
    ['a < :true', 'Incorrect operand type for operator or function; operator: <, operand type: BOOL'],
    [`a = :one OR ${'b = :one OR '.repeat(160)}c = :one`, 'The expression contains too many operators; operator count: 301'],
    [`attribute_exists(${'a'.repeat(5000)})`, 'Expression size has exceeded the maximum allowed size; expression size: 5018'],
  ])('refuses %s', async (ConditionExpression, sentence) => {
    await using db = openDynamo();
    // there is no table: expressions are checked first
    const answer = await refusal(
      db.call('PutItem', { TableName, Item: attributes({ pk: 'a' }), ConditionExpression, ...placeholders(ConditionExpression) }),
    );
    expect(answer).toBe(`ValidationException: Invalid ConditionExpression: ${sentence}`);
  });

  it.each([
    [{ ExpressionAttributeNames: { '#a': 'a' } }, 'ExpressionAttributeNames can only be specified when using expressions'],
    [
      { ExpressionAttributeValues: { ':a': value(1) } },
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    ],
    [{ ConditionExpression: 'a = b', ExpressionAttributeNames: {} }, 'ExpressionAttributeNames must not be empty'],
    [
      { ConditionExpression: 'a = b', ExpressionAttributeNames: { a: 'b' } },
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    ],
    [{ ConditionExpression: 'a = b', ExpressionAttributeValues: {} }, 'ExpressionAttributeValues must not be empty'],
    [
      { ConditionExpression: 'a = b', ExpressionAttributeValues: { 'a:': value(1) } },
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "a:"',
    ],
    [
      { ConditionExpression: 'a = b', ExpressionAttributeValues: { ':a': {} } },
      'ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :a',
    ],
    [
      { ConditionExpression: 'a = b', ExpressionAttributeValues: { ':a': { N: 'x' } } },
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :a',
    ],
    [
      { ConditionExpression: 'a = b', ExpressionAttributeNames: { '#a': 'a', '#b': 'b' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
    ],
    [
      { ConditionExpression: 'a = b', ExpressionAttributeValues: { ':a': value(1) } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}',
    ],
    [
      { ConditionExpression: 'a = b', Expected: {} },
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    ],
    [{ ReturnValues: 'ALL_NEW' }, 'ReturnValues can only be ALL_OLD or NONE'],
    [
      { Expected: { a: { Exists: true } } },
      'One or more parameter values were invalid: Value must be provided when Exists is true for Attribute: a',
    ],
    [{ Expected: { a: {} } }, 'One or more parameter values were invalid: Value must be provided when Exists is null for Attribute: a'],
    [
      { Expected: { a: { Exists: false, Value: value(1) } } },
      'One or more parameter values were invalid: Value cannot be used when Exists is false for Attribute: a',
    ],
    [
      { Expected: { a: { ComparisonOperator: 'EQ' } } },
      'One or more parameter values were invalid: Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a',
    ],
    [
      { Expected: { a: { ComparisonOperator: 'BETWEEN', AttributeValueList: [value(1)] } } },
      'One or more parameter values were invalid: Invalid number of argument(s) for the BETWEEN ComparisonOperator',
    ],
    [
      { Expected: { a: { ComparisonOperator: 'LT', AttributeValueList: [value([1])] } } },
      'One or more parameter values were invalid: ComparisonOperator LT is not valid for L AttributeValue type',
    ],
    [{ ConditionalOperator: 'OR' }, 'ConditionalOperator cannot be used without Filter or Expected'],
    [
      { Expected: { a: { Exists: false } }, ConditionalOperator: 'OR' },
      'ConditionalOperator can only be used when Filter or Expected has two or more elements',
    ],
    [{ Item: { pk: {} } }, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
    [
      { Item: { pk: { S: 'a', N: '1' } } },
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [{ Item: { pk: { SS: [] } } }, 'One or more parameter values were invalid: An string set  may not be empty'],
    [{ Item: { pk: { NS: [] } } }, 'One or more parameter values were invalid: An number set  may not be empty'],
    [{ Item: { pk: { BS: [] } } }, 'One or more parameter values were invalid: Binary sets should not be empty'],
    [
      { Item: { pk: { SS: ['a', ''] } } },
      'One or more parameter values were invalid: An string set may not have a empty string as a member',
    ],
    [{ Item: { pk: { SS: ['a', 'a'] } } }, 'One or more parameter values were invalid: Input collection [a, a] contains duplicates.'],
    [{ Item: { pk: { NS: ['1', '1.0'] } } }, 'Input collection contains duplicates'],
    [
      { Item: { pk: { NULL: false } } },
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    ],
    [
      { Item: { pk: value('a'), deep: { M: { x: { L: [{ N: '1e999' }] } } } } },
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
    [{ Item: { pk: value('a'), long: value('x'.repeat(409_600)) } }, 'Item size has exceeded the maximum allowed size'],
    [{ TableName: 'ab' }, 'TableName must be at least 3 characters long and at most 255 characters long'],
    [
      { TableName: 'a;b' },
      "1 validation error detected: Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
  ])('refuses %j', async (more, sentence) => {
    await using db = openDynamo();
    expect(await refusal(db.call('PutItem', { TableName, Item: attributes({ pk: 'a' }), ...more }))).toBe(
      `ValidationException: ${sentence}`,
    );
  });

  it('shows the item that stood against a write when asked', async () => {
    await using db = openDynamo();
    await db.table();
    await db.put(attributes({ pk: 'a', n: 1 }));
    const put = { TableName, Item: attributes({ pk: 'a' }), ConditionExpression: 'attribute_not_exists(pk)' };
    const failure = await db.call('PutItem', { ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }).catch((error) => error);
    expect(failure.fields.Item.value).toEqual(attributes({ pk: 'a', n: 1 }));
    expect((await db.call('PutItem', put).catch((error) => error)).fields).toBeUndefined();
  });

  it.each([
    [{ n: { Value: value(1) } }, undefined, true],
    [{ n: { Value: value(2) } }, undefined, false],
    [{ n: { Exists: true, Value: value(1) }, none: { Exists: false } }, undefined, true],
    [
      {
        n: { ComparisonOperator: 'GE', AttributeValueList: [value(1)] },
        s: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [value('z')] },
      },
      'OR',
      true,
    ],
    [
      {
        n: { ComparisonOperator: 'GE', AttributeValueList: [value(1)] },
        s: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [value('z')] },
      },
      'AND',
      false,
    ],
    [{ s: { ComparisonOperator: 'IN', AttributeValueList: [value('a'), value('text')] } }, undefined, true],
    [{ s: { ComparisonOperator: 'NOT_CONTAINS', AttributeValueList: [value('ex')] } }, undefined, false],
    [{ none: { ComparisonOperator: 'NULL' } }, undefined, true],
    [{ s: { ComparisonOperator: 'NOT_NULL' } }, undefined, true],
    [{ n: { ComparisonOperator: 'BETWEEN', AttributeValueList: [value(0), value(1)] } }, undefined, true],
  ])('Expected %j (%s) is %s', async (Expected, ConditionalOperator, holds) => {
    await using db = openDynamo();
    await db.table();
    await db.put(attributes({ pk: 'a', n: 1, s: 'text' }));
    const answer = await refusal(db.call('DeleteItem', { TableName, Key: attributes({ pk: 'a' }), Expected, ConditionalOperator }));
    expect(answer).toBe(holds ? 'no error' : 'ConditionalCheckFailedException: The conditional request failed');
  });
});
