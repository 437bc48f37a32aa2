/** A vitest reporter that counts tests, says why some were skipped, and leaves the counts where `npm test` finds them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { env } from 'node:process';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** Reasons come from `ctx.skip('why')`; a test skipped otherwise is named itself. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    const reasons = new Map<string, number>();
    const skip = (reason: string) => {
      counts.skipped++;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    };
    for (const module of modules) {
      // A file that does not load, or whose hooks fail, is a failure that no test carries.
      if (module.errors().length > 0) counts.failed++;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'skipped') skip(result.note ?? `${module.relativeModuleId}: ${test.fullName}`);
        else counts[result.state === 'passed' ? 'passed' : 'failed']++;
      }
      // Suites whose tests are made from files that are not here.
      for (const suite of module.children.allSuites()) {
        if (suite.state() === 'skipped' && suite.children.size === 0) skip(`${module.relativeModuleId}: ${suite.fullName}`);
      }
    }
    if (reasons.size > 0) console.log(`\nSkipped:\n${[...reasons].map(([reason, n]) => `  ${n} × ${reason}`).join('\n')}`);
    const file = env.NUVOLA_TEST_COUNTS;
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(counts));
  }
}
