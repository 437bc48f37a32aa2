/** Items of requests that are still text. */
import type { NewItem } from './new-item';
import type { Scanned } from './plain-scan';
import type { Item, Value } from './value';

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
