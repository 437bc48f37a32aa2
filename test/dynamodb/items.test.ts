import { describe, expect, it } from 'vitest';
import { attributes, openDynamo } from './direct';

const TableName = 'tab';

describe('single items', () => {
  it('are put, got, replaced and deleted', async () => {
    await using db = openDynamo();
    await db.table('pk:S sk:N');
    const item = attributes({
      pk: 'a',
      sk: 1,
      text: 'x',
      bytes: Buffer.from('hi'),
      list: [1, 'b', { c: null }],
      tags: new Set(['p', 'q']),
    });
    expect(await db.call('PutItem', { TableName, Item: item })).toEqual({});
    const Key = attributes({ pk: 'a', sk: 1 });
    expect(await db.call('GetItem', { TableName, Key })).toEqual({ Item: item });
    const replaced = await db.call('PutItem', { TableName, Item: Key, ReturnValues: 'ALL_OLD' });
    expect(replaced.Attributes).toEqual(item);
    expect((await db.call('DeleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' })).Attributes).toEqual(Key);
    expect(await db.call('GetItem', { TableName, Key })).toEqual({});
    expect(await db.call('DeleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' })).toEqual({});
  });
});
