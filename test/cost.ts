/** What a call costs over the kernel alone, whatever the machine: the steps of its transactions. */
import { vi } from 'vitest';
import { Transaction } from '../src/kernel/transaction';

/** By name; `scanned` counts the records that scans gave. */
export async function costOf(call: () => Promise<unknown>): Promise<Record<string, number>> {
  const cost: Record<string, number> = {};
  const count = (name: string, by: number) => {
    cost[name] = (cost[name] ?? 0) + by;
  };
  for (const step of ['put', 'delete', 'add', 'at'] as const) watch(step, () => count(step, 1));
  for (const step of ['scan', 'scanIndex'] as const) watch(step, (records) => count('scanned', (records as unknown[]).length));
  await call();
  vi.restoreAllMocks();
  return cost;
}

function watch(step: 'put' | 'delete' | 'add' | 'at' | 'scan' | 'scanIndex', see: (result: unknown) => void): void {
  const original = Transaction.prototype[step] as (...args: unknown[]) => unknown;
  vi.spyOn(Transaction.prototype, step).mockImplementation(function (this: Transaction, ...args: unknown[]) {
    const result = original.apply(this, args);
    see(result);
    return result;
  } as never);
}
