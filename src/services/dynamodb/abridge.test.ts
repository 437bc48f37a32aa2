import { describe, expect, it } from 'vitest';
import { abridge } from './abridge';
import { plainItemOf } from './plain-items';

describe('abridged requests', () => {
  const cut = (operation: string, request: unknown) => {
    const found = abridge(operation, Buffer.from(typeof request === 'string' ? request : JSON.stringify(request)));
    if (found === undefined) return undefined;
    const input = JSON.parse(Buffer.from(found.body).toString()) as Record<string, unknown>;
    return found.complete(input) ? input : undefined;
  };
  const a = { pk: { S: 'a' } };
  const b = { pk: { S: 'b' }, n: { N: '2' } };

  it.each([
    ['PutItem', { TableName: 't', Item: a, ConditionExpression: 'attribute_not_exists(pk)' }],
    [
      'BatchWriteItem',
      { RequestItems: { one: [{ PutRequest: { Item: a } }, { DeleteRequest: { Key: a } }], two: [{ PutRequest: { Item: b } }] } },
    ],
    [
      'BatchWriteItem',
      { RequestItems: { one: [{ PutRequest: { Item: a } }, { PutRequest: { Item: b } }], two: [{ PutRequest: { Item: b } }] } },
    ],
    [
      'TransactWriteItems',
      { TransactItems: [{ Put: { TableName: 't', Item: a } }, { Delete: { TableName: 't', Key: a } }, { Put: { Item: b } }] },
    ],
  ])('are completed to what was sent: %s', (operation, request) => {
    const found = cut(operation, request);
    expect(JSON.parse(JSON.stringify(found))).toEqual(request);
    expect(found).toEqual(request);
  });

  it('hold items that are still text', () => {
    const found = cut('PutItem', { TableName: 't', Item: b });
    const item = plainItemOf(found?.['Item'] as object);
    expect(item).toMatchObject({ bytes: 3 + 1 + 2, json: JSON.stringify(b) });
    expect(item?.attribute('n')).toEqual({ N: '2' });
    expect(plainItemOf({})).toBeUndefined();
  });

  it.each([
    [
      'a key that is called Item',
      'TransactWriteItems',
      { TransactItems: [{ Put: { Item: a } }, { Delete: { Key: { Item: { M: { N: '1' } } } } }] },
    ],
    ['an expectation of an attribute that is called Item', 'PutItem', { Item: a, Expected: { Item: { Value: { S: 'x' } } } }],
    [
      'a table whose name is a number',
      'BatchWriteItem',
      { RequestItems: { one: [{ PutRequest: { Item: a } }], 123: [{ PutRequest: { Item: b } }] } },
    ],
    [
      'puts inside of an item, and a list that is empty',
      'BatchWriteItem',
      { RequestItems: { one: [{ DeleteRequest: { Key: { l: { L: [{ PutRequest: { Item: a } }] } } } }], two: [] } },
    ],
    ['a put with more than an item', 'BatchWriteItem', { RequestItems: { one: [{ PutRequest: { Item: a, Key: null } }] } }],
    ['Item twice', 'PutItem', '{"Item":{"pk":{"S":"a"}},"Item":{"pk":{"S":"b"}}}'],
    ['a table twice', 'BatchWriteItem', '{"RequestItems":{"t":[{"PutRequest":{"Item":{}}}],"t":[{"PutRequest":{"Item":{}}}]}}'],
    ['a table twice, once without puts', 'BatchWriteItem', '{"RequestItems":{"t":[{"PutRequest":{"Item":{}}}],"t":[]}}'],
    ['no item', 'PutItem', { TableName: 't' }],
    ['a null', 'PutItem', { Item: a, ReturnValues: null }],
    ['a null in an item', 'PutItem', { Item: { pk: { S: null } } }],
    ['an escape', 'PutItem', '{"Item":{"pk":{"S":"\\n"}}}'],
    ['more than ASCII', 'PutItem', { Item: { pk: { S: 'é' } } }],
    ['white space in an item', 'PutItem', '{"Item":{\n"pk":{"S":"a"}}}'],
    ['a control character', 'PutItem', '{"Item":{"pk":{"S":"a\tb"}}}'],
    ['another operation', 'UpdateItem', { Item: a }],
    ['a long body', 'PutItem', { Item: { pk: { S: 'x'.repeat(70_000) } } }],
  ])('are not made of: %s', (_what, operation, request) => {
    expect(cut(operation, request)).toBeUndefined();
  });

  it('may have a delete only in the text of an item', () => {
    const request = { RequestItems: { one: [{ PutRequest: { Item: { pk: { S: 'DeleteRequest' }, DeleteRequest: { S: 'x' } } } }] } };
    expect(cut('BatchWriteItem', request)).toEqual(request);
  });

  it('may have a null in the text of an item', () => {
    const request = { TableName: 't', Item: { pk: { S: 'null' } } };
    expect(cut('PutItem', request)).toEqual(request);
  });

  it('keep an attribute called Item inside an item', () => {
    const request = { TableName: 't', Item: { pk: { S: 'a' }, Item: { M: { Item: { S: 'x' } } } } };
    expect(cut('PutItem', request)).toEqual(request);
  });
});
