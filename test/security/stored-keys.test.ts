/** Keys of users in a cloud that checks signatures: what was known of a key a call ago says nothing about the next call. */
import { CreateAccessKeyCommand, DeleteAccessKeyCommand, IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { Cloud } from '../../src/gateway/cloud';
import { AccessKeys } from '../../src/kernel/credentials';
import { rootOf } from '../../src/kernel/principal';
import type { ClientConfig, Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { newAccount, refusal } from '../sts/people';

const refused = 'InvalidClientTokenId: The security token included in the request is invalid.';
const mismatch = /^SignatureDoesNotMatch: /;

const callIn = ({ url }: Pick<Nuvola, 'url'>, config: ClientConfig) =>
  refusal(new STSClient({ ...config, endpoint: url, maxAttempts: 1 }).send(new GetCallerIdentityCommand({})));

it('a key is refused from the very call after it was switched off, deleted or reset, and taken again when it is switched on', async () => {
  await using cloud = await ownCloud({ signatures: 'verify' });
  const { iam, user } = newAccount(cloud);
  const bob = await user('bob');
  const AccessKeyId = bob.credentials.accessKeyId;
  const set = (Status: 'Active' | 'Inactive') => iam.send(new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId, Status }));
  const calls = async () => [await callIn(cloud, bob), await callIn(cloud, bob)];
  expect(await calls()).toEqual(['no error', 'no error']);
  await set('Inactive');
  expect(await calls()).toEqual([refused, refused]);
  await set('Active');
  expect(await calls()).toEqual(['no error', 'no error']);
  const wrong = { ...bob, credentials: { ...bob.credentials, secretAccessKey: 'wrong' } };
  expect(await callIn(cloud, wrong)).toMatch(mismatch);
  expect(await calls()).toEqual(['no error', 'no error']);
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId }));
  expect(await calls()).toEqual([refused, refused]);

  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
  const credentials = { accessKeyId: AccessKey?.AccessKeyId as string, secretAccessKey: AccessKey?.SecretAccessKey as string };
  expect(await callIn(cloud, { ...bob, credentials })).toBe('no error');
  await cloud.reset();
  expect(await callIn(cloud, { ...bob, credentials })).toBe(refused);
});

it('a key that is gone in a fork is still good in the cloud that was forked, call by call', async () => {
  await using cloud = await ownCloud({ signatures: 'verify' });
  const { config, user } = newAccount(cloud);
  const bob = await user('bob');
  expect(await callIn(cloud, bob)).toBe('no error');
  await using fork = await cloud.fork();
  const forked = new IAMClient({ ...config, endpoint: fork.url });
  await forked.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: bob.credentials.accessKeyId }));
  for (const _ of [1, 2]) {
    expect(await callIn(fork, bob)).toBe(refused);
    expect(await callIn(cloud, bob)).toBe('no error');
  }
});

it('a key is looked up in a transaction where the state can be read in no other way', async () => {
  const cloud = await Cloud.open({ signatures: 'verify' });
  try {
    Object.defineProperty(cloud.world.engine, 'peek', { value: undefined });
    const credentials = { accessKeyId: 'AKIAQAAAAAAAAAAAALIC', secretAccessKey: 'one' };
    const { accessKeyId } = credentials;
    const principal = rootOf('111122223333', 'aws', accessKeyId);
    const put = (active: boolean) =>
      cloud.world.transactAt(cloud.world.home, (tx) => tx.put(AccessKeys, { ...credentials, active, principal }));
    await put(true);
    await cloud.listen(0);
    const config = { endpoint: cloud.url, region: 'us-east-1', credentials, forcePathStyle: true } as const;
    expect(await callIn(cloud, config)).toBe('no error');
    expect(await callIn(cloud, { ...config, credentials: { accessKeyId, secretAccessKey: 'wrong' } })).toMatch(mismatch);
    await put(false);
    expect(await callIn(cloud, config)).toBe(refused);
  } finally {
    await cloud.close();
  }
});
