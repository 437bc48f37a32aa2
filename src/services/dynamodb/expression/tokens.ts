/** Cuts an expression into tokens, and says where it cannot be read. */
import { invalid } from '../errors';

/** The parameter an expression came in, as errors name it. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

interface Token {
  readonly type: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// Words begin with a letter: `__typename` needs a placeholder.
const pattern = /[a-zA-Z][a-zA-Z0-9_]*|[#:][a-zA-Z0-9_]+|\d+|<>|<=|>=|[^\s]/g;

const maxBytes = 4096;

/** What is wrong with an expression. */
export const invalidExpression = (kind: ExpressionKind, reason: string) => invalid(`Invalid ${kind}: ${reason}`);

/** Reads tokens one after another. */
export class Tokens {
  readonly kind: ExpressionKind;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, kind: ExpressionKind) {
    this.kind = kind;
    this.#text = text;
    if (text.trim() === '') throw invalidExpression(kind, 'The expression can not be empty;');
    const bytes = Buffer.byteLength(text);
    if (bytes > maxBytes) {
      throw invalidExpression(kind, `Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
    }
    this.#tokens = tokensOf(text);
  }

  get position(): number {
    return this.#at;
  }

  get token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** The token after this one. */
  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const { token } = this;
    if (token.type !== 'end') this.#at++;
    return token;
  }

  /** Is this symbol next? Then it is read. */
  takes(symbol: string): boolean {
    if (this.token.type !== 'symbol' || this.token.text !== symbol) return false;
    this.#at++;
    return true;
  }

  isSymbol(symbol: string): boolean {
    return this.token.type === 'symbol' && this.token.text === symbol;
  }

  expect(symbol: string): void {
    if (!this.takes(symbol)) this.fail();
  }

  /** Keywords are words in any case. */
  isKeyword(word: string): boolean {
    return this.token.type === 'word' && this.token.text.toUpperCase() === word;
  }

  takesKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.#at++;
    return true;
  }

  /** What is here cannot be: shown with the tokens before and after it. */
  fail(): never {
    const { token } = this;
    const before = this.#tokens[this.#at - 1];
    const start = before?.start ?? token.start;
    const end = token.type === 'end' ? (before?.end ?? 0) : this.following.type === 'end' ? token.end : this.following.end;
    const shown = token.type === 'end' ? '<EOF>' : token.text;
    throw invalidExpression(this.kind, `Syntax error; token: "${shown}", near: "${this.#text.slice(start, end)}"`);
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    tokens.push({ type: typeOfToken(found), text: found, start: match.index, end: match.index + found.length });
  }
  tokens.push({ type: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

function typeOfToken(text: string): Token['type'] {
  const first = text.charCodeAt(0);
  if (text.length > 1 && first === 35) return 'name';
  if (text.length > 1 && first === 58) return 'value';
  if (first >= 48 && first <= 57) return 'number';
  return /[a-zA-Z]/.test(text.charAt(0)) ? 'word' : 'symbol';
}
