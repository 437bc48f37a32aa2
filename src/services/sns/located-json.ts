/** JSON with places in it: AWS's answers to a bad filter policy say, as its parser (Jackson) does, where it stopped reading. */

interface At {
  /** How far the parser has read when it tells of this value: into a string, behind a number, a word or an opening bracket. */
  readonly read: number;
}
interface Closed extends At {
  /** Behind the closing bracket or quotation mark. */
  readonly end: number;
}

export type Located =
  | (Closed & { readonly kind: 'string'; readonly value: string })
  | (At & { readonly kind: 'number'; readonly value: number; readonly text: string })
  | (At & { readonly kind: 'word'; readonly value: boolean | null })
  | (Closed & { readonly kind: 'array'; readonly items: readonly Located[] })
  | (Closed & { readonly kind: 'object'; readonly entries: readonly (readonly [name: string, value: Located])[] });

/** What is wrong, in Jackson's words, and how far it had read. */
export class LocatedError extends Error {
  constructor(what: string, text: string, offset: number) {
    super(`${what}\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); ${placeOf(text, offset)}]`);
  }
}

/** A filter policy of 256 KB could be nothing but brackets. */
const maximumDepth = 1_000;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /[A-Za-z_$][\w$]*/y;
const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
const values = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

/** Throws LocatedError for what is not JSON. */
export function parseLocated(text: string): Located {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): Located {
    if (depth > maximumDepth) throw this.error(`Document nesting depth (${depth}) exceeds the maximum allowed (${maximumDepth})`);
    const first = this.skip();
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') {
      const read = this.at + 1;
      return { kind: 'string', value: this.string(), read, end: this.at };
    }
    const digits = this.match(number);
    if (digits !== undefined) return { kind: 'number', value: Number(digits), text: digits, read: this.at };
    const name = this.match(word);
    if (name !== undefined && Object.hasOwn(words, name)) return { kind: 'word', value: words[name] as boolean | null, read: this.at };
    if (name !== undefined) throw this.error(`Unrecognized token '${name}': was expecting (${values})`);
    throw this.unexpected(`expected a valid value (${values})`);
  }

  end(): void {
    if (this.skip() !== '') throw this.unexpected('was expecting end of input');
  }

  private object(depth: number): Located {
    const read = ++this.at;
    const entries: [string, Located][] = [];
    for (let next = this.skip(); next !== '}'; next = this.separator('}', 'Object')) {
      if (next !== '"') throw this.unexpected('was expecting double-quote to start field name');
      const name = this.string();
      if (this.skip() !== ':') throw this.unexpected('was expecting a colon to separate field name and value');
      this.at++;
      entries.push([name, this.value(depth + 1)]);
    }
    return { kind: 'object', entries, read, end: ++this.at };
  }

  private array(depth: number): Located {
    const read = ++this.at;
    const items: Located[] = [];
    for (let next = this.skip(); next !== ']'; next = this.separator(']', 'Array')) items.push(this.value(depth + 1));
    return { kind: 'array', items, read, end: ++this.at };
  }

  /** What follows the comma; the closing bracket when there is none. */
  private separator(close: string, what: string): string {
    const next = this.skip();
    if (next === close) return close;
    if (next !== ',') throw this.unexpected(`was expecting comma to separate ${what} entries`);
    this.at++;
    const after = this.skip();
    if (after === close)
      throw this.unexpected(close === '}' ? 'was expecting double-quote to start field name' : `expected a valid value (${values})`);
    return after;
  }

  private string(): string {
    const found = this.match(string);
    if (found === undefined) throw this.error('Unexpected end-of-input or illegal character in a string value');
    return JSON.parse(found) as string;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Passes over white space; the character that follows, or '' at the end. */
  private skip(): string {
    while (' \t\n\r'.includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at++;
    return this.text.charAt(this.at);
  }

  private unexpected(wanted: string): LocatedError {
    const found = this.text.charAt(this.at);
    if (found === '') return this.error(`Unexpected end-of-input: ${wanted}`);
    return this.error(`Unexpected character ('${found}' (code ${found.charCodeAt(0)})): ${wanted}`);
  }

  private error(what: string): LocatedError {
    return new LocatedError(what, this.text, this.at);
  }
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line: ${before.length}, column: ${(before.at(-1) as string).length + 1}`;
}
