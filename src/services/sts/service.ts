/** Security Token Service: who is calling, and temporary credentials: sealed, stateless, expiring by the virtual clock. */
import { defineService } from '../../kernel';
import { access } from './access';
import { assumeRoleOperations } from './operations/assume-role';
import { assumeRootOperations } from './operations/assume-root';
import { callerOperations } from './operations/callers';
import { tokenOperations } from './operations/tokens';

export default defineService({
  id: 'sts',
  operations: { ...callerOperations, ...tokenOperations, ...assumeRoleOperations, ...assumeRootOperations },
  access,
  // as CloudTrail's records of them say
  trail: { readOnly: { AssumeRole: true, AssumeRoleWithSAML: true, AssumeRoleWithWebIdentity: true, DecodeAuthorizationMessage: true } },
});
