/** What parsing an expression gives: trees in which `#name` and `:value` still stand for what the request says they are. */

/** `a.#b[3]` as `['a', '#b', 3]`. */
export interface PathNode {
  readonly kind: 'path';
  readonly parts: readonly (string | number)[];
}

export interface ValueNode {
  readonly kind: 'value';
  /** With its colon. */
  readonly name: string;
}

export interface FunctionNode {
  readonly kind: 'function';
  readonly name: string;
  readonly args: readonly OperandNode[];
}

export type OperandNode = PathNode | ValueNode | FunctionNode;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type ConditionNode =
  | { readonly kind: 'and' | 'or'; readonly left: ConditionNode; readonly right: ConditionNode }
  | { readonly kind: 'not'; readonly condition: ConditionNode }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: OperandNode; readonly right: OperandNode }
  | { readonly kind: 'between'; readonly operand: OperandNode; readonly low: OperandNode; readonly high: OperandNode }
  | { readonly kind: 'in'; readonly operand: OperandNode; readonly list: readonly OperandNode[] }
  | FunctionNode;

export type SetValueNode = OperandNode | { readonly kind: 'plus' | 'minus'; readonly left: OperandNode; readonly right: OperandNode };

export type ActionNode =
  | { readonly kind: 'SET'; readonly path: PathNode; readonly value: SetValueNode }
  | { readonly kind: 'REMOVE'; readonly path: PathNode }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: PathNode; readonly value: ValueNode };

/** A tree, and what is wrong with it that its text alone says; AWS says it after syntax and before everything else. */
export interface Parsed<T> {
  readonly tree: T;
  readonly fault: string | undefined;
}
