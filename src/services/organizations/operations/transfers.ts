/** Responsibility transfers: invited, looked at, renamed, ended. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { accountProfile, defineOperations, fail, type TxContext } from '../../../kernel';
import { asManagement } from '../caller';
import { duplicateHandshake, invalidInput, invalidTransferTransition, transferAlreadyInStatus, transferNotFound } from '../errors';
import { beginHandshake, isAsked, notifyRecipient, recipientOf } from '../handshakes';
import { newId } from '../ids';
import { arnOfId } from '../lookup';
import { scanPage } from '../paging';
import { type Transfer, Transfers } from '../state';
import { readTags, requireCompliant, setTags } from '../tags';
import { toHandshake, toTransfer } from '../wire';
import { readParty } from './handshakes';

type Direction = 'inbound' | 'outbound';

export const transferOperations = defineOperations<Api>()({
  InviteOrganizationToTransferResponsibility(ctx, { Target, Notes, StartTimestamp, SourceName, Tags }) {
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    const party = readParty(Target);
    checkStart(StartTimestamp, ctx.now);
    if (isAsked(ours, 'TRANSFER_RESPONSIBILITY', party)) throw duplicateHandshake();
    const tags = readTags(Tags);
    requireCompliant(ours, 'transfer', tags);
    const id = newId(ctx, 'rt');
    const handshake = beginHandshake(ours, { action: 'TRANSFER_RESPONSIBILITY', ...party, notes: Notes, transfer: id });
    tx.put(Transfers, {
      organization: org.id,
      owner: org.managementAccount,
      id,
      name: SourceName,
      source: recipientOf(tx, party),
      sourceEmail: party.email ?? accountProfile(tx, Target.Id).email,
      status: 'REQUESTED',
      startsAt: StartTimestamp,
      handshake: handshake.id,
    });
    setTags(tx, arnOfId(ours, id), tags);
    notifyRecipient(tx, handshake);
    return { Handshake: toHandshake(tx, handshake) };
  },

  DescribeResponsibilityTransfer(ctx, { Id }) {
    const { transfer, direction } = requireTransfer(ctx, Id);
    return { ResponsibilityTransfer: toTransfer(ctx.tx, transfer, direction) };
  },

  UpdateResponsibilityTransfer(ctx, { Id, Name }) {
    const { transfer, direction } = requireTransfer(ctx, Id);
    return { ResponsibilityTransfer: toTransfer(ctx.tx, ctx.tx.put(Transfers, { ...transfer, name: Name }), direction) };
  },

  TerminateResponsibilityTransfer(ctx, { Id, EndTimestamp }) {
    const { transfer, direction } = requireTransfer(ctx, Id);
    if (transfer.status === 'WITHDRAWN') throw transferAlreadyInStatus();
    if (transfer.status !== 'ACCEPTED') throw invalidTransferTransition();
    const endsAt = EndTimestamp ?? endOfMonth(ctx.now);
    if (endsAt !== endOfMonth(endsAt)) throw invalidInput('END_DATE_NOT_END_OF_MONTH');
    if (endsAt < ctx.now) throw invalidInput('END_DATE_TOO_EARLY');
    const ended = ctx.tx.put(Transfers, { ...transfer, status: 'WITHDRAWN', endsAt });
    return { ResponsibilityTransfer: toTransfer(ctx.tx, ended, direction) };
  },

  ListInboundResponsibilityTransfers(ctx, { Id, ...page }) {
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    if (Id !== undefined && !tx.has(Transfers, [org.id, Id])) throw transferNotFound();
    const { items, NextToken } = scanPage(
      'ListInboundResponsibilityTransfers',
      page,
      (range) => tx.scan(Transfers, { prefix: Id === undefined ? org.id : [org.id, Id], ...range }),
      ({ id }) => [org.id, id],
    );
    return { ResponsibilityTransfers: items.map((transfer) => toTransfer(ctx.tx, transfer, 'inbound')), NextToken };
  },

  ListOutboundResponsibilityTransfers(ctx, page) {
    const { tx } = asManagement(ctx);
    const { items, NextToken } = scanPage(
      'ListOutboundResponsibilityTransfers',
      page,
      (range) => tx.scanIndex(Transfers, 'source', { prefix: ctx.account, ...range }),
      ({ id }) => [ctx.account, id],
    );
    return { ResponsibilityTransfers: items.map((transfer) => toTransfer(tx, transfer, 'outbound')), NextToken };
  },
});

/** Of either side. Throws ResponsibilityTransferNotFoundException. */
function requireTransfer(ctx: TxContext, id: string): { readonly transfer: Transfer; readonly direction: Direction } {
  const ours = asManagement(ctx);
  const inbound = ours.tx.get(Transfers, [ours.org.id, id]);
  const transfer = inbound ?? ctx.tx.find(Transfers, 'source', [ctx.account, id]) ?? fail(transferNotFound());
  return { transfer, direction: inbound ? 'inbound' : 'outbound' };
}

/** Bills change hands at the turn of a month. */
function checkStart(startsAt: number, now: number): void {
  const start = new Date(startsAt);
  if (start.getTime() % (24 * 3_600_000) !== 0) throw invalidInput('START_DATE_NOT_BEGINNING_OF_DAY');
  if (start.getUTCDate() !== 1) throw invalidInput('START_DATE_NOT_BEGINNING_OF_MONTH');
  if (startsAt <= now) throw invalidInput('START_DATE_TOO_EARLY');
}

/** Its last millisecond. */
function endOfMonth(ms: number): number {
  const day = new Date(ms);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1) - 1;
}
