/** DynamoDB's everyday calls on items of about 450 bytes. */
import type { LoadRequest, Server } from './processes';
import { dynamodb, plain } from './requests';
import type { Scenario } from './throughput';

export const TableName = 'bench';
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

export const key = (pk: string, sk: number) => ({ pk: { S: pk }, sk: { N: String(sk) } });

export const item = (pk: string, sk: number) => ({
  ...key(pk, sk),
  email: { S: `someone-${sk}@example.com` },
  created: { S: '2026-11-21T15:00:00.000Z' },
  balance: { N: '12345.67' },
  active: { BOOL: true },
  labels: { SS: ['red', 'green', 'blue'] },
  address: { M: { street: { S: '1 Long Street' }, town: { S: 'Somewhere' }, code: { S: '12345' } } },
  note: { S: 'x'.repeat(120) },
});

export const createTable = (server: Server) =>
  dynamodb(
    server,
    'CreateTable',
    {
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
    },
    { expect: 'TableDescription' },
  );

const puts = (server: Server, count: number) => range(count).map((n) => dynamodb(server, 'PutItem', { TableName, Item: item('user', n) }));
const bare = (server: Server): readonly LoadRequest[] => [
  plain(server, 'POST', '/small', JSON.stringify({ TableName, Item: item('user', 1) })),
];
const filled = (server: Server) => [createTable(server), ...puts(server, 1000)];

export const dynamodbScenarios: readonly Scenario[] = [
  {
    tag: 'dynamodb',
    what: 'DynamoDB PutItem',
    atMost: 2,
    prepare: (server) => [createTable(server)],
    requests: (server) => puts(server, 1000),
    bare,
  },
  {
    tag: 'dynamodb',
    what: 'DynamoDB GetItem',
    atMost: 2,
    prepare: filled,
    requests: (server) => range(1000).map((n) => dynamodb(server, 'GetItem', { TableName, Key: key('user', n) }, { expect: 'email' })),
    bare,
  },
  {
    tag: 'dynamodb',
    what: 'DynamoDB UpdateItem',
    atMost: 2,
    prepare: filled,
    requests: (server) =>
      range(1000).map((n) =>
        dynamodb(server, 'UpdateItem', {
          TableName,
          Key: key('user', n),
          UpdateExpression: 'SET visits = if_not_exists(visits, :zero) + :one',
          ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' } },
        }),
      ),
    bare,
  },
  {
    tag: 'dynamodb',
    what: 'DynamoDB Query of 20 items',
    atMost: 4,
    prepare: filled,
    requests: (server) =>
      range(100).map((n) =>
        dynamodb(
          server,
          'Query',
          {
            TableName,
            KeyConditionExpression: 'pk = :pk AND sk >= :sk',
            ExpressionAttributeValues: { ':pk': { S: 'user' }, ':sk': { N: String(n * 9) } },
            Limit: 20,
          },
          { expect: '"Count":20' },
        ),
      ),
    bare,
  },
  {
    tag: 'dynamodb',
    what: 'DynamoDB TransactWriteItems of 2',
    atMost: 3,
    prepare: filled,
    requests: (server) =>
      range(500).map((n) =>
        dynamodb(server, 'TransactWriteItems', {
          TransactItems: [
            { Put: { TableName, Item: item('user', n) } },
            {
              Update: {
                TableName,
                Key: key('user', n + 500),
                UpdateExpression: 'SET balance = balance - :one',
                ConditionExpression: 'attribute_exists(pk)',
                ExpressionAttributeValues: { ':one': { N: '1' } },
              },
            },
          ],
        }),
      ),
    bare,
  },
  {
    tag: 'dynamodb',
    what: 'DynamoDB BatchWriteItem of 25',
    atMost: 7,
    prepare: filled,
    requests: (server) =>
      range(40).map((n) =>
        dynamodb(server, 'BatchWriteItem', {
          RequestItems: { [TableName]: range(25).map((i) => ({ PutRequest: { Item: item('user', n * 25 + i) } })) },
        }),
      ),
    bare: (server) => [plain(server, 'POST', '/small', JSON.stringify(range(25).map((n) => item('user', n))))],
  },
];
