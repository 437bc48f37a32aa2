import { test } from 'vitest';
import { outputOf, runScript } from './tools';

const boto3 = outputOf('python3', '-c', 'import boto3; print(boto3.__version__)');

test.skipIf(boto3 === undefined)(
  'boto3: clients, resources, waiters, paginators and presigned URLs (needs python3 with boto3)',
  () => runScript('boto3_clients.py'),
  60_000,
);

test.skipIf(boto3 === undefined)(
  'boto3: the DynamoDB resource, its batch writer, conditions, paginators and waiters (needs python3 with boto3)',
  () => runScript('boto3_dynamodb.py'),
  60_000,
);
