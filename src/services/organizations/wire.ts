/** From records to what the API answers. */
import { accountProfile, type Tx } from '../../kernel';
import { arnOfPolicy, isOwnPolicy, type Ours } from './lookup';
import type { ManagedPolicy } from './policy-types';
import {
  type Creation,
  type Handshake,
  handshakeArn,
  type Member,
  memberArn,
  Organizations,
  organizationArn,
  type Policy,
  rootArn,
  type Transfer,
  transferArn,
  type Unit,
  unitArn,
} from './state';
import { lineOf, pathOf, rootName } from './tree';

export function toOrganization({ tx, org }: Ours) {
  const at = tx.place;
  const { id, managementAccount, featureSet } = org;
  // Only ever SCPs, and whether they are available rather than enabled (DescribeOrganization).
  const AvailablePolicyTypes = featureSet === 'ALL' ? [{ Type: 'SERVICE_CONTROL_POLICY' as const, Status: 'ENABLED' as const }] : [];
  return {
    Id: id,
    Arn: organizationArn(org, at),
    FeatureSet: featureSet,
    MasterAccountArn: memberArn({ organization: id, owner: managementAccount, account: managementAccount }, at),
    MasterAccountId: managementAccount,
    MasterAccountEmail: accountProfile(tx, managementAccount).email,
    AvailablePolicyTypes,
  };
}

export function toRoot({ tx, org }: Ours) {
  const PolicyTypes = org.policyTypes.map((Type) => ({ Type, Status: 'ENABLED' as const }));
  return { Id: org.rootId, Arn: rootArn(org, tx.place), Name: rootName, PolicyTypes };
}

export function toUnit(ours: Ours, unit: Unit) {
  return { Id: unit.id, Arn: unitArn(unit, ours.tx.place), Name: unit.name, Path: pathOf(ours, ...lineOf(ours, unit.id)) };
}

export function toAccount(ours: Ours, member: Member) {
  return { ...toAdministrator(ours, member), Paths: [pathOf(ours, ...lineOf(ours, member.parent), member.account)] };
}

/** An account without its place in the tree, as lists of delegated administrators show it. */
export function toAdministrator({ tx }: Ours, member: Member) {
  const { name, email, state } = accountProfile(tx, member.account);
  return {
    Id: member.account,
    Arn: memberArn(member, tx.place),
    Email: email,
    Name: name,
    Status: state === 'CLOSED' ? ('SUSPENDED' as const) : state,
    State: state,
    JoinedMethod: member.joinedMethod,
    JoinedTimestamp: member.joinedAt,
  };
}

export function toPolicySummary(tx: Tx, policy: Policy | ManagedPolicy) {
  const { id, name, description, type } = policy;
  return { Id: id, Arn: arnOfPolicy(policy, tx), Name: name, Description: description, Type: type, AwsManaged: !isOwnPolicy(policy) };
}

export function toPolicy(tx: Tx, policy: Policy | ManagedPolicy) {
  return { PolicySummary: toPolicySummary(tx, policy), Content: policy.text };
}

/** Account ids are told once the accounts are there. */
export function toCreation({ id, name, state, requestedAt, completedAt, account, govCloudAccount, failure }: Creation) {
  return {
    Id: id,
    AccountName: name,
    State: state,
    RequestedTimestamp: requestedAt,
    ...(completedAt !== undefined && { CompletedTimestamp: completedAt }),
    ...(state === 'SUCCEEDED' && { AccountId: account, ...(govCloudAccount !== undefined && { GovCloudAccountId: govCloudAccount }) }),
    ...(failure !== undefined && state === 'FAILED' && { FailureReason: failure }),
  };
}

/** `tx` of any account: both sides of a handshake see the same. */
export function toHandshake(tx: Tx, handshake: Handshake) {
  const { id, organization, owner, action, state, recipient, email, requestedAt, expiresAt } = handshake;
  return {
    Id: id,
    Arn: handshakeArn(handshake, tx.place),
    Parties: [
      { Id: organization, Type: 'ORGANIZATION' as const },
      ...(email !== undefined ? [{ Id: email, Type: 'EMAIL' as const }] : []),
      ...(email === undefined && recipient !== undefined && recipient !== owner ? [{ Id: recipient, Type: 'ACCOUNT' as const }] : []),
    ],
    State: state,
    RequestedTimestamp: requestedAt,
    ExpirationTimestamp: expiresAt,
    Action: action,
    Resources: resourcesOf(tx, handshake),
  };
}

function resourcesOf(tx: Tx, { organization, owner, action, recipient, email, notes, parent, transfer }: Handshake) {
  const of = <T extends string>(Type: T, Value: string | undefined) => (Value === undefined ? [] : [{ Type, Value }]);
  const sender = accountProfile(tx, owner);
  const features = tx.get(Organizations, organization)?.featureSet === 'ALL' ? 'ALL' : 'CONSOLIDATED_BILLING';
  const isOwn = action === 'ENABLE_ALL_FEATURES' || action === 'APPROVE_ALL_FEATURES';
  const details = [
    ...of('MASTER_EMAIL' as const, sender.email),
    ...of('MASTER_NAME' as const, sender.name),
    ...of('ORGANIZATION_FEATURE_SET' as const, features),
  ];
  return [
    { Type: 'ORGANIZATION' as const, Value: organization, ...(!isOwn && { Resources: details }) },
    ...(email === undefined ? of('ACCOUNT' as const, recipient) : of('EMAIL' as const, email)),
    ...of('PARENT_HANDSHAKE' as const, parent),
    ...of('RESPONSIBILITY_TRANSFER' as const, transfer),
    ...of('NOTES' as const, notes),
  ];
}

/** The one who pays calls it inbound, the other outbound. */
export function toTransfer(tx: Tx, transfer: Transfer, direction: 'inbound' | 'outbound') {
  const { id, name, status, source, sourceEmail, owner, startsAt, endsAt, handshake } = transfer;
  return {
    Arn: transferArn(transfer, direction, tx.place),
    Name: name,
    Id: id,
    Type: 'BILLING' as const,
    Status: status,
    Source: { ...(source !== undefined && { ManagementAccountId: source }), ManagementAccountEmail: sourceEmail },
    Target: { ManagementAccountId: owner, ManagementAccountEmail: accountProfile(tx, owner).email },
    StartTimestamp: startsAt,
    ...(endsAt !== undefined && { EndTimestamp: endsAt }),
    ...(status === 'REQUESTED' && { ActiveHandshakeId: handshake }),
  };
}
