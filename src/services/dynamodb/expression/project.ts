/** Parts of items: what a projection, or the return of updated values, shows. */
import { type Attributes, attributesIn } from '../attributes';
import { type Item, type Value, withAttribute } from '../value';
import type { Path } from './bound';

/** Paths as a tree: parts that were asked for, by name and index; undefined for all of what lies there. */
interface Branch {
  readonly children: Map<string | number, Branch | undefined>;
}

/** Makes a function that picks these paths; elements of lists close ranks. */
export function projector(paths: readonly Path[]): (item: Attributes) => Item {
  const tops = paths.every((path) => path.length === 1) ? paths.map((path) => path[0] as string) : undefined;
  if (tops !== undefined) return (item) => pick(item, tops);
  const tree = branchOf(paths);
  return (item) => project(item, tree);
}

/** Attributes by name. */
export function pick(item: Attributes, names: readonly string[]): Item {
  let picked: Item = {};
  for (const name of names) {
    const value = item.attribute(name);
    if (value !== undefined) picked = assign(picked, name, value);
  }
  return picked;
}

/** On an item of our own making. */
function assign(item: Item, name: string, value: Value): Item {
  if (name === '__proto__') return withAttribute(item, name, value);
  (item as Record<string, Value>)[name] = value;
  return item;
}

function branchOf(paths: readonly Path[]): Branch {
  const root: Branch = { children: new Map() };
  for (const path of paths) {
    let branch = root;
    for (const [i, part] of path.entries()) {
      const known = branch.children.get(part);
      if (i === path.length - 1) branch.children.set(part, undefined);
      else {
        const next = known ?? { children: new Map() };
        branch.children.set(part, next);
        branch = next;
      }
    }
  }
  return root;
}

function project(item: Attributes, { children }: Branch): Item {
  let projected: Item = {};
  for (const [name, branch] of children) {
    const value = item.attribute(name as string);
    const part = value === undefined || branch === undefined ? value : projectValue(value, branch);
    if (part !== undefined) projected = assign(projected, name as string, part);
  }
  return projected;
}

function projectValue(value: Value, branch: Branch): Value | undefined {
  if ('M' in value) {
    const item = project(attributesIn(value.M), branch);
    return Object.keys(item).length > 0 ? { M: item } : undefined;
  }
  if (!('L' in value)) return undefined;
  const parts: Value[] = [];
  for (const [index, inner] of [...branch.children].sort(([a], [b]) => Number(a) - Number(b))) {
    const element = typeof index === 'number' ? value.L[index] : undefined;
    const part = element === undefined || inner === undefined ? element : projectValue(element, inner);
    if (part !== undefined) parts.push(part);
  }
  return parts.length > 0 ? { L: parts } : undefined;
}
