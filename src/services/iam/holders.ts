/** Users, groups and roles as what policies hang on, to be changed. */
import type { Tx } from '../../kernel';
import { requireGroup, requireOwnRole, requireUser } from './lookup';
import type { Holder, HolderKind } from './policy-state';
import type { Named } from './state';

export function holderOf(kind: HolderKind, { id, name }: Named): Holder {
  return { kind, id, name };
}

/** Throws NoSuchEntity. */
export const requireUserHolder = (tx: Tx, name: string): Holder => holderOf('user', requireUser(tx, name));
/** Throws NoSuchEntity. */
export const requireGroupHolder = (tx: Tx, name: string): Holder => holderOf('group', requireGroup(tx, name));
/** Throws NoSuchEntity, and UnmodifiableEntity for roles of services. */
export const requireRoleHolder = (tx: Tx, name: string): Holder => holderOf('role', requireOwnRole(tx, name));
