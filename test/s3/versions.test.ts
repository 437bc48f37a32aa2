import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { bytesOf, failureOf, newBucket } from './cloud';

async function versionedBucket() {
  const { s3, Bucket, ...rest } = await newBucket();
  const setStatus = (Status: 'Enabled' | 'Suspended') =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  await setStatus('Enabled');
  return {
    ...rest,
    s3,
    Bucket,
    setStatus,
    put: async (Key: string, Body: string | Buffer, input = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...input })),
    text: async (Key: string, VersionId?: string) =>
      (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString(),
    remove: (Key: string, VersionId?: string) => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })),
    list: (input: Partial<ListObjectVersionsCommandInput> = {}) => s3.send(new ListObjectVersionsCommand({ Bucket, ...input })),
  };
}

describe('versioning', () => {
  it('is off until it is switched on, and is never off again', async () => {
    const { s3, Bucket } = await newBucket();
    const status = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await status()).toBeUndefined();
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect(await status()).toBe('Enabled');
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }));
    expect(await status()).toBe('Suspended');
  });

  it.each([
    [{ Status: 'Off' as 'Enabled' }, undefined, { status: 400, code: 'MalformedXML' }],
    [{ Status: 'Enabled' as const, MFADelete: 'Enabled' as const }, undefined, { status: 400, code: 'InvalidRequest' }],
    [{ Status: 'Enabled' as const, MFADelete: 'Enabled' as const }, 'serial 123456', { status: 501, code: 'NotImplemented' }],
  ])('refuses %j', async (VersioningConfiguration, MFA, failure) => {
    const { s3, Bucket } = await newBucket();
    expect(await failureOf(s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration, MFA })))).toMatchObject(failure);
  });

  it('keeps every version of small and large objects', async () => {
    const { s3, Bucket, put, text, list } = await versionedBucket();
    const first = await put('k', 'one', { Metadata: { n: '1' } });
    const large = bytesOf(200_000);
    const second = await put('k', large);
    const third = await put('k', 'three');
    for (const { VersionId } of [first, second, third]) expect(VersionId).toMatch(/^[\w.]{32}$/);
    expect(await text('k')).toBe('three');
    expect(await text('k', first.VersionId)).toBe('one');
    const old = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: second.VersionId }));
    expect(Buffer.compare((await old.Body?.transformToByteArray()) as Uint8Array, large)).toBe(0);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', VersionId: first.VersionId }));
    expect([head.VersionId, head.Metadata]).toEqual([first.VersionId, { n: '1' }]);
    const { Versions } = await list();
    expect(Versions?.map(({ VersionId, IsLatest, Size }) => [VersionId, IsLatest, Size])).toEqual([
      [third.VersionId, true, 5],
      [second.VersionId, false, 200_000],
      [first.VersionId, false, 3],
    ]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents).toHaveLength(1);
  });

  it('puts a delete marker on top, which answers in its own way', async () => {
    const { s3, Bucket, put, text, remove, list } = await versionedBucket();
    const { VersionId } = await put('k', 'kept');
    const marker = await remove('k');
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^[\w.]{32}$/) });
    const gone = await failureOf(s3.send(new GetObjectCommand({ Bucket, Key: 'k' })));
    expect(gone).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(gone.fields.$response?.headers).toMatchObject({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.VersionId });
    const named = await failureOf(s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId })));
    expect(named).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
    expect(named.message).toBe('The specified method is not allowed against this resource.');
    expect(named.fields.$response?.headers).toMatchObject({ 'x-amz-delete-marker': 'true', allow: 'DELETE' });
    expect((await failureOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId })))).status).toBe(405);
    expect(await text('k', VersionId)).toBe('kept');
    const { Versions, DeleteMarkers } = await list();
    expect(Versions).toMatchObject([{ VersionId, IsLatest: false }]);
    expect(DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true, Key: 'k' }]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    // Without its marker the object is back.
    expect(await remove('k', marker.VersionId)).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    expect(await text('k')).toBe('kept');
    expect((await list()).Versions).toMatchObject([{ VersionId, IsLatest: true }]);
  });

  it('makes the version before current when the current one is deleted', async () => {
    const { put, text, remove } = await versionedBucket();
    await put('k', 'one');
    const { VersionId } = await put('k', 'two');
    expect((await remove('k', VersionId)).DeleteMarker).toBeUndefined();
    expect(await text('k')).toBe('one');
  });

  it('knows what was there before as the null version', async () => {
    const plain = await newBucket();
    await plain.s3.send(new PutObjectCommand({ Bucket: plain.Bucket, Key: 'k', Body: 'old' }));
    await plain.s3.send(new PutBucketVersioningCommand({ Bucket: plain.Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await plain.s3.send(new PutObjectCommand({ Bucket: plain.Bucket, Key: 'k', Body: 'new' }));
    const old = await plain.s3.send(new GetObjectCommand({ Bucket: plain.Bucket, Key: 'k', VersionId: 'null' }));
    expect([await old.Body?.transformToString(), old.VersionId]).toEqual(['old', 'null']);
  });

  it('has one null version while it is suspended', async () => {
    const { put, text, remove, list, setStatus } = await versionedBucket();
    const kept = await put('k', 'kept');
    await setStatus('Suspended');
    expect((await put('k', 'null 1')).VersionId).toBeUndefined();
    await put('k', 'null 2');
    const ids = async () => {
      const { Versions = [], DeleteMarkers = [] } = await list();
      return [...DeleteMarkers.map((m) => `marker ${m.VersionId} ${m.IsLatest}`), ...Versions.map((v) => `${v.VersionId} ${v.IsLatest}`)];
    };
    expect(await ids()).toEqual(['null true', `${kept.VersionId} false`]);
    expect(await text('k')).toBe('null 2');
    // A deletion takes the null version with it and puts a null marker in its place.
    expect(await remove('k')).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
    expect(await ids()).toEqual(['marker null true', `${kept.VersionId} false`]);
    await setStatus('Enabled');
    const last = await put('k', 'again');
    expect(await ids()).toEqual(['marker null false', `${last.VersionId} true`, `${kept.VersionId} false`]);
    await setStatus('Suspended');
    await put('k', 'null 3');
    expect(await ids()).toEqual(['null true', `${last.VersionId} false`, `${kept.VersionId} false`]);
  });

  it.each([
    ['GetObject', 'x'.repeat(32), { status: 404, code: 'NoSuchVersion', message: 'The specified version does not exist.' }],
    ['GetObject', 'null', { status: 404, code: 'NoSuchVersion' }],
    ['GetObject', 'short', { status: 400, code: 'InvalidArgument', message: 'Invalid version id specified' }],
  ])('%s of version %s', async (_, VersionId, failure) => {
    const { s3, Bucket, put } = await versionedBucket();
    await put('k', 'x');
    expect(await failureOf(s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId })))).toMatchObject(failure);
  });

  it('tags, describes and copies single versions', async () => {
    const { s3, Bucket, put, text } = await versionedBucket();
    const { VersionId } = await put('k', 'one');
    await put('k', 'two');
    const named = { Bucket, Key: 'k', VersionId };
    await s3.send(new PutObjectTaggingCommand({ ...named, Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } }));
    expect(await s3.send(new GetObjectTaggingCommand(named))).toMatchObject({ VersionId, TagSet: [{ Key: 'a', Value: '1' }] });
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet).toEqual([]);
    expect(await s3.send(new GetObjectAttributesCommand({ ...named, ObjectAttributes: ['ObjectSize'] }))).toMatchObject({
      VersionId,
      ObjectSize: 3,
    });
    // An old version copied onto its own key is the current one again.
    const copy = await s3.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k?versionId=${VersionId}` }));
    expect(copy.CopySourceVersionId).toBe(VersionId);
    expect(await text('k', copy.VersionId)).toBe('one');
    expect(await text('k')).toBe('one');
  });

  it('gives multipart objects a version, too, and holds conditions against the current one', async () => {
    const { s3, Bucket, put, remove, list } = await versionedBucket();
    await put('k', 'small');
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber: 1, Body: 'part' }));
    const done = await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] } }),
    );
    expect((await list()).Versions?.map(({ VersionId }) => VersionId)).toContain(done.VersionId);
    expect(await failureOf(put('k', 'x', { IfNoneMatch: '*' }))).toMatchObject({ status: 412 });
    await remove('k');
    await put('k', 'x', { IfNoneMatch: '*' });
  });

  it('deletes many versions at once; a bucket with any left cannot be deleted', async () => {
    const { s3, Bucket, put, list } = await versionedBucket();
    await put('a', '1');
    await put('a', '2');
    await put('b', '1');
    const marked = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } }));
    expect(marked.Deleted).toMatchObject([
      { Key: 'a', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
      { Key: 'b', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    expect(await failureOf(s3.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
      code: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    });
    const { Versions = [], DeleteMarkers = [] } = await list();
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    expect((await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).Deleted).toHaveLength(5);
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  it.each([1, 2, 3, 1000])('lists in pages of %d', async (MaxKeys) => {
    const { put, remove, list } = await versionedBucket();
    for (const key of ['a', 'a', 'b/1', 'b/2', 'c', '😀', '～']) await put(key, key);
    await remove('c');
    await remove('a');
    const seen: string[] = [];
    let page = {} as Awaited<ReturnType<typeof list>>;
    do {
      page = await list({ MaxKeys, KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
      const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      expect(entries.length).toBeLessThanOrEqual(MaxKeys);
      seen.push(...entries.map(({ Key, VersionId }) => `${Key} ${VersionId}`));
    } while (page.IsTruncated);
    expect(new Set(seen).size).toBe(9);
    expect(seen).toHaveLength(9);
    if (MaxKeys !== 1) return;
    expect(seen.map((entry) => entry.split(' ')[0])).toEqual(['a', 'a', 'a', 'b/1', 'b/2', 'c', 'c', '～', '😀']);
    const rolled = await list({ Delimiter: '/', EncodingType: 'url' });
    expect(rolled.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    expect([rolled.Versions?.length, rolled.DeleteMarkers?.length]).toEqual([5, 2]);
  });

  it('refuses a version marker without a key marker, and one that is unknown', async () => {
    const { list } = await versionedBucket();
    expect(await failureOf(list({ VersionIdMarker: 'x' }))).toMatchObject({
      code: 'InvalidArgument',
      message: 'A version-id marker cannot be specified without a key marker.',
    });
    expect(await failureOf(list({ KeyMarker: 'k', VersionIdMarker: 'x' }))).toMatchObject({
      code: 'InvalidArgument',
      message: 'Invalid version id specified',
    });
  });
});
