/** Policies that are part of one user, group or role. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, type Tx } from '../../../kernel';
import { deleteInlinePolicy, inlinePoliciesOf, putInlinePolicy, requireInlinePolicy } from '../attachments';
import { holderOf, requireGroupHolder, requireRoleHolder, requireUserHolder } from '../holders';
import { requireRole } from '../lookup';
import { listedPage, type PageRequest } from '../paging';
import type { Holder } from '../policy-state';
import { encodedDocument } from '../wire';

export const inlinePolicyOperations = defineOperations<IAM>()({
  PutUserPolicy({ tx }, { UserName, PolicyName, PolicyDocument }) {
    putInlinePolicy(tx, requireUserHolder(tx, UserName), PolicyName, PolicyDocument);
    return {};
  },
  PutGroupPolicy({ tx }, { GroupName, PolicyName, PolicyDocument }) {
    putInlinePolicy(tx, requireGroupHolder(tx, GroupName), PolicyName, PolicyDocument);
    return {};
  },
  PutRolePolicy({ tx }, { RoleName, PolicyName, PolicyDocument }) {
    putInlinePolicy(tx, requireRoleHolder(tx, RoleName), PolicyName, PolicyDocument);
    return {};
  },

  GetUserPolicy({ tx }, { UserName, PolicyName }) {
    const user = requireUserHolder(tx, UserName);
    return { UserName: user.name, ...policyOf(tx, user, PolicyName) };
  },
  GetGroupPolicy({ tx }, { GroupName, PolicyName }) {
    const group = requireGroupHolder(tx, GroupName);
    return { GroupName: group.name, ...policyOf(tx, group, PolicyName) };
  },
  GetRolePolicy({ tx }, { RoleName, PolicyName }) {
    const role = holderOf('role', requireRole(tx, RoleName));
    return { RoleName: role.name, ...policyOf(tx, role, PolicyName) };
  },

  DeleteUserPolicy({ tx }, { UserName, PolicyName }) {
    deleteInlinePolicy(tx, requireUserHolder(tx, UserName), PolicyName);
    return {};
  },
  DeleteGroupPolicy({ tx }, { GroupName, PolicyName }) {
    deleteInlinePolicy(tx, requireGroupHolder(tx, GroupName), PolicyName);
    return {};
  },
  DeleteRolePolicy({ tx }, { RoleName, PolicyName }) {
    deleteInlinePolicy(tx, requireRoleHolder(tx, RoleName), PolicyName);
    return {};
  },

  ListUserPolicies: ({ tx }, input) => page(tx, input, requireUserHolder(tx, input.UserName).id),
  ListGroupPolicies: ({ tx }, input) => page(tx, input, requireGroupHolder(tx, input.GroupName).id),
  ListRolePolicies: ({ tx }, input) => page(tx, input, requireRole(tx, input.RoleName).id),
});

function policyOf(tx: Tx, holder: Holder, name: string) {
  const policy = requireInlinePolicy(tx, holder, name);
  return { PolicyName: policy.name, PolicyDocument: encodedDocument(policy.document) };
}

function page(tx: Tx, request: PageRequest, holderId: string) {
  const names = inlinePoliciesOf(tx, holderId).map(({ name }) => name);
  const { items, end } = listedPage('inline-policies', request, names);
  return { PolicyNames: items, ...end };
}
