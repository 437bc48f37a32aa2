import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalPath, canonicalQuery, canonicalRequest } from './canonical';
import { canonicalEncoding, decodeQueryText, decodeToBytes, encodeBytes, encodeText } from './encoding';

describe('the canonical path', () => {
  it.each([
    // wire, for S3, for others
    ['/', '/', '/'],
    ['', '/', '/'],
    ['/a//b/./c/../d/', '/a//b/./c/../d/', '/a/b/d/'],
    ['/..', '/..', '/'],
    ['/a/.', '/a/.', '/a/'],
    ['/a/..', '/a/..', '/'],
    ['/a%20b', '/a%20b', '/a%2520b'],
    ['/a%2fb', '/a%2Fb', '/a%252fb'],
    ['/%7Ea', '/~a', '/%257Ea'],
    ['/a:b', '/a%3Ab', '/a%3Ab'],
    ['/100%', '/100%25', '/100%25'],
    ['/\u00c3\u00a4', '/%C3%A4', '/%C3%A4'],
  ])('of %s is %s for S3 and %s for others', (wire, s3, others) => {
    expect(canonicalPath(wire, true)).toBe(s3);
    expect(canonicalPath(wire, false)).toBe(others);
  });
});

describe('the canonical query', () => {
  it.each([
    ['', ''],
    ['acl', 'acl='],
    ['b=2&a=1&a=0&A=', 'A=&a=0&a=1&b=2'],
    ['a-b=1&a=2', 'a=2&a-b=1'],
    ['x=a+b%2b', 'x=a%20b%2B'],
    ['x=a=b&&y', 'x=a%3Db&y='],
    ['X-Amz-Signature=00&X-Amz-Date=1', 'X-Amz-Date=1'],
    ['%C3%A4=%f0%9f%98%80&z=%7e', '%C3%A4=%F0%9F%98%80&z=~'],
  ])('of %s', (query, canonical) => expect(canonicalQuery(query)).toBe(canonical));

  it('does not depend on the order sent', () => {
    const pairs = fc.array(fc.stringMatching(/^[a-c%2Ff=+]{0,4}$/), { maxLength: 6 });
    fc.assert(
      fc.property(pairs, (parts) => {
        expect(canonicalQuery(parts.join('&'))).toBe(canonicalQuery([...parts].reverse().join('&')));
      }),
      { seed: 4 },
    );
  });
});

it('folds headers: white space inside and around, repeated ones with commas as they came', () => {
  const request = {
    method: 'GET',
    path: '/',
    query: '',
    headers: { host: 'h', 'my-header': 'a   b \t c', list: 'x, y,  z' },
    rawHeaders: ['Host', 'h', 'My-Header', '  a   b \t c ', 'List', 'x', 'list', ' y,  z'],
  };
  const signedHeaders = ['absent', 'host', 'list', 'my-header'];
  expect(canonicalRequest(request, { s3: false, signedHeaders, payloadHash: 'p' })).toBe(
    'GET\n/\n\nabsent:\nhost:h\nlist:x,y, z\nmy-header:a b c\n\nabsent;host;list;my-header\np',
  );
});

describe('percent encoding', () => {
  it('round-trips text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeQueryText(encodeText(text))).toBe(text);
        const bytes = Buffer.from(text, 'utf8').toString('latin1');
        expect(decodeToBytes(encodeBytes(bytes, true))).toBe(bytes);
        expect(canonicalEncoding(encodeText(text), false)).toBe(encodeText(text));
      }),
      { seed: 5 },
    );
  });

  it('leaves alone what is no escape', () => expect(decodeToBytes('%%2%zz%4')).toBe('%%2%zz%4'));
});
