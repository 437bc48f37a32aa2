import { describe, expect, test } from 'vitest';
import type { Engine, EngineTx } from '../../src/store/engine';
import { boxes, engineConformance, tree } from './conformance';
import { openNode, SimulatedDatabase } from './simulated-remote';

engineConformance(
  'simulated remote',
  async () => {
    const engine = openNode(new SimulatedDatabase({ seed: 1, conflicts: 0.2 }));
    return { engine, close: () => engine.close() };
  },
  30,
);

const counters = tree('parcel/count');
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe.each([11, 12, 13])('many nodes on one remote state (seed %i)', (seed) => {
  function cluster(conflicts = 0.2): { database: SimulatedDatabase; nodes: Engine[]; at: (i: number) => Engine } {
    const database = new SimulatedDatabase({ seed, conflicts });
    const nodes = range(4).map(() => openNode(database));
    return { database, nodes, at: (i) => nodes[i % nodes.length]! };
  }

  test('lose no update', async () => {
    const { database, at } = cluster();
    const increment = (tx: EngineTx): void => tx.put(boxes, 'n', ((tx.get(boxes, 'n') as number | undefined) ?? 0) + 1);
    await Promise.all(range(40).map((i) => at(i).transact(increment)));
    expect(await at(0).transact((tx) => tx.get(boxes, 'n'))).toBe(40);
    expect(database.realConflicts).toBeGreaterThan(0);
  });

  test('neither make nor lose money, and never see it half-moved', async () => {
    const { at } = cluster();
    await at(0).transact((tx) => {
      for (const i of range(5)) tx.put(boxes, `account${i}`, 100);
    });
    const transfer = (from: string, to: string, amount: number) => (tx: EngineTx) => {
      const balance = tx.get(boxes, from) as number;
      if (balance < amount) throw new RangeError('not enough');
      tx.put(boxes, from, balance - amount);
      tx.put(boxes, to, (tx.get(boxes, to) as number) + amount);
    };
    const sum = (tx: EngineTx): number => tx.scan(boxes, {}).reduce((total, [, balance]) => total + (balance as number), 0);
    const outcomes = await Promise.all(
      range(60).map(async (i) => {
        if (i % 4 === 0) return at(i >> 2).transact(sum);
        await Promise.resolve(
          at(i).transact(transfer(`account${i % 5}`, `account${(i * 3 + 1) % 5}`, i % 5 === (i * 3 + 1) % 5 ? 0 : 30)),
        ).catch((error: unknown) => expect(error).toBeInstanceOf(RangeError));
        return 500;
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set([500]));
    expect(await at(1).transact(sum)).toBe(500);
    const lowest = await at(2).transact((tx) => Math.min(...tx.scan(boxes, {}).map(([, balance]) => balance as number)));
    expect(lowest).toBeGreaterThanOrEqual(0);
  });

  test('do not both leave when one must stay (write skew), by key or by scan', async () => {
    for (const read of ['get', 'scan'] as const) {
      const { at } = cluster();
      await at(0).transact((tx) => range(4).map((i) => tx.put(boxes, `doctor${i}`, true)));
      const onCall = (tx: EngineTx): number =>
        read === 'scan' ? tx.scan(boxes, {}).length : range(4).filter((i) => tx.get(boxes, `doctor${i}`) !== undefined).length;
      await Promise.all(
        range(4).map((i) =>
          at(i).transact((tx) => {
            if (onCall(tx) > 1) tx.delete(boxes, `doctor${i}`);
          }),
        ),
      );
      expect(await at(0).transact(onCall)).toBe(1);
    }
  });

  test('claim everything exactly once, without waiting for each other', async () => {
    const { at } = cluster();
    await at(0).transact((tx) => {
      for (const i of range(60)) tx.put(boxes, `message${String(i).padStart(3, '0')}`, i);
    });
    const worker = async (engine: Engine): Promise<number[]> => {
      const got: number[] = [];
      for (;;) {
        const claimed = await engine.transact((tx) => {
          const entries = tx.claim(boxes, { limit: 3 });
          for (const [key] of entries) tx.delete(boxes, key);
          return { values: entries.map(([, value]) => value as number), left: tx.scan(boxes, { limit: 1 }).length };
        });
        got.push(...claimed.values);
        if (claimed.values.length === 0 && claimed.left === 0) return got;
      }
    };
    const taken = (await Promise.all(range(8).map((i) => worker(at(i))))).flat();
    expect(taken.sort((a, b) => a - b)).toEqual(range(60));
  });

  test('add to one counter without any conflict', async () => {
    const { database, at } = cluster(0);
    await Promise.all(range(50).map((i) => at(i).transact((tx) => tx.add(counters, 'n', i))));
    expect(database.realConflicts).toBe(0);
    expect(await at(3).transact((tx) => tx.count(counters, 'n'))).toBe(1225);
  });

  test('see their own adds, and count what the others added', async () => {
    const { at } = cluster();
    const counts = await Promise.all(
      range(20).map((i) =>
        at(i).transact((tx) => {
          tx.add(counters, 'n', 1);
          return tx.count(counters, 'n');
        }),
      ),
    );
    expect(counts.sort((a, b) => a - b)).toEqual(range(20).map((i) => i + 1));
  });
});
