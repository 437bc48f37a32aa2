/**
 * What each operation needs to be allowed (service authorization reference, DynamoDB). A read through an index needs the
 * right on the index, a transaction the rights of what it does.
 */
import type { DynamoDB } from '../../../generated/api/dynamodb';
import { type Access, type AccessNeed, derivedAt, type Place, tagsOfList } from '../../kernel';
import type { ItemRequest } from './item-conditions';
import { tableArn } from './state';

const arnOfName = derivedAt((name, at) => (name.startsWith('arn:') ? name : tableArn(name, at)));

const need = (action: string, name: string, at: Place, detail?: ItemRequest): AccessNeed => ({
  action: `dynamodb:${action}`,
  resource: arnOfName(name, at),
  detail,
});

const onTable =
  (action: string) =>
  ({ TableName }: { readonly TableName: string }, at: Place): readonly AccessNeed[] => [need(action, TableName, at)];

const onResource =
  (action: string) =>
  ({ ResourceArn }: { readonly ResourceArn: string }): readonly AccessNeed[] => [{ action: `dynamodb:${action}`, resource: ResourceArn }];

const onKey =
  (action: string, kind: ItemRequest['kind']) =>
  (input: DynamoDB['GetItem']['input'] | DynamoDB['DeleteItem']['input'] | DynamoDB['UpdateItem']['input'], at: Place) => [
    need(action, input.TableName, at, { kind, parameters: input, items: [input.Key], capacity: input.ReturnConsumedCapacity }),
  ];

function onTableOrIndex(
  action: string,
  kind: 'query' | 'scan',
  input: DynamoDB['Query']['input'] | DynamoDB['Scan']['input'],
  at: Place,
): AccessNeed[] {
  const table = arnOfName(input.TableName, at);
  const resource = input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`;
  return [{ action: `dynamodb:${action}`, resource, detail: { kind, parameters: input, capacity: input.ReturnConsumedCapacity } }];
}

export const access: Access<DynamoDB> = {
  BatchGetItem: ({ RequestItems, ReturnConsumedCapacity: capacity }, at) =>
    Object.entries(RequestItems).map(([name, request]) =>
      need('BatchGetItem', name, at, { kind: 'get', parameters: request, items: request.Keys, capacity }),
    ),
  BatchWriteItem: ({ RequestItems, ReturnConsumedCapacity: capacity }, at) =>
    Object.entries(RequestItems).map(([name, requests]) => {
      const items = requests.flatMap(({ PutRequest: put, DeleteRequest: remove }) => [
        ...(put ? [put.Item] : []),
        ...(remove ? [remove.Key] : []),
      ]);
      return need('BatchWriteItem', name, at, { kind: 'batch-write', parameters: {}, items, capacity });
    }),
  CreateTable: ({ TableName, Tags, ResourcePolicy }, at) => {
    const requestTags = Tags && Tags.length > 0 ? tagsOfList(Tags) : undefined;
    return [
      { ...need('CreateTable', TableName, at), ...(requestTags && { requestTags }) },
      ...(requestTags ? [{ ...need('TagResource', TableName, at), requestTags }] : []),
      // "To attach a policy while creating a table you need both permissions" (Developer Guide, "Create a table with a resource-based policy").
      ...(ResourcePolicy === undefined ? [] : [need('PutResourcePolicy', TableName, at)]),
    ];
  },
  DeleteItem: onKey('DeleteItem', 'write'),
  DeleteResourcePolicy: onResource('DeleteResourcePolicy'),
  DeleteTable: onTable('DeleteTable'),
  DescribeContinuousBackups: onTable('DescribeContinuousBackups'),
  DescribeEndpoints: () => [{ action: 'dynamodb:DescribeEndpoints', resource: '*' }],
  DescribeLimits: () => [{ action: 'dynamodb:DescribeLimits', resource: '*' }],
  DescribeTable: onTable('DescribeTable'),
  DescribeTimeToLive: onTable('DescribeTimeToLive'),
  GetItem: onKey('GetItem', 'get'),
  GetResourcePolicy: onResource('GetResourcePolicy'),
  // As denials show it.
  ListTables: (_input, at) => [need('ListTables', '*', at)],
  ListTagsOfResource: onResource('ListTagsOfResource'),
  PutItem: (input, at) => [
    need('PutItem', input.TableName, at, { kind: 'write', parameters: input, items: [input.Item], capacity: input.ReturnConsumedCapacity }),
  ],
  PutResourcePolicy: onResource('PutResourcePolicy'),
  Query: (input, at) => onTableOrIndex('Query', 'query', input, at),
  Scan: (input, at) => onTableOrIndex('Scan', 'scan', input, at),
  TagResource: ({ ResourceArn, Tags }) => [{ action: 'dynamodb:TagResource', resource: ResourceArn, requestTags: tagsOfList(Tags) }],
  TransactGetItems: ({ TransactItems, ReturnConsumedCapacity: capacity }, at) =>
    TransactItems.map(({ Get }) =>
      need('GetItem', Get.TableName, at, { kind: 'get', parameters: Get, items: [Get.Key], capacity, enclosing: 'TransactGetItems' }),
    ),
  TransactWriteItems: ({ TransactItems, ReturnConsumedCapacity: capacity }, at) => {
    const enclosing = 'TransactWriteItems';
    return TransactItems.flatMap(({ ConditionCheck: check, Put: put, Delete: remove, Update: update }) => [
      ...(check
        ? [need('ConditionCheckItem', check.TableName, at, { kind: 'check', parameters: check, items: [check.Key], capacity })]
        : []),
      ...(put ? [need('PutItem', put.TableName, at, { kind: 'write', parameters: put, items: [put.Item], capacity, enclosing })] : []),
      ...(remove
        ? [need('DeleteItem', remove.TableName, at, { kind: 'write', parameters: remove, items: [remove.Key], capacity, enclosing })]
        : []),
      ...(update
        ? [need('UpdateItem', update.TableName, at, { kind: 'write', parameters: update, items: [update.Key], capacity, enclosing })]
        : []),
    ]);
  },
  UntagResource: ({ ResourceArn, TagKeys }) => [{ action: 'dynamodb:UntagResource', resource: ResourceArn, tagKeys: TagKeys }],
  UpdateItem: onKey('UpdateItem', 'write'),
  UpdateTable: onTable('UpdateTable'),
  UpdateTimeToLive: onTable('UpdateTimeToLive'),
};
