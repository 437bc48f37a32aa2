/** The resource policy: what members may do with the organization's policies. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { accessChanged, defineOperations, fail } from '../../../kernel';
import { compilePolicy, policyProblem } from '../../../policy';
import { asManagement, asReader } from '../caller';
import { constraintViolation, invalidInput, resourcePolicyNotFound, tagsOnUpdate } from '../errors';
import { arnOfId, type Ours } from '../lookup';
import { type Organization, Organizations } from '../state';
import { readTags, setTags } from '../tags';

const idAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

export const resourcePolicyOperations = defineOperations<Api>()({
  PutResourcePolicy(ctx, { Content, Tags }) {
    const tags = readTags(Tags);
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    if (org.featureSet !== 'ALL') throw constraintViolation('ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
    const id = org.resourcePolicy?.id ?? ctx.id('rp-', 8, idAlphabet);
    if (org.resourcePolicy !== undefined && Object.keys(tags).length > 0) throw tagsOnUpdate();
    checkContent(Content);
    const changed = tx.put(Organizations, { ...org, resourcePolicy: { id, text: Content } });
    if (org.resourcePolicy === undefined) setTags(tx, arnOfId(ours, id), tags);
    accessChanged(tx);
    return { ResourcePolicy: toResourcePolicy(ours, requireResourcePolicy(changed)) };
  },

  DescribeResourcePolicy(ctx) {
    const ours = asReader(ctx, 'DescribeResourcePolicy', {});
    return { ResourcePolicy: toResourcePolicy(ours, requireResourcePolicy(ours.org)) };
  },

  DeleteResourcePolicy(ctx) {
    const ours = asManagement(ctx);
    setTags(ours.tx, arnOfId(ours, requireResourcePolicy(ours.org).id), {});
    ours.tx.put(Organizations, { ...ours.org, resourcePolicy: undefined });
    accessChanged(ours.tx);
    return {};
  },
});

function requireResourcePolicy({ resourcePolicy }: Organization) {
  return resourcePolicy ?? fail(resourcePolicyNotFound());
}

function toResourcePolicy(ours: Ours, { id, text }: { readonly id: string; readonly text: string }) {
  return { ResourcePolicySummary: { Id: id, Arn: arnOfId(ours, id) }, Content: text };
}

/** Its principals are named, and its actions are those of Organizations (User Guide, "Delegated administrator for AWS Organizations"). */
function checkContent(text: string): void {
  if (policyProblem(text, 'resource') !== undefined) throw invalidInput('INVALID_RESOURCE_POLICY_JSON');
  for (const { statement } of compilePolicy(text, 'resource').statements) {
    const { principals, actions } = statement;
    if (!principals || principals.not || (principals.everybody && statement.conditions.length === 0))
      throw invalidInput('INVALID_PRINCIPAL');
    if (actions.not || !actions.names.every((name) => /^organizations:/i.test(name))) {
      throw invalidInput('UNSUPPORTED_ACTION_IN_RESOURCE_POLICY');
    }
  }
}
