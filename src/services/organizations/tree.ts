/** The tree of an organization: its root, OUs below it, accounts in both. */
import { fail } from '../../kernel';
import { parentNotFound, targetNotFound, unitNotFound } from './errors';
import { findMember, type Ours } from './lookup';
import { type Member, Members, memberArn, rootArn, type Unit, Units, unitArn } from './state';

/** OUs below OUs below the root (User Guide, "Quotas and service limits"). */
export const maxDepth = 5;
export const maxUnits = 2_000;

export function findUnit({ tx, org }: Ours, id: string): Unit | undefined {
  return tx.get(Units, [org.id, id]);
}

/** Throws OrganizationalUnitNotFoundException. */
export function requireUnit(ours: Ours, id: string): Unit {
  return findUnit(ours, id) ?? fail(unitNotFound());
}

/** Whether this is the root or an OU of this organization. */
export function isParent(ours: Ours, id: string): boolean {
  return id === ours.org.rootId || findUnit(ours, id) !== undefined;
}

/** Throws ParentNotFoundException, or what is given. */
export function requireParent(ours: Ours, id: string, error = parentNotFound): void {
  if (!isParent(ours, id)) throw error();
}

/** From the root to this root or OU, both included. */
export function lineOf(ours: Ours, parent: string): string[] {
  const line: string[] = [];
  for (let id = parent; id !== ours.org.rootId; ) {
    line.unshift(id);
    id = findUnit(ours, id)?.parent ?? ours.org.rootId;
  }
  return [ours.org.rootId, ...line];
}

/** Every account below this root or OU, or this account; none where nothing is. */
export function membersAt(ours: Ours, target: string): Member[] {
  const { tx, org } = ours;
  if (target === org.rootId) return tx.scanIndex(Members, 'organization', { prefix: org.id });
  const member = findMember(ours, target);
  if (member) return [member];
  const below = { prefix: [org.id, target] };
  return [...tx.scanIndex(Members, 'parent', below), ...tx.scanIndex(Units, 'parent', below).flatMap(({ id }) => membersAt(ours, id))];
}

/** `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`, as condition keys and the API spell it. */
export function pathOf(ours: Ours, ...line: readonly string[]): string {
  return `${[ours.org.id, ...line].join('/')}/`;
}

/** What policies and tags can be attached to. */
interface Target {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly type: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';
}

export const rootName = 'Root';

export function findTarget(ours: Ours, id: string, nameOf: (member: Member) => string): Target | undefined {
  const at = ours.tx.place;
  if (id === ours.org.rootId) return { id, arn: rootArn(ours.org, at), name: rootName, type: 'ROOT' };
  const unit = findUnit(ours, id);
  if (unit) return { id, arn: unitArn(unit, at), name: unit.name, type: 'ORGANIZATIONAL_UNIT' };
  const member = findMember(ours, id);
  return member && { id, arn: memberArn(member, at), name: nameOf(member), type: 'ACCOUNT' };
}

/** Throws TargetNotFoundException. */
export function requireTarget(ours: Ours, id: string): void {
  if (!isParent(ours, id) && !findMember(ours, id)) throw targetNotFound();
}
