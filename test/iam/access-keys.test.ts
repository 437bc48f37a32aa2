import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ownCloud } from '../server';
import { newAccount } from '../sts/people';
import { open, refusal, trusting } from './cloud';

type Cloud = ReturnType<typeof open>;

async function keyOf({ iam, config }: Cloud, UserName?: string) {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  return { id: credentials.accessKeyId, shown: AccessKey, config: { ...config, credentials, maxAttempts: 1 } };
}

describe('an access key', () => {
  it('lets its user in', async () => {
    const cloud = open();
    const { UserId } = await cloud.user('bob', '/p/');
    const key = await keyOf(cloud, 'bob');
    expect(key.shown).toEqual({
      UserName: 'bob',
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^[\w+/]{40}$/),
      Status: 'Active',
      CreateDate: expect.any(Date),
    });
    expect(await new STSClient(key.config).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: cloud.id,
      Arn: cloud.arn('user/p/bob'),
      UserId,
    });
  });

  it('is one of two at most', async () => {
    const cloud = open();
    await cloud.user('bob');
    const first = await keyOf(cloud, 'bob');
    await keyOf(cloud, 'bob');
    expect(await refusal(keyOf(cloud, 'bob'))).toBe('LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2');
    const { AccessKeyMetadata } = await cloud.iam.send(new ListAccessKeysCommand({ UserName: 'bob' }));
    expect(AccessKeyMetadata).toMatchObject([{ UserName: 'bob', Status: 'Active' }, { Status: 'Active' }]);
    await cloud.iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: first.id }));
    expect(await refusal(keyOf(cloud, 'bob'))).toBe('no error');
  });

  it('may be switched off and on', async () => {
    const cloud = open();
    await cloud.user('bob');
    const { id, config } = await keyOf(cloud, 'bob');
    const set = (Status: 'Active' | 'Inactive') => cloud.iam.send(new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId: id, Status }));
    const statuses = async () =>
      (await cloud.iam.send(new ListAccessKeysCommand({ UserName: 'bob' }))).AccessKeyMetadata?.map(({ Status }) => Status);
    const call = () => refusal(new STSClient(config).send(new GetCallerIdentityCommand({})));
    await set('Inactive');
    expect(await statuses()).toEqual(['Inactive']);
    expect(await call()).toMatch(/^InvalidClientTokenId: /);
    await set('Active');
    expect(await call()).toBe('no error');
  });

  it('lets nobody in once it is deleted, where keys must be known', async () => {
    await using strict = await ownCloud({ signatures: 'verify' });
    const { iam, user } = newAccount(strict);
    const bob = await user('bob');
    const call = () => refusal(new STSClient({ ...bob, maxAttempts: 1 }).send(new GetCallerIdentityCommand({})));
    expect(await call()).toBe('no error');
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: bob.credentials.accessKeyId }));
    expect(await call()).toBe('InvalidClientTokenId: The security token included in the request is invalid.');
  });

  it('is nobody’s once it is deleted', async () => {
    const cloud = open();
    await cloud.user('bob');
    const { id, config } = await keyOf(cloud, 'bob');
    await cloud.iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: id }));
    const missing = `NoSuchEntity: The Access Key with id ${id} cannot be found.`;
    expect(await refusal(cloud.iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: id })))).toBe(missing);
    // A stranger's key is the default account's root.
    const { Arn } = await new STSClient(config).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe('arn:aws:iam::000000000000:root');
  });

  it('is not found through another user', async () => {
    const cloud = open();
    await cloud.user('bob');
    await cloud.user('eve');
    const { id } = await keyOf(cloud, 'bob');
    expect(await refusal(cloud.iam.send(new UpdateAccessKeyCommand({ UserName: 'eve', AccessKeyId: id, Status: 'Inactive' })))).toBe(
      `NoSuchEntity: The Access Key with id ${id} cannot be found.`,
    );
  });

  it('tells when and where it was last used', async () => {
    const cloud = open();
    await cloud.user('bob');
    const { id, config } = await keyOf(cloud, 'bob');
    const lastUse = () => cloud.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
    expect(await lastUse()).toMatchObject({ UserName: 'bob', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    await new STSClient({ ...config, region: 'eu-west-1' }).send(new GetCallerIdentityCommand({}));
    expect((await lastUse()).AccessKeyLastUsed).toEqual({ LastUsedDate: expect.any(Date), ServiceName: 'sts', Region: 'eu-west-1' });
    expect(await refusal(cloud.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' })))).toMatch(
      /^NoSuchEntity/,
    );
  });
});

describe('operations on keys without a name', () => {
  it('mean the keys of the user that calls', async () => {
    const cloud = open();
    await cloud.user('bob');
    const { config, id } = await keyOf(cloud, 'bob');
    const own = new IAMClient(config);
    expect((await own.send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toMatchObject([{ AccessKeyId: id, UserName: 'bob' }]);
    const { AccessKey } = await own.send(new CreateAccessKeyCommand({}));
    await own.send(new UpdateAccessKeyCommand({ AccessKeyId: id, Status: 'Inactive' }));
    expect(AccessKey?.UserName).toBe('bob');
  });

  it('mean the keys of root when root calls', async () => {
    const cloud = open();
    const { config, id } = await keyOf(cloud);
    expect(await new STSClient(config).send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: cloud.arn('root'), UserId: cloud.id });
    expect((await cloud.iam.send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toMatchObject([{ AccessKeyId: id }]);
    await cloud.iam.send(new DeleteAccessKeyCommand({ AccessKeyId: id }));
    expect((await cloud.iam.send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toEqual([]);
  });

  it('mean the user under its present name', async () => {
    const cloud = open();
    await cloud.user('bob');
    const { config } = await keyOf(cloud, 'bob');
    await cloud.iam.send(new UpdateUserCommand({ UserName: 'bob', NewUserName: 'rob' }));
    expect((await new IAMClient(config).send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toMatchObject([{ UserName: 'rob' }]);
    expect(await refusal(cloud.iam.send(new ListAccessKeysCommand({ UserName: 'bob' })))).toBe(
      'NoSuchEntity: The user with name bob cannot be found.',
    );
  });

  it('need a name when the session of a role calls', async () => {
    const cloud = open();
    await cloud.role('r', { AssumeRolePolicyDocument: trusting({ AWS: cloud.id }) });
    await cloud.user('bob');
    const { config } = await keyOf(cloud, 'bob');
    const { Credentials } = await new STSClient(config).send(
      new AssumeRoleCommand({ RoleArn: cloud.arn('role/r'), RoleSessionName: 'session' }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const session = new IAMClient({ ...config, credentials });
    const mustName = 'ValidationError: Must specify userName when calling with non-User credentials';
    expect(await refusal(session.send(new CreateAccessKeyCommand({})))).toBe(mustName);
    expect(await refusal(session.send(new GetUserCommand({})))).toBe(mustName);
    expect((await session.send(new ListAccessKeysCommand({ UserName: 'bob' }))).AccessKeyMetadata).toHaveLength(1);
  });
});
