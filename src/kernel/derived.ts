/** What follows from a record alone, worked out once per record: records never change, so it is as good as part of them. */

/**
 * Remembers what a pure function makes of an object for as long as the object lives. Whatever else the function is given
 * must be the same for an object each time: its ARN, say.
 */
export function derived<K extends object, A extends readonly unknown[], T>(
  derive: (record: K, ...same: A) => T,
): (record: K, ...same: A) => T {
  const known = new WeakMap<K, T>();
  return (record, ...same) => {
    let value = known.get(record);
    if (value === undefined) known.set(record, (value = derive(record, ...same)));
    return value;
  };
}

/**
 * The same for many objects of which few are in use: it keeps the entries of two generations. Once the young one is
 * full it becomes the old one, and what is asked for again moves back. Bounded, and without a WeakMap, whose entries survive every minor collection.
 */
export class RecentlyDerived<K extends object, V> {
  readonly #size: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /** At most twice `size` entries are kept. */
  constructor(size: number) {
    this.#size = size;
  }

  /** What is remembered of this very object. */
  find(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** What `derive` gave for this very object, now or before. */
  of(key: K, derive: (key: K) => V): V {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? derive(key);
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
