import {
  ListObjectsCommand,
  type ListObjectsCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { failureOf, newBucket } from './cloud';

const keys = ['a', 'a b', 'a/1', 'a/2', 'a/b/3', 'b/1', 'c', 'ü', '\u{ff5e}', '😀'];

let bucket: Awaited<ReturnType<typeof newBucket>>;
beforeAll(async () => {
  bucket = await newBucket();
  for (const Key of [...keys].reverse()) await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key, Body: Key }));
});

const list = (input: Partial<ListObjectsV2CommandInput> = {}) =>
  bucket.s3.send(new ListObjectsV2Command({ Bucket: bucket.Bucket, ...input }));
const names = (page: Pick<ListObjectsCommandOutput, 'Contents' | 'CommonPrefixes'>) => ({
  keys: page.Contents?.map((item) => item.Key) ?? [],
  prefixes: page.CommonPrefixes?.map((item) => item.Prefix) ?? [],
});

describe('ListObjectsV2', () => {
  it('lists in UTF-8 order', async () => {
    const page = await list();
    expect(names(page).keys).toEqual(keys);
    expect(page).toMatchObject({ KeyCount: 10, MaxKeys: 1000, IsTruncated: false, Name: bucket.Bucket });
    expect(page.Contents?.[0]).toMatchObject({ Key: 'a', Size: 1, StorageClass: 'STANDARD', ETag: '"0cc175b9c0f1b6a831c399e269772661"' });
    expect(page.Contents?.[0]?.Owner).toBeUndefined();
    expect((await list({ FetchOwner: true })).Contents?.[0]?.Owner?.ID).toHaveLength(64);
  });

  it.each([
    [{ Prefix: 'a/' }, ['a/1', 'a/2', 'a/b/3'], []],
    [{ Delimiter: '/' }, ['a', 'a b', 'c', 'ü', '\u{ff5e}', '😀'], ['a/', 'b/']],
    [{ Prefix: 'a/', Delimiter: '/' }, ['a/1', 'a/2'], ['a/b/']],
    [{ Prefix: 'a', Delimiter: '/' }, ['a', 'a b'], ['a/']],
    [{ StartAfter: 'b' }, ['b/1', 'c', 'ü', '\u{ff5e}', '😀'], []],
    [{ StartAfter: 'a/1', Delimiter: '/' }, ['c', 'ü', '\u{ff5e}', '😀'], ['b/']],
    [{ Prefix: 'zzz' }, [], []],
    [{ MaxKeys: 0 }, [], []],
  ])('%j', async (input, expectedKeys, prefixes) => expect(names(await list(input))).toEqual({ keys: expectedKeys, prefixes }));

  it.each(['', '/'])('gives everything once, page by page, with delimiter "%s"', async (Delimiter) => {
    const whole = names(await list({ Delimiter }));
    const found = { keys: [] as unknown[], prefixes: [] as unknown[] };
    let pages = 0;
    for await (const page of paginateListObjectsV2({ client: bucket.s3, pageSize: 1 }, { Bucket: bucket.Bucket, Delimiter })) {
      pages++;
      expect(page.KeyCount).toBe(1);
      found.keys.push(...names(page).keys);
      found.prefixes.push(...names(page).prefixes);
    }
    expect(found).toEqual(whole);
    expect(pages).toBe(whole.keys.length + whole.prefixes.length);
  });

  it('encodes keys when asked to', async () => {
    const page = await list({ EncodingType: 'url', Delimiter: '/', StartAfter: 'a ' });
    expect(names(page)).toEqual({ keys: ['a+b', 'c', '%C3%BC', '%EF%BD%9E', '%F0%9F%98%80'], prefixes: ['a/', 'b/'] });
    expect(page).toMatchObject({ EncodingType: 'url', StartAfter: 'a+' });
  });

  it('refuses tokens that are not its own, and negative sizes', async () => {
    expect(await failureOf(list({ ContinuationToken: 'nonsense' }))).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
      message: 'The continuation token provided is incorrect',
      fields: { ArgumentName: 'continuation-token' },
    });
    expect(await failureOf(list({ MaxKeys: -1 }))).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect((await list({ MaxKeys: 5000 })).MaxKeys).toBe(1000);
  });
});

describe('ListObjects', () => {
  it('goes on from a marker, which it names when there is a delimiter', async () => {
    const first = await bucket.s3.send(new ListObjectsCommand({ Bucket: bucket.Bucket, Delimiter: '/', MaxKeys: 3 }));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'a/', Marker: '' });
    expect(names(first)).toEqual({ keys: ['a', 'a b'], prefixes: ['a/'] });
    const second = await bucket.s3.send(new ListObjectsCommand({ Bucket: bucket.Bucket, Delimiter: '/', Marker: first.NextMarker }));
    expect(names(second)).toEqual({ keys: ['c', 'ü', '\u{ff5e}', '😀'], prefixes: ['b/'] });
    const plain = await bucket.s3.send(new ListObjectsCommand({ Bucket: bucket.Bucket, MaxKeys: 2 }));
    expect(plain.IsTruncated).toBe(true);
    expect(plain.NextMarker).toBeUndefined();
    expect(plain.Contents?.[0]?.Owner?.ID).toHaveLength(64);
  });
});
