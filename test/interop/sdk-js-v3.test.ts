import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
import { environmentFor } from './tools';

test('SDK for JavaScript v3: clients without configuration, waiters, paginators, lib-storage, virtual hosts', async () => {
  await using server = await Server.start(['--log', 'errors', '--strict']);
  const script = fileURLToPath(new URL('sdk-js-v3-clients.mjs', import.meta.url));
  const { code, stdout, stderr } = await run(process.execPath, ['--no-warnings', script], { env: await environmentFor(server) });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').at(-1)).toBe('done');
}, 60_000);
