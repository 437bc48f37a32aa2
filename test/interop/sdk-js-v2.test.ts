import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nuvola, Scratch, Server } from '../cli/command';
import { outputOf } from './tools';

const program = fileURLToPath(new URL('sdk-js-v2.cjs', import.meta.url));
const hasSdk = outputOf(process.execPath, '--no-warnings', '-e', 'require("aws-sdk")') !== undefined;

test.skipIf(!hasSdk)(
  'SDK for JavaScript v2: S3, SQS, DynamoDB and STS at its own endpoints (needs aws-sdk, in NODE_PATH)',
  async () => {
    using scratch = new Scratch();
    const env = { NUVOLA_HOME: scratch.file('home'), HOME: scratch.path, USERPROFILE: scratch.path };
    await using server = await Server.start(['--log', 'errors', '--strict'], { env });
    const outcome = await nuvola(['run', '--', process.execPath, '--no-warnings', program], { env: { ...env, NUVOLA_URL: server.url } });
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code: 0, stdout: 'done\n' });
  },
  120_000,
);
