/** Which account a call is about: the caller's own, or a member of the organization that it manages. */
import { type AccessNeed, AwsError, type Tx, type TxContext } from '../../kernel';
import { managementAlone, noSuchMember, noTrustedAccess, notAuthorized } from './errors';

const accountManagement = 'account.amazonaws.com';

/** Whose, and the transaction as that account sees it. */
export interface Subject {
  readonly account: string;
  readonly tx: Tx;
}

type Conditions = NonNullable<AccessNeed['conditions']>;

/** Own account when none is named. Throws AccessDeniedException, and ResourceNotFoundException for strangers. */
export function subjectOf(ctx: TxContext, action: string, account: string | undefined, conditions: Conditions = {}): Subject {
  return account === undefined ? { account: ctx.account, tx: ctx.tx } : memberOf(ctx, action, account, conditions);
}

/** A member, where the API is for managing those alone. */
export function memberOf(ctx: TxContext, action: string, account: string, conditions: Conditions = {}): Subject {
  const org = organizationOf(ctx);
  if (!org) throw notAuthorized(ctx.principal, action);
  const resource = `arn:${ctx.partition}:account::${org.management}:account/${org.id}/${account}`;
  ctx.authorise({ action: `account:${action}`, resource, conditions });
  if (account === org.management) throw notAuthorized(ctx.principal, action, managementAlone);
  if (!org.hasAllFeatures || !isTrusted(ctx, org.management)) throw notAuthorized(ctx.principal, action, noTrustedAccess);
  if (ctx.account !== org.management && !isDelegated(ctx, org.management)) throw notAuthorized(ctx.principal, action);
  requireMember(ctx, org.management, account);
  return { account, tx: ctx.tx.in({ account }) };
}

function organizationOf(ctx: TxContext) {
  const Organization = unless('AWSOrganizationsNotInUseException', () => {
    return ctx.call('organizations', 'DescribeOrganization', {}).Organization;
  });
  const { Id: id, MasterAccountId: management, FeatureSet } = Organization ?? {};
  if (id === undefined || management === undefined) return undefined;
  return { id, management, hasAllFeatures: FeatureSet === 'ALL' };
}

function isTrusted(ctx: TxContext, management: string): boolean {
  return pagesOf((NextToken) => {
    const { EnabledServicePrincipals = [], NextToken: next } = ctx.call(
      'organizations',
      'ListAWSServiceAccessForOrganization',
      { NextToken },
      { place: { account: management } },
    );
    return { items: EnabledServicePrincipals, next };
  }).some(({ ServicePrincipal }) => ServicePrincipal === accountManagement);
}

function isDelegated(ctx: TxContext, management: string): boolean {
  return pagesOf((NextToken) => {
    const { DelegatedAdministrators = [], NextToken: next } = ctx.call(
      'organizations',
      'ListDelegatedAdministrators',
      { ServicePrincipal: accountManagement, NextToken },
      { place: { account: management } },
    );
    return { items: DelegatedAdministrators, next };
  }).some(({ Id }) => Id === ctx.account);
}

function requireMember(ctx: TxContext, management: string, AccountId: string): void {
  const found = unless('AccountNotFoundException', () => {
    return ctx.call('organizations', 'DescribeAccount', { AccountId }, { place: { account: management } }).Account;
  });
  if (!found) throw noSuchMember();
}

/** All there is, page by page. */
function pagesOf<T>(page: (token: string | undefined) => { readonly items: readonly T[]; readonly next: string | undefined }): T[] {
  const all: T[] = [];
  for (let token: string | undefined; ; ) {
    const { items, next } = page(token);
    all.push(...items);
    if (next === undefined) return all;
    token = next;
  }
}

/** What is asked, or undefined when the answer is this error. */
function unless<T>(code: string, ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof AwsError && error.code === code) return undefined;
    throw error;
  }
}
