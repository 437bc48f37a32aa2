/**
 * What Organizations keeps. All of it lies in partition-wide trees, because members of an organization find it from
 * their own accounts; it belongs to the management account, whose reset ends the organization.
 */
import { type Collection, collection, type Place } from '../../kernel';
import type { PolicyType } from './policy-types';

/** What all records of an organization know: whose they are. */
interface Owned {
  /** Of the organization: `o-a1b2c3d4e5`. */
  readonly organization: string;
  /** The management account. */
  readonly owner: string;
}

export interface Organization {
  readonly id: string;
  readonly managementAccount: string;
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  /** `r-ab12` */
  readonly rootId: string;
  /** Enabled in the root. */
  readonly policyTypes: readonly PolicyType[];
  /** Services with trusted access. */
  readonly services: readonly { readonly principal: string; readonly enabledAt: number }[];
  readonly resourcePolicy?: { readonly id: string; readonly text: string } | undefined;
}

/** `arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-11111111` */
export function arnIn(
  { id, managementAccount }: Pick<Organization, 'id' | 'managementAccount'>,
  kind: string,
  rest: string,
  at: Place,
): string {
  return `arn:${at.partition}:organizations::${managementAccount}:${kind}/${id}${rest === '' ? '' : '/'}${rest}`;
}

const arnOwned = ({ organization, owner }: Owned, kind: string, rest: string, at: Place) =>
  arnIn({ id: organization, managementAccount: owner }, kind, rest, at);

export const organizationArn = (org: Organization, at: Place) => arnIn(org, 'organization', '', at);
export const rootArn = (org: Organization, at: Place) => arnIn(org, 'root', org.rootId, at);
export const memberArn = (member: Pick<Member, 'organization' | 'owner' | 'account'>, at: Place) =>
  arnOwned(member, 'account', member.account, at);
export const unitArn = (unit: Unit, at: Place) => arnOwned(unit, 'ou', unit.id, at);
export const policyArn = (policy: Policy, at: Place) => arnOwned(policy, 'policy', `${policy.type.toLowerCase()}/${policy.id}`, at);
export const handshakeArn = (handshake: Handshake, at: Place) =>
  arnOwned(handshake, 'handshake', `${handshake.action.toLowerCase()}/${handshake.id}`, at);

/** Its ARN is the root's: that is what can be tagged. */
export const Organizations = collection<Organization>({
  name: 'organizations/organization',
  version: 1,
  scope: 'partition',
  key: (org) => org.id,
  owner: (org) => org.managementAccount,
  arn: rootArn,
});

/** An account in an organization. Its name, e-mail address and state are its profile's. */
export interface Member extends Owned {
  readonly account: string;
  /** Root or OU. */
  readonly parent: string;
  readonly joinedMethod: 'INVITED' | 'CREATED';
  readonly joinedAt: number;
}

/** By account alone: an account is in one organization at most. */
export const Members = collection<Member, 'parent' | 'organization'>({
  name: 'organizations/member',
  version: 1,
  scope: 'partition',
  key: (member) => member.account,
  owner: (member) => member.owner,
  indexes: {
    parent: (member) => [member.organization, member.parent, member.account],
    organization: (member) => [member.organization, member.account],
  },
  arn: memberArn,
});

/** An organizational unit. */
export interface Unit extends Owned {
  /** `ou-ab12-11111111` */
  readonly id: string;
  readonly name: string;
  /** Root or OU. */
  readonly parent: string;
}

export const Units = collection<Unit, 'parent' | 'name'>({
  name: 'organizations/unit',
  version: 1,
  scope: 'partition',
  key: (unit) => [unit.organization, unit.id],
  owner: (unit) => unit.owner,
  indexes: {
    parent: (unit) => [unit.organization, unit.parent, unit.id],
    name: (unit) => [unit.organization, unit.parent, unit.name],
  },
  arn: unitArn,
});

export interface Policy extends Owned {
  /** `p-0123456789` */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: PolicyType;
  readonly text: string;
  readonly updatedAt: number;
}

export const Policies = collection<Policy, 'type' | 'name'>({
  name: 'organizations/policy',
  version: 1,
  scope: 'partition',
  key: (policy) => [policy.organization, policy.id],
  owner: (policy) => policy.owner,
  indexes: {
    type: (policy) => [policy.organization, policy.type, policy.id],
    name: (policy) => [policy.organization, policy.type, policy.name],
  },
  arn: policyArn,
});

export interface Attachment extends Owned {
  /** Root, OU or account. */
  readonly target: string;
  /** Also the ids of AWS's own policies. */
  readonly policy: string;
  readonly type: PolicyType;
  /** Among those of its type at its target. */
  readonly order: number;
  readonly attachedAt: number;
}

export const Attachments = collection<Attachment, 'policy' | 'type'>({
  name: 'organizations/attachment',
  version: 1,
  scope: 'partition',
  key: (attachment) => [attachment.organization, attachment.target, attachment.type, attachment.policy],
  owner: (attachment) => attachment.owner,
  indexes: {
    policy: (attachment) => [attachment.organization, attachment.policy, attachment.target],
    type: (attachment) => [attachment.organization, attachment.type, attachment.target],
  },
});

/** A member account that administers a service for the organization. */
interface Delegation extends Owned {
  readonly account: string;
  /** `guardduty.amazonaws.com` */
  readonly service: string;
  readonly enabledAt: number;
}

export const Delegations = collection<Delegation>({
  name: 'organizations/delegation',
  version: 1,
  scope: 'partition',
  key: (delegation) => [delegation.organization, delegation.account, delegation.service],
  owner: (delegation) => delegation.owner,
});

/** A request to create an account, as CreateAccountStatus tells of it. */
export interface Creation extends Owned {
  /** `car-…` */
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly govCloudAccount?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly requestedAt: number;
  readonly completedAt?: number | undefined;
  readonly state: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  /** Told once the request has failed. */
  readonly failure?: 'EMAIL_ALREADY_EXISTS' | undefined;
}

export const Creations = collection<Creation>({
  name: 'organizations/creation',
  version: 1,
  scope: 'partition',
  key: (creation) => [creation.organization, creation.id],
  owner: (creation) => creation.owner,
});

export type HandshakeAction = 'INVITE' | 'ENABLE_ALL_FEATURES' | 'APPROVE_ALL_FEATURES' | 'TRANSFER_RESPONSIBILITY';
export type HandshakeState = 'REQUESTED' | 'OPEN' | 'CANCELED' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED';

export interface Handshake extends Owned {
  /** `h-…` */
  readonly id: string;
  readonly action: HandshakeAction;
  readonly state: HandshakeState;
  /** Whom it is sent to; absent while nobody has the e-mail address, and for what the organization asks of itself. */
  readonly recipient?: string | undefined;
  /** As invited, where it was by e-mail address. */
  readonly email?: string | undefined;
  readonly notes?: string | undefined;
  /** For the account when it joins, or for the transfer. */
  readonly tags: Readonly<Record<string, string>>;
  /** The ENABLE_ALL_FEATURES of the organization, of which this is a part. */
  readonly parent?: string | undefined;
  /** TRANSFER_RESPONSIBILITY: the transfer it is about. */
  readonly transfer?: string | undefined;
  readonly requestedAt: number;
  readonly expiresAt: number;
}

export const Handshakes = collection<Handshake, 'organization' | 'recipient' | 'email'>({
  name: 'organizations/handshake',
  version: 1,
  scope: 'partition',
  key: (handshake) => handshake.id,
  owner: (handshake) => handshake.owner,
  indexes: {
    organization: (handshake) => [handshake.organization, handshake.requestedAt, handshake.id],
    recipient: (handshake) => (handshake.recipient === undefined ? undefined : [handshake.recipient, handshake.requestedAt, handshake.id]),
    email: (handshake) => handshake.email?.toLowerCase(),
  },
});

/** An arrangement by which one management account pays for another organization. It belongs to the one that pays. */
export interface Transfer extends Owned {
  /** `rt-…` */
  readonly id: string;
  readonly name: string;
  /** The management account whose responsibility is taken over; absent while nobody has the e-mail address. */
  readonly source?: string | undefined;
  readonly sourceEmail: string;
  readonly status: 'REQUESTED' | 'DECLINED' | 'CANCELED' | 'EXPIRED' | 'ACCEPTED' | 'WITHDRAWN';
  readonly startsAt: number;
  readonly endsAt?: number | undefined;
  readonly handshake: string;
}

export const Transfers = collection<Transfer, 'source'>({
  name: 'organizations/transfer',
  version: 1,
  scope: 'partition',
  key: (transfer) => [transfer.organization, transfer.id],
  owner: (transfer) => transfer.owner,
  indexes: { source: (transfer) => (transfer.source === undefined ? undefined : [transfer.source, transfer.id]) },
  arn: (transfer, at) => transferArn(transfer, 'inbound', at),
});

export const transferArn = (transfer: Transfer, direction: 'inbound' | 'outbound', at: Place) =>
  arnOwned(transfer, 'transfer', `billing/${direction}/${transfer.id}`, at);

/** Everything of one organization besides itself, by the first part of its key; for its end. */
export const perOrganization = [
  Units,
  Policies,
  Attachments,
  Delegations,
  Creations,
  Transfers,
] as unknown as readonly Collection<object>[];
