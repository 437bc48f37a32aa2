/** Ranges of a B-tree. */
import { Branch, type BTree, childOf, type Leaf, type Node, pastAllKeys, search } from './btree';
import type { Entry, Range } from './engine';

/** The first key inside the range. `k + NUL` is the very next key after k. */
export function lowerBound(range: Range): string {
  const exclusive = range.gt === undefined ? undefined : `${range.gt}\0`;
  const inclusive = range.gte;
  if (exclusive === undefined) return inclusive ?? '';
  return inclusive === undefined || exclusive > inclusive ? exclusive : inclusive;
}

/** The first key past the range. */
export function upperBound(range: Range): string {
  const inclusive = range.lte === undefined ? undefined : `${range.lte}\0`;
  const exclusive = range.lt;
  if (inclusive === undefined) return exclusive ?? pastAllKeys;
  return exclusive === undefined || inclusive < exclusive ? inclusive : exclusive;
}

/** A walk along the leaves of a tree that nobody changes meanwhile. At each, what is in the range lies from `from` up to `to`. */
class Walk<V> {
  leaf: Leaf<V>;
  from = 0;
  to = 0;
  readonly #low: string;
  readonly #high: string;
  readonly #reverse: boolean;
  readonly #path: Branch<V>[] = [];
  /** Which child of each branch of the path we are in. */
  readonly #places: number[] = [];

  constructor(tree: BTree<V>, range: Range) {
    this.#low = lowerBound(range);
    this.#high = upperBound(range);
    this.#reverse = range.reverse ?? false;
    this.leaf = this.#seek(tree.root, this.#reverse ? this.#high : this.#low);
    if (this.#low < this.#high) this.#limit();
  }

  /** Goes on to the next leaf in the order asked for; false when there is none in the range. */
  advance(): boolean {
    const fence = this.#fence(this.#reverse);
    if (fence === undefined || (this.#reverse ? fence <= this.#low : fence >= this.#high)) return false;
    let depth = this.#places.length - 1;
    const [step, end] = this.#reverse ? [-1, () => 0] : [1, () => this.#path[depth]!.keys.length];
    while (this.#places[depth] === end()) depth--;
    this.#path.length = this.#places.length = depth + 1;
    const at = this.#places[depth]! + step;
    this.#places[depth] = at;
    this.leaf = this.#edge(this.#path[depth]!.children[at]!);
    this.#limit();
    return true;
  }

  /** Keys are looked at only in the leaves where the range begins and ends: of all others the fences say enough. */
  #limit(): void {
    const [before, after] = [this.#fence(true), this.#fence(false)];
    this.from = before !== undefined && before >= this.#low ? 0 : place(this.leaf, this.#low);
    this.to = after !== undefined && after <= this.#high ? this.leaf.keys.length : place(this.leaf, this.#high);
  }

  /** The leaf to which a key belongs. */
  #seek(root: Node<V>, key: string): Leaf<V> {
    let node = root;
    while (node instanceof Branch) node = this.#enter(node, childOf(node, key));
    return node;
  }

  /** The first leaf below a node, or the last. */
  #edge(from: Node<V>): Leaf<V> {
    let node = from;
    while (node instanceof Branch) node = this.#enter(node, this.#reverse ? node.keys.length : 0);
    return node;
  }

  #enter(branch: Branch<V>, at: number): Node<V> {
    this.#path.push(branch);
    this.#places.push(at);
    return branch.children[at]!;
  }

  /** What parts this leaf from the one before or after it; undefined when there is none. */
  #fence(before: boolean): string | undefined {
    for (let depth = this.#path.length - 1; depth >= 0; depth--) {
      const { keys } = this.#path[depth]!;
      const at = before ? this.#places[depth]! - 1 : this.#places[depth]!;
      if (at >= 0 && at < keys.length) return keys[at];
    }
    return undefined;
  }
}

function place<V>(leaf: Leaf<V>, key: string): number {
  const at = search(leaf, key);
  return at < 0 ? ~at : at;
}

/** The entries of a range, copied, in the order asked for. */
export function scanBTree<V>(tree: BTree<V>, range: Range): (readonly [key: string, value: V])[] {
  const found: (readonly [string, V])[] = [];
  const limit = range.limit ?? Number.POSITIVE_INFINITY;
  const walk = new Walk(tree, range);
  while (found.length < limit) {
    const { leaf, from, to } = walk;
    const wanted = Math.min(to - from, limit - found.length);
    if (range.reverse) for (let at = to - 1; at >= to - wanted; at--) found.push([leaf.keys[at]!, leaf.values[at]!]);
    else for (let at = from; at < from + wanted; at++) found.push([leaf.keys[at]!, leaf.values[at]!]);
    if (!walk.advance()) break;
  }
  return found;
}

/** The same one by one, from a tree that nobody changes meanwhile; the limit is the reader's. */
export function* iterateBTree<V>(tree: BTree<V>, range: Range): Generator<readonly [key: string, value: V]> {
  const walk = new Walk(tree, range);
  do {
    const { leaf, from, to } = walk;
    if (range.reverse) for (let at = to - 1; at >= from; at--) yield [leaf.keys[at]!, leaf.values[at]!];
    else for (let at = from; at < to; at++) yield [leaf.keys[at]!, leaf.values[at]!];
  } while (walk.advance());
}

/** Entries from a tree that nobody changes while it is read, in pages. */
export function* pagesOf(tree: BTree<unknown>, pageSize: number): Generator<Entry[]> {
  for (let after = ''; ; ) {
    const page = scanBTree(tree, { gte: after, limit: pageSize });
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = `${page[page.length - 1]![0]}\0`;
  }
}
