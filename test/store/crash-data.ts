/** What the writer that gets killed and the test that kills it agree on. */
import type { TreeId } from '../../src/store/engine';

const tree = (side: string): TreeId => ({
  collection: `crash/${side}`,
  partition: 'aws',
  account: '',
  region: '',
  name: `crash/${side}|aws||`,
});
export const accounts = { left: tree('left'), right: tree('right') };
export const transactionsPerTurn = 8;

/** Spread, so that commits touch many pages. */
export function keyOf(n: number): string {
  return `${String((n * 7919) % 10_007).padStart(5, '0')}-${n}`;
}
