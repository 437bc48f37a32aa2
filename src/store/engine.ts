/**
 * The seam between the kernel and whatever keeps the state. An engine is a set of ordered maps ("trees")
 * from keys to immutable records, changed only inside transactions.
 *
 * Keys are strings of which every character is a byte (latin1: U+0000–U+00FF), made by kernel/key.ts, so that
 * JavaScript's `<` is byte order for every engine. Records are plain data: null, booleans, numbers, well-formed strings,
 * Uint8Array, arrays, objects (absent and undefined members are the same). An engine may keep the very object
 * it was given, and give it out again: nobody changes a record after it was put.
 */

/** Names one tree: collection, and the partition, account and region it belongs to. Made by kernel/place.ts. */
export interface TreeId {
  /** `sqs/queue`, or `sqs/queue#dlq` for an index. */
  readonly collection: string;
  readonly partition: string;
  /** Empty when the collection is global. */
  readonly account: string;
  /** Empty when the collection is global or per account. */
  readonly region: string;
  /** All of the above in one unique string; equal trees have equal names. */
  readonly name: string;
  /** Written by many transactions at once (counters, queues): a distributed engine gives it a table of its own. */
  readonly hot?: boolean;
}

export interface Range {
  readonly gte?: string;
  readonly gt?: string;
  readonly lt?: string;
  readonly lte?: string;
  /** At most this many entries; no limit when absent. */
  readonly limit?: number;
  /** From the end backwards. */
  readonly reverse?: boolean;
}

export type Entry = readonly [key: string, record: unknown];

/** What a transaction may do. Every method is synchronous; an engine that must fetch first throws its own miss and runs the function again. */
export interface EngineTx {
  /** 0; of a view, where nothing can be changed, a number that no other view has. */
  readonly view: number;
  get(tree: TreeId, key: string): unknown;
  put(tree: TreeId, key: string, record: unknown): void;
  delete(tree: TreeId, key: string): void;
  /** A stable copy: later writes of this transaction do not change it. Sees the transaction's own earlier writes. */
  scan(tree: TreeId, range: Range): Entry[];
  /** Adds to a number without reading it, so that concurrent adds never conflict. A missing counter is 0, and a counter that comes to 0 is not kept. */
  add(tree: TreeId, key: string, delta: number): void;
  /** The sum, including this transaction's own adds. */
  count(tree: TreeId, key: string): number;
  /** Like scan, but skips what concurrent transactions have claimed; the caller must delete or put what it got. */
  claim(tree: TreeId, range: Range): Entry[];
  /** Runs a part that may fail alone: when it throws, what it wrote is undone and the error goes on. Parts may nest. */
  attempt<T>(part: () => T): T;
}

export interface Engine {
  readonly kind: 'memory' | 'lmdb' | 'remote';
  /**
   * Runs fn as one serialisable transaction. If fn throws, nothing happened. fn may be run several times
   * (misses, conflicts), so it has no effect but through its EngineTx. Memory and lmdb run it once, at once.
   */
  transact<T>(fn: (tx: EngineTx) => T): T | Promise<T>;
  /**
   * All as it is now, for those who only read and are done before anything else happens: there is nothing to begin or to
   * end. The same object until something may have changed, and no good afterwards. Absent where reading would take a promise.
   */
  view?(): EngineTx;
  /**
   * Settles when every transaction that has returned so far survives what the engine promises (nothing for
   * memory, a killed process for lmdb, a power cut with `durability: 'disk'`). Undefined: already so.
   * Called once per turn of the event loop, before that turn's answers leave. Rejects when nothing could be written
   * (a full disk); the writes stay, and the next commit tries again.
   */
  commit(): Promise<void> | undefined;
  /** All trees that hold something. */
  trees(): TreeId[];
  /** Removes whole trees. */
  clear(which: (tree: TreeId) => boolean): void;
  /** A copy that shares nothing observable with this one; microseconds per tree in memory, absent where impossible. */
  fork?(): Engine;
  /** Everything, tree by tree in key order, as it is now (later writes are not seen). */
  dump(): AsyncIterable<{ readonly tree: TreeId; readonly entries: Entry[] }>;
  /** Adds what dump gave, to an engine that was cleared first. */
  load(from: AsyncIterable<{ readonly tree: TreeId; readonly entries: Entry[] }>): Promise<void>;
  close(): Promise<void>;
}
