/** Permissions boundaries. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations, fail, type Tx } from '../../../kernel';
import { holdBoundary, releaseBoundary } from '../boundary';
import { noSuchEntity } from '../errors';
import { requireOwnRole, requireUser } from '../lookup';
import { type Role, Roles, type User, Users } from '../state';

export const boundaryOperations = defineOperations<IAM>()({
  PutUserPermissionsBoundary({ tx }, { UserName, PermissionsBoundary }) {
    tx.put(Users, withBoundary(tx, requireUser(tx, UserName), PermissionsBoundary));
    return {};
  },
  PutRolePermissionsBoundary({ tx }, { RoleName, PermissionsBoundary }) {
    tx.put(Roles, withBoundary(tx, requireOwnRole(tx, RoleName), PermissionsBoundary));
    return {};
  },
  DeleteUserPermissionsBoundary({ tx }, { UserName }) {
    tx.put(Users, withoutBoundary(tx, 'user', requireUser(tx, UserName)));
    return {};
  },
  DeleteRolePermissionsBoundary({ tx }, { RoleName }) {
    tx.put(Roles, withoutBoundary(tx, 'role', requireOwnRole(tx, RoleName)));
    return {};
  },
});

function withBoundary<T extends User | Role>(tx: Tx, entity: T, arn: string): T {
  const boundary = holdBoundary(tx, arn);
  releaseBoundary(tx, entity.boundary);
  accessChanged(tx);
  return { ...entity, boundary };
}

/** The model lets it fail for those who have none; the sentence is a guess. */
function withoutBoundary<T extends User | Role>(tx: Tx, kind: string, entity: T): T {
  if (entity.boundary === undefined) fail(noSuchEntity(`The ${kind} with name ${entity.name} has no permissions boundary.`));
  releaseBoundary(tx, entity.boundary);
  accessChanged(tx);
  return { ...entity, boundary: undefined };
}
