import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
  waitUntilBucketExists,
  waitUntilBucketNotExists,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { failureOf, newAccount, newBucket, newBucketName } from './cloud';

describe('CreateBucket', () => {
  it('makes a bucket that the waiters see', async () => {
    const { s3 } = newAccount();
    const Bucket = newBucketName();
    await waitUntilBucketNotExists({ client: s3, minDelay: 1, maxWaitTime: 5 }, { Bucket });
    expect(await s3.send(new CreateBucketCommand({ Bucket }))).toMatchObject({ Location: `/${Bucket}` });
    await waitUntilBucketExists({ client: s3, minDelay: 1, maxWaitTime: 5 }, { Bucket });
    expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: 'us-east-1' });
  });

  it('is forgiven a second time in us-east-1 only', async () => {
    const { s3, s3In } = newAccount();
    const [home, away] = [newBucketName(), newBucketName()];
    for (let i = 0; i < 2; i++) await s3.send(new CreateBucketCommand({ Bucket: home }));
    const west = s3In('eu-west-1');
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await west.send(new CreateBucketCommand({ Bucket: away, CreateBucketConfiguration }));
    expect(await failureOf(west.send(new CreateBucketCommand({ Bucket: away, CreateBucketConfiguration })))).toMatchObject({
      status: 409,
      code: 'BucketAlreadyOwnedByYou',
      fields: { BucketName: away },
    });
  });

  it('refuses a name that another account has', async () => {
    const { Bucket } = await newBucket();
    expect(await failureOf(newAccount().s3.send(new CreateBucketCommand({ Bucket })))).toMatchObject({
      status: 409,
      code: 'BucketAlreadyExists',
    });
  });

  it.each([
    ['us-east-1', undefined, undefined],
    ['us-east-1', 'eu-central-1', undefined],
    ['us-east-1', 'us-east-1', 'InvalidLocationConstraint'],
    ['us-east-1', 'mars-1', 'InvalidLocationConstraint'],
    ['us-east-1', 'cn-north-1', 'InvalidLocationConstraint'],
    ['eu-west-1', 'eu-west-1', undefined],
    ['eu-west-1', 'EU', undefined],
    ['eu-west-1', 'us-west-2', 'IllegalLocationConstraintException'],
  ])('in %s with location %s: %s', async (region, location, code) => {
    const s3 = newAccount().s3In(region);
    const Bucket = newBucketName();
    const input = { Bucket, ...(location && { CreateBucketConfiguration: { LocationConstraint: location as never } }) };
    const outcome = await s3.send(new CreateBucketCommand(input)).then(
      () => undefined,
      (error: Error) => error.name,
    );
    expect(outcome).toBe(code);
  });

  it.each(['ab', 'Abc', 'a..b', '192.168.0.1', 'xn--abc', 'abc-s3alias'])('refuses the name %s', async (Bucket) =>
    expect(await failureOf(newAccount().s3.send(new CreateBucketCommand({ Bucket })))).toMatchObject({
      status: 400,
      code: 'InvalidBucketName',
      message: 'The specified bucket is not valid.',
      fields: { BucketName: Bucket },
    }),
  );

  it('refuses ACLs unless the ownership allows them', async () => {
    const { s3 } = newAccount();
    expect(await failureOf(s3.send(new CreateBucketCommand({ Bucket: newBucketName(), ACL: 'public-read' })))).toMatchObject({
      status: 400,
      code: 'InvalidBucketAclWithObjectOwnership',
    });
    const ownAcls = { Bucket: newBucketName(), ObjectOwnership: 'ObjectWriter' } as const;
    expect(await failureOf(s3.send(new CreateBucketCommand({ ...ownAcls, ACL: 'public-read' })))).toMatchObject({
      status: 400,
      code: 'InvalidBucketAclWithBlockPublicAccessError',
    });
    await s3.send(new CreateBucketCommand({ ...ownAcls, ACL: 'private' }));
    const put = new PutObjectCommand({ Bucket: ownAcls.Bucket, Key: 'k', Body: 'x', ACL: 'public-read' });
    expect(await failureOf(s3.send(put))).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});

describe('buckets', () => {
  it('are deleted only when empty', async () => {
    const { s3, Bucket } = await newBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(await failureOf(s3.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect((await s3.send(new DeleteBucketCommand({ Bucket }))).$metadata.httpStatusCode).toBe(204);
    expect(await failureOf(s3.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
      status: 404,
      code: 'NoSuchBucket',
      fields: { BucketName: Bucket },
    });
    expect(await failureOf(s3.send(new HeadBucketCommand({ Bucket })))).toMatchObject({ status: 404, code: 'NotFound' });
  });

  it('send clients of another region on, naming the right one', async () => {
    const { s3In, s3, config } = newAccount();
    const Bucket = newBucketName();
    await s3In('eu-west-1').send(new CreateBucketCommand({ Bucket }));
    const failure = await failureOf(s3.send(new ListObjectsV2Command({ Bucket })));
    expect(failure).toMatchObject({ status: 301, code: 'PermanentRedirect', fields: { Bucket } });
    expect(failure.fields.$response?.headers).toMatchObject({ 'x-amz-bucket-region': 'eu-west-1' });
    expect(await failureOf(s3.send(new HeadBucketCommand({ Bucket })))).toMatchObject({ status: 301 });
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1');
    const following = new S3Client({ ...config, followRegionRedirects: true });
    expect(await following.send(new ListObjectsV2Command({ Bucket }))).toMatchObject({ KeyCount: 0 });
  });

  it('know their expected owner', async () => {
    const { s3, Bucket, id } = await newBucket();
    await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: id }));
    expect(await failureOf(s3.send(new ListObjectsV2Command({ Bucket, ExpectedBucketOwner: '000000000001' })))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
  });

  it('keep tags', async () => {
    const { s3, Bucket } = await newBucket();
    expect(await failureOf(s3.send(new GetBucketTaggingCommand({ Bucket })))).toMatchObject({ status: 404, code: 'NoSuchTagSet' });
    const TagSet = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '' },
    ];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    expect(await failureOf(s3.send(new GetBucketTaggingCommand({ Bucket })))).toMatchObject({ code: 'NoSuchTagSet' });
  });
});

describe('ListBuckets', () => {
  it('pages, and filters by prefix and region', async () => {
    const { s3, s3In, id } = newAccount();
    const run = newBucketName();
    for (const name of ['a', 'b', 'c']) await s3.send(new CreateBucketCommand({ Bucket: `${run}-${name}` }));
    await s3In('eu-west-1').send(new CreateBucketCommand({ Bucket: `x-${run}` }));
    const all = await s3.send(new ListBucketsCommand({}));
    expect(all.Buckets?.map((bucket) => bucket.Name)).toEqual([`${run}-a`, `${run}-b`, `${run}-c`, `x-${run}`]);
    expect(all.Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    expect(all.Owner?.ID).not.toContain(id);
    expect((await s3.send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }))).Buckets).toMatchObject([
      { Name: `x-${run}`, BucketRegion: 'eu-west-1' },
    ]);
    const first = await s3.send(new ListBucketsCommand({ MaxBuckets: 2, Prefix: run }));
    expect(first.Buckets).toHaveLength(2);
    const second = await s3.send(new ListBucketsCommand({ MaxBuckets: 2, Prefix: run, ContinuationToken: first.ContinuationToken }));
    expect(second.Buckets?.map((bucket) => bucket.Name)).toEqual([`${run}-c`]);
    expect(second.ContinuationToken).toBeUndefined();
    expect(await failureOf(s3.send(new ListBucketsCommand({ ContinuationToken: 'nonsense' })))).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
  });
});
