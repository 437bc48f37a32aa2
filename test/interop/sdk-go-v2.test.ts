import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run, Scratch, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const cwd = fileURLToPath(new URL('sdk-go', import.meta.url));
const hasModules = outputOf('go', '-C', cwd, 'mod', 'download') !== undefined;

test.skipIf(!hasModules)(
  'SDK for Go v2: S3 with waiters, SQS, STS and their errors (needs go, and its modules or a proxy that has them)',
  async () => {
    using scratch = new Scratch();
    await using server = await Server.start(['--log', 'errors', '--strict']);
    const program = scratch.file(process.platform === 'win32' ? 'client.exe' : 'client');
    expect(await run('go', ['build', '-o', program, '.'], { cwd })).toMatchObject({ code: 0 });
    const outcome = await run(program, [], { env: await environmentFor(server) });
    expect(outcome).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
  },
  300_000,
);
