/** Pages of a hundred, which is all that SNS's lists know. */
import { pageToken, readPageToken } from '../../kernel';
import { invalidParameter } from './errors';

export const pageSize = 100;

/** Where the page after a token begins: the last key of the one before. */
export function afterToken(kind: string, token: string | undefined): string[] | undefined {
  if (token === undefined) return undefined;
  const after = readPageToken(kind, token);
  if (!Array.isArray(after)) throw invalidParameter('NextToken');
  return after as string[];
}

/** One page of what was found (one more than a page, to know whether there is another), and the token of the next. */
export function cutPage<T>(found: readonly T[], kind: string, keyOf: (item: T) => readonly string[], size = pageSize) {
  const items = found.slice(0, size);
  const last = items.at(-1);
  return { items, NextToken: found.length > size && last !== undefined ? pageToken(kind, keyOf(last)) : undefined };
}
