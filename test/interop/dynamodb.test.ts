import { fileURLToPath } from 'node:url';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
import { providerMirror, TerraformWorkspace } from './terraform-workspace';
import { environmentFor, outputOf } from './tools';

const boto3 = outputOf('python3', '-c', 'import boto3; print(boto3.__version__)');

test.skipIf(boto3 === undefined)(
  'boto3: the DynamoDB resource, its batch writer, conditions, paginators and waiters (needs python3 with boto3)',
  async () => {
    await using server = await Server.start(['--log', 'errors', '--strict']);
    const script = fileURLToPath(new URL('boto3_dynamodb.py', import.meta.url));
    const { code, stdout, stderr } = await run('python3', [script], { env: await environmentFor(server) });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout.trim()).toBe('done');
  },
  60_000,
);

const mirror = providerMirror();

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

test.skipIf(mirror === undefined)(
  'Terraform: tables with indexes, time to live and tags are applied, unchanged in a second plan, used, and destroyed (needs terraform and its AWS provider in a local mirror)',
  async () => {
    await using terraform = await TerraformWorkspace.open(mirror as string, configuration);
    await terraform.call('apply', '-auto-approve', '-input=false');
    await terraform.call('plan', '-detailed-exitcode', '-input=false');
    const found = await new DynamoDBClient(terraform.server.config()).send(
      new QueryCommand({
        TableName: 'terraform-orders',
        IndexName: 'by-state',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': { S: 'new' } },
      }),
    );
    expect(found.Items).toEqual([{ customer: { S: 'c' }, number: { N: '1' }, state: { S: 'new' }, total: { N: '9.5' } }]);
    await terraform.call('destroy', '-auto-approve', '-input=false');
  },
  180_000,
);
