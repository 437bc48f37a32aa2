/** How accounts come into an organization and leave it. */
import { accountProfile } from '../../kernel';
import { attachDefaults, detachAll } from './attachments';
import { isDelegated } from './caller';
import { constraintViolation, managementCannotLeave } from './errors';
import { dropAgreement } from './handshakes';
import { findOrganization, type Ours } from './lookup';
import { accountChanged } from './rules';
import { type Member, Members, memberArn } from './state';
import { setTags } from './tags';

/** New members are in the root. */
export function join(ours: Ours, account: string, joinedMethod: Member['joinedMethod'], tags: Readonly<Record<string, string>>): void {
  const { tx, org } = ours;
  const member: Member = {
    organization: org.id,
    owner: org.managementAccount,
    account,
    parent: org.rootId,
    joinedMethod,
    joinedAt: tx.now,
  };
  tx.put(Members, member);
  attachDefaults(ours, account);
  accountChanged(ours, account);
  setTags(tx, memberArn(member, tx.place), tags);
}

/**
 * Accounts here have all that a standalone account needs (a payment method, a phone number), so that they can leave at
 * any time: AWS's waiting period of some days after their creation would only stand in the way of tearing down. Closed
 * ones stay: "you can't remove the account from the organization until it is finally closed" (User Guide, "Deleting an
 * organization"). Throws what stands against it.
 */
export function leave(ours: Ours, member: Member): void {
  const { tx, org } = ours;
  if (member.account === org.managementAccount) throw managementCannotLeave();
  if (isDelegated(ours, member.account)) throw constraintViolation('CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG');
  const { state } = accountProfile(tx, member.account);
  if (state === 'PENDING_CLOSURE' || state === 'SUSPENDED') throw constraintViolation('ACCOUNT_CANNOT_LEAVE_ORGANIZATION');
  dropAgreement(ours, member.account);
  detachAll(ours, member.account);
  tx.delete(Members, member); // its tags with it
  accountChanged(ours, member.account);
}

/** Accepts an invitation: out of the organization where the account is, if any, into the one that invites. */
export function moveIn(ours: Ours, account: string, tags: Readonly<Record<string, string>>): void {
  const before = findOrganization(ours.tx, account);
  const member = before?.tx.get(Members, account);
  if (before && member) leave(before, member);
  join(ours, account, 'INVITED', tags);
}
