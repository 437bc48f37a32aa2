/** An item on its way into a table. */
import { attribute, type Item, itemSize, type Value } from './value';

export interface NewItem {
  /** As it is kept. */
  readonly json: string;
  /** Size as AWS counts it. */
  readonly bytes: number;
  readonly values: Item;
  attribute(name: string): Value | undefined;
}

/** One whose values are at hand. */
export class ParsedItem implements NewItem {
  readonly values: Item;
  #bytes: number | undefined;

  constructor(values: Item) {
    this.values = values;
  }

  get json(): string {
    return JSON.stringify(this.values);
  }

  get bytes(): number {
    this.#bytes ??= itemSize(this.values);
    return this.#bytes;
  }

  attribute(name: string): Value | undefined {
    return attribute(this.values, name);
  }
}
