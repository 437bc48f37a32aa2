import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DeleteResourcePolicyCommand,
  DeregisterDelegatedAdministratorCommand,
  DescribeEffectivePolicyCommand,
  DescribePolicyCommand,
  DescribeResourcePolicyCommand,
  DetachPolicyCommand,
  DisableAWSServiceAccessCommand,
  DisablePolicyTypeCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  ListAccountsWithInvalidEffectivePolicyCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  ListEffectivePolicyValidationErrorsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListTargetsForPolicyCommand,
  MoveAccountCommand,
  type OrganizationsClient,
  type PolicyType,
  PutResourcePolicyCommand,
  RegisterDelegatedAdministratorCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { organization, refusal } from './cloud';

const scp = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' }] };

const attach = (client: OrganizationsClient, PolicyId: string, TargetId: string) =>
  client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
const detach = (client: OrganizationsClient, PolicyId: string, TargetId: string) =>
  client.send(new DetachPolicyCommand({ PolicyId, TargetId }));
const enable = (client: OrganizationsClient, RootId: string, PolicyType: PolicyType) =>
  client.send(new EnablePolicyTypeCommand({ RootId, PolicyType }));

async function namesAt(client: OrganizationsClient, TargetId: string, Filter: PolicyType = 'SERVICE_CONTROL_POLICY') {
  const { Policies = [] } = await client.send(new ListPoliciesForTargetCommand({ TargetId, Filter }));
  return Policies.map(({ Name }) => Name).sort();
}

describe('service control policies', () => {
  it('begin with FullAWSAccess on everything', async () => {
    const { organizations, rootId, id, createUnit, createAccount } = await organization();
    const everything = [rootId, id, await createUnit(rootId, 'unit'), await createAccount('member')];
    for (const target of everything) expect(await namesAt(organizations, target)).toEqual(['FullAWSAccess']);
    const { Policy } = await organizations.send(new DescribePolicyCommand({ PolicyId: 'p-FullAWSAccess' }));
    expect(Policy?.PolicySummary).toEqual({
      Id: 'p-FullAWSAccess',
      Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
      Name: 'FullAWSAccess',
      Description: 'Allows access to every operation',
      Type: 'SERVICE_CONTROL_POLICY',
      AwsManaged: true,
    });
    const { Targets = [] } = await organizations.send(new ListTargetsForPolicyCommand({ PolicyId: 'p-FullAWSAccess' }));
    expect(Targets.map(({ TargetId }) => TargetId).sort()).toEqual([...everything].sort());
    expect(Targets.find(({ TargetId }) => TargetId === rootId)).toMatchObject({ Type: 'ROOT', Name: 'Root' });
  });

  it('are made, changed, attached, detached and deleted', async () => {
    const { organizations, orgId, rootId, id, createPolicy } = await organization();
    const PolicyId = await createPolicy('guard', scp);
    const { Policy } = await organizations.send(new DescribePolicyCommand({ PolicyId }));
    expect(Policy).toEqual({
      PolicySummary: {
        Id: PolicyId,
        Arn: `arn:aws:organizations::${id}:policy/${orgId}/service_control_policy/${PolicyId}`,
        Name: 'guard',
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        AwsManaged: false,
      },
      Content: JSON.stringify(scp),
    });
    const update = { PolicyId, Name: 'guards', Description: 'More of them' };
    expect((await organizations.send(new UpdatePolicyCommand(update))).Policy).toMatchObject({
      PolicySummary: { Name: 'guards', Description: 'More of them' },
      Content: JSON.stringify(scp),
    });
    await attach(organizations, PolicyId, rootId);
    expect(await refusal(attach(organizations, PolicyId, rootId))).toBe(
      'DuplicatePolicyAttachment: A policy with the specified name and type already exists.',
    );
    expect(await namesAt(organizations, rootId)).toEqual(['FullAWSAccess', 'guards']);
    expect(await refusal(organizations.send(new DeletePolicyCommand({ PolicyId })))).toMatch(/^PolicyInUse/);
    await detach(organizations, PolicyId, rootId);
    expect(await refusal(detach(organizations, PolicyId, rootId))).toMatch(/^PolicyNotAttached/);
    await organizations.send(new DeletePolicyCommand({ PolicyId }));
    expect(await refusal(organizations.send(new DeletePolicyCommand({ PolicyId })))).toBe(
      "PolicyNotFound: You specified a policy that doesn't exist.",
    );
    const { Policies = [] } = await organizations.send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }));
    expect(Policies.map(({ Id }) => Id)).toEqual(['p-FullAWSAccess']);
  });

  it('leave one to five on a target', async () => {
    const { organizations, rootId, createPolicy } = await organization();
    expect(await refusal(detach(organizations, 'p-FullAWSAccess', rootId))).toBe(
      'ConstraintViolation MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED: You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
    );
    for (let i = 0; i < 4; i++) await attach(organizations, await createPolicy(`p${i}`, scp), rootId);
    expect(await refusal(attach(organizations, await createPolicy('p4', scp), rootId))).toBe(
      'ConstraintViolation MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED: You have attached the maximum number of policies to the specified target.',
    );
    await detach(organizations, 'p-FullAWSAccess', rootId);
  });

  it('are refused when they are none, too long, or there already', async () => {
    const { organizations, createPolicy, rootId } = await organization();
    await createPolicy('taken', scp);
    const create = (Content: string, Name = 'new', Type: PolicyType = 'SERVICE_CONTROL_POLICY') =>
      refusal(organizations.send(new CreatePolicyCommand({ Name, Description: '', Type, Content })));
    const malformed = 'MalformedPolicyDocument: The provided policy document does not meet the requirements of the specified policy type.';
    expect(await create('{')).toBe(malformed);
    expect(await create('{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}')).toBe(
      malformed,
    );
    expect(await create(JSON.stringify({ ...scp, Id: 'x'.repeat(5_200) }))).toMatch(/^ConstraintViolation POLICY_CONTENT_LIMIT_EXCEEDED/);
    expect(await create(JSON.stringify(scp), 'taken')).toBe('DuplicatePolicy: A policy with the same name already exists.');
    expect(await create(JSON.stringify(scp), 'x', 'NO_POLICY' as PolicyType)).toMatch(/^InvalidInput INVALID_ENUM_POLICY_TYPE/);
    const change = new UpdatePolicyCommand({ PolicyId: 'p-FullAWSAccess', Name: 'mine' });
    expect(await refusal(organizations.send(change))).toMatch(/^InvalidInput IMMUTABLE_POLICY/);
    expect(await refusal(attach(organizations, 'p-none123456', rootId))).toMatch(/^PolicyNotFound/);
    expect(await refusal(attach(organizations, 'p-FullAWSAccess', 'ou-abcd-12345678'))).toMatch(/^TargetNotFound/);
    expect(await refusal(attach(organizations, 'p-FullAWSAccess', 'nowhere'))).toMatch(/^InvalidInput INVALID_PATTERN_TARGET_ID/);
  });
});

describe('policy types', () => {
  it('are enabled and disabled in the root, and take their attachments with them', async () => {
    const { organizations, rootId, createPolicy } = await organization();
    const own = await createPolicy('own', scp);
    await attach(organizations, own, rootId);
    expect(await refusal(enable(organizations, rootId, 'SERVICE_CONTROL_POLICY'))).toBe(
      'PolicyTypeAlreadyEnabled: The specified policy type is already enabled.',
    );
    const disable = () => organizations.send(new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    expect((await disable()).Root?.PolicyTypes).toEqual([]);
    expect(await refusal(disable())).toBe('PolicyTypeNotEnabled: This operation can be performed only for enabled policy types.');
    expect(await refusal(attach(organizations, own, rootId))).toMatch(/^PolicyTypeNotEnabled/);
    await enable(organizations, rootId, 'SERVICE_CONTROL_POLICY');
    expect(await namesAt(organizations, rootId)).toEqual(['FullAWSAccess']);
    expect(await refusal(enable(organizations, 'r-none', 'TAG_POLICY'))).toBe("RootNotFound: You specified a root that doesn't exist.");
  });

  it('bring RCPFullAWSAccess, which nobody takes off', async () => {
    const { organizations, rootId, createUnit } = await organization();
    await enable(organizations, rootId, 'RESOURCE_CONTROL_POLICY');
    for (const target of [rootId, await createUnit(rootId, 'unit')]) {
      expect(await namesAt(organizations, target, 'RESOURCE_CONTROL_POLICY')).toEqual(['RCPFullAWSAccess']);
      expect(await refusal(detach(organizations, 'p-RCPFullAWSAccess', target))).toMatch(/^InvalidInput NON_DETACHABLE_POLICY/);
    }
  });

  it('of services that must have trusted access need it, and keep it', async () => {
    const { organizations, rootId } = await organization();
    const ServicePrincipal = 'securityhub.amazonaws.com';
    expect(await refusal(enable(organizations, rootId, 'SECURITYHUB_POLICY'))).toMatch(/^ConstraintViolation SERVICE_ACCESS_NOT_ENABLED/);
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    await enable(organizations, rootId, 'SECURITYHUB_POLICY');
    const stop = () => organizations.send(new DisableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await refusal(stop())).toMatch(/^ConstraintViolation POLICY_TYPE_ENABLED_FOR_THIS_SERVICE/);
    await organizations.send(new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: 'SECURITYHUB_POLICY' }));
    await stop();
  });

  it('need all features', async () => {
    const { organizations, rootId } = await organization('CONSOLIDATED_BILLING');
    expect(await refusal(enable(organizations, rootId, 'TAG_POLICY'))).toMatch(/^PolicyTypeNotAvailableForOrganization/);
    expect(await refusal(organizations.send(new ListAWSServiceAccessForOrganizationCommand({})))).toBe(
      'ConstraintViolation ORGANIZATION_NOT_IN_ALL_FEATURES_MODE: The request failed because the organization does not have all features enabled. Please enable all features in your organization and then retry.',
    );
  });
});

describe('effective policies', () => {
  it('merge what hangs on the way to an account', async () => {
    const org = await organization();
    const { organizations, rootId } = org;
    await enable(organizations, rootId, 'TAG_POLICY');
    const unit = await org.createUnit(rootId, 'unit');
    const member = await org.createAccount('member');
    await organizations.send(new MoveAccountCommand({ AccountId: member, SourceParentId: rootId, DestinationParentId: unit }));
    const values = (operator: string, ...list: string[]) => ({ tags: { CostCenter: { tag_value: { [operator]: list } } } });
    const top = { tags: { costcenter: { tag_key: { '@@assign': 'CostCenter' }, tag_value: { '@@assign': ['100', '200'] } } } };
    await attach(organizations, await org.createPolicy('top', top, 'TAG_POLICY'), rootId);
    await attach(organizations, await org.createPolicy('unit', values('@@append', '300'), 'TAG_POLICY'), unit);
    await attach(organizations, await org.createPolicy('member', values('@@remove', '100'), 'TAG_POLICY'), member);
    const effective = async (TargetId?: string, client = organizations) => {
      const { EffectivePolicy } = await client.send(new DescribeEffectivePolicyCommand({ PolicyType: 'TAG_POLICY', TargetId }));
      return JSON.parse(EffectivePolicy?.PolicyContent ?? '');
    };
    const expected = { tags: { costcenter: { tag_key: 'CostCenter', tag_value: ['200', '300'] } } };
    expect(await effective(member)).toEqual(expected);
    expect(await effective(undefined, org.as(member).organizations)).toEqual(expected);
    expect(await effective()).toEqual({ tags: { costcenter: { tag_key: 'CostCenter', tag_value: ['100', '200'] } } });
    expect(await refusal(effective(org.id, org.as(member).organizations))).toMatch(/^AccessDenied/);
    expect(await refusal(effective(unit))).toMatch(/^InvalidInput TARGET_NOT_SUPPORTED/);
    expect(await refusal(organizations.send(new DescribeEffectivePolicyCommand({ PolicyType: 'BACKUP_POLICY' })))).toBe(
      'EffectivePolicyNotFound: The specified policy type is not enabled. Enable that policy type on your organization root and then retry.',
    );
  });

  it('may be incomplete', async () => {
    const { organizations, rootId, id, createPolicy } = await organization();
    await enable(organizations, rootId, 'BACKUP_POLICY');
    const role = { '@@assign': 'arn:aws:iam::$account:role/Backup' };
    const selections = { tags: { DataType: { iam_role_arn: role } } };
    const plan = { plans: { Nightly: { regions: { '@@assign': ['us-east-1'] }, selections } } };
    const policy = await createPolicy('backup', plan, 'BACKUP_POLICY');
    await attach(organizations, policy, rootId);
    const { Accounts = [] } = await organizations.send(new ListAccountsWithInvalidEffectivePolicyCommand({ PolicyType: 'BACKUP_POLICY' }));
    expect(Accounts.map(({ Id }) => Id)).toEqual([id]);
    const { EffectivePolicyValidationErrors: errors } = await organizations.send(
      new ListEffectivePolicyValidationErrorsCommand({ AccountId: id, PolicyType: 'BACKUP_POLICY' }),
    );
    const { EffectivePolicy } = await organizations.send(new DescribeEffectivePolicyCommand({ PolicyType: 'BACKUP_POLICY' }));
    expect(JSON.parse(EffectivePolicy?.PolicyContent ?? '').plans.Nightly.selections).toEqual({
      tags: { datatype: { iam_role_arn: `arn:aws:iam::${id}:role/Backup` } },
    });
    expect(errors).toMatchObject([{ PathToError: 'plans/Nightly/rules', ContributingPolicies: [policy] }]);
  });
});

describe('delegated administrators', () => {
  it('administer services with trusted access, read the organization, and stay', async () => {
    const org = await organization();
    const { organizations } = org;
    const AccountId = await org.createAccount('admin');
    const ServicePrincipal = 'guardduty.amazonaws.com';
    const register = (account: string, principal = ServicePrincipal) =>
      organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId: account, ServicePrincipal: principal }));
    expect(await refusal(register(AccountId))).toBe(
      'ConstraintViolation SERVICE_ACCESS_NOT_ENABLED: You must enable service access before you delegate an administrator for this service. Call the AWS API EnableAWSServiceAccess first.',
    );
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await refusal(register(AccountId, 'moon.amazonaws.com'))).toBe(
      'InvalidInput UNRECOGNIZED_SERVICE_PRINCIPAL: You specified an unrecognized service principal.',
    );
    expect(await refusal(register(org.id))).toMatch(/^ConstraintViolation CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR/);
    await register(AccountId);
    expect(await refusal(register(AccountId))).toMatch(/^AccountAlreadyRegistered/);
    const { DelegatedAdministrators } = await organizations.send(new ListDelegatedAdministratorsCommand({ ServicePrincipal }));
    expect(DelegatedAdministrators).toMatchObject([{ Id: AccountId, Status: 'ACTIVE' }]);
    const { DelegatedServices } = await organizations.send(new ListDelegatedServicesForAccountCommand({ AccountId }));
    expect(DelegatedServices).toMatchObject([{ ServicePrincipal }]);
    const admin = org.as(AccountId).organizations;
    expect((await admin.send(new ListAccountsCommand({}))).Accounts).toHaveLength(2);
    expect(await refusal(admin.send(new LeaveOrganizationCommand({})))).toMatch(
      /^ConstraintViolation CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG/,
    );
    const disable = () => organizations.send(new DisableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await refusal(disable())).toMatch(/^ConstraintViolation DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE/);
    const deregister = () => organizations.send(new DeregisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal }));
    await deregister();
    expect(await refusal(deregister())).toMatch(/^AccountNotRegistered/);
    expect(await refusal(admin.send(new ListAccountsCommand({})))).toMatch(/^AccessDenied/);
    await disable();
    expect((await organizations.send(new ListAWSServiceAccessForOrganizationCommand({}))).EnabledServicePrincipals).toEqual([]);
  });
});

describe('the resource policy', () => {
  it('lets members do what it names, and nothing else', async () => {
    const org = await organization();
    const { organizations, rootId } = org;
    const id = await org.createAccount('delegate');
    const delegate = org.as(id).organizations;
    const listPolicies = () => delegate.send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }));
    expect(await refusal(listPolicies())).toMatch(/^AccessDenied/);
    const Content = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${id}:root` },
          Action: ['organizations:ListPolicies', 'organizations:CreatePolicy'],
          Resource: '*',
          Condition: { StringEquals: { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' } },
        },
      ],
    });
    const { ResourcePolicy } = await organizations.send(new PutResourcePolicyCommand({ Content, Tags: [{ Key: 'a', Value: 'b' }] }));
    expect(ResourcePolicy?.ResourcePolicySummary?.Arn).toMatch(
      new RegExp(`^arn:aws:organizations::${org.id}:resourcepolicy/${org.orgId}/rp-[a-z0-9]{8}$`),
    );
    expect((await organizations.send(new DescribeResourcePolicyCommand({}))).ResourcePolicy?.Content).toBe(Content);
    expect((await listPolicies()).Policies).toHaveLength(1);
    const create = (Type: PolicyType, content: object) =>
      delegate.send(new CreatePolicyCommand({ Name: 'theirs', Description: '', Type, Content: JSON.stringify(content) }));
    await create('SERVICE_CONTROL_POLICY', scp);
    expect(await refusal(create('TAG_POLICY', { tags: {} }))).toMatch(/^AccessDenied/);
    expect(await refusal(attach(delegate, 'p-FullAWSAccess', rootId))).toMatch(/^AccessDenied/);
    await organizations.send(new DeleteResourcePolicyCommand({}));
    expect(await refusal(listPolicies())).toMatch(/^AccessDenied/);
    expect(await refusal(organizations.send(new DescribeResourcePolicyCommand({})))).toMatch(/^ResourcePolicyNotFound/);
  });

  it('may let a member see the effective policies of others', async () => {
    const org = await organization();
    await enable(org.organizations, org.rootId, 'TAG_POLICY');
    await attach(
      org.organizations,
      await org.createPolicy('top', { tags: { a: { tag_key: { '@@assign': 'A' } } } }, 'TAG_POLICY'),
      org.rootId,
    );
    const delegate = org.as(await org.createAccount('delegate'));
    const look = () => delegate.organizations.send(new DescribeEffectivePolicyCommand({ PolicyType: 'TAG_POLICY', TargetId: org.id }));
    expect(await refusal(look())).toMatch(/^AccessDenied/);
    const Principal = { AWS: `arn:aws:iam::${delegate.id}:root` };
    const statement = { Effect: 'Allow', Principal, Action: 'organizations:DescribeEffectivePolicy', Resource: '*' };
    const Content = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await org.organizations.send(new PutResourcePolicyCommand({ Content }));
    expect((await look()).EffectivePolicy?.TargetId).toBe(org.id);
  });

  it('is refused when it is none', async () => {
    const { organizations } = await organization();
    const put = (Content: string) => refusal(organizations.send(new PutResourcePolicyCommand({ Content })));
    const statement = (more: object) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'organizations:ListPolicies', Resource: '*', ...more }],
      });
    expect(await put('no json')).toMatch(/^InvalidInput INVALID_RESOURCE_POLICY_JSON/);
    expect(await put(statement({ Principal: '*' }))).toMatch(/^InvalidInput INVALID_PRINCIPAL/);
    for (const Action of ['s3:*', 'organizations:CreateAccount', 'organizations:Move*']) {
      expect(await put(statement({ Action }))).toMatch(/^InvalidInput UNSUPPORTED_ACTION_IN_RESOURCE_POLICY/);
    }
    expect(await put(statement({ Action: ['organizations:Describe*', 'organizations:tagresource'] }))).toBe('no error');
  });
});
