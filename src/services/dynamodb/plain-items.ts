/**
 * Items of requests to write, read from the text of the request itself. What a table keeps of an item is its JSON, and what
 * a write needs to know of it is its size and its keys: one look along the text finds both, where parsing, checking, copying
 * and writing it again make some twenty objects an attribute map. Only plain text is taken, see plain-scan.ts; `undefined`
 * leaves the request to the general way, which also words every error.
 */
import { isAscii } from 'node:buffer';
import type { NewItem } from './new-item';
import { type Scanned, scanItem } from './plain-scan';
import type { Item, Value } from './value';

/** Longer bodies may break a length that the model sets; those are checked the general way. */
const maxBodyBytes = 65_535;
const itemMember = '"Item":{';
const backslash = 0x5c;

/** The request without its items, and the items. */
export interface Abridged {
  readonly body: Uint8Array;
  readonly items: readonly PlainItem[];
}

const withItems: ReadonlySet<string> = new Set(['PutItem', 'BatchWriteItem', 'TransactWriteItems']);

/** Cuts the items out of a request; undefined when it has none, or is not plain. */
export function abridge(operation: string, body: Uint8Array): Abridged | undefined {
  if (!withItems.has(operation) || body.length > maxBodyBytes) return undefined;
  if (!isAscii(body) || body.includes(backslash)) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = bytes.toString('latin1');
  let at = text.indexOf(itemMember);
  if (at < 0 || text.includes('null')) return undefined;
  const items: PlainItem[] = [];
  let rest = '';
  let from = 0;
  for (; at >= 0; at = text.indexOf(itemMember, from)) {
    const start = at + itemMember.length - 1;
    const scanned = scanItem(bytes, text, start);
    if (scanned === undefined) return undefined;
    items.push(new PlainItem(bytes, start, scanned));
    rest += `${text.slice(from, start)}{}`;
    from = scanned.end;
  }
  return { body: Buffer.from(rest + text.slice(from), 'latin1'), items };
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
  readonly #request: Buffer;
  readonly #start: number;
  readonly #scanned: Scanned;
  #values: Item | undefined;

  constructor(request: Buffer, start: number, scanned: Scanned) {
    this.bytes = scanned.bytes;
    this.#request = request;
    this.#start = start;
    this.#scanned = scanned;
  }

  /** Its JSON. A copy: a part of the request would keep all of the request. */
  get json(): string {
    return this.#request.toString('latin1', this.#start, this.#scanned.end);
  }

  attribute(name: string): Value | undefined {
    return this.#scanned.text.attribute(name);
  }

  get #parsed(): Item {
    this.#values ??= JSON.parse(this.json) as Item;
    return this.#values;
  }

  /** What stands for the item's object in a request. */
  stand(): object {
    return new Proxy(target, this);
  }

  get(_target: object, name: string | symbol): unknown {
    return name === source ? this : Reflect.get(this.#parsed, name);
  }
  has(_target: object, name: string | symbol): boolean {
    return Reflect.has(this.#parsed, name);
  }
  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.#parsed);
  }
  getOwnPropertyDescriptor(_target: object, name: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#parsed, name);
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
