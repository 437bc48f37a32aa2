/** Identities: users, groups, roles, who is in which group, and the profiles that carry roles to instances. */
import { collection, type Place } from '../../kernel';
import { iamArn, nameKey } from './ids';

/** What users, groups, roles, policies and instance profiles have in common. */
export interface Named {
  readonly name: string;
  /** `/` or `/division/team/`. */
  readonly path: string;
  /** `AIDA…`; never used again, unlike names. */
  readonly id: string;
  /** Virtual ms. */
  readonly createdAt: number;
}

export interface User extends Named {
  /** ARN of the managed policy that bounds it. */
  readonly boundary?: string | undefined;
}

export const userArn = ({ path, name }: Pick<User, 'path' | 'name'>, at: Place) => iamArn(at, 'user', path + name);

export const Users = collection<User, 'id' | 'boundary'>({
  name: 'iam/user',
  version: 1,
  scope: 'account',
  key: (u) => nameKey(u.name),
  arn: userArn,
  indexes: { id: (u) => u.id, boundary: (u) => u.boundary },
});

export type Group = Named;

export const groupArn = ({ path, name }: Pick<Group, 'path' | 'name'>, at: Place) => iamArn(at, 'group', path + name);

export const Groups = collection<Group, 'id'>({
  name: 'iam/group',
  version: 1,
  scope: 'account',
  key: (g) => nameKey(g.name),
  arn: groupArn,
  indexes: { id: (g) => g.id },
});

/** A user in a group; by ids, so that renaming either changes nothing here. */
interface Membership {
  readonly userId: string;
  readonly groupId: string;
}

export const Memberships = collection<Membership, 'group'>({
  name: 'iam/membership',
  version: 1,
  scope: 'account',
  key: (m) => [m.userId, m.groupId],
  indexes: { group: (m) => [m.groupId, m.userId] },
});

/** Who may assume a role. */
export interface TrustPolicy {
  /** As its author wrote it. */
  readonly text: string;
  /** Unique ids of the users and roles it names, by ARN, as they were when it was written: later ones of the same name are others. */
  readonly principalIds: Readonly<Record<string, string>>;
}

export interface Role extends Named {
  readonly trust: TrustPolicy;
  readonly description?: string | undefined;
  readonly maxSessionSeconds: number;
  readonly boundary?: string | undefined;
  /** Service-linked roles: the service that made it, `autoscaling.amazonaws.com`. */
  readonly linkedService?: string | undefined;
}

export const roleArn = ({ path, name }: Pick<Role, 'path' | 'name'>, at: Place) => iamArn(at, 'role', path + name);

export const Roles = collection<Role, 'id' | 'boundary'>({
  name: 'iam/role',
  version: 1,
  scope: 'account',
  key: (r) => nameKey(r.name),
  arn: roleArn,
  indexes: { id: (r) => r.id, boundary: (r) => r.boundary },
});

export interface InstanceProfile extends Named {
  /** At most one. */
  readonly roleId?: string | undefined;
}

export const instanceProfileArn = ({ path, name }: Pick<InstanceProfile, 'path' | 'name'>, at: Place) =>
  iamArn(at, 'instance-profile', path + name);

export const InstanceProfiles = collection<InstanceProfile, 'role'>({
  name: 'iam/instance-profile',
  version: 1,
  scope: 'account',
  key: (p) => nameKey(p.name),
  arn: instanceProfileArn,
  indexes: { role: (p) => (p.roleId === undefined ? undefined : [p.roleId, nameKey(p.name)]) },
});

/** The long-lived keys of a user, or of root; what authenticates is the kernel's AccessKeys. */
export interface UserKey {
  readonly accessKeyId: string;
  /** Unique id of the user; the account's number for root's own. */
  readonly ownerId: string;
  /** Virtual ms. */
  readonly createdAt: number;
}

export const UserKeys = collection<UserKey, 'owner'>({
  name: 'iam/user-key',
  version: 1,
  scope: 'account',
  key: (k) => k.accessKeyId,
  indexes: { owner: (k) => [k.ownerId, k.createdAt, k.accessKeyId] },
});

/** Deleting a service-linked role is a task that can be asked about. */
interface DeletionTask {
  readonly id: string;
  readonly createdAt: number;
}

export const DeletionTasks = collection<DeletionTask>({ name: 'iam/deletion-task', version: 1, scope: 'account', key: (t) => t.id });

export const identityState = [Users, Groups, Memberships, Roles, InstanceProfiles, UserKeys, DeletionTasks];
