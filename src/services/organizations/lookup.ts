/** Finds organizations and what is in them, and names it by ARN. */
import { fail, homeRegionOf, type Place, type Tx } from '../../kernel';
import { notInUse, policyNotFound } from './errors';
import { findManagedPolicy, type ManagedPolicy } from './policy-types';
import {
  arnIn,
  Handshakes,
  handshakeArn,
  type Member,
  Members,
  memberArn,
  type Organization,
  Organizations,
  Policies,
  type Policy,
  policyArn,
  rootArn,
} from './state';

/** The organization an account is in, and the transaction as its management account sees it (that is where tags are). */
export interface Ours {
  readonly tx: Tx;
  readonly org: Organization;
}

export function findOrganization(tx: Tx, account: string): Ours | undefined {
  const member = tx.get(Members, account);
  const org = member && tx.get(Organizations, member.organization);
  return org && oursOf(tx, org);
}

export function oursOf(tx: Tx, org: Organization): Ours {
  return { org, tx: tx.in({ account: org.managementAccount, region: homeRegionOf(tx.place.partition) }) };
}

/** Throws AWSOrganizationsNotInUseException. */
export function requireOrganization(tx: Tx, account: string): Ours {
  return findOrganization(tx, account) ?? fail(notInUse());
}

/** A member of this organization. */
export function findMember({ tx, org }: Ours, account: string): Member | undefined {
  const member = tx.get(Members, account);
  return member?.organization === org.id ? member : undefined;
}

export function findPolicy({ tx, org }: Ours, id: string): Policy | ManagedPolicy | undefined {
  return findManagedPolicy(id) ?? tx.get(Policies, [org.id, id]);
}

/** Throws PolicyNotFoundException. */
export function requirePolicy(ours: Ours, id: string): Policy | ManagedPolicy {
  return findPolicy(ours, id) ?? fail(policyNotFound());
}

export function isOwnPolicy(policy: Policy | ManagedPolicy): policy is Policy {
  return 'organization' in policy;
}

/** AWS's own policies belong to nobody's account. */
export function arnOfPolicy(policy: Policy | ManagedPolicy, tx: Tx): string {
  if (isOwnPolicy(policy)) return policyArn(policy, tx.place);
  return `arn:${tx.place.partition}:organizations::aws:policy/${policy.type.toLowerCase()}/${policy.id}`;
}

/** The ARN of a root, OU, account, policy or resource policy of this organization, there or not. */
export function arnOfId(ours: Ours, id: string): string {
  const { tx, org } = ours;
  const at = tx.place;
  if (id.startsWith('ou-')) return arnIn(org, 'ou', id, at);
  if (id.startsWith('rp-')) return arnIn(org, 'resourcepolicy', id, at);
  if (id.startsWith('rt-')) return arnIn(org, 'transfer', `billing/inbound/${id}`, at);
  if (id.startsWith('r-')) return id === org.rootId ? rootArn(org, at) : arnIn(org, 'root', id, at);
  if (!id.startsWith('p-')) return memberArn({ organization: org.id, owner: org.managementAccount, account: id }, at);
  const policy = findPolicy(ours, id);
  return policy ? arnOfPolicy(policy, tx) : arnIn(org, 'policy', `*/${id}`, at);
}

/** The ARN of a handshake; of one that is not there as far as the caller can tell it. */
export function arnOfHandshake(tx: Tx, id: string, at: Place): string {
  const handshake = tx.get(Handshakes, id);
  if (handshake) return handshakeArn(handshake, at);
  const ours = findOrganization(tx, at.account);
  return ours ? arnIn(ours.org, 'handshake', `*/${id}`, at) : '*';
}
