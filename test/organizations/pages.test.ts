/** Lists in pages: each item once, whatever the size of the pages, and no token but those of the same list. */
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  InviteOrganizationToTransferResponsibilityCommand,
  ListAccountsWithInvalidEffectivePolicyCommand,
  ListCreateAccountStatusCommand,
  ListHandshakesForOrganizationCommand,
  ListInboundResponsibilityTransfersCommand,
  ListPoliciesCommand,
  type ListPoliciesCommandOutput,
} from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Organization, organization, refusal } from './cloud';

interface Page {
  readonly MaxResults?: number;
  readonly NextToken?: string | undefined;
}

/** The ids on each page. */
type List = (page: Page) => Promise<{ readonly ids: readonly (string | undefined)[]; readonly next: string | undefined }>;

async function allOf(list: List, MaxResults: number): Promise<(readonly (string | undefined)[])[]> {
  const pages: (readonly (string | undefined)[])[] = [];
  for (let NextToken: string | undefined; ; ) {
    const { ids, next } = await list({ MaxResults, NextToken });
    pages.push(ids);
    if (next === undefined) return pages;
    NextToken = next;
  }
}

const members = 5;
let org: Organization;
beforeAll(async () => {
  org = await organization();
  const { organizations, id, rootId } = org;
  for (let i = 0; i < members; i++) {
    // every other one fails, because the address is taken
    const Email = i % 2 === 0 ? `pages-${i}-${id}@example.org` : `pages-${i - 1}-${id}@example.org`;
    const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand({ AccountName: `account ${i}`, Email }));
    const CreateAccountRequestId = CreateAccountStatus?.Id;
    const state = async () =>
      (await organizations.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }))).CreateAccountStatus?.State;
    let now = await state();
    while (now === 'IN_PROGRESS') now = await state();
    await org.createPolicy(`policy ${i}`, { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] });
    await organizations.send(new InviteAccountToOrganizationCommand({ Target: { Type: 'EMAIL', Id: `guest-${i}@example.org` } }));
    await organizations.send(
      new InviteOrganizationToTransferResponsibilityCommand({
        Type: 'BILLING',
        Target: { Type: 'EMAIL', Id: `payer-${i}@example.org` },
        StartTimestamp: new Date('2040-01-01T00:00:00Z'),
        SourceName: 'theirs',
      }),
    );
  }
  await organizations.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: 'BACKUP_POLICY' }));
  const plan = { plans: { nightly: { regions: { '@@assign': ['us-east-1'] } } } };
  const PolicyId = await org.createPolicy('backup', plan, 'BACKUP_POLICY');
  await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: rootId }));
});

const lists: Readonly<Record<string, { readonly count: number; readonly list: List }>> = {
  'policies, AWS’s own among them': {
    count: members + 1,
    list: async (page) => {
      const { Policies = [], NextToken }: ListPoliciesCommandOutput = await org.organizations.send(
        new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY', ...page }),
      );
      return { ids: Policies.map(({ Id }) => Id), next: NextToken };
    },
  },
  'requests that failed': {
    count: 2,
    list: async (page) => {
      const { CreateAccountStatuses = [], NextToken } = await org.organizations.send(
        new ListCreateAccountStatusCommand({ States: ['FAILED'], ...page }),
      );
      return { ids: CreateAccountStatuses.map(({ Id }) => Id), next: NextToken };
    },
  },
  'handshakes of one kind': {
    count: members,
    list: async (page) => {
      const { Handshakes = [], NextToken } = await org.organizations.send(
        new ListHandshakesForOrganizationCommand({ Filter: { ActionType: 'INVITE' }, ...page }),
      );
      return { ids: Handshakes.map(({ Id }) => Id), next: NextToken };
    },
  },
  transfers: {
    count: members,
    list: async (page) => {
      const { ResponsibilityTransfers = [], NextToken } = await org.organizations.send(
        new ListInboundResponsibilityTransfersCommand({ Type: 'BILLING', ...page }),
      );
      return { ids: ResponsibilityTransfers.map(({ Id }) => Id), next: NextToken };
    },
  },
  'accounts where a policy is incomplete': {
    count: 4,
    list: async (page) => {
      const { Accounts = [], NextToken } = await org.organizations.send(
        new ListAccountsWithInvalidEffectivePolicyCommand({ PolicyType: 'BACKUP_POLICY', ...page }),
      );
      return { ids: Accounts.map(({ Id }) => Id), next: NextToken };
    },
  },
};

describe.each(Object.entries(lists))('a list of %s', (_what, { count, list }) => {
  it.each([1, 2, count, 20])('has each once, in pages of %i', async (size) => {
    const pages = await allOf(list, size);
    expect(pages.map((ids) => ids.length)).toEqual(
      Array.from({ length: Math.ceil(count / size) }, (_, i) => Math.min(size, count - i * size)),
    );
    expect(new Set(pages.flat()).size).toBe(count);
    expect(pages.flat()).toEqual((await allOf(list, 20)).flat());
  });

  it('takes no other token', async () => {
    const other = Buffer.from(JSON.stringify(['ListRoots', ['x']])).toString('base64url');
    for (const NextToken of ['x', other]) expect(await refusal(list({ NextToken }))).toMatch(/^InvalidInput INVALID_NEXT_TOKEN/);
  });
});
