/** Everybody in an account, with all policies. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, type TxContext } from '../../../kernel';
import { attachedPolicies, inlinePoliciesOf } from '../attachments';
import { nameKey } from '../ids';
import { type ManagedPolicy, toPolicy } from '../managed-policies/managed';
import { chainedPage, type Source } from '../paging';
import { type Group, Groups, InstanceProfiles, type Role, Roles, type User, Users } from '../state';
import { encodedDocument, toGroup, toListedProfile, toRole, toUser } from '../wire';
import { groupsOf } from './groups';
import { ownPolicies, toListedVersion, usedAwsPolicies, versionsOfManaged } from './policies';

/** One item of the details; which list it belongs to is told by its kind. */
type Detail =
  | { readonly kind: 'user'; readonly record: User }
  | { readonly kind: 'group'; readonly record: Group }
  | { readonly kind: 'role'; readonly record: Role }
  | { readonly kind: 'policy'; readonly record: ManagedPolicy };

export const accountDetailOperations = defineOperations<IAM>()({
  GetAccountAuthorizationDetails(ctx, input) {
    const { items, end } = chainedPage('authorization-details', input, sourcesOf(ctx, input.Filter));
    return {
      UserDetailList: items.flatMap((item) => (item.kind === 'user' ? [userDetail(ctx, item.record)] : [])),
      GroupDetailList: items.flatMap((item) => (item.kind === 'group' ? [groupDetail(ctx, item.record)] : [])),
      RoleDetailList: items.flatMap((item) => (item.kind === 'role' ? [roleDetail(ctx, item.record)] : [])),
      Policies: items.flatMap((item) => (item.kind === 'policy' ? [policyDetail(ctx, item.record)] : [])),
      ...end,
    };
  },
});

/** Of AWS's policies only those in use: so it looks in what clients have saved of such answers; no page says it. */
function sourcesOf({ tx }: TxContext, filter: readonly string[] | undefined): readonly Source<Detail>[] {
  const keyOf = ({ record }: Detail) => nameKey(record.name);
  const wants = (name: string) => filter === undefined || filter.length === 0 || filter.includes(name);
  const none: Source<Detail> = { read: () => [], keyOf };
  const policies = ({ read }: Source<ManagedPolicy>): Source<Detail> => ({
    read: (range) => read(range).map((record) => ({ kind: 'policy', record })),
    keyOf,
  });
  return [
    wants('User') ? { read: (range) => tx.scan(Users, range).map((record) => ({ kind: 'user', record })), keyOf } : none,
    wants('Group') ? { read: (range) => tx.scan(Groups, range).map((record) => ({ kind: 'group', record })), keyOf } : none,
    wants('Role') ? { read: (range) => tx.scan(Roles, range).map((record) => ({ kind: 'role', record })), keyOf } : none,
    wants('LocalManagedPolicy') ? policies(ownPolicies(tx)) : none,
    wants('AWSManagedPolicy') ? policies(usedAwsPolicies(tx)) : none,
  ];
}

function inlineDetails({ tx }: TxContext, holderId: string) {
  return inlinePoliciesOf(tx, holderId).map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodedDocument(document) }));
}

function userDetail(ctx: TxContext, user: User) {
  const { tx } = ctx;
  const inline = inlineDetails(ctx, user.id);
  return {
    ...toUser(tx, user),
    ...(inline.length > 0 && { UserPolicyList: inline }),
    GroupList: groupsOf(tx, user.id).map(({ name }) => name),
    AttachedManagedPolicies: attachedPolicies(tx, user.id),
  };
}

function groupDetail(ctx: TxContext, group: Group) {
  return {
    ...toGroup(ctx.tx, group),
    GroupPolicyList: inlineDetails(ctx, group.id),
    AttachedManagedPolicies: attachedPolicies(ctx.tx, group.id),
  };
}

function roleDetail(ctx: TxContext, role: Role) {
  const { tx } = ctx;
  const { Description: _, MaxSessionDuration: __, ...shown } = toRole(ctx, role);
  return {
    ...shown,
    InstanceProfileList: tx.scanIndex(InstanceProfiles, 'role', { prefix: role.id }).map((profile) => toListedProfile(tx, profile)),
    RolePolicyList: inlineDetails(ctx, role.id),
    AttachedManagedPolicies: attachedPolicies(tx, role.id),
  };
}

function policyDetail({ tx }: TxContext, policy: ManagedPolicy) {
  const PolicyVersionList = versionsOfManaged(tx, policy).map((version) => ({
    Document: encodedDocument(version.document),
    ...toListedVersion(version, policy.defaultVersion),
  }));
  return { ...toPolicy(tx, policy, { description: true }), PolicyVersionList };
}
