/** Roles: trust, session length, description. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations, type Tx } from '../../../kernel';
import { attachmentsOf, inlinePoliciesOf } from '../attachments';
import { holdBoundary, releaseBoundary } from '../boundary';
import { invalidInput, mustFirst, nameTaken, protectedRole } from '../errors';
import { nameKey, uniqueId } from '../ids';
import { findRole, requireOwnRole, requireRole } from '../lookup';
import { scannedPage } from '../paging';
import { countOneLess, countOneMore } from '../quotas';
import { InstanceProfiles, type Role, Roles } from '../state';
import { caselessTags } from '../tag-rules';
import { readTrust } from '../trust';
import { toListedRole, toRole } from '../wire';

const defaultSessionSeconds = 3600;
const reservedPath = "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles";

export const roleOperations = defineOperations<IAM>()({
  CreateRole({ tx, now }, input) {
    const { RoleName, AssumeRolePolicyDocument, Path, Description, MaxSessionDuration, PermissionsBoundary, Tags } = input;
    if (Path?.startsWith('/aws-service-role/')) throw invalidInput(reservedPath);
    const tags = caselessTags.read(Tags);
    const trust = readTrust(tx, AssumeRolePolicyDocument);
    if (findRole(tx, RoleName)) throw nameTaken('Role', RoleName);
    countOneMore(tx, 'roles');
    const role: Role = {
      name: RoleName,
      path: Path ?? '/',
      id: uniqueId('role', tx),
      createdAt: now,
      trust,
      description: Description,
      maxSessionSeconds: MaxSessionDuration ?? defaultSessionSeconds,
      boundary: PermissionsBoundary === undefined ? undefined : holdBoundary(tx, PermissionsBoundary),
    };
    tx.put(Roles, role, { tags });
    accessChanged(tx);
    const { MaxSessionDuration: seconds, RoleLastUsed: _, ...created } = toRole({ tx, uses: neverUsed }, role);
    return { Role: { ...created, ...(MaxSessionDuration !== undefined && { MaxSessionDuration: seconds }) } };
  },

  GetRole(ctx, { RoleName }) {
    return { Role: toRole(ctx, requireRole(ctx.tx, RoleName)) };
  },

  ListRoles({ tx }, input) {
    const { PathPrefix = '/' } = input;
    const { items, end } = scannedPage('roles', input, {
      read: (range) => tx.scan(Roles, range),
      keyOf: (role) => nameKey(role.name),
      keep: (role) => role.path.startsWith(PathPrefix),
    });
    return { Roles: items.map((role) => toListedRole(tx, role)), ...end };
  },

  /** Who leaves the session's length out sets it to the default (API reference, UpdateRole). */
  UpdateRole({ tx }, { RoleName, Description, MaxSessionDuration = defaultSessionSeconds }) {
    const role = requireDescribable(tx, RoleName, MaxSessionDuration);
    tx.put(Roles, { ...role, description: Description ?? role.description, maxSessionSeconds: MaxSessionDuration });
    return {};
  },

  UpdateRoleDescription(ctx, { RoleName, Description }) {
    const role = ctx.tx.put(Roles, { ...requireRole(ctx.tx, RoleName), description: Description });
    return { Role: toRole(ctx, role) };
  },

  UpdateAssumeRolePolicy({ tx }, { RoleName, PolicyDocument }) {
    const role = requireOwnRole(tx, RoleName);
    tx.put(Roles, { ...role, trust: readTrust(tx, PolicyDocument) });
    accessChanged(tx);
    return {};
  },

  DeleteRole({ tx }, { RoleName }) {
    const role = requireOwnRole(tx, RoleName);
    if (tx.find(InstanceProfiles, 'role', role.id)) throw mustFirst('remove roles from instance profile');
    if (attachmentsOf(tx, role.id).length > 0) throw mustFirst('detach all policies');
    if (inlinePoliciesOf(tx, role.id).length > 0) throw mustFirst('delete policies');
    removeRole(tx, role);
    return {};
  },
});

/** Of a service's role everybody may change the description, and that only (IAM User Guide, "Edit a service-linked role description"). */
function requireDescribable(tx: Tx, name: string, maxSessionSeconds: number): Role {
  const role = requireRole(tx, name);
  if (role.linkedService !== undefined && maxSessionSeconds !== role.maxSessionSeconds) throw protectedRole(role.name);
  return role;
}

/** With nothing hanging on it any more. */
export function removeRole(tx: Tx, role: Role): void {
  releaseBoundary(tx, role.boundary);
  tx.delete(Roles, role);
  countOneLess(tx, 'roles');
  accessChanged(tx);
}

const neverUsed = { ofEntity: () => [] };
