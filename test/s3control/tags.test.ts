/** Tags of buckets through S3 Control. Its clients put the account into the host name, so these are signed requests by hand. */
import { CreateBucketCommand, GetBucketTaggingCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { newAccount, newBucketName } from '../s3/cloud';
import { type ControlCall, callControl } from './call';

async function taggedBucket() {
  const { s3, id, url } = newAccount();
  const Bucket = newBucketName();
  const Tags = [{ Key: 'team', Value: 'x' }];
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { Tags } }));
  const call = (
    method: string,
    { arn = `arn:aws:s3:::${Bucket}`, query = '', ...more }: ControlCall & { arn?: string; query?: string } = {},
  ) => callControl(url, id, method, `tags/${encodeURIComponent(arn)}${query}`, more);
  const tags = async () => (await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet;
  return { call, tags };
}

const tagBody = (key: string, value: string) =>
  `<TagResourceRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Tags><Tag><Key>${key}</Key><Value>${value}</Value></Tag></Tags></TagResourceRequest>`;

describe('tags of a bucket', () => {
  it('are listed, added and taken away, and are those that S3 knows', async () => {
    const { call, tags } = await taggedBucket();
    const listed = await call('GET');
    expect(listed.status).toBe(200);
    expect(listed.text).toContain('<Tag><Key>team</Key><Value>x</Value></Tag>');
    expect((await call('POST', { body: tagBody('stage', 'dev') })).status).toBe(204);
    expect(await tags()).toEqual([
      { Key: 'team', Value: 'x' },
      { Key: 'stage', Value: 'dev' },
    ]);
    expect((await call('DELETE', { query: '?tagKeys=team' })).status).toBe(204);
    expect(await tags()).toEqual([{ Key: 'stage', Value: 'dev' }]);
    await call('DELETE', { query: '?tagKeys=stage' });
    expect((await call('GET')).text).not.toContain('<Key>');
  });

  it.each([
    ['of no bucket', { arn: 'arn:aws:s3:::there-is-no-such-bucket' }, 404, 'NoSuchBucket'],
    ['of another account', { account: '999999999999' }, 403, 'AccessDenied'],
    ['of anything else', { arn: 'arn:aws:s3:us-east-1:111122223333:accesspoint/a' }, 501, 'NotImplemented'],
  ])('%s are refused', async (_, input, status, code) => {
    const { call } = await taggedBucket();
    const answer = await call('GET', input);
    expect([answer.status, /<Code>(\w+)</.exec(answer.text)?.[1]]).toEqual([status, code]);
  });
});
