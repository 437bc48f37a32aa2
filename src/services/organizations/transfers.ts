/** Responsibility transfers: one management account pays for another organization. */
import type { Tx, TxContext } from '../../kernel';
import { isManagement } from './caller';
import { accessDenied, handshakeViolation } from './errors';
import { type Ours, requireOrganization } from './lookup';
import { type Handshake, type Transfer, Transfers } from './state';

function transferOf(tx: Tx, { organization, transfer }: Handshake): Transfer | undefined {
  return transfer === undefined ? undefined : tx.get(Transfers, [organization, transfer]);
}

/** A handshake that comes to nothing ends the transfer it was about. */
export function followHandshake(tx: Tx, handshake: Handshake, status: 'DECLINED' | 'CANCELED' | 'EXPIRED'): void {
  const transfer = transferOf(tx, handshake);
  if (transfer) tx.put(Transfers, { ...transfer, status });
}

/** Whether bills of or for this organization change hands, or may be about to: what somebody was asked is not over before it is answered. */
export function isInTransfer({ tx, org }: Ours): boolean {
  const transfers = [...tx.scan(Transfers, { prefix: org.id }), ...tx.scanIndex(Transfers, 'source', { prefix: org.managementAccount })];
  return transfers.some(({ status, endsAt = 0 }) => status === 'REQUESTED' || status === 'ACCEPTED' || endsAt > tx.now);
}

/** Only the management account of another organization can hand its bills over, and only once. */
export function acceptTransfer(ctx: TxContext, handshake: Handshake): void {
  const theirs = requireOrganization(ctx.tx, ctx.account);
  if (!isManagement(ctx, theirs)) throw accessDenied();
  if (theirs.org.id === handshake.organization) throw handshakeViolation('SOURCE_AND_TARGET_CANNOT_MATCH');
  const accepted = ctx.tx.scanIndex(Transfers, 'source', { prefix: ctx.account }).some(({ status }) => status === 'ACCEPTED');
  if (accepted) throw handshakeViolation('RESPONSIBILITY_TRANSFER_ALREADY_EXISTS');
  const transfer = transferOf(ctx.tx, handshake);
  if (transfer) ctx.tx.put(Transfers, { ...transfer, status: 'ACCEPTED', source: ctx.account });
}
