import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CanonicalOptions, canonicalRequest } from './canonical';
import { canonicalHash } from './canonical-hash';
import type { SignableRequest } from './credential';
import { sha256Hex } from './signing-key';

const whole = (request: SignableRequest, options: CanonicalOptions): string => sha256Hex(canonicalRequest(request, options));
const signedHeaders = ['host', 'x-amz-date', 'x-amz-meta-a'];
const options: CanonicalOptions = { s3: true, signedHeaders, payloadHash: 'UNSIGNED-PAYLOAD' };
const first: SignableRequest = {
  method: 'GET',
  path: '/bucket/key',
  query: 'versionId=1',
  headers: { host: 'h', 'x-amz-date': '20150830T123600Z', 'x-amz-meta-a': 'one' },
};
const withHeaders = (headers: Record<string, string>): SignableRequest => ({ ...first, headers: { ...first.headers, ...headers } });
const long = 'x'.repeat(3000);

describe('the hash of a canonical request', () => {
  it.each<[string, SignableRequest, Partial<CanonicalOptions>]>([
    ['nothing else', first, {}],
    ['another time', withHeaders({ 'x-amz-date': '20150830T123601Z' }), {}],
    ['a value of another length', withHeaders({ 'x-amz-meta-a': 'three' }), {}],
    ['a value that is gone', { ...first, headers: { host: 'h' } }, {}],
    ['a value with blanks', withHeaders({ 'x-amz-meta-a': ' o\t  e ' }), {}],
    ['a value of another length without them', withHeaders({ 'x-amz-meta-a': '  one' }), {}],
    ['a value beyond ASCII', withHeaders({ 'x-amz-meta-a': '\u00c3\u00a4e' }), {}],
    ['a value that is too long', withHeaders({ 'x-amz-meta-a': long }), {}],
    ['another method', { ...first, method: 'PUT' }, {}],
    ['another path', { ...first, path: '/bucket/yek' }, {}],
    ['a longer path', { ...first, path: '/bucket/a/longer/key' }, {}],
    ['a path that is too long', { ...first, path: `/bucket/${long}` }, {}],
    ['no path', { ...first, path: '' }, {}],
    ['another query', { ...first, query: 'versionId=2' }, {}],
    ['no query', { ...first, query: '' }, {}],
    ['a service that encodes the path twice', { ...first, path: '/bucket/a%20b/../c' }, { s3: false }],
    ['another payload', first, { payloadHash: sha256Hex('body') }],
    ['a payload of the same length', first, { payloadHash: 'UNSIGNED-PAYLOUD' }],
    ['no payload', first, { payloadHash: '' }],
    ['a payload that is too long', first, { payloadHash: long }],
  ])('is right for %s, after the first and before it', (_what, other, change) => {
    const changed = { ...options, ...change };
    for (const _ of [1, 2]) {
      expect(canonicalHash(first, options)).toBe(whole(first, options));
      expect(canonicalHash(other, changed)).toBe(whole(other, changed));
      expect(canonicalHash(other, changed)).toBe(whole(other, changed));
    }
    expect(canonicalHash(first, options)).toBe(whole(first, options));
  });

  it('tells one value with a comma from two values', () => {
    const headers = { ...first.headers, 'x-amz-meta-a': 'a, b' };
    const one = { ...first, headers, rawHeaders: ['X-Amz-Meta-A', 'a, b'] };
    const two = { ...first, headers, rawHeaders: ['X-Amz-Meta-A', 'a', 'X-Amz-Meta-A', 'b'] };
    expect(whole(one, options)).not.toBe(whole(two, options));
    for (const request of [one, two, two, one]) expect(canonicalHash(request, options)).toBe(whole(request, options));
  });

  it.each(['constructor', '__proto__'])('knows no header of the name %s that was not sent', (name) => {
    const signed = { ...options, signedHeaders: ['host', name] };
    expect(canonicalHash({ ...first, headers: { host: 'h' } }, signed)).toBe(whole({ ...first, headers: { host: 'h' } }, signed));
    expect(canonicalRequest({ ...first, headers: { host: 'h' } }, signed)).toContain(`\nhost:h\n${name}:\n\n`);
  });

  it('is that of the whole text for requests in any order, of several lists of headers', () => {
    const value = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '\u00e4'), maxLength: 3 });
    const requests = fc.record({
      method: fc.constantFrom('GET', 'PUT'),
      path: fc.constantFrom('/', '/a', '/b', '/a/../%20', `/${'k'.repeat(600)}`),
      query: fc.constantFrom('', 'a', 'b=1&a=2'),
      headers: fc.record({ host: value, a: value }, { requiredKeys: [] }),
    });
    const lists = [['host'], ['host', 'a'], ['a', 'host']];
    const how = fc.record({
      s3: fc.boolean(),
      signedHeaders: fc.constantFrom(...lists),
      payloadHash: fc.constantFrom('UNSIGNED-PAYLOAD', sha256Hex('1'), sha256Hex('2')),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(requests, how), { maxLength: 12 }), (sent) => {
        for (const [request, each] of sent) expect(canonicalHash(request, each)).toBe(whole(request, each));
      }),
    );
  });
});
