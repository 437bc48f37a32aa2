/** GetWebIdentityToken: a signed token by which others can tell who calls, without AWS's help. */
import type { STS } from '../../../../generated/api/sts';
import {
  accountSettings,
  defineOperations,
  fail,
  type Principal,
  type Tags,
  type TxContext,
  tagsOfList,
  underSessionTags,
} from '../../../kernel';
import { clientSeconds } from '../credentials';
import { federationDisabled, missingToken, tokenOutlivesSession, validationError } from '../errors';
import { iamPlace, ifThere } from '../inner-calls';
import { joinTags } from '../session-tags';
import { signToken, type TokenAlgorithm, tokenAlgorithms } from '../token-keys';

const defaultSeconds = 300;
const namespace = 'https://sts.amazonaws.com/';

export const outboundOperations = defineOperations<STS>()({
  GetWebIdentityToken(ctx, { Audience, SigningAlgorithm, DurationSeconds = defaultSeconds, Tags = [] }) {
    const { principal } = ctx;
    if (principal.type === 'anonymous') throw missingToken();
    const algorithm = requireAlgorithm(SigningAlgorithm);
    const issuer = requireIssuer(ctx);
    const { tags } = joinTags(Tags, []);
    const expiresAt = ctx.now + DurationSeconds * 1000;
    if (principal.type === 'session' && expiresAt > principal.expiresAt) throw tokenOutlivesSession();
    const until = clientSeconds(ctx, expiresAt);
    const token = signToken(ctx.tx, algorithm, {
      iss: issuer,
      aud: Audience.length === 1 ? Audience[0] : Audience,
      sub: entityArn(principal),
      iat: until / 1000 - DurationSeconds,
      exp: until / 1000,
      jti: ctx.uuid(),
      [namespace]: aboutCaller(ctx, tags),
    });
    return { WebIdentityToken: token, Expiration: until };
  },
});

/** In the words of the model's constraints. */
function requireAlgorithm(name: string): TokenAlgorithm {
  const found = tokenAlgorithms.find((algorithm) => algorithm === name);
  if (found) return found;
  throw validationError(
    `1 validation error detected: Value '${name}' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [${tokenAlgorithms.join(', ')}]`,
  );
}

function requireIssuer({ tx }: TxContext): string {
  const { issuer, issuesTokens } = accountSettings(tx);
  return (issuesTokens && issuer) || fail(federationDisabled());
}

/** The role of a session, the user, or root. */
function entityArn(principal: Principal): string {
  return principal.type === 'session' ? (principal.roleArn ?? principal.arn) : principal.arn;
}

/** IAM User Guide, "Understanding token claims"; what does not apply is left out. */
function aboutCaller(ctx: TxContext, requestTags: Tags) {
  const { principal } = ctx;
  const session = 'session' in principal ? principal.session : undefined;
  const principalTags = underSessionTags(identityTags(ctx), principal.type === 'session' ? principal.tags : {});
  return {
    aws_account: ctx.account,
    source_region: ctx.region,
    principal_id: entityArn(principal),
    ...organizationOf(ctx),
    ...(principal.type === 'session' && { original_session_exp: isoSeconds(clientSeconds(ctx, principal.expiresAt)) }),
    ...(session?.sourceIdentity !== undefined && { source_identity: session.sourceIdentity }),
    ...(session?.federatedProvider !== undefined && { federated_provider: session.federatedProvider }),
    ...(Object.keys(principalTags).length > 0 && { principal_tags: principalTags }),
    ...(Object.keys(requestTags).length > 0 && { request_tags: requestTags }),
  };
}

const isoSeconds = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Of the user, or of the role behind a session. */
function identityTags(ctx: TxContext): Tags {
  const { principal } = ctx;
  const place = { place: iamPlace(ctx.account, ctx.partition) };
  const name = entityArn(principal).split('/').at(-1) ?? '';
  const tags =
    principal.type === 'user'
      ? ifThere(() => ctx.call('iam', 'GetUser', { UserName: principal.userName }, place).User.Tags)
      : principal.type === 'session' && principal.roleArn !== undefined
        ? ifThere(() => ctx.call('iam', 'GetRole', { RoleName: name }, place).Role.Tags)
        : undefined;
  return tagsOfList(tags);
}

/** `org_id` and `ou_path`, of accounts that are in an organization. */
function organizationOf(ctx: TxContext): { readonly org_id?: string; readonly ou_path?: readonly string[] } {
  const organization = ctx.accountFacts(ctx.account)?.organization;
  return organization ? { org_id: organization.id, ou_path: [organization.path] } : {};
}
