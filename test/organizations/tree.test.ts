import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DeleteOrganizationalUnitCommand,
  DeleteOrganizationCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListCreateAccountStatusCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  paginateListAccounts,
  RemoveAccountFromOrganizationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateOrganizationalUnitCommand,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { ownCloud } from '../server';
import { caller, organization, organizationIn, refusal } from './cloud';

describe('an organization', () => {
  it('begins with a root and its management account; service control policies are there to be enabled', async () => {
    const { id, organizations } = caller();
    const { Organization: created } = await organizations.send(new CreateOrganizationCommand({}));
    const orgId = created?.Id ?? '';
    expect(orgId).toMatch(/^o-[a-z0-9]{10}$/);
    const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
    expect(Organization).toEqual({
      Id: orgId,
      Arn: `arn:aws:organizations::${id}:organization/${orgId}`,
      FeatureSet: 'ALL',
      MasterAccountArn: `arn:aws:organizations::${id}:account/${orgId}/${id}`,
      MasterAccountId: id,
      MasterAccountEmail: `${id}@example.com`,
      AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    });
    const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
    const rootId = Roots[0]?.Id;
    expect(Roots).toEqual([
      {
        Id: expect.stringMatching(/^r-[a-z0-9]{4}$/),
        Arn: `arn:aws:organizations::${id}:root/${orgId}/${rootId}`,
        Name: 'Root',
        PolicyTypes: [],
      },
    ]);
    const { Accounts } = await organizations.send(new ListAccountsCommand({}));
    expect(Accounts).toMatchObject([{ Id: id, State: 'ACTIVE', JoinedMethod: 'INVITED', Paths: [`${orgId}/${rootId}/${id}/`] }]);
  });

  it('is not there for others, and not twice for one', async () => {
    const { organizations } = await organization();
    expect(await refusal(organizations.send(new CreateOrganizationCommand({})))).toMatch(/^AlreadyInOrganization: /);
    expect(await refusal(caller().organizations.send(new DescribeOrganizationCommand({})))).toBe(
      'AWSOrganizationsNotInUse: Your account is not a member of an organization.',
    );
  });

  it('ends when only the management account is left, with its OUs and policies', async () => {
    const org = await organization();
    await org.createUnit(org.rootId, 'unit');
    const member = await org.createAccount('member');
    expect(await refusal(org.organizations.send(new DeleteOrganizationCommand({})))).toBe(
      'OrganizationNotEmpty: To delete an organization you must first remove all member accounts (except the master).',
    );
    await org.organizations.send(new RemoveAccountFromOrganizationCommand({ AccountId: member }));
    await org.organizations.send(new DeleteOrganizationCommand({}));
    expect(await refusal(org.organizations.send(new ListRootsCommand({})))).toMatch(/^AWSOrganizationsNotInUse/);
    await org.organizations.send(new CreateOrganizationCommand({ FeatureSet: 'CONSOLIDATED_BILLING' }));
    const { Organization } = await org.organizations.send(new DescribeOrganizationCommand({}));
    expect(Organization).toMatchObject({ FeatureSet: 'CONSOLIDATED_BILLING', AvailablePolicyTypes: [] });
  });
});

describe('organizational units', () => {
  it('nest five deep, with names of their own under one parent', async () => {
    const { organizations, rootId, createUnit } = await organization();
    let parent = rootId;
    for (let depth = 1; depth <= 5; depth++) parent = await createUnit(parent, `level-${depth}`);
    expect(await refusal(createUnit(parent, 'level-6'))).toMatch(/^ConstraintViolation OU_DEPTH_LIMIT_EXCEEDED: /);
    expect(await refusal(createUnit(rootId, 'level-1'))).toBe('DuplicateOrganizationalUnit: An OU with the same name already exists.');
    const { OrganizationalUnit } = await organizations.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: parent }));
    expect(OrganizationalUnit?.Path?.split('/')).toHaveLength(8);
    expect(OrganizationalUnit?.Id).toMatch(new RegExp(`^ou-${rootId.slice(2)}-[a-z0-9]{8}$`));
  });

  it('are renamed, listed and deleted when empty', async () => {
    const { organizations, rootId, createUnit } = await organization();
    const [a, b] = [await createUnit(rootId, 'a'), await createUnit(rootId, 'b')];
    const inner = await createUnit(a, 'inner');
    const rename = (Name: string) => organizations.send(new UpdateOrganizationalUnitCommand({ OrganizationalUnitId: a, Name }));
    expect((await rename('c')).OrganizationalUnit).toMatchObject({ Id: a, Name: 'c' });
    expect(await refusal(rename('b'))).toMatch(/^DuplicateOrganizationalUnit/);
    const { OrganizationalUnits = [] } = await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: rootId }));
    expect(OrganizationalUnits.map(({ Id, Name }) => [Id, Name]).sort()).toEqual(
      [
        [a, 'c'],
        [b, 'b'],
      ].sort(),
    );
    const remove = (OrganizationalUnitId: string) => organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId }));
    expect(await refusal(remove(a))).toMatch(/^OrganizationalUnitNotEmpty/);
    await remove(inner);
    await remove(a);
    expect(await refusal(remove(a))).toBe("OrganizationalUnitNotFound: You specified an organizational unit that doesn't exist.");
  });

  it('refuse what no OU can be, with the reason', async () => {
    const { organizations, rootId } = await organization();
    const create = (ParentId: string, Name: string) => refusal(organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name })));
    expect(await create('nonsense', 'x')).toBe(
      'InvalidInput INVALID_PATTERN: You provided a value that does not match the required pattern.',
    );
    expect(await create(rootId, 'x'.repeat(129))).toMatch(/^InvalidInput MAX_LENGTH_EXCEEDED/);
    expect(await create('ou-abcd-12345678', 'x')).toBe("ParentNotFound: You specified a parent that doesn't exist.");
    expect(await refusal(organizations.send(new ListAccountsCommand({ MaxResults: 21 })))).toMatch(/^InvalidInput MAX_VALUE_EXCEEDED/);
    expect(await refusal(organizations.send(new ListAccountsCommand({ NextToken: 'mine' })))).toMatch(/^InvalidInput INVALID_NEXT_TOKEN/);
    expect(await refusal(organizations.send(new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: undefined })))).toMatch(
      /^InvalidInput INPUT_REQUIRED/,
    );
  });
});

describe('accounts', () => {
  it('are created a moment after the request, in the root', async () => {
    const { organizations, orgId, rootId, id } = await organization();
    const Email = `new-${id}@example.org`;
    const { CreateAccountStatus: asked } = await organizations.send(new CreateAccountCommand({ AccountName: 'New', Email }));
    expect(asked).toMatchObject({ AccountName: 'New', State: 'IN_PROGRESS' });
    expect(asked?.AccountId).toBeUndefined();
    let { CreateAccountStatus: status } = await organizations.send(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked?.Id }),
    );
    while (status?.State === 'IN_PROGRESS') {
      ({ CreateAccountStatus: status } = await organizations.send(
        new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked?.Id }),
      ));
    }
    expect(status).toMatchObject({ Id: asked?.Id, State: 'SUCCEEDED', AccountId: expect.stringMatching(/^\d{12}$/) });
    const { Account } = await organizations.send(new DescribeAccountCommand({ AccountId: status?.AccountId }));
    expect(Account).toMatchObject({
      Id: status?.AccountId,
      Arn: `arn:aws:organizations::${id}:account/${orgId}/${status?.AccountId}`,
      Email,
      Name: 'New',
      Status: 'ACTIVE',
      State: 'ACTIVE',
      JoinedMethod: 'CREATED',
      Paths: [`${orgId}/${rootId}/${status?.AccountId}/`],
    });
  });

  it('are not created with an e-mail address that another has', async () => {
    const { organizations, createAccount, id } = await organization();
    await createAccount('first');
    const { CreateAccountStatus } = await organizations.send(
      new CreateAccountCommand({ AccountName: 'second', Email: `FIRST-${id}@example.org` }),
    );
    const failed = async () =>
      (await organizations.send(new ListCreateAccountStatusCommand({ States: ['FAILED'] }))).CreateAccountStatuses ?? [];
    let failures = await failed();
    while (failures.length === 0) failures = await failed();
    expect(failures).toMatchObject([{ Id: CreateAccountStatus?.Id, FailureReason: 'EMAIL_ALREADY_EXISTS' }]);
    expect(failures[0]?.AccountId).toBeUndefined();
  });

  it('move between parents, and are found from both directions', async () => {
    const { organizations, rootId, createUnit, createAccount } = await organization();
    const unit = await createUnit(rootId, 'unit');
    const member = await createAccount('member');
    const move = (SourceParentId: string, DestinationParentId: string) =>
      organizations.send(new MoveAccountCommand({ AccountId: member, SourceParentId, DestinationParentId }));
    await move(rootId, unit);
    const { Parents } = await organizations.send(new ListParentsCommand({ ChildId: member }));
    expect(Parents).toEqual([{ Id: unit, Type: 'ORGANIZATIONAL_UNIT' }]);
    const { Children } = await organizations.send(new ListChildrenCommand({ ParentId: unit, ChildType: 'ACCOUNT' }));
    expect(Children).toEqual([{ Id: member, Type: 'ACCOUNT' }]);
    const { Accounts = [] } = await organizations.send(new ListAccountsForParentCommand({ ParentId: unit }));
    expect(Accounts.map(({ Id }) => Id)).toEqual([member]);
    expect(await refusal(move(rootId, unit))).toBe("AccountNotFound: You specified an account that doesn't exist.");
    expect(await refusal(move(unit, unit))).toMatch(/^DuplicateAccount/);
    expect(await refusal(move('r-none', unit))).toMatch(/^SourceParentNotFound/);
    expect(await refusal(move(unit, 'r-none'))).toMatch(/^DestinationParentNotFound/);
  });

  it('are listed page by page', async () => {
    const { organizations, createAccount, id } = await organization();
    const all = [id];
    for (let i = 0; i < 5; i++) all.push(await createAccount(`account-${i}`));
    const listed: (string | undefined)[] = [];
    let pages = 0;
    for await (const { Accounts = [] } of paginateListAccounts({ client: organizations, pageSize: 2 }, {})) {
      pages++;
      listed.push(...Accounts.map(({ Id }) => Id));
    }
    expect(pages).toBe(3);
    expect(listed.sort()).toEqual(all.sort());
  });

  it('are closed, which the management account is not', async () => {
    const { organizations, createAccount, id } = await organization();
    const member = await createAccount('member');
    const close = (AccountId: string) => organizations.send(new CloseAccountCommand({ AccountId }));
    expect(await refusal(close(id))).toMatch(/^ConstraintViolation CANNOT_CLOSE_MANAGEMENT_ACCOUNT/);
    await close(member);
    const state = async () => (await organizations.send(new DescribeAccountCommand({ AccountId: member }))).Account?.State;
    let now = await state();
    while (now === 'PENDING_CLOSURE') now = await state();
    expect(now).toBe('SUSPENDED');
    expect(await refusal(close(member))).toBe('AccountAlreadyClosed: The provided account is already closed.');
    expect(await refusal(close('111111111111'))).toBe("AccountNotFound: You specified an account that doesn't exist.");
  });

  it('that are closed are gone for good after ninety days, and can leave nothing behind', async () => {
    await using cloud = await ownCloud();
    const org = await organizationIn(cloud, '111111111111');
    const AccountId = await org.createAccount('member');
    await org.organizations.send(new CloseAccountCommand({ AccountId }));
    await cloud.clock.advance(89 * 24 * 3_600_000);
    expect((await org.organizations.send(new DescribeAccountCommand({ AccountId }))).Account?.State).toBe('SUSPENDED');
    expect(await refusal(org.organizations.send(new DeleteOrganizationCommand({})))).toMatch(/^OrganizationNotEmpty/);
    await cloud.clock.advance(24 * 3_600_000);
    expect(await refusal(org.organizations.send(new DescribeAccountCommand({ AccountId })))).toMatch(/^AccountNotFound/);
    await org.organizations.send(new DeleteOrganizationCommand({}));
  });

  it('that are closed cannot leave before', async () => {
    const org = await organization();
    const AccountId = await org.createAccount('member');
    await org.organizations.send(new CloseAccountCommand({ AccountId }));
    const remove = org.organizations.send(new RemoveAccountFromOrganizationCommand({ AccountId }));
    expect(await refusal(remove)).toMatch(/^ConstraintViolation ACCOUNT_CANNOT_LEAVE_ORGANIZATION/);
    const leave = org.as(AccountId).organizations.send(new LeaveOrganizationCommand({}));
    expect(await refusal(leave)).toMatch(/^ConstraintViolation ACCOUNT_CANNOT_LEAVE_ORGANIZATION/);
  });

  it('stay in the organization when they are reset; the organization goes with its management account', async () => {
    await using cloud = await ownCloud();
    const org = await organizationIn(cloud, '111111111111');
    const member = org.as(await org.createAccount('member'));
    await cloud.reset(member.id);
    expect((await member.organizations.send(new DescribeOrganizationCommand({}))).Organization?.Id).toBe(org.orgId);
    await cloud.reset('111111111111');
    expect(await refusal(member.organizations.send(new DescribeOrganizationCommand({})))).toMatch(/^AWSOrganizationsNotInUse/);
  });

  it('leave, but never the management account', async () => {
    const org = await organization();
    const member = org.as(await org.createAccount('member'));
    expect(await refusal(org.organizations.send(new LeaveOrganizationCommand({})))).toMatch(/^MasterCannotLeaveOrganization/);
    await member.organizations.send(new LeaveOrganizationCommand({}));
    expect(await refusal(member.organizations.send(new DescribeOrganizationCommand({})))).toMatch(/^AWSOrganizationsNotInUse/);
  });

  it('see the organization, and no more', async () => {
    const org = await organization();
    const member = org.as(await org.createAccount('member'));
    const { Organization } = await member.organizations.send(new DescribeOrganizationCommand({}));
    expect(Organization?.Id).toBe(org.orgId);
    expect(await refusal(member.organizations.send(new ListAccountsCommand({})))).toBe(
      "AccessDenied: You don't have permissions to access this resource.",
    );
    expect(await refusal(member.organizations.send(new CreateAccountCommand({ AccountName: 'x', Email: 'x@example.org' })))).toMatch(
      /^AccessDenied: /,
    );
  });
});

describe('tags', () => {
  it('are put on accounts, OUs and the root, from the beginning or later', async () => {
    const { organizations, rootId, createUnit, createAccount } = await organization();
    const account = await createAccount('tagged', { Tags: [{ Key: 'team', Value: 'x' }] });
    const tags = async (ResourceId: string) => (await organizations.send(new ListTagsForResourceCommand({ ResourceId }))).Tags;
    expect(await tags(account)).toEqual([{ Key: 'team', Value: 'x' }]);
    for (const ResourceId of [rootId, await createUnit(rootId, 'unit'), account]) {
      await organizations.send(
        new TagResourceCommand({
          ResourceId,
          Tags: [
            { Key: 'a', Value: '' },
            { Key: 'b', Value: '2' },
          ],
        }),
      );
      await organizations.send(new UntagResourceCommand({ ResourceId, TagKeys: ['a', 'team'] }));
      expect(await tags(ResourceId)).toEqual([{ Key: 'b', Value: '2' }]);
    }
    const tag = (ResourceId: string, ...keys: string[]) =>
      refusal(organizations.send(new TagResourceCommand({ ResourceId, Tags: keys.map((Key) => ({ Key, Value: '' })) })));
    expect(await tag(rootId, 'twice', 'twice')).toMatch(/^InvalidInput DUPLICATE_TAG_KEY/);
    expect(await tag(rootId, 'aws:mine')).toMatch(/^InvalidInput INVALID_SYSTEM_TAGS_PARAMETER/);
    expect(await tag(rootId, ...Array.from({ length: 50 }, (_, i) => `k${i}`))).toMatch(/^ConstraintViolation MAX_TAG_LIMIT_EXCEEDED/);
    expect(await tag('222222222222', 'k')).toBe("TargetNotFound: You specified a target that doesn't exist.");
  });
});
