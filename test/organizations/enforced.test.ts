/** What binds members, and who may do what with an organization, in a cloud that enforces policies. */
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DescribeEffectivePolicyCommand,
  DescribeOrganizationalUnitCommand,
  DetachPolicyCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
  TagResourceCommand,
} from '@aws-sdk/client-organizations';
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { allow, become, type Config, newAccount, policy } from '../sts/people';
import { type Organization, organization, refusal } from './cloud';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

/** An organization in this cloud, whose user may do what is said; whoever assumes a new account's role. */
async function open() {
  const management = newAccount(cloud);
  const { id, config } = management;
  const org = await organization('ALL', { id, url: cloud.url, config, configIn: () => config });
  const admin = await management.user('admin', allow('sts:AssumeRole'));
  return {
    ...org,
    user: management.user,
    administrator: (account: string) => become(admin, `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`),
    attach: (PolicyId: string, TargetId: string) => org.organizations.send(new AttachPolicyCommand({ PolicyId, TargetId })),
  };
}

const as = (config: Config) => new OrganizationsClient({ ...config, maxAttempts: 1 });
const sqs = (config: Config) => new SQSClient({ ...config, maxAttempts: 1 });
const createQueue = (config: Config, QueueName: string) => sqs(config).send(new CreateQueueCommand({ QueueName }));
const listQueues = (config: Config) => sqs(config).send(new ListQueuesCommand({}));
const deny = (Action: string, more: object = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more });
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

async function move(org: Organization, AccountId: string, SourceParentId: string, DestinationParentId: string): Promise<void> {
  await org.organizations.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }));
}

describe('a new account', () => {
  it('has the role by which the management account administers it', async () => {
    const org = await open();
    const account = await org.createAccount('member');
    const administrator = await org.administrator(account);
    const { QueueUrl } = await createQueue(administrator, 'queue');
    expect(QueueUrl).toContain(`/${account}/queue`);
  });
});

describe('a service control policy', () => {
  it('binds the accounts below it, whatever their own policies say, until they move away', async () => {
    const org = await open();
    const unit = await org.createUnit(org.rootId, 'unit');
    const account = await org.createAccount('member');
    const administrator = await org.administrator(account);
    const guard = await org.createPolicy('guard', document(deny('sqs:CreateQueue')));
    await org.attach(guard, unit);
    await createQueue(administrator, 'before');
    await move(org, account, org.rootId, unit);
    expect(await refusal(createQueue(administrator, 'during'))).toMatch(
      new RegExp(
        `^AccessDenied: .* with an explicit deny in a service control policy: arn:aws:organizations::${org.id}:policy/.*/${guard}`,
      ),
    );
    const root = org.as(account).config;
    expect(await refusal(createQueue(root, 'by-root'))).toMatch(/^AccessDenied: /);
    await listQueues(administrator);
    await createQueue(org.config, 'in-management');
    await move(org, account, unit, org.rootId);
    await createQueue(administrator, 'after');
  });

  it('never binds the management account', async () => {
    const org = await open();
    await org.attach(await org.createPolicy('guard', document(deny('*'))), org.rootId);
    await createQueue(org.config, 'queue');
  });

  it('must allow on every level, where it takes the place of FullAWSAccess', async () => {
    const org = await open();
    const account = await org.createAccount('member');
    const administrator = await org.administrator(account);
    const TargetId = account;
    await org.attach(await org.createPolicy('only-lists', document({ Effect: 'Allow', Action: 'sqs:List*', Resource: '*' })), TargetId);
    await org.organizations.send(new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId }));
    await listQueues(administrator);
    expect(await refusal(createQueue(administrator, 'queue'))).toMatch(/no service control policy allows the sqs:CreateQueue action/i);
  });
});

describe('a resource control policy', () => {
  it('binds whoever comes to the resources of the accounts below it', async () => {
    const org = await open();
    const account = await org.createAccount('member');
    const administrator = await org.administrator(account);
    const { QueueUrl } = await createQueue(administrator, 'queue');
    const send = () => sqs(administrator).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    await send();
    await org.organizations.send(new EnablePolicyTypeCommand({ RootId: org.rootId, PolicyType: 'RESOURCE_CONTROL_POLICY' }));
    const rcp = document(deny('sqs:SendMessage', { Principal: '*' }));
    await org.attach(await org.createPolicy('quiet', rcp, 'RESOURCE_CONTROL_POLICY'), account);
    expect(await refusal(send())).toMatch(/with an explicit deny in a resource control policy/);
  });
});

describe('conditions', () => {
  it('know the organization of who calls, and where it stands there', async () => {
    const org = await open();
    const unit = await org.createUnit(org.rootId, 'unit');
    const account = await org.createAccount('member');
    const administrator = await org.administrator(account);
    const paths = { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${org.orgId}/${org.rootId}/${unit}/*` } };
    const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };
    const shared = async (QueueName: string, Condition: object) => {
      const Attributes = { Policy: policy({ ...statement, Condition }) };
      return (await sqs(org.config).send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl;
    };
    const forAll = await shared('for-all', { StringEquals: { 'aws:PrincipalOrgID': org.orgId } });
    const forUnit = await shared('for-unit', paths);
    const send = (config: Config, QueueUrl: string | undefined) =>
      refusal(sqs(config).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })));
    expect(await send(administrator, forAll)).toBe('no error');
    expect(await send(newAccount(cloud).config, forAll)).toMatch(/^AccessDenied/);
    expect(await send(administrator, forUnit)).toMatch(/^AccessDenied/);
    await move(org, account, org.rootId, unit);
    expect(await send(administrator, forUnit)).toBe('no error');
  });
});

describe('the right to an operation', () => {
  it('is needed on the resources it is about', async () => {
    const org = await open();
    const [mine, theirs] = [await org.createUnit(org.rootId, 'mine'), await org.createUnit(org.rootId, 'theirs')];
    const arn = (id: string) => `arn:aws:organizations::${org.id}:ou/${org.orgId}/${id}`;
    const reader = as(await org.user('reader', allow('organizations:DescribeOrganizationalUnit', arn(mine))));
    const look = (OrganizationalUnitId: string) => reader.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId }));
    expect((await look(mine)).OrganizationalUnit?.Name).toBe('mine');
    expect(await refusal(look(theirs))).toMatch(
      new RegExp(`^AccessDenied: .* not authorized to perform: organizations:DescribeOrganizationalUnit on resource: ${arn(theirs)}`),
    );
  });

  it('may depend on tags of the resource, and on those of the request', async () => {
    const org = await open();
    const unit = await org.createUnit(org.rootId, 'unit');
    const create = ['organizations:CreateOrganizationalUnit', 'organizations:TagResource'];
    const builder = as(
      await org.user(
        'builder',
        allow(create, '*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'x' } } }),
        allow('organizations:TagResource', '*', { Condition: { StringEquals: { 'aws:RequestTag/stage': 'test' } } }),
      ),
    );
    const add = (Name: string, stage?: string) =>
      builder.send(
        new CreateOrganizationalUnitCommand({
          ParentId: unit,
          Name,
          ...(stage !== undefined && { Tags: [{ Key: 'stage', Value: stage }] }),
        }),
      );
    expect(await refusal(add('a'))).toMatch(/^AccessDenied: /);
    await org.organizations.send(new TagResourceCommand({ ResourceId: unit, Tags: [{ Key: 'team', Value: 'x' }] }));
    await add('a');
    await add('b', 'test');
    expect(await refusal(add('c', 'production'))).toMatch(/^AccessDenied: .*organizations:TagResource/);
  });

  it('may depend on the type of policy', async () => {
    const org = await open();
    const condition = { Condition: { StringEquals: { 'organizations:PolicyType': 'TAG_POLICY' } } };
    const writer = as(await org.user('writer', allow('organizations:CreatePolicy', '*', condition)));
    const create = (Type: 'TAG_POLICY' | 'SERVICE_CONTROL_POLICY', Content: string) =>
      writer.send(new CreatePolicyCommand({ Name: 'new', Description: '', Type, Content }));
    await create('TAG_POLICY', '{"tags":{}}');
    expect(await refusal(create('SERVICE_CONTROL_POLICY', policy(deny('*'))))).toMatch(/^AccessDenied: .*organizations:CreatePolicy/);
  });

  it('goes to users of delegated administrators as to those of the management account', async () => {
    const org = await open();
    const unit = await org.createUnit(org.rootId, 'unit');
    const AccountId = await org.createAccount('security');
    const ServicePrincipal = 'guardduty.amazonaws.com';
    await org.organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    const administrator = as(await org.administrator(AccountId));
    const look = () => administrator.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: unit }));
    expect(await refusal(look())).toMatch(/^AccessDenied/);
    await org.organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal }));
    expect((await look()).OrganizationalUnit?.Id).toBe(unit);
  });

  it('lets every account look at what is in effect for itself', async () => {
    const org = await open();
    await org.organizations.send(new EnablePolicyTypeCommand({ RootId: org.rootId, PolicyType: 'TAG_POLICY' }));
    await org.attach(await org.createPolicy('tags', { tags: { team: { tag_value: { '@@assign': ['red'] } } } }, 'TAG_POLICY'), org.rootId);
    const [account, other] = [await org.createAccount('member'), await org.createAccount('other')];
    const look = (config: Config, TargetId?: string) =>
      as(config).send(new DescribeEffectivePolicyCommand({ PolicyType: 'TAG_POLICY', ...(TargetId && { TargetId }) }));
    const administrator = await org.administrator(account);
    expect((await look(administrator)).EffectivePolicy?.TargetId).toBe(account);
    expect((await look(administrator, account)).EffectivePolicy?.TargetId).toBe(account);
    expect(await refusal(look(administrator, other))).toMatch(/^AccessDenied/);
    const tags = as(administrator).send(new ListTagsForResourceCommand({ ResourceId: account }));
    expect(await refusal(tags)).toMatch(/^AccessDenied/);
  });

  it('to accept an invitation is the invited account’s to give', async () => {
    const org = await open();
    const guest = newAccount(cloud);
    const Target = { Type: 'ACCOUNT' as const, Id: guest.id };
    const { Handshake } = await org.organizations.send(new InviteAccountToOrganizationCommand({ Target }));
    const accept = (config: Config) => as(config).send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id }));
    expect(await refusal(accept(await guest.user('nobody')))).toMatch(/^AccessDenied: .*organizations:AcceptHandshake/);
    await accept(await guest.user('somebody', allow('organizations:AcceptHandshake')));
  });
});
