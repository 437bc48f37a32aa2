/** What update actions do to an item. All of them see it as it was before. */
import type { Attributes, Changes } from '../attributes';
import { invalid } from '../errors';
import { addNumbers } from '../number';
import { attribute, type Type, typeOf, type Value, withAttribute } from '../value';
import type { Action, Path, Source } from './bound';
import { valueAt } from './evaluate';

const invalidPath = () => invalid('The document path provided in the update expression is invalid for update');
const wrongType = () => invalid('An operand in the update expression has an incorrect data type');
const noSuchAttribute = () => invalid('The provided expression refers to an attribute that does not exist in the item');

interface Change {
  readonly path: Path;
  /** Undefined: removed. */
  readonly value: Value | undefined;
}

/** What the actions change. Throws when one of them cannot be done to the item. */
export function changesOf(item: Attributes, actions: readonly Action[]): Changes {
  const all = actions.map((action): Change => ({ path: action.path, value: outcome(action, item) }));
  const changes = new Map<string, Value | undefined>();
  for (const change of all.length > 1 ? inOrder(all) : all) make(change, item, changes);
  return changes;
}

/** Elements are set in ascending order, so that those past a list's end are appended in it; and removed from the end, so that the others keep their places. */
function inOrder(changes: readonly Change[]): Change[] {
  const sets = changes.filter(({ value }) => value !== undefined).sort(byLastIndex);
  const removals = changes.filter(({ value }) => value === undefined).sort((a, b) => byLastIndex(b, a));
  return [...sets, ...removals];
}

function byLastIndex(a: Change, b: Change): number {
  const left = a.path.at(-1) as string | number;
  const right = b.path.at(-1) as string | number;
  return typeof left === 'number' && typeof right === 'number' ? left - right : 0;
}

/** What will lie at the action's path. */
function outcome(action: Action, item: Attributes): Value | undefined {
  switch (action.kind) {
    case 'SET':
      return evaluateSource(action.source, item);
    case 'REMOVE':
      return undefined;
    case 'ADD':
      return added(valueAt(item, action.path), action.value);
    case 'DELETE':
      return without(valueAt(item, action.path), action.value);
  }
}

function evaluateSource(source: Source, item: Attributes): Value {
  switch (source.kind) {
    case 'value':
      return source.value;
    case 'path': {
      const value = valueAt(item, source.path);
      if (value === undefined) throw noSuchAttribute();
      return value;
    }
    case 'if_not_exists':
      return valueAt(item, source.path) ?? evaluateSource(source.fallback, item);
    case 'list_append': {
      const left = evaluateSource(source.left, item);
      const right = evaluateSource(source.right, item);
      if (!('L' in left && 'L' in right)) throw wrongType();
      return { L: [...left.L, ...right.L] };
    }
    default: {
      const left = evaluateSource(source.left, item);
      const right = evaluateSource(source.right, item);
      if (!('N' in left && 'N' in right)) throw wrongType();
      return { N: addNumbers(left.N, right.N, source.kind === 'plus' ? 1 : -1) };
    }
  }
}

/** Numbers are added, sets united; what is not there yet begins with what is added. */
export function added(old: Value | undefined, more: Value): Value {
  if (old === undefined) return more;
  if ('N' in more) {
    if (!('N' in old)) throw wrongType();
    return { N: addNumbers(old.N, more.N) };
  }
  const type = typeOf(more);
  if (type !== typeOf(old)) throw wrongType();
  // only AttributeUpdates adds to lists
  if ('L' in more) return { L: [...(old as { L: readonly Value[] }).L, ...more.L] };
  return setOf(type, [...new Set([...membersOf(old), ...membersOf(more)])]) as Value;
}

/** A set without some members; undefined when none is left, since a set is never empty. */
export function without(old: Value | undefined, less: Value): Value | undefined {
  if (old === undefined) return undefined;
  const type = typeOf(less);
  if (type !== typeOf(old)) throw wrongType();
  const gone = new Set(membersOf(less));
  return setOf(
    type,
    membersOf(old).filter((member) => !gone.has(member)),
  );
}

export function membersOf(value: Value): readonly string[] {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  if ('BS' in value) return value.BS;
  throw wrongType();
}

function setOf(type: Type, members: readonly string[]): Value | undefined {
  if (members.length === 0) return undefined;
  if (type === 'SS') return { SS: members };
  return type === 'NS' ? { NS: members } : { BS: members };
}

/** Makes a change to what the changes before it have left of the item. */
function make({ path, value }: Change, item: Attributes, changes: Map<string, Value | undefined>): void {
  const name = path[0] as string;
  if (path.length === 1) {
    changes.set(name, value);
    return;
  }
  const container = changes.has(name) ? changes.get(name) : item.attribute(name);
  if (container === undefined) throw invalidPath();
  changes.set(name, changeWithin(container, path, 1, value));
}

function changeWithin(container: Value, path: Path, at: number, value: Value | undefined): Value {
  const part = path[at] as string | number;
  const last = at === path.length - 1;
  if (typeof part === 'number') {
    if (!('L' in container)) throw invalidPath();
    return { L: changeList(container.L, part, last, (inner) => (last ? value : changeWithin(inner, path, at + 1, value))) };
  }
  if (!('M' in container)) throw invalidPath();
  if (last) return { M: withAttribute(container.M, part, value) };
  const inner = attribute(container.M, part);
  if (inner === undefined) throw invalidPath();
  return { M: withAttribute(container.M, part, changeWithin(inner, path, at + 1, value)) };
}

/** Setting an element past the end appends it; removing one there changes nothing. */
function changeList(list: readonly Value[], index: number, last: boolean, change: (inner: Value) => Value | undefined): readonly Value[] {
  const inner = list[index];
  if (inner === undefined && !last) throw invalidPath();
  const value = change(inner as Value);
  if (value !== undefined) return index < list.length ? list.with(index, value) : [...list, value];
  return index < list.length ? list.toSpliced(index, 1) : list;
}
