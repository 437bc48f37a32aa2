/** The embeddable API: SDK calls in process against HTTP, and fork, snapshot and reset with a million records. */
import { fork } from 'node:child_process';
import type { Bench, Part } from './bench';
import { format, spread } from './report';

/** What bench/embedded-cloud.mjs sends back. */
interface Embedded {
  readonly inProcess: readonly number[];
  readonly http: readonly number[];
  readonly forkMs: readonly number[];
  readonly snapshotMs: readonly number[];
  readonly resetMs: readonly number[];
}

export const embedded: Part = {
  tags: ['sdk', 'forks'],
  async run(bench) {
    const { inProcess, http, ...state } = await measure(bench);
    bench.report({
      what: 'SDK SendMessage in process, against HTTP by the same client',
      unit: '×',
      ...spread(inProcess.map((rate, n) => rate / (http[n] ?? Number.NaN))),
      atLeast: 1.5,
      detail: `${format(spread(inProcess).value, 'calls/s')}; HTTP ${format(spread(http).value, 'calls/s')}`,
    });
    for (const [name, times] of [
      ['Fork', state.forkMs],
      ['Snapshot', state.snapshotMs],
      ['Reset', state.resetMs],
    ] as const) {
      const records = bench.records.toLocaleString('en-US');
      bench.report({
        what: `${name} with ${records} messages in memory`,
        unit: 'ms',
        ...spread(times),
        atMost: 5,
        detail: `${times.length} times`,
      });
    }
  },
};

function measure({ seconds, rounds, records }: Bench): Promise<Embedded> {
  return new Promise((resolve, reject) => {
    const child = fork('bench/embedded-cloud.mjs', [String(seconds), String(rounds), String(records)]);
    child.once('message', (message) => resolve(message as Embedded));
    child.once('exit', (code) => reject(new Error(`embedded-cloud ended (${code})`)));
  });
}
