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

const knowsDelegation = `import boto3; boto3.client('iam', region_name='us-east-1').create_delegation_request`;

test.skipIf(outputOf('python3', '-c', knowsDelegation) === undefined)(
  'boto3: delegation requests, from the template to credentials (needs python3 with a boto3 of 2026)',
  () => runScript('boto3_delegation.py'),
  60_000,
);
