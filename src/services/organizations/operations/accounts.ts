/** The accounts of an organization: made, moved, closed, removed, listed. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { accountProfile, defineOperations, fail, type TxContext } from '../../../kernel';
import { asManagement, asReader } from '../caller';
import { beginClosing } from '../closing';
import { beginCreation, type CreationRequest } from '../creation';
import {
  accountAlreadyClosed,
  accountNotFound,
  closingAlready,
  constraintViolation,
  creationNotFound,
  destinationParentNotFound,
  duplicateAccount,
  sourceParentNotFound,
} from '../errors';
import { findMember, type Ours } from '../lookup';
import { leave } from '../membership';
import { scanPage } from '../paging';
import { accountChanged } from '../rules';
import { Creations, type Member, Members } from '../state';
import { readTags, requireCompliant } from '../tags';
import { requireParent } from '../tree';
import { toAccount, toCreation } from '../wire';
import { membersPage } from './units';

export const accountOperations = defineOperations<Api>()({
  CreateAccount(ctx, { Email, AccountName, RoleName, Tags }) {
    return create(ctx, { email: Email, name: AccountName, roleName: RoleName, tags: readTags(Tags), isGovCloud: false });
  },

  CreateGovCloudAccount(ctx, { Email, AccountName, RoleName, Tags }) {
    return create(ctx, { email: Email, name: AccountName, roleName: RoleName, tags: readTags(Tags), isGovCloud: true });
  },

  DescribeCreateAccountStatus(ctx, { CreateAccountRequestId }) {
    const { tx, org } = asReader(ctx, 'DescribeCreateAccountStatus', { CreateAccountRequestId });
    return { CreateAccountStatus: toCreation(tx.get(Creations, [org.id, CreateAccountRequestId]) ?? fail(creationNotFound())) };
  },

  ListCreateAccountStatus(ctx, { States, ...page }) {
    const { tx, org } = asReader(ctx, 'ListCreateAccountStatus', {});
    const { items, NextToken } = scanPage(
      'ListCreateAccountStatus',
      page,
      (range) => tx.scan(Creations, { prefix: org.id, ...range }),
      ({ id }) => [org.id, id],
      ({ state }) => States === undefined || States.includes(state),
    );
    return { CreateAccountStatuses: items.map(toCreation), NextToken };
  },

  DescribeAccount(ctx, { AccountId }) {
    const ours = asReader(ctx, 'DescribeAccount', { AccountId });
    return { Account: toAccount(ours, requireMember(ours, AccountId)) };
  },

  ListAccounts(ctx, page) {
    const ours = asReader(ctx, 'ListAccounts', {});
    const { tx, org } = ours;
    const { items, NextToken } = scanPage(
      'ListAccounts',
      page,
      (range) => tx.scanIndex(Members, 'organization', { prefix: org.id, ...range }),
      (member) => [org.id, member.account],
    );
    return { Accounts: items.map((member) => toAccount(ours, member)), NextToken };
  },

  ListAccountsForParent(ctx, { ParentId, ...page }) {
    const ours = asReader(ctx, 'ListAccountsForParent', { ParentId });
    requireParent(ours, ParentId);
    const { items, NextToken } = membersPage(ours, 'ListAccountsForParent', ParentId, page);
    return { Accounts: items.map((member) => toAccount(ours, member)), NextToken };
  },

  MoveAccount(ctx, { AccountId, SourceParentId, DestinationParentId }) {
    const ours = asManagement(ctx);
    requireParent(ours, SourceParentId, sourceParentNotFound);
    requireParent(ours, DestinationParentId, destinationParentNotFound);
    const member = requireMember(ours, AccountId);
    if (member.parent === DestinationParentId && SourceParentId === DestinationParentId) throw duplicateAccount();
    // AWS was recorded to say so of an account that is elsewhere than the request says
    if (member.parent !== SourceParentId) throw accountNotFound();
    ours.tx.put(Members, { ...member, parent: DestinationParentId });
    accountChanged(ours, AccountId);
    return {};
  },

  RemoveAccountFromOrganization(ctx, { AccountId }) {
    const ours = asManagement(ctx);
    leave(ours, requireMember(ours, AccountId));
    return {};
  },

  CloseAccount(ctx, { AccountId }) {
    const ours = asManagement(ctx);
    if (ours.org.featureSet !== 'ALL') throw constraintViolation('ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
    requireMember(ours, AccountId);
    if (AccountId === ctx.account) throw constraintViolation('CANNOT_CLOSE_MANAGEMENT_ACCOUNT');
    const { state } = accountProfile(ours.tx, AccountId);
    if (state === 'PENDING_CLOSURE') throw closingAlready();
    if (state !== 'ACTIVE') throw accountAlreadyClosed();
    beginClosing(ours, AccountId);
    return {};
  },
});

function create(ctx: TxContext, request: CreationRequest) {
  const ours = asManagement(ctx);
  requireCompliant(ours, 'account', request.tags);
  return { CreateAccountStatus: toCreation(beginCreation(ctx, ours, request)) };
}

function requireMember(ours: Ours, account: string): Member {
  return findMember(ours, account) ?? fail(accountNotFound());
}
