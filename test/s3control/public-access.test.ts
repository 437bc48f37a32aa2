/** An account's Block Public Access, and what follows from it for its buckets. */
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { failureOf, newAccount, newBucketName } from '../s3/cloud';
import { type ControlCall, callControl } from './call';

function newOwner() {
  const { s3, id, url } = newAccount();
  const call = (method: string, more?: ControlCall) => callControl(url, id, method, 'configuration/publicAccessBlock', more);
  return { s3, url, call };
}

async function newOpenBucket({ s3 }: ReturnType<typeof newOwner>) {
  const Bucket = newBucketName();
  await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  return Bucket;
}

const bodyOf = (...names: string[]) =>
  `<PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">${names
    .map((name) => `<${name}>true</${name}>`)
    .join('')}</PublicAccessBlockConfiguration>`;
const codeOf = ({ status, text }: { readonly status: number; readonly text: string }) => [status, /<Code>(\w+)</.exec(text)?.[1]];

describe('the configuration of an account', () => {
  it('is put, read and deleted', async () => {
    const { call } = newOwner();
    expect(codeOf(await call('GET'))).toEqual([404, 'NoSuchPublicAccessBlockConfiguration']);
    expect((await call('PUT', { body: bodyOf('BlockPublicAcls') })).status).toBe(200);
    const { text } = await call('GET');
    expect(text).toContain('<BlockPublicAcls>true</BlockPublicAcls>');
    expect(text).toContain('<RestrictPublicBuckets>false</RestrictPublicBuckets>');
    expect((await call('DELETE')).status).toBe(200);
    expect(codeOf(await call('GET'))).toEqual([404, 'NoSuchPublicAccessBlockConfiguration']);
  });

  it('is nobody else’s, and must be there', async () => {
    const { call } = newOwner();
    expect(codeOf(await call('GET', { account: '999999999999' }))).toEqual([403, 'AccessDenied']);
    expect(codeOf(await call('PUT'))).toEqual([400, 'MalformedXML']);
  });
});

describe('what is blocked for an account', () => {
  it('is blocked in each of its buckets, whatever they say themselves', async () => {
    const owner = newOwner();
    const { s3, call } = owner;
    const Bucket = await newOpenBucket(owner);
    const Statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
    const putPolicy = () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
    const putAcl = () => s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' }));
    await call('PUT', { body: bodyOf('BlockPublicAcls', 'BlockPublicPolicy') });
    await vi.waitFor(async () => expect((await failureOf(putPolicy())).code).toBe('AccessDenied'));
    expect((await failureOf(putAcl())).code).toBe('AccessDenied');
    expect((await failureOf(s3.send(new GetPublicAccessBlockCommand({ Bucket })))).code).toBe('NoSuchPublicAccessBlockConfiguration');
    await call('DELETE');
    await vi.waitFor(putPolicy);
    await putAcl();
  });

  it('is not blocked for others', async () => {
    await newOwner().call('PUT', { body: bodyOf('BlockPublicAcls') });
    const other = newOwner();
    const Bucket = await newOpenBucket(other);
    const rules = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
    await other.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: rules }));
    await other.s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' }));
  });
});
