/** The grammar of UpdateExpression, and of ProjectionExpression, which is only paths. */
import { Parser } from './parser';
import type { ActionNode, FunctionNode, OperandNode, Parsed, PathNode, SetValueNode, ValueNode } from './syntax';

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const keywords: ReadonlySet<string> = new Set(sections);
const noKeywords: ReadonlySet<string> = new Set<string>([]);
const functions: ReadonlySet<string> = new Set(['if_not_exists', 'list_append']);
/** Known, but of no use in an update. */
const conditionFunctions: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

export function parseProjection(text: string): Parsed<readonly PathNode[]> {
  const parser = new Parser(text, 'ProjectionExpression', noKeywords);
  const tree = [parser.path()];
  while (parser.tokens.takes(',')) tree.push(parser.path());
  parser.end();
  return { tree, fault: parser.reservedFault() };
}

export function parseUpdate(text: string): Parsed<readonly ActionNode[]> {
  return new UpdateParser(text).parse();
}

class UpdateParser {
  readonly #parser: Parser;
  #unknownFunction: string | undefined;
  #misusedFunction: string | undefined;
  #repeatedSection: string | undefined;

  constructor(text: string) {
    this.#parser = new Parser(text, 'UpdateExpression', keywords);
  }

  parse(): Parsed<readonly ActionNode[]> {
    const { tokens } = this.#parser;
    const actions: ActionNode[] = [];
    const seen: string[] = [];
    do {
      const section = sections.find((each) => tokens.takesKeyword(each)) ?? tokens.fail();
      if (seen.includes(section)) this.#repeatedSection ??= section;
      seen.push(section);
      do actions.push(this.#action(section));
      while (tokens.takes(','));
    } while (tokens.token.type !== 'end');
    return { tree: actions, fault: this.#fault() };
  }

  #fault(): string | undefined {
    const reserved = this.#parser.reservedFault();
    if (reserved !== undefined) return reserved;
    if (this.#unknownFunction !== undefined) return `Invalid function name; function: ${this.#unknownFunction}`;
    if (this.#misusedFunction !== undefined) {
      return `The function is not allowed in an update expression; function: ${this.#misusedFunction}`;
    }
    return this.#repeatedSection === undefined
      ? undefined
      : `The "${this.#repeatedSection}" section can only be used once in an update expression;`;
  }

  #action(section: (typeof sections)[number]): ActionNode {
    const { tokens } = this.#parser;
    const path = this.#parser.path();
    if (section === 'REMOVE') return { kind: section, path };
    if (section === 'SET') {
      tokens.expect('=');
      return { kind: section, path, value: this.#setValue() };
    }
    return { kind: section, path, value: this.#value() };
  }

  #value(): ValueNode {
    const { tokens } = this.#parser;
    return tokens.token.type === 'value' ? { kind: 'value', name: tokens.next().text } : tokens.fail();
  }

  #setValue(): SetValueNode {
    const { tokens } = this.#parser;
    const outer = tokens.isSymbol('(') ? this.#parser.parentheses(() => this.#setValue()) : undefined;
    if (outer !== undefined && outer.kind !== 'path' && outer.kind !== 'value' && outer.kind !== 'function') return outer;
    return this.#sum(outer ?? this.#operand());
  }

  #sum(left: OperandNode): SetValueNode {
    const { tokens } = this.#parser;
    const kind = tokens.takes('+') ? 'plus' : tokens.takes('-') ? 'minus' : undefined;
    if (kind === undefined) return left;
    this.#parser.countOperator();
    return { kind, left, right: this.#operand() };
  }

  #operand(): OperandNode {
    const { tokens } = this.#parser;
    if (tokens.isSymbol('(')) return this.#parser.parentheses(() => this.#operand());
    if (tokens.token.type === 'value') return this.#value();
    return this.#parser.isFunction() ? this.#function() : this.#parser.path();
  }

  #function(): FunctionNode {
    const call = this.#parser.call(() => this.#operand());
    if (conditionFunctions.has(call.name)) this.#misusedFunction ??= call.name;
    else if (!functions.has(call.name)) this.#unknownFunction ??= call.name;
    return call;
  }
}
