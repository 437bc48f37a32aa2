import { test } from 'vitest';
import { outputOf, runScript } from './tools';

const version = outputOf('aws', '--version');
const python = outputOf('python3', '--version');

test.skipIf(version === undefined || python === undefined)(
  'AWS CLI: a day in the life of IAM (needs aws and python3)',
  () => runScript('aws_cli_iam.py'),
  180_000,
);
