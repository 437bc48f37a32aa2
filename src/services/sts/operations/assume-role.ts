/** AssumeRole: a session of a role, for whoever its trust policy names. */
import type { AssumeRoleRequest, STS } from '../../../../generated/api/sts';
import { type AccessNeed, defineOperations, type Principal, type TxContext, tagsOfList } from '../../../kernel';
import { accessDenied, missingToken, notAuthorised, rootAssumesNoRoles, sourceIdentityFixed } from '../errors';
import { checkMfa } from '../mfa';
import { findRole, openRoleSession, type Role, sessionSeconds } from '../roles';
import { packedSize, sessionPolicies } from '../session-policies';
import { inheritedSourceIdentity, inheritedTags, joinTags } from '../session-tags';

export const assumeRoleOperations = defineOperations<STS>()({
  AssumeRole(ctx, input) {
    const { principal } = ctx;
    const { RoleSessionName, DurationSeconds, Tags = [], TransitiveTagKeys = [], ProvidedContexts } = input;
    if (principal.type === 'anonymous') throw missingToken();
    const role = findRole(ctx, input.RoleArn);
    refuseWhoMayNot(ctx, role);
    // only IAM Identity Center and its like are given such assertions (the sentence is a guess)
    if (ProvidedContexts !== undefined) throw accessDenied('The trusted context assertion is invalid.');
    const isChained = principal.type === 'session' && principal.roleArn !== undefined;
    const seconds = sessionSeconds(DurationSeconds, role, isChained);
    const sourceIdentity = sourceIdentityOf(principal, input);
    const tags = joinTags(Tags, TransitiveTagKeys, inheritedTags(principal));
    const narrowing = sessionPolicies(input, role.account);
    const packed = packedSize(narrowing, tagsOfList(Tags));
    checkMfa(ctx, input);
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

function sourceIdentityOf(principal: Principal, { SourceIdentity }: AssumeRoleRequest): string | undefined {
  const inherited = inheritedSourceIdentity(principal);
  if (inherited !== undefined && SourceIdentity !== undefined && SourceIdentity !== inherited) throw sourceIdentityFixed();
  return inherited ?? SourceIdentity;
}
