/** Finds users, groups, roles and instance profiles by name, or answers that there is none. */
import { fail, type Tx } from '../../kernel';
import { instanceProfileNotFound, nameNotFound, protectedRole } from './errors';
import { nameKey } from './ids';
import { type Group, Groups, type InstanceProfile, InstanceProfiles, type Role, Roles, type User, Users } from './state';

export const findUser = (tx: Tx, name: string): User | undefined => tx.get(Users, nameKey(name));
export const findGroup = (tx: Tx, name: string): Group | undefined => tx.get(Groups, nameKey(name));
export const findRole = (tx: Tx, name: string): Role | undefined => tx.get(Roles, nameKey(name));

/** Throws NoSuchEntity. */
export const requireUser = (tx: Tx, name: string): User => findUser(tx, name) ?? fail(nameNotFound('user', name));
/** Throws NoSuchEntity. */
export const requireGroup = (tx: Tx, name: string): Group => findGroup(tx, name) ?? fail(nameNotFound('group', name));
/** Throws NoSuchEntity. */
export const requireRole = (tx: Tx, name: string): Role => findRole(tx, name) ?? fail(nameNotFound('role', name));
/** Throws NoSuchEntity. */
export const requireInstanceProfile = (tx: Tx, name: string): InstanceProfile =>
  tx.get(InstanceProfiles, nameKey(name)) ?? fail(instanceProfileNotFound(name));

/** Throws NoSuchEntity, and UnmodifiableEntity for the roles of services, which only these change. */
export function requireOwnRole(tx: Tx, name: string): Role {
  const role = requireRole(tx, name);
  if (role.linkedService !== undefined) throw protectedRole(role.name);
  return role;
}
