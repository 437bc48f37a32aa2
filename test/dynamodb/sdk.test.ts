import { request } from 'node:http';
import { crc32 } from 'node:zlib';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { QueryCommand as DocumentQuery, DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { account, ownCloud, type TestAccount } from '../server';

const TableName = 'things';

async function open(at: TestAccount = account()) {
  const client = new DynamoDBClient(at.config);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return client;
}

const rawCall = (at: TestAccount, operation: string, body: string) =>
  fetch(at.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${at.id}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body,
  });

describe('the official client', () => {
  it('waits for tables that are there, and for those that are gone', async () => {
    const client = await open();
    const waiter = { client, maxWaitTime: 5, minDelay: 1 };
    expect((await waitUntilTableExists(waiter, { TableName })).state).toBe('SUCCESS');
    await client.send(new DeleteTableCommand({ TableName }));
    expect((await waitUntilTableNotExists(waiter, { TableName })).state).toBe('SUCCESS');
    await expect(waitUntilTableExists({ ...waiter, maxWaitTime: 1 }, { TableName })).rejects.toThrow();
  });

  it('gets back every type as it was', async () => {
    const client = await open();
    const Item = {
      pk: { S: 'a"\\ü😀' },
      sk: { N: '-1.5' },
      bytes: { B: new Uint8Array([0, 255]) },
      groups: { M: { ss: { SS: ['a', 'b'] }, ns: { NS: ['1', '2'] }, bs: { BS: [new Uint8Array([1]), new Uint8Array([2])] } } },
      list: { L: [{ BOOL: true }, { NULL: true as const }, { S: '' }, { B: new Uint8Array() }] },
    };
    await client.send(new PutItemCommand({ TableName, Item }));
    const Key = { pk: Item.pk, sk: { N: '-1.50' } };
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item).toEqual(Item);
    const projected = await client.send(new GetItemCommand({ TableName, Key, ProjectionExpression: 'bytes, groups.bs' }));
    expect(projected.Item).toEqual({ bytes: Item.bytes, groups: { M: { bs: Item.groups.M.bs } } });
  });

  it('pages, batches and transacts', async () => {
    const client = await open();
    const items = Array.from({ length: 25 }, (_, n) => ({ pk: { S: 'p' }, sk: { N: String(n) }, text: { S: 'x'.repeat(100_000) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } }));
    const sizes: (number | undefined)[] = [];
    const query = { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'p' } } };
    for await (const page of paginateQuery({ client }, query)) sizes.push(page.Count);
    expect(sizes).toEqual([11, 11, 3]);
    let scanned = 0;
    for await (const page of paginateScan({ client }, { TableName })) scanned += page.Count ?? 0;
    expect(scanned).toBe(25);
    const Keys = [0, 1].map((n) => ({ pk: { S: 'p' }, sk: { N: String(n) } }));
    const got = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ProjectionExpression: 'sk' } } }));
    expect(got.Responses).toEqual({ [TableName]: [{ sk: { N: '0' } }, { sk: { N: '1' } }] });
    const failure = await client
      .send(
        new TransactWriteItemsCommand({
          TransactItems: [
            {
              Put: {
                TableName,
                Item: { pk: { S: 'p' }, sk: { N: '0' } },
                ConditionExpression: 'attribute_not_exists(pk)',
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
          ],
        }),
      )
      .catch((error) => error);
    expect(failure.name).toBe('TransactionCanceledException');
    expect(failure.CancellationReasons).toEqual([
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: items[0] },
    ]);
  });

  it('gets errors with their codes, sentences and items', async () => {
    const client = await open();
    await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' }, sk: { N: '1' } } }));
    const failure = await client
      .send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: 'a' }, sk: { N: '1' } },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .catch((error) => error);
    expect(failure).toBeInstanceOf(DynamoDBServiceException);
    expect([failure.name, failure.message, failure.Item]).toEqual([
      'ConditionalCheckFailedException',
      'The conditional request failed',
      { pk: { S: 'a' }, sk: { N: '1' } },
    ]);
    await expect(client.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM things' }))).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
    await expect(client.send(new QueryCommand({ TableName, KeyConditionExpression: 'pk = :x' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('speaks documents', async () => {
    const client = DynamoDBDocumentClient.from(await open());
    await client.send(new PutCommand({ TableName, Item: { pk: 'a', sk: 1, tags: new Set(['x']), deep: { list: [1, null, 'two'] } } }));
    const Key = { pk: 'a', sk: 1 };
    await client.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET deep.#l[0] = deep.#l[0] + :n',
        ExpressionAttributeNames: { '#l': 'list' },
        ExpressionAttributeValues: { ':n': 41 },
      }),
    );
    expect((await client.send(new GetCommand({ TableName, Key }))).Item).toEqual({
      ...Key,
      tags: new Set(['x']),
      deep: { list: [42, null, 'two'] },
    });
    const found = await client.send(
      new DocumentQuery({ TableName, KeyConditionExpression: 'pk = :a AND sk < :n', ExpressionAttributeValues: { ':a': 'a', ':n': 2 } }),
    );
    expect(found.Count).toBe(1);
  });
});

describe('the wire', () => {
  it.each([
    '123456789012.ddb.us-east-1.amazonaws.com',
    'dynamodb.us-east-1.amazonaws.com',
    'dynamodb.us-east-1.localhost.localstack.cloud',
  ])('answers at %s', async (host) => {
    const { url } = account();
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = { host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.DescribeEndpoints' };
      request(url, { method: 'POST', headers }, (response) => {
        response.setEncoding('utf8').on('data', (text) => resolve(`${response.statusCode} ${text}`));
      })
        .on('error', reject)
        .end('{}');
    });
    expect(answer).toBe(`200 {"Endpoints":[{"Address":"${host}","CachePeriodInMinutes":1440}]}`);
  });

  it.each([
    ['ListTables', '{}', 200],
    ['ListTables', '{"Limit":0}', 400],
    ['DescribeTable', '{"TableName":"none"}', 400],
    ['Nothing', '{}', expect.any(Number)],
    ['ExecuteStatement', '{"Statement":"x"}', 501],
  ])('says the CRC-32 of each answer: %s %s', async (operation, body, status) => {
    const answer = await rawCall(account(), operation, body);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('x-amz-crc32')]).toEqual([status, String(crc32(bytes))]);
  });

  it('refuses 26 puts in one batch in the same words, whether their items are taken as text or read', async () => {
    const at = account();
    await open(at);
    const puts = (space: string) =>
      Array.from({ length: 26 }, (_, n) => `{"PutRequest":{"Item":{${space}"pk":{"S":"a"},"sk":{"N":"${n}"}}}}`).join(',');
    const answers = ['', ' '].map(async (space) => {
      const answer = await rawCall(at, 'BatchWriteItem', `{"RequestItems":{"${TableName}":[${puts(space)}]}}`);
      return { status: answer.status, error: await answer.json() };
    });
    const [asText, read] = await Promise.all(answers);
    expect(asText).toEqual(read);
    expect(read).toMatchObject({ status: 400, error: { __type: expect.stringContaining('ValidationException') } });
  });

  it.each([
    [
      'PutItem',
      '{"TableName":"tab"}',
      'com.amazon.coral.validate#ValidationException',
      "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null",
    ],
    [
      'PutItem',
      '{"TableName":"tab","Item":{"a":{"S":1}}}',
      'com.amazon.coral.service#SerializationException',
      'NUMBER_VALUE cannot be converted to String',
    ],
    ['PutItem', '{', 'com.amazon.coral.service#SerializationException', undefined],
    [
      'PutItem',
      '{"TableName":"tab","Item":{},"ReturnValues":"x","ReturnConsumedCapacity":"y"}',
      'com.amazon.coral.validate#ValidationException',
      "2 validation errors detected: Value 'x' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATED_NEW]; Value 'y' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]",
    ],
    [
      'GetItem',
      '{"TableName":"tab","Key":{}}',
      'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      'Requested resource not found',
    ],
    [
      'Scan',
      '{"TableName":"tab","Limit":0}',
      'com.amazon.coral.validate#ValidationException',
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
  ])('%s %s', async (operation, body, type, sentence) => {
    const answer = (await (await rawCall(account(), operation, body)).json()) as { __type: string; message?: string; Message?: string };
    expect(answer.__type).toBe(type);
    if (sentence !== undefined) expect(answer.message ?? answer.Message).toBe(sentence);
  });
});

describe('a cloud of one’s own', () => {
  it('expires items on its clock', async () => {
    await using cloud = await ownCloud();
    const at = cloud.account();
    const client = await open({ config: at.config() } as TestAccount);
    const document = DynamoDBDocumentClient.from(client);
    const { UpdateTimeToLiveCommand } = await import('@aws-sdk/client-dynamodb');
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } }));
    const Key = { pk: 'a', sk: 1 };
    await document.send(new PutCommand({ TableName, Item: { ...Key, until: Math.floor(cloud.clock.now() / 1000) + 3600 } }));
    await cloud.clock.advance(3_500_000);
    expect((await document.send(new GetCommand({ TableName, Key }))).Item).toBeDefined();
    await cloud.clock.advance(200_000);
    expect((await document.send(new GetCommand({ TableName, Key }))).Item).toBeUndefined();
  });

  it('keeps tables and items on disk', async () => {
    const { mkdtemp, rm } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const data = await mkdtemp(join(tmpdir(), 'nuvola-dynamodb-'));
    try {
      const Key = { pk: 'a', sk: 1 };
      for (const first of [true, false]) {
        await using cloud = await ownCloud({ data });
        const config = cloud.config({ account: '123456789012' });
        const client = first ? await open({ config } as TestAccount) : new DynamoDBClient(config);
        const document = DynamoDBDocumentClient.from(client);
        if (first) await document.send(new PutCommand({ TableName, Item: { ...Key, bytes: new Uint8Array([1, 2]), n: 1 } }));
        expect((await document.send(new GetCommand({ TableName, Key }))).Item).toEqual({ ...Key, bytes: new Uint8Array([1, 2]), n: 1 });
      }
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});
