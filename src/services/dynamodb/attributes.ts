/** What has attributes by name: items, whether they are text or values. */
import { attribute, type Item, type Value } from './value';

export interface Attributes {
  attribute(name: string): Value | undefined;
}

/** What becomes of top-level attributes; undefined: taken away. */
export type Changes = ReadonlyMap<string, Value | undefined>;

/** An item whose values are at hand. */
export function attributesIn(item: Item): Attributes {
  return { attribute: (name) => attribute(item, name) };
}

export const noAttributes: Attributes = { attribute: () => undefined };
