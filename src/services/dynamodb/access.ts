/** What each operation needs to be allowed. A read through an index needs the right on the index. */
import type { DynamoDB } from '../../../generated/api/dynamodb';
import type { Access, AccessNeed, Place } from '../../kernel';
import { tableArn } from './state';

const arnOfName = (name: string, at: Place) => (name.startsWith('arn:') ? name : tableArn(name, at));

const need = (action: string, name: string, at: Place): AccessNeed => ({ action: `dynamodb:${action}`, resource: arnOfName(name, at) });

const onTable =
  (action: string) =>
  ({ TableName }: { readonly TableName: string }, at: Place): readonly AccessNeed[] => [need(action, TableName, at)];

const onTableOrIndex =
  (action: string) =>
  ({ TableName, IndexName }: { readonly TableName: string; readonly IndexName?: string | undefined }, at: Place): readonly AccessNeed[] => {
    const table = arnOfName(TableName, at);
    return [{ action: `dynamodb:${action}`, resource: IndexName === undefined ? table : `${table}/index/${IndexName}` }];
  };

const onResource =
  (action: string) =>
  ({ ResourceArn }: { readonly ResourceArn: string }): readonly AccessNeed[] => [{ action: `dynamodb:${action}`, resource: ResourceArn }];

const onEach =
  (action: string) =>
  ({ RequestItems }: { readonly RequestItems: object }, at: Place): readonly AccessNeed[] =>
    Object.keys(RequestItems).map((name) => need(action, name, at));

export const access: Access<DynamoDB> = {
  BatchGetItem: onEach('BatchGetItem'),
  BatchWriteItem: onEach('BatchWriteItem'),
  CreateTable: ({ TableName, Tags }, at) => [
    need('CreateTable', TableName, at),
    ...(Tags && Tags.length > 0 ? [need('TagResource', TableName, at)] : []),
  ],
  DeleteItem: onTable('DeleteItem'),
  DeleteTable: onTable('DeleteTable'),
  DescribeContinuousBackups: onTable('DescribeContinuousBackups'),
  DescribeTable: onTable('DescribeTable'),
  DescribeTimeToLive: onTable('DescribeTimeToLive'),
  GetItem: onTable('GetItem'),
  ListTagsOfResource: onResource('ListTagsOfResource'),
  PutItem: onTable('PutItem'),
  Query: onTableOrIndex('Query'),
  Scan: onTableOrIndex('Scan'),
  TagResource: onResource('TagResource'),
  // Transactions need the rights of what they do (Developer Guide, "Using IAM with DynamoDB transactions").
  TransactGetItems: ({ TransactItems }, at) => TransactItems.map(({ Get }) => need('GetItem', Get.TableName, at)),
  TransactWriteItems: ({ TransactItems }, at) =>
    TransactItems.flatMap(({ ConditionCheck, Put, Delete, Update }) => [
      ...(ConditionCheck ? [need('ConditionCheckItem', ConditionCheck.TableName, at)] : []),
      ...(Put ? [need('PutItem', Put.TableName, at)] : []),
      ...(Delete ? [need('DeleteItem', Delete.TableName, at)] : []),
      ...(Update ? [need('UpdateItem', Update.TableName, at)] : []),
    ]),
  UntagResource: onResource('UntagResource'),
  UpdateItem: onTable('UpdateItem'),
  UpdateTable: onTable('UpdateTable'),
  UpdateTimeToLive: onTable('UpdateTimeToLive'),
};
