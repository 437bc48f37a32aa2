/** Policies of users, groups and roles: attached managed ones and inline ones, the same rules for all three. */
import { accessChanged, fail, type PolicyText, type Tx } from '../../kernel';
import { policyProblem, sizeProblem } from '../../policy';
import { limitExceeded, malformedPolicy, noSuchEntity, quotaExceeded, serviceRolePolicy } from './errors';
import {
  isForServices,
  type ManagedPolicy,
  policyByArn,
  policyText,
  requireAttachable,
  requireManagedPolicy,
} from './managed-policies/managed';
import { type Attachment, Attachments, type Holder, InlinePolicies, type InlinePolicy, PolicyUses } from './policy-state';
import { attachedPoliciesQuota, mostAttachedPolicies } from './quotas';

export function attachmentsOf(tx: Tx, holderId: string): readonly Attachment[] {
  return tx.scan(Attachments, { prefix: holderId });
}

/** Attaching what is attached already succeeds. */
export function attach(tx: Tx, holder: Holder, arn: string): void {
  const policy = requireAttachable(tx, arn);
  if (isForServices(policy)) throw serviceRolePolicy();
  if (tx.has(Attachments, [holder.id, policy.arn])) return;
  if (attachmentsOf(tx, holder.id).length >= mostAttachedPolicies)
    throw quotaExceeded(attachedPoliciesQuota[holder.kind], mostAttachedPolicies);
  linkPolicy(tx, holder, policy);
}

/** Attaches without asking, as services do for their own roles. */
export function linkPolicy(tx: Tx, holder: Holder, policy: ManagedPolicy): void {
  tx.put(Attachments, { holder: holder.kind, holderId: holder.id, policyArn: policy.arn });
  tx.add(PolicyUses, [policy.arn, 'attached'], 1);
  accessChanged(tx);
}

/** Throws NoSuchEntity when it is not attached. */
export function detach(tx: Tx, holder: Holder, arn: string): void {
  const policy = requireManagedPolicy(tx, arn);
  const attachment = tx.get(Attachments, [holder.id, policy.arn]) ?? fail(noSuchEntity(`Policy ${arn} was not found.`));
  unlinkPolicy(tx, attachment);
}

export function unlinkPolicy(tx: Tx, attachment: Attachment): void {
  tx.delete(Attachments, attachment);
  tx.add(PolicyUses, [attachment.policyArn, 'attached'], -1);
  accessChanged(tx);
}

/** What is attached, by name; with a path that begins so. */
export function attachedPolicies(tx: Tx, holderId: string, pathPrefix = '/') {
  return attachmentsOf(tx, holderId)
    .map(({ policyArn }) => policyByArn(tx, policyArn))
    .filter((policy): policy is ManagedPolicy => policy?.path.startsWith(pathPrefix) === true)
    .map((policy) => ({ PolicyName: policy.name, PolicyArn: policy.arn }))
    .sort((a, b) => (a.PolicyName.toLowerCase() < b.PolicyName.toLowerCase() ? -1 : 1));
}

// ---- inline policies ----

export function inlinePoliciesOf(tx: Tx, holderId: string): readonly InlinePolicy[] {
  return tx.scan(InlinePolicies, { prefix: holderId });
}

const inlineLimits = { user: 'inlineUser', group: 'inlineGroup', role: 'inlineRole' } as const;

/** Throws MalformedPolicyDocument, or LimitExceeded when the inline policies are too long together. */
export function putInlinePolicy(tx: Tx, holder: Holder, name: string, document: string): void {
  const problem = policyProblem(document, 'inline');
  if (problem !== undefined) throw malformedPolicy(problem);
  const others = inlinePoliciesOf(tx, holder.id).filter((policy) => policy.name !== name);
  const tooLong = sizeProblem([...others.map((policy) => policy.document), document], inlineLimits[holder.kind], holder.name);
  if (tooLong !== undefined) throw limitExceeded(tooLong);
  tx.put(InlinePolicies, { holderId: holder.id, name, document });
  accessChanged(tx);
}

/** Throws NoSuchEntity. */
export function requireInlinePolicy(tx: Tx, holder: Holder, name: string): InlinePolicy {
  return tx.get(InlinePolicies, [holder.id, name]) ?? fail(noSuchEntity(`The ${holder.kind} policy with name ${name} cannot be found.`));
}

export function deleteInlinePolicy(tx: Tx, holder: Holder, name: string): void {
  tx.delete(InlinePolicies, requireInlinePolicy(tx, holder, name));
  accessChanged(tx);
}

/** All policies of one user, group or role, as decisions about access read them. */
export function policyTexts(tx: Tx, holderId: string): PolicyText[] {
  const managed = attachmentsOf(tx, holderId).map(({ policyArn }) => policyText(tx, policyArn));
  const inline = inlinePoliciesOf(tx, holderId).map(({ name, document }) => ({ text: document, name }));
  return [...managed.filter((text): text is NonNullable<typeof text> => text !== undefined), ...inline];
}
