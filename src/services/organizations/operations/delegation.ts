/** What services may do in the organization, and which members administer them. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { accessChanged, accountProfile, defineOperations, fail } from '../../../kernel';
import { asManagement, asReader } from '../caller';
import { accountNotFound, alreadyRegistered, constraintViolation, invalidInput, notRegistered } from '../errors';
import { findMember, type Ours } from '../lookup';
import { listPage } from '../paging';
import { rulesOf } from '../policy-types';
import { Delegations, Organizations } from '../state';
import { isTrustedService } from '../trusted-services';
import { toAdministrator } from '../wire';

export const delegationOperations = defineOperations<Api>()({
  EnableAWSServiceAccess(ctx, { ServicePrincipal }) {
    const ours = asManagement(ctx);
    requireAllFeatures(ours);
    requireService(ServicePrincipal);
    const others = ours.org.services.filter(({ principal }) => principal !== ServicePrincipal);
    if (others.length < ours.org.services.length) return {}; // idempotent, and keeps its date
    ours.tx.put(Organizations, { ...ours.org, services: [...others, { principal: ServicePrincipal, enabledAt: ctx.now }] });
    accessChanged(ours.tx);
    return {};
  },

  DisableAWSServiceAccess(ctx, { ServicePrincipal }) {
    const { tx, org } = asManagement(ctx);
    requireService(ServicePrincipal);
    if (org.policyTypes.some((type) => rulesOf[type].service === ServicePrincipal)) {
      throw constraintViolation('POLICY_TYPE_ENABLED_FOR_THIS_SERVICE');
    }
    if (tx.scan(Delegations, { prefix: org.id }).some(({ service }) => service === ServicePrincipal)) {
      throw constraintViolation('DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE');
    }
    tx.put(Organizations, { ...org, services: org.services.filter(({ principal }) => principal !== ServicePrincipal) });
    accessChanged(tx);
    return {};
  },

  ListAWSServiceAccessForOrganization(ctx, page) {
    const ours = asReader(ctx, 'ListAWSServiceAccessForOrganization', {});
    requireAllFeatures(ours);
    const { items, NextToken } = listPage('ListAWSServiceAccessForOrganization', page, ours.org.services);
    const EnabledServicePrincipals = items.map(({ principal, enabledAt }) => ({ ServicePrincipal: principal, DateEnabled: enabledAt }));
    return { EnabledServicePrincipals, NextToken };
  },

  RegisterDelegatedAdministrator(ctx, { AccountId, ServicePrincipal }) {
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    requireAllFeatures(ours);
    requireService(ServicePrincipal);
    if (AccountId === org.managementAccount) throw constraintViolation('CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR');
    if (!findMember(ours, AccountId)) throw accountNotFound();
    if (accountProfile(tx, AccountId).state !== 'ACTIVE') {
      throw constraintViolation('CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR');
    }
    if (!org.services.some(({ principal }) => principal === ServicePrincipal)) throw constraintViolation('SERVICE_ACCESS_NOT_ENABLED');
    if (tx.has(Delegations, [org.id, AccountId, ServicePrincipal])) throw alreadyRegistered();
    const owned = { organization: org.id, owner: org.managementAccount };
    tx.put(Delegations, { ...owned, account: AccountId, service: ServicePrincipal, enabledAt: ctx.now });
    accessChanged(tx);
    return {};
  },

  DeregisterDelegatedAdministrator(ctx, { AccountId, ServicePrincipal }) {
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    requireService(ServicePrincipal);
    if (AccountId === org.managementAccount) throw constraintViolation('CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR');
    if (!findMember(ours, AccountId)) throw accountNotFound();
    tx.delete(Delegations, tx.get(Delegations, [org.id, AccountId, ServicePrincipal]) ?? fail(notRegistered()));
    accessChanged(tx);
    return {};
  },

  ListDelegatedAdministrators(ctx, { ServicePrincipal, ...page }) {
    const ours = asReader(ctx, 'ListDelegatedAdministrators', { ServicePrincipal });
    if (ServicePrincipal !== undefined) requireService(ServicePrincipal);
    const { items, NextToken } = listPage('ListDelegatedAdministrators', page, administratorsOf(ours, ServicePrincipal));
    return { DelegatedAdministrators: [...items], NextToken };
  },

  ListDelegatedServicesForAccount(ctx, { AccountId, ...page }) {
    const ours = asReader(ctx, 'ListDelegatedServicesForAccount', { AccountId });
    if (!findMember(ours, AccountId)) throw accountNotFound();
    const delegations = ours.tx.scan(Delegations, { prefix: [ours.org.id, AccountId] });
    if (delegations.length === 0) throw notRegistered();
    const { items, NextToken } = listPage('ListDelegatedServicesForAccount', page, delegations);
    const DelegatedServices = items.map(({ service, enabledAt }) => ({ ServicePrincipal: service, DelegationEnabledDate: enabledAt }));
    return { DelegatedServices, NextToken };
  },
});

/** Each account once, since its first delegation. */
function administratorsOf(ours: Ours, service: string | undefined) {
  const since = new Map<string, number>();
  for (const { account, service: delegated, enabledAt } of ours.tx.scan(Delegations, { prefix: ours.org.id })) {
    if (service !== undefined && delegated !== service) continue;
    since.set(account, Math.min(since.get(account) ?? enabledAt, enabledAt));
  }
  return [...since].flatMap(([account, enabledAt]) => {
    const member = findMember(ours, account);
    return member ? [{ ...toAdministrator(ours, member), DelegationEnabledDate: enabledAt }] : [];
  });
}

function requireService(principal: string): void {
  if (!isTrustedService(principal)) throw invalidInput('UNRECOGNIZED_SERVICE_PRINCIPAL');
}

function requireAllFeatures({ org }: Ours): void {
  if (org.featureSet !== 'ALL') throw constraintViolation('ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
}
