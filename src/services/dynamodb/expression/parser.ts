/** Parts of the grammar that all expressions share: paths, placeholders, function calls, parentheses. */
import { isReserved } from './reserved-words';
import type { FunctionNode, OperandNode, PathNode } from './syntax';
import { type ExpressionKind, invalidExpression, Tokens } from './tokens';

const maxOperators = 300;
/** More parentheses than that around one another cannot all be needed for so few operators. */
const maxNesting = 2 * maxOperators;

export const redundantParentheses = 'The expression has redundant parentheses;';

/** A parser of one expression, and the faults it has come by. */
export class Parser {
  readonly tokens: Tokens;
  /** Words that are no attribute names here: the grammar's own. */
  readonly #keywords: ReadonlySet<string>;
  reserved: string | undefined;
  #operators = 0;
  #nesting = 0;

  constructor(text: string, kind: ExpressionKind, keywords: ReadonlySet<string>) {
    this.tokens = new Tokens(text, kind);
    this.#keywords = keywords;
  }

  /** Expressions have a limit of their operators and functions. */
  countOperator(): void {
    if (++this.#operators > maxOperators) {
      throw invalidExpression(this.tokens.kind, `The expression contains too many operators; operator count: ${this.#operators}`);
    }
  }

  /** `( … )`, of which `inner` reads what is inside. */
  parentheses<T>(inner: () => T): T {
    if (++this.#nesting > maxNesting) throw invalidExpression(this.tokens.kind, redundantParentheses);
    this.tokens.expect('(');
    const node = inner();
    this.tokens.expect(')');
    this.#nesting--;
    return node;
  }

  atKeyword(): boolean {
    const { token } = this.tokens;
    return token.type === 'word' && this.#keywords.has(token.text.toUpperCase());
  }

  path(): PathNode {
    const parts: (string | number)[] = [this.#name()];
    this.pathTail(parts);
    return { kind: 'path', parts };
  }

  /** `.name` and `[index]`, as many as there are. */
  pathTail(parts: (string | number)[]): void {
    for (;;) {
      if (this.tokens.takes('.')) parts.push(this.#name());
      else if (this.tokens.takes('[')) {
        if (this.tokens.token.type !== 'number') this.tokens.fail();
        parts.push(Number(this.tokens.next().text));
        this.tokens.expect(']');
      } else return;
    }
  }

  #name(): string {
    const { token } = this.tokens;
    if (token.type !== 'name' && (token.type !== 'word' || this.atKeyword())) this.tokens.fail();
    if (token.type === 'word' && isReserved(token.text)) this.reserved ??= token.text;
    return this.tokens.next().text;
  }

  isFunction(): boolean {
    return this.tokens.token.type === 'word' && !this.atKeyword() && this.tokens.following.text === '(';
  }

  /** `name(operand, …)`; what an operand is, the grammar says. */
  call(operand: () => OperandNode): FunctionNode {
    const name = this.tokens.next().text;
    this.countOperator();
    this.tokens.expect('(');
    const args = [operand()];
    while (this.tokens.takes(',')) args.push(operand());
    this.tokens.expect(')');
    return { kind: 'function', name, args };
  }

  end(): void {
    if (this.tokens.token.type !== 'end') this.tokens.fail();
  }

  reservedFault(): string | undefined {
    return this.reserved === undefined ? undefined : `Attribute name is a reserved keyword; reserved keyword: ${this.reserved}`;
  }
}
