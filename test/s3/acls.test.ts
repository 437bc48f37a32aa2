/** Access control lists with grants of their own: in headers, in bodies, and what is wrong with them. */
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  type Grant,
  ListBucketsCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { failureOf, newAccount, newBucketName } from './cloud';

const everybody = 'http://acs.amazonaws.com/groups/global/AllUsers';
const logs = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
const other = 'ab'.repeat(32);
const toAccount = (ID: string, Permission: Grant['Permission']): Grant => ({ Grantee: { Type: 'CanonicalUser', ID }, Permission });
const toGroup = (URI: string, Permission: Grant['Permission']): Grant => ({ Grantee: { Type: 'Group', URI }, Permission });

const Bucket = newBucketName();
const { s3 } = newAccount();
let owner: string;
const listOf = async (Key: string) => (await s3.send(new GetObjectAclCommand({ Bucket, Key }))).Grants;
const bucketList = async (name = Bucket) => (await s3.send(new GetBucketAclCommand({ Bucket: name }))).Grants;

beforeAll(async () => {
  await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  owner = (await s3.send(new ListBucketsCommand({}))).Owner?.ID as string;
});

describe('grants in headers', () => {
  const GrantRead = `uri="${everybody}", id=${other}`;
  const expected = [toGroup(everybody, 'READ'), toAccount(other, 'READ')];

  it('are the whole list of what is written or copied', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'put', Body: 'x', GrantRead }));
    expect(await listOf('put')).toEqual(expected);
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/put` }));
    expect(await listOf('copy')).toEqual([toAccount(owner, 'FULL_CONTROL')]);
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/put`, GrantRead }));
    expect(await listOf('copy')).toEqual(expected);
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'upload', GrantRead }));
  });

  it('replace that of an object or a bucket', async () => {
    await s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', GrantReadACP: `id="${other}"`, GrantFullControl: `id="${owner}"` }));
    expect(await listOf('k')).toEqual([toAccount(other, 'READ_ACP'), toAccount(owner, 'FULL_CONTROL')]);
    await s3.send(new PutBucketAclCommand({ Bucket, GrantWrite: `uri=${logs}` }));
    expect(await bucketList()).toEqual([toGroup(logs, 'WRITE')]);
    const enforce = { Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] } };
    expect((await failureOf(s3.send(new PutBucketOwnershipControlsCommand(enforce)))).code).toBe('InvalidBucketAclWithObjectOwnership');
  });

  it('begin a bucket, unless they are public', async () => {
    const name = newBucketName();
    const create = (grantee: string) =>
      s3.send(new CreateBucketCommand({ Bucket: name, ObjectOwnership: 'BucketOwnerPreferred', GrantRead: grantee }));
    expect((await failureOf(create(`uri="${everybody}"`))).code).toBe('InvalidBucketAclWithBlockPublicAccessError');
    await create(`id="${other}"`);
    expect(await bucketList(name)).toEqual([toAccount(other, 'READ')]);
    expect(await failureOf(s3.send(new PutBucketAclCommand({ Bucket: name, GrantRead: `uri="${everybody}"` })))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
  });

  it.each([
    ['nobody', '', 400, 'InvalidArgument', 'Argument format not recognized'],
    ['no kind', other, 400, 'InvalidArgument', 'Argument format not recognized'],
    ['an unknown kind', `name="${other}"`, 400, 'InvalidArgument', 'Argument format not recognized'],
    ['an id of no account', 'id="x"', 400, 'InvalidArgument', 'Invalid id'],
    ['an unknown group', 'uri="http://acs.amazonaws.com/groups/x"', 400, 'InvalidArgument', 'Invalid group uri'],
    ['an e-mail address', 'emailAddress="a@example.com"', 405, 'MethodNotAllowed', expect.any(String)],
    ['too many', Array.from({ length: 101 }, () => `id=${other}`).join(), 400, 'MalformedACLError', expect.any(String)],
  ])('to %s are refused', async (_, GrantWriteACP, status, code, message) => {
    expect(await failureOf(s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', GrantWriteACP })))).toMatchObject({ status, code, message });
  });

  it('go neither with a canned list nor with a body', async () => {
    expect(await failureOf(s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'private', GrantRead })))).toMatchObject({
      code: 'InvalidRequest',
      message: 'Specifying both Canned ACLs and Header Grants is not allowed',
    });
    const AccessControlPolicy = { Owner: { ID: owner }, Grants: expected };
    expect((await failureOf(s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', GrantRead, AccessControlPolicy })))).code).toBe(
      'UnexpectedContent',
    );
  });
});

describe('grants in bodies', () => {
  const put = (Grants: Grant[]) =>
    s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', AccessControlPolicy: { Owner: { ID: owner }, Grants } }));

  it('come back as they were', async () => {
    const grants = [toAccount(other, 'FULL_CONTROL'), toGroup(everybody, 'READ_ACP'), toAccount(owner, 'WRITE_ACP')];
    await put(grants);
    expect(await listOf('k')).toEqual(grants);
    await put([]);
    expect(await listOf('k')).toEqual([]);
  });

  it.each<[string, Grant]>([
    ['MalformedACLError', toAccount(other, 'OWN' as never)],
    ['MalformedACLError', { Permission: 'READ' }],
    ['InvalidArgument', toAccount('x', 'READ')],
    ['InvalidArgument', toGroup('http://example.com', 'READ')],
    ['MethodNotAllowed', { Grantee: { Type: 'AmazonCustomerByEmail', EmailAddress: 'a@example.com' }, Permission: 'READ' }],
  ])('answer %s to %j', async (code, grant) => {
    expect((await failureOf(put([grant]))).code).toBe(code);
  });
});

describe('canned lists', () => {
  it.each(['private', 'public-read', 'public-read-write', 'aws-exec-read', 'authenticated-read', 'bucket-owner-full-control'] as const)(
    '%s is known again when its grants are spelled out',
    async (ACL) => {
      await s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL }));
      const Grants = await listOf('k');
      expect(Grants?.[0]).toEqual(toAccount(owner, 'FULL_CONTROL'));
      await s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', AccessControlPolicy: { Owner: { ID: owner }, Grants } }));
      expect(await listOf('k')).toEqual(Grants);
    },
  );

  it('are refused under other names', async () => {
    expect((await failureOf(s3.send(new PutObjectCommand({ Bucket, Key: 'k', ACL: 'toString' as never })))).code).toBe('InvalidArgument');
  });
});
