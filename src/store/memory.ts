/** The engine that keeps everything in memory: B-trees written in place with an undo log, forked by copy on write. */
import { BTree } from './btree';
import { pagesOf, scanBTree } from './btree-scan';
import type { Engine, EngineTx, Entry, Range, TreeId } from './engine';
import { freezeRecord, refuseThenable } from './records';
import { nextViewNumber, refuseInView } from './views';

interface MemoryOptions {
  /** Freezes every record that is put, so that a handler that changes one fails at once, and refuses what is not plain data. For development. */
  readonly freeze?: boolean;
}

/** One tree and the name it was first used under. */
interface Slot {
  readonly id: TreeId;
  readonly tree: BTree<unknown>;
}

const pageSize = 1000;

/** Writes in place and remembers what was there before. */
class MemoryTx implements EngineTx {
  readonly view: number;
  private readonly slots: Map<string, Slot>;
  private readonly freeze: boolean;
  /** Tree, key and previous value (undefined: none), three places per write. */
  private readonly undo: unknown[] = [];
  private open = true;

  constructor(slots: Map<string, Slot>, freeze: boolean, view: number) {
    this.view = view;
    this.slots = slots;
    this.freeze = freeze;
  }

  get(tree: TreeId, key: string): unknown {
    const found = this.find(tree);
    return found?.get(key);
  }

  put(tree: TreeId, key: string, record: unknown): void {
    if (record === undefined) throw new TypeError('A record cannot be undefined.');
    if (this.freeze) freezeRecord(record);
    this.write(this.need(tree), key, record);
  }

  delete(tree: TreeId, key: string): void {
    refuseInView(this);
    const found = this.find(tree);
    if (found !== undefined) this.write(found, key, undefined);
  }

  scan(tree: TreeId, range: Range): Entry[] {
    const found = this.find(tree);
    return found === undefined ? [] : scanBTree(found, range);
  }

  add(tree: TreeId, key: string, delta: number): void {
    const found = this.need(tree);
    const sum = ((found.get(key) as number | undefined) ?? 0) + delta;
    this.write(found, key, sum === 0 ? undefined : sum);
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
    for (let at = undo.length - 3; at >= mark; at -= 3) set(undo[at] as BTree<unknown>, undo[at + 1] as string, undo[at + 2]);
    undo.length = mark;
  }

  close(): void {
    this.open = false;
  }

  private find(id: TreeId): BTree<unknown> | undefined {
    if (!this.open) throw new Error('This transaction has ended; nothing may use it any more.');
    return this.slots.get(id.name)?.tree;
  }

  private need(id: TreeId): BTree<unknown> {
    refuseInView(this);
    const found = this.find(id);
    if (found !== undefined) return found;
    const tree = new BTree<unknown>();
    this.slots.set(id.name, { id, tree });
    return tree;
  }

  private write(tree: BTree<unknown>, key: string, value: unknown): void {
    const previous = set(tree, key, value);
    if (previous !== undefined || value !== undefined) this.undo.push(tree, key, previous);
  }
}

/** Undefined deletes. Returns what was there. */
function set(tree: BTree<unknown>, key: string, value: unknown): unknown {
  return value === undefined ? tree.delete(key) : tree.set(key, value);
}

class MemoryEngine implements Engine {
  readonly kind = 'memory';
  private readonly slots: Map<string, Slot>;
  private readonly freeze: boolean;
  private busy = false;
  private shown: MemoryTx | undefined;

  constructor(slots: Map<string, Slot>, freeze: boolean) {
    this.slots = slots;
    this.freeze = freeze;
  }

  transact<T>(fn: (tx: EngineTx) => T): T {
    this.refuseInside('Another transaction');
    this.endView();
    this.busy = true;
    const tx = new MemoryTx(this.slots, this.freeze, 0);
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
    this.shown ??= new MemoryTx(this.slots, this.freeze, nextViewNumber());
    return this.shown;
  }

  commit(): undefined {
    return undefined;
  }

  trees(): TreeId[] {
    const held: TreeId[] = [];
    for (const { id, tree } of this.slots.values()) if (!tree.isEmpty) held.push(id);
    return held;
  }

  clear(which: (tree: TreeId) => boolean): void {
    this.refuseInside('clear');
    this.endView();
    for (const [name, { id }] of this.slots) if (which(id)) this.slots.delete(name);
  }

  fork(): MemoryEngine {
    this.refuseInside('fork');
    return new MemoryEngine(this.share(), this.freeze);
  }

  dump(): AsyncGenerator<{ tree: TreeId; entries: Entry[] }> {
    this.refuseInside('dump');
    return pages(this.share());
  }

  async load(from: AsyncIterable<{ readonly tree: TreeId; readonly entries: Entry[] }>): Promise<void> {
    for await (const { tree, entries } of from) {
      this.transact((tx) => {
        for (const [key, record] of entries) tx.put(tree, key, record);
      });
    }
  }

  async close(): Promise<void> {
    this.endView();
    this.slots.clear();
  }

  /** All trees that hold something, sharing their nodes with ours until either side writes to them. */
  private share(): Map<string, Slot> {
    const shared = new Map<string, Slot>();
    for (const [name, { id, tree }] of this.slots) if (!tree.isEmpty) shared.set(name, { id, tree: tree.clone() });
    return shared;
  }

  private endView(): void {
    this.shown?.close();
    this.shown = undefined;
  }

  private refuseInside(what: string): void {
    if (this.busy) throw new Error(`${what} cannot begin inside a transaction.`);
  }
}

async function* pages(slots: Map<string, Slot>): AsyncGenerator<{ tree: TreeId; entries: Entry[] }> {
  for (const { id, tree } of slots.values()) {
    for (const entries of pagesOf(tree, pageSize)) yield { tree: id, entries };
  }
}

/** An empty engine in memory. Its transactions run once, at once; forking takes microseconds per tree. */
export function openMemory(options: MemoryOptions = {}): Engine & { fork(): Engine } {
  return new MemoryEngine(new Map(), options.freeze ?? false);
}
