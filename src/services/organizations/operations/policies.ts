/** Policies: made, changed, attached, enabled. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { accountProfile, defineOperations } from '../../../kernel';
import { attach, attachDefaultEverywhere, attachmentsAt, detachEverywhere, findAttachment } from '../attachments';
import { asPolicyAdministrator, asReader } from '../caller';
import {
  constraintViolation,
  duplicateAttachment,
  duplicatePolicy,
  invalidInput,
  policyInUse,
  policyNotAttached,
  policyTypeAlreadyEnabled,
  policyTypeNotAvailable,
  policyTypeNotEnabled,
  policyTypeWithoutAccess,
  rootNotFound,
} from '../errors';
import { newId } from '../ids';
import { findPolicy, isOwnPolicy, type Ours, requirePolicy } from '../lookup';
import { listPage, scanPage } from '../paging';
import { checkDocument } from '../policy-document';
import { defaultPolicyOf, fullResourceAccess, type ManagedPolicy, type PolicyType, requirePolicyType, rulesOf } from '../policy-types';
import { policiesChanged } from '../rules';
import { Attachments, Organizations, Policies, type Policy, policyArn } from '../state';
import { readTags, requireCompliant, setTags } from '../tags';
import { findTarget, requireTarget } from '../tree';
import { toPolicy, toPolicySummary, toRoot } from '../wire';

export const policyOperations = defineOperations<Api>()({
  CreatePolicy(ctx, input) {
    const { Content, Description, Name, Type, Tags } = input;
    const type = requirePolicyType(Type);
    const tags = readTags(Tags);
    const ours = asPolicyAdministrator(ctx, 'CreatePolicy', input);
    const { tx, org } = ours;
    if (org.featureSet !== 'ALL') throw policyTypeNotAvailable();
    checkDocument(type, Content);
    requireCompliant(ours, 'policy', tags);
    refuseTaken(ours, type, Name);
    const { maxPolicies } = rulesOf[type];
    if (tx.scanIndex(Policies, 'type', { prefix: [org.id, type], limit: maxPolicies }).length === maxPolicies) {
      throw constraintViolation('POLICY_NUMBER_LIMIT_EXCEEDED');
    }
    const policy: Policy = {
      organization: org.id,
      owner: org.managementAccount,
      id: newId(ctx, 'p'),
      name: Name,
      description: Description,
      type,
      text: Content,
      updatedAt: ctx.now,
    };
    tx.put(Policies, policy);
    setTags(tx, policyArn(policy, tx.place), tags);
    return { Policy: toPolicy(tx, policy) };
  },

  UpdatePolicy(ctx, { PolicyId, Name, Description, Content }) {
    const ours = asPolicyAdministrator(ctx, 'UpdatePolicy', { PolicyId });
    const policy = requireOwnPolicy(ours, PolicyId);
    if (Content !== undefined) checkDocument(policy.type, Content);
    if (Name !== undefined && Name !== policy.name) refuseTaken(ours, policy.type, Name);
    const { name, description, text } = policy;
    const changed = { ...policy, name: Name ?? name, description: Description ?? description, text: Content ?? text, updatedAt: ctx.now };
    ours.tx.put(Policies, changed);
    const attached = ours.tx.scanIndex(Attachments, 'policy', { prefix: [ours.org.id, PolicyId] });
    policiesChanged(
      ours,
      policy.type,
      attached.map(({ target }) => target),
    );
    return { Policy: toPolicy(ours.tx, changed) };
  },

  DescribePolicy(ctx, { PolicyId }) {
    const ours = asReader(ctx, 'DescribePolicy', { PolicyId });
    return { Policy: toPolicy(ours.tx, requirePolicy(ours, PolicyId)) };
  },

  DeletePolicy(ctx, { PolicyId }) {
    const ours = asPolicyAdministrator(ctx, 'DeletePolicy', { PolicyId });
    const { tx, org } = ours;
    const policy = requireOwnPolicy(ours, PolicyId);
    if (tx.find(Attachments, 'policy', [org.id, PolicyId])) throw policyInUse();
    tx.delete(Policies, policy);
    return {};
  },

  ListPolicies(ctx, { Filter, ...page }) {
    const type = requirePolicyType(Filter);
    const { tx, org } = asReader(ctx, 'ListPolicies', { Filter });
    const managed = (org.featureSet === 'ALL' && defaultPolicyOf(type)) || undefined;
    const { items, NextToken } = scanPage<Policy | ManagedPolicy>(
      'ListPolicies',
      page,
      (range) => {
        const own = tx.scanIndex(Policies, 'type', { prefix: [org.id, type], ...range });
        return managed && range.after === undefined ? [managed, ...own].slice(0, range.limit) : own;
      },
      (policy) => [org.id, type, isOwnPolicy(policy) ? policy.id : ''], // AWS's own comes first
    );
    return { Policies: items.map((policy) => toPolicySummary(tx, policy)), NextToken };
  },

  AttachPolicy(ctx, { PolicyId, TargetId }) {
    const ours = asPolicyAdministrator(ctx, 'AttachPolicy', { PolicyId, TargetId });
    const { type } = requirePolicy(ours, PolicyId);
    requireTarget(ours, TargetId);
    requireEnabled(ours, type);
    if (findAttachment(ours, TargetId, type, PolicyId)) throw duplicateAttachment();
    if (attachmentsAt(ours, TargetId, type).length >= rulesOf[type].maxAttached) {
      throw constraintViolation('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    }
    attach(ours, TargetId, type, PolicyId);
    policiesChanged(ours, type, [TargetId]);
    return {};
  },

  DetachPolicy(ctx, { PolicyId, TargetId }) {
    const ours = asPolicyAdministrator(ctx, 'DetachPolicy', { PolicyId, TargetId });
    const { type } = requirePolicy(ours, PolicyId);
    requireTarget(ours, TargetId);
    const attachment = findAttachment(ours, TargetId, type, PolicyId);
    if (!attachment) throw policyNotAttached();
    if (PolicyId === fullResourceAccess.id) throw invalidInput('NON_DETACHABLE_POLICY');
    if (type === 'SERVICE_CONTROL_POLICY' && attachmentsAt(ours, TargetId, type).length === 1) {
      throw constraintViolation('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    }
    ours.tx.delete(Attachments, attachment);
    policiesChanged(ours, type, [TargetId]);
    return {};
  },

  ListPoliciesForTarget(ctx, { TargetId, Filter, ...page }) {
    const type = requirePolicyType(Filter);
    const ours = asReader(ctx, 'ListPoliciesForTarget', { TargetId, Filter });
    requireTarget(ours, TargetId);
    const policies = attachmentsAt(ours, TargetId, type).flatMap(({ policy }) => findPolicy(ours, policy) ?? []);
    const { items, NextToken } = listPage('ListPoliciesForTarget', page, policies);
    return { Policies: items.map((policy) => toPolicySummary(ours.tx, policy)), NextToken };
  },

  ListTargetsForPolicy(ctx, { PolicyId, ...page }) {
    const ours = asReader(ctx, 'ListTargetsForPolicy', { PolicyId });
    const { tx, org } = ours;
    requirePolicy(ours, PolicyId);
    const { items, NextToken } = scanPage(
      'ListTargetsForPolicy',
      page,
      (range) => tx.scanIndex(Attachments, 'policy', { prefix: [org.id, PolicyId], ...range }),
      ({ target }) => [org.id, PolicyId, target],
    );
    const targets = items.flatMap(({ target }) => findTarget(ours, target, ({ account }) => accountProfile(tx, account).name) ?? []);
    return { Targets: targets.map(({ id, arn, name, type }) => ({ TargetId: id, Arn: arn, Name: name, Type: type })), NextToken };
  },

  EnablePolicyType(ctx, { RootId, PolicyType }) {
    const type = requirePolicyType(PolicyType);
    const ours = asPolicyAdministrator(ctx, 'EnablePolicyType', { RootId, PolicyType });
    requireRoot(ours, RootId);
    if (ours.org.featureSet !== 'ALL') throw policyTypeNotAvailable();
    if (ours.org.policyTypes.includes(type)) throw policyTypeAlreadyEnabled();
    const { service } = rulesOf[type];
    if (service !== undefined && !ours.org.services.some(({ principal }) => principal === service)) throw policyTypeWithoutAccess();
    const enabled = withTypes(ours, [...ours.org.policyTypes, type]);
    attachDefaultEverywhere(enabled, type);
    policiesChanged(enabled, type, [RootId]);
    return { Root: toRoot(enabled) };
  },

  DisablePolicyType(ctx, { RootId, PolicyType }) {
    const type = requirePolicyType(PolicyType);
    const ours = asPolicyAdministrator(ctx, 'DisablePolicyType', { RootId, PolicyType });
    requireRoot(ours, RootId);
    requireEnabled(ours, type);
    detachEverywhere(ours, type);
    const others = ours.org.policyTypes.filter((one) => one !== type);
    const disabled = withTypes(ours, others);
    policiesChanged(disabled, type, [RootId]);
    return { Root: toRoot(disabled) };
  },
});

/** Throws PolicyNotFoundException, or InvalidInputException for those that AWS keeps. */
function requireOwnPolicy(ours: Ours, id: string): Policy {
  const policy = requirePolicy(ours, id);
  if (!isOwnPolicy(policy)) throw invalidInput('IMMUTABLE_POLICY');
  return policy;
}

/** Names are unique among the policies of one type. */
function refuseTaken({ tx, org }: Ours, type: PolicyType, name: string): void {
  if (defaultPolicyOf(type)?.name === name || tx.find(Policies, 'name', [org.id, type, name])) throw duplicatePolicy();
}

function requireRoot({ org }: Ours, id: string): void {
  if (id !== org.rootId) throw rootNotFound();
}

function requireEnabled({ org }: Ours, type: PolicyType): void {
  if (!org.policyTypes.includes(type)) throw policyTypeNotEnabled();
}

function withTypes({ tx, org }: Ours, policyTypes: readonly PolicyType[]): Ours {
  return { tx, org: tx.put(Organizations, { ...org, policyTypes }) };
}
