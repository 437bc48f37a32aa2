/**
 * `npm test`: from a fresh clone to the last test. Installs, generates, builds, checks types, lint and house rules, runs all
 * tests, and ends with a plain line `N passed, N failed, N skipped`. `--quick` (`npm run check`) leaves out the build and the
 * whole-system tests. Other arguments go to vitest: `npm test -- src/store`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv, execPath, exit, pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { installIfNeeded } from './build/install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);
const countsFile = join(root, `node_modules/.cache/nuvola/counts-${pid}.json`);

const quick = argv.includes('--quick');
const vitestArgs = [...argv.slice(2).filter((arg) => arg !== '--quick'), ...(quick ? ['src', 'scripts', 'test/tooling'] : [])];

/** Each of these counts as one test. */
const checks = [
  { name: 'generate', args: ['scripts/generate.mjs'] },
  ...(quick ? [] : [{ name: 'build', args: ['scripts/build.mjs'] }]),
  { name: 'API tables', args: ['scripts/run.mjs', 'scripts/api-models/main.ts', '--check'] },
  { name: 'types', args: [bin('typescript/bin/tsc'), '-p', '.'] },
  { name: 'lint and format', args: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'] },
  { name: 'house rules', args: ['scripts/run.mjs', 'scripts/house-rules.ts'] },
];

const counts = { passed: 0, failed: 0, skipped: 0 };

/** @returns {boolean} whether the command succeeded */
function succeeds(/** @type {string[]} */ args, env = {}) {
  try {
    execFileSync(execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    return true;
  } catch {
    return false;
  }
}

try {
  installIfNeeded(root);
} catch {
  console.log('✗ the dependencies could not be installed\n\n0 passed, 1 failed, 0 skipped');
  exit(1);
}
for (const { name, args } of checks) {
  console.log(`— ${name}`);
  const passed = succeeds(args);
  counts[passed ? 'passed' : 'failed']++;
  if (!passed) console.log(`✗ ${name} failed`);
}

console.log('— tests');
const testsPassed = succeeds([bin('vitest/vitest.mjs'), 'run', ...vitestArgs], { NUVOLA_TEST_COUNTS: countsFile });
// Without counts the run broke before its end, whatever its exit code says.
const tests = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : { passed: 0, failed: 1, skipped: 0 };
rmSync(countsFile, { force: true });
counts.passed += tests.passed;
counts.skipped += tests.skipped;
counts.failed += testsPassed ? tests.failed : Math.max(1, tests.failed);

console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
exit(counts.failed === 0 ? 0 : 1);
