/** How S3 lists: keys after a marker, in UTF-8 order, rolled up to common prefixes, each of which is one seek however much lies below it. */
import { afterPrefix } from './object-key';

/** Where to go on reading: after an entry, or at the first key not below a text. */
export type Seek<T> = { readonly after: T } | { readonly from: string | undefined };

export interface ListQuery {
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  /** Only what comes after this key or common prefix. Empty: from the beginning. */
  readonly marker: string;
  readonly limit: number;
}

/** What a page lists: items, and prefixes that stand for all that is below them. */
export type ListEntry<T> = { readonly item: T } | { readonly commonPrefix: string };

export interface ListPage<T> {
  /** In order, as the common prefixes are. */
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  /** What the page ends with. */
  readonly last: ListEntry<T> | undefined;
  readonly truncated: boolean;
}

/**
 * One page. `read` gives up to `limit` items in key order that begin with the prefix and lie at or after `seek`;
 * `start` is used for the first read when the marker alone does not say where to begin (uploads).
 */
export function listPage<T>(
  query: ListQuery,
  keyOf: (item: T) => string,
  read: (seek: Seek<T>, limit: number) => readonly T[],
  start?: Seek<T>,
): ListPage<T> {
  const { prefix, delimiter, limit } = query;
  if (limit <= 0) return { items: [], commonPrefixes: [], last: undefined, truncated: false };
  let seek: Seek<T> | undefined = firstSeek(query, start);
  if (seek && delimiter === '') return pageOf(read(seek, limit + 1), limit);
  const listed: T[] = [];
  const commonPrefixes: string[] = [];
  let last: ListEntry<T> | undefined;
  // Most of a batch may lie below one prefix, so begin small and grow while that is not so.
  let batch = 16;
  while (seek) {
    const items: readonly T[] = read(seek, Math.min(batch, limit + 1));
    seek = items.length === Math.min(batch, limit + 1) ? { after: items[items.length - 1]! } : undefined;
    batch *= 4;
    let below: string | undefined;
    for (const item of items) {
      const key = keyOf(item);
      if (below !== undefined && key.startsWith(below)) continue;
      if (listed.length + commonPrefixes.length === limit) return { items: listed, commonPrefixes, last, truncated: true };
      below = commonPrefixOf(key, prefix, delimiter);
      if (below === undefined) listed.push(item);
      else commonPrefixes.push(below);
      last = below === undefined ? { item } : { commonPrefix: below };
    }
    if (seek && below !== undefined) {
      seek = seekBeyond(below);
      batch = 16;
    }
  }
  return { items: listed, commonPrefixes, last, truncated: false };
}

function pageOf<T>(read: readonly T[], limit: number): ListPage<T> {
  const truncated = read.length > limit;
  const items = truncated ? read.slice(0, limit) : read;
  const last = items.length === 0 ? undefined : { item: items[items.length - 1]! };
  return { items, commonPrefixes: [], last, truncated };
}

/** The part of a key up to and including the first delimiter after the prefix. */
function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function firstSeek<T>({ prefix, delimiter, marker }: ListQuery, start: Seek<T> | undefined): Seek<T> | undefined {
  if (marker === '') return { from: prefix };
  // A common prefix at or around the marker has been listed already.
  const below = marker.startsWith(prefix) ? commonPrefixOf(marker, prefix, delimiter) : undefined;
  if (below !== undefined) return seekBeyond(below);
  // U+0000 is the first character, so this is the first key after the marker.
  return start ?? { from: `${marker}\0` };
}

function seekBeyond<T>(prefix: string): Seek<T> | undefined {
  const from = afterPrefix(prefix);
  return from === undefined ? undefined : { from };
}
