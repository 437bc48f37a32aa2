/** Pages of IAM's lists: Marker in and out, at most MaxItems on one. */
import { pageToken, readPageToken, type ScanRange } from '../../kernel';
import { validationError } from './errors';

export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

interface PageEnd {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

const defaultItems = 100;

const invalidMarker = () => validationError('Invalid Marker.');

/**
 * One page of a list that is too long to be read whole. `read` gives what lies behind a position, in order; `keyOf` is the
 * position of an item; what `keep` does not take counts towards no page.
 */
export function scannedPage<T>(
  kind: string,
  page: PageRequest,
  read: (range: Pick<ScanRange, 'after' | 'limit'>) => readonly T[],
  keyOf: (item: T) => string,
  keep: (item: T) => boolean = () => true,
): { readonly items: readonly T[]; readonly end: PageEnd } {
  const limit = page.MaxItems ?? defaultItems;
  let after = page.Marker === undefined ? undefined : positionOf(kind, page.Marker);
  const items: T[] = [];
  for (;;) {
    const batch = read({ ...(after !== undefined && { after }), limit: Math.max(limit + 1, defaultItems) });
    for (const item of batch) {
      if (!keep(item)) continue;
      const last = items.at(-1);
      if (items.length === limit && last !== undefined) return { items, end: { IsTruncated: true, Marker: pageToken(kind, keyOf(last)) } };
      items.push(item);
    }
    const last = batch.at(-1);
    if (last === undefined || batch.length <= limit) return { items, end: { IsTruncated: false } };
    after = keyOf(last);
  }
}

/** One page of a list that is at hand, in an order of its own. */
export function listedPage<T>(kind: string, page: PageRequest, all: readonly T[]): { readonly items: readonly T[]; readonly end: PageEnd } {
  const start = page.Marker === undefined ? 0 : Number(positionOf(kind, page.Marker));
  const end = start + (page.MaxItems ?? defaultItems);
  const IsTruncated = end < all.length;
  return { items: all.slice(start, end), end: { IsTruncated, ...(IsTruncated && { Marker: pageToken(kind, String(end)) }) } };
}

function positionOf(kind: string, marker: string): string {
  const position = readPageToken(kind, marker);
  if (typeof position !== 'string') throw invalidMarker();
  return position;
}
