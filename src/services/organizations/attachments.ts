/** What hangs where: the policies of roots, OUs and accounts. */
import type { Tx } from '../../kernel';
import { findPolicy, type Ours } from './lookup';
import { defaultPolicyOf, type PolicyType } from './policy-types';
import { type Attachment, Attachments, Members, type Organization, Units } from './state';

export function findAttachment({ tx, org }: Ours, target: string, type: PolicyType, policy: string): Attachment | undefined {
  return tx.get(Attachments, [org.id, target, type, policy]);
}

/** What of one type hangs at one target, in the order in which it was attached: that is how management policies merge. */
export function attachmentsAt({ tx, org }: Ours, target: string, type: PolicyType): Attachment[] {
  return tx.scan(Attachments, { prefix: [org.id, target, type] }).sort((a, b) => a.order - b.order);
}

/** The policies that hang there, in the same order. */
export function policiesAt(ours: Ours, target: string, type: PolicyType) {
  return attachmentsAt(ours, target, type).flatMap(({ policy }) => findPolicy(ours, policy) ?? []);
}

export function attach(ours: Ours, target: string, type: PolicyType, policy: string): void {
  const { tx, org } = ours;
  const order = (attachmentsAt(ours, target, type).at(-1)?.order ?? 0) + 1;
  tx.put(Attachments, { organization: org.id, owner: org.managementAccount, target, type, policy, order, attachedAt: tx.now });
}

/** AWS's own policies, for an OU or account that is new in the tree. */
export function attachDefaults(ours: Ours, target: string): void {
  for (const type of ours.org.policyTypes) {
    const policy = defaultPolicyOf(type);
    if (policy) attach(ours, target, type, policy.id);
  }
}

/** AWS's own policy of a type that was just enabled, everywhere. */
export function attachDefaultEverywhere(ours: Ours, type: PolicyType): void {
  const policy = defaultPolicyOf(type);
  if (!policy) return;
  for (const target of everyTarget(ours.tx, ours.org)) attach(ours, target, type, policy.id);
}

function everyTarget(tx: Tx, org: Organization): string[] {
  const units = tx.scan(Units, { prefix: org.id }).map(({ id }) => id);
  const members = tx.scanIndex(Members, 'organization', { prefix: org.id }).map(({ account }) => account);
  return [org.rootId, ...units, ...members];
}

/** "When you disable a policy type, all policies of that type are detached from all entities" (User Guide, "Disabling a policy type"). */
export function detachEverywhere({ tx, org }: Ours, type: PolicyType): void {
  for (const attachment of tx.scanIndex(Attachments, 'type', { prefix: [org.id, type] })) tx.delete(Attachments, attachment);
}

/** From what leaves the tree. */
export function detachAll({ tx, org }: Ours, target: string): void {
  tx.deleteAll(Attachments, { prefix: [org.id, target] });
}
