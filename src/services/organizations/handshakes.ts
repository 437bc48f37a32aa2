/** Handshakes: from the request to its answer, and to the day when nobody remembers it. */
import { accountOfEmail, accountProfile, fail, postMail, type Tx, type TxContext } from '../../kernel';
import { accessDenied, alreadyInState, handshakeNotFound, invalidTransition } from './errors';
import { newId } from './ids';
import type { Ours } from './lookup';
import { type Handshake, type HandshakeAction, type HandshakeState, Handshakes, type Organization } from './state';
import { followHandshake } from './transfers';

const dayMs = 24 * 3_600_000;
/** Organizations User Guide, "Quotas and service limits": expiration times for handshakes. */
const lifeMs: Readonly<Record<HandshakeAction, number>> = {
  INVITE: 15 * dayMs,
  ENABLE_ALL_FEATURES: 90 * dayMs,
  APPROVE_ALL_FEATURES: 90 * dayMs,
  TRANSFER_RESPONSIBILITY: 15 * dayMs,
};
/** "Handshakes that are CANCELED, ACCEPTED, DECLINED, or EXPIRED show up in lists for only 30 days" (Handshake). */
const remembranceMs = 30 * dayMs;

const expiryTimer = 'organizations.handshake-expired';
const oblivionTimer = 'organizations.handshake-forgotten';

/** What is left to answer. */
export function isPending({ state }: Handshake): boolean {
  return state === 'REQUESTED' || state === 'OPEN';
}

type NewHandshake = Pick<Handshake, 'action' | 'recipient' | 'email' | 'notes' | 'parent' | 'transfer'> & {
  readonly state?: HandshakeState;
  readonly tags?: Handshake['tags'];
};

export function beginHandshake({ tx, org }: Ours, wanted: NewHandshake): Handshake {
  const { action, state = 'OPEN', tags = {} } = wanted;
  const id = newId(tx, 'h');
  const expiresAt = tx.now + lifeMs[action];
  tx.at(expiresAt, expiryTimer, { id }, { id });
  const owned = { organization: org.id, owner: org.managementAccount };
  return tx.put(Handshakes, { ...wanted, ...owned, id, state, tags, requestedAt: tx.now, expiresAt });
}

const subjects: Partial<Readonly<Record<HandshakeAction, string>>> = {
  INVITE: 'Your AWS account has been invited to join an AWS organization',
  TRANSFER_RESPONSIBILITY: 'Your organization has been asked to transfer its bills',
};

/** Tells whom it is for; in the inbox of that account, or of the sender's while nobody has the e-mail address. */
export function notifyRecipient(tx: Tx, handshake: Handshake): void {
  const { action, email, owner, organization, notes, id } = handshake;
  const account = recipientOf(tx, handshake) ?? owner;
  const sender = accountProfile(tx, owner);
  postMail(tx.in({ account }), 'organizations', {
    kind: 'email',
    to: email ?? accountProfile(tx, account).email,
    from: 'no-reply-aws@amazon.com',
    subject: subjects[action],
    body: [`${sender.name} (${sender.email}), for the organization ${organization}.`, ...(notes === undefined ? [] : [notes]), id].join(
      '\n\n',
    ),
  });
}

/** With this answer, for good. */
export function conclude(tx: Tx, handshake: Handshake, state: HandshakeState): Handshake {
  const { id, owner } = handshake;
  const home = tx.in({ account: owner });
  home.cancel(expiryTimer, id);
  home.at(tx.now + remembranceMs, oblivionTimer, { id }, { id });
  return tx.put(Handshakes, { ...handshake, state });
}

/** Throws unless this answer can be given still. */
export function requirePending(handshake: Handshake, wanted: HandshakeState): void {
  if (handshake.state === wanted) throw alreadyInState();
  if (!isPending(handshake)) throw invalidTransition();
}

/** The handshake, when the caller is a side of it. */
export function requireHandshake(ctx: TxContext, id: string, sides: 'sender' | 'recipient' | 'both'): Handshake {
  const handshake = ctx.tx.get(Handshakes, id) ?? fail(handshakeNotFound());
  const isSender = handshake.owner === ctx.account;
  // What an organization asks of itself it also answers itself.
  const isRecipient = recipientOf(ctx.tx, handshake) === ctx.account || (isSender && isOwn(handshake));
  if ((isSender && sides !== 'recipient') || (isRecipient && sides !== 'sender')) return handshake;
  throw accessDenied();
}

function isOwn({ recipient, email }: Handshake): boolean {
  return recipient === undefined && email === undefined;
}

/** Invitations by e-mail address are for whoever has the address when it comes to it. */
export function recipientOf(tx: Tx, { recipient, email }: Pick<Handshake, 'recipient' | 'email'>): string | undefined {
  return recipient ?? (email === undefined ? undefined : accountOfEmail(tx, email));
}

/** The handshakes that wait in an organization, of one kind. */
export function pendingIn({ tx, org }: Ours, action: HandshakeAction): Handshake[] {
  return tx.scanIndex(Handshakes, 'organization', { prefix: org.id }).filter((handshake) => waits(handshake, org, action));
}

function waits(handshake: Handshake, { id }: Pick<Organization, 'id'>, action: HandshakeAction): boolean {
  return handshake.organization === id && handshake.action === action && isPending(handshake);
}

/** Whether an organization is on its way to all features; where they are, nothing needs to be looked through. */
export function isMigrating(ours: Ours): boolean {
  return ours.org.featureSet !== 'ALL' && pendingIn(ours, 'ENABLE_ALL_FEATURES').length > 0;
}

/** Whether the same is asked of the same already, by account number or by e-mail address, and waits for an answer. */
export function isAsked({ tx, org }: Ours, action: HandshakeAction, party: Pick<Handshake, 'recipient' | 'email'>): boolean {
  const account = recipientOf(tx, party);
  const received = account === undefined ? sentTo(tx, party.email ?? '') : receivedBy(tx, account);
  return received.some((handshake) => waits(handshake, org, action));
}

/** All that an account was asked, also by its e-mail address. */
export function receivedBy(tx: Tx, account: string): Handshake[] {
  const { email } = accountProfile(tx, account);
  const byAddress = sentTo(tx, email).filter(({ recipient }) => recipient === undefined);
  return [...tx.scanIndex(Handshakes, 'recipient', { prefix: account }), ...byAddress];
}

function sentTo(tx: Tx, email: string): Handshake[] {
  return tx.scanIndex(Handshakes, 'email', { prefix: email.toLowerCase() });
}

/** Once every invited member has agreed, the organization's own handshake is open: the management account has the last word. */
export function openWhenAgreed(tx: Tx, parentId: string): void {
  const parent = tx.get(Handshakes, parentId);
  if (parent?.state !== 'REQUESTED') return;
  // Canceled are those of members that have left since.
  if (partsOf(tx, parent).some(({ state }) => state !== 'ACCEPTED' && state !== 'CANCELED')) return;
  tx.put(Handshakes, { ...parent, state: 'OPEN' });
}

/** What is asked of members on behalf of another handshake. */
export function partsOf(tx: Tx, { id, organization }: Handshake): Handshake[] {
  return tx.scanIndex(Handshakes, 'organization', { prefix: organization }).filter(({ parent }) => parent === id);
}

/** Who leaves need not agree any more. */
export function dropAgreement(ours: Ours, account: string): void {
  for (const handshake of receivedBy(ours.tx, account)) {
    if (handshake.parent === undefined || !waits(handshake, ours.org, 'APPROVE_ALL_FEATURES')) continue;
    conclude(ours.tx, handshake, 'CANCELED');
    openWhenAgreed(ours.tx, handshake.parent);
  }
}

/** The timer: nobody answered. */
function expire(tx: Tx, { id }: { readonly id: string }): void {
  const handshake = tx.get(Handshakes, id);
  if (!handshake || !isPending(handshake)) return;
  followHandshake(tx, handshake, 'EXPIRED');
  conclude(tx, handshake, 'EXPIRED');
}

function forget(tx: Tx, { id }: { readonly id: string }): void {
  const handshake = tx.get(Handshakes, id);
  if (handshake) tx.delete(Handshakes, handshake);
}

export const handshakeTimers = { [expiryTimer]: expire, [oblivionTimer]: forget };
