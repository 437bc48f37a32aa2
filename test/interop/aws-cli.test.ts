import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { command, run, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const version = outputOf('aws', '--version');
const python = outputOf('python3', '--version');

test.skipIf(version === undefined || python === undefined)(
  'AWS CLI: s3, s3api, sts, and sqs through nuvola aws (needs aws and python3)',
  async () => {
    await using server = await Server.start(['--log', 'errors', '--strict']);
    const script = fileURLToPath(new URL('aws_cli.py', import.meta.url));
    const env = { ...(await environmentFor(server)), NUVOLA_URL: server.url, AWS_PAGER: '', PYTHONUTF8: '1' };
    const { code, stdout, stderr } = await run('python3', [script, process.execPath, command], { env });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe('done');
  },
  120_000,
);
