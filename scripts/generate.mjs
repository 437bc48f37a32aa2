/** Makes what follows from the sources: API types from the tables, the list of services, docs/coverage.md. Skips what is up to date. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { filesUnder, isFresh, markFresh, stampOf } from './build/freshness.mjs';
import { generateServices } from './generate-services.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** Each step: what it reads, what it writes, and how. A step whose inputs have not changed is skipped. */
const steps = [
  {
    name: 'api-types',
    inputs: ['src/api', 'scripts/api-models'],
    output: 'generated/api/index.ts',
    run: () => execFileSync(execPath, ['scripts/run.mjs', 'scripts/api-models/emit-types.ts'], { cwd: root, stdio: 'inherit' }),
  },
  {
    name: 'services',
    inputs: ['src/services', 'src/kernel', 'scripts/generate-services.mjs'],
    output: 'generated/services.ts',
    run: () => generateServices(root),
  },
  {
    name: 'coverage',
    inputs: ['src/api/tables', 'generated/services.ts', 'scripts/coverage.ts'],
    output: 'docs/coverage.md',
    run: () => execFileSync(execPath, ['scripts/run.mjs', 'scripts/coverage.ts'], { cwd: root, stdio: 'inherit' }),
  },
];

/** Brings `generated/` and docs/coverage.md up to date. */
export async function generate() {
  for (const { name, inputs, output, run } of steps) {
    const stampFile = join(root, 'node_modules/.cache/nuvola', `${name}.stamp`);
    const stamp = stampOf(filesUnder(...inputs.map((path) => join(root, path))));
    if (existsSync(join(root, output)) && isFresh(stampFile, stamp)) continue;
    await run();
    markFresh(stampFile, stamp);
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await generate().catch((error) => {
    console.error(`not generated: ${error.message}`);
    process.exitCode = 1;
  });
}
