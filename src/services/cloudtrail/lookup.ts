/** Finds trails by name and ARN, as the region and the account of the caller see them. */
import { AwsError, fail, type Tx, type TxContext } from '../../kernel';
import { notHomeRegion, trailNotFound } from './errors';
import { checkTrailName, parseTrailArn } from './names';
import { type Trail, Trails } from './state';

/** Throws what AWS answers for names that are none, and TrailNotFoundException. A name means a trail made in this region. */
export function requireTrail(ctx: TxContext, nameOrArn: string): Trail {
  return findTrail(ctx, nameOrArn) ?? fail(trailNotFound(nameOrArn, ctx.account));
}

/** The same for calls that change it: they must be made where it was made, by the account that made it. */
export function requireOwnTrail(ctx: TxContext, nameOrArn: string): Trail {
  const trail = requireTrail(ctx, nameOrArn);
  if (trail.account !== ctx.account) throw trailNotFound(nameOrArn, ctx.account);
  if (trail.region !== ctx.region) throw notHomeRegion(trail.region);
  return trail;
}

export function findTrail(ctx: TxContext, nameOrArn: string): Trail | undefined {
  if (!nameOrArn.startsWith('arn:')) {
    checkTrailName(nameOrArn);
    return ctx.tx.get(Trails, [ctx.account, ctx.region, nameOrArn]);
  }
  const { account, region, name } = parseTrailArn(nameOrArn);
  const trail = ctx.tx.get(Trails, [account, region, name]);
  return trail && isSeen(ctx, trail) ? trail : undefined;
}

/** Every trail of the account that works in this region: made here, or reaching here. */
export function trailsHere(ctx: TxContext): Trail[] {
  return trailsSeen(ctx).filter((trail) => trail.region === ctx.region || trail.isMultiRegion);
}

/** Those of the account, and those of its organization. */
export function trailsSeen(ctx: TxContext): Trail[] {
  const own = trailsOf(ctx.tx, ctx.account);
  const shared = ctx.tx.scanIndex(Trails, 'organization').filter(({ account }) => account !== ctx.account);
  if (shared.length === 0) return own;
  const organization = organizationOf(ctx)?.id;
  return [...own, ...shared.filter((trail) => trail.organization === organization)];
}

export function trailsOf(tx: Tx, account: string): Trail[] {
  return tx.scan(Trails, { prefix: account });
}

function isSeen(ctx: TxContext, trail: Trail): boolean {
  if (trail.region !== ctx.region && !trail.isMultiRegion) return false;
  if (trail.account === ctx.account) return true;
  return trail.organization !== undefined && trail.organization === organizationOf(ctx)?.id;
}

export interface Membership {
  readonly id: string;
  readonly managementAccount: string;
  readonly hasAllFeatures: boolean;
}

/** The organization that the caller's account is in. */
export function organizationOf(ctx: TxContext): Membership | undefined {
  try {
    const { Organization: found } = ctx.call('organizations', 'DescribeOrganization', {});
    return found && { id: found.Id ?? '', managementAccount: found.MasterAccountId ?? '', hasAllFeatures: found.FeatureSet === 'ALL' };
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AWSOrganizationsNotInUseException') return undefined;
    throw error;
  }
}
