import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import type { Scenario } from './scenario';

const configuration = `
resource "aws_dynamodb_table" "orders" {
  name         = "terraform-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "customer"
  range_key    = "number"
  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "number"
    type = "N"
  }
  attribute {
    name = "state"
    type = "S"
  }
  global_secondary_index {
    name               = "by-state"
    hash_key           = "state"
    range_key          = "number"
    projection_type    = "INCLUDE"
    non_key_attributes = ["total", "currency"]
  }
  local_secondary_index {
    name            = "by-customer-state"
    range_key       = "state"
    projection_type = "KEYS_ONLY"
  }
  ttl {
    attribute_name = "until"
    enabled        = true
  }
  tags = { team = "x" }
}
resource "aws_dynamodb_table" "provisioned" {
  name           = "terraform-provisioned"
  read_capacity  = 2
  write_capacity = 3
  hash_key       = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled = true
  }
}
resource "aws_dynamodb_table_item" "order" {
  table_name = aws_dynamodb_table.orders.name
  hash_key   = "customer"
  range_key  = "number"
  item       = jsonencode({ customer = { S = "c" }, number = { N = "1" }, state = { S = "new" }, total = { N = "9.5" } })
}
`;

export const dynamodb: Scenario = {
  name: 'dynamodb',
  what: 'tables with indexes, time to live and tags',
  configuration,
  async check({ config }) {
    const found = await new DynamoDBClient(config).send(
      new QueryCommand({
        TableName: 'terraform-orders',
        IndexName: 'by-state',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': { S: 'new' } },
      }),
    );
    expect(found.Items).toEqual([{ customer: { S: 'c' }, number: { N: '1' }, state: { S: 'new' }, total: { N: '9.5' } }]);
  },
};
