/** Which account a call is about: the caller's own, or a member of the organization that it manages. */
import type { AccessNeed, Tx, TxContext } from '../../kernel';
import { managementAlone, noMember, noTrustedAccess, notAuthorized } from './errors';

const accountManagement = 'account.amazonaws.com';

/** Whose, and the transaction as that account sees it. */
interface Subject {
  readonly account: string;
  readonly tx: Tx;
}

type Conditions = NonNullable<AccessNeed['conditions']>;

/** Own account when none is named. Throws AccessDeniedException. */
export function subjectOf(ctx: TxContext, action: string, account: string | undefined, conditions: Conditions = {}): Subject {
  return account === undefined ? { account: ctx.account, tx: ctx.tx } : memberOf(ctx, action, account, conditions);
}

/** A member, where the API is for managing those alone. */
export function memberOf(ctx: TxContext, action: string, account: string, conditions: Conditions = {}): Subject {
  const facts = ctx.accountFacts(ctx.account);
  if (!facts) throw notAuthorized(ctx.principal, action);
  const { id, managementAccount, isManagement } = facts.organization;
  const resource = `arn:${ctx.partition}:account::${managementAccount}:account/${id}/${account}`;
  ctx.authorise({ action: `account:${action}`, resource, conditions });
  if (account === managementAccount) throw notAuthorized(ctx.principal, action, managementAlone);
  if (!facts.hasAllFeatures || !facts.trustedServices.has(accountManagement)) {
    throw notAuthorized(ctx.principal, action, noTrustedAccess);
  }
  if (!isManagement && !facts.delegations.get(accountManagement)?.has(ctx.account)) throw notAuthorized(ctx.principal, action);
  if (ctx.accountFacts(account)?.organization.id !== id) throw notAuthorized(ctx.principal, action, noMember);
  return { account, tx: ctx.tx.in({ account }) };
}
