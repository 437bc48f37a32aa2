/** The durable engine: transactions run against what this turn wrote over what lmdb holds; a turn is one lmdb commit. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobStore } from './blob-store';
import type { BTree } from './btree';
import { iterateBTree } from './btree-scan';
import { takeDataDirectory } from './data-directory';
import { openDiskBlobs } from './disk-blobs';
import type { Engine, EngineTx, Entry, Range, TreeId } from './engine';
import { type Companion, type Durability, type Environment, openEnvironment } from './lmdb-environment';
import { type LmdbTree, TreeCatalogue } from './lmdb-trees';
import { RecordCache } from './record-cache';
import { refuseThenable } from './records';
import { nextViewNumber, refuseInView } from './views';

export interface LmdbOptions {
  readonly durability?: Durability;
  /** Real time in ms; for tests of the sweep. */
  readonly clock?: () => number;
}

/** In the place of a record: this turn deleted it. */
const deleted = Symbol('deleted');
const pageSize = 1000;

class LmdbTx implements EngineTx {
  readonly view: number;
  private readonly engine: LmdbEngine;
  /** Overlay, key and what the overlay held before (undefined: nothing), three places per write. */
  private readonly undo: unknown[] = [];
  private open = true;

  constructor(engine: LmdbEngine, view: number) {
    this.view = view;
    this.engine = engine;
  }

  get(tree: TreeId, key: string): unknown {
    const found = this.find(tree);
    return found === undefined ? undefined : this.engine.read(found, key);
  }

  put(tree: TreeId, key: string, record: unknown): void {
    if (record === undefined) throw new TypeError('A record cannot be undefined.');
    this.write(this.need(tree), key, record);
  }

  delete(tree: TreeId, key: string): void {
    refuseInView(this);
    const found = this.find(tree);
    if (found !== undefined) this.write(found, key, deleted);
  }

  scan(tree: TreeId, range: Range): Entry[] {
    const found = this.find(tree);
    return found === undefined ? [] : this.engine.scan(found, range);
  }

  add(tree: TreeId, key: string, delta: number): void {
    const sum = this.count(tree, key) + delta;
    this.write(this.need(tree), key, sum === 0 ? deleted : sum);
  }

  count(tree: TreeId, key: string): number {
    return (this.get(tree, key) as number | undefined) ?? 0;
  }

  claim(tree: TreeId, range: Range): Entry[] {
    return this.scan(tree, range);
  }

  attempt<T>(part: () => T): T {
    const mark = this.undo.length;
    try {
      return part();
    } catch (error) {
      this.rollback(mark);
      throw error;
    }
  }

  rollback(mark = 0): void {
    const { undo } = this;
    for (let at = undo.length - 3; at >= mark; at -= 3) {
      const overlay = undo[at] as BTree<unknown>;
      if (undo[at + 2] === undefined) overlay.delete(undo[at + 1] as string);
      else overlay.set(undo[at + 1] as string, undo[at + 2]);
    }
    undo.length = mark;
  }

  close(): void {
    this.open = false;
  }

  private find(id: TreeId): LmdbTree | undefined {
    if (!this.open) throw new Error('This transaction has ended; nothing may use it any more.');
    return this.engine.catalogue.find(id);
  }

  private need(id: TreeId): LmdbTree {
    refuseInView(this);
    return this.find(id) ?? this.engine.catalogue.create(id);
  }

  private write(tree: LmdbTree, key: string, value: unknown): void {
    this.undo.push(tree.overlay, key, tree.overlay.get(key));
    tree.overlay.set(key, value);
    this.engine.touched.add(tree);
  }
}

class LmdbEngine implements Engine {
  readonly kind = 'lmdb';
  readonly catalogue: TreeCatalogue;
  /** Trees that this turn wrote to. */
  readonly touched = new Set<LmdbTree>();
  private readonly environment: Environment;
  private readonly cache = new RecordCache();
  /** What joins the turn's commit besides records: the catalogue of trees, small blobs. */
  private readonly companions: readonly Companion[];
  private readonly letGo: () => void;
  private busy = false;
  private closing = false;
  private shown: LmdbTx | undefined;

  constructor(environment: Environment, companions: readonly Companion[], letGo: () => void) {
    this.environment = environment;
    this.letGo = letGo;
    this.catalogue = new TreeCatalogue(environment);
    this.companions = [this.catalogue, ...companions];
  }

  transact<T>(fn: (tx: EngineTx) => T): T {
    this.refuseInside('Another transaction');
    this.endView();
    this.busy = true;
    const tx = new LmdbTx(this, 0);
    try {
      return refuseThenable(fn(tx));
    } catch (error) {
      tx.rollback();
      throw error;
    } finally {
      tx.close();
      this.busy = false;
    }
  }

  view(): EngineTx {
    this.refuseInside('A view');
    this.shown ??= new LmdbTx(this, nextViewNumber());
    return this.shown;
  }

  read(tree: LmdbTree, key: string): unknown {
    const written = tree.overlay.get(key);
    if (written !== undefined) return written === deleted ? undefined : written;
    const stored = tree.storedKey(key);
    const cached = this.cache.get(stored);
    if (cached !== undefined) return cached;
    const record = tree.recordOf(key, this.environment.records.get(stored));
    if (record !== undefined) this.cache.set(stored, record, this.environment.lastSize());
    return record;
  }

  scan(tree: LmdbTree, range: Range): Entry[] {
    const stored = tree.stored(range);
    return take(tree.overlay.isEmpty ? stored : merge(stored, iterateBTree(tree.overlay, range), range.reverse ?? false), range.limit);
  }

  commit(): Promise<void> | undefined {
    try {
      this.flush();
    } catch (error) {
      return Promise.reject(error); // a full disk; the next commit tries again
    }
    return this.environment.settle();
  }

  trees(): TreeId[] {
    return this.catalogue.all().flatMap((tree) => (this.scan(tree, { limit: 1 }).length > 0 ? [tree.id] : []));
  }

  clear(which: (tree: TreeId) => boolean): void {
    this.refuseInside('clear');
    this.endView();
    for (const tree of this.catalogue.all()) {
      if (!which(tree.id)) continue;
      this.touched.delete(tree);
      this.catalogue.drop(tree);
    }
    this.catalogue.collectLater();
  }

  dump(): AsyncGenerator<{ tree: TreeId; entries: Entry[] }> {
    this.refuseInside('dump');
    this.flush();
    return this.pages(this.catalogue.all(), this.environment.records.useReadTransaction());
  }

  /** Together with a `clear` just before it this is one step: after a crash either all of it has happened or nothing. */
  async load(from: AsyncIterable<{ readonly tree: TreeId; readonly entries: Entry[] }>): Promise<void> {
    this.catalogue.hold();
    try {
      for await (const { tree, entries } of from) {
        this.transact((tx) => {
          for (const [key, record] of entries) tx.put(tree, key, record);
        });
        this.flush();
      }
    } finally {
      this.catalogue.release();
    }
    this.flush();
    await this.environment.settle();
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    this.endView();
    this.flush();
    this.catalogue.close();
    await this.environment.close();
    this.letGo();
  }

  /** Everything written since the last flush becomes one lmdb transaction; when it fails, nothing is forgotten. */
  private flush(): void {
    if (this.touched.size === 0 && !this.companions.some((companion) => companion.isDirty)) return;
    this.environment.write(() => {
      for (const companion of this.companions) companion.write();
      for (const tree of this.touched) this.writeTree(tree);
    });
    for (const companion of this.companions) companion.written();
    for (const tree of this.touched) tree.overlay.clear();
    this.touched.clear();
  }

  private writeTree(tree: LmdbTree): void {
    const { records } = this.environment;
    for (const [key, value] of iterateBTree(tree.overlay, {})) {
      const stored = tree.storedKey(key);
      if (value === deleted) {
        records.remove(stored);
        this.cache.delete(stored);
      } else {
        records.put(stored, tree.wrap(key, value));
        this.cache.set(stored, value, this.environment.lastSize());
      }
    }
  }

  private async *pages(
    trees: readonly LmdbTree[],
    transaction: ReturnType<Environment['records']['useReadTransaction']>,
  ): AsyncGenerator<{ tree: TreeId; entries: Entry[] }> {
    try {
      for (const tree of trees) {
        for (let after = ''; ; ) {
          const entries = take(tree.stored({ gte: after }, transaction), pageSize);
          if (entries.length > 0) yield { tree: tree.id, entries };
          if (entries.length < pageSize) break;
          after = `${entries[entries.length - 1]![0]}\0`;
        }
      }
    } finally {
      transaction.done();
    }
  }

  private endView(): void {
    this.shown?.close();
    this.shown = undefined;
  }

  private refuseInside(what: string): void {
    if (this.busy) throw new Error(`${what} cannot begin inside a transaction.`);
  }
}

/** Stored entries with this turn's writes over them; both in the order asked for. */
function* merge(stored: Iterable<Entry>, written: Iterator<Entry>, reverse: boolean): Generator<Entry> {
  let above = written.next();
  for (const below of stored) {
    while (!above.done && above.value[0] !== below[0] && above.value[0] < below[0] !== reverse) {
      if (above.value[1] !== deleted) yield above.value;
      above = written.next();
    }
    // What hides this one comes out when the next is compared with it.
    if (above.done || above.value[0] !== below[0]) yield below;
  }
  for (; !above.done; above = written.next()) if (above.value[1] !== deleted) yield above.value;
}

function take(entries: Iterable<Entry>, limit = Number.POSITIVE_INFINITY): Entry[] {
  const taken: Entry[] = [];
  if (limit <= 0) return taken;
  for (const entry of entries) if (taken.push(entry) >= limit) break;
  return taken;
}

/**
 * Opens a data directory, making it when it is not there: the engine and the blobs that share its environment.
 * Throws DataDirectoryInUse, or DataDirectoryError for a directory that is not ours, too new or not writable.
 */
export async function openLmdb(directory: string, options: LmdbOptions = {}): Promise<{ engine: Engine; blobs: BlobStore }> {
  const letGo = takeDataDirectory(directory);
  try {
    const path = join(directory, 'state');
    mkdirSync(path, { recursive: true });
    const durability = options.durability ?? 'process';
    const environment = await openEnvironment(path, durability);
    const blobs = openDiskBlobs(join(directory, 'blobs'), environment, { durability, clock: options.clock ?? Date.now });
    return { engine: new LmdbEngine(environment, [blobs.small], letGo), blobs };
  } catch (error) {
    letGo();
    throw error;
  }
}
