/** Puts a request's names and values into a condition, and checks what only they can show to be wrong. */
import { BoundedCache } from '../../../kernel';
import { compareValues, contentOf, type Type, typeOf, type Value } from '../value';
import { type Condition, type Operand, samePath, showPath } from './bound';
import { parseCondition } from './condition-parser';
import type { Placeholders } from './placeholders';
import type { ConditionNode, FunctionNode, OperandNode, Parsed } from './syntax';
import { type ExpressionKind, invalidExpression } from './tokens';

const parsed = new BoundedCache<Parsed<ConditionNode>>(1000);

const operandCounts: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

const allTypes: ReadonlySet<string> = new Set(['S', 'N', 'B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'NS', 'M']);
const ordered: ReadonlySet<Type> = new Set<Type>(['S', 'N', 'B']);
/** Of numbers and the like there is no size. */
const sizeless: ReadonlySet<Type> = new Set<Type>(['N', 'BOOL', 'NULL']);

export function bindCondition(text: string, kind: ExpressionKind, placeholders: Placeholders): Condition {
  const key = kind + text;
  const { tree, fault } = parsed.get(key) ?? parsed.set(key, parseCondition(text, kind));
  if (fault !== undefined) throw invalidExpression(kind, fault);
  return new ConditionBinder(kind, placeholders).bind(tree);
}

class ConditionBinder {
  readonly #kind: ExpressionKind;
  readonly #placeholders: Placeholders;

  constructor(kind: ExpressionKind, placeholders: Placeholders) {
    this.#kind = kind;
    this.#placeholders = placeholders;
  }

  bind(node: ConditionNode): Condition {
    switch (node.kind) {
      case 'and':
      case 'or':
        return { kind: node.kind, left: this.bind(node.left), right: this.bind(node.right) };
      case 'not':
        return { kind: 'not', condition: this.bind(node.condition) };
      case 'compare':
        return this.#compare(node);
      case 'between':
        return this.#between(node);
      case 'in':
        return { kind: 'in', operand: this.#operand(node.operand), list: node.list.map((each) => this.#operand(each)) };
      case 'function':
        return this.#function(node);
    }
  }

  #compare({ comparator, left: leftNode, right: rightNode }: Extract<ConditionNode, { kind: 'compare' }>): Condition {
    const left = this.#operand(leftNode);
    const right = this.#operand(rightNode);
    this.#requireDistinct(comparator, left, right);
    if (comparator !== '=' && comparator !== '<>') {
      for (const operand of [left, right]) {
        const type = literalType(operand);
        if (type !== undefined && !ordered.has(type))
          throw this.#invalid(`Incorrect operand type for operator or function; operator: ${comparator}, operand type: ${type}`);
      }
    }
    return { kind: 'compare', comparator, left, right };
  }

  #between(node: Extract<ConditionNode, { kind: 'between' }>): Condition {
    const operand = this.#operand(node.operand);
    const low = this.#operand(node.low);
    const high = this.#operand(node.high);
    if (low.kind === 'value' && high.kind === 'value') {
      const rule =
        typeOf(low.value) !== typeOf(high.value)
          ? 'same data type for lower and upper bounds'
          : (compareValues(low.value, high.value) ?? 0) > 0
            ? 'upper bound to be greater than or equal to lower bound'
            : undefined;
      if (rule !== undefined) {
        const bounds = `lower bound operand: AttributeValue: ${shown(low.value)}, upper bound operand: AttributeValue: ${shown(high.value)}`;
        throw this.#invalid(`The BETWEEN operator requires ${rule}; ${bounds}`);
      }
    }
    return { kind: 'between', operand, low, high };
  }

  #function(node: FunctionNode): Condition {
    const { name } = node;
    const args = node.args.map((each) => this.#operand(each));
    this.#requireCount(name, args.length);
    const [first, second] = args as [Operand, Operand];
    if (args.length === 2) this.#requireDistinct(name, first, second);
    switch (name) {
      case 'attribute_exists':
      case 'attribute_not_exists':
        if (first.kind !== 'path') throw this.#invalid(`Operator or function requires a document path; operator or function: ${name}`);
        return { kind: 'exists', path: first.path, exists: name === 'attribute_exists' };
      case 'attribute_type':
        return { kind: 'type', operand: first, type: this.#typeName(second) };
      case 'begins_with':
        for (const each of args) {
          const type = operandType(each);
          if (type !== undefined && type !== 'S' && type !== 'B') throw this.#wrongType(name, type);
        }
        return { kind: 'begins_with', operand: first, prefix: second };
      default:
        return { kind: 'contains', operand: first, part: second };
    }
  }

  #typeName(operand: Operand): Type {
    const type = operandType(operand);
    if (type !== 'S') throw this.#wrongType('attribute_type', type ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}');
    const name = contentOf((operand as { value: Value }).value) as string;
    if (!allTypes.has(name)) {
      throw this.#invalid(`Invalid attribute type name found; type: ${name}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`);
    }
    return name as Type;
  }

  #operand(node: OperandNode): Operand {
    if (node.kind === 'path') return { kind: 'path', path: this.#placeholders.path(node, this.#kind) };
    if (node.kind === 'value') return { kind: 'value', value: this.#placeholders.value(node.name, this.#kind) };
    const [operand] = node.args.map((each) => this.#operand(each)) as [Operand];
    this.#requireCount(node.name, node.args.length);
    const type = operandType(operand);
    if (type !== undefined && sizeless.has(type)) throw this.#wrongType(node.name, type);
    return { kind: 'size', operand };
  }

  #requireCount(name: string, count: number): void {
    if (operandCounts[name] === count) return;
    throw this.#invalid(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
    );
  }

  #requireDistinct(operator: string, first: Operand, second: Operand): void {
    if (first.kind !== 'path' || second.kind !== 'path' || !samePath(first.path, second.path)) return;
    throw this.#invalid(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${showPath(first.path)}`,
    );
  }

  #wrongType(name: string, type: string) {
    return this.#invalid(`Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`);
  }

  #invalid(reason: string) {
    return invalidExpression(this.#kind, reason);
  }
}

function literalType(operand: Operand): Type | undefined {
  return operand.kind === 'value' ? typeOf(operand.value) : undefined;
}

/** A size is a number. */
function operandType(operand: Operand): Type | undefined {
  return operand.kind === 'size' ? 'N' : literalType(operand);
}

/** `{S:a}` */
function shown(value: Value): string {
  const content = contentOf(value);
  return `{${typeOf(value)}:${typeof content === 'object' ? JSON.stringify(content) : String(content)}}`;
}
