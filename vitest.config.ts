/** Unit tests stand beside the code, whole-system tests under test/. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Threads took a fifth less time on two cores, but a crash in lmdb's native code would take all of them.
    pool: 'forks',
    watch: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: [['default', { summary: false }], './scripts/summary-reporter.ts'],
    globalSetup: 'test/global-setup.ts',
  },
});
