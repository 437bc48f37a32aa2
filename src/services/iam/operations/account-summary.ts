/** How much of everything an account has, and may have. */
import type { IAM } from '../../../../generated/api/iam';
import { accountSettings, defineOperations, MfaDevices, type Tx } from '../../../kernel';
import { maxPolicyChars } from '../../../policy';
import { OidcProviders, SamlProviders, ServerCertificates, SigningCertificates } from '../credentials-state';
import { keysOf } from '../keys';
import {
  countOf,
  mostAttachedPolicies,
  mostGroupsPerUser,
  mostKeysPerUser,
  mostPerAccount,
  mostServerCertificates,
  mostSigningCertificatesPerUser,
  mostVersionsPerPolicy,
} from '../quotas';
import { findRootProfile } from '../root-profile';
import { accountDevices } from './mfa-devices';

export const accountSummaryOperations = defineOperations<IAM>()({
  GetAccountSummary: ({ tx }) => ({
    SummaryMap: { ...entities(tx), ...credentials(tx), ...quotas, GlobalEndpointTokenVersion: accountSettings(tx).tokenVersion },
  }),
});

function entities(tx: Tx) {
  return {
    Users: countOf(tx, 'users'),
    Groups: countOf(tx, 'groups'),
    Roles: countOf(tx, 'roles'),
    Policies: countOf(tx, 'policies'),
    PolicyVersionsInUse: countOf(tx, 'policyVersions'),
    InstanceProfiles: countOf(tx, 'instanceProfiles'),
    Providers: tx.scan(OidcProviders).length + tx.scan(SamlProviders).length,
    ServerCertificates: tx.scan(ServerCertificates).length,
  };
}

/** Of root, whose number is the account's, and devices of all. */
function credentials(tx: Tx) {
  const { account } = tx.place;
  const devices = accountDevices(tx);
  const hasSigningCertificate = tx.scanIndex(SigningCertificates, 'owner', { prefix: account, limit: 1 }).length > 0;
  return {
    AccountAccessKeysPresent: keysOf(tx, account).length > 0 ? 1 : 0,
    AccountMFAEnabled: tx.find(MfaDevices, 'principal', [account, account]) ? 1 : 0,
    AccountPasswordPresent: findRootProfile(tx) ? 1 : 0,
    AccountSigningCertificatesPresent: hasSigningCertificate ? 1 : 0,
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(({ owner }) => owner !== undefined).length,
  };
}

const quotas = {
  UsersQuota: mostPerAccount('users'),
  GroupsQuota: mostPerAccount('groups'),
  RolesQuota: mostPerAccount('roles'),
  PoliciesQuota: mostPerAccount('policies'),
  PolicyVersionsInUseQuota: mostPerAccount('policyVersions'),
  InstanceProfilesQuota: mostPerAccount('instanceProfiles'),
  ServerCertificatesQuota: mostServerCertificates,
  AccessKeysPerUserQuota: mostKeysPerUser,
  SigningCertificatesPerUserQuota: mostSigningCertificatesPerUser,
  GroupsPerUserQuota: mostGroupsPerUser,
  AttachedPoliciesPerUserQuota: mostAttachedPolicies,
  AttachedPoliciesPerGroupQuota: mostAttachedPolicies,
  AttachedPoliciesPerRoleQuota: mostAttachedPolicies,
  VersionsPerPolicyQuota: mostVersionsPerPolicy,
  PolicySizeQuota: maxPolicyChars.managed,
  UserPolicySizeQuota: maxPolicyChars.inlineUser,
  GroupPolicySizeQuota: maxPolicyChars.inlineGroup,
  RolePolicySizeQuota: maxPolicyChars.inlineRole,
  AssumeRolePolicySizeQuota: maxPolicyChars.trust,
} as const;
