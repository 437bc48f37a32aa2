import { describe, expect, it } from 'vitest';
import { checkRead, checkWrite, matchesETag } from './conditions';

const at = 1_700_000_000_000;
const object = { etag: 'abc', modifiedSeconds: at / 1000 };

describe('conditional reads', () => {
  it.each([
    [{}, undefined],
    [{ ifMatch: '"abc"' }, undefined],
    [{ ifMatch: 'abc' }, undefined],
    [{ ifMatch: '*' }, undefined],
    [{ ifMatch: '"x", "abc"' }, undefined],
    [{ ifMatch: '"x"' }, 'If-Match'],
    [{ ifUnmodifiedSince: at - 1000 }, 'If-Unmodified-Since'],
    [{ ifUnmodifiedSince: at }, undefined],
    [{ ifMatch: '"abc"', ifUnmodifiedSince: at - 1000 }, undefined],
    [{ ifMatch: '"x"', ifUnmodifiedSince: at }, 'If-Match'],
    [{ ifNoneMatch: '"abc"' }, 'If-None-Match 304'],
    [{ ifNoneMatch: 'W/"abc"' }, 'If-None-Match 304'],
    [{ ifNoneMatch: '*' }, 'If-None-Match 304'],
    [{ ifNoneMatch: '"x"' }, undefined],
    [{ ifModifiedSince: at }, 'If-Modified-Since 304'],
    [{ ifModifiedSince: at + 999 }, 'If-Modified-Since 304'],
    [{ ifModifiedSince: at - 1000 }, undefined],
    [{ ifNoneMatch: '"x"', ifModifiedSince: at }, undefined],
    [{ ifNoneMatch: '"abc"', ifModifiedSince: at - 1000 }, 'If-None-Match 304'],
    [{ ifMatch: '"abc"', ifNoneMatch: '"abc"' }, 'If-None-Match 304'],
    [{ ifMatch: '"x"', ifNoneMatch: '"abc"' }, 'If-Match'],
  ] as const)('%j', (conditions, failure) => {
    const verdict = checkRead(conditions, object);
    expect(verdict.ok ? undefined : verdict.condition + (verdict.unmodified ? ' 304' : '')).toBe(failure);
  });
});

describe('conditional writes', () => {
  it.each([
    [undefined, undefined, undefined, 'ok'],
    [undefined, undefined, object, 'ok'],
    [undefined, '*', undefined, 'ok'],
    [undefined, '*', object, 'if-none-match-failed'],
    [undefined, '"abc"', undefined, 'not-implemented'],
    ['"abc"', '*', object, 'not-implemented'],
    ['"abc"', undefined, object, 'ok'],
    ['abc', undefined, object, 'ok'],
    ['"x"', undefined, object, 'if-match-failed'],
    ['"abc"', undefined, undefined, 'missing'],
  ] as const)('If-Match %s, If-None-Match %s over %j: %s', (ifMatch, ifNoneMatch, current, verdict) =>
    expect(checkWrite(ifMatch, ifNoneMatch, current)).toBe(verdict),
  );

  it('compares ETags with and without quotes', () => {
    expect(matchesETag('"a-2"', 'a-2')).toBe(true);
    expect(matchesETag('"', '')).toBe(false);
  });
});
