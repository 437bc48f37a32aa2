/** How many of each there may be: AWS's default quotas (IAM User Guide, "IAM and AWS STS quotas"). */
import type { Tx } from '../../kernel';
import { quotaExceeded } from './errors';
import { EntityCounts, type HolderKind } from './policy-state';

const perAccount = {
  users: { quota: 'UsersPerAccount', most: 5000 },
  groups: { quota: 'GroupsPerAccount', most: 300 },
  roles: { quota: 'RolesPerAccount', most: 1000 },
  policies: { quota: 'PoliciesPerAccount', most: 1500 },
  instanceProfiles: { quota: 'InstanceProfilesPerAccount', most: 1000 },
  /** All versions of all policies; only the summary tells of it. */
  policyVersions: { quota: 'PolicyVersionsInUse', most: 10_000 },
} as const;

type Counted = keyof typeof perAccount;

export const mostPerAccount = (what: Counted): number => perAccount[what].most;
export const countOf = (tx: Tx, what: Counted): number => tx.count(EntityCounts, what);

/** Counts one more; throws LimitExceeded when there are as many as there may be. */
export function countOneMore(tx: Tx, what: Counted): void {
  const { quota, most } = perAccount[what];
  if (countOf(tx, what) >= most) throw quotaExceeded(quota, most);
  tx.add(EntityCounts, what, 1);
}

export function countOneLess(tx: Tx, what: Counted): void {
  tx.add(EntityCounts, what, -1);
}

export const mostServerCertificates = 20;
/** As many as users. */
export const mostMfaDevices = 5000;
export const mostGroupsPerUser = 10;
export const mostKeysPerUser = 2;
export const mostVersionsPerPolicy = 5;
export const mostAttachedPolicies = 10;
export const mostMfaDevicesPerUser = 8;
export const mostSigningCertificatesPerUser = 2;
export const mostSshKeysPerUser = 5;
/** Per user and service. */
export const mostServiceCredentials = 2;
/** Of OpenID Connect. */
export const mostOidcProviders = 100;
export const mostClientIdsPerProvider = 100;
export const mostThumbprintsPerProvider = 5;
/** On one resource. */
export const mostTags = 50;

export const attachedPoliciesQuota: Readonly<Record<HolderKind, string>> = {
  user: 'PoliciesPerUser',
  group: 'PoliciesPerGroup',
  role: 'PoliciesPerRole',
};
