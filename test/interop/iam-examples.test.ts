import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const hasTools = outputOf('aws', '--version') !== undefined && outputOf('sh', '-c', 'echo') !== undefined;
const hasBoto3 = hasTools && outputOf('python3', '-c', 'import boto3') !== undefined;

async function runs(script: string): Promise<void> {
  await using server = await Server.start(['--log', 'errors', '--strict', '--iam', 'enforce']);
  const { code, stdout, stderr } = await run('sh', [`${examples}${script}`], { env: await environmentFor(server) });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').at(-1)).toBe('== done');
}

test.concurrent.skipIf(!hasBoto3)(
  'two accounts and a role (needs aws, sh, python3 and boto3)',
  () => runs('two-accounts/walk.sh'),
  180_000,
);
test.concurrent.skipIf(!hasTools)('the IAM lab (needs aws and sh)', () => runs('iam-lab/lab.sh'), 180_000);
