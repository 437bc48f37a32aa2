/** What the engines cost by themselves: transactions at small state and at a million random keys, scans, forks, resets, dumps. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, TreeId } from '../src/store/engine';
import { openLmdb } from '../src/store/lmdb';
import { openMemory } from '../src/store/memory';

const tree = (collection: string): TreeId => ({ collection, partition: 'aws', account: '1', region: 'r', name: `${collection}|aws|1|r` });
const items = tree('bench/items');
const few = tree('bench/few');

const million = 1_000_000;
/** Transactions of one turn of the loop under load. */
const perTurn = 32;

const record = (n: number): object => ({
  id: `message-${n}`,
  body: 'x'.repeat(200),
  attributes: { sentAt: 1_700_000_000_000 + n, sender: '000000000000', count: n % 7 },
  visible: true,
});
/** A permutation of 0…999,999, as keys that do not ascend. */
const keyOf = (n: number): string => `\x02item-${String((n * 7_919) % million).padStart(7, '0')}\0`;

interface Measured {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

async function perTransaction(what: string, engine: Engine, count: number, run: (i: number) => void): Promise<Measured> {
  const turns = Math.ceil(count / perTurn);
  const rest = async (): Promise<void> => {
    await engine.commit();
    await new Promise((turn) => setImmediate(turn));
  };
  for (let i = 0; i < 2000; i++) run(i);
  await rest();
  const before = process.cpuUsage();
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < perTurn; i++) run(turn * perTurn + i);
    await rest();
  }
  const { user, system } = process.cpuUsage(before);
  return { what, value: (user + system) / (turns * perTurn), unit: 'µs CPU' };
}

async function wall(what: string, run: () => unknown): Promise<Measured> {
  const from = performance.now();
  await run();
  return { what, value: performance.now() - from, unit: 'ms' };
}

/** Two reads and two writes, as a small call makes them. */
function smallCall(engine: Engine, target: TreeId, key: string, other: string, n: number): void {
  engine.transact((tx) => {
    tx.get(few, 'queue');
    tx.get(target, key);
    tx.put(target, key, record(n));
    tx.put(target, other, record(n));
  });
}

async function atSize(engine: Engine, size: number): Promise<Measured[]> {
  const at = size === million ? '1 M records' : 'small state';
  const key = (i: number): string => keyOf((i * 104_729) % size);
  return [
    await perTransaction(`${at}: get`, engine, 100_000, (i) => void engine.transact((tx) => tx.get(items, key(i)))),
    await perTransaction(`${at}: put`, engine, 60_000, (i) => engine.transact((tx) => tx.put(items, key(i), record(i)))),
    await perTransaction(`${at}: 2 gets, 2 puts`, engine, 60_000, (i) => smallCall(engine, items, key(i), key(i + 7), i)),
    await perTransaction(
      `${at}: scan of 20`,
      engine,
      20_000,
      (i) => void engine.transact((tx) => tx.scan(items, { gte: key(i), limit: 20 })),
    ),
    await perTransaction(`${at}: add`, engine, 60_000, (i) => engine.transact((tx) => tx.add(few, `count${i % 8}`, 1))),
  ];
}

async function fill(engine: Engine): Promise<void> {
  for (let n = 0; n < million; ) {
    engine.transact((tx) => {
      for (const end = n + 1000; n < end; n++) tx.put(items, keyOf(n), record(n));
    });
    await engine.commit();
  }
}

async function measure(engine: Engine): Promise<Measured[]> {
  engine.transact((tx) => {
    tx.put(few, 'queue', record(0));
    for (let n = 0; n < 1000; n++) tx.put(items, keyOf(n), record(n));
  });
  const small = await atSize(engine, 1000);
  const filling = await wall('fill with 1 M records', () => fill(engine));
  const large = await atSize(engine, million);
  const whole: Measured[] = [];
  if (engine.fork) {
    for (let i = 0; i < 5000; i++) engine.transact((tx) => tx.put(tree(`bench/tree${i}`), 'k', 1));
    let forked: Engine | undefined;
    whole.push(await wall('fork 1 M records in 5,000 trees', () => (forked = engine.fork!())));
    whole.push(await perTransaction('put after the fork', engine, 20_000, (i) => engine.transact((tx) => tx.put(items, keyOf(i), 1))));
    await forked!.close();
  }
  const dumping = await wall('dump', async () => {
    let rows = 0;
    for await (const { entries } of engine.dump()) rows += entries.length;
    if (rows < million) throw new Error(`The dump has ${rows} rows.`);
  });
  const clearing = await wall('clear and commit', () => {
    engine.clear(() => true);
    return engine.commit();
  });
  return [...small, filling, ...large, ...whole, dumping, clearing];
}

async function onDisk(durability: 'process' | 'disk'): Promise<Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), 'nuvola-bench-'));
  const { engine } = await openLmdb(directory, { durability });
  try {
    return await measure(engine);
  } finally {
    await engine.close();
    rmSync(directory, { recursive: true });
  }
}

const columns = { memory: await measure(openMemory()), lmdb: await onDisk('process'), 'lmdb, disk': await onDisk('disk') };
const rows = columns.memory.map(({ what, unit }) => {
  const cells = Object.values(columns).map((column) => column.find((each) => each.what === what)?.value);
  return [`${what} (${unit})`, ...cells.map((cell) => (cell === undefined ? '–' : cell.toFixed(2)))];
});
for (const [name, ...cells] of [['', ...Object.keys(columns)], ...rows]) {
  process.stdout.write(`${name!.padEnd(44)}${cells.map((cell) => cell.padStart(12)).join('')}\n`);
}
