/** Conditional requests: which of them hold, in the order of RFC 9110 §13.2.2, which S3 follows. */
import { toSeconds } from './times';

interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** ms since 1970. */
  readonly ifModifiedSince?: number | undefined;
  readonly ifUnmodifiedSince?: number | undefined;
}

/** What a condition is held against; the ETag without quotes. HTTP dates have no fractions, so neither has the comparison. */
interface Validators {
  readonly etag: string;
  readonly modifiedSeconds: number;
}

type ReadVerdict = { readonly ok: true } | { readonly ok: false; readonly condition: string; readonly unmodified: boolean };

const holds: ReadVerdict = { ok: true };

/** `unmodified` means 304 on a read; copies answer 412 to every failure. */
export function checkRead(conditions: ReadConditions, object: Validators): ReadVerdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!matchesETag(ifMatch, object.etag)) return { ok: false, condition: 'If-Match', unmodified: false };
  } else if (ifUnmodifiedSince !== undefined && object.modifiedSeconds > toSeconds(ifUnmodifiedSince)) {
    return { ok: false, condition: 'If-Unmodified-Since', unmodified: false };
  }
  if (ifNoneMatch !== undefined) {
    if (matchesETag(ifNoneMatch, object.etag)) return { ok: false, condition: 'If-None-Match', unmodified: true };
  } else if (ifModifiedSince !== undefined && object.modifiedSeconds <= toSeconds(ifModifiedSince)) {
    return { ok: false, condition: 'If-Modified-Since', unmodified: true };
  }
  return holds;
}

type WriteVerdict = 'ok' | 'not-implemented' | 'missing' | 'if-match-failed' | 'if-none-match-failed';

/** PUT, copy, complete: `If-None-Match: *` creates only, `If-Match` replaces only that ETag. */
export function checkWrite(ifMatch: string | undefined, ifNoneMatch: string | undefined, current: Validators | undefined): WriteVerdict {
  // PutObject: "Expects the '*' (asterisk) character"; other values are functionality that is not implemented.
  if (ifNoneMatch !== undefined && (ifNoneMatch.trim() !== '*' || ifMatch !== undefined)) return 'not-implemented';
  if (ifNoneMatch !== undefined && current) return 'if-none-match-failed';
  if (ifMatch === undefined) return 'ok';
  if (!current) return 'missing';
  return matchesETag(ifMatch, current.etag) ? 'ok' : 'if-match-failed';
}

/** `"a", W/"b"`, `*`, or an ETag without quotes, which S3 takes too. */
export function matchesETag(header: string, etag: string): boolean {
  return header.split(',').some((candidate) => {
    const text = candidate.trim();
    return text === '*' || stripQuotes(text.startsWith('W/') ? text.slice(2) : text) === etag;
  });
}

/** An ETag as clients hand it back, with or without quotes. */
export function stripQuotes(etag: string): string {
  return etag.length > 1 && etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag;
}
