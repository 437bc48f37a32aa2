/**
 * Ordered maps in memory: a B+ tree whose clones share its nodes until either side writes.
 *
 * In a large tree a search costs what it waits for memory, and a key that it compares is a string that lies somewhere else.
 * So each node keeps the heads of its keys, the four bytes after what all its keys have in common, as small integers beside
 * each other, and looks at a key only where heads are equal: in a leaf that is the key that was looked for.
 */

/** Keys or children of a node, at most. */
const capacity = 32;
/** A node with fewer than this joins a neighbour when both fit in one. */
const sparse = capacity >> 2;
/** What two neighbours together may have to become one: some room, lest the next write parts them again. */
const roomy = capacity - sparse;

/** Greater than every key, since the characters of keys are bytes. */
export const pastAllKeys = '\u0100';
const pastAllHeads = 0x7fffffff;

/** Who may change a node in place: the tree that made it, until it is cloned. */
type Owner = object;

export class Leaf<V> {
  readonly owner: Owner;
  /** How many characters all keys that can come here have in common. */
  skip = 0;
  heads: number[];
  keys: string[];
  values: V[];

  constructor(owner: Owner, heads: number[], keys: string[], values: V[]) {
    this.owner = owner;
    this.heads = heads;
    this.keys = keys;
    this.values = values;
  }
}

export class Branch<V> {
  readonly owner: Owner;
  skip = 0;
  heads: number[];
  /** Between the children: the keys of child n are below keys[n], those of child n + 1 are not. */
  keys: string[];
  children: Node<V>[];

  constructor(owner: Owner, heads: number[], keys: string[], children: Node<V>[]) {
    this.owner = owner;
    this.heads = heads;
    this.keys = keys;
    this.children = children;
  }
}

export type Node<V> = Leaf<V> | Branch<V>;

/** What the keys of a node lie between: from `low`, below `high`; undefined: no such limit. */
interface Fences {
  readonly low: string | undefined;
  readonly high: string | undefined;
}

export class BTree<V> {
  #root: Node<V>;
  #owner: Owner = {};

  constructor(root?: Node<V>) {
    this.#root = root ?? new Leaf<V>(this.#owner, [], [], []);
  }

  /** For those who walk through the leaves. */
  get root(): Node<V> {
    return this.#root;
  }

  get isEmpty(): boolean {
    return this.#root.keys.length === 0 && this.#root instanceof Leaf;
  }

  get(key: string): V | undefined {
    let node = this.#root;
    while (node instanceof Branch) node = node.children[childOf(node, key)]!;
    const at = search(node, key);
    return at < 0 ? undefined : node.values[at];
  }

  /** Returns what was there. */
  set(key: string, value: V): V | undefined {
    let node = this.#mine(this.#root);
    if (isFull(node)) node = this.#grown(node, key);
    this.#root = node;
    let low: string | undefined;
    let high: string | undefined;
    while (node instanceof Branch) {
      let at = childOf(node, key);
      let child: Node<V> = this.#mine(node.children[at]!);
      node.children[at] = child;
      if (isFull(child)) {
        this.#split(node, at, key, { low: at > 0 ? node.keys[at - 1] : low, high: at < node.keys.length ? node.keys[at] : high });
        if (key >= node.keys[at]!) at++;
        child = node.children[at]!;
      }
      if (at > 0) low = node.keys[at - 1];
      if (at < node.keys.length) high = node.keys[at];
      node = child;
    }
    const at = search(node, key);
    if (at >= 0) {
      const previous = node.values[at];
      node.values[at] = value;
      return previous;
    }
    insert(node.heads, ~at, headOf(key, node.skip));
    insert(node.keys, ~at, key);
    insert(node.values, ~at, value);
    return undefined;
  }

  /** Returns what was there. */
  delete(key: string): V | undefined {
    if (this.get(key) === undefined) return undefined;
    this.#root = this.#mine(this.#root);
    const previous = this.#delete(this.#root, key, { low: undefined, high: undefined });
    while (this.#root instanceof Branch && this.#root.children.length === 1) this.#root = this.#root.children[0]!;
    return previous;
  }

  clear(): void {
    this.#root = new Leaf<V>(this.#owner, [], [], []);
  }

  /** At once: from now on both copy what they change. */
  clone(): BTree<V> {
    this.#owner = {};
    return new BTree(this.#root);
  }

  #mine<N extends Node<V>>(node: N): N;
  #mine(node: Node<V>): Node<V> {
    if (node.owner === this.#owner) return node;
    const copy =
      node instanceof Leaf
        ? new Leaf(this.#owner, node.heads.slice(), node.keys.slice(), node.values.slice())
        : new Branch(this.#owner, node.heads.slice(), node.keys.slice(), node.children.slice());
    copy.skip = node.skip;
    return copy;
  }

  /** A new root above one that is full. */
  #grown(root: Node<V>, key: string): Branch<V> {
    const above = new Branch(this.#owner, [], [], [root]);
    this.#split(above, 0, key, { low: undefined, high: undefined });
    return above;
  }

  /** Parts a full child in two. `key` is about to be written: where keys come in order, the lower half stays full. */
  #split(parent: Branch<V>, at: number, key: string, { low, high }: Fences): void {
    const node = parent.children[at]!;
    const { keys } = node;
    const middle = key > keys[keys.length - 1]! ? keys.length - 1 : keys.length >> 1;
    const separator = keys[middle]!;
    let upper: Node<V>;
    if (node instanceof Leaf) {
      upper = new Leaf(this.#owner, node.heads.splice(middle), keys.splice(middle), node.values.splice(middle));
    } else {
      upper = new Branch(this.#owner, node.heads.splice(middle + 1), keys.splice(middle + 1), node.children.splice(middle + 1));
      node.heads.pop();
      keys.pop();
    }
    upper.skip = node.skip;
    fence(node, { low, high: separator });
    fence(upper, { low: separator, high });
    insert(parent.heads, at, headOf(separator, parent.skip));
    insert(parent.keys, at, separator);
    insert<Node<V>>(parent.children, at + 1, upper);
  }

  /** Of a key that is there, from a node that is ours. */
  #delete(node: Node<V>, key: string, fences: Fences): V | undefined {
    if (node instanceof Leaf) {
      const at = search(node, key);
      const previous = node.values[at];
      remove(node.heads, at);
      remove(node.keys, at);
      remove(node.values, at);
      return previous;
    }
    const at = childOf(node, key);
    const child = this.#mine(node.children[at]!);
    node.children[at] = child;
    const previous = this.#delete(child, key, fencesOf(node, at, at, fences));
    if (sizeOf(child) < sparse && node.children.length > 1) this.#join(node, at, fences);
    return previous;
  }

  /** Makes one of a sparse child and a neighbour, when both fit in one node. */
  #join(parent: Branch<V>, at: number, fences: Fences): void {
    const first = at > 0 ? at - 1 : at;
    const [before, after] = [parent.children[first]!, parent.children[first + 1]!];
    if (sizeOf(before) + sizeOf(after) > roomy && sizeOf(parent.children[at]!) > 0) return;
    const joined = this.#mine(before);
    if (joined instanceof Leaf) joined.values.push(...(after as Leaf<V>).values);
    else {
      joined.keys.push(parent.keys[first]!);
      joined.children.push(...(after as Branch<V>).children);
    }
    joined.keys.push(...after.keys);
    joined.skip = -1; // its heads are worked out again
    fence(joined, fencesOf(parent, first, first + 1, fences));
    parent.children[first] = joined;
    remove(parent.heads, first);
    remove(parent.keys, first);
    remove(parent.children, first + 1);
  }
}

const sizeOf = <V>(node: Node<V>) => (node instanceof Leaf ? node.keys.length : node.children.length);
const isFull = <V>(node: Node<V>) => node.keys.length >= capacity;

/** Of the children from `first` to `last`. */
function fencesOf<V>({ keys }: Branch<V>, first: number, last: number, { low, high }: Fences): Fences {
  return { low: first > 0 ? keys[first - 1] : low, high: last < keys.length ? keys[last] : high };
}

/** Tells a node what its keys lie between: the heads begin after what both fences have in common. */
function fence<V>(node: Node<V>, { low, high }: Fences): void {
  const skip = low === undefined || high === undefined ? 0 : commonLength(low, high);
  if (skip === node.skip) return;
  node.skip = skip;
  node.heads = node.keys.map((key) => headOf(key, skip));
}

function commonLength(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** The four bytes from `skip`, but for the last bit, as a small integer that orders as they do; what is not there counts as 0. */
function headOf(key: string, skip: number): number {
  const length = key.length - skip;
  if (length >= 4) {
    const first = key.charCodeAt(skip);
    return (first << 23) | (key.charCodeAt(skip + 1) << 15) | (key.charCodeAt(skip + 2) << 7) | (key.charCodeAt(skip + 3) >> 1);
  }
  if (length <= 0) return 0;
  const first = key.charCodeAt(skip);
  if (first > 0xff) return pastAllHeads;
  const second = length > 1 ? key.charCodeAt(skip + 1) << 15 : 0;
  return (first << 23) | second | (length > 2 ? key.charCodeAt(skip + 2) << 7 : 0);
}

/** Where a key is in a leaf; where it would have to be, inverted (~), when it is not there. */
export function search<V>({ skip, heads, keys }: Leaf<V>, key: string): number {
  const head = headOf(key, skip);
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = heads[middle]!;
    if (there === head) {
      const candidate = keys[middle]!;
      if (candidate === key) return middle;
      if (candidate < key) low = middle + 1;
      else high = middle;
    } else if (there < head) low = middle + 1;
    else high = middle;
  }
  return ~low;
}

/**
 * Which child a key belongs to: a key that parts two belongs to the second. A twin of `search`, since one function for leaves
 * and branches made a get of a small tree cost half as much again.
 */
export function childOf<V>({ skip, heads, keys }: Branch<V>, key: string): number {
  const head = headOf(key, skip);
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = heads[middle]!;
    if (there < head || (there === head && keys[middle]! <= key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert<T>(array: T[], at: number, value: T): void {
  for (let n = array.push(value) - 1; n > at; n--) array[n] = array[n - 1]!;
  array[at] = value;
}

function remove<T>(array: T[], at: number): void {
  for (let n = at + 1; n < array.length; n++) array[n - 1] = array[n]!;
  array.pop();
}
