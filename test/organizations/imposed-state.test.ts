/** What organizations impose is state like any other: it outlives a restart, is forked, and goes with its management account. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttachPolicyCommand, EnablePolicyTypeCommand } from '@aws-sdk/client-organizations';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { organizationIn, refusal } from './cloud';

const management = '111111111111';
const tags = { a: { tag_value: { '@@assign': ['x'] }, enforced_for: { '@@assign': ['sqs:queue'] } } };

/** A member that the tag policy binds. */
async function bind(cloud: Nuvola): Promise<string> {
  const org = await organizationIn(cloud, management);
  await org.organizations.send(new EnablePolicyTypeCommand({ RootId: org.rootId, PolicyType: 'TAG_POLICY' }));
  const PolicyId = await org.createPolicy('tags', { tags }, 'TAG_POLICY');
  await org.organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: org.rootId }));
  return org.createAccount('member');
}

const tagIn = (cloud: Nuvola, account: string) =>
  refusal(
    new SQSClient({ ...cloud.config({ account }), maxAttempts: 1 }).send(new CreateQueueCommand({ QueueName: 'queue', tags: { a: 'y' } })),
  );

it('tag policies bind after a restart, before anybody asked for Organizations', async () => {
  const data = mkdtempSync(join(tmpdir(), 'nuvola-organizations-'));
  try {
    await using first = await ownCloud({ data });
    const member = await bind(first);
    await first.close();
    await using second = await ownCloud({ data });
    expect(await tagIn(second, member)).toMatch(/^InvalidParameterValue/);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});

it('tag policies bind in forks, and go when the management account is reset', async () => {
  await using cloud = await ownCloud();
  const member = await bind(cloud);
  await using fork = await cloud.fork();
  await cloud.reset(member);
  expect(await tagIn(cloud, member)).toMatch(/^InvalidParameterValue/);
  await cloud.reset(management);
  expect(await tagIn(cloud, member)).toBe('no error');
  expect(await tagIn(fork, member)).toMatch(/^InvalidParameterValue/);
});
