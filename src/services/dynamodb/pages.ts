/** Reads a page: items in order until there are enough, or a megabyte of them. */
import type { Collection, Keyed, Tx } from '../../kernel';
import type { Bounds } from './key-condition';
import type { StoredItem } from './state';

/** A page ends with the item with which it reaches this many bytes (Developer Guide, "Paginating table query results"). */
const pageBytes = 1024 * 1024;
const firstChunk = 100;
const laterChunks = 1000;

export interface Range extends Bounds {
  readonly prefix: Keyed;
}

export interface Page<R> {
  readonly items: readonly R[];
  readonly bytes: number;
  /** The limit or the megabyte ended it, so there may be more. */
  readonly ended: boolean;
}

export function readPage<R extends StoredItem>(
  tx: Tx,
  collection: Collection<R>,
  range: Range,
  limit: number | undefined,
  reverse: boolean,
): Page<R> {
  const items: R[] = [];
  const wanted = limit ?? Number.POSITIVE_INFINITY;
  let bytes = 0;
  let from = range;
  for (let chunk = firstChunk; ; chunk = laterChunks) {
    const found = tx.scan(collection, { limit: Math.min(chunk, wanted - items.length), reverse, ...from });
    for (const item of found) {
      items.push(item);
      bytes += item.bytes;
      if (bytes >= pageBytes) return { items, bytes, ended: true };
    }
    if (items.length >= wanted) return { items, bytes, ended: true };
    if (found.length < chunk) return { items, bytes, ended: false };
    from = beyond(range, items.at(-1) as R, reverse);
  }
}

/** What of a range is left after an item. */
export function beyond(range: Range, item: Keyed, reverse: boolean): Range {
  return reverse ? { ...range, to: item } : { ...range, after: item };
}
