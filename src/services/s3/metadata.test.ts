import { describe, expect, it } from 'vitest';
import { parseCopySource } from './copy-source';
import { toMetadataHeaders, traitsOf } from './metadata';
import { parseTaggingHeader, requireTags } from './tag-rules';

const code = (run: () => unknown) => {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('metadata of objects', () => {
  it('keeps content headers and drops aws-chunked', () => {
    expect(
      traitsOf({ ContentType: 'text/plain', ContentEncoding: 'aws-chunked,gzip', CacheControl: 'no-store', Expires: 'whenever' }).system,
    ).toEqual({
      contentType: 'text/plain',
      contentEncoding: 'gzip',
      cacheControl: 'no-store',
      expires: 'whenever',
    });
    expect(traitsOf({ ContentEncoding: 'aws-chunked' }).system).toBeUndefined();
  });

  it('has one object for all that say nothing but a usual content type', () => {
    const { system } = traitsOf({ ContentType: 'text/plain' });
    expect(system).toEqual({ contentType: 'text/plain' });
    expect(traitsOf({ ContentType: 'text/plain', CacheControl: '' }).system).toBe(system);
    expect(traitsOf({ ContentType: 'text/plain', CacheControl: 'no-store' }).system).toEqual({ ...system, cacheControl: 'no-store' });
    expect(traitsOf({ ContentType: 'text/plain', Expires: '' }).system).toEqual({ ...system, expires: '' });
    expect(traitsOf({ ContentType: 'text/unheard-of' }).system).toEqual({ contentType: 'text/unheard-of' });
  });

  it.each(['__proto__', 'constructor'])('keeps %s, as tags do', (name) => {
    const named = Object.fromEntries([[name, 'x']]);
    expect(Object.entries(traitsOf({ Metadata: named }).metadata ?? {})).toEqual([[name, 'x']]);
    expect(Object.entries(requireTags([{ Key: name, Value: 'x' }], 'object'))).toEqual([[name, 'x']]);
    expect(Object.entries(parseTaggingHeader(`${name}=x`))).toEqual([[name, 'x']]);
  });

  it('counts 2 KB of names and values', () => {
    expect(traitsOf({ Metadata: { A: 'x'.repeat(2047) } }).metadata).toEqual({ a: 'x'.repeat(2047) });
    expect(code(() => traitsOf({ Metadata: { a: 'x'.repeat(2048) } }))).toBe('MetadataTooLarge');
  });

  it('names STANDARD by saying nothing', () => {
    expect(traitsOf({ StorageClass: 'STANDARD' }).storageClass).toBeUndefined();
    expect(traitsOf({ StorageClass: 'GLACIER_IR' }).storageClass).toBe('GLACIER_IR');
    expect(code(() => traitsOf({ StorageClass: 'COLD' }))).toBe('InvalidStorageClass');
  });

  it.each([
    [{ ServerSideEncryption: 'AES256' }, undefined],
    [{ ServerSideEncryption: 'aws:kms' }, 'NotImplemented'],
    [{ ServerSideEncryption: 'rot13' }, 'InvalidArgument'],
    [{ WebsiteRedirectLocation: '/x' }, undefined],
    [{ WebsiteRedirectLocation: 'ftp://x' }, 'InvalidRedirectLocation'],
    [{ ObjectLockMode: 'GOVERNANCE' }, 'InvalidRequest'],
  ])('%j', (input, expected) => expect(code(() => traitsOf(input))).toBe(expected));

  it('sends what is not ASCII as RFC 2047 words', () => {
    const latin1 = Buffer.from('grüße').toString('latin1');
    expect(toMetadataHeaders({ a: 'plain', b: latin1, c: '日本' })).toEqual({
      a: 'plain',
      b: '=?UTF-8?B?Z3LDvMOfZQ==?=',
      c: '=?UTF-8?B?5pel5pys?=',
    });
  });
});

describe('tags', () => {
  it.each([
    ['', {}],
    ['a=b', { a: 'b' }],
    ['a=b&c=&d', { a: 'b', c: '', d: '' }],
    ['k%201=v%2F+x', { 'k 1': 'v/ x' }],
  ])('reads %j', (header, tags) => expect(parseTaggingHeader(header)).toEqual(tags));
  it.each([
    ['a=b&a=c', 'InvalidArgument'],
    ['a=%zz', 'InvalidArgument'],
    ['aws:x=1', 'InvalidTag'],
    ['a=%3F', 'InvalidTag'],
    [`${'k'.repeat(129)}=v`, 'InvalidTag'],
    [`k=${'v'.repeat(257)}`, 'InvalidTag'],
    [Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&'), 'BadRequest'],
  ])('refuses %j with %s', (header, expected) => expect(code(() => parseTaggingHeader(header))).toBe(expected));
  it('lets buckets have fifty', () => {
    const tags = (n: number) => Array.from({ length: n }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
    expect(code(() => requireTags(tags(50), 'bucket'))).toBeUndefined();
    expect(code(() => requireTags(tags(51), 'bucket'))).toBe('BadRequest');
    expect(
      code(() =>
        requireTags(
          [
            { Key: 'a', Value: '1' },
            { Key: 'a', Value: '2' },
          ],
          'bucket',
        ),
      ),
    ).toBe('InvalidTag');
  });
});

describe('copy sources', () => {
  it.each([
    ['b/k', { bucket: 'b', key: 'k' }],
    ['/b/k', { bucket: 'b', key: 'k' }],
    ['b/a%20b%3Fc/d+e', { bucket: 'b', key: 'a b?c/d+e' }],
    ['b//k', { bucket: 'b', key: '/k' }],
    ['b/k?versionId=abc', { bucket: 'b', key: 'k', versionId: 'abc' }],
    ['%2Fb%2Fk', { bucket: 'b', key: 'k' }],
  ])('reads %s', (header, expected) => expect(parseCopySource(header)).toEqual(expected));
  it.each([
    ['', 'InvalidArgument'],
    ['b', 'InvalidArgument'],
    ['b/', 'InvalidArgument'],
    ['b/%ff', 'InvalidArgument'],
    ['arn:aws:s3:eu-west-1:1:accesspoint/a/object/k', 'NotImplemented'],
  ])('refuses %j', (header, expected) => expect(code(() => parseCopySource(header))).toBe(expected));
});
