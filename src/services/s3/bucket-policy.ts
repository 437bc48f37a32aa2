/** What a bucket policy may say, in S3's order of complaints and in its words; and whether it opens the bucket to the public. */
import { type ConditionClause, MalformedPolicy, matchesWildcard, type PolicyDocument, parsePolicy, type Statement } from '../../policy';
import { isAction } from './bucket-actions';
import { malformedPolicy } from './errors';

/** "The maximum size of bucket policies is 20 KB" */
const maxBytes = 20 * 1024;

/** A policy's text, read and checked; or S3's error. `bucketArn`: the bucket it is put on. Whether its principals are there is not asked here. */
export function requirePolicy(text: string, bucketArn: string): PolicyDocument {
  const json = readJson(text);
  if (Buffer.byteLength(text) > maxBytes) throw malformedPolicy('Policies must not be larger than 20 KB.');
  if (json.Statement === undefined) throw malformedPolicy('Missing required field Statement');
  const document = parse(text);
  for (const statement of document.statements) requireStatement(statement, bucketArn);
  return document;
}

function readJson(text: string): { readonly Statement?: unknown } {
  const malformed = "Policies must be valid JSON and the first byte must be '{'";
  if (!text.startsWith('{')) throw malformedPolicy(malformed);
  try {
    return JSON.parse(text);
  } catch {
    throw malformedPolicy(malformed);
  }
}

function parse(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    throw error instanceof MalformedPolicy ? malformedPolicy(error.message) : error;
  }
}

function requireStatement({ actions, resources, conditions }: Statement, bucketArn: string): void {
  if (!actions.names.every(isAction)) throw malformedPolicy('Policy has invalid action');
  if (!resources || resources.names.length === 0) throw malformedPolicy('Missing required field Resource');
  if (resources.names.some((name) => !isOfBucket(name, bucketArn))) throw malformedPolicy('Policy has invalid resource');
  if (!conditions.every(({ key }) => isConditionKey(key))) throw malformedPolicy('Policy has an invalid condition key');
  if (!actions.not && !resources.not && !actions.names.some((action) => resources.names.some((name) => applies(action, name)))) {
    throw malformedPolicy('Action does not apply to any resource(s) in statement');
  }
  if (!conditions.every(({ key }) => isAskedFor(key, actions, resources))) {
    throw malformedPolicy('Conditions do not apply to combination of actions and resources in statement');
  }
}

const listActions = ['s3:listbucket', 's3:listbucketversions'];
const aclActions = ['bucketacl', 'object', 'objectacl', 'objectversionacl'].map((what) => `s3:put${what}`);
const bypassing = 's3:bypassgovernanceretention';

/** Keys that only the requests of few actions have (service authorization reference). */
const actionsOfKeys: Readonly<Record<string, readonly string[]>> = {
  's3:prefix': listActions,
  's3:delimiter': listActions,
  's3:max-keys': listActions,
  's3:x-amz-acl': [...aclActions, bypassing, 's3:createbucket', 's3:createaccesspoint'],
  's3:x-amz-copy-source': ['s3:putobject', bypassing],
  's3:x-amz-metadata-directive': ['s3:putobject', bypassing],
};

/** Is there an action among these, on one of these resources, whose requests have the key? */
function isAskedFor(key: string, actions: Statement['actions'], resources: NonNullable<Statement['resources']>): boolean {
  const having = actionsOfKeys[key.toLowerCase()];
  if (having === undefined || actions.not || resources.not) return true;
  const named = having.filter((action) => actions.names.some((name) => matchesWildcard(name.toLowerCase(), action)));
  return named.some((action) => resources.names.some((name) => applies(action, name)));
}

/** S3's own by name (service authorization reference, "Condition keys for Amazon S3"); those of tags go on after a slash. */
const ownKeys: ReadonlySet<string> = new Set(
  `
  accessgrantscope accessgrantsinstancearn accessgrantslocationscope accesspointnetworkorigin accesspointtag annotation-prefix
  authtype buckettag dataaccesspointaccount dataaccesspointarn delimiter deliverysourcearn destinationregion existingjoboperation
  existingjobpriority existingobjecttag if-match if-none-match inventoryaccessibleoptionalfields isreplicationpauserequest
  jobsuspendedcause locationconstraint logtype max-annotation-results max-keys object-lock-event-hold
  object-lock-event-hold-duration-days object-lock-legal-hold object-lock-mode object-lock-remaining-retention-days
  object-lock-retain-until-date objectcreationoperation prefix requestjoboperation requestjobpriority requestobjecttag
  requestobjecttagkeys resourceaccount resourcearnbeingauthorized signatureage signatureversion tlsversion versionid x-amz-acl
  x-amz-bucket-namespace x-amz-content-sha256 x-amz-copy-source x-amz-grant-full-control x-amz-grant-read x-amz-grant-read-acp
  x-amz-grant-write x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-annotation-directive x-amz-object-if-match
  x-amz-object-ownership x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id
  x-amz-server-side-encryption-customer-algorithm x-amz-storage-class x-amz-website-redirect-location
  `
    .trim()
    .split(/\s+/),
);

/** Of all of AWS, of identity providers, or S3's own. */
function isConditionKey(key: string): boolean {
  const lower = key.toLowerCase();
  if (!lower.startsWith('s3:')) return /^(aws|sts|saml|[\w-]+(\.[\w-]+)+(\/[^:]*)?):./.test(lower);
  return ownKeys.has(lower.slice('s3:'.length).split('/', 1)[0] as string);
}

/** The bucket itself or what is in it; the bucket's name may be written with wildcards. */
function isOfBucket(resource: string, bucketArn: string): boolean {
  const [arn = ''] = resource.split('/', 1);
  return matchesWildcard(arn, bucketArn);
}

/** Could the action be asked for on what the resource names? Names with wildcards could mean either kind. */
function applies(action: string, resource: string): boolean {
  if (/[*?]/.test(action)) return true;
  const [bucket = ''] = resource.split('/', 1);
  const mayBeObject = resource.includes('/') || bucket.includes('*');
  const mayBeBucket = !resource.includes('/');
  return isObjectAction(action) ? mayBeObject : mayBeBucket;
}

/** By the names that S3 has given its actions so far. */
export function isObjectAction(action: string): boolean {
  return (
    /^s3:(AbortMultipartUpload|BypassGovernanceRetention|InitiateReplication|ListMultipartUploadParts|ReplicateDelete|ReplicateTags)$/i.test(
      action,
    ) ||
    (/object/i.test(action) && !/BucketObjectLock/i.test(action))
  );
}

// ---- public or not ----

/** Does it let anybody in? Conditions may narrow that down; those that name a network, an account or a VPC do (user guide, "The meaning of public"). */
export function isPublic({ statements }: PolicyDocument): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' && (principals?.everybody === true || principals?.not === true) && !conditions.some(narrows),
  );
}

/** The condition keys whose fixed values keep a statement from being public. */
const narrowing =
  /^(aws:(SourceIp|SourceArn|SourceVpc|SourceVpce|SourceOwner|SourceAccount|userid|PrincipalOrgID|PrincipalOrgPaths|PrincipalArn|PrincipalAccount)|s3:(x-amz-server-side-encryption-aws-kms-key-id|DataAccessPointArn|DataAccessPointAccount))$/i;

/** Operators that hold for the values they name only: not for all others, nor for requests without the key. */
const naming: ReadonlySet<string> = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnEquals', 'ArnLike', 'IpAddress']);

function narrows({ operator, key, values }: ConditionClause): boolean {
  const isNaming = naming.has(operator.base) && !operator.ifExists && operator.quantifier !== 'all';
  return isNaming && narrowing.test(key) && values.every((value) => isFixed(key.toLowerCase(), value));
}

/** Without wildcards and variables. Access points may be any of an account; networks must not be as wide as a part of the world. */
function isFixed(key: string, value: string): boolean {
  if (key === 's3:dataaccesspointarn') return /^arn:[\w-]+:s3:[^:]*:\d{12}:accesspoint\//.test(value);
  if (key === 'aws:sourceip' && isWide(value)) return false;
  return !/[*?]|\$\{/.test(value);
}

/** "Broader than /8 for IPv4 and /32 for IPv6" */
function isWide(range: string): boolean {
  const [address = '', bits] = range.split('/', 2);
  return bits !== undefined && Number(bits) < (address.includes(':') ? 32 : 8);
}
