import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupPolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupPoliciesCommand,
  ListPoliciesGrantingServiceAccessCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { allowAll, open, refusal } from './cloud';

/** A user, a group and a role called so, and the same calls for each. */
async function three() {
  const cloud = open();
  const { iam } = cloud;
  await cloud.user('holder');
  await iam.send(new CreateGroupCommand({ GroupName: 'holder' }));
  await cloud.role('holder');
  const user = { UserName: 'holder' };
  const group = { GroupName: 'holder' };
  const role = { RoleName: 'holder' };
  const kinds = {
    user: {
      attach: (PolicyArn: string) => iam.send(new AttachUserPolicyCommand({ ...user, PolicyArn })),
      detach: (PolicyArn: string) => iam.send(new DetachUserPolicyCommand({ ...user, PolicyArn })),
      attached: (more: object = {}) => iam.send(new ListAttachedUserPoliciesCommand({ ...user, ...more })),
      put: (PolicyName: string, PolicyDocument: string) => iam.send(new PutUserPolicyCommand({ ...user, PolicyName, PolicyDocument })),
      get: (PolicyName: string) => iam.send(new GetUserPolicyCommand({ ...user, PolicyName })),
      remove: (PolicyName: string) => iam.send(new DeleteUserPolicyCommand({ ...user, PolicyName })),
      inline: (more: object = {}) => iam.send(new ListUserPoliciesCommand({ ...user, ...more })),
      quota: 'PoliciesPerUser',
      inlineChars: 2048,
      name: user,
    },
    group: {
      attach: (PolicyArn: string) => iam.send(new AttachGroupPolicyCommand({ ...group, PolicyArn })),
      detach: (PolicyArn: string) => iam.send(new DetachGroupPolicyCommand({ ...group, PolicyArn })),
      attached: (more: object = {}) => iam.send(new ListAttachedGroupPoliciesCommand({ ...group, ...more })),
      put: (PolicyName: string, PolicyDocument: string) => iam.send(new PutGroupPolicyCommand({ ...group, PolicyName, PolicyDocument })),
      get: (PolicyName: string) => iam.send(new GetGroupPolicyCommand({ ...group, PolicyName })),
      remove: (PolicyName: string) => iam.send(new DeleteGroupPolicyCommand({ ...group, PolicyName })),
      inline: (more: object = {}) => iam.send(new ListGroupPoliciesCommand({ ...group, ...more })),
      quota: 'PoliciesPerGroup',
      inlineChars: 5120,
      name: group,
    },
    role: {
      attach: (PolicyArn: string) => iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn })),
      detach: (PolicyArn: string) => iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn })),
      attached: (more: object = {}) => iam.send(new ListAttachedRolePoliciesCommand({ ...role, ...more })),
      put: (PolicyName: string, PolicyDocument: string) => iam.send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument })),
      get: (PolicyName: string) => iam.send(new GetRolePolicyCommand({ ...role, PolicyName })),
      remove: (PolicyName: string) => iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName })),
      inline: (more: object = {}) => iam.send(new ListRolePoliciesCommand({ ...role, ...more })),
      quota: 'PoliciesPerRole',
      inlineChars: 10_240,
      name: role,
    },
  };
  return { ...cloud, kinds };
}

const kindNames = ['user', 'group', 'role'] as const;

describe.each(kindNames)('managed policies of a %s', (kind) => {
  it('are attached once, counted, listed and detached', async () => {
    const { kinds, policy, iam, arn } = await three();
    const { attach, detach, attached } = kinds[kind];
    const own = await policy('own');
    const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await attach(own);
    await attach(own);
    await attach(admin);
    expect((await attached()).AttachedPolicies).toEqual([
      { PolicyName: 'AdministratorAccess', PolicyArn: admin },
      { PolicyName: 'own', PolicyArn: own },
    ]);
    expect(await attached({ MaxItems: 1 })).toMatchObject({ IsTruncated: true, AttachedPolicies: { length: 1 } });
    expect((await attached({ PathPrefix: '/none/' })).AttachedPolicies).toEqual([]);
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: own }))).Policy?.AttachmentCount).toBe(1);
    await detach(own);
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: own }))).Policy?.AttachmentCount).toBe(0);
    expect(await refusal(detach(own))).toBe(`NoSuchEntity: Policy ${own} was not found.`);
    expect(await refusal(attach(arn('policy/none')))).toBe(
      `NoSuchEntity: Policy ${arn('policy/none')} does not exist or is not attachable.`,
    );
    expect(await refusal(attach('arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy'))).toBe(
      'PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role.',
    );
  });

  it('are ten at most', async () => {
    const { kinds, policy } = await three();
    const { attach, quota } = kinds[kind];
    for (let i = 0; i < 10; i++) await attach(await policy(`p${i}`));
    expect(await refusal(attach(await policy('one-too-many')))).toBe(`LimitExceeded: Cannot exceed quota for ${quota}: 10`);
  });
});

describe.each(kindNames)('inline policies of a %s', (kind) => {
  const sized = (chars: number) => {
    const policy = (sid: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: sid, Effect: 'Allow', Action: 's3:*', Resource: '*' }] });
    return policy('s'.repeat(chars - policy('').length));
  };

  it('are put, replaced, read, listed and deleted', async () => {
    const { kinds } = await three();
    const { put, get, remove, inline, name } = kinds[kind];
    await put('b', allowAll);
    await put('a', allowAll);
    await put('b', sized(200));
    const { PolicyDocument = '', ...found } = await get('b');
    expect(found).toMatchObject({ ...name, PolicyName: 'b' });
    expect(PolicyDocument).toContain('s3%3A%2A');
    expect(decodeURIComponent(PolicyDocument)).toBe(sized(200));
    expect((await inline()).PolicyNames).toEqual(['a', 'b']);
    expect(await inline({ MaxItems: 1 })).toMatchObject({ PolicyNames: ['a'], IsTruncated: true });
    await remove('a');
    expect((await inline()).PolicyNames).toEqual(['b']);
    const missing = `NoSuchEntity: The ${kind} policy with name a cannot be found.`;
    expect([await refusal(get('a')), await refusal(remove('a'))]).toEqual([missing, missing]);
    expect(await refusal(put('c', '{}'))).toMatch(/^MalformedPolicyDocument: /);
  });

  it('are so long together at most', async () => {
    const { kinds } = await three();
    const { put, inlineChars } = kinds[kind];
    await put('a', sized(inlineChars / 2));
    await put('b', `  ${sized(inlineChars / 2)}\n`);
    const tooLong = `LimitExceeded: Maximum policy size of ${inlineChars} bytes exceeded for ${kind} holder`;
    expect(await refusal(put('c', sized(100)))).toBe(tooLong);
    expect(await refusal(put('b', sized(inlineChars / 2 + 1)))).toBe(tooLong);
    expect(await refusal(put('b', sized(100)))).toBe('no error');
  });
});

describe('permissions boundaries', () => {
  it('are put, replaced and deleted, and counted', async () => {
    const { iam, policy, user, role } = open();
    await user('u');
    await role('r');
    const one = await policy('one');
    const two = await policy('two');
    const uses = async () =>
      Promise.all(
        [one, two].map(async (PolicyArn) => (await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.PermissionsBoundaryUsageCount),
      );
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'u', PermissionsBoundary: one }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary: one }));
    expect(await uses()).toEqual([2, 0]);
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'u', PermissionsBoundary: two }));
    expect(await uses()).toEqual([1, 1]);
    const boundary = (PermissionsBoundaryArn: string) => ({ PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn });
    expect((await iam.send(new GetUserCommand({ UserName: 'u' }))).User?.PermissionsBoundary).toEqual(boundary(two));
    expect((await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role?.PermissionsBoundary).toEqual(boundary(one));
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'u' }));
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'r' }));
    expect(await uses()).toEqual([0, 0]);
    expect(await refusal(iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'u' })))).toMatch(/^NoSuchEntity: /);
    const missing = 'arn:aws:iam::aws:policy/Missing';
    expect(await refusal(iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary: missing })))).toBe(
      `NoSuchEntity: Scope ARN: ${missing} does not exist or is not attachable.`,
    );
  });
});

describe('who uses a policy', () => {
  it('is told by kind, path and use', async () => {
    const { iam, policy, user, role } = open();
    const PolicyArn = await policy('p');
    const { UserId } = await user('attached', '/a/');
    await user('bounded');
    await role('both');
    await iam.send(new CreateGroupCommand({ GroupName: 'g' }));
    await iam.send(new AttachUserPolicyCommand({ UserName: 'attached', PolicyArn }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'g', PolicyArn }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'both', PolicyArn }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'both', PermissionsBoundary: PolicyArn }));
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'bounded', PermissionsBoundary: PolicyArn }));
    const names = async (more: object) => {
      const { PolicyUsers, PolicyGroups, PolicyRoles } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, ...more }));
      return [...PolicyUsers!.map((u) => u.UserName), ...PolicyGroups!.map((g) => g.GroupName), ...PolicyRoles!.map((r) => r.RoleName)];
    };
    expect((await names({})).sort()).toEqual(['attached', 'both', 'bounded', 'g']);
    expect((await names({ EntityFilter: 'User' })).sort()).toEqual(['attached', 'bounded']);
    expect(await names({ EntityFilter: 'Group' })).toEqual(['g']);
    expect((await names({ PolicyUsageFilter: 'PermissionsBoundary' })).sort()).toEqual(['both', 'bounded']);
    expect((await names({ PolicyUsageFilter: 'PermissionsPolicy' })).sort()).toEqual(['attached', 'both', 'g']);
    expect(await names({ PathPrefix: '/a/' })).toEqual(['attached']);
    const { PolicyUsers } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, PathPrefix: '/a/' }));
    expect(PolicyUsers).toEqual([{ UserName: 'attached', UserId }]);
    const first = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, MaxItems: 3 }));
    const second = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, MaxItems: 3, Marker: first.Marker }));
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
  });

  it.each([
    ['arn:aws:s3:::some-bucket-name', 'ValidationError: Invalid service in ARN'],
    ['arn:aws-cn:iam::123456789012:user/u', 'ValidationError: Invalid ARN partition'],
    ['arn:aws:iam::aws:user/u', 'NoSuchEntity: The user with name u cannot be found.'],
    ['no-arn-but-long-enough', 'InvalidInput: ARN no-arn-but-long-enough is not valid.'],
    ['arn:aws:iam::999999999999:role/r', 'NoSuchEntity: The role with name r cannot be found.'],
    ['arn:aws:iam::999999999999:root', 'InvalidInput: Invalid ARN provided in the request: arn:aws:iam::999999999999:root'],
    ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'InvalidInput: Invalid ARN provided in the request: arn:aws:iam::aws:policy/ReadOnlyAccess'],
  ])('is not told of services by %s', async (Arn, refused) => {
    const { iam, user } = open();
    await user('u');
    const call = iam.send(new ListPoliciesGrantingServiceAccessCommand({ Arn, ServiceNamespaces: ['s3'] }));
    expect(await refusal(call)).toBe(refused);
  });

  it('is told of services', async () => {
    const { iam, user, arn } = open();
    await user('u');
    const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
    const put = (PolicyName: string, Statement: object) =>
      iam.send(new PutUserPolicyCommand({ UserName: 'u', PolicyName, PolicyDocument: document(Statement) }));
    await put('sqs-only', { Effect: 'Allow', Action: ['SQS:Send*'], Resource: '*' });
    await put('denies', { Effect: 'Deny', Action: 's3:*', Resource: '*' });
    await put('all-but-s3', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' });
    await iam.send(new AttachUserPolicyCommand({ UserName: 'u', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }));
    const { PoliciesGrantingServiceAccess } = await iam.send(
      new ListPoliciesGrantingServiceAccessCommand({ Arn: arn('user/u'), ServiceNamespaces: ['s3', 'sqs'] }),
    );
    const inline = (PolicyName: string) => ({ PolicyName, PolicyType: 'INLINE', EntityType: 'USER', EntityName: 'u' });
    expect(PoliciesGrantingServiceAccess).toEqual([
      {
        ServiceNamespace: 's3',
        Policies: [
          {
            PolicyName: 'AmazonS3ReadOnlyAccess',
            PolicyType: 'MANAGED',
            PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
          },
        ],
      },
      { ServiceNamespace: 'sqs', Policies: [inline('all-but-s3'), inline('sqs-only')] },
    ]);
  });
});

it('a policy of services is nobody’s boundary', async () => {
  const { iam, user, role } = open();
  await user('bob');
  await role('r');
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy';
  const refused = 'PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role.';
  for (const command of [
    new PutUserPermissionsBoundaryCommand({ UserName: 'bob', PermissionsBoundary }),
    new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary }),
    new CreateUserCommand({ UserName: 'eve', PermissionsBoundary }),
  ])
    expect(await refusal(iam.send(command as CreateUserCommand))).toBe(refused);
});
