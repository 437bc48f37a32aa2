/** AWS Identity and Access Management. */
import { defineService } from '../../kernel';
import { identityAccess } from './access';
import { credentialAccess } from './credential-access';
import { credentialOperations } from './credential-operations';
import { credentialState } from './credentials-state';
import { delegationAccess } from './delegation-access';
import { delegationTimers } from './delegation-life';
import { DelegationRequests } from './delegation-state';
import { invalidInput } from './errors';
import { facts } from './facts';
import { accessKeyOperations } from './operations/access-keys';
import { accountDetailOperations } from './operations/account-details';
import { accountSummaryOperations } from './operations/account-summary';
import { attachedPolicyOperations } from './operations/attached-policies';
import { boundaryOperations } from './operations/boundaries';
import { delegationOperations } from './operations/delegation-requests';
import { groupOperations } from './operations/groups';
import { inlinePolicyOperations } from './operations/inline-policies';
import { instanceProfileOperations } from './operations/instance-profiles';
import { policyOperations } from './operations/policies';
import { policyUsageOperations } from './operations/policy-usage';
import { roleOperations } from './operations/roles';
import { serviceLinkedRoleOperations } from './operations/service-linked-roles';
import { tagOperations } from './operations/tags';
import { userOperations } from './operations/users';
import { policyState } from './policy-state';
import { identityState } from './state';
import { trail } from './trail';

export default defineService({
  id: 'iam',
  isGlobal: true,
  operations: {
    ...userOperations,
    ...groupOperations,
    ...roleOperations,
    ...instanceProfileOperations,
    ...accessKeyOperations,
    ...policyOperations,
    ...attachedPolicyOperations,
    ...inlinePolicyOperations,
    ...boundaryOperations,
    ...policyUsageOperations,
    ...serviceLinkedRoleOperations,
    ...tagOperations,
    ...accountDetailOperations,
    ...accountSummaryOperations,
    ...credentialOperations,
    ...delegationOperations,
  },
  access: {
    ...identityAccess,
    ...credentialAccess,
    ...delegationAccess,
  },
  facts,
  // Users and roles can only be reported (Organizations User Guide, "Services and resource types that support enforcement"); the code is a guess.
  tagPolicy: {
    types: ['instance-profile', 'mfa', 'oidc-provider', 'policy', 'saml-provider', 'server-certificate'],
    refusal: invalidInput,
  },
  trail,
  timers: delegationTimers,
  state: [...identityState, ...policyState, ...credentialState, DelegationRequests],
});
