/** The management policy in effect at an account: what hangs on the way from the root, merged. */
import { policiesAt } from './attachments';
import { effectivePolicy, type FoldsCase } from './effective-policy';
import type { Ours } from './lookup';
import type { ManagementPolicyType } from './policy-types';
import type { Member } from './state';
import { lineOf } from './tree';

/** From the root to the account. */
export function targetsOf(ours: Ours, { parent, account }: Pick<Member, 'parent' | 'account'>): string[] {
  return [...lineOf(ours, parent), account];
}

/** The document; undefined when nothing of this type is in effect there. */
export function policyInEffect(ours: Ours, member: Pick<Member, 'parent' | 'account'>, type: ManagementPolicyType) {
  const levels = targetsOf(ours, member).map((target) => policiesAt(ours, target, type).map(({ text }) => text));
  return effectivePolicy(levels, foldsCase[type] ?? (() => false));
}

/** Names of tags in tag policies; in backup policies everything below the name of a plan ("not case sensitive"). */
const foldsCase: Partial<Readonly<Record<ManagementPolicyType, FoldsCase>>> = {
  TAG_POLICY: (depth) => depth === 1,
  BACKUP_POLICY: (depth) => depth > 1,
};
