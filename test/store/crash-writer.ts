/** Writes two-key transactions and blobs as fast as it can, telling stdout after each commit, until somebody kills it. */
import { writeSync } from 'node:fs';
import { openLmdb } from '../../src/store/lmdb';
import type { Durability } from '../../src/store/lmdb-environment';
import { accounts, keyOf, transactionsPerTurn } from './crash-data';

const [directory, durability, first] = process.argv.slice(2) as [string, Durability, string];
const { engine, blobs } = await openLmdb(directory, { durability });

for (let n = Number(first); ; n += transactionsPerTurn) {
  const refs = await Promise.all(
    Array.from({ length: transactionsPerTurn }, async (_, i) => {
      const writer = blobs.writer();
      // Most are rows, some are files.
      await writer.write(Buffer.alloc((n + i) % 50 === 0 ? 70_000 : 100, n + i));
      return writer.finish();
    }),
  );
  for (const [i, ref] of refs.entries()) {
    const record = { n: n + i, blob: ref, filler: 'x'.repeat((n + i) % 1000) };
    engine.transact((tx) => {
      tx.put(accounts.left, keyOf(n + i), record);
      tx.put(accounts.right, keyOf(n + i), record);
      tx.delete(accounts.left, keyOf(n + i - 5000));
      tx.delete(accounts.right, keyOf(n + i - 5000));
      tx.put(accounts.left, 'last', n + i);
      tx.put(accounts.right, 'last', n + i);
    });
  }
  await engine.commit();
  writeSync(1, `${n + transactionsPerTurn - 1}\n`);
  await new Promise((turn) => setImmediate(turn));
}
