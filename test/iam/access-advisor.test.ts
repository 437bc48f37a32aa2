import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteUserCommand,
  GenerateOrganizationsAccessReportCommand,
  GenerateServiceLastAccessedDetailsCommand,
  type GenerateServiceLastAccessedDetailsCommandInput,
  GetOrganizationsAccessReportCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import { AttachPolicyCommand, DetachPolicyCommand, MoveAccountCommand } from '@aws-sdk/client-organizations';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { type Organization, organization } from '../organizations/cloud';
import { expectError, identities, openAccount } from './credentials';

const documentOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });
const deny = (...Action: string[]) => ({ Effect: 'Deny', Action, Resource: '*' });

const regionOf = (config: object, region: string) => ({ ...config, region });

async function details(iam: IAMClient, input: GenerateServiceLastAccessedDetailsCommandInput) {
  const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand(input));
  return { JobId, ...(await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }))) };
}

describe('a report on a user', () => {
  it.each<[string, object[], string[]]>([
    ['what is allowed', [allow('s3:GetObject', 'iam:GetUser')], ['iam', 's3']],
    ['nothing of services that are denied as a whole', [allow('s3:GetObject', 'sqs:*'), deny('sqs:*')], ['s3']],
    ['what is denied only in part', [allow('sqs:*'), deny('sqs:SendMessage')], ['sqs']],
    ['what is denied only at times', [allow('sqs:*'), { ...deny('*'), Condition: { Bool: { 'aws:SecureTransport': 'false' } } }], ['sqs']],
    ['what is denied only on some resources', [allow('sqs:*'), { ...deny('*'), Resource: 'arn:aws:sqs:*:*:one' }], ['sqs']],
    ['what nobody else does', [{ Effect: 'Allow', NotAction: ['*'], Resource: '*' }], []],
    ['no services that are none', [allow('madeup:Action')], []],
  ])('lists %s', async (_, statements, namespaces) => {
    const { iam, user } = openAccount();
    const { name: UserName, arn: Arn } = await user();
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: documentOf(...statements) }));
    const { ServicesLastAccessed = [] } = await details(iam, { Arn });
    expect(ServicesLastAccessed.map(({ ServiceNamespace }) => ServiceNamespace)).toEqual(namespaces);
  });

  it('says when he last used what, allowed or not', async () => {
    const { iam, user, keyOf } = openAccount();
    const ann = await user();
    const PolicyDocument = documentOf(allow('iam:ListUsers', 'iam:GetUser', 'iam:PassRole', 'sqs:SendMessage', 's3:GetObject'));
    await iam.send(new PutUserPolicyCommand({ UserName: ann.name, PolicyName: 'p', PolicyDocument }));
    const key = await keyOf(ann);
    await new IAMClient(key).send(new ListUsersCommand({}));
    await new SQSClient(regionOf(key, 'eu-west-1')).send(new ListQueuesCommand({}));
    const report = await details(iam, { Arn: ann.arn });
    expect(report).toMatchObject({ JobStatus: 'COMPLETED', JobType: 'SERVICE_LEVEL', IsTruncated: false });
    const used = { LastAuthenticated: expect.any(Date), LastAuthenticatedEntity: ann.arn, TotalAuthenticatedEntities: 1 };
    expect(report.ServicesLastAccessed).toEqual([
      { ServiceName: 'AWS Identity and Access Management', ServiceNamespace: 'iam', ...used, LastAuthenticatedRegion: 'us-east-1' },
      { ServiceName: 'Amazon S3', ServiceNamespace: 's3', TotalAuthenticatedEntities: 0 },
      { ServiceName: 'Amazon SQS', ServiceNamespace: 'sqs', ...used, LastAuthenticatedRegion: 'eu-west-1' },
    ]);
    const { JobType, ServicesLastAccessed } = await details(iam, { Arn: ann.arn, Granularity: 'ACTION_LEVEL' });
    expect(JobType).toBe('ACTION_LEVEL');
    const last = { LastAccessedTime: expect.any(Date), LastAccessedEntity: ann.arn };
    expect(ServicesLastAccessed?.map(({ TrackedActionsLastAccessed }) => TrackedActionsLastAccessed)).toEqual([
      [{ ActionName: 'GetUser' }, { ActionName: 'ListUsers', ...last, LastAccessedRegion: 'us-east-1' }],
      undefined,
      [{ ActionName: 'ListQueues', ...last, LastAccessedRegion: 'eu-west-1' }],
    ]);
  });

  it('is as it was when it was asked for, and goes page by page', async () => {
    const { iam, user } = openAccount();
    const { name: UserName, arn: Arn } = await user();
    const PolicyDocument = documentOf(allow('s3:*', 'sqs:*', 'sns:*'));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
    const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: documentOf(allow('iam:*')) }));
    const first = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, MaxItems: 2 }));
    const second = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, Marker: first.Marker }));
    const pages = [first, second].map(({ ServicesLastAccessed }) => ServicesLastAccessed?.map((each) => each.ServiceNamespace));
    expect(pages).toEqual([['s3', 'sns'], ['sqs']]);
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
  });

  it('reaches nearly everything with a policy of AWS that is long', async () => {
    const { iam } = openAccount();
    const report = await details(iam, { Arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', Granularity: 'ACTION_LEVEL' });
    expect(report).toMatchObject({ JobStatus: 'COMPLETED', IsTruncated: true });
    expect(report.ServicesLastAccessed).toHaveLength(200);
  });

  it('is read only by whom it was made for', async () => {
    const { iam, user, keyOf } = openAccount();
    const ann = await user();
    const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn: ann.arn }));
    const other = new IAMClient(await keyOf(ann));
    await expectError(other.send(new GetServiceLastAccessedDetailsCommand({ JobId })), 'NoSuchEntity', /job/);
    await expectError(
      iam.send(new GetServiceLastAccessedDetailsCommand({ JobId: '00000000-0000-0000-0000-000000000000' })),
      'NoSuchEntity',
      /job/,
    );
  });

  it('is refused for nobody', async () => {
    const { iam, id } = openAccount();
    const generate = (Arn: string) => iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }));
    await expectError(generate(`arn:aws:iam::${id}:user/nobody`), 'NoSuchEntity', 'The user with name nobody cannot be found.');
    await expectError(generate('arn:aws:s3:::some-bucket-name'), 'ValidationError', 'Invalid service in ARN');
    await expectError(generate('arn:aws-cn:iam::123456789012:user/ann'), 'ValidationError', 'Invalid ARN partition');
    await expectError(generate('arn:aws:iam::999999999999:user/ann'), 'NoSuchEntity', 'The user with name ann cannot be found.');
    const policy = 'arn:aws:iam::999999999999:policy/some';
    await expectError(generate(policy), 'NoSuchEntity', `Policy ${policy} was not found.`);
    await expectError(generate(`arn:aws:iam::${id}:root`), 'InvalidInput', `Invalid ARN provided in the request: arn:aws:iam::${id}:root`);
    const profile = `arn:aws:iam::${id}:instance-profile/web`;
    await expectError(generate(profile), 'InvalidInput', `Invalid ARN provided in the request: ${profile}`);
  });
});

describe('a report on many', () => {
  async function group() {
    const cloud = openAccount();
    const { iam, user, keyOf } = cloud;
    const [ann, bob, eve] = [await user('ann'), await user('bob'), await user('eve')];
    await iam.send(new CreateGroupCommand({ GroupName: 'team' }));
    for (const { name: UserName } of [ann, bob, eve]) await iam.send(new AddUserToGroupCommand({ GroupName: 'team', UserName }));
    const PolicyDocument = documentOf(allow('iam:*'));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'managed', PolicyDocument }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'team', PolicyArn: Policy?.Arn }));
    await new IAMClient(await keyOf(bob)).send(new ListUsersCommand({}));
    await new IAMClient(await keyOf(eve)).send(new GetUserCommand({}));
    return { ...cloud, ann, bob, eve, groupArn: `arn:aws:iam::${cloud.id}:group/team`, policyArn: Policy?.Arn ?? '' };
  }

  it('counts who of a group used a service, and names the last', async () => {
    const { iam, groupArn, eve } = await group();
    const { ServicesLastAccessed } = await details(iam, { Arn: groupArn });
    expect(ServicesLastAccessed).toMatchObject([
      { ServiceNamespace: 'iam', TotalAuthenticatedEntities: 2, LastAuthenticatedEntity: eve.arn },
    ]);
  });

  it('names everybody who has a policy, the last to use it first', async () => {
    const { iam, policyArn, ann, bob, eve } = await group();
    const AssumeRolePolicyDocument = documentOf({ Effect: 'Allow', Principal: { AWS: ann.arn }, Action: 'sts:AssumeRole' });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'job', AssumeRolePolicyDocument }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'job', PolicyArn: policyArn }));
    const { JobId } = await details(iam, { Arn: policyArn });
    const entities = async (ServiceNamespace = 'iam') => {
      const answer = await iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace }));
      return answer.EntityDetailsList?.map(({ EntityInfo, LastAuthenticated }) => ({
        ...EntityInfo,
        used: LastAuthenticated !== undefined,
      }));
    };
    const asUser = ({ name, id, arn }: typeof ann, used: boolean) => ({ Name: name, Id: id, Arn: arn, Path: '/', Type: 'USER', used });
    const role = { Name: 'job', Id: Role?.RoleId, Arn: Role?.Arn, Path: '/', Type: 'ROLE', used: false };
    expect((await entities())?.slice(0, 2)).toEqual([asUser(eve, true), asUser(bob, true)]);
    expect((await entities())?.slice(2)).toEqual(expect.arrayContaining([asUser(ann, false), role]));
    expect(await entities('s3')).toEqual([]);
    await expectError(entities('madeup'), 'InvalidInput', /namespace/);
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'team', UserName: ann.name }));
    await iam.send(new DeleteUserCommand({ UserName: ann.name }));
    expect((await entities())?.map(({ Name }) => Name)).toEqual(['eve', 'bob', 'job']);
  });
});

describe('a report on an organization', () => {
  async function withMember() {
    const org = await organization();
    const unit = await org.createUnit(org.rootId, 'unit');
    const AccountId = await org.createAccount('member');
    const move = { AccountId, SourceParentId: org.rootId, DestinationParentId: unit };
    await org.organizations.send(new MoveAccountCommand(move));
    const member = org.as(AccountId);
    const members = identities(new IAMClient(member.config), member.config);
    await new IAMClient(await members.keyOf(await members.user())).send(new ListUsersCommand({}));
    const root = `${org.orgId}/${org.rootId}`;
    return { org, unit, AccountId, root, iam: new IAMClient({ ...org.config, maxAttempts: 1 }) };
  }

  async function report(iam: IAMClient, EntityPath: string, OrganizationsPolicyId?: string) {
    const { JobId } = await iam.send(new GenerateOrganizationsAccessReportCommand({ EntityPath, OrganizationsPolicyId }));
    return iam.send(new GetOrganizationsAccessReportCommand({ JobId, MaxItems: 1000 }));
  }

  /** Instead of what allows everything. */
  async function replace(org: Organization, TargetId: string, content: object): Promise<string> {
    const PolicyId = await org.createPolicy('only', content);
    await org.organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    await org.organizations.send(new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId }));
    return PolicyId;
  }

  const onlyIamAndS3 = { Version: '2012-10-17', Statement: [allow('iam:*', 's3:*')] };

  it('lists what policies leave from the root down, and which account used it last', async () => {
    const { org, unit, AccountId, root, iam } = await withMember();
    await replace(org, unit, onlyIamAndS3);
    const path = `${root}/${unit}/${AccountId}`;
    const { JobStatus, NumberOfServicesAccessible, NumberOfServicesNotAccessed, AccessDetails } = await report(iam, path);
    expect({ JobStatus, NumberOfServicesAccessible, NumberOfServicesNotAccessed }).toEqual({
      JobStatus: 'COMPLETED',
      NumberOfServicesAccessible: 2,
      NumberOfServicesNotAccessed: 1,
    });
    expect(AccessDetails).toEqual([
      {
        ServiceName: 'AWS Identity and Access Management',
        ServiceNamespace: 'iam',
        Region: 'us-east-1',
        EntityPath: path,
        LastAuthenticatedTime: expect.any(Date),
        TotalAuthenticatedEntities: 1,
      },
      { ServiceName: 'Amazon S3', ServiceNamespace: 's3', TotalAuthenticatedEntities: 0 },
    ]);
    const { AccessDetails: all = [] } = await report(iam, root);
    expect(all.length).toBeGreaterThan(300);
    expect(all.find(({ ServiceNamespace }) => ServiceNamespace === 'iam')).toMatchObject({ EntityPath: path });
    // Its own path has no member but itself, which no policy limits.
    const own = await report(iam, `${root}/${org.id}`);
    expect(own.NumberOfServicesAccessible).toBe(all.length);
  });

  it('lists what one policy leaves, where it is attached', async () => {
    const { org, unit, AccountId, root, iam } = await withMember();
    const PolicyId = await replace(org, unit, onlyIamAndS3);
    const attached = await report(iam, root, PolicyId);
    expect(attached.AccessDetails).toMatchObject([
      { ServiceNamespace: 'iam', EntityPath: `${root}/${unit}/${AccountId}` },
      { ServiceNamespace: 's3', TotalAuthenticatedEntities: 0 },
    ]);
    const idle = await org.createPolicy('idle', onlyIamAndS3);
    expect(await report(iam, root, idle)).toMatchObject({ NumberOfServicesAccessible: 2, NumberOfServicesNotAccessed: 2 });
  });

  it('is sorted by time on demand', async () => {
    const { root, iam } = await withMember();
    const { JobId } = await iam.send(new GenerateOrganizationsAccessReportCommand({ EntityPath: root }));
    const SortKey = 'LAST_AUTHENTICATED_TIME_DESCENDING';
    const { AccessDetails, Marker } = await iam.send(new GetOrganizationsAccessReportCommand({ JobId, SortKey, MaxItems: 1 }));
    expect(AccessDetails?.[0]?.ServiceNamespace).toBe('iam');
    expect(Marker).toBeDefined();
  });

  it('is the same job for who asks again at once', async () => {
    const { root, iam } = await withMember();
    const ask = async () => (await iam.send(new GenerateOrganizationsAccessReportCommand({ EntityPath: root }))).JobId;
    expect(await ask()).toBe(await ask());
  });

  it('fails for what is not there', async () => {
    const { root, iam } = await withMember();
    expect(await report(iam, `${root}/ou-abcd-12345678`)).toMatchObject({
      JobStatus: 'FAILED',
      ErrorDetails: {
        Code: 'INVALID_ORGANIZATIONS_ENTITY_PATH',
        Message: 'The entity with the specified path does not exist in your organization.',
      },
    });
    expect(await report(iam, root, 'p-12345678')).toMatchObject({
      JobStatus: 'FAILED',
      ErrorDetails: { Code: 'INVALID_ORGANIZATIONS_POLICY' },
    });
  });

  it('is for management accounts, on their own organization', async () => {
    const { org, AccountId, root, iam } = await withMember();
    const member = new IAMClient({ ...org.as(AccountId).config, maxAttempts: 1 });
    await expectError(report(member, root), 'AccessDenied', /management account/);
    await expectError(
      report(iam, 'o-aaaaaaaaaa/r-aaaa'),
      'AccessDenied',
      'The organization ID in the specified entity path is different than your organization ID.',
    );
  });
});
