import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../cli/command';

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const jest = join(root, 'node_modules/jest/bin/jest.js');

const runners = [
  ['node:test', ['--no-warnings', '--test', 'examples/node-test.test.mjs']],
  ['Vitest', [vitest, 'run', '--config', 'examples/vitest.config.ts']],
  // Jest's own runner takes 250 packages; Vitest offers the same globals, which is all that this example uses.
  ['Jest (by Vitest with its globals)', [vitest, 'run', '--config', 'examples/jest-by-vitest.config.ts']],
] as const;

test.each(runners)(
  'the example for %s runs',
  async (_, args) => {
    const { code, stdout, stderr } = await run(process.execPath, args, { cwd: root });
    expect({ code, output: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, output: '' });
  },
  60_000,
);

test.skipIf(!existsSync(jest))(
  'the example for Jest runs by Jest (needs jest, which is not among our dependencies)',
  async () => {
    const { code, stderr } = await run(process.execPath, [jest, '--rootDir', 'examples', '--testMatch', '**/jest.test.cjs'], { cwd: root });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  },
  60_000,
);
