/** The other doors of S3 while policies are enforced: presigned URLs, browser forms, websites; and conditions on how a request was signed. */
import { request } from 'node:http';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeletePublicAccessBlockCommand as DeleteAccountBlockCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3-control';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { accountA, allow, type Config, configOf, createUser, policy, s3ControlOf } from '../access/cloud';
import { ownCloud } from '../server';

let cloud: Nuvola;
let root: Config;
let user: Config;
const everybody = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Principal: '*',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

async function createBucket(Bucket: string, ...statements: object[]): Promise<void> {
  const s3 = new S3Client(root);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  if (statements.length > 0) await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(...statements) }));
  for (const Key of ['index.html', 'error.html', 'a']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
}

/** What the user may do, from now on. */
async function letUser(...statements: object[]): Promise<void> {
  const PolicyDocument = policy(...statements);
  await new IAMClient(root).send(new PutUserPolicyCommand({ UserName: 'user', PolicyName: 'own', PolicyDocument }));
}

async function post(config: Config, Bucket: string, fields: Record<string, string> = {}): Promise<number> {
  const form = await createPresignedPost(new S3Client(config), { Bucket, Key: 'form/x', Fields: fields });
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', 'text');
  return (await fetch(form.url, { method: 'POST', body })).status;
}

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  root = configOf(cloud, accountA);
  user = await createUser(new IAMClient(root), root, 'user', policy(allow('sts:GetCallerIdentity')));
});
afterAll(() => cloud.close());

describe('a presigned URL', () => {
  const urlOf = (config: Config) => getSignedUrl(new S3Client(config), new GetObjectCommand({ Bucket: 'presigned', Key: 'a' }));

  it('gives what its signer may have, now', async () => {
    await createBucket('presigned');
    const url = await urlOf(user);
    expect((await fetch(url)).status).toBe(403);
    await letUser(allow('s3:GetObject', 'arn:aws:s3:::presigned/*'));
    expect((await fetch(url)).status).toBe(200);
    await letUser(allow('s3:GetObject', 'arn:aws:s3:::elsewhere/*'));
    expect((await fetch(url)).status).toBe(403);
  });

  it.each([
    ['s3:authType', 'StringEquals', 'REST-QUERY-STRING', 200, 403],
    ['s3:authType', 'StringEquals', 'REST-HEADER', 403, 200],
    ['s3:signatureversion', 'StringEquals', 'AWS4-HMAC-SHA256', 200, 200],
    ['s3:signatureAge', 'NumericLessThan', '600000', 200, 200],
    ['s3:signatureAge', 'NumericGreaterThan', '600000', 403, 403],
    ['s3:ResourceAccount', 'StringEquals', accountA, 200, 200],
  ])('is known by %s %s %s', async (key, operator, value, presigned, signed) => {
    await letUser({ ...allow('s3:GetObject', 'arn:aws:s3:::presigned/*'), Condition: { [operator]: { [key]: value } } });
    expect((await fetch(await urlOf(user))).status).toBe(presigned);
    const status = await new S3Client(user).send(new GetObjectCommand({ Bucket: 'presigned', Key: 'a' })).then(
      () => 200,
      (error) => error.$metadata.httpStatusCode,
    );
    expect(status).toBe(signed);
  });
});

describe('a browser form', () => {
  it('needs the rights of whoever signed it, to all that it says of the object', async () => {
    await createBucket('forms');
    await letUser(allow('s3:GetObject'));
    expect(await post(user, 'forms')).toBe(403);
    await letUser({
      ...allow('s3:PutObject', 'arn:aws:s3:::forms/form/*'),
      Condition: { StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } },
    });
    expect(await post(user, 'forms')).toBe(403);
    expect(await post(user, 'forms', { 'x-amz-storage-class': 'STANDARD_IA' })).toBe(204);
    const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
    expect(await post(user, 'forms', { 'x-amz-storage-class': 'STANDARD_IA', tagging })).toBe(403);
  });

  it('without a signature needs a bucket that everybody may write to', async () => {
    await createBucket('open-forms', everybody('s3:PutObject', 'arn:aws:s3:::open-forms/drop/*'));
    const upload = async (bucket: string, key: string) => {
      const body = new FormData();
      body.append('key', key);
      body.append('file', 'text');
      return (await fetch(`${cloud.url}/${bucket}`, { method: 'POST', body })).status;
    };
    expect(await upload('open-forms', 'drop/x')).toBe(204);
    expect(await upload('open-forms', 'other')).toBe(403);
    expect(await upload('forms', 'drop/x')).toBe(403);
  });
});

describe('what is blocked for an account', () => {
  const readOf = (bucket: string) => fetch(`${cloud.url}/${bucket}/a`).then(({ status }) => status);
  const block = (config: Config, ...names: string[]) =>
    s3ControlOf(cloud, config)
      .send(
        new PutPublicAccessBlockCommand({
          AccountId: accountA,
          PublicAccessBlockConfiguration: Object.fromEntries(names.map((name) => [name, true])),
        }),
      )
      .then(
        () => 'yes',
        ({ name }: Error) => name,
      );

  it('closes its buckets to the public, and is a right of its own', async () => {
    await createBucket('by-policy', everybody('s3:GetObject', 'arn:aws:s3:::by-policy/*'));
    const s3 = new S3Client(root);
    await s3.send(new CreateBucketCommand({ Bucket: 'by-acl', ObjectOwnership: 'ObjectWriter' }));
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: 'by-acl' }));
    await s3.send(new PutObjectCommand({ Bucket: 'by-acl', Key: 'a', ACL: 'public-read' }));
    expect([await readOf('by-policy'), await readOf('by-acl')]).toEqual([200, 200]);
    await letUser(allow('s3:PutBucketPublicAccessBlock'));
    expect(await block(user, 'IgnorePublicAcls')).toBe('AccessDenied');
    await letUser(allow('s3:PutAccountPublicAccessBlock'));
    expect(await block(user, 'IgnorePublicAcls')).toBe('yes');
    await vi.waitFor(async () => expect(await readOf('by-acl')).toBe(403));
    expect(await readOf('by-policy')).toBe(200);
    expect(await block(user, 'RestrictPublicBuckets')).toBe('yes');
    await vi.waitFor(async () => expect(await readOf('by-policy')).toBe(403));
    expect(await readOf('by-acl')).toBe(200);
    await s3ControlOf(cloud, root).send(new DeleteAccountBlockCommand({ AccountId: accountA }));
    await vi.waitFor(async () => expect(await readOf('by-policy')).toBe(200));
  });
});

describe('a website', () => {
  const page = (bucket: string, path: string) =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(cloud.url);
      const headers = { host: `${bucket}.s3-website.us-east-1.amazonaws.com` };
      const call = request({ hostname, port, path, headers }, async (answer) => {
        const text = Buffer.concat(await answer.toArray()).toString();
        resolve(`${answer.statusCode} ${/<h1>(.*)<\/h1>/.exec(text)?.[1] ?? text}`);
      });
      call.on('error', reject).end();
    });
  const configure = (Bucket: string) =>
    new S3Client(root).send(
      new PutBucketWebsiteCommand({
        Bucket,
        WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' } },
      }),
    );

  it('shows pages that everybody may read, and denies what is missing to those who may not list', async () => {
    await createBucket('pages', everybody('s3:GetObject', 'arn:aws:s3:::pages/*'));
    await configure('pages');
    expect(await page('pages', '/')).toBe('200 index.html');
    expect(await page('pages', '/a')).toBe('200 a');
    expect(await page('pages', '/none')).toBe('403 error.html');
  });

  it('says that a page is missing to those who may list', async () => {
    await createBucket('listed', everybody('s3:GetObject', 'arn:aws:s3:::listed/*'), everybody('s3:ListBucket', 'arn:aws:s3:::listed'));
    await configure('listed');
    expect(await page('listed', '/none')).toBe('404 error.html');
  });

  it('denies its pages, also that of its errors, where nobody let the public in', async () => {
    await createBucket('private-pages');
    await configure('private-pages');
    expect(await page('private-pages', '/')).toBe('403 403 Forbidden');
  });
});
