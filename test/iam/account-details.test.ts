import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyVersionCommand,
  DeleteUserCommand,
  type EntityType,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  PutGroupPolicyCommand,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { allowAll, open } from './cloud';

/** A user in a group, a role in a profile, policies of two kinds. */
async function furnished() {
  const cloud = open();
  const { iam, user, role, policy } = cloud;
  await user('u');
  await iam.send(new CreateGroupCommand({ GroupName: 'g' }));
  await iam.send(new AddUserToGroupCommand({ GroupName: 'g', UserName: 'u' }));
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'g', PolicyName: 'in', PolicyDocument: allowAll }));
  await role('r');
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'i' }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'i', RoleName: 'r' }));
  const PolicyArn = await policy('p');
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allowAll }));
  await iam.send(new AttachUserPolicyCommand({ UserName: 'u', PolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' }));
  return cloud;
}

describe('the summary of an account', () => {
  it('counts what there is', async () => {
    const { iam } = await furnished();
    await iam.send(new CreateAccessKeyCommand({}));
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    expect(SummaryMap).toMatchObject({
      Users: 1,
      Groups: 1,
      Roles: 1,
      InstanceProfiles: 1,
      Policies: 1,
      PolicyVersionsInUse: 2,
      AccountAccessKeysPresent: 1,
      AccountMFAEnabled: 0,
      MFADevices: 0,
      Providers: 0,
      UsersQuota: 5000,
      GroupsQuota: 300,
      AccessKeysPerUserQuota: 2,
      AttachedPoliciesPerRoleQuota: 10,
      AssumeRolePolicySizeQuota: 2048,
    });
  });

  it('counts no more what was deleted', async () => {
    const { iam, user } = open();
    await user('u');
    await iam.send(new DeleteUserCommand({ UserName: 'u' }));
    expect((await iam.send(new GetAccountSummaryCommand({}))).SummaryMap?.Users).toBe(0);
  });
});

describe('the details of an account', () => {
  it('show everybody with all policies', async () => {
    const { iam, arn } = await furnished();
    const details = await iam.send(new GetAccountAuthorizationDetailsCommand({}));
    expect(details).toMatchObject({
      IsTruncated: false,
      UserDetailList: [
        {
          UserName: 'u',
          Arn: arn('user/u'),
          GroupList: ['g'],
          AttachedManagedPolicies: [{ PolicyName: 'PowerUserAccess' }],
        },
      ],
      GroupDetailList: [{ GroupName: 'g', GroupPolicyList: [{ PolicyName: 'in' }], AttachedManagedPolicies: [] }],
      RoleDetailList: [{ RoleName: 'r', InstanceProfileList: [{ InstanceProfileName: 'i' }], RolePolicyList: [] }],
      Policies: [
        { PolicyName: 'p', PolicyVersionList: [{ VersionId: 'v2' }, { VersionId: 'v1', IsDefaultVersion: true }] },
        { PolicyName: 'PowerUserAccess', AttachmentCount: 1 },
      ],
    });
    const document = details.GroupDetailList?.[0]?.GroupPolicyList?.[0]?.PolicyDocument ?? '';
    expect(decodeURIComponent(document)).toBe(allowAll);
  });

  it.each<[EntityType, number[]]>([
    ['User', [1, 0, 0, 0]],
    ['Group', [0, 1, 0, 0]],
    ['Role', [0, 0, 1, 0]],
    ['LocalManagedPolicy', [0, 0, 0, 1]],
    ['AWSManagedPolicy', [0, 0, 0, 1]],
  ])('show only what %s filters', async (filter, counts) => {
    const { iam } = await furnished();
    const found = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: [filter] }));
    const { UserDetailList, GroupDetailList, RoleDetailList, Policies } = found;
    expect([UserDetailList, GroupDetailList, RoleDetailList, Policies].map((list) => list?.length)).toEqual(counts);
  });

  it('come in pages across their kinds', async () => {
    const { iam } = await furnished();
    const names: (string | undefined)[] = [];
    let pages = 0;
    for await (const page of paginateGetAccountAuthorizationDetails({ client: iam, pageSize: 2 }, {})) {
      pages++;
      names.push(...page.UserDetailList!.map((u) => u.UserName), ...page.GroupDetailList!.map((g) => g.GroupName));
      names.push(...page.RoleDetailList!.map((r) => r.RoleName), ...page.Policies!.map((p) => p.PolicyName));
    }
    expect([pages, names]).toEqual([3, ['u', 'g', 'r', 'p', 'PowerUserAccess']]);
  });
});
