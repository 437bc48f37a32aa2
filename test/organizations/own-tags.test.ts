/** What an organization has itself is bound by the tag policy of its management account, kind by kind. */
import { describe, expect, it } from 'vitest';
import { type Cloud, invite, openOrganization } from './direct';

const member = '222222222222';
const wrong = [{ Key: 'a', Value: 'y' }];
const shared =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"organizations:ListRoots","Resource":"*"}]}';
type Tags = typeof wrong | undefined;

interface Kind {
  /** With tags or without; what can be tagged later. */
  begin?(cloud: Cloud, rootId: string, Tags: Tags): Promise<string | undefined>;
  readonly id?: (rootId: string) => string;
}

/** By the names that tag policies have for them. */
const kinds: Readonly<Record<string, Kind>> = {
  root: { id: (rootId) => rootId },
  account: {
    id: () => member,
    async begin(cloud, _, Tags) {
      await cloud.call('CreateAccount', { AccountName: 'a', Email: 'a@example.org', ...(Tags && { Tags }) });
      return member;
    },
  },
  ou: {
    async begin(cloud, ParentId, Tags) {
      return (await cloud.call('CreateOrganizationalUnit', { ParentId, Name: 'unit', Tags })).OrganizationalUnit?.Id;
    },
  },
  policy: {
    async begin(cloud, _, Tags) {
      const policy = { Name: 'p', Description: '', Type: 'TAG_POLICY', Content: '{"tags":{}}', Tags };
      return (await cloud.call('CreatePolicy', policy)).Policy?.PolicySummary?.Id;
    },
  },
  resourcepolicy: {
    async begin(cloud, _, Tags) {
      const { ResourcePolicy } = await cloud.call('PutResourcePolicy', { Content: shared, Tags });
      return ResourcePolicy?.ResourcePolicySummary?.Id;
    },
  },
  transfer: {
    async begin(cloud, _, Tags) {
      const Target = { Type: 'ACCOUNT', Id: '444444444444' };
      const asked = { Type: 'BILLING', Target, StartTimestamp: Date.UTC(2040, 0, 1), SourceName: 's', Tags };
      await cloud.call('InviteOrganizationToTransferResponsibility', asked);
      const { ResponsibilityTransfers } = await cloud.call('ListInboundResponsibilityTransfers', { Type: 'BILLING' });
      return ResponsibilityTransfers?.[0]?.Id;
    },
  },
};

async function boundFor(type: string) {
  const cloud = await openOrganization();
  const { rootId } = cloud;
  await invite(cloud, member);
  await cloud.call('EnablePolicyType', { RootId: rootId, PolicyType: 'TAG_POLICY' });
  const Content = JSON.stringify({
    tags: { a: { tag_value: { '@@assign': ['x'] }, enforced_for: { '@@assign': [`organizations:${type}`] } } },
  });
  const { Policy } = await cloud.call('CreatePolicy', { Name: 'bound', Description: '', Type: 'TAG_POLICY', Content });
  await cloud.call('AttachPolicy', { PolicyId: Policy?.PolicySummary?.Id ?? '', TargetId: rootId });
  return cloud;
}

describe.each(Object.entries(kinds))('%s', (type, { begin, id }) => {
  it('is not given tags that are forbidden, in the beginning or later', async () => {
    await using cloud = await boundFor(type);
    const { rootId } = cloud;
    const refused = { code: 'ConstraintViolationException', fields: { Reason: 'TAG_POLICY_VIOLATION' } };
    if (begin) await expect(begin(cloud, rootId, wrong)).rejects.toMatchObject(refused);
    const begun = await begin?.(cloud, rootId, undefined);
    const ResourceId = id?.(rootId) ?? begun ?? '';
    await expect(cloud.call('TagResource', { ResourceId, Tags: wrong })).rejects.toMatchObject(refused);
    await cloud.call('TagResource', { ResourceId, Tags: [{ Key: 'a', Value: 'x' }] });
  });

  it('is given any where another kind is bound', async () => {
    await using cloud = await boundFor(type === 'ou' ? 'account' : 'ou');
    const begun = await begin?.(cloud, cloud.rootId, wrong);
    await cloud.call('TagResource', { ResourceId: id?.(cloud.rootId) ?? begun ?? '', Tags: wrong });
  });
});
