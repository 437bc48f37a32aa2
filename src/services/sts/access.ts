/**
 * What each operation needs to be allowed. A role's trust policy is its resource policy. GetCallerIdentity and
 * GetSessionToken need nothing, not even the lack of a denial (API reference, "Permissions"); the federated operations
 * are asked by nobody that policies know: they ask themselves, for whom the provider vouches for. Required members may be
 * missing here: what lacks them is refused after this.
 */
import type { AssumeRoleRequest, GetFederationTokenRequest, GetWebIdentityTokenRequest, STS } from '../../../generated/api/sts';
import { type Access, type AccessNeed, type Asking, type Place, type RequestFacts, tagsOfList } from '../../kernel';
import { rootArnOf } from './root-tasks';
import { inheritedSourceIdentity, inheritedTags } from './session-tags';

const nothing = () => [];

/** What a session hands on to the next one needs the same rights as what a request sets. */
function assumeRole(input: AssumeRoleRequest, _at: Place, _request: RequestFacts, { principal }: Asking): readonly AccessNeed[] {
  const { RoleArn: resource = '*', Tags = [], TransitiveTagKeys = [], ExternalId, SerialNumber, TokenCode } = input;
  const inherited = inheritedTags(principal);
  const tags = { ...inherited.tags, ...tagsOfList(Tags) };
  const transitiveKeys = [...inherited.transitiveKeys, ...TransitiveTagKeys];
  const sourceIdentity = input.SourceIdentity ?? inheritedSourceIdentity(principal);
  const conditions = {
    'sts:RoleSessionName': input.RoleSessionName,
    ...(ExternalId !== undefined && { 'sts:ExternalId': ExternalId }),
    ...(sourceIdentity !== undefined && { 'sts:SourceIdentity': sourceIdentity }),
    ...(transitiveKeys.length > 0 && { 'sts:TransitiveTagKeys': transitiveKeys }),
    // the operation refuses a wrong code before it gives anything away
    ...(SerialNumber !== undefined && TokenCode !== undefined && { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' }),
  };
  const hasTags = Object.keys(tags).length > 0;
  const requestTags = hasTags ? { requestTags: tags } : {};
  return [
    { action: 'sts:AssumeRole', resource, conditions, ...requestTags },
    ...(hasTags ? [{ action: 'sts:TagSession', resource, conditions, ...requestTags }] : []),
    ...(sourceIdentity !== undefined ? [{ action: 'sts:SetSourceIdentity', resource, conditions }] : []),
  ];
}

function getFederationToken({ Name, Tags = [] }: GetFederationTokenRequest, { partition, account }: Place): readonly AccessNeed[] {
  const resource = `arn:${partition}:sts::${account}:federated-user/${Name}`;
  const requestTags = Tags.length > 0 ? { requestTags: tagsOfList(Tags) } : {};
  return [
    { action: 'sts:GetFederationToken', resource, ...requestTags },
    ...(Tags.length > 0 ? [{ action: 'sts:TagSession', resource, ...requestTags }] : []),
  ];
}

function getWebIdentityToken(input: GetWebIdentityTokenRequest): readonly AccessNeed[] {
  const { Audience, SigningAlgorithm, DurationSeconds = 300, Tags = [] } = input;
  const conditions = {
    'sts:IdentityTokenAudience': Audience,
    'sts:SigningAlgorithm': SigningAlgorithm,
    'sts:DurationSeconds': String(DurationSeconds),
  };
  const requestTags = Tags.length > 0 ? { requestTags: tagsOfList(Tags) } : {};
  return [
    { action: 'sts:GetWebIdentityToken', resource: '*', conditions, ...requestTags },
    ...(Tags.length > 0 ? [{ action: 'sts:TagGetWebIdentityToken', resource: '*', ...requestTags }] : []),
  ];
}

export const access: Access<STS & { GetIssuerDocument: { input: unknown; output: unknown } }> = {
  AssumeRole: assumeRole,
  AssumeRoleWithSAML: nothing,
  AssumeRoleWithWebIdentity: nothing,
  AssumeRoot: ({ TargetPrincipal = '*', TaskPolicyArn }, { partition }) => [
    {
      action: 'sts:AssumeRoot',
      resource: rootArnOf(TargetPrincipal, partition) ?? TargetPrincipal,
      conditions: { 'sts:TaskPolicyArn': TaskPolicyArn?.arn ?? '' },
    },
  ],
  GetCallerIdentity: nothing,
  GetFederationToken: getFederationToken,
  GetIssuerDocument: nothing,
  GetSessionToken: nothing,
  GetWebIdentityToken: getWebIdentityToken,
};
