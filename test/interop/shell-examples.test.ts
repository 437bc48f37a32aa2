import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const hasTools = outputOf('aws', '--version') !== undefined && outputOf('sh', '-c', 'echo') !== undefined;
const hasPython = hasTools && outputOf('python3', '--version') !== undefined;
const hasBoto3 = hasPython && outputOf('python3', '-c', 'import boto3') !== undefined;

async function runs(script: string): Promise<void> {
  await using server = await Server.start(['--log', 'errors', '--strict', '--iam', 'enforce']);
  const { code, stdout, stderr } = await run('sh', [`${examples}${script}`], { env: await environmentFor(server) });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').at(-1)).toBe('== done');
}

const together = { concurrent: true, timeout: 240_000 };

test.skipIf(!hasBoto3)('two accounts and a role (needs aws, sh, python3 and boto3)', together, () => runs('two-accounts/walk.sh'));
test.skipIf(!hasPython)('the example who-did-it finds the culprit (needs aws, sh and python3)', together, () =>
  runs('who-did-it/lookup.sh'),
);
test.skipIf(!hasTools)('the IAM lab (needs aws and sh)', together, () => runs('iam-lab/lab.sh'));
