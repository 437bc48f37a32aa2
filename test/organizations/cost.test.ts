/** What changes of an organization cost: that of the accounts they touch, however many others there are. */
import { afterEach, expect, it, vi } from 'vitest';
import { costOf } from '../cost';
import { type Cloud, here, invite, openOrganization } from './direct';

const bystanders = [5, 200];
const tags = JSON.stringify({ tags: { a: { tag_value: { '@@assign': ['x'] }, enforced_for: { '@@assign': ['sqs:queue'] } } } });
const s3 = JSON.stringify({ s3_attributes: { public_access_block_configuration: { '@@assign': 'all' } } });
const scp = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] });
const numbered = (n: number) => String(300_000_000_000 + n);

afterEach(() => vi.restoreAllMocks());

async function policy(cloud: Cloud, Type: string, Content: string, Name = Type): Promise<string> {
  const { Policy } = await cloud.call('CreatePolicy', { Name, Description: '', Type, Content });
  return Policy?.PolicySummary?.Id ?? '';
}

/** An organization with tag and S3 policies at its root, and accounts there. */
async function bound(accounts: number) {
  const cloud = await openOrganization();
  const { rootId } = cloud;
  for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'TAG_POLICY', 'S3_POLICY']) {
    await cloud.call('EnablePolicyType', { RootId: rootId, PolicyType });
  }
  const tagPolicy = await policy(cloud, 'TAG_POLICY', tags);
  await cloud.call('AttachPolicy', { PolicyId: tagPolicy, TargetId: rootId });
  for (let n = 0; n < accounts; n++) await invite(cloud, numbered(n));
  return { cloud, rootId, tagPolicy };
}

it('is the same among few and among many for whatever concerns one account', async () => {
  const costs = [];
  for (const count of bystanders) {
    const { cloud, rootId } = await bound(count);
    await using _ = cloud;
    const { OrganizationalUnit } = await cloud.call('CreateOrganizationalUnit', { ParentId: rootId, Name: 'unit' });
    const unit = OrganizationalUnit?.Id ?? '';
    const [AccountId, other] = ['444444444444', '555555555555'];
    const s3Policy = await policy(cloud, 'S3_POLICY', s3);
    const ask = async (Id: string) =>
      (await cloud.call('InviteAccountToOrganization', { Target: { Type: 'ACCOUNT', Id } })).Handshake?.Id ?? '';
    const HandshakeId = await ask(AccountId);
    const accept = () => cloud.call('AcceptHandshake', { HandshakeId }, { ...here, account: AccountId });
    const onUnit = { PolicyId: s3Policy, TargetId: unit };
    await invite(cloud, other);
    await cloud.call('MoveAccount', { AccountId: other, SourceParentId: rootId, DestinationParentId: unit });
    costs.push({
      InviteAccount: await costOf(() => ask('666666666666')),
      InviteAddress: await costOf(() => cloud.call('InviteAccountToOrganization', { Target: { Type: 'EMAIL', Id: 'a@example.org' } })),
      AcceptHandshake: await costOf(accept),
      MoveAccount: await costOf(() => cloud.call('MoveAccount', { AccountId, SourceParentId: rootId, DestinationParentId: unit })),
      AttachPolicy: await costOf(() => cloud.call('AttachPolicy', onUnit)),
      UpdatePolicy: await costOf(() => cloud.call('UpdatePolicy', { PolicyId: s3Policy, Content: s3.replace('all', 'none') })),
      DetachPolicy: await costOf(() => cloud.call('DetachPolicy', onUnit)),
      RemoveAccount: await costOf(() => cloud.call('RemoveAccountFromOrganization', { AccountId })),
    });
  }
  expect(costs[1]).toEqual(costs[0]);
});

it('is the same for service control policies wherever they hang: they are no rules of accounts', async () => {
  const costs = [];
  for (const count of bystanders) {
    const { cloud, rootId } = await bound(count);
    await using _ = cloud;
    const onRoot = { PolicyId: await policy(cloud, 'SERVICE_CONTROL_POLICY', scp), TargetId: rootId };
    costs.push([await costOf(() => cloud.call('AttachPolicy', onRoot)), await costOf(() => cloud.call('DetachPolicy', onRoot))]);
  }
  expect(costs[1]).toEqual(costs[0]);
});

it('is one record for each account where a policy hangs above all of them', async () => {
  const { cloud, rootId, tagPolicy } = await bound(20);
  await using _ = cloud;
  const everyone = 21;
  const changed = tags.replace('"x"', '"y"');
  const { put = 0 } = await costOf(() => cloud.call('UpdatePolicy', { PolicyId: tagPolicy, Content: changed }));
  expect(put - everyone).toBeGreaterThanOrEqual(0);
  expect(put - everyone).toBeLessThan(5);
  const detached = await costOf(() => cloud.call('DetachPolicy', { PolicyId: tagPolicy, TargetId: rootId }));
  // The attachment, and the rules of each.
  expect(detached['delete']).toBe(everyone + 1);
});
