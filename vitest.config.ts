/** Unit tests stand beside the code, whole-system tests under test/. */
import { defineConfig } from 'vitest/config';
import TestOrder from './scripts/test-order';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Threads took a fifth less time on two cores, but a crash in lmdb's native code would take all of them.
    pool: 'forks',
    // One core fewer, as vitest has it, is half of two; and many tests wait for other programs.
    maxWorkers: '100%',
    sequence: { sequencer: TestOrder },
    watch: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: [['default', { summary: false }], './scripts/summary-reporter.ts'],
    globalSetup: 'test/global-setup.ts',
  },
});
