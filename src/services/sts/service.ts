/** Security Token Service: who is calling, and temporary credentials: sealed, stateless, expiring by the virtual clock. */
import { defineService } from '../../kernel';
import { access } from './access';
import { KnownIssuers } from './issuers';
import { getIssuerDocument, wire } from './issuing';
import { assumeRoleOperations } from './operations/assume-role';
import { samlOperations } from './operations/assume-role-with-saml';
import { webIdentityOperations } from './operations/assume-role-with-web-identity';
import { assumeRootOperations } from './operations/assume-root';
import { callerOperations } from './operations/callers';
import { delegationOperations } from './operations/get-delegated-access-token';
import { outboundOperations } from './operations/get-web-identity-token';
import { tokenOperations } from './operations/tokens';
import { TokenKeys } from './token-keys';
import { trail } from './trail';

export default defineService({
  id: 'sts',
  operations: {
    ...callerOperations,
    ...tokenOperations,
    ...assumeRoleOperations,
    ...webIdentityOperations,
    ...samlOperations,
    ...assumeRootOperations,
    ...outboundOperations,
    ...delegationOperations,
    GetIssuerDocument: getIssuerDocument,
  },
  state: [KnownIssuers, TokenKeys],
  access,
  wire,
  trail,
});
