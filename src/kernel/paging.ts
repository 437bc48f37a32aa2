/** Opaque pagination tokens. */
import { AwsError, fail } from './errors';

/** A token that holds any JSON value; `kind` keeps a token of one operation from being used with another. */
export function pageToken(kind: string, position: unknown): string {
  return Buffer.from(JSON.stringify([kind, position]), 'utf8').toString('base64url');
}

/** What pageToken was given; undefined when this is no such token. */
export function readPageToken(kind: string, token: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(value) && value.length === 2 && value[0] === kind ? value[1] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * One page of a list that is at hand: at most `limit` items after the token, and the token of the next page.
 * Throws what `badToken` gives for a token that was not ours.
 */
export function paginate<T>(
  items: readonly T[],
  page: { readonly token?: string | undefined; readonly limit: number; readonly kind: string },
  badToken = invalidNextToken,
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const start = page.token === undefined ? 0 : (readPageToken(page.kind, page.token) ?? fail(badToken()));
  if (typeof start !== 'number') throw badToken();
  const end = start + page.limit;
  return { items: items.slice(start, end), nextToken: end < items.length ? pageToken(page.kind, end) : undefined };
}

function invalidNextToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The token is not valid.', { status: 400 });
}
