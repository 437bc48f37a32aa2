/** What the operations on users, groups, roles, policies and instance profiles need to be allowed. */
import type { IAM } from '../../../generated/api/iam';
import type { Access } from '../../kernel';

export const identityAccess: Access<IAM> = {};
