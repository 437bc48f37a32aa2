/** Expressions of one request: names and values in their places, ready to be evaluated. Legacy parameters become the same. */
import type { Type, Value } from '../value';
import type { Comparator } from './syntax';

export type Path = readonly (string | number)[];

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'size'; readonly operand: Operand };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly exists: boolean }
  | { readonly kind: 'type'; readonly operand: Operand; readonly type: Type }
  | { readonly kind: 'begins_with'; readonly operand: Operand; readonly prefix: Operand }
  | { readonly kind: 'contains'; readonly operand: Operand; readonly part: Operand };

export type Source =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly fallback: Source }
  | { readonly kind: 'list_append'; readonly left: Source; readonly right: Source }
  | { readonly kind: 'plus' | 'minus'; readonly left: Source; readonly right: Source };

export type Action =
  | { readonly kind: 'SET'; readonly path: Path; readonly source: Source }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: Value };

/** `[a, [3], b]`, as errors show paths. */
export function showPath(path: Path): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

/** The attributes that a condition looks at, by the names of their paths' heads. */
export function headsOf(condition: Condition): ReadonlySet<string> {
  const heads = new Set<string>();
  forEachPath(condition, (path) => heads.add(path[0] as string));
  return heads;
}

export function forEachPath(condition: Condition, visit: (path: Path) => void): void {
  const operand = (each: Operand): void => {
    if (each.kind === 'path') visit(each.path);
    else if (each.kind === 'size') operand(each.operand);
  };
  switch (condition.kind) {
    case 'and':
    case 'or':
      forEachPath(condition.left, visit);
      forEachPath(condition.right, visit);
      break;
    case 'not':
      forEachPath(condition.condition, visit);
      break;
    case 'compare':
      [condition.left, condition.right].forEach(operand);
      break;
    case 'between':
      [condition.operand, condition.low, condition.high].forEach(operand);
      break;
    case 'in':
      [condition.operand, ...condition.list].forEach(operand);
      break;
    case 'exists':
      visit(condition.path);
      break;
    case 'type':
      operand(condition.operand);
      break;
    case 'begins_with':
      [condition.operand, condition.prefix].forEach(operand);
      break;
    case 'contains':
      [condition.operand, condition.part].forEach(operand);
  }
}
