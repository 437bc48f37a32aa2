/**
 * What the operations on users, groups, roles, policies and instance profiles need to be allowed. ARNs carry paths, which
 * inputs do not: they are looked up; for what is not there it is the ARN that it would have without a path.
 */
import type { IAM } from '../../../generated/api/iam';
import { type Access, type AccessNeed, type Asking, type Place, type RequestFacts, rootOf, type Tx, tagsOfList } from '../../kernel';
import { ownUser } from './callers';
import { iamArn, nameKey } from './ids';
import { findGroup, findRole, findUser } from './lookup';
import { linkedService } from './service-linked';
import { groupArn, InstanceProfiles, instanceProfileArn, roleArn, UserKeys, Users, userArn } from './state';
import type { Tag } from './tag-rules';

type Conditions = NonNullable<AccessNeed['conditions']>;
type Named = { readonly name: string; readonly path: string };
type Needs<I> = (input: I, at: Place, request: RequestFacts, asking: Asking) => readonly AccessNeed[];

const bare = (name: string): Named => ({ name, path: '/' });

/** The user's, or the caller's where no name is given. */
export function userResource({ tx, principal }: Asking, name: string | undefined): string {
  if (name !== undefined) return userArn(findUser(tx, name) ?? bare(name), tx.place);
  const user = principal.type === 'user' ? ownUser(tx, principal) : undefined;
  return user ? userArn(user, tx.place) : principal.arn;
}

const groupResource = ({ tx }: Asking, name: string) => groupArn(findGroup(tx, name) ?? bare(name), tx.place);
const roleResource = ({ tx }: Asking, name: string) => roleArn(findRole(tx, name) ?? bare(name), tx.place);
const profileResource = ({ tx }: Asking, name: string) =>
  instanceProfileArn(tx.get(InstanceProfiles, nameKey(name)) ?? bare(name), tx.place);

/** One right on one resource that the input names. */
function needing<I>(
  action: string,
  resource: (asking: Asking, input: I) => string,
  more: (input: I) => Omit<AccessNeed, 'action' | 'resource'> = () => ({}),
): Needs<I> {
  return (input, _at, _request, asking) => [{ action: `iam:${action}`, resource: resource(asking, input), ...more(input) }];
}

/**
 * Renaming takes the right on both names: "the entity making the request must have permission on Bob and Robert" (API
 * reference, UpdateUser and UpdateGroup).
 */
function renaming<I>(
  action: string,
  found: (asking: Asking, input: I) => Named,
  changes: (input: I) => { readonly name: string | undefined; readonly path: string | undefined },
  arnOf: (named: Named, at: Place) => string,
): Needs<I> {
  return (input, _at, _request, asking) => {
    const now = found(asking, input);
    const { name = now.name, path = now.path } = changes(input);
    const { place } = asking.tx;
    const arns = new Set([arnOf(now, place), arnOf({ name, path }, place)]);
    return [...arns].map((resource) => ({ action: `iam:${action}`, resource }));
  };
}

type OfUser = { readonly UserName?: string | undefined };
type OfGroup = { readonly GroupName: string };
type OfRole = { readonly RoleName: string };
type OfPolicy = { readonly PolicyArn: string };
type OfProfile = { readonly InstanceProfileName: string };

export const onUser = (action: string) => needing<OfUser>(action, (asking, { UserName }) => userResource(asking, UserName));
const onGroup = (action: string) => needing<OfGroup>(action, (asking, { GroupName }) => groupResource(asking, GroupName));
const onRole = (action: string) => needing<OfRole>(action, (asking, { RoleName }) => roleResource(asking, RoleName));
const onPolicy = (action: string) => needing<OfPolicy>(action, (_, { PolicyArn }) => PolicyArn);
const onProfile = (action: string) =>
  needing<OfProfile>(action, (asking, { InstanceProfileName }) => profileResource(asking, InstanceProfileName));

/** Lists are of a path, the root of all when none is given; so AWS's denials of them say. */
const onPath = (action: string, kind: string) =>
  needing<{ readonly PathPrefix?: string | undefined }>(action, ({ tx }, { PathPrefix = '/' }) => iamArn(tx.place, kind, PathPrefix));

/** `iam:PolicyARN` */
const attaching = <I>(action: string, resource: (asking: Asking, input: I) => string) =>
  needing<I & OfPolicy>(action, resource, ({ PolicyArn }) => ({ conditions: { 'iam:PolicyARN': PolicyArn } }));

type Bounded = { readonly PermissionsBoundary: string };

const bounding = <I>(action: string, resource: (asking: Asking, input: I) => string) =>
  needing<I & Bounded>(action, resource, ({ PermissionsBoundary }) => ({ conditions: { 'iam:PermissionsBoundary': PermissionsBoundary } }));

interface Creation {
  readonly Tags?: readonly Tag[] | undefined;
  readonly PermissionsBoundary?: string | undefined;
}

/** Creating with tags takes the right to tag as well (IAM User Guide, "Tagging IAM users"). */
function creating<I extends Creation>(action: string, tagAction: string, resource: (tx: Tx, input: I) => string): Needs<I> {
  return (input, _at, _request, { tx }) => {
    const { Tags: list = [], PermissionsBoundary } = input;
    const conditions: Conditions | undefined =
      PermissionsBoundary === undefined ? undefined : { 'iam:PermissionsBoundary': PermissionsBoundary };
    const need = { resource: resource(tx, input), ...(list.length > 0 && { requestTags: tagsOfList(list) }) };
    return [
      { ...need, action: `iam:${action}`, ...(conditions && { conditions }) },
      ...(list.length > 0 ? [{ ...need, action: `iam:${tagAction}` }] : []),
    ];
  };
}

type Tagging = { readonly Tags: readonly Tag[] };
type Untagging = { readonly TagKeys: readonly string[] };

const tagging = <I>(action: string, resource: (asking: Asking, input: I) => string) =>
  needing<I & Tagging>(action, resource, ({ Tags: list }) => ({ requestTags: tagsOfList(list) }));
const untagging = <I>(action: string, resource: (asking: Asking, input: I) => string) =>
  needing<I & Untagging>(action, resource, ({ TagKeys }) => ({ tagKeys: TagKeys }));

const ofUser = (asking: Asking, { UserName }: { readonly UserName: string }) => userResource(asking, UserName);
const ofGroup = (asking: Asking, { GroupName }: OfGroup) => groupResource(asking, GroupName);
const ofRole = (asking: Asking, { RoleName }: OfRole) => roleResource(asking, RoleName);
const ofPolicy = (_: Asking, { PolicyArn }: OfPolicy) => PolicyArn;
const ofProfile = (asking: Asking, { InstanceProfileName }: OfProfile) => profileResource(asking, InstanceProfileName);

const userAccess: Access<IAM> = {
  CreateUser: creating('CreateUser', 'TagUser', ({ place }, { UserName, Path = '/' }) => userArn({ name: UserName, path: Path }, place)),
  GetUser: onUser('GetUser'),
  ListUsers: onPath('ListUsers', 'user'),
  UpdateUser: renaming(
    'UpdateUser',
    ({ tx }, { UserName }) => findUser(tx, UserName) ?? bare(UserName),
    ({ NewUserName: name, NewPath: path }) => ({ name, path }),
    userArn,
  ),
  DeleteUser: onUser('DeleteUser'),
  ListGroupsForUser: onUser('ListGroupsForUser'),
  CreateAccessKey: onUser('CreateAccessKey'),
  ListAccessKeys: onUser('ListAccessKeys'),
  UpdateAccessKey: onUser('UpdateAccessKey'),
  DeleteAccessKey: onUser('DeleteAccessKey'),
  GetAccessKeyLastUsed: needing('GetAccessKeyLastUsed', ({ tx }, { AccessKeyId }) => keyOwnerResource(tx, AccessKeyId)),
  PutUserPolicy: onUser('PutUserPolicy'),
  GetUserPolicy: onUser('GetUserPolicy'),
  DeleteUserPolicy: onUser('DeleteUserPolicy'),
  ListUserPolicies: onUser('ListUserPolicies'),
  AttachUserPolicy: attaching('AttachUserPolicy', ofUser),
  DetachUserPolicy: attaching('DetachUserPolicy', ofUser),
  ListAttachedUserPolicies: onUser('ListAttachedUserPolicies'),
  PutUserPermissionsBoundary: bounding('PutUserPermissionsBoundary', ofUser),
  DeleteUserPermissionsBoundary: onUser('DeleteUserPermissionsBoundary'),
  TagUser: tagging('TagUser', ofUser),
  UntagUser: untagging('UntagUser', ofUser),
  ListUserTags: onUser('ListUserTags'),
};

const groupAccess: Access<IAM> = {
  CreateGroup: needing('CreateGroup', ({ tx }, { GroupName, Path = '/' }) => groupArn({ name: GroupName, path: Path }, tx.place)),
  GetGroup: onGroup('GetGroup'),
  ListGroups: onPath('ListGroups', 'group'),
  UpdateGroup: renaming(
    'UpdateGroup',
    ({ tx }, { GroupName }) => findGroup(tx, GroupName) ?? bare(GroupName),
    ({ NewGroupName: name, NewPath: path }) => ({ name, path }),
    groupArn,
  ),
  DeleteGroup: onGroup('DeleteGroup'),
  AddUserToGroup: onGroup('AddUserToGroup'),
  RemoveUserFromGroup: onGroup('RemoveUserFromGroup'),
  PutGroupPolicy: onGroup('PutGroupPolicy'),
  GetGroupPolicy: onGroup('GetGroupPolicy'),
  DeleteGroupPolicy: onGroup('DeleteGroupPolicy'),
  ListGroupPolicies: onGroup('ListGroupPolicies'),
  AttachGroupPolicy: attaching('AttachGroupPolicy', ofGroup),
  DetachGroupPolicy: attaching('DetachGroupPolicy', ofGroup),
  ListAttachedGroupPolicies: onGroup('ListAttachedGroupPolicies'),
};

const roleAccess: Access<IAM> = {
  CreateRole: creating('CreateRole', 'TagRole', ({ place }, { RoleName, Path = '/' }) => roleArn({ name: RoleName, path: Path }, place)),
  GetRole: onRole('GetRole'),
  ListRoles: onPath('ListRoles', 'role'),
  UpdateRole: onRole('UpdateRole'),
  UpdateRoleDescription: onRole('UpdateRoleDescription'),
  UpdateAssumeRolePolicy: onRole('UpdateAssumeRolePolicy'),
  DeleteRole: onRole('DeleteRole'),
  PutRolePolicy: onRole('PutRolePolicy'),
  GetRolePolicy: onRole('GetRolePolicy'),
  DeleteRolePolicy: onRole('DeleteRolePolicy'),
  ListRolePolicies: onRole('ListRolePolicies'),
  AttachRolePolicy: attaching('AttachRolePolicy', ofRole),
  DetachRolePolicy: attaching('DetachRolePolicy', ofRole),
  ListAttachedRolePolicies: onRole('ListAttachedRolePolicies'),
  PutRolePermissionsBoundary: bounding('PutRolePermissionsBoundary', ofRole),
  DeleteRolePermissionsBoundary: onRole('DeleteRolePermissionsBoundary'),
  TagRole: tagging('TagRole', ofRole),
  UntagRole: untagging('UntagRole', ofRole),
  ListRoleTags: onRole('ListRoleTags'),
  ListInstanceProfilesForRole: onRole('ListInstanceProfilesForRole'),
  CreateServiceLinkedRole: needing(
    'CreateServiceLinkedRole',
    ({ tx }, input) => linkedRoleResource(tx, input),
    ({ AWSServiceName }) => ({ conditions: { 'iam:AWSServiceName': AWSServiceName } }),
  ),
  DeleteServiceLinkedRole: onRole('DeleteServiceLinkedRole'),
  // Of the task `task/aws-service-role/service/name/uuid`.
  GetServiceLinkedRoleDeletionStatus: needing('GetServiceLinkedRoleDeletionStatus', ({ tx }, { DeletionTaskId }) =>
    iamArn(tx.place, 'role', DeletionTaskId.replace(/^task/, '').replace(/\/[^/]*$/, '')),
  ),
};

const profileAccess: Access<IAM> = {
  CreateInstanceProfile: creating('CreateInstanceProfile', 'TagInstanceProfile', ({ place }, { InstanceProfileName, Path = '/' }) =>
    instanceProfileArn({ name: InstanceProfileName, path: Path }, place),
  ),
  GetInstanceProfile: onProfile('GetInstanceProfile'),
  ListInstanceProfiles: onPath('ListInstanceProfiles', 'instance-profile'),
  DeleteInstanceProfile: onProfile('DeleteInstanceProfile'),
  AddRoleToInstanceProfile: ({ InstanceProfileName, RoleName }, _at, _request, asking) => [
    { action: 'iam:AddRoleToInstanceProfile', resource: profileResource(asking, InstanceProfileName) },
    {
      action: 'iam:PassRole',
      resource: roleResource(asking, RoleName),
      conditions: {
        'iam:PassedToService': 'ec2.amazonaws.com',
        'iam:AssociatedResourceArn': `arn:${asking.tx.place.partition}:ec2:*:${asking.tx.place.account}:instance/*`,
      },
    },
  ],
  RemoveRoleFromInstanceProfile: onProfile('RemoveRoleFromInstanceProfile'),
  TagInstanceProfile: tagging('TagInstanceProfile', ofProfile),
  UntagInstanceProfile: untagging('UntagInstanceProfile', ofProfile),
  ListInstanceProfileTags: onProfile('ListInstanceProfileTags'),
};

const policyAccess: Access<IAM> = {
  CreatePolicy: creating('CreatePolicy', 'TagPolicy', ({ place }, { PolicyName, Path = '/' }) =>
    iamArn(place, 'policy', Path + PolicyName),
  ),
  GetPolicy: onPolicy('GetPolicy'),
  DeletePolicy: onPolicy('DeletePolicy'),
  CreatePolicyVersion: onPolicy('CreatePolicyVersion'),
  GetPolicyVersion: onPolicy('GetPolicyVersion'),
  ListPolicyVersions: onPolicy('ListPolicyVersions'),
  SetDefaultPolicyVersion: onPolicy('SetDefaultPolicyVersion'),
  DeletePolicyVersion: onPolicy('DeletePolicyVersion'),
  ListEntitiesForPolicy: onPolicy('ListEntitiesForPolicy'),
  TagPolicy: tagging('TagPolicy', ofPolicy),
  UntagPolicy: untagging('UntagPolicy', ofPolicy),
  ListPolicyTags: onPolicy('ListPolicyTags'),
  // The only list whose denials name no ARN (recorded).
  ListPolicies: needing('ListPolicies', (_, { PathPrefix = '/' }) => `policy path ${PathPrefix}`),
  ListPoliciesGrantingServiceAccess: needing('ListPoliciesGrantingServiceAccess', (_, { Arn }) => Arn),
};

export const identityAccess: Access<IAM> = {
  ...userAccess,
  ...groupAccess,
  ...roleAccess,
  ...profileAccess,
  ...policyAccess,
  GetAccountSummary: needing('GetAccountSummary', () => '*'),
  GetAccountAuthorizationDetails: needing('GetAccountAuthorizationDetails', () => '*'),
};

function keyOwnerResource(tx: Tx, accessKeyId: string): string {
  const key = tx.get(UserKeys, accessKeyId);
  if (key?.ownerId === tx.place.account) return rootOf(tx.place.account, tx.place.partition).arn;
  const user = key && tx.find(Users, 'id', key.ownerId);
  return user ? userArn(user, tx.place) : '*';
}

function linkedRoleResource(
  tx: Tx,
  { AWSServiceName, CustomSuffix }: { readonly AWSServiceName: string; readonly CustomSuffix?: string | undefined },
): string {
  const name = linkedService(AWSServiceName)?.roleName ?? '*';
  const path = `/aws-service-role/${AWSServiceName}/`;
  return roleArn({ path, name: CustomSuffix === undefined ? name : `${name}_${CustomSuffix}` }, tx.place);
}
