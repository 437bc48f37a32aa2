/** What policies let users do with IAM itself: each user with one policy, in a cloud that enforces. */
import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetAccountSummaryCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListPoliciesCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientConfig, Nuvola } from '../../src/testing';
import { policy } from '../policies';
import { ownCloud } from '../server';
import { allowAll, forEc2, refusal, trusting } from './cloud';

const account = '111122223333';
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`;
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';

let cloud: Nuvola;
let config: ClientConfig & { maxAttempts: number };
let root: IAMClient;
let users = 0;

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  config = { ...cloud.config({ account }), maxAttempts: 1 };
  root = new IAMClient(config);
  await root.send(new CreateUserCommand({ UserName: 'plain' }));
  await root.send(new CreateUserCommand({ UserName: 'deep', Path: '/division/' }));
  await root.send(new CreateUserCommand({ UserName: 'red', Tags: [{ Key: 'team', Value: 'red' }] }));
  await root.send(new CreateUserCommand({ UserName: 'bounded', PermissionsBoundary: readOnly }));
  await root.send(new CreateRoleCommand({ RoleName: 'ec2', AssumeRolePolicyDocument: forEc2 }));
  await root.send(new CreateRoleCommand({ RoleName: 'open', AssumeRolePolicyDocument: trusting({ AWS: account }) }));
});
afterAll(() => cloud.close());

/** A new user who may do this, as client; and what its calls are signed with. */
async function user(...statements: object[]) {
  const UserName = `user-${++users}`;
  await root.send(new CreateUserCommand({ UserName, Path: '/callers/' }));
  if (statements.length > 0)
    await root.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: policy(...statements) }));
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  return { UserName, config: { ...config, credentials }, iam: new IAMClient({ ...config, credentials }) };
}

const allow = (Action: string, Resource = '*', Condition: object = {}) => ({ Effect: 'Allow', Action, Resource, Condition });
type Call = (iam: IAMClient) => Promise<unknown>;

/** `allowed`, also when the call then fails for another reason, or `denied`. */
async function verdict(iam: IAMClient, call: Call): Promise<string> {
  return (await refusal(call(iam))).startsWith('AccessDenied') ? 'denied' : 'allowed';
}

const getUser =
  (UserName: string): Call =>
  (iam) =>
    iam.send(new GetUserCommand({ UserName }));
const attach =
  (PolicyArn: string): Call =>
  (iam) =>
    iam.send(new AttachUserPolicyCommand({ UserName: 'plain', PolicyArn }));
const createUser =
  (more: object = {}): Call =>
  (iam) =>
    iam.send(new CreateUserCommand({ UserName: `new-${++users}`, ...more }));
const rename =
  (UserName: string, NewUserName: string): Call =>
  (iam) =>
    iam.send(new UpdateUserCommand({ UserName, NewUserName }));
const equals = (key: string, value: string) => ({ StringEquals: { [key]: value } });

const cases: readonly (readonly [what: string, statement: object, call: Call, expected: 'allowed' | 'denied'])[] = [
  ['a user by its ARN', allow('iam:GetUser', arn('user/plain')), getUser('plain'), 'allowed'],
  ['another user', allow('iam:GetUser', arn('user/plain')), getUser('red'), 'denied'],
  ['a user below a path', allow('iam:GetUser', arn('user/division/*')), getUser('deep'), 'allowed'],
  ['a user by its ARN without its path', allow('iam:GetUser', arn('user/deep')), getUser('deep'), 'denied'],
  ['a user that is not there', allow('iam:GetUser', arn('user/ghost')), getUser('ghost'), 'allowed'],
  ['a user that is not there, without rights to it', allow('iam:GetUser', arn('user/plain')), getUser('ghost'), 'denied'],
  ['a user to be created below a path', allow('iam:CreateUser', arn('user/p/*')), createUser({ Path: '/p/' }), 'allowed'],
  ['a user to be created elsewhere', allow('iam:CreateUser', arn('user/p/*')), createUser({ Path: '/q/' }), 'denied'],
  ['a user to be renamed', allow('iam:UpdateUser', arn('user/ghost*')), rename('ghost', 'ghost-2'), 'allowed'],
  ['a user to be given a name of others', allow('iam:UpdateUser', arn('user/ghost*')), rename('ghost', 'root-like'), 'denied'],
  ['the list of all users', allow('iam:ListUsers', arn('user/*')), (iam) => iam.send(new ListUsersCommand({})), 'allowed'],
  [
    'the list of users below a path',
    allow('iam:ListUsers', arn('user/a/*')),
    (iam) => iam.send(new ListUsersCommand({ PathPrefix: '/a/' })),
    'allowed',
  ],
  ['the list of users below another path', allow('iam:ListUsers', arn('user/a/*')), (iam) => iam.send(new ListUsersCommand({})), 'denied'],
  ['the list of policies', allow('iam:ListPolicies'), (iam) => iam.send(new ListPoliciesCommand({ MaxItems: 1 })), 'allowed'],
  ['a policy of AWS', allow('iam:GetPolicy', admin), (iam) => iam.send(new GetPolicyCommand({ PolicyArn: admin })), 'allowed'],
  ['a policy to attach', allow('iam:AttachUserPolicy', '*', { ArnEquals: { 'iam:PolicyARN': readOnly } }), attach(readOnly), 'allowed'],
  ['another policy to attach', allow('iam:AttachUserPolicy', '*', { ArnEquals: { 'iam:PolicyARN': readOnly } }), attach(admin), 'denied'],
  [
    'a user with the boundary asked for',
    allow('iam:CreateUser', '*', equals('iam:PermissionsBoundary', readOnly)),
    createUser({ PermissionsBoundary: readOnly }),
    'allowed',
  ],
  ['a user without it', allow('iam:CreateUser', '*', equals('iam:PermissionsBoundary', readOnly)), createUser(), 'denied'],
  [
    'a policy for a user that has the boundary',
    allow('iam:PutUserPolicy', '*', equals('iam:PermissionsBoundary', readOnly)),
    (iam) => iam.send(new PutUserPolicyCommand({ UserName: 'bounded', PolicyName: 'x', PolicyDocument: allowAll })),
    'allowed',
  ],
  [
    'a policy for a user that has none',
    allow('iam:PutUserPolicy', '*', equals('iam:PermissionsBoundary', readOnly)),
    (iam) => iam.send(new PutUserPolicyCommand({ UserName: 'plain', PolicyName: 'x', PolicyDocument: allowAll })),
    'denied',
  ],
  [
    'a boundary instead of another',
    allow('iam:PutUserPermissionsBoundary', '*', equals('iam:PermissionsBoundary', readOnly)),
    (iam) => iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'bounded', PermissionsBoundary: admin })),
    'denied',
  ],
  ['a user with a tag', allow('iam:GetUser', '*', equals('iam:ResourceTag/team', 'red')), getUser('red'), 'allowed'],
  ['a user with a tag, by the global key', allow('iam:GetUser', '*', equals('aws:ResourceTag/team', 'red')), getUser('red'), 'allowed'],
  ['a user without the tag', allow('iam:GetUser', '*', equals('iam:ResourceTag/team', 'red')), getUser('plain'), 'denied'],
  [
    'a tag to set',
    allow('iam:TagUser', '*', equals('aws:RequestTag/cost', 'x')),
    (iam) => iam.send(new TagUserCommand({ UserName: 'plain', Tags: [{ Key: 'cost', Value: 'x' }] })),
    'allowed',
  ],
  [
    'another value of it',
    allow('iam:TagUser', '*', equals('aws:RequestTag/cost', 'x')),
    (iam) => iam.send(new TagUserCommand({ UserName: 'plain', Tags: [{ Key: 'cost', Value: 'y' }] })),
    'denied',
  ],
  [
    'a tag key to remove',
    allow('iam:UntagUser', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['cost'] } }),
    (iam) => iam.send(new UntagUserCommand({ UserName: 'plain', TagKeys: ['cost'] })),
    'allowed',
  ],
  [
    'another tag key to remove',
    allow('iam:UntagUser', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['cost'] } }),
    (iam) => iam.send(new UntagUserCommand({ UserName: 'plain', TagKeys: ['team'] })),
    'denied',
  ],
  ['a user with tags, without the right to tag', allow('iam:CreateUser'), createUser({ Tags: [{ Key: 'a', Value: 'b' }] }), 'denied'],
  [
    'the role of a service',
    allow('iam:CreateServiceLinkedRole', '*', equals('iam:AWSServiceName', 'ecs.amazonaws.com')),
    (iam) => iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' })),
    'allowed',
  ],
  [
    'the role of another service',
    allow('iam:CreateServiceLinkedRole', '*', equals('iam:AWSServiceName', 'ecs.amazonaws.com')),
    (iam) => iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'es.amazonaws.com' })),
    'denied',
  ],
  [
    'a role that trusts the account, which grants nothing',
    allow('iam:GetUser'),
    (iam) => iam.send(new GetRoleCommand({ RoleName: 'open' })),
    'denied',
  ],
  ['a role by its ARN', allow('iam:GetRole', arn('role/open')), (iam) => iam.send(new GetRoleCommand({ RoleName: 'open' })), 'allowed'],
];

describe('a policy of IAM', () => {
  it.each(cases)('about %s', async (_, statement, call, expected) => {
    const { iam } = await user(statement);
    expect(await verdict(iam, call)).toBe(expected);
  });

  it('may mean whoever calls', async () => {
    const own = `arn:aws:iam::*:user/callers/\${aws:username}`;
    const { iam, UserName } = await user(allow('iam:*AccessKey', own), allow('iam:GetUser', own));
    expect(await verdict(iam, () => iam.send(new CreateAccessKeyCommand({})))).toBe('allowed');
    expect(await verdict(iam, () => iam.send(new GetUserCommand({})))).toBe('allowed');
    expect(await verdict(iam, getUser(UserName))).toBe('allowed');
    expect(await verdict(iam, () => iam.send(new CreateAccessKeyCommand({ UserName: 'plain' })))).toBe('denied');
  });

  it('takes the right to pass a role to those who put it into a profile', async () => {
    await root.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'p' }));
    const add: Call = (iam) => iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'p', RoleName: 'ec2' }));
    const adding = allow('iam:AddRoleToInstanceProfile');
    const passing = (service: string) => allow('iam:PassRole', arn('role/ec2'), equals('iam:PassedToService', service));
    expect(await verdict((await user(adding)).iam, add)).toBe('denied');
    expect(await verdict((await user(adding, passing('lambda.amazonaws.com'))).iam, add)).toBe('denied');
    expect(await verdict((await user(adding, passing('ec2.amazonaws.com'))).iam, add)).toBe('allowed');
  });

  it('of a group is one of its members', async () => {
    const { iam, UserName } = await user();
    const GroupName = 'readers';
    await root.send(new CreateGroupCommand({ GroupName }));
    await root.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument: policy(allow('iam:GetUser')) }));
    expect(await verdict(iam, getUser('plain'))).toBe('denied');
    await root.send(new AddUserToGroupCommand({ GroupName, UserName }));
    expect(await verdict(iam, getUser('plain'))).toBe('allowed');
    await root.send(new RemoveUserFromGroupCommand({ GroupName, UserName }));
    expect(await verdict(iam, getUser('plain'))).toBe('denied');
  });

  it('grants no more than the boundary', async () => {
    const { iam, UserName } = await user(allow('iam:*'));
    await root.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: readOnly }));
    expect(await verdict(iam, getUser('plain'))).toBe('allowed');
    expect(await verdict(iam, createUser())).toBe('denied');
  });

  it('of AWS is known by its document', async () => {
    const { iam, UserName } = await user();
    await root.send(new AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }));
    expect(await verdict(iam, getUser('plain'))).toBe('allowed');
    expect(await verdict(iam, createUser())).toBe('denied');
  });
});

describe('a denial', () => {
  it.each([
    ['iam:GetUser on resource: user deep', getUser('deep')],
    ['iam:ListUsers on resource: arn:aws:iam::111122223333:user/', (iam) => iam.send(new ListUsersCommand({}))],
    ['iam:ListPolicies on resource: policy path /', (iam) => iam.send(new ListPoliciesCommand({}))],
    ['iam:GetRole on resource: role open', (iam) => iam.send(new GetRoleCommand({ RoleName: 'open' }))],
    [`iam:GetPolicy on resource: policy ${admin}`, (iam) => iam.send(new GetPolicyCommand({ PolicyArn: admin }))],
    ['iam:CreatePolicy on resource: policy p', (iam) => iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allowAll }))],
    [
      'iam:CreateUser on resource: arn:aws:iam::111122223333:user/x/u',
      (iam) => iam.send(new CreateUserCommand({ UserName: 'u', Path: '/x/' })),
    ],
    [
      'iam:GetInstanceProfile on resource: instance profile i',
      (iam) => iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'i' })),
    ],
    ['iam:CreateAccessKey on resource: user plain', (iam) => iam.send(new CreateAccessKeyCommand({ UserName: 'plain' }))],
    ['iam:GetAccountSummary on resource: *', (iam) => iam.send(new GetAccountSummaryCommand({}))],
  ] satisfies [string, Call][])('says %s', async (what, call: Call) => {
    const { iam, UserName } = await user();
    const [action] = what.split(' ');
    expect(await refusal(call(iam))).toContain(
      `AccessDenied: User: ${arn(`user/callers/${UserName}`)} is not authorized to perform: ${what} because no identity-based policy allows the ${action} action`,
    );
  });
});

/** The same client with the credentials of a new session. */
async function sessionOf(RoleName: string, more: Partial<AssumeRoleCommandInput> = {}): Promise<IAMClient> {
  const { config: own } = await user(allow('sts:AssumeRole'));
  const input = { RoleArn: arn(`role/${RoleName}`), RoleSessionName: 'session', ...more };
  const { Credentials } = await new STSClient(own).send(new AssumeRoleCommand(input));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return new IAMClient({ ...config, credentials });
}

async function createRole(RoleName: string): Promise<void> {
  await root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting({ AWS: account }) }));
  await root.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policy(allow('iam:GetUser')) }));
}

describe('a session of a role', () => {
  it('has no rights once the role is another of the same name', async () => {
    const RoleName = 'short-lived';
    await createRole(RoleName);
    const session = await sessionOf(RoleName);
    expect(await refusal(getUser('plain')(session))).toBe('no error');
    expect((await root.send(new GetRoleCommand({ RoleName }))).Role?.RoleLastUsed).toEqual({
      LastUsedDate: expect.any(Date),
      Region: 'us-east-1',
    });
    await root.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    await root.send(new DeleteRoleCommand({ RoleName }));
    await createRole(RoleName);
    expect(await refusal(getUser('plain')(session))).not.toBe('no error');
  });

  it('has no rights once the policy that narrows it is gone', async () => {
    await createRole('narrowed');
    const document = policy(allow('iam:Get*'));
    const { Policy } = await root.send(new CreatePolicyCommand({ PolicyName: 'narrow', PolicyDocument: document }));
    const PolicyArn = Policy?.Arn ?? '';
    const session = await sessionOf('narrowed', { PolicyArns: [{ arn: PolicyArn }] });
    expect(await verdict(session, getUser('plain'))).toBe('allowed');
    await root.send(new DeletePolicyCommand({ PolicyArn }));
    expect(await verdict(session, getUser('plain'))).toBe('denied');
  });
});
