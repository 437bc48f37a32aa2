/** An item on its way into a table. */
import type { Attributes, Changes } from './attributes';
import type { ItemText } from './item-text';
import { attribute, attributeSize, type Item, itemSize, type Value } from './value';

export interface NewItem extends Attributes {
  /** As it is kept. */
  readonly json: string;
  /** Size as AWS counts it. */
  readonly bytes: number;
}

/** One whose values are at hand. */
export class ParsedItem implements NewItem {
  readonly #values: Item;
  #bytes: number | undefined;

  constructor(values: Item) {
    this.#values = values;
  }

  get json(): string {
    return JSON.stringify(this.#values);
  }

  get bytes(): number {
    this.#bytes ??= itemSize(this.#values);
    return this.#bytes;
  }

  attribute(name: string): Value | undefined {
    return attribute(this.#values, name);
  }
}

/** What becomes of an item by an update: its text but for what has changed. */
export class ChangedItem implements NewItem {
  readonly json: string;
  readonly bytes: number;
  readonly #before: ItemText;
  readonly #changes: Changes;

  /** `bytes`: the size before. */
  constructor(before: ItemText, bytes: number, changes: Changes) {
    this.#before = before;
    this.#changes = changes;
    let size = bytes;
    for (const [name, value] of changes) size += sizeOf(name, value) - sizeOf(name, before.attribute(name));
    this.bytes = size;
    this.json = before.with(changes);
  }

  attribute(name: string): Value | undefined {
    return this.#changes.has(name) ? this.#changes.get(name) : this.#before.attribute(name);
  }
}

function sizeOf(name: string, value: Value | undefined): number {
  return value === undefined ? 0 : attributeSize(name, value);
}
