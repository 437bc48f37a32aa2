/** AWS Organizations. What binds members (SCPs and RCPs) is told in facts.ts; the rest answers for itself. */
import { defineService } from '../../kernel';
import { access } from './access';
import { closingTimers } from './closing';
import { creationTimers } from './creation';
import { accountFacts, resourceFacts } from './facts';
import { handshakeTimers } from './handshakes';
import { accountOperations } from './operations/accounts';
import { delegationOperations } from './operations/delegation';
import { effectiveOperations } from './operations/effective';
import { handshakeOperations } from './operations/handshakes';
import { organizationOperations } from './operations/organization';
import { policyOperations } from './operations/policies';
import { resourcePolicyOperations } from './operations/resource-policy';
import { tagOperations } from './operations/tags';
import { transferOperations } from './operations/transfers';
import { unitOperations } from './operations/units';
import { Attachments, Creations, Delegations, Handshakes, Members, Organizations, Policies, Transfers, Units } from './state';
import { trail } from './trail';

export default defineService({
  id: 'organizations',
  isGlobal: true,
  operations: {
    ...organizationOperations,
    ...unitOperations,
    ...accountOperations,
    ...policyOperations,
    ...effectiveOperations,
    ...handshakeOperations,
    ...transferOperations,
    ...delegationOperations,
    ...resourcePolicyOperations,
    ...tagOperations,
  },
  access,
  facts: { account: accountFacts, resource: resourceFacts },
  trail,
  state: [Organizations, Members, Units, Policies, Attachments, Delegations, Creations, Handshakes, Transfers],
  timers: { ...creationTimers, ...closingTimers, ...handshakeTimers },
});
