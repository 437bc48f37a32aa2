/** Reads items of plain text, checking and measuring them on the way. */
import { ItemText } from './item-text';
import { numberSize, plainNumber } from './number';

const maxDepth = 16;
const maxMembers = 32;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const open = 0x7b;
const close = 0x7d;

export interface Scanned {
  readonly text: ItemText;
  /** Size as AWS counts it. */
  readonly bytes: number;
  /** After the item. */
  readonly end: number;
}

/**
 * The item that begins at `start`; undefined when it is not plain: white space, control characters, numbers that are not
 * normal, bytes, anything twice. The text must be ASCII without a backslash; it is given twice, since bytes are faster to
 * go along, and text is faster to cut names out of.
 */
export function scanItem(body: Uint8Array, text: string, start: number): Scanned | undefined {
  const scan = new Scan(body, text, start);
  const names: string[] = [];
  const ends: number[] = [];
  return scan.map(names, ends, 0) ? { text: new ItemText(text, start, names, ends), bytes: scan.bytes, end: scan.at } : undefined;
}

class Scan {
  readonly #body: Uint8Array;
  readonly #text: string;
  at: number;
  /** As AWS counts an item. */
  bytes = 0;

  constructor(body: Uint8Array, text: string, at: number) {
    this.#body = body;
    this.#text = text;
    this.at = at;
  }

  /** `{"name":value,…}`; notes names, and where values end. */
  map(names: string[], ends: number[] | undefined, depth: number): boolean {
    const body = this.#body;
    if (depth > maxDepth || body[this.at] !== open) return false;
    if (body[this.at + 1] === close) {
      this.at += 2;
      return true;
    }
    do {
      this.at++;
      const start = this.at + 1;
      if (this.#string() < 1 || body[this.at] !== colon) return false;
      const name = this.#text.slice(start, this.at - 1);
      if (name === '__proto__' || names.includes(name)) return false;
      names.push(name);
      this.at++;
      if (!this.#value(depth)) return false;
      ends?.push(this.at);
    } while (body[this.at] === comma);
    return this.#passes(close);
  }

  /** `{"S":"…"}` and its kind. */
  #value(depth: number): boolean {
    const body = this.#body;
    const { at } = this;
    if (body[at] !== open || body[at + 1] !== quote) return false;
    const isLetter = body[at + 3] === quote && body[at + 4] === colon;
    this.at = at + 5;
    return (isLetter ? this.#content(body[at + 2] as number, depth) : this.#word(at + 2)) && this.#passes(close);
  }

  /** What follows a type of one letter. Bytes are the general way's: their base64 has to be looked at. */
  #content(type: number, depth: number): boolean {
    switch (type) {
      case 0x53: // S
        return this.#string() >= 0;
      case 0x4e: // N
        return this.#number();
      case 0x4d: {
        // M
        const names: string[] = [];
        this.bytes += 3;
        if (!this.map(names, undefined, depth + 1)) return false;
        this.bytes += names.length;
        return true;
      }
      case 0x4c: // L
        return this.#list(depth + 1);
      default:
        return false;
    }
  }

  /** A type of several letters, with what follows it. */
  #word(at: number): boolean {
    for (const word of words) {
      if (!this.#text.startsWith(word, at)) continue;
      this.bytes += 1;
      this.at = at + word.length;
      return true;
    }
    if (!this.#text.startsWith('SS":["', at)) return false;
    this.at = at + 4;
    return this.#strings();
  }

  /** Moves behind a string and counts it; its length, -1 when there is none. */
  #string(): number {
    const body = this.#body;
    const start = this.at + 1;
    if (body[this.at] !== quote) return -1;
    let at = start;
    let code = body[at] as number;
    while (code > quote || code === 0x20 || code === 0x21) code = body[++at] as number;
    if (code !== quote) return -1;
    this.bytes += at - start;
    this.at = at + 1;
    return at - start;
  }

  #number(): boolean {
    const start = this.at + 1;
    const before = this.bytes;
    if (this.#string() < 0) return false;
    const text = this.#text.slice(start, this.at - 1);
    if (!plainNumber(text)) return false;
    this.bytes = before + numberSize(text);
    return true;
  }

  /** A set: no member empty, none twice. */
  #strings(): boolean {
    const seen: string[] = [];
    do {
      this.at++;
      const start = this.at + 1;
      if (this.#string() < 1) return false;
      const member = this.#text.slice(start, this.at - 1);
      if (seen.includes(member)) return false;
      seen.push(member);
    } while (this.#body[this.at] === comma && seen.length < maxMembers);
    return this.#passes(0x5d);
  }

  #list(depth: number): boolean {
    const body = this.#body;
    this.bytes += 3;
    if (depth > maxDepth || body[this.at] !== 0x5b) return false;
    if (body[this.at + 1] === 0x5d) {
      this.at += 2;
      return true;
    }
    do {
      this.at++;
      this.bytes += 1;
      if (!this.#value(depth)) return false;
    } while (body[this.at] === comma);
    return this.#passes(0x5d);
  }

  #passes(code: number): boolean {
    if (this.#body[this.at] !== code) return false;
    this.at++;
    return true;
  }
}

const words = ['BOOL":true', 'BOOL":false', 'NULL":true'];
