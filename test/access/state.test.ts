/** Enforcement follows the state: through snapshots, forks, resets and restarts nobody has rights that the state does not give. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { ownCloud } from '../server';
import { accountA, allow, assume, type Config, configOf, createSession, createUser, policy } from './cloud';

const rights = policy(allow(['sqs:ListQueues', 'sts:AssumeRole']));
const list = (config: Config) => new SQSClient(config).send(new ListQueuesCommand({}));
const outcome = (config: Config) =>
  list(config).then(
    () => 'yes',
    (error: Error) => error.name,
  );

it('follows a snapshot back, and forward again', async () => {
  await using cloud = await ownCloud({ iam: 'enforce', seed: 'same' });
  const root = configOf(cloud, accountA);
  const iam = new IAMClient(root);
  const user = await createUser(iam, root, 'ann', rights);
  expect(await outcome(user)).toBe('yes');
  const snapshot = await cloud.snapshot();
  for (let round = 0; round < 2; round++) {
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'ann', PolicyName: 'own' }));
    expect(await outcome(user)).toBe('AccessDenied');
    await snapshot.restore();
    expect(await outcome(user)).toBe('yes');
  }
});

it('knows a key no more once it is inactive, a session no more once its role is gone or its account empty', async () => {
  await using cloud = await ownCloud({ iam: 'enforce' });
  const root = configOf(cloud, accountA);
  const iam = new IAMClient(root);
  const user = await createUser(iam, root, 'ann', rights);
  const session = await createSession(iam, user, 'role', accountA, rights);
  const other = await createSession(iam, user, 'other', accountA, rights);
  expect([await outcome(session), await outcome(other)]).toEqual(['yes', 'yes']);
  await iam.send(new DeleteRolePolicyCommand({ RoleName: 'role', PolicyName: 'role' }));
  await iam.send(new DeleteRoleCommand({ RoleName: 'role' }));
  expect([await outcome(session), await outcome(other)]).toEqual(['AccessDenied', 'yes']);
  await iam.send(new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId: user.credentials.accessKeyId, Status: 'Inactive' }));
  expect(await outcome(user)).toBe('InvalidClientTokenId');
  await cloud.reset(accountA);
  expect([await outcome(user), await outcome(other)]).toEqual(['InvalidClientTokenId', 'AccessDenied']);
});

it('holds after a restart, for users and for sessions that were handed out before', async () => {
  const data = await mkdtemp(join(tmpdir(), 'nuvola-access-'));
  try {
    const before = await ownCloud({ iam: 'enforce', data });
    const root = configOf(before, accountA);
    const iam = new IAMClient(root);
    const user = await createUser(iam, root, 'ann', rights);
    const nobody = await createUser(iam, root, 'ben');
    const session = await createSession(iam, user, 'role', accountA, rights);
    const narrow = await assume(user, `arn:aws:iam::${accountA}:role/role`, { Policy: policy(allow('s3:*')) });
    await before.close();
    await using after = await ownCloud({ iam: 'enforce', data });
    const outcomes = [user, nobody, session, narrow].map((config) => outcome({ ...config, endpoint: after.url }));
    expect(await Promise.all(outcomes)).toEqual(['yes', 'AccessDenied', 'yes', 'AccessDenied']);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});
