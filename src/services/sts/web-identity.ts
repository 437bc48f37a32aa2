/** What a web identity token says: its claims checked, and turned into what a trust policy and a session know of them. */
import type { Tag } from '../../../generated/api/sts';
import { expiredToken, invalidToken, rejectedClaim } from './errors';
import { isObject, type Jwt } from './jwt';

export interface WebIdentity {
  readonly subject: string;
  /** The client id the token is for, as the provider lists it. */
  readonly audience: string;
  /** Condition keys of the trust policy: `accounts.google.com:aud`. */
  readonly conditions: Conditions;
  /** Those of them that policies of the session may ask too (IAM User Guide, "Cross-service AWS OIDC federation context keys"). */
  readonly vouched: Conditions;
  readonly tags: readonly Tag[];
  readonly transitiveKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
}

type Claims = Jwt['claims'];
type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** How far an issuer's clock may be ahead of ours; a guess, and what other verifiers take. */
const skewSeconds = 300;

/**
 * Throws what AWS answers for a token that is too old, too young, or for others. `clientIds` are those of the provider,
 * undefined for the issuers that need none; `name` is the issuer's as condition keys have it.
 *
 * `nowMs` is real time: issuers outside know no other clock, and those inside tell clients their times in it.
 */
export function readClaims(claims: Claims, name: string, clientIds: readonly string[] | undefined, nowMs: number): WebIdentity {
  checkTimes(claims, Math.floor(nowMs / 1000));
  const subject = requiredText(claims, 'sub');
  const audiences = textsOf(claims['aud']);
  if (audiences.length === 0) throw missing('aud');
  const party = optionalText(claims, 'azp');
  // an authorized party counts as the audience (IAM User Guide, "Available keys for AWS OIDC federation": aud)
  const candidates = party === undefined ? audiences : [party];
  const audience = clientIds === undefined ? candidates[0] : candidates.find((each) => clientIds.includes(each));
  if (audience === undefined) throw invalidToken('Incorrect token audience');
  const others = otherConditions(claims, name);
  const methods = others[`${name}:amr`];
  const vouched = { [`${name}:aud`]: audience, [`${name}:sub`]: subject, ...(methods && { [`${name}:amr`]: methods }) };
  const conditions = { ...others, ...vouched, [`${name}:oaud`]: audiences.length === 1 ? audiences[0]! : audiences };
  return { subject, audience, conditions, vouched, ...sessionClaims(claims) };
}

const missing = (claim: string) => invalidToken(`Missing a required claim: ${claim}`);

function requiredText(claims: Claims, claim: string): string {
  const value = claims[claim];
  if (value === undefined) throw missing(claim);
  if (typeof value !== 'string' || value === '') throw rejectedClaim(`The claim ${claim} of the token is not a text.`);
  return value;
}

function optionalText(claims: Claims, claim: string): string | undefined {
  return claims[claim] === undefined ? undefined : requiredText(claims, claim);
}

/** The issuer a token names; its claims are not to be believed yet. */
export function issuerOf(claims: Claims): string {
  return requiredText(claims, 'iss');
}

/** "Timestamps in the token must be formatted as either an integer or a long integer" (API reference). */
function secondsOf(claims: Claims, claim: string): number | undefined {
  const value = claims[claim];
  if (value !== undefined && !Number.isSafeInteger(value)) throw invalidToken(`The claim ${claim} of the token is not an integer.`);
  return value as number | undefined;
}

/** The sentence about expired tokens was recorded; those about early ones are guesses. */
function checkTimes(claims: Claims, now: number): void {
  const expires = secondsOf(claims, 'exp');
  const issued = secondsOf(claims, 'iat');
  if (expires === undefined) throw missing('exp');
  if (issued === undefined) throw missing('iat');
  if (expires <= now) throw expiredToken(`Token expired: current date/time ${now} must be before the expiration date/time ${expires}`);
  const from = Math.max(issued, secondsOf(claims, 'nbf') ?? issued);
  if (from > now + skewSeconds) throw invalidToken(`Token not yet valid: current date/time ${now} must be after ${from}`);
}

/** Claims that some issuers' tokens have, and condition keys of the same name (service authorization reference, STS). */
const ofGithub = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
];
const ofBuildkite = ['build_branch', 'cluster_id', 'cluster_name', 'organization_id', 'organization_slug', 'pipeline_id', 'pipeline_slug'];
const ofGitlab = [
  'namespace_id',
  'pipeline_source',
  'project_id',
  'ref_protected',
  'runner_environment',
  'user_access_level',
  'user_email',
  'user_id',
  'user_login',
];
const claimsByIssuer: readonly (readonly [issuer: RegExp, claims: readonly string[]])[] = [
  [/^token\.actions\.(githubusercontent\.com(\/.*)?|[^./]+\.ghe\.com)$|^github\.com\/enterprises\//, ofGithub],
  [/^agent\.(buildkite\.com|[^./]+\.buildkite\.(dev|site))$/, ofBuildkite],
  [/^gitlab\.com$/, ofGitlab],
  [/^oidc\.circleci\.com\/org\//, ['oidc.circleci.com/project-id']],
  [/^accounts\.google\.com$/, ['google/organization_number']],
  [/^idcs-[^./]+\.identity\.oraclecloud\.com$/, ['rpst_id']],
];
const ofEveryIssuer = ['amr', 'email'];

function otherConditions(claims: Claims, name: string): Record<string, string | readonly string[]> {
  const known = [...ofEveryIssuer, ...(claimsByIssuer.find(([issuer]) => issuer.test(name))?.[1] ?? [])];
  const conditions: Record<string, string | readonly string[]> = {};
  for (const claim of known) {
    const value = claims[claim];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      conditions[`${name}:${claim}`] = String(value);
    else if (Array.isArray(value)) conditions[`${name}:${claim}`] = textsOf(value);
  }
  return conditions;
}

/** Claims may have one value, or a list. */
const oneOrList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function textsOf(value: unknown): readonly string[] {
  return oneOrList(value).filter((each) => typeof each === 'string');
}

const tagsClaim = 'https://aws.amazon.com/tags';
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity';

/** Session tags come nested in one claim, or each in a claim of its own (IAM User Guide, "Pass session tags in AWS STS"). */
function sessionClaims(claims: Claims): Pick<WebIdentity, 'tags' | 'transitiveKeys' | 'sourceIdentity'> {
  const claim = claims[tagsClaim];
  const nested = isObject(claim) ? claim : {};
  const principalTags = isObject(nested['principal_tags']) ? nested['principal_tags'] : {};
  const flatPrefix = `${tagsClaim}/principal_tags/`;
  const flat = Object.entries(claims).filter(([name]) => name.startsWith(flatPrefix));
  const tags = [...Object.entries(principalTags), ...flat.map(([name, value]) => [name.slice(flatPrefix.length), value] as const)];
  return {
    tags: tags.map(([Key, value]) => ({ Key, Value: tagValue(value) })),
    transitiveKeys: textsOf(nested['transitive_tag_keys'] ?? claims[`${tagsClaim}/transitive_tag_keys`]),
    sourceIdentity: checkedSourceIdentity(claims),
  };
}

/** "Multivalued session tags are not supported": a list must have one value. The sentence is a guess. */
function tagValue(value: unknown): string {
  const [only, ...others] = oneOrList(value);
  if (typeof only !== 'string' || others.length > 0) throw invalidToken('A session tag of the token does not have exactly one value.');
  return only;
}

const sourceIdentityForm = /^[a-zA-Z_0-9+=,.@-]{2,64}$/;

function checkedSourceIdentity(claims: Claims): string | undefined {
  const value = optionalText(claims, sourceIdentityClaim);
  if (value !== undefined && !sourceIdentityForm.test(value)) throw badSourceIdentity();
  return value;
}

/** As the IAM User Guide has it for SAML ("Troubleshoot SAML federation with IAM"). */
export const badSourceIdentity = () => invalidToken('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"');
