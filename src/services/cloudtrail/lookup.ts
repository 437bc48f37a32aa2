/** Finds trails by name and ARN, as the region and the account of the caller see them. */
import { fail, type Tx, type TxContext } from '../../kernel';
import { notHomeRegion, notManagementAccount, trailNotFound } from './errors';
import { checkTrailName, parseTrailArn } from './names';
import { administeredFor, organizationOf } from './organization';
import { type Trail, Trails } from './state';

/** Throws what AWS answers for names that are none, and TrailNotFoundException. A name means a trail made in this region. */
export function requireTrail(ctx: TxContext, nameOrArn: string): Trail {
  return findTrail(ctx, nameOrArn) ?? fail(trailNotFound(nameOrArn, ctx.account));
}

/** The same for calls that change it: they must be made where it was made, by whoever may administer it. Members only see it. */
export function requireOwnTrail(ctx: TxContext, nameOrArn: string): Trail {
  const trail = requireTrail(ctx, nameOrArn);
  if (!isAdministered(ctx, trail)) throw notManagementAccount();
  if (trail.region !== ctx.region) throw notHomeRegion(trail.region);
  return trail;
}

/** Own trails and, for a delegated administrator, those of the organization. */
export function isAdministered(ctx: TxContext, { account, organization }: Trail): boolean {
  return account === ctx.account || (organization !== undefined && account === administeredFor(ctx));
}

export function findTrail(ctx: TxContext, nameOrArn: string): Trail | undefined {
  if (!nameOrArn.startsWith('arn:')) {
    checkTrailName(nameOrArn);
    return ctx.tx.get(Trails, [ctx.account, ctx.region, nameOrArn]) ?? findAdministered(ctx, nameOrArn);
  }
  const { account, region, name } = parseTrailArn(nameOrArn);
  const trail = ctx.tx.get(Trails, [account, region, name]);
  return trail && isSeen(ctx, trail) ? trail : undefined;
}

/** An organization's trail, named by its delegated administrator. That names do, and not ARNs alone, is a guess. */
function findAdministered(ctx: TxContext, name: string): Trail | undefined {
  const owner = administeredFor(ctx);
  const trail = owner === undefined ? undefined : ctx.tx.get(Trails, [owner, ctx.region, name]);
  return trail?.organization === undefined ? undefined : trail;
}

/** Every trail of the account that works in this region: made here, or reaching here. */
export function trailsHere(ctx: TxContext): Trail[] {
  return trailsSeen(ctx).filter((trail) => trail.region === ctx.region || trail.isMultiRegion);
}

/** Those of the account, and those of its organization. */
export function trailsSeen(ctx: TxContext): Trail[] {
  const own = trailsOf(ctx.tx, ctx.account);
  const organization = organizationOf(ctx);
  if (organization === undefined) return own;
  return [...own, ...ctx.tx.scanIndex(Trails, 'organization', { prefix: organization }).filter(({ account }) => account !== ctx.account)];
}

export function trailsOf(tx: Tx, account: string): Trail[] {
  return tx.scan(Trails, { prefix: account });
}

function isSeen(ctx: TxContext, trail: Trail): boolean {
  if (trail.region !== ctx.region && !trail.isMultiRegion) return false;
  if (trail.account === ctx.account) return true;
  return trail.organization !== undefined && trail.organization === organizationOf(ctx);
}
