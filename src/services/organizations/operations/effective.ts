/** The policies in effect: what management policies merge into at an account. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { defineOperations, fail } from '../../../kernel';
import { attachmentsAt } from '../attachments';
import { asMember, asReader } from '../caller';
import { type EffectiveProblem, effectiveProblems } from '../effective-policy';
import { accountNotFound, effectiveTypeNotEnabled, invalidInput, noEffectivePolicy, targetNotFound } from '../errors';
import { policyInEffect, targetsOf } from '../in-effect';
import { findMember, findPolicy, isOwnPolicy, type Ours } from '../lookup';
import { listPage, scanPage } from '../paging';
import { type ManagementPolicyType, requireManagementType } from '../policy-types';
import { type Member, Members } from '../state';
import { isParent, pathOf } from '../tree';
import { toAccount } from '../wire';

export const effectiveOperations = defineOperations<Api>()({
  DescribeEffectivePolicy(ctx, { PolicyType, TargetId = ctx.account }) {
    const type = requireManagementType(PolicyType);
    const ours = TargetId === ctx.account ? asMember(ctx) : asReader(ctx, 'DescribeEffectivePolicy', { PolicyType, TargetId });
    if (isParent(ours, TargetId)) throw invalidInput('TARGET_NOT_SUPPORTED');
    const member = findMember(ours, TargetId) ?? fail(targetNotFound());
    const document = policyInEffect(ours, member, requireEnabled(ours, type)) ?? fail(noEffectivePolicy());
    return {
      EffectivePolicy: {
        PolicyContent: textFor(TargetId, type, document),
        LastUpdatedTimestamp: changedAt(ours, member, type),
        TargetId,
        PolicyType: type,
      },
    };
  },

  ListAccountsWithInvalidEffectivePolicy(ctx, { PolicyType, ...page }) {
    const type = requireManagementType(PolicyType);
    const ours = asReader(ctx, 'ListAccountsWithInvalidEffectivePolicy', { PolicyType });
    requireEnabled(ours, type);
    const { tx, org } = ours;
    const { items, NextToken } = scanPage(
      'ListAccountsWithInvalidEffectivePolicy',
      page,
      (range) => tx.scanIndex(Members, 'organization', { prefix: org.id, ...range }),
      ({ account }) => [org.id, account],
      (member) => problemsOf(ours, member, type).length > 0,
    );
    return { Accounts: items.map((member) => toAccount(ours, member)), PolicyType: type, NextToken };
  },

  ListEffectivePolicyValidationErrors(ctx, { AccountId, PolicyType, ...page }) {
    const type = requireManagementType(PolicyType);
    const ours = asReader(ctx, 'ListEffectivePolicyValidationErrors', { AccountId, PolicyType });
    const member = findMember(ours, AccountId) ?? fail(accountNotFound());
    const problems = problemsOf(ours, member, requireEnabled(ours, type));
    const { items, NextToken } = listPage('ListEffectivePolicyValidationErrors', page, problems);
    const ContributingPolicies = targetsOf(ours, member).flatMap((target) => attachmentsAt(ours, target, type).map(({ policy }) => policy));
    return {
      AccountId,
      PolicyType: type,
      Path: pathOf(ours, ...targetsOf(ours, member)),
      EvaluationTimestamp: ctx.now,
      NextToken,
      EffectivePolicyValidationErrors: items.map(({ code, message, path }) => ({
        ErrorCode: code,
        ErrorMessage: message,
        PathToError: path,
        ContributingPolicies,
      })),
    };
  },
});

function requireEnabled({ org }: Ours, type: ManagementPolicyType): ManagementPolicyType {
  if (!org.policyTypes.includes(type)) throw effectiveTypeNotEnabled();
  return type;
}

/** In backup policies `$account` stands for the account (User Guide, "Backup policy syntax and examples"). */
function textFor(account: string, type: ManagementPolicyType, document: object): string {
  const text = JSON.stringify(document);
  return type === 'BACKUP_POLICY' ? text.replaceAll('$account', account) : text;
}

function problemsOf(ours: Ours, member: Member, type: ManagementPolicyType): EffectiveProblem[] {
  const document = policyInEffect(ours, member, type);
  return document ? effectiveProblems(document) : [];
}

/** When a policy on the way was last attached or changed. */
function changedAt(ours: Ours, member: Member, type: ManagementPolicyType): number {
  const attachments = targetsOf(ours, member).flatMap((target) => attachmentsAt(ours, target, type));
  const times = attachments.map(({ policy: id, attachedAt }) => {
    const policy = findPolicy(ours, id);
    return Math.max(attachedAt, policy && isOwnPolicy(policy) ? policy.updatedAt : 0);
  });
  return Math.max(...times);
}
