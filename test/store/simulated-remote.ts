/**
 * A simulated database that many nodes share: reads that are not at hand miss, commits conflict, messages overtake
 * each other. It exists to prove that the contract of `engine.ts` is enough for a remote serialisable store.
 */
import { BTree } from '../../src/store/btree';
import { lowerBound, pagesOf, scanBTree, upperBound } from '../../src/store/btree-scan';
import type { Engine, EngineTx, Entry, Range, TreeId } from '../../src/store/engine';
import { refuseThenable } from '../../src/store/records';

interface Row {
  readonly value: unknown;
  readonly version: number;
}

type RowEntry = readonly [key: string, row: Row];

/** How unkind the simulation is: probabilities. */
interface Weather {
  readonly seed: number;
  /** A commit fails although nothing it read has changed. */
  readonly conflicts: number;
}

/** mulberry32 */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The database and the network before it. Every method but `message` is one atomic step of the database. */
export class SimulatedDatabase {
  readonly chance: () => number;
  readonly weather: Weather;
  readonly trees = new Map<string, { readonly id: TreeId; readonly rows: BTree<Row> }>();
  /** Rows that a running transaction has claimed, by tree and key. */
  readonly claims = new Map<string, object>();
  realConflicts = 0;
  private version = 0;
  private readonly underway: (() => void)[] = [];

  constructor(weather: Weather) {
    this.weather = weather;
    this.chance = random(weather.seed);
  }

  /** A trip over the network; of those underway, any may arrive next. */
  message(): Promise<void> {
    return new Promise((arrive) => {
      this.underway.push(arrive);
      setImmediate(() => {
        const [next] = this.underway.splice(Math.floor(this.chance() * this.underway.length), 1);
        next!();
      });
    });
  }

  get(tree: TreeId, key: string): Row | undefined {
    return this.trees.get(tree.name)?.rows.get(key);
  }

  scan(tree: TreeId, range: Range): RowEntry[] {
    const found = this.trees.get(tree.name);
    return found === undefined ? [] : scanBTree(found.rows, range);
  }

  /** Rows that nobody else has claimed, now claimed by `owner`. */
  claim(owner: object, tree: TreeId, range: Range): RowEntry[] {
    const free = this.scan(tree, { ...range, limit: Number.POSITIVE_INFINITY }).filter(
      ([key]) => (this.claims.get(`${tree.name}\0${key}`) ?? owner) === owner,
    );
    const taken = free.slice(0, range.limit ?? free.length);
    for (const [key] of taken) this.claims.set(`${tree.name}\0${key}`, owner);
    return taken;
  }

  release(owner: object): void {
    for (const [row, by] of this.claims) if (by === owner) this.claims.delete(row);
  }

  write(tree: TreeId, key: string, value: unknown): void {
    let found = this.trees.get(tree.name);
    if (found === undefined) {
      found = { id: tree, rows: new BTree() };
      this.trees.set(tree.name, found);
    }
    if (value === undefined) found.rows.delete(key);
    else found.rows.set(key, { value, version: ++this.version });
  }
}

/** Thrown out of the transaction function to say: fetch this, then run me again. */
class Miss {
  readonly fetch: () => void;
  constructor(fetch: () => void) {
    this.fetch = fetch;
  }
}

interface Write {
  readonly tree: TreeId;
  readonly key: string;
  readonly value: unknown;
}

const rowName = (tree: TreeId, key: string): string => `${tree.name}\0${key}`;
const versionOf = (row: Row | undefined): number => row?.version ?? 0;
const sameRows = (a: readonly RowEntry[], b: readonly RowEntry[]): boolean =>
  a.length === b.length && a.every(([key, row], i) => key === b[i]![0] && row.version === b[i]![1].version);

/** What one transaction has at hand; it survives the runs that a miss causes, not a conflict. */
class Fetched {
  readonly rows = new Map<string, { readonly tree: TreeId; readonly key: string; readonly row: Row | undefined }>();
  readonly scans = new Map<string, { readonly tree: TreeId; readonly range: Range; readonly rows: RowEntry[] }>();
  readonly claims = new Map<string, RowEntry[]>();
}

/** Rows a node saw lately, perhaps outdated: validation finds out. */
type NodeCache = Map<string, { readonly tree: TreeId; readonly key: string; readonly row: Row | undefined }>;

class RemoteTx implements EngineTx {
  readonly view = 0;
  readonly writes = new Map<string, Write>();
  readonly adds = new Map<string, { readonly tree: TreeId; readonly key: string; readonly delta: number }>();
  /** Also when the function swallowed it. */
  miss: Miss | undefined;
  private readonly database: SimulatedDatabase;
  private readonly cache: NodeCache;
  private readonly fetched: Fetched;
  private open = true;

  constructor(database: SimulatedDatabase, cache: NodeCache, fetched: Fetched) {
    this.database = database;
    this.cache = cache;
    this.fetched = fetched;
  }

  get(tree: TreeId, key: string): unknown {
    this.check();
    const written = this.writes.get(rowName(tree, key));
    return written === undefined ? this.row(tree, key)?.value : written.value;
  }

  put(tree: TreeId, key: string, record: unknown): void {
    this.check();
    this.writes.set(rowName(tree, key), { tree, key, value: record });
  }

  delete(tree: TreeId, key: string): void {
    this.put(tree, key, undefined);
  }

  scan(tree: TreeId, range: Range): Entry[] {
    this.check();
    const mine = this.mine(tree, range);
    // Each write of ours hides at most one row; two more are read ahead.
    const ahead = range.limit === undefined ? {} : { limit: range.limit + mine.size + 2 };
    const wide: Range = { gte: lowerBound(range), lt: upperBound(range), reverse: range.reverse ?? false, ...ahead };
    const name = `${tree.name}\0${JSON.stringify(wide)}`;
    const found = this.fetched.scans.get(name);
    if (found === undefined) {
      throw this.missing(() => this.fetched.scans.set(name, { tree, range: wide, rows: this.database.scan(tree, wide) }));
    }
    return this.over(found.rows, mine, range);
  }

  add(tree: TreeId, key: string, delta: number): void {
    this.check();
    const name = rowName(tree, key);
    this.adds.set(name, { tree, key, delta: (this.adds.get(name)?.delta ?? 0) + delta });
  }

  count(tree: TreeId, key: string): number {
    return ((this.get(tree, key) as number | undefined) ?? 0) + (this.adds.get(rowName(tree, key))?.delta ?? 0);
  }

  claim(tree: TreeId, range: Range): Entry[] {
    this.check();
    const mine = this.mine(tree, range);
    const wide = range.limit === undefined ? range : { ...range, limit: range.limit + mine.size };
    const name = `${tree.name}\0${JSON.stringify(wide)}`;
    const found = this.fetched.claims.get(name);
    if (found === undefined) {
      throw this.missing(() => {
        const rows = this.database.claim(this.fetched, tree, wide);
        this.fetched.claims.set(name, rows);
        for (const [key, row] of rows) this.fetched.rows.set(rowName(tree, key), { tree, key, row });
      });
    }
    return this.over(found, mine, range);
  }

  attempt<T>(part: () => T): T {
    const writes = new Map(this.writes);
    const adds = new Map(this.adds);
    try {
      return part();
    } catch (error) {
      restore(this.writes, writes);
      restore(this.adds, adds);
      throw error;
    }
  }

  close(): void {
    this.open = false;
  }

  private row(tree: TreeId, key: string): Row | undefined {
    const name = rowName(tree, key);
    const found = this.fetched.rows.get(name) ?? this.cache.get(name);
    if (found === undefined) {
      throw this.missing(() => this.fetched.rows.set(name, { tree, key, row: this.database.get(tree, key) }));
    }
    this.fetched.rows.set(name, found);
    return found.row;
  }

  private mine(tree: TreeId, range: Range): Map<string, unknown> {
    const [low, high] = [lowerBound(range), upperBound(range)];
    const inside = [...this.writes.values()].filter((write) => write.tree.name === tree.name && write.key >= low && write.key < high);
    return new Map(inside.map(({ key, value }) => [key, value]));
  }

  private over(rows: readonly RowEntry[], mine: Map<string, unknown>, range: Range): Entry[] {
    const merged = new Map(rows.map(([key, row]): [string, unknown] => [key, row.value]));
    for (const [key, value] of mine) merged.set(key, value);
    const entries = [...merged].filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    if (range.reverse) entries.reverse();
    return entries.slice(0, range.limit ?? entries.length);
  }

  private missing(fetch: () => void): Miss {
    this.miss = new Miss(fetch);
    return this.miss;
  }

  private check(): void {
    if (!this.open) throw new Error('This transaction has ended; nothing may use it any more.');
  }
}

function restore<V>(map: Map<string, V>, before: ReadonlyMap<string, V>): void {
  map.clear();
  for (const [name, value] of before) map.set(name, value);
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

class RemoteNode implements Engine {
  readonly kind = 'remote';
  private readonly database: SimulatedDatabase;
  private readonly cache: NodeCache = new Map();

  constructor(database: SimulatedDatabase) {
    this.database = database;
  }

  async transact<T>(fn: (tx: EngineTx) => T): Promise<T> {
    for (;;) {
      const fetched = new Fetched();
      try {
        const { tx, outcome } = await this.runUntilAllIsThere(fn, fetched);
        await this.database.message();
        if (!this.settle(tx, fetched, outcome)) continue;
        await this.database.message();
        if ('error' in outcome) throw outcome.error;
        return outcome.value;
      } finally {
        this.database.release(fetched);
      }
    }
  }

  commit(): undefined {
    return undefined;
  }

  trees(): TreeId[] {
    return [...this.database.trees.values()].filter(({ rows }) => !rows.isEmpty).map(({ id }) => id);
  }

  clear(which: (tree: TreeId) => boolean): void {
    for (const [name, { id }] of this.database.trees) if (which(id)) this.database.trees.delete(name);
  }

  dump(): AsyncGenerator<{ tree: TreeId; entries: Entry[] }> {
    const trees = [...this.database.trees.values()].map(({ id, rows }) => ({ id, rows: rows.clone() }));
    const { database } = this;
    return (async function* () {
      for (const { id, rows } of trees) {
        for (const page of pagesOf(rows, 100)) {
          await database.message();
          yield { tree: id, entries: page.map(([key, row]): Entry => [key, (row as Row).value]) };
        }
      }
    })();
  }

  async load(from: AsyncIterable<{ readonly tree: TreeId; readonly entries: Entry[] }>): Promise<void> {
    for await (const { tree, entries } of from) {
      await this.database.message();
      for (const [key, record] of entries) this.database.write(tree, key, record);
    }
  }

  async close(): Promise<void> {
    this.cache.clear();
  }

  private async runUntilAllIsThere<T>(fn: (tx: EngineTx) => T, fetched: Fetched): Promise<{ tx: RemoteTx; outcome: Outcome<T> }> {
    for (;;) {
      const tx = new RemoteTx(this.database, this.cache, fetched);
      let outcome: Outcome<T>;
      try {
        outcome = { value: refuseThenable(fn(tx)) };
      } catch (error) {
        outcome = { error };
      }
      tx.close();
      if (tx.miss === undefined) return { tx, outcome };
      await this.database.message();
      tx.miss.fetch();
      await this.database.message();
    }
  }

  /** The commit, one atomic step: validate what was read, then write. An error too counts only if what it was decided on is true. */
  private settle(tx: RemoteTx, fetched: Fetched, outcome: Outcome<unknown>): boolean {
    const { database } = this;
    const rowsHold = [...fetched.rows.values()].every(({ tree, key, row }) => versionOf(database.get(tree, key)) === versionOf(row));
    const scansHold = [...fetched.scans.values()].every(({ tree, range, rows }) => sameRows(database.scan(tree, range), rows));
    if (!rowsHold || !scansHold) database.realConflicts++;
    if (!rowsHold || !scansHold || database.chance() < database.weather.conflicts) {
      for (const name of fetched.rows.keys()) this.cache.delete(name);
      return false;
    }
    for (const [name, row] of fetched.rows) this.cache.set(name, row);
    if ('error' in outcome) return true;
    for (const [name, { tree, key, value }] of tx.writes) {
      database.write(tree, key, value);
      this.cache.delete(name);
    }
    for (const { tree, key, delta } of tx.adds.values()) {
      const sum = ((database.get(tree, key)?.value as number | undefined) ?? 0) + delta;
      database.write(tree, key, sum === 0 ? undefined : sum);
    }
    return true;
  }
}

/** One more process on the same database. */
export function openNode(database: SimulatedDatabase): Engine {
  return new RemoteNode(database);
}
