/** AssumeRole: a session of a role, for whoever its trust policy names. */
import type { AssumeRoleRequest, STS } from '../../../../generated/api/sts';
import { type AccessNeed, defineOperations, type Principal, type TxContext } from '../../../kernel';
import { accessDenied, missingToken, notAuthorised, rootAssumesNoRoles, sourceIdentityFixed } from '../errors';
import { checkMfa } from '../mfa';
import { findRole, openRoleSession, type Role, sessionSeconds } from '../roles';
import { packedSize, sessionPolicies } from '../session-policies';
import { inheritedTags, joinTags, type SessionTags, tagsOf } from '../session-tags';

export const assumeRoleOperations = defineOperations<STS>()({
  AssumeRole(ctx, input) {
    const { principal } = ctx;
    const { RoleSessionName, DurationSeconds, Tags = [], TransitiveTagKeys = [], ProvidedContexts } = input;
    if (principal.type === 'anonymous') throw missingToken();
    const role = findRole(ctx, input.RoleArn);
    refuseWhoMayNot(ctx, role);
    // only IAM Identity Center and its like are given such assertions
    if (ProvidedContexts !== undefined) throw accessDenied('The trusted context assertion is invalid.');
    const isChained = principal.type === 'session' && principal.roleArn !== undefined;
    const seconds = sessionSeconds(DurationSeconds, role, isChained);
    const sourceIdentity = sourceIdentityOf(principal, input);
    const inherited = inheritedTags(principal);
    const tags = joinTags(Tags, TransitiveTagKeys, inherited);
    const narrowing = sessionPolicies(input, role.account);
    const packed = packedSize(narrowing, tagsOf(Tags));
    checkMfa(ctx, input);
    authoriseInheritance(ctx, input, inherited, sourceIdentity);
    const opened = openRoleSession(ctx, { role, name: RoleSessionName, seconds, ...tags, narrowing, sourceIdentity, isChained });
    return {
      ...opened,
      ...(packed > 0 && { PackedPolicySize: packed }),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    };
  },
});

/** Root assumes no roles, and nobody one that is not there; while policies do not count, both go, as users of other emulators expect. */
function refuseWhoMayNot(ctx: TxContext, role: Role): void {
  const need: AccessNeed = { action: 'sts:AssumeRole', resource: role.arn };
  if (ctx.principal.type === 'root') ctx.refuse(need, rootAssumesNoRoles());
  if (!role.exists) ctx.refuse(need, notAuthorised(ctx.principal.arn, need.action, role.arn));
}

/** "Source identity cannot be changed during the session" (IAM User Guide, "Monitor and control actions taken with assumed roles"). */
function sourceIdentityOf(principal: Principal, { SourceIdentity }: AssumeRoleRequest): string | undefined {
  const inherited = 'session' in principal ? principal.session?.sourceIdentity : undefined;
  if (inherited !== undefined && SourceIdentity !== undefined && SourceIdentity !== inherited) throw sourceIdentityFixed();
  return inherited ?? SourceIdentity;
}

/** What a session hands on needs the same rights as what a request sets, which were asked before. */
function authoriseInheritance(
  ctx: TxContext,
  { RoleArn, RoleSessionName, SourceIdentity, Tags }: AssumeRoleRequest,
  inherited: SessionTags,
  sourceIdentity: string | undefined,
): void {
  const session = { 'sts:RoleSessionName': RoleSessionName };
  if (inherited.transitiveKeys.length > 0) {
    ctx.authorise({
      action: 'sts:TagSession',
      resource: RoleArn,
      requestTags: { ...inherited.tags, ...tagsOf(Tags) },
      conditions: { ...session, 'sts:TransitiveTagKeys': inherited.transitiveKeys },
    });
  }
  if (sourceIdentity !== undefined && SourceIdentity === undefined) {
    ctx.authorise({
      action: 'sts:SetSourceIdentity',
      resource: RoleArn,
      conditions: { ...session, 'sts:SourceIdentity': sourceIdentity },
    });
  }
}
