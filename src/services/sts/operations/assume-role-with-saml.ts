/** AssumeRoleWithSAML: a session of a role, for whoever a SAML 2.0 identity provider vouches for. */
import type { STS } from '../../../../generated/api/sts';
import { defineOperations, parseArn, samlDecryptionKeys, type TxContext } from '../../../kernel';
import { invalidToken, notAuthorisedFederated } from '../errors';
import { authoriseFederated } from '../federation';
import { iamPlace, ifThere } from '../inner-calls';
import { findRole, openRoleSession, sessionSeconds } from '../roles';
import {
  conditionsOf,
  longestSecondsOf,
  nameQualifierOf,
  offersRole,
  type SamlProvider,
  sessionNameOf,
  sessionTagsOf,
  sourceIdentityOf,
  vouchedBy,
} from '../saml/claims';
import { type IdentityProvider, readMetadata } from '../saml/metadata';
import { type Decryption, readResponse } from '../saml/response';
import { packedSize, sessionPolicies } from '../session-policies';
import { joinTags } from '../session-tags';

const action = 'sts:AssumeRoleWithSAML';

export const samlOperations = defineOperations<STS>()({
  AssumeRoleWithSAML(ctx, input) {
    const provider = requireProvider(ctx, input.PrincipalArn);
    const nowMs = ctx.toClientTime(ctx.now);
    const assertion = readResponse(input.SAMLAssertion, provider.identityProvider, provider.decryption, nowMs);
    if (!offersRole(assertion, input.RoleArn, provider.arn)) throw notAuthorisedFederated(action);
    const name = sessionNameOf(assertion);
    const sourceIdentity = sourceIdentityOf(assertion);
    const role = findRole(ctx, input.RoleArn);
    const passed = sessionTagsOf(assertion);
    const tags = joinTags(passed.tags, passed.transitiveKeys);
    authoriseFederated(ctx, {
      action,
      role,
      identity: { type: 'identity', account: role.account, arn: provider.arn, id: assertion.subject },
      conditions: { ...conditionsOf(assertion, provider), 'sts:RoleSessionName': name },
      tags,
      sourceIdentity,
    });
    const asked = sessionSeconds(input.DurationSeconds, role, false);
    const seconds = Math.min(asked, longestSecondsOf(assertion, nowMs) ?? asked);
    const narrowing = sessionPolicies(input, role.account);
    const packed = packedSize(narrowing, tags.tags);
    return {
      ...openRoleSession(ctx, {
        role,
        name,
        seconds,
        ...tags,
        narrowing,
        sourceIdentity,
        provider: provider.arn,
        vouched: vouchedBy(assertion, provider),
      }),
      Subject: assertion.subject,
      SubjectType: assertion.subjectType,
      Issuer: assertion.issuer,
      Audience: assertion.recipient,
      NameQualifier: nameQualifierOf(assertion.issuer, provider),
      ...(packed > 0 && { PackedPolicySize: packed }),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    };
  },
});

interface KnownProvider extends SamlProvider {
  readonly identityProvider: IdentityProvider;
  readonly decryption: Decryption;
}

/** The provider as IAM has it, with what its metadata says. */
function requireProvider(ctx: TxContext, arn: string): KnownProvider {
  const parts = parseArn(arn);
  const name = parts?.service === 'iam' ? /^saml-provider\/([^/]+)$/.exec(parts.resource)?.[1] : undefined;
  const isOurs = parts?.partition === ctx.partition && /^\d{12}$/.test(parts.account);
  if (name === undefined || !isOurs) throw noProvider();
  const { account } = parts;
  const place = iamPlace(account, ctx.partition);
  const known = ifThere(() => ctx.call('iam', 'GetSAMLProvider', { SAMLProviderArn: arn }, { place }));
  const identityProvider = known?.SAMLMetadataDocument === undefined ? undefined : readMetadata(known.SAMLMetadataDocument);
  if (identityProvider === undefined) throw noProvider();
  const decryption = {
    isRequired: known?.AssertionEncryptionMode === 'Required',
    keys: () => samlDecryptionKeys(ctx.tx.in({ account }), name),
  };
  return { arn, account, name, identityProvider, decryption };
}

const noProvider = () => invalidToken("Specified provider doesn't exist.");
