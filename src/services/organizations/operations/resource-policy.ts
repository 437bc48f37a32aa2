/** The resource policy: what members may do with the organization's policies. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { accessChanged, defineOperations, fail } from '../../../kernel';
import { compileDocument, compilePolicy, policyProblem } from '../../../policy';
import { asManagement, asReader } from '../caller';
import { constraintViolation, invalidInput, resourcePolicyNotFound, tagsOnUpdate } from '../errors';
import { newId } from '../ids';
import { arnOfId, type Ours } from '../lookup';
import { type Organization, Organizations } from '../state';
import { readTags, requireCompliant, setTags } from '../tags';

export const resourcePolicyOperations = defineOperations<Api>()({
  PutResourcePolicy(ctx, { Content, Tags }) {
    const tags = readTags(Tags);
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    if (org.featureSet !== 'ALL') throw constraintViolation('ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
    const id = org.resourcePolicy?.id ?? newId(ctx, 'rp');
    if (org.resourcePolicy !== undefined && Object.keys(tags).length > 0) throw tagsOnUpdate();
    checkContent(Content);
    requireCompliant(ours, 'resourcepolicy', tags);
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

/** The same page, "Supported delegation policy actions". */
const shared = [
  'AttachPolicy',
  'CreatePolicy',
  'DeletePolicy',
  'DescribeAccount',
  'DescribeCreateAccountStatus',
  'DescribeEffectivePolicy',
  'DescribeHandshake',
  'DescribeOrganization',
  'DescribeOrganizationalUnit',
  'DescribePolicy',
  'DescribeResourcePolicy',
  'DetachPolicy',
  'DisablePolicyType',
  'EnablePolicyType',
  'ListAWSServiceAccessForOrganization',
  'ListAccounts',
  'ListAccountsForParent',
  'ListChildren',
  'ListCreateAccountStatus',
  'ListDelegatedAdministrators',
  'ListDelegatedServicesForAccount',
  'ListHandshakesForAccount',
  'ListHandshakesForOrganization',
  'ListOrganizationalUnitsForParent',
  'ListParents',
  'ListPolicies',
  'ListPoliciesForTarget',
  'ListRoots',
  'ListTagsForResource',
  'ListTargetsForPolicy',
  'TagResource',
  'UntagResource',
  'UpdatePolicy',
].map((name) => ({ whole: `organizations:${name.toLowerCase()}`, vendor: 'organizations' }));

/** Its principals are named, and its actions are those of Organizations (User Guide, "Delegated administrator for AWS Organizations"). */
function checkContent(text: string): void {
  if (policyProblem(text, 'resource') !== undefined) throw invalidInput('INVALID_RESOURCE_POLICY_JSON');
  const { document } = compilePolicy(text, 'resource');
  for (const statement of document.statements) {
    const { principals, actions, conditions } = statement;
    if (!principals || principals.not || (principals.everybody && conditions.length === 0)) throw invalidInput('INVALID_PRINCIPAL');
    // Each name by itself; with wildcards it must be able to mean one that can be shared.
    const single = actions.names.map((name) => ({ ...statement, actions: { not: actions.not, names: [name] } }));
    const { statements } = compileDocument({ ...document, statements: single }, 'resource');
    const areShared = statements.every((one) => shared.some((action) => one.actions.matches(action)));
    if (actions.not || !areShared) throw invalidInput('UNSUPPORTED_ACTION_IN_RESOURCE_POLICY');
  }
}
