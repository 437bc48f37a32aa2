import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
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
