/** May somebody whom a provider vouches for assume a role? Asked of the role's trust policy. */
import { type AccessNeed, AwsError, type Principal, type TxContext } from '../../kernel';
import { notAuthorisedFederated } from './errors';
import type { Role } from './roles';
import type { SessionTags } from './session-tags';

interface FederatedQuestion {
  readonly action: 'sts:AssumeRoleWithWebIdentity' | 'sts:AssumeRoleWithSAML';
  readonly role: Role;
  readonly identity: Extract<Principal, { type: 'identity' }>;
  readonly conditions: Readonly<Record<string, string | readonly string[]>>;
  readonly tags: SessionTags;
  readonly sourceIdentity: string | undefined;
}

/** Throws AccessDenied where policies count: AWS tells the unauthenticated neither who they are nor what was asked. */
export function authoriseFederated(ctx: TxContext, question: FederatedQuestion): void {
  const { action, role, identity } = question;
  const denied = notAuthorisedFederated(action);
  for (const need of needsOf(question)) {
    if (!role.exists) ctx.refuse(need, denied);
    try {
      ctx.authorise(need, identity);
    } catch (error) {
      throw error instanceof AwsError ? denied : error;
    }
  }
}

/** As AssumeRole: the action, and a right each for tags and a source identity. */
function needsOf({ action, role, conditions: told, tags, sourceIdentity }: FederatedQuestion): readonly AccessNeed[] {
  const resource = role.arn;
  const hasTags = Object.keys(tags.tags).length > 0;
  const conditions = {
    ...told,
    ...(sourceIdentity !== undefined && { 'sts:SourceIdentity': sourceIdentity }),
    ...(tags.transitiveKeys.length > 0 && { 'sts:TransitiveTagKeys': tags.transitiveKeys }),
  };
  const requestTags = hasTags ? { requestTags: tags.tags } : {};
  return [
    { action, resource, conditions, ...requestTags },
    ...(hasTags ? [{ action: 'sts:TagSession', resource, conditions, ...requestTags }] : []),
    ...(sourceIdentity !== undefined ? [{ action: 'sts:SetSourceIdentity', resource, conditions }] : []),
  ];
}
