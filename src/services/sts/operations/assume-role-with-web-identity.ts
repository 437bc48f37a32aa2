/** AssumeRoleWithWebIdentity: a session of a role, for whoever an OpenID Connect issuer vouches for. */
import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse, STS } from '../../../../generated/api/sts';
import { type AwsError, defineOperations, fail, type IoContext, io, type TxContext } from '../../../kernel';
import { accessTokensNotChecked, invalidToken, noKeys, noProvider, notJwt, validationError } from '../errors';
import { authoriseFederated } from '../federation';
import { iamPlace, ifThere } from '../inner-calls';
import { fetchKeys, knownKeys } from '../issuers';
import { findKey, isSignedBy, type Jwt, parseJwt } from '../jwt';
import { findRole, openRoleSession, requireRoleArn, sessionSeconds } from '../roles';
import { packedSize, sessionPolicies } from '../session-policies';
import { joinTags } from '../session-tags';
import { issuerOf, readClaims, type WebIdentity } from '../web-identity';

/** Who vouches, as the account of the role knows them. */
interface Provider {
  /** An ARN, or the name of an issuer that accounts need not register. */
  readonly principal: string;
  /** As condition keys have it: without its scheme. */
  readonly name: string;
  readonly issuer: string;
  /** Undefined where only the trust policy says for whom tokens may be. */
  readonly clientIds: readonly string[] | undefined;
}

export const webIdentityOperations = defineOperations<STS>()({
  AssumeRoleWithWebIdentity: io(async (ctx, input): Promise<AssumeRoleWithWebIdentityResponse> => {
    if (input.ProviderId !== undefined) throw accessTokensNotTaken(input.ProviderId);
    const { account } = requireRoleArn(input.RoleArn, ctx.partition);
    const token = parseJwt(input.WebIdentityToken) ?? fail(notJwt());
    const provider = await ctx.transact((_tx, inside) => requireProvider(inside, account, issuerOf(token.claims)));
    const identity = readClaims(token.claims, provider.name, provider.clientIds, ctx.toClientTime(ctx.now));
    await requireSignature(ctx, token, provider.issuer);
    return ctx.transact((_tx, inside) => assume(inside, input, provider, identity));
  }),
});

/** Login with Amazon and Facebook, the only ones with a ProviderId (API reference). AWS's sentence for others is not recorded. */
function accessTokensNotTaken(providerId: string): AwsError {
  const isKnown = providerId === 'www.amazon.com' || providerId === 'graph.facebook.com';
  return isKnown ? accessTokensNotChecked(providerId) : validationError(`${providerId} is not a supported provider`);
}

/** Issuers that every account knows (IAM User Guide, "Principal element", federated user principals). */
const wellKnown = ['accounts.google.com', 'cognito-identity.amazonaws.com'];

function requireProvider(ctx: TxContext, account: string, issuer: string): Provider {
  const name = issuer.replace(/^https?:\/\//, '');
  for (const registered of new Set([name, name.replace(/\/$/, '')])) {
    const arn = `arn:${ctx.partition}:iam::${account}:oidc-provider/${registered}`;
    const found = ifThere(() =>
      ctx.call('iam', 'GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn }, { place: iamPlace(account, ctx.partition) }),
    );
    if (found) return { principal: arn, name: registered, issuer, clientIds: found.ClientIDList ?? [] };
  }
  if (!wellKnown.includes(name)) throw noProvider(issuer);
  return { principal: name, name, issuer: `https://${name}`, clientIds: undefined };
}

async function requireSignature(ctx: IoContext, token: Jwt, issuer: string): Promise<void> {
  const known = await knownKeys(ctx, issuer);
  // issuers change their keys: one that is not known may be new
  const key = (known && findKey(token, known)) ?? findKey(token, await fetchKeys(ctx, issuer));
  if (key === undefined) throw noKeys();
  if (!isSignedBy(token, key)) throw invalidSignature();
}

/** The sentence is a guess. */
const invalidSignature = () => invalidToken('The signature of the ID Token is invalid.');

function assume(
  ctx: TxContext,
  input: AssumeRoleWithWebIdentityRequest,
  provider: Provider,
  { subject, audience, conditions, vouched, tags: passed, transitiveKeys, sourceIdentity }: WebIdentity,
): AssumeRoleWithWebIdentityResponse {
  const role = findRole(ctx, input.RoleArn);
  const tags = joinTags(passed, transitiveKeys);
  authoriseFederated(ctx, {
    action: 'sts:AssumeRoleWithWebIdentity',
    role,
    identity: { type: 'identity', account: role.account, arn: provider.principal, id: subject },
    conditions: { ...conditions, 'sts:RoleSessionName': input.RoleSessionName },
    tags,
    sourceIdentity,
  });
  const seconds = sessionSeconds(input.DurationSeconds, role, false);
  const narrowing = sessionPolicies(input, role.account);
  const packed = packedSize(narrowing, tags.tags);
  return {
    ...openRoleSession(ctx, {
      role,
      name: input.RoleSessionName,
      seconds,
      ...tags,
      narrowing,
      sourceIdentity,
      provider: provider.principal,
      vouched,
    }),
    SubjectFromWebIdentityToken: subject,
    Provider: provider.principal,
    Audience: audience,
    ...(packed > 0 && { PackedPolicySize: packed }),
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  };
}
