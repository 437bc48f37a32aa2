/**
 * The JSON of an item, looked into without reading all of it. A look along the text finds where its attributes begin and
 * end, in a tenth of the time that `JSON.parse` takes; only attributes that somebody asks for become values, and a changed
 * item is written from the parts of the old one that stay.
 */
import type { Attributes, Changes } from './attributes';
import type { Value } from './value';

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/** What a name has that JSON writes in another way, or may. */
const escaped = /["\\\x00-\x1f\ud800-\udfff]/;

/** Attributes of one item that is JSON as `JSON.stringify` writes it: `{"name":{"S":"…"},…}`. */
export class ItemText implements Attributes {
  readonly #text: string;
  /** Where the item begins. */
  readonly #start: number;
  /** As they stand in the text. */
  readonly #names: readonly string[];
  /** Where each attribute ends: after its value. */
  readonly #ends: readonly number[];
  #values: (Value | undefined)[] | undefined;

  constructor(text: string, start: number, names: readonly string[], ends: readonly number[]) {
    this.#text = text;
    this.#start = start;
    this.#names = names;
    this.#ends = ends;
  }

  attribute(name: string): Value | undefined {
    const i = this.#names.indexOf(written(name));
    if (i < 0) return undefined;
    this.#values ??= [];
    this.#values[i] ??= readValue(this.#text, this.#startOf(i) + (this.#names[i] as string).length + 3, this.#ends[i] as number);
    return this.#values[i];
  }

  /** The JSON with these changes: what was there stays in its place, what is new comes last. */
  with(changes: Changes): string {
    const replaced: { readonly i: number; readonly entry: string | undefined }[] = [];
    const added: string[] = [];
    for (const [name, value] of changes) {
      const key = written(name);
      const entry = value && `"${key}":${jsonOf(value)}`;
      const i = this.#names.indexOf(key);
      if (i >= 0) replaced.push({ i, entry });
      else if (entry !== undefined) added.push(entry);
    }
    if (replaced.length > 1) replaced.sort((a, b) => a.i - b.i);
    return this.#join(replaced, added);
  }

  #join(replaced: readonly { readonly i: number; readonly entry: string | undefined }[], added: readonly string[]): string {
    // Joined, not concatenated: what grows by concatenation keeps the text that it was made of.
    const parts: string[] = [];
    const add = (part: string): void => void parts.push(parts.length === 0 ? '{' : ',', part);
    let next = 0;
    for (const { i, entry } of replaced) {
      if (i > next) add(this.#between(next, i));
      if (entry !== undefined) add(entry);
      next = i + 1;
    }
    if (next < this.#names.length) add(this.#between(next, this.#names.length));
    for (const entry of added) add(entry);
    if (parts.length === 0) return '{}';
    parts.push('}');
    return parts.join('');
  }

  /** The text of attributes from one to before another. */
  #between(first: number, end: number): string {
    return this.#text.slice(this.#startOf(first), this.#ends[end - 1]);
  }

  #startOf(i: number): number {
    return i === 0 ? this.#start + 1 : (this.#ends[i - 1] as number) + 1;
  }
}

/** Looks into the JSON of a whole item. */
export function readItemText(json: string): ItemText {
  const names: string[] = [];
  const ends: number[] = [];
  let at = 0;
  // `{` before the first, `,` before the others.
  while (json.charCodeAt(at + 1) === quote) {
    const end = endOfString(json, at + 2);
    names.push(json.slice(at + 2, end));
    at = endOfValue(json, end + 2);
    ends.push(at);
  }
  return new ItemText(json, 0, names, ends);
}

/** A name as JSON has it between quotes. */
function written(name: string): string {
  return escaped.test(name) ? JSON.stringify(name).slice(1, -1) : name;
}

/** A value from its text; shares nothing with it. */
function readValue(text: string, start: number, end: number): Value {
  // Most values are short, and short parts of a text are copies.
  if (end - start < 20) {
    const content = text.slice(start + 6, end - 2);
    if (text.startsWith('{"N":"', start)) return { N: content };
    if (text.startsWith('{"S":"', start) && !content.includes('\\')) return { S: content };
  }
  return JSON.parse(text.slice(start, end)) as Value;
}

function jsonOf(value: Value): string {
  return 'N' in value && value.N !== undefined ? `{"N":"${value.N}"}` : JSON.stringify(value);
}

/** Where a string's closing quote stands; `at` is after the opening one. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
  throw new Error('An item is kept that is no whole JSON.');
}

/** After a value: `{"S":"…"}` and its kind. */
function endOfValue(text: string, at: number): number {
  const type = text.charCodeAt(at + 2);
  if (text.charCodeAt(at + 3) === quote) {
    if (type === 0x4d || type === 0x4c) return endOfEntries(text, at + 5, type === 0x4d); // M, L
    return endOfString(text, at + 6) + 2; // S, N, B
  }
  if (text.charCodeAt(at + 3) === 0x53) return endOfSet(text, at + 6); // SS, NS, BS
  return text.indexOf('}', at) + 1; // BOOL, NULL
}

/** After a map or list that begins here, and the value that it is. */
function endOfEntries(text: string, open: number, named: boolean): number {
  let at = open + 1;
  if (text.charCodeAt(at) === (named ? 0x7d : 0x5d)) return at + 2; // nothing in it
  for (; ; at++) {
    at = endOfValue(text, named ? endOfString(text, at + 1) + 2 : at);
    if (text.charCodeAt(at) !== comma) return at + 2;
  }
}

/** After a set whose first member begins after this bracket, and the value that it is. */
function endOfSet(text: string, open: number): number {
  for (let at = open + 1; ; at++) {
    at = endOfString(text, at + 1) + 1;
    if (text.charCodeAt(at) !== comma) return at + 2;
  }
}
