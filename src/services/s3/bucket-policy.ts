/** Bucket policies as documents: which S3 takes, and which of them make a bucket public. */
import { malformedPolicy } from './errors';

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** "The maximum size of bucket policies is 20 KB" */
const maxBytes = 20 * 1024;

/** The statements of a policy's text, or S3's error. `bucketArn`: the bucket it is put on. */
export function requirePolicy(text: string, bucketArn: string): Statement[] {
  const document = parse(text);
  if (Buffer.byteLength(text) > maxBytes) throw malformedPolicy('Policies must not be larger than 20 KB.');
  const { Version: version, Statement: given } = document;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
    throw malformedPolicy('The policy must contain a valid version string');
  if (given === undefined) throw malformedPolicy('Missing required field Statement');
  const statements = (Array.isArray(given) ? given : [given]) as Statement[];
  if (statements.length === 0) throw malformedPolicy('Could not parse the policy: Statement is empty!');
  for (const statement of statements) requireStatement(statement, bucketArn);
  return statements;
}

/** Does it let anybody in? Conditions may narrow that down; those that name a network, an account or a VPC do (user guide, "The meaning of public"). */
export function isPublic(statements: readonly Statement[]): boolean {
  return statements.some(
    (statement) => statement.Effect === 'Allow' && isAnybody(statement.Principal) && !hasFixedCondition(statement.Condition),
  );
}

function parse(text: string): Record<string, unknown> {
  const malformed = "Policies must be valid JSON and the first byte must be '{'";
  if (!text.startsWith('{')) throw malformedPolicy(malformed);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw malformedPolicy(malformed);
  }
}

function requireStatement(statement: Statement, bucketArn: string): void {
  if (typeof statement !== 'object' || statement === null) throw malformedPolicy('Policy has invalid statement');
  const { Effect: effect, Principal: principal, NotPrincipal: notPrincipal } = statement;
  if (effect === undefined) throw malformedPolicy('Missing required field Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw malformedPolicy(`Invalid effect: ${String(effect)}`);
  if (principal === undefined && notPrincipal === undefined) throw malformedPolicy('Missing required field Principal');
  if (principal !== undefined && !isPrincipal(principal)) throw malformedPolicy('Invalid principal in policy');
  const actions = listOf(statement.Action ?? statement.NotAction);
  if (!actions) throw malformedPolicy('Missing required field Action');
  if (actions.some((action) => action !== '*' && !/^s3[\w-]*:[\w*?]+$/i.test(action))) throw malformedPolicy('Policy has invalid action');
  const resources = listOf(statement.Resource ?? statement.NotResource);
  if (!resources) throw malformedPolicy('Missing required field Resource');
  if (resources.some((resource) => !isOfBucket(resource, bucketArn))) throw malformedPolicy('Policy has invalid resource');
}

function listOf(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === 'string') ? list : undefined;
}

const principalKinds: ReadonlySet<string> = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser']);

function isPrincipal(principal: unknown): boolean {
  if (typeof principal === 'string') return principal === '*';
  if (typeof principal !== 'object' || principal === null) return false;
  return Object.entries(principal).every(([kind, value]) => {
    const names = principalKinds.has(kind) ? listOf(value) : undefined;
    return kind === 'AWS' ? names?.every(isAwsPrincipal) : names !== undefined;
  });
}

function isAwsPrincipal(name: string): boolean {
  return name === '*' || /^\d{12}$/.test(name) || /^arn:[\w-]+:(iam|sts)::\d{12}:.+$/.test(name) || /^A[A-Z]{3}[A-Z0-9]{12,}$/.test(name);
}

/** The bucket itself or what is in it; the bucket's name may be written with wildcards. */
function isOfBucket(resource: string, bucketArn: string): boolean {
  const [arn = ''] = resource.split('/', 1);
  if (!arn.includes('*') && !arn.includes('?')) return arn === bucketArn;
  const pattern = arn
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(bucketArn);
}

function isAnybody(principal: unknown): boolean {
  if (principal === '*') return true;
  const names = typeof principal === 'object' && principal !== null ? (listOf((principal as { AWS?: unknown }).AWS) ?? []) : [];
  return names.includes('*');
}

/** The condition keys whose fixed values keep a statement from being public. */
const narrowing =
  /^(aws:(SourceIp|SourceArn|SourceVpc|SourceVpce|SourceOwner|SourceAccount|userid|PrincipalOrgID|PrincipalOrgPaths|PrincipalArn|PrincipalAccount)|s3:(x-amz-server-side-encryption-aws-kms-key-id|DataAccessPointArn|DataAccessPointAccount))$/i;

function hasFixedCondition(condition: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return false;
  return Object.values(condition).some((keys: unknown) =>
    Object.entries((keys ?? {}) as Record<string, unknown>).some(
      ([key, value]) =>
        narrowing.test(key) && listOf(value)?.every((item) => !/[*?]/.test(item) && item !== '0.0.0.0/0' && item !== '::/0'),
    ),
  );
}
