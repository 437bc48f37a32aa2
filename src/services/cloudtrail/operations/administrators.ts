/** Delegated administrators: members that may do for the organization what its management account may. Organizations keeps them. */
import type { CloudTrail } from '../../../../generated/api/cloudtrail';
import { type AccountFacts, AwsError, defineOperations, fail, type TxContext } from '../../../kernel';
import {
  accountMissing,
  accountNotRegistered,
  accountRegistered,
  cannotDelegateManagement,
  dependencyDenied,
  notInOrganization,
  notOrganizationManagement,
  roleDenied,
  tooManyAdministrators,
} from '../errors';
import { ensureLinkedRole } from '../linked-role';
import { requireTrusting, sender } from '../organization';

/** User Guide, "Organization delegated administrator". */
const maxAdministrators = 3;

/** The caller's organization, of which the account has to be a member. */
function requireMember(ctx: TxContext, account: string): AccountFacts {
  const { organization } = ctx.accountFacts(ctx.account) ?? fail(notInOrganization());
  if (!organization.isManagement) throw notOrganizationManagement();
  const facts = requireTrusting(ctx, ctx.account);
  if (ctx.accountFacts(account)?.organization.id !== organization.id) throw accountMissing(account);
  return facts;
}

/** Asks Organizations, with the caller's own rights. */
function inOrganization(ctx: TxContext, operation: 'RegisterDelegatedAdministrator' | 'DeregisterDelegatedAdministrator', account: string) {
  try {
    ctx.call('organizations', operation, { AccountId: account, ServicePrincipal: sender }, { as: ctx.principal });
  } catch (error) {
    throw error instanceof AwsError && error.code.startsWith('AccessDenied') ? dependencyDenied(error.message) : error;
  }
  return {};
}

export const administratorOperations = defineOperations<CloudTrail>()({
  RegisterOrganizationDelegatedAdmin(ctx, { MemberAccountId: account }) {
    const { delegations, organization } = requireMember(ctx, account);
    if (account === organization.managementAccount) throw cannotDelegateManagement();
    const known = delegations.get(sender);
    if (known?.has(account)) throw accountRegistered(account);
    if (known && known.size >= maxAdministrators) throw tooManyAdministrators(maxAdministrators);
    ensureLinkedRole(ctx, organization.managementAccount, roleDenied);
    return inOrganization(ctx, 'RegisterDelegatedAdministrator', account);
  },

  DeregisterOrganizationDelegatedAdmin(ctx, { DelegatedAdminAccountId: account }) {
    const { delegations } = requireMember(ctx, account);
    if (!delegations.get(sender)?.has(account)) throw accountNotRegistered(account);
    return inOrganization(ctx, 'DeregisterDelegatedAdministrator', account);
  },
});
