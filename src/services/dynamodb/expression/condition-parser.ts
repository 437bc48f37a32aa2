/** The grammar of conditions: ConditionExpression, FilterExpression, KeyConditionExpression. */
import { Parser, redundantParentheses } from './parser';
import type { Comparator, ConditionNode, OperandNode, Parsed } from './syntax';
import { type ExpressionKind, invalidExpression } from './tokens';

const keywords: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN']);
const functions: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);
const comparators: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
const maxInList = 100;

type Node = ConditionNode | OperandNode;

export function parseCondition(text: string, kind: ExpressionKind): Parsed<ConditionNode> {
  return new ConditionParser(text, kind).parse();
}

class ConditionParser {
  readonly #parser: Parser;
  /** First and last token of the last group in parentheses. */
  #group: readonly [number, number] | undefined;
  #redundantParentheses = false;
  #unknownFunction: string | undefined;
  #misusedFunction: string | undefined;

  constructor(text: string, kind: ExpressionKind) {
    this.#parser = new Parser(text, kind, keywords);
  }

  parse(): Parsed<ConditionNode> {
    const tree = this.#condition(this.#or());
    this.#parser.end();
    return { tree, fault: this.#fault() };
  }

  #fault(): string | undefined {
    if (this.#redundantParentheses) return redundantParentheses;
    if (this.#unknownFunction !== undefined) return `Invalid function name; function: ${this.#unknownFunction}`;
    if (this.#misusedFunction !== undefined) {
      return `The function is not allowed to be used this way in an expression; function: ${this.#misusedFunction}`;
    }
    return this.#parser.reservedFault();
  }

  #or(): Node {
    let left = this.#and();
    while (this.#parser.tokens.isKeyword('OR')) {
      const first = this.#condition(left);
      this.#keyword();
      left = { kind: 'or', left: first, right: this.#condition(this.#and()) };
    }
    return left;
  }

  #and(): Node {
    let left = this.#not();
    while (this.#parser.tokens.isKeyword('AND')) {
      const first = this.#condition(left);
      this.#keyword();
      left = { kind: 'and', left: first, right: this.#condition(this.#not()) };
    }
    return left;
  }

  #not(): Node {
    if (!this.#parser.tokens.isKeyword('NOT')) return this.#comparison();
    this.#keyword();
    return { kind: 'not', condition: this.#condition(this.#not()) };
  }

  #keyword(): void {
    this.#parser.tokens.next();
    this.#parser.countOperator();
  }

  #comparison(): Node {
    const { tokens } = this.#parser;
    const left = this.#primary();
    if (tokens.token.type === 'symbol' && comparators.has(tokens.token.text)) {
      const operand = this.#operand(left);
      const comparator = tokens.next().text as Comparator;
      this.#parser.countOperator();
      return { kind: 'compare', comparator, left: operand, right: this.#operand(this.#primary()) };
    }
    if (tokens.isKeyword('BETWEEN')) {
      const operand = this.#operand(left);
      this.#keyword();
      const low = this.#operand(this.#primary());
      if (!tokens.takesKeyword('AND')) tokens.fail();
      return { kind: 'between', operand, low, high: this.#operand(this.#primary()) };
    }
    if (tokens.isKeyword('IN')) {
      const operand = this.#operand(left);
      this.#keyword();
      return { kind: 'in', operand, list: this.#list() };
    }
    return left;
  }

  #list(): OperandNode[] {
    const { tokens } = this.#parser;
    tokens.expect('(');
    const list = [this.#operand(this.#primary())];
    while (tokens.takes(',')) list.push(this.#operand(this.#primary()));
    tokens.expect(')');
    if (list.length > maxInList) {
      throw invalidExpression(tokens.kind, `The IN operator is provided with too many operands; number of operands: ${list.length}`);
    }
    return list;
  }

  #primary(): Node {
    const { tokens } = this.#parser;
    if (tokens.isSymbol('(')) return this.#parentheses();
    if (tokens.token.type === 'value') return { kind: 'value', name: tokens.next().text };
    if (!this.#parser.isFunction()) return this.#parser.path();
    const call = this.#parser.call(() => this.#operand(this.#primary()));
    if (!functions.has(call.name)) this.#unknownFunction ??= call.name;
    return call;
  }

  #parentheses(): Node {
    const { tokens } = this.#parser;
    const start = tokens.position;
    const inner = this.#parser.parentheses(() => {
      this.#group = undefined;
      const node = this.#or();
      const last = this.#group as readonly [number, number] | undefined;
      if (last !== undefined && last[0] === start + 1 && last[1] === tokens.position - 1) this.#redundantParentheses = true;
      return node;
    });
    this.#group = [start, tokens.position - 1];
    if (inner.kind !== 'path') return inner;
    const parts = [...inner.parts];
    this.#parser.pathTail(parts);
    return { kind: 'path', parts };
  }

  /** A node where something true or false must be: not a path, a value or a size. */
  #condition(node: Node): ConditionNode {
    if (node.kind === 'path' || node.kind === 'value') return this.#parser.tokens.fail();
    if (node.kind === 'function' && node.name === 'size') this.#misusedFunction ??= node.name;
    return node;
  }

  /** A node where a value must be: of functions, only a size. */
  #operand(node: Node): OperandNode {
    if (node.kind === 'function') {
      if (node.name !== 'size') this.#misusedFunction ??= node.name;
      return node;
    }
    return node.kind === 'path' || node.kind === 'value' ? node : this.#parser.tokens.fail();
  }
}
