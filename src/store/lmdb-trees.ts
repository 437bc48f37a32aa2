/** Which trees an lmdb environment holds: a number for each, so that clearing a tree is forgetting its number. */
import type { Transaction } from 'lmdb';
import { BTree } from './btree';
import { lowerBound, upperBound } from './btree-scan';
import type { Entry, Range, TreeId } from './engine';
import type { Companion, Environment } from './lmdb-environment';
import { beginningOf, isLong, isStoredLong, storedBounds, storedKey, treePrefix, treePrefixLength } from './stored-keys';

/** Number 0 is the catalogue itself: a TreeId by number, or `null` for a tree that was cleared and is being removed. */
const cataloguePrefix = treePrefix(0);
/** Rows of cleared trees removed at a time, a few ms of work. */
const rowsPerSlice = 2000;
const sliceEveryMs = 10;

export class LmdbTree {
  readonly id: TreeId;
  readonly number: number;
  /** What this turn wrote: records, or the mark of a deleted one. */
  readonly overlay: BTree<unknown> = new BTree();
  private readonly environment: Environment;
  private readonly prefix: string;
  private readonly nextPrefix: string;

  constructor(environment: Environment, id: TreeId, number: number) {
    this.environment = environment;
    this.id = id;
    this.number = number;
    this.prefix = treePrefix(number);
    this.nextPrefix = treePrefix(number + 1);
  }

  storedKey(key: string): string {
    return storedKey(this.prefix, key);
  }

  /** The record of a long key carries the key, of which lmdb only has the beginning. */
  wrap(key: string, record: unknown): unknown {
    return isLong(key) ? [key, record] : record;
  }

  /** From what `wrap` gave. */
  recordOf(key: string, value: unknown): unknown {
    return isLong(key) && value !== undefined ? (value as [string, unknown])[1] : value;
  }

  /** What lmdb holds, without this turn's writes; the limit is the reader's. */
  *stored(range: Range, transaction?: Transaction): Generator<Entry> {
    const low = lowerBound(range);
    const high = upperBound(range);
    if (low >= high) return;
    const reverse = range.reverse ?? false;
    const bounded = range.lt !== undefined || range.lte !== undefined;
    const { start, end } = storedBounds(this.prefix, this.nextPrefix, low, bounded ? high : undefined);
    const rows = this.environment.records.getRange({
      ...(reverse ? { reverse, start: end, exclusiveStart: true, end: start, inclusiveEnd: true } : { start, end }),
      ...(transaction === undefined ? {} : { transaction }),
    });
    // Long keys with one beginning lie together in the order of their hashes: they wait until all of them are there.
    let group: Entry[] = [];
    let beginning = '';
    for (const { key: stored, value } of rows) {
      const entry = this.unwrap(stored, value);
      if (group.length > 0 && (!isStoredLong(stored) || beginningOf(stored) !== beginning)) {
        yield* sorted(group, reverse);
        group = [];
      }
      if (entry[0] < low || entry[0] >= high) continue; // a neighbour that shares the beginning of a long bound
      if (!isStoredLong(stored)) {
        yield entry;
      } else {
        beginning = beginningOf(stored);
        group.push(entry);
      }
    }
    yield* sorted(group, reverse);
  }

  private unwrap(stored: string, value: unknown): Entry {
    return isStoredLong(stored) ? (value as Entry) : [stored.slice(treePrefixLength), value];
  }
}

function sorted(entries: Entry[], reverse: boolean): Entry[] {
  return entries.sort(([a], [b]) => (a < b === reverse ? 1 : -1));
}

/** The trees by name, and the removal of cleared ones, a slice at a time. */
export class TreeCatalogue implements Companion {
  private readonly environment: Environment;
  private readonly byName = new Map<string, LmdbTree>();
  private lastNumber = 0;
  /** Numbers whose catalogue entry is not written yet: made trees, and cleared ones. */
  private readonly made = new Set<LmdbTree>();
  private readonly dropped = new Set<number>();
  /** While a load runs: made trees that lmdb knows as cleared ones, so that a crash leaves nothing of them. */
  private readonly withheld = new Set<LmdbTree>();
  private holding = false;
  /** Cleared trees that still have rows. */
  private readonly garbage = new Set<number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(environment: Environment) {
    this.environment = environment;
    for (const { key, value } of environment.records.getRange({ start: cataloguePrefix, end: treePrefix(1) })) {
      const number = numberOf(key);
      this.lastNumber = Math.max(this.lastNumber, number);
      if (value === null) this.garbage.add(number);
      else this.byName.set((value as TreeId).name, new LmdbTree(environment, value as TreeId, number));
    }
    this.collectLater();
  }

  find(id: TreeId): LmdbTree | undefined {
    return this.byName.get(id.name);
  }

  create(id: TreeId): LmdbTree {
    const tree = new LmdbTree(this.environment, id, ++this.lastNumber);
    this.byName.set(id.name, tree);
    this.made.add(tree);
    return tree;
  }

  drop(tree: LmdbTree): void {
    this.byName.delete(tree.id.name);
    tree.overlay.clear();
    const unknown = this.made.delete(tree) && !this.withheld.delete(tree);
    if (!unknown) this.dropped.add(tree.number);
  }

  all(): LmdbTree[] {
    return [...this.byName.values()];
  }

  /** From here on, until `release`, lmdb learns of no tree made or cleared: what happened since the last commit, and will, takes effect at once or not at all. */
  hold(): void {
    this.holding = true;
  }

  release(): void {
    this.holding = false;
  }

  get isDirty(): boolean {
    return this.holding ? this.made.size > this.withheld.size : this.made.size > 0 || this.dropped.size > 0;
  }

  /** Inside the turn's commit. */
  write(): void {
    const { records } = this.environment;
    for (const tree of this.made) {
      if (!this.withheld.has(tree) || !this.holding) records.put(cataloguePrefix + treePrefix(tree.number), this.holding ? null : tree.id);
    }
    if (this.holding) return;
    for (const number of this.dropped) records.put(cataloguePrefix + treePrefix(number), null);
  }

  /** After the turn's commit. */
  written(): void {
    if (this.holding) {
      for (const tree of this.made) this.withheld.add(tree);
      return;
    }
    this.made.clear();
    this.withheld.clear();
    for (const number of this.dropped) this.garbage.add(number);
    this.dropped.clear();
  }

  collectLater(): void {
    if (this.timer !== undefined || (this.garbage.size === 0 && this.dropped.size === 0)) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      try {
        this.collect();
      } catch {
        return; // a full disk: nothing is lost, and the next clear or start goes on with it
      }
      this.collectLater();
    }, sliceEveryMs);
    this.timer.unref();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  /** Removes some rows of a cleared tree; its number is free of meaning when the last one is gone. */
  private collect(): void {
    const [number] = this.garbage;
    if (number === undefined) return;
    const { records } = this.environment;
    const rows = [...records.getKeys({ start: treePrefix(number), end: treePrefix(number + 1), limit: rowsPerSlice })];
    this.environment.write(() => {
      for (const row of rows) records.remove(row);
      if (rows.length < rowsPerSlice) records.remove(cataloguePrefix + treePrefix(number));
    });
    if (rows.length < rowsPerSlice) this.garbage.delete(number);
  }
}

function numberOf(catalogueKey: string): number {
  return [...catalogueKey.slice(treePrefixLength)].reduce((number, byte) => number * 256 + byte.charCodeAt(0), 0);
}
