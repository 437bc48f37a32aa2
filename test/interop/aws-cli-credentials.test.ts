import { test } from 'vitest';
import { outputOf, runScript } from './tools';

const version = outputOf('aws', '--version');
const python = outputOf('python3', '--version');
const openssl = outputOf('openssl', 'version');
const sshKeygen = outputOf('sh', '-c', 'command -v ssh-keygen');

test.skipIf([version, python, openssl, sshKeygen].includes(undefined))(
  'AWS CLI: credentials, reports and the simulator of IAM (needs aws, python3, openssl and ssh-keygen)',
  () => runScript('aws_cli_credentials.py'),
  180_000,
);
