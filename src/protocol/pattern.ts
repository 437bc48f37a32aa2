/** Java's regular expressions, as models carry them, in JavaScript's. Matched against the whole string. */
import { createContext, Script } from 'node:vm';

/**
 * Backtracking may take time that grows with the text's length to the power of the number of repetitions, or exponentially
 * where a repetition holds another. Beyond these lengths a match runs under a time limit, which costs some 0.1 ms and, on
 * a machine with too much to do, may end what would have been quick; below them it cannot hurt.
 */
const SAFE_LENGTHS = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 2000];
const SAFE_LENGTH = 200;
const SAFE_LENGTH_NESTED = 12;
const TIME_LIMIT_MS = 20;

interface JavaPattern {
  /** True when the text matches, or cannot be judged (untranslatable pattern, match that takes too long). */
  matches(text: string): boolean;
  /** Why nothing is checked: the pattern has no equivalent. */
  readonly unsupported: string | undefined;
}

const known = new Map<string, JavaPattern>();

/** The compiled form of a model's pattern, made once. Patterns come from models only, so they are finitely many. */
export function javaPattern(source: string): JavaPattern {
  let pattern = known.get(source);
  if (pattern === undefined) known.set(source, (pattern = compile(source)));
  return pattern;
}

function compile(source: string): JavaPattern {
  try {
    const { body, flags } = new Translator(source).translate();
    const regex = new RegExp(`^(?:${body})$`, `v${flags}`);
    const limit = safeLength(body);
    return { matches: (text) => (text.length > limit ? testWithin(regex, text) : test(regex, text)), unsupported: undefined };
  } catch (error) {
    return { matches: () => true, unsupported: (error as Error).message };
  }
}

/** A text of millions of characters takes more memory than there is to go back in: it cannot be judged, and is too long for most. */
function test(regex: RegExp, text: string): boolean {
  try {
    return regex.test(text);
  } catch {
    return true;
  }
}

let sandbox: { regex?: RegExp; text?: string } | undefined;
let script: Script | undefined;

/** A match that takes too long counts as one: the text cannot be judged. */
function testWithin(regex: RegExp, text: string): boolean {
  sandbox ??= createContext({}) as typeof sandbox & {};
  script ??= new Script('regex.test(text)');
  sandbox.regex = regex;
  sandbox.text = text;
  try {
    return script.runInContext(sandbox, { timeout: TIME_LIMIT_MS }) as boolean;
  } catch {
    return true;
  } finally {
    sandbox.text = '';
  }
}

/** How long a text may be that is matched without a time limit. */
function safeLength(body: string): number {
  const plain = body.replace(/\\./g, 'x').replace(/\[(?:[^[\]]|\[[^[\]]*\])*\]/g, 'x');
  if (hasNestedRepetition(plain)) return SAFE_LENGTH_NESTED;
  // A group that stands there a fixed number of times repeats what is in it.
  if (/\)\{\d+\}/.test(plain)) return SAFE_LENGTH;
  const repetitions = plain.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
  return SAFE_LENGTHS[repetitions] ?? SAFE_LENGTH;
}

/** A repeated group that itself repeats without bound, or repeats a choice: the shapes that can take exponential time. */
function hasNestedRepetition(plain: string): boolean {
  const open: boolean[] = [];
  for (let i = 0; i < plain.length; i++) {
    const char = plain[i]!;
    if (char === '(') open.push(false);
    else if (char === ')') {
      const repeats = open.pop() ?? false;
      const repeated = /^(?:[*+]|\{\d+,\d*\})/.test(plain.slice(i + 1));
      if (repeats && repeated) return true;
      if ((repeats || repeated) && open.length > 0) open[open.length - 1] = true;
    } else if (/^(?:[*+]|\{\d+,\d*\})/.test(plain.slice(i, i + 12)) && open.length > 0) open[open.length - 1] = true;
  }
  return false;
}

/** POSIX and Java classes without a namesake in JavaScript, as the inside of a class. */
const CLASSES: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7f',
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  Graph: '\\x21-\\x7e',
  Print: '\\x20-\\x7e',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1f\\x7f',
  XDigit: '0-9A-Fa-f',
  Space: ' \\t\\n\\x0b\\f\\r',
  IsWhitespace: '\\p{White_Space}',
  IsAlphabetic: '\\p{Alphabetic}',
  IsDigit: '\\p{Nd}',
  IsLetter: '\\p{L}',
  LD: '\\p{L}\\p{Nd}',
  L1: '\\x00-\\xff',
  all: '\\x00-\\u{10ffff}',
};

const HORIZONTAL = ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';

class Translator {
  private readonly source: string;
  private at = 0;
  private flags = '';

  constructor(source: string) {
    this.source = source;
  }

  translate(): { readonly body: string; readonly flags: string } {
    const lead = /^(\^?)\(\?([si]+)\)/.exec(this.source);
    let body = '';
    if (lead !== null) {
      this.flags = [...new Set(lead[2])].join('');
      this.at = lead[0].length;
      body = lead[1]!;
    }
    while (this.at < this.source.length) body += this.atom();
    return { body, flags: this.flags };
  }

  private rest(): string {
    return this.source.slice(this.at);
  }

  private atom(): string {
    const char = this.source[this.at]!;
    if (char === '\\') return this.escape(false) + this.quantifier();
    if (char === '[') return this.characterClass() + this.quantifier();
    if (char === '(') return this.group();
    this.at++;
    if (char === ')') return `)${this.quantifier()}`;
    if (char === '^' || char === '$') {
      this.quantifier();
      return char;
    }
    if (char === '|') return '|';
    if (char === '.') return `.${this.quantifier()}`;
    if (char === '*' || char === '+' || char === '?') throw new Error(`nothing to repeat at ${this.at}`);
    return (/[{}\]/]/.test(char) ? `\\${char}` : char) + this.quantifier();
  }

  /** JavaScript has no possessive repetition; the greedy one accepts what it accepts, and rarely more. */
  private quantifier(): string {
    const found = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.rest());
    if (found === null) return '';
    this.at += found[0].length;
    const next = this.source[this.at];
    if (next === '+') this.at++;
    if (next === '?') this.at++;
    return next === '?' ? `${found[0]}?` : found[0];
  }

  private group(): string {
    const found = /^\((?:\?(?::|=|!|<=|<!|<[A-Za-z]\w*>|>))?/.exec(this.rest())!;
    this.at += found[0].length;
    if (found[0] === '(' && this.source[this.at] === '?') throw new Error('flags in the middle');
    if (found[0] !== '(?=' && found[0] !== '(?!') return found[0] === '(?>' ? '(?:' : found[0];
    // A look-ahead may be repeated in Java, to no effect; JavaScript allows none.
    const start = this.at;
    let inner = '';
    while (this.at < this.source.length && this.source[this.at] !== ')') inner += this.atom();
    if (this.at >= this.source.length) throw new Error(`group opened at ${start} is not closed`);
    this.at++;
    this.quantifier();
    return `${found[0]}${inner})`;
  }

  private escape(inClass: boolean): string {
    const { source } = this;
    const char = source[this.at + 1];
    if (char === undefined) throw new Error('ends in a backslash');
    if (char === 'p' || char === 'P') return this.property(inClass);
    if (char === 'Q') return this.quoted();
    this.at += 2;
    if (/[dDwWsS]/.test(char) || /[tnrf]/.test(char)) return `\\${char}`;
    if (char === 'b' || char === 'B') return inClass ? char : `\\${char}`;
    if (char === 'A') return '^';
    if (char === 'z' || char === 'Z') return '$';
    if (char === 'h') return inClass ? HORIZONTAL : `[${HORIZONTAL}]`;
    if (char === '0') return this.codePoint(/^[0-3]?[0-7]{1,2}/, 8);
    if (char === 'x' || char === 'u') return this.hexadecimal(char === 'x' ? 2 : 4);
    if (/[1-9]/.test(char) && !inClass) return `\\${char}`;
    if (/[A-Za-z]/.test(char)) throw new Error(`unknown escape \\${char}`);
    return literal(char, inClass);
  }

  private codePoint(digits: RegExp, base: number): string {
    const found = digits.exec(this.rest());
    if (found === null) throw new Error('bad code point');
    this.at += found[0].length;
    return `\\u{${Number.parseInt(found[0], base).toString(16)}}`;
  }

  /** `\\x41`, `\\x{41}`, `\\u0041`, and two of the last for one character beyond the first plane. */
  private hexadecimal(digits: number): string {
    const pair = /^(D[89AB][0-9A-F]{2})\\u(D[C-F][0-9A-F]{2})/i.exec(this.rest());
    const found = pair ?? /^\{([0-9A-Fa-f]{1,6})\}/.exec(this.rest()) ?? new RegExp(`^([0-9A-Fa-f]{${digits}})`).exec(this.rest());
    if (found === null) throw new Error('bad code point');
    this.at += found[0].length;
    const unit = Number.parseInt(found[1]!, 16);
    const code = pair === null ? unit : (unit - 0xd800) * 0x400 + Number.parseInt(pair[2]!, 16) - 0xdc00 + 0x10000;
    return `\\u{${code.toString(16)}}`;
  }

  private quoted(): string {
    const end = this.source.indexOf('\\E', this.at);
    const text = this.source.slice(this.at + 2, end < 0 ? undefined : end);
    this.at = end < 0 ? this.source.length : end + 2;
    return [...text].map((char) => literal(char, false)).join('');
  }

  private property(inClass: boolean): string {
    const found = /^\\([pP])(?:\{([A-Za-z_0-9=]+)\}|([A-Z]))/.exec(this.rest());
    if (found === null) throw new Error('bad property');
    this.at += found[0].length;
    const name = (found[2] ?? found[3])!;
    const negated = found[1] === 'P';
    const inside = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : undefined;
    if (inside !== undefined) return negated ? `[^${inside}]` : inClass ? inside : `[${inside}]`;
    const script = /^Is([A-Z][a-z]+)$/.exec(name)?.[1];
    return `\\${found[1]}{${script === undefined ? name : `Script=${script}`}}`;
  }

  /** Java and JavaScript's `v` mode agree on unions and intersections of classes; what differs is which characters need a backslash. */
  private characterClass(): string {
    this.at++;
    const negated = this.source[this.at] === '^';
    if (negated) this.at++;
    const operands = [''];
    for (let first = true; ; first = false) {
      const char = this.source[this.at];
      if (char === undefined) throw new Error('class is not closed');
      if (char === ']' && !first) break;
      if (this.source.startsWith('&&', this.at)) {
        this.at += 2;
        operands.push('');
      } else operands[operands.length - 1] += char === '[' ? this.characterClass() : this.classItem();
    }
    this.at++;
    const inside = operands.length === 1 ? operands[0]! : operands.map((operand) => `[${operand}]`).join('&&');
    return `[${negated ? '^' : ''}${inside}]`;
  }

  /** One character or a range; a hyphen beside a class escape stands for itself. */
  private classItem(): string {
    const from = this.classAtom();
    const ahead = this.source.slice(this.at, this.at + 2);
    if (ahead[0] !== '-' || ahead[1] === undefined || ahead[1] === ']' || ahead[1] === '[' || isSet(from)) return from;
    const mark = this.at++;
    const to = this.classAtom();
    if (!isSet(to)) return `${from}-${to}`;
    this.at = mark;
    return from;
  }

  private classAtom(): string {
    if (this.source[this.at] === '\\') return this.escape(true);
    const char = String.fromCodePoint(this.source.codePointAt(this.at)!);
    this.at += char.length;
    return literal(char, true);
  }
}

function isSet(text: string): boolean {
  return /^\\[dDwWsSpP]/.test(text) || text.startsWith('[') || text.includes('-\\x') || /^.-./.test(text);
}

function literal(char: string, inClass: boolean): string {
  const special = inClass ? /[()[\]{}/\-\\|&!#$%*+,.:;<=>?@^`~]/ : /[\^$\\.*+?()[\]{}|/]/;
  if (!special.test(char)) return char;
  // Characters that `v` does not let be escaped go by number.
  return /[$*+.?^]/.test(char) && inClass ? `\\u{${char.codePointAt(0)!.toString(16)}}` : `\\${char}`;
}
