/** The caller's organization, and what the caller may do for it (User Guide, "Organization delegated administrator"). */
import { type AccountFacts, fail, type TxContext } from '../../kernel';
import { accessNotEnabled, notAllFeatures, notInOrganization, notManagementAccount } from './errors';

/** CloudTrail, as Organizations and policies name it. */
export const sender = 'cloudtrail.amazonaws.com';

/** The organization that the caller's account is in. */
export function organizationOf(ctx: TxContext): string | undefined {
  return ctx.accountFacts(ctx.account)?.organization.id;
}

/** The management account for which the caller's administers CloudTrail, and which owns what it makes; undefined for all others. */
export function administeredFor(ctx: TxContext): string | undefined {
  const facts = ctx.accountFacts(ctx.account);
  return facts?.delegations.get(sender)?.has(ctx.account) ? facts.organization.managementAccount : undefined;
}

/** An organization that takes part in CloudTrail, as its management account sees it. Throws what keeps it from that. */
export function requireTrusting(ctx: TxContext, account: string): AccountFacts {
  const facts = ctx.accountFacts(account) ?? fail(notInOrganization());
  if (!facts.hasAllFeatures) throw notAllFeatures();
  if (!facts.trustedServices.has(sender)) throw accessNotEnabled();
  return facts;
}

interface TrailOwner {
  readonly organization: string;
  /** The management account, whoever asks. */
  readonly account: string;
}

/** Whose a trail of the whole organization is, when the caller may have one. */
export function requireOrganization(ctx: TxContext): TrailOwner {
  const { organization } = ctx.accountFacts(ctx.account) ?? fail(notInOrganization());
  if (!organization.isManagement && administeredFor(ctx) === undefined) throw notManagementAccount();
  return { organization: requireTrusting(ctx, ctx.account).organization.id, account: organization.managementAccount };
}
