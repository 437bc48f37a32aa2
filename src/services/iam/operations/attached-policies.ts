/** Managed policies attached to users, groups and roles. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations } from '../../../kernel';
import { attach, attachedPolicies, detach } from '../attachments';
import { requireGroupHolder, requireRoleHolder, requireUserHolder } from '../holders';
import { requireRole } from '../lookup';
import { listedPage, type PageRequest } from '../paging';

export const attachedPolicyOperations = defineOperations<IAM>()({
  AttachUserPolicy({ tx }, { UserName, PolicyArn }) {
    attach(tx, requireUserHolder(tx, UserName), PolicyArn);
    return {};
  },
  AttachGroupPolicy({ tx }, { GroupName, PolicyArn }) {
    attach(tx, requireGroupHolder(tx, GroupName), PolicyArn);
    return {};
  },
  AttachRolePolicy({ tx }, { RoleName, PolicyArn }) {
    attach(tx, requireRoleHolder(tx, RoleName), PolicyArn);
    return {};
  },

  DetachUserPolicy({ tx }, { UserName, PolicyArn }) {
    detach(tx, requireUserHolder(tx, UserName), PolicyArn);
    return {};
  },
  DetachGroupPolicy({ tx }, { GroupName, PolicyArn }) {
    detach(tx, requireGroupHolder(tx, GroupName), PolicyArn);
    return {};
  },
  DetachRolePolicy({ tx }, { RoleName, PolicyArn }) {
    detach(tx, requireRoleHolder(tx, RoleName), PolicyArn);
    return {};
  },

  ListAttachedUserPolicies: ({ tx }, input) =>
    page(input, attachedPolicies(tx, requireUserHolder(tx, input.UserName).id, input.PathPrefix)),
  ListAttachedGroupPolicies: ({ tx }, input) =>
    page(input, attachedPolicies(tx, requireGroupHolder(tx, input.GroupName).id, input.PathPrefix)),
  ListAttachedRolePolicies: ({ tx }, input) => page(input, attachedPolicies(tx, requireRole(tx, input.RoleName).id, input.PathPrefix)),
});

function page(request: PageRequest, attached: ReturnType<typeof attachedPolicies>) {
  const { items, end } = listedPage('attached-policies', request, attached);
  return { AttachedPolicies: items, ...end };
}
