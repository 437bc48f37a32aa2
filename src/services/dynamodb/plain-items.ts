/**
 * Items of requests to write, read from the text of the request itself. What a table keeps of an item is its JSON, and what
 * a write needs to know of it is its size and its keys: one look along the text finds both, where parsing, checking, copying
 * and writing it again make some twenty objects an attribute map. Only plain text is taken — ASCII, nothing escaped, no
 * white space, normal numbers, no bytes, nothing twice; `undefined` leaves the request to the general way, which also words
 * every error.
 */

import type { NewItem } from './new-item';
import { numberSize, plainNumber } from './number';
import type { Item, Value } from './value';

/** Longer bodies may break a length that the model sets; those are checked the general way. */
const maxBodyBytes = 65_535;
const maxDepth = 16;
const itemMember = '"Item":{';
/** Whatever is escaped, or is not ASCII, or ends a line. */
const notPlain = /[^\x20-\x7e]|\\/;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const open = 0x7b;
const close = 0x7d;

/** The request without its items, and the items. */
export interface Abridged {
  readonly body: Uint8Array;
  readonly items: readonly PlainItem[];
}

/** Cuts the items out of a request; undefined when it has none, or is not plain. */
export function abridge(body: Uint8Array): Abridged | undefined {
  if (body.length > maxBodyBytes) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let at = bytes.indexOf(itemMember, 0, 'latin1');
  if (at < 0 || bytes.includes('null', 0, 'latin1')) return undefined;
  const text = bytes.toString('latin1');
  if (notPlain.test(text)) return undefined;
  const items: PlainItem[] = [];
  let rest = '';
  let from = 0;
  for (; at >= 0; at = text.indexOf(itemMember, from)) {
    const start = at + itemMember.length - 1;
    const item = readPlainItem(text, start);
    if (item === undefined) return undefined;
    items.push(item);
    rest += `${text.slice(from, start)}{}`;
    from = item.end;
  }
  return { body: Buffer.from(rest + text.slice(from), 'latin1'), items };
}

/** The item that begins here; undefined when it is not plain. */
export function readPlainItem(text: string, start: number): PlainItem | undefined {
  const scan = new Scan(text, start);
  const names: string[] = [];
  const places: number[] = [];
  return scan.map(names, places, 0) ? new PlainItem({ text, start, end: scan.at, names, places, bytes: scan.bytes }) : undefined;
}

class Scan {
  readonly text: string;
  at: number;
  /** As AWS counts an item. */
  bytes = 0;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  /** `{"name":value,…}`; notes names, and where values begin. */
  map(names: string[], places: number[] | undefined, depth: number): boolean {
    const { text } = this;
    if (depth > maxDepth || text.charCodeAt(this.at) !== open) return false;
    if (text.charCodeAt(this.at + 1) === close) {
      this.at += 2;
      return true;
    }
    do {
      const start = this.at + 2;
      if (text.charCodeAt(this.at + 1) !== quote) return false;
      const end = text.indexOf('"', start);
      if (end <= start || text.charCodeAt(end + 1) !== colon) return false;
      const name = text.slice(start, end);
      if (name === '__proto__' || names.includes(name)) return false;
      names.push(name);
      this.bytes += end - start;
      this.at = end + 2;
      places?.push(this.at);
      if (!this.value(depth)) return false;
    } while (text.charCodeAt(this.at) === comma);
    return this.passes(close);
  }

  /** `{"S":"…"}` and its kind. */
  value(depth: number): boolean {
    const { text, at } = this;
    if (text.charCodeAt(at) !== open || text.charCodeAt(at + 1) !== quote) return false;
    const isLetter = text.charCodeAt(at + 3) === quote && text.charCodeAt(at + 4) === colon;
    this.at = at + 5;
    return (isLetter ? this.content(text.charCodeAt(at + 2), depth) : this.word(at + 2)) && this.passes(close);
  }

  /** What follows a type of one letter. Bytes are the general way's: their base64 has to be looked at. */
  content(type: number, depth: number): boolean {
    switch (type) {
      case 0x53: // S
        return this.string() >= 0;
      case 0x4e: // N
        return this.number();
      case 0x4d: {
        // M
        const names: string[] = [];
        this.bytes += 3;
        if (!this.map(names, undefined, depth + 1)) return false;
        this.bytes += names.length;
        return true;
      }
      case 0x4c: // L
        return this.list(depth + 1);
      default:
        return false;
    }
  }

  /** A type of several letters, with what follows it. */
  word(at: number): boolean {
    const { text } = this;
    for (const word of words) {
      if (!text.startsWith(word, at)) continue;
      this.bytes += 1;
      this.at = at + word.length;
      return true;
    }
    if (!text.startsWith('SS":["', at)) return false;
    this.at = at + 4;
    return this.strings();
  }

  /** Moves behind a string and counts it; its length, -1 when there is none. */
  string(): number {
    const { text } = this;
    if (text.charCodeAt(this.at) !== quote) return -1;
    const start = this.at + 1;
    const end = text.indexOf('"', start);
    if (end < 0) return -1;
    this.bytes += end - start;
    this.at = end + 1;
    return end - start;
  }

  number(): boolean {
    const start = this.at + 1;
    const before = this.bytes;
    if (this.string() < 0) return false;
    const text = this.text.slice(start, this.at - 1);
    if (!plainNumber(text)) return false;
    this.bytes = before + numberSize(text);
    return true;
  }

  /** A set: no member empty, none twice. */
  strings(): boolean {
    const { text } = this;
    const seen: string[] = [];
    do {
      this.at++;
      const start = this.at + 1;
      if (this.string() < 1) return false;
      const member = text.slice(start, this.at - 1);
      if (seen.includes(member)) return false;
      seen.push(member);
    } while (text.charCodeAt(this.at) === comma && seen.length < 32);
    return this.passes(0x5d);
  }

  list(depth: number): boolean {
    const { text } = this;
    this.bytes += 3;
    if (depth > maxDepth || text.charCodeAt(this.at) !== 0x5b) return false;
    if (text.charCodeAt(this.at + 1) === 0x5d) {
      this.at += 2;
      return true;
    }
    do {
      this.at++;
      this.bytes += 1;
      if (!this.value(depth)) return false;
    } while (text.charCodeAt(this.at) === comma);
    return this.passes(0x5d);
  }

  passes(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at++;
    return true;
  }
}

const words = ['BOOL":true', 'BOOL":false', 'NULL":true'];

interface Place {
  /** Of the request. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly names: readonly string[];
  /** Where the values begin. */
  readonly places: readonly number[];
  readonly bytes: number;
}

const source = Symbol('plain item');
const target = {};

/**
 * An item that is still text. Where the general way has an item's object, a request holds a proxy that becomes that object
 * as soon as anybody looks into it; see `stand`.
 */
export class PlainItem implements NewItem, ProxyHandler<object> {
  /** Size as AWS counts it. */
  readonly bytes: number;
  readonly end: number;
  readonly #place: Place;
  #values: Item | undefined;

  constructor(place: Place) {
    this.#place = place;
    this.bytes = place.bytes;
    this.end = place.end;
  }

  /** Its JSON. A copy: a part of the request would keep all of the request. */
  get json(): string {
    const { text, start, end } = this.#place;
    return Buffer.from(text.slice(start, end), 'latin1').toString('latin1');
  }

  get values(): Item {
    const { text, start, end } = this.#place;
    this.#values ??= JSON.parse(text.slice(start, end)) as Item;
    return this.#values;
  }

  attribute(name: string): Value | undefined {
    const { text, names, places, end } = this.#place;
    const i = names.indexOf(name);
    if (i < 0) return undefined;
    const next = names[i + 1];
    // `,"name":` stands between two values.
    const valueEnd = next === undefined ? end - 1 : (places[i + 1] as number) - next.length - 4;
    const value = text.slice(places[i], valueEnd);
    return value.startsWith('{"S":"') ? { S: Buffer.from(value.slice(6, -2), 'latin1').toString('latin1') } : (JSON.parse(value) as Value);
  }

  /** What stands for the item's object in a request. */
  stand(): object {
    return new Proxy(target, this);
  }

  get(_target: object, name: string | symbol): unknown {
    return name === source ? this : Reflect.get(this.values, name);
  }
  has(_target: object, name: string | symbol): boolean {
    return Reflect.has(this.values, name);
  }
  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.values);
  }
  getOwnPropertyDescriptor(_target: object, name: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.values, name);
  }
  set(): boolean {
    return false;
  }
}

/** The plain item that stands in a request; undefined for an object of the general way. */
export function plainItemOf(item: object): PlainItem | undefined {
  return (item as { readonly [source]?: PlainItem })[source];
}

type Puts = { Item?: object }[];

/** Puts the items into the parsed rest of the request; false when it has not just as many places for them. */
export function complete(operation: string, input: Readonly<Record<string, unknown>>, items: readonly PlainItem[]): boolean {
  const puts = putsOf(operation, input);
  if (puts?.length !== items.length) return false;
  for (const [i, put] of puts.entries()) put.Item = (items[i] as PlainItem).stand();
  return true;
}

/** Where items stand, in the order of the text. */
function putsOf(operation: string, input: Readonly<Record<string, unknown>>): Puts | undefined {
  const hasItem = (put: { Item?: object } | undefined): put is { Item: object } => put?.Item !== undefined;
  switch (operation) {
    case 'PutItem':
      return [input as { Item?: object }].filter(hasItem);
    case 'TransactWriteItems':
      return (input['TransactItems'] as { Put?: { Item?: object } }[] | undefined)?.map(({ Put }) => Put).filter(hasItem);
    case 'BatchWriteItem': {
      const tables = Object.entries((input['RequestItems'] ?? {}) as Record<string, { PutRequest?: { Item?: object } }[]>);
      // Names that are numbers come first in an object, wherever they stood.
      if (tables.some(([name]) => /^\d+$/.test(name))) return undefined;
      return tables.flatMap(([, requests]) => requests.map(({ PutRequest }) => PutRequest)).filter(hasItem);
    }
    default:
      return undefined;
  }
}
