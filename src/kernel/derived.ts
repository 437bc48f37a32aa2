/** What follows from a record alone, worked out once per record: records never change, so it is as good as part of them. */

import { BoundedCache } from './bounded-cache';
import type { Place } from './place';

/**
 * Remembers what a pure function makes of an object for as long as the object lives. Whatever else the function is given
 * must be the same for an object each time: its ARN, say. It never makes undefined of one, which would be made again and again.
 */
export function derived<K extends object, A extends readonly unknown[], T extends {}>(
  derive: (record: K, ...same: A) => T,
): (record: K, ...same: A) => T {
  const known = new WeakMap<K, T>();
  return (record, ...same) => {
    let value = known.get(record);
    if (value === undefined) known.set(record, (value = derive(record, ...same)));
    return value;
  };
}

const kept = 1000;
const longestKept = 256;

/**
 * Remembers what a pure function makes of a text at the place where the text was asked about last: clients name the same
 * few resources in call after call, from the same account and region.
 */
export function derivedAt<T>(derive: (text: string, at: Place) => T): (text: string, at: Place) => T {
  const known = new BoundedCache<{ readonly at: Place; readonly value: T }>(kept);
  return (text, at) => {
    const before = known.get(text);
    if (before !== undefined && before.at === at) return before.value;
    const value = derive(text, at);
    if (text.length <= longestKept) known.set(text, { at, value });
    return value;
  };
}
