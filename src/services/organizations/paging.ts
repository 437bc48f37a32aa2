/** Pages of at most twenty, by the key of the last item of the one before. */
import { type Key, pageToken, paginate, readPageToken, type ScanRange } from '../../kernel';
import { invalidInput } from './errors';

const maxPage = 20;

export interface PageInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly NextToken: string | undefined;
}

/** One page of those of a scan that are wanted; `keyOf` is the key (of the index) that it scans by. */
export function scanPage<R>(
  kind: string,
  { NextToken, MaxResults = maxPage }: PageInput,
  scan: (range: ScanRange) => R[],
  keyOf: (record: R) => readonly (string | number)[],
  isWanted: (record: R) => boolean = () => true,
): Page<R> {
  let after = NextToken === undefined ? undefined : readPageToken(kind, NextToken);
  if (NextToken !== undefined && !Array.isArray(after)) throw invalidInput('INVALID_NEXT_TOKEN');
  const found: R[] = [];
  for (let isEnd = false; !isEnd && found.length <= MaxResults; ) {
    const read = scan({ limit: MaxResults + 1, ...(after !== undefined && { after: after as Key }) });
    found.push(...read.filter(isWanted));
    const last = read.at(-1);
    isEnd = last === undefined || read.length <= MaxResults;
    after = last && keyOf(last);
  }
  const items = found.slice(0, MaxResults);
  const last = items.at(-1);
  return { items, NextToken: found.length > MaxResults && last !== undefined ? pageToken(kind, keyOf(last)) : undefined };
}

/** One page of a short list that is at hand. */
export function listPage<T>(kind: string, { NextToken: token, MaxResults: limit = maxPage }: PageInput, list: readonly T[]): Page<T> {
  const { items, nextToken } = paginate(list, { token, limit, kind }, () => invalidInput('INVALID_NEXT_TOKEN'));
  return { items, NextToken: nextToken };
}
