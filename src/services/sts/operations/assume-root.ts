/** AssumeRoot: fifteen minutes as root of a member account, for one task. */
import type { STS } from '../../../../generated/api/sts';
import { accountOfArn, defineOperations, fail, rootOf, type TxContext } from '../../../kernel';
import { issueCredentials } from '../credentials';
import { isGlobalEndpoint } from '../endpoints';
import { accessDenied, missingToken, notAtGlobalEndpoint, notAuthorised, validationError } from '../errors';
import { iamPlace, unless } from '../inner-calls';
import { type RootFeature, rootArnOf, rootTaskFeature } from '../root-tasks';
import { inheritedSourceIdentity } from '../session-tags';

const longestSeconds = 900;

export const assumeRootOperations = defineOperations<STS>()({
  AssumeRoot(ctx, { TargetPrincipal, TaskPolicyArn, DurationSeconds = longestSeconds }) {
    const { principal, partition } = ctx;
    if (principal.type === 'anonymous') throw missingToken();
    if (isGlobalEndpoint(ctx)) throw notAtGlobalEndpoint('AssumeRoot');
    const policyArn = TaskPolicyArn.arn ?? '';
    const arn = rootArnOf(TargetPrincipal, partition);
    // these sentences are guesses
    if (arn === undefined) throw validationError(`${TargetPrincipal} is invalid`);
    const feature =
      rootTaskFeature(policyArn, partition) ?? fail(validationError(`${policyArn} is not a policy for privileged root tasks`));
    const account = accountOfArn(arn) as string;
    const need = { action: 'sts:AssumeRoot', resource: arn };
    if (principal.type === 'root') ctx.refuse(need, accessDenied('AssumeRoot may not be called by root accounts.'));
    if (!mayManageRootOf(ctx, account, feature)) ctx.refuse(need, notAuthorised(principal.arn, need.action, arn));
    const sourceIdentity = inheritedSourceIdentity(principal);
    const credentials = issueCredentials(ctx, account, DurationSeconds, (accessKeyId) => ({
      ...rootOf(account, partition, accessKeyId),
      session: { issuedAt: ctx.now, policyArns: [policyArn], ...(sourceIdentity !== undefined && { sourceIdentity }) },
    }));
    return { Credentials: credentials, ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }) };
  },
});

/**
 * Is the other account a member of the caller's organization, and the caller's the one that manages it, or IAM's administrator
 * there? The denial for want of the feature is a guess.
 */
function mayManageRootOf(ctx: TxContext, target: string, feature: RootFeature): boolean {
  const own = ctx.accountFacts(ctx.account)?.organization;
  const other = ctx.accountFacts(target)?.organization;
  if (own === undefined || own.id !== other?.id || other.isManagement) return false;
  const features = unless(notManaging, () =>
    ctx.call('iam', 'ListOrganizationsFeatures', {}, { place: iamPlace(ctx.account, ctx.partition) }),
  );
  return features?.EnabledFeatures?.includes(feature) === true;
}

/** An organization that does not trust IAM, or lets the account have no say in it. */
const notManaging =
  /^(OrganizationNotInAllFeaturesMode|ServiceAccessNotEnabled|AccountNotManagementOrDelegatedAdministrator|OrganizationNotFound)/;
