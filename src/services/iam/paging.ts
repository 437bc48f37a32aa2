/** Pages of IAM's lists: Marker in and out, at most MaxItems on one. */
import { pageToken, readPageToken } from '../../kernel';
import { validationError } from './errors';

export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** To be spread into the answer. */
  readonly end: { readonly IsTruncated: boolean; readonly Marker?: string };
}

/** So many items behind a position. */
export interface Behind {
  readonly after?: string;
  readonly limit: number;
}

/** The same within the entries of an index that begin with one id. */
export function within(id: string, { after, limit }: Behind) {
  return { prefix: id, limit, ...(after !== undefined && { after: [id, after] }) };
}

/** Where the items of a page come from, in the order of their keys. */
export interface Source<T> {
  readonly read: (range: Behind) => readonly T[];
  readonly keyOf: (item: T) => string;
  /** What it does not take counts towards no page. */
  readonly keep?: (item: T) => boolean;
}

/** On one page, of which nothing is said. */
export const defaultItems = 100;

const invalidMarker = () => validationError('Invalid Marker.');

/** One page of a list that is too long to be read whole. */
export function scannedPage<T>(kind: string, request: PageRequest, source: Source<T>): Page<T> {
  return chainedPage(kind, request, [source]);
}

/** One page of several such lists, one after the other. */
export function chainedPage<T>(kind: string, request: PageRequest, sources: readonly Source<T>[]): Page<T> {
  const limit = request.MaxItems ?? defaultItems;
  const [first, position] = startOf(kind, request.Marker);
  const items: T[] = [];
  let marker = '';
  for (let n = first; n < sources.length; n++) {
    const source = sources[n]!;
    for (const item of readOn(source, n === first ? position : undefined, limit + 1)) {
      if (items.length === limit) return { items, end: { IsTruncated: true, Marker: marker } };
      items.push(item);
      marker = pageToken(kind, [n, source.keyOf(item)]);
    }
  }
  return { items, end: { IsTruncated: false } };
}

/** What a source keeps behind a position, read in pieces. */
function* readOn<T>({ read, keyOf, keep = () => true }: Source<T>, position: string | undefined, wanted: number): Generator<T> {
  const limit = Math.max(wanted, defaultItems);
  for (let after = position; ; ) {
    const batch = read({ ...(after !== undefined && { after }), limit });
    yield* batch.filter(keep);
    const last = batch.at(-1);
    if (last === undefined || batch.length < limit) return;
    after = keyOf(last);
  }
}

/** One page of a list that is at hand, in an order of its own. */
export function listedPage<T>(kind: string, request: PageRequest, all: readonly T[]): Page<T> {
  const [, position = '0'] = startOf(kind, request.Marker);
  if (!/^\d{1,9}$/.test(position)) throw invalidMarker();
  const start = Number(position);
  const end = start + (request.MaxItems ?? defaultItems);
  const IsTruncated = end < all.length;
  return {
    items: all.slice(start, end),
    end: { IsTruncated, ...(IsTruncated && { Marker: pageToken(kind, [0, String(end)]) }) },
  };
}

function startOf(kind: string, marker: string | undefined): [source: number, position: string | undefined] {
  if (marker === undefined) return [0, undefined];
  const start: unknown = readPageToken(kind, marker);
  const [source, position] = Array.isArray(start) ? (start as readonly unknown[]) : [];
  if (typeof source !== 'number' || !Number.isInteger(source) || source < 0 || typeof position !== 'string') throw invalidMarker();
  return [source, position];
}
