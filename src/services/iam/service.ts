/** AWS Identity and Access Management. */
import { defineService } from '../../kernel';
import { identityAccess } from './access';
import { userOperations } from './operations/users';
import { identityState } from './state';

export default defineService({
  id: 'iam',
  isGlobal: true,
  operations: {
    ...userOperations,
  },
  access: {
    ...identityAccess,
  },
  state: [...identityState],
});
