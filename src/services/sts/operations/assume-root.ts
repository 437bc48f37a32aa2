/** AssumeRoot: fifteen minutes as root of a member account, for one task. */
import type { STS } from '../../../../generated/api/sts';
import { AwsError, accountOfArn, defineOperations, type TxContext } from '../../../kernel';
import { issueCredentials } from '../credentials';
import { accessDenied, missingToken, notAuthorised, validationError } from '../errors';
import { iamPlace } from '../roles';
import { isRootTask, rootArnOf } from '../root-tasks';
import { inheritedSourceIdentity } from '../session-tags';

const longestSeconds = 900;

export const assumeRootOperations = defineOperations<STS>()({
  AssumeRoot(ctx, { TargetPrincipal, TaskPolicyArn, DurationSeconds = longestSeconds }) {
    const { principal, partition } = ctx;
    if (principal.type === 'anonymous') throw missingToken();
    const policyArn = TaskPolicyArn.arn ?? '';
    const arn = rootArnOf(TargetPrincipal, partition);
    // these sentences are guesses
    if (arn === undefined) throw validationError(`${TargetPrincipal} is invalid`);
    if (!isRootTask(policyArn, partition)) throw validationError(`${policyArn} is not a policy for privileged root tasks`);
    const account = accountOfArn(arn) as string;
    const need = { action: 'sts:AssumeRoot', resource: arn };
    if (principal.type === 'root') ctx.refuse(need, accessDenied('AssumeRoot may not be called by root accounts.'));
    if (!mayManageRootOf(ctx, account)) ctx.refuse(need, notAuthorised(principal.arn, need.action, arn));
    const sourceIdentity = inheritedSourceIdentity(principal);
    const credentials = issueCredentials(ctx, account, DurationSeconds, (accessKeyId) => ({
      type: 'root',
      account,
      arn,
      id: account,
      accessKeyId,
      session: { issuedAt: ctx.now, policyArns: [policyArn], ...(sourceIdentity !== undefined && { sourceIdentity }) },
    }));
    return { Credentials: credentials, ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }) };
  },
});

/** Is the caller's account the one that manages an organization whose roots may be assumed, or IAM's administrator there; and the other a member? */
function mayManageRootOf(ctx: TxContext, target: string): boolean {
  const here = { place: iamPlace(ctx.account, ctx.partition) };
  try {
    const { EnabledFeatures } = ctx.call('iam', 'ListOrganizationsFeatures', {}, here);
    const { Organization } = ctx.call('organizations', 'DescribeOrganization', {}, here);
    ctx.call('organizations', 'DescribeAccount', { AccountId: target }, here);
    return EnabledFeatures?.includes('RootSessions') === true && target !== Organization?.MasterAccountId;
  } catch (error) {
    if (error instanceof AwsError) return false; // no organization, none that lets it, or no such account in it
    throw error;
  }
}
