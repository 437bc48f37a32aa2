/** Handshakes: invitations, their answers, and the way from consolidated billing to all features. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { accessChanged, defineOperations, fail, type Tx, type TxContext } from '../../../kernel';
import { asManagement, asReader } from '../caller';
import { duplicateHandshake, handshakeNotFound, handshakeViolation, invalidInput, invalidTransition } from '../errors';
import {
  beginHandshake,
  conclude,
  isAsked,
  isMigrating,
  isPending,
  notifyRecipient,
  openWhenAgreed,
  partsOf,
  pendingIn,
  receivedBy,
  recipientOf,
  requireHandshake,
  requirePending,
} from '../handshakes';
import { findMember, oursOf } from '../lookup';
import { moveIn } from '../membership';
import { listPage, scanPage } from '../paging';
import { type Handshake, type HandshakeState, Handshakes, Members, Organizations } from '../state';
import { readTags, requireCompliant } from '../tags';
import { acceptTransfer, followHandshake } from '../transfers';
import { toHandshake } from '../wire';

export const handshakeOperations = defineOperations<Api>()({
  InviteAccountToOrganization(ctx, { Target, Notes, Tags }) {
    const tags = readTags(Tags);
    const ours = asManagement(ctx);
    const party = readParty(Target);
    const account = recipientOf(ours.tx, party);
    if (account !== undefined && findMember(ours, account)) throw handshakeViolation('ALREADY_IN_AN_ORGANIZATION');
    if (isMigrating(ours)) throw handshakeViolation('INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES');
    if (isAsked(ours, 'INVITE', party)) throw duplicateHandshake();
    requireCompliant(ours, 'account', tags);
    const handshake = beginHandshake(ours, { action: 'INVITE', ...party, notes: Notes, tags });
    notifyRecipient(ours.tx, handshake);
    return { Handshake: toHandshake(ours.tx, handshake) };
  },

  EnableAllFeatures(ctx) {
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    if (org.featureSet === 'ALL') throw handshakeViolation('ORGANIZATION_ALREADY_HAS_ALL_FEATURES');
    if (isMigrating(ours)) throw handshakeViolation('ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION');
    // "all pending invitations for other accounts to join the organization are automatically canceled" (User Guide)
    for (const invitation of pendingIn(ours, 'INVITE')) conclude(tx, invitation, 'CANCELED');
    const parent = beginHandshake(ours, { action: 'ENABLE_ALL_FEATURES', state: 'REQUESTED' });
    const members = tx.scanIndex(Members, 'organization', { prefix: org.id });
    for (const { account, joinedMethod } of members) {
      if (joinedMethod !== 'INVITED' || account === org.managementAccount) continue; // created accounts have agreed already
      beginHandshake(ours, { action: 'APPROVE_ALL_FEATURES', recipient: account, parent: parent.id });
    }
    openWhenAgreed(tx, parent.id);
    return { Handshake: toHandshake(tx, tx.get(Handshakes, parent.id) ?? parent) };
  },

  AcceptHandshake(ctx, { HandshakeId }) {
    const handshake = requireHandshake(ctx, HandshakeId, 'recipient');
    requirePending(handshake, 'ACCEPTED');
    accept(ctx, handshake);
    return {
      Handshake: toHandshake(ctx.tx, conclude(ctx.tx, { ...handshake, recipient: handshake.recipient ?? ctx.account }, 'ACCEPTED')),
    };
  },

  DeclineHandshake(ctx, { HandshakeId }) {
    const handshake = requireHandshake(ctx, HandshakeId, 'recipient');
    return { Handshake: toHandshake(ctx.tx, refuse(ctx.tx, handshake, 'DECLINED')) };
  },

  CancelHandshake(ctx, { HandshakeId }) {
    const handshake = requireHandshake(ctx, HandshakeId, 'sender');
    const canceled = refuse(ctx.tx, handshake, 'CANCELED');
    for (const part of partsOf(ctx.tx, handshake)) if (isPending(part)) conclude(ctx.tx, part, 'CANCELED');
    return { Handshake: toHandshake(ctx.tx, canceled) };
  },

  DescribeHandshake(ctx, { HandshakeId }) {
    return { Handshake: toHandshake(ctx.tx, requireHandshake(ctx, HandshakeId, 'both')) };
  },

  ListHandshakesForAccount(ctx, { Filter, ...page }) {
    const { items, NextToken } = listPage('ListHandshakesForAccount', page, receivedBy(ctx.tx, ctx.account).filter(wantedBy(Filter)));
    return { Handshakes: items.map((handshake) => toHandshake(ctx.tx, handshake)), NextToken };
  },

  ListHandshakesForOrganization(ctx, { Filter, ...page }) {
    const { tx, org } = asReader(ctx, 'ListHandshakesForOrganization', {});
    const { items, NextToken } = scanPage(
      'ListHandshakesForOrganization',
      page,
      (range) => tx.scanIndex(Handshakes, 'organization', { prefix: org.id, ...range }),
      ({ requestedAt, id }) => [org.id, requestedAt, id],
      wantedBy(Filter),
    );
    return { Handshakes: items.map((handshake) => toHandshake(tx, handshake)), NextToken };
  },
});

interface PartyInput {
  readonly Id: string;
  readonly Type: string;
}

/** Throws InvalidInputException for what is no account and no e-mail address. */
export function readParty({ Id, Type }: PartyInput): Pick<Handshake, 'recipient' | 'email'> {
  if (Type === 'ACCOUNT') {
    if (!/^\d{12}$/.test(Id)) throw invalidInput('INVALID_PATTERN');
    return { recipient: Id };
  }
  if (Type !== 'EMAIL') throw invalidInput('INVALID_PARTY_TYPE_TARGET');
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(Id)) throw invalidInput('INVALID_EMAIL_ADDRESS_TARGET');
  return { email: Id };
}

/**
 * What follows from a yes. The API's pages contradict each other as to which handshake is whose on the way to all features;
 * as the User Guide has it (and EnableAllFeatures, and ParentHandshakeId) members approve and the organization enables.
 */
function accept(ctx: TxContext, handshake: Handshake): void {
  const { tx, account } = ctx;
  const org = tx.get(Organizations, handshake.organization) ?? fail(handshakeNotFound());
  switch (handshake.action) {
    case 'INVITE': {
      const ours = oursOf(tx, org);
      if (findMember(ours, account)) throw handshakeViolation('ALREADY_IN_AN_ORGANIZATION');
      moveIn(ours, account, handshake.tags);
      break;
    }
    case 'TRANSFER_RESPONSIBILITY':
      acceptTransfer(ctx, handshake);
      break;
    case 'APPROVE_ALL_FEATURES':
      tx.put(Handshakes, { ...handshake, state: 'ACCEPTED' });
      openWhenAgreed(tx, handshake.parent ?? '');
      break;
    case 'ENABLE_ALL_FEATURES':
      if (handshake.state !== 'OPEN') throw invalidTransition();
      tx.put(Organizations, { ...org, featureSet: 'ALL' });
      accessChanged(tx);
  }
}

function refuse(tx: Tx, handshake: Handshake, state: Extract<HandshakeState, 'DECLINED' | 'CANCELED'>): Handshake {
  requirePending(handshake, state);
  followHandshake(tx, handshake, state);
  return conclude(tx, handshake, state);
}

/** Throws InvalidInputException when both filters are given. */
function wantedBy(
  filter: { readonly ActionType?: string | undefined; readonly ParentHandshakeId?: string | undefined } = {},
): (handshake: Handshake) => boolean {
  const { ActionType, ParentHandshakeId } = filter;
  if (ActionType !== undefined && ParentHandshakeId !== undefined) throw invalidInput('MAX_LIMIT_EXCEEDED_FILTER');
  return ({ action, parent }) =>
    (ActionType === undefined || action === ActionType) && (ParentHandshakeId === undefined || parent === ParentHandshakeId);
}
