/** How near caller and resource are to each other: messages and explanations tell strangers less. */
import type { AccessRequest, Membership } from './request';

/** Whether two accounts stand in one organization; those outside of any stand in none together. */
export function isSameOrganization(a: Pick<Membership, 'id'> | undefined, b: Pick<Membership, 'id'> | undefined): boolean {
  return a !== undefined && a.id === b?.id;
}

/** Whether the resource is the caller's account's, or that of an account of its organization. */
export function isNearby({ caller, resource }: AccessRequest): boolean {
  const isOwn = resource.account === undefined || resource.account === caller.account;
  return isOwn || isSameOrganization(caller.organization, resource.organization);
}
