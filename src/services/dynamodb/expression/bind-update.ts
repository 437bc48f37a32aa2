/** Puts a request's names and values into an update or a projection, and checks what only they can show to be wrong. */
import { type AwsError, BoundedCache } from '../../../kernel';
import { type Type, typeOf, type Value } from '../value';
import { type Action, type Path, type Source, showPath } from './bound';
import type { Placeholders } from './placeholders';
import type { ActionNode, FunctionNode, OperandNode, Parsed, PathNode, SetValueNode } from './syntax';
import { type ExpressionKind, invalidExpression } from './tokens';
import { parseProjection, parseUpdate } from './update-parser';

const parsedUpdates = new BoundedCache<Parsed<readonly ActionNode[]>>(1000);
const parsedProjections = new BoundedCache<Parsed<readonly PathNode[]>>(1000);

const typeNames: Readonly<Record<Type, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
};

const setTypes: ReadonlySet<Type> = new Set<Type>(['SS', 'NS', 'BS']);

export function bindProjection(text: string, placeholders: Placeholders): readonly Path[] {
  const kind = 'ProjectionExpression';
  const { tree, fault } = parsedProjections.get(text) ?? parsedProjections.set(text, parseProjection(text));
  if (fault !== undefined) throw invalidExpression(kind, fault);
  const paths = tree.map((node) => placeholders.path(node, kind));
  const clash = findClash(paths, kind);
  if (clash !== undefined) throw clash;
  return paths;
}

export function bindUpdate(text: string, placeholders: Placeholders): readonly Action[] {
  const { tree, fault } = parsedUpdates.get(text) ?? parsedUpdates.set(text, parseUpdate(text));
  if (fault !== undefined) throw invalidExpression('UpdateExpression', fault);
  return new UpdateBinder(placeholders).bind(tree);
}

/** Wrong operands are told after everything else, however early they stand. */
class UpdateBinder {
  readonly #placeholders: Placeholders;
  #operatorFault: string | undefined;
  #functionFault: string | undefined;

  constructor(placeholders: Placeholders) {
    this.#placeholders = placeholders;
  }

  bind(tree: readonly ActionNode[]): readonly Action[] {
    const actions = tree.map((node) => this.#action(node));
    const clash = findClash(
      actions.map(({ path }) => path),
      'UpdateExpression',
    );
    if (clash !== undefined) throw clash;
    const fault = this.#operatorFault ?? this.#functionFault;
    if (fault !== undefined) throw invalidExpression('UpdateExpression', fault);
    return actions;
  }

  #action(node: ActionNode): Action {
    const path = this.#path(node.path);
    if (node.kind === 'REMOVE') return { kind: node.kind, path };
    if (node.kind === 'SET') return { kind: node.kind, path, source: this.#source(node.value) };
    const value = this.#placeholders.value(node.value.name, 'UpdateExpression');
    const type = typeOf(value);
    if (!setTypes.has(type) && !(node.kind === 'ADD' && type === 'N')) {
      this.#operatorFault ??= `Incorrect operand type for operator or function; operator: ${node.kind}, operand type: ${typeNames[type]}, typeSet: ALLOWED_FOR_${node.kind}_OPERAND`;
    }
    return { kind: node.kind, path, value };
  }

  #path(node: PathNode): Path {
    return this.#placeholders.path(node, 'UpdateExpression');
  }

  #source(node: SetValueNode): Source {
    switch (node.kind) {
      case 'path':
        return { kind: 'path', path: this.#path(node) };
      case 'value':
        return { kind: 'value', value: this.#placeholders.value(node.name, 'UpdateExpression') };
      case 'function':
        return this.#function(node);
      default: {
        const left = this.#source(node.left);
        const right = this.#source(node.right);
        this.#requireTypes(node.kind === 'plus' ? '+' : '-', [left, right], 'N');
        return { kind: node.kind, left, right };
      }
    }
  }

  #function({ name, args }: FunctionNode): Source {
    const sources = args.map((each: OperandNode) => this.#source(each));
    const [first, second] = sources as [Source, Source];
    if (sources.length !== 2) {
      this.#functionFault ??= `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${sources.length}`;
    }
    if (name === 'list_append') {
      this.#requireTypes(name, sources, 'L');
      return { kind: name, left: first, right: second };
    }
    if (first.kind !== 'path') {
      this.#functionFault ??= `Operator or function requires a document path; operator or function: ${name}`;
      return first;
    }
    return { kind: 'if_not_exists', path: first.path, fallback: second };
  }

  #requireTypes(operator: string, sources: readonly Source[], wanted: Type): void {
    for (const source of sources) {
      const type = typeOfSource(source);
      if (type !== undefined && type !== wanted) {
        this.#functionFault ??= `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`;
      }
    }
  }
}

function typeOfSource(source: Source): Type | undefined {
  if (source.kind === 'value') return typeOf(source.value as Value);
  return source.kind === 'list_append' ? 'L' : undefined;
}

/** Two paths of which one lies within the other, or that take the same thing for a list and a map. */
function findClash(paths: readonly Path[], kind: ExpressionKind): AwsError | undefined {
  let conflict: AwsError | undefined;
  for (let second = 1; second < paths.length; second++) {
    for (let first = 0; first < second; first++) {
      const relation = relate(paths[first] as Path, paths[second] as Path);
      if (relation === undefined || (relation === 'conflict' && conflict !== undefined)) continue;
      const error = invalidExpression(
        kind,
        `Two document paths ${relation} with each other; must remove or rewrite one of these paths; path one: ${showPath(paths[first] as Path)}, path two: ${showPath(paths[second] as Path)}`,
      );
      if (relation === 'overlap') return error;
      conflict = error;
    }
  }
  return conflict;
}

function relate(a: Path, b: Path): 'overlap' | 'conflict' | undefined {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (typeof a[i] !== typeof b[i]) return 'conflict';
    if (a[i] !== b[i]) return undefined;
  }
  return 'overlap';
}
