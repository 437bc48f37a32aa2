import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const version = outputOf('aws', '--version');
const python = outputOf('python3', '--version');
const openssl = outputOf('openssl', 'version');
const sshKeygen = outputOf('sh', '-c', 'command -v ssh-keygen');

test.skipIf([version, python, openssl, sshKeygen].includes(undefined))(
  'AWS CLI: credentials, reports and the simulator of IAM (needs aws, python3, openssl and ssh-keygen)',
  async () => {
    await using server = await Server.start(['--log', 'errors', '--strict']);
    const script = fileURLToPath(new URL('aws_cli_credentials.py', import.meta.url));
    const env = { ...(await environmentFor(server)), AWS_PAGER: '', PYTHONUTF8: '1' };
    const { code, stdout, stderr } = await run('python3', [script], { env });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe('done');
  },
  180_000,
);
