/** A map that forgets its oldest entries, for things that are cheap to make again. */
export class BoundedCache<V> {
  private readonly entries = new Map<string, V>();
  private readonly limit: number;
  /** Found last: clients ask for the same again and again, and a text that was just read would first have to be hashed. */
  private lastKey = '';
  private last: V | undefined;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: string): V | undefined {
    if (this.last !== undefined && key === this.lastKey) return this.last;
    const found = this.entries.get(key);
    if (found !== undefined) {
      this.lastKey = key;
      this.last = found;
    }
    return found;
  }

  set(key: string, value: V): V {
    if (this.entries.size >= this.limit) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(key, value);
    this.last = undefined;
    return value;
  }
}
