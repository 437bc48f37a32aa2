/** Who uses a policy, and which policies let somebody use a service. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, type Tx } from '../../../kernel';
import { attachmentsOf, inlinePoliciesOf } from '../attachments';
import { type Entity, entityOfId, requireEntityByArn } from '../entities';
import { grantsService } from '../granted-services';
import { holderOf } from '../holders';
import { documentOf, policyByArn, requireManagedPolicy } from '../managed-policies/managed';
import { listedPage } from '../paging';
import { Attachments, type Holder, type HolderKind } from '../policy-state';
import { Roles, Users } from '../state';
import { groupsOf } from './groups';

/** In the model's constraints. */
const mostServices = 200;

export const policyUsageOperations = defineOperations<IAM>()({
  ListEntitiesForPolicy({ tx }, input) {
    const { PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter } = input;
    const { arn } = requireManagedPolicy(tx, PolicyArn);
    const attached = PolicyUsageFilter === 'PermissionsBoundary' ? [] : attachedTo(tx, arn);
    const bounded = PolicyUsageFilter === 'PermissionsPolicy' ? [] : boundedBy(tx, arn);
    const kind = EntityFilter?.toLowerCase();
    const entities = [...new Map([...attached, ...bounded].map((entity) => [entity.record.id, entity])).values()].filter(
      (entity) => entity.record.path.startsWith(PathPrefix) && (kind === undefined || entity.kind === kind),
    );
    const { items, end } = listedPage('entities-for-policy', input, entities);
    const of = (kind: HolderKind) => items.filter((entity) => entity.kind === kind).map(({ record }) => record);
    return {
      PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...end,
    };
  },

  /** On one page: no more services can be asked for than AWS has on one. */
  ListPoliciesGrantingServiceAccess({ tx }, { Arn, ServiceNamespaces, Marker }) {
    const { items, end } = listedPage('granting', { Marker, MaxItems: mostServices }, ServiceNamespaces);
    const policies = holdersBehind(tx, Arn).flatMap((holder) => policiesOf(tx, holder));
    return {
      PoliciesGrantingServiceAccess: items.map((namespace) => ({
        ServiceNamespace: namespace,
        Policies: policies.filter(({ document }) => grantsService(document, namespace)).map(({ shown }) => shown),
      })),
      ...end,
    };
  },
});

function attachedTo(tx: Tx, arn: string): Entity[] {
  return tx
    .scanIndex(Attachments, 'policy', { prefix: arn })
    .map(({ holder, holderId }) => entityOfId(tx, holder, holderId))
    .filter((entity): entity is Entity => entity !== undefined);
}

function boundedBy(tx: Tx, arn: string): Entity[] {
  return [
    ...tx.scanIndex(Users, 'boundary', { prefix: arn }).map((record): Entity => ({ kind: 'user', record })),
    ...tx.scanIndex(Roles, 'boundary', { prefix: arn }).map((record): Entity => ({ kind: 'role', record })),
  ];
}

/** The one an ARN names, and a user's groups. */
function holdersBehind(tx: Tx, text: string): Holder[] {
  const entity = requireEntityByArn(tx, text);
  const groups = entity.kind === 'user' ? groupsOf(tx, entity.record.id) : [];
  return [holderOf(entity.kind, entity.record), ...groups.map((group) => holderOf('group', group))];
}

const entityTypes = { user: 'USER', group: 'GROUP', role: 'ROLE' } as const;

function policiesOf(tx: Tx, holder: Holder) {
  const managed = attachmentsOf(tx, holder.id).flatMap(({ policyArn }) => {
    const policy = policyByArn(tx, policyArn);
    const shown = { PolicyName: policy?.name ?? '', PolicyType: 'MANAGED' as const, PolicyArn: policyArn };
    return policy ? [{ document: documentOf(tx, policy), shown }] : [];
  });
  const inline = inlinePoliciesOf(tx, holder.id).map(({ name, document }) => ({
    document,
    shown: { PolicyName: name, PolicyType: 'INLINE' as const, EntityType: entityTypes[holder.kind], EntityName: holder.name },
  }));
  return [...managed, ...inline];
}
