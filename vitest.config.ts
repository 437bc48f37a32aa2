/** Unit tests stand beside the code, whole-system tests under test/. */
import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const globalSetup = 'test/global-setup.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    pool: 'forks',
    watch: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: [['default', { summary: false }], './scripts/summary-reporter.ts'],
    ...(existsSync(globalSetup) ? { globalSetup } : {}),
  },
});
