/**
 * What each operation needs to be allowed (service authorization reference, DynamoDB). A read through an index needs the
 * right on the index, a transaction the rights of what it does.
 */
import type { DynamoDB } from '../../../generated/api/dynamodb';
import { type Access, type AccessNeed, derivedAt, type Place, tagsOfList } from '../../kernel';
import type { ItemRequest } from './item-conditions';
import { tableArn } from './state';

const arnOfName = derivedAt((name, at) => (name.startsWith('arn:') ? name : tableArn(name, at)));

/** Names of actions are written out whole: put together anew for each call, they would have to be read again to be looked up. */
const need = (action: string, name: string, at: Place, detail?: ItemRequest): AccessNeed => ({
  action,
  resource: arnOfName(name, at),
  detail,
});

const onTable =
  (action: string) =>
  ({ TableName }: { readonly TableName: string }, at: Place): readonly AccessNeed[] => [need(action, TableName, at)];

const onResource =
  (action: string) =>
  ({ ResourceArn }: { readonly ResourceArn: string }): readonly AccessNeed[] => [{ action, resource: ResourceArn }];

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
  return [{ action, resource, detail: { kind, parameters: input, capacity: input.ReturnConsumedCapacity } }];
}

export const access: Access<DynamoDB> = {
  BatchGetItem: ({ RequestItems, ReturnConsumedCapacity: capacity }, at) =>
    Object.entries(RequestItems).map(([name, request]) =>
      need('dynamodb:BatchGetItem', name, at, { kind: 'get', parameters: request, items: request.Keys, capacity }),
    ),
  BatchWriteItem: ({ RequestItems, ReturnConsumedCapacity: capacity }, at) =>
    Object.entries(RequestItems).map(([name, requests]) => {
      const items = requests.flatMap(({ PutRequest: put, DeleteRequest: remove }) => [
        ...(put ? [put.Item] : []),
        ...(remove ? [remove.Key] : []),
      ]);
      return need('dynamodb:BatchWriteItem', name, at, { kind: 'batch-write', parameters: {}, items, capacity });
    }),
  CreateTable: ({ TableName, Tags, ResourcePolicy }, at) => {
    const requestTags = Tags && Tags.length > 0 ? tagsOfList(Tags) : undefined;
    return [
      { ...need('dynamodb:CreateTable', TableName, at), ...(requestTags && { requestTags }) },
      ...(requestTags ? [{ ...need('dynamodb:TagResource', TableName, at), requestTags }] : []),
      // "To attach a policy while creating a table you need both permissions" (Developer Guide, "Create a table with a resource-based policy").
      ...(ResourcePolicy === undefined ? [] : [need('dynamodb:PutResourcePolicy', TableName, at)]),
    ];
  },
  DeleteItem: onKey('dynamodb:DeleteItem', 'write'),
  DeleteResourcePolicy: onResource('dynamodb:DeleteResourcePolicy'),
  DeleteTable: onTable('dynamodb:DeleteTable'),
  DescribeContinuousBackups: onTable('dynamodb:DescribeContinuousBackups'),
  DescribeEndpoints: () => [{ action: 'dynamodb:DescribeEndpoints', resource: '*' }],
  DescribeLimits: () => [{ action: 'dynamodb:DescribeLimits', resource: '*' }],
  DescribeTable: onTable('dynamodb:DescribeTable'),
  DescribeTimeToLive: onTable('dynamodb:DescribeTimeToLive'),
  GetItem: onKey('dynamodb:GetItem', 'get'),
  GetResourcePolicy: onResource('dynamodb:GetResourcePolicy'),
  // As denials show it.
  ListTables: (_input, at) => [need('dynamodb:ListTables', '*', at)],
  ListTagsOfResource: onResource('dynamodb:ListTagsOfResource'),
  PutItem: (input, at) => [
    need('dynamodb:PutItem', input.TableName, at, {
      kind: 'write',
      parameters: input,
      items: [input.Item],
      capacity: input.ReturnConsumedCapacity,
    }),
  ],
  PutResourcePolicy: onResource('dynamodb:PutResourcePolicy'),
  Query: (input, at) => onTableOrIndex('dynamodb:Query', 'query', input, at),
  Scan: (input, at) => onTableOrIndex('dynamodb:Scan', 'scan', input, at),
  TagResource: ({ ResourceArn, Tags }) => [{ action: 'dynamodb:TagResource', resource: ResourceArn, requestTags: tagsOfList(Tags) }],
  TransactGetItems: ({ TransactItems, ReturnConsumedCapacity: capacity }, at) =>
    TransactItems.map(({ Get }) =>
      need('dynamodb:GetItem', Get.TableName, at, {
        kind: 'get',
        parameters: Get,
        items: [Get.Key],
        capacity,
        enclosing: 'TransactGetItems',
      }),
    ),
  TransactWriteItems: ({ TransactItems, ReturnConsumedCapacity: capacity }, at) => {
    const enclosing = 'TransactWriteItems';
    return TransactItems.flatMap(({ ConditionCheck: check, Put: put, Delete: remove, Update: update }) => [
      ...(check
        ? [need('dynamodb:ConditionCheckItem', check.TableName, at, { kind: 'check', parameters: check, items: [check.Key], capacity })]
        : []),
      ...(put
        ? [need('dynamodb:PutItem', put.TableName, at, { kind: 'write', parameters: put, items: [put.Item], capacity, enclosing })]
        : []),
      ...(remove
        ? [
            need('dynamodb:DeleteItem', remove.TableName, at, {
              kind: 'write',
              parameters: remove,
              items: [remove.Key],
              capacity,
              enclosing,
            }),
          ]
        : []),
      ...(update
        ? [
            need('dynamodb:UpdateItem', update.TableName, at, {
              kind: 'write',
              parameters: update,
              items: [update.Key],
              capacity,
              enclosing,
            }),
          ]
        : []),
    ]);
  },
  UntagResource: ({ ResourceArn, TagKeys }) => [{ action: 'dynamodb:UntagResource', resource: ResourceArn, tagKeys: TagKeys }],
  UpdateItem: onKey('dynamodb:UpdateItem', 'write'),
  UpdateTable: onTable('dynamodb:UpdateTable'),
  UpdateTimeToLive: onTable('dynamodb:UpdateTimeToLive'),
};
