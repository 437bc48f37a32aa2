/** Forms that many of IAM's answers share. */
import { type Tags, type Tx, type TxContext, toTagList } from '../../kernel';
import { wholeSeconds } from './dates';
import { type Group, groupArn, type InstanceProfile, instanceProfileArn, type Role, Roles, roleArn, type User, userArn } from './state';
import { shownTrust } from './trust';
import { toRoleLastUsed } from './uses';

/** Policy documents are URL-encoded in answers, by RFC 3986 (API reference, GetPolicyVersion). */
export function encodedDocument(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function toBoundary(arn: string | undefined) {
  return arn === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn } };
}

/** Answers leave the tags out where there are none. */
function tagsOrNone(tags: Tags) {
  return Object.keys(tags).length === 0 ? {} : { Tags: toTagList(tags) };
}

export function toGroup(tx: Tx, group: Group) {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(group, tx.place),
    CreateDate: wholeSeconds(group.createdAt),
  };
}

/** As lists show it: without boundary and tags (API reference, ListUsers). */
export function toListedUser(tx: Tx, user: User) {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(user, tx.place),
    CreateDate: wholeSeconds(user.createdAt),
  };
}

export function toUser(tx: Tx, user: User) {
  return { ...toListedUser(tx, user), ...toBoundary(user.boundary), ...tagsOrNone(tx.tagsOf(userArn(user, tx.place))) };
}

/** As lists show it: without boundary, tags and last use (API reference, ListRoles). */
export function toListedRole(tx: Tx, role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role, tx.place),
    CreateDate: wholeSeconds(role.createdAt),
    AssumeRolePolicyDocument: encodedDocument(shownTrust(tx, role.trust)),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
  };
}

export function toRole({ tx, uses }: { readonly tx: Tx; readonly uses: Pick<TxContext['uses'], 'ofEntity'> }, role: Role) {
  return {
    ...toListedRole(tx, role),
    ...toBoundary(role.boundary),
    ...tagsOrNone(tx.tagsOf(roleArn(role, tx.place))),
    RoleLastUsed: toRoleLastUsed(uses.ofEntity(tx, role.id)),
  };
}

/** As lists show it: without tags (API reference, ListInstanceProfiles). */
export function toListedProfile(tx: Tx, profile: InstanceProfile) {
  const role = profile.roleId === undefined ? undefined : tx.find(Roles, 'id', profile.roleId);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: instanceProfileArn(profile, tx.place),
    CreateDate: wholeSeconds(profile.createdAt),
    Roles: role ? [toListedRole(tx, role)] : [],
  };
}

export function toProfile(tx: Tx, profile: InstanceProfile) {
  return { ...toListedProfile(tx, profile), ...tagsOrNone(tx.tagsOf(instanceProfileArn(profile, tx.place))) };
}
