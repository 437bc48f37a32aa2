/** What a bucket policy may say, in S3's order of complaints and in its words; and whether it opens the bucket to the public. */
import { MalformedPolicy, matchesWildcard, type PolicyDocument, parsePolicy, type Statement } from '../../policy';
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
  if (actions.names.some((name) => !/^(\*+|s3[\w-]*:[\w*?]+)$/i.test(name))) throw malformedPolicy('Policy has invalid action');
  if (!resources || resources.names.length === 0) throw malformedPolicy('Missing required field Resource');
  if (resources.names.some((name) => !isOfBucket(name, bucketArn))) throw malformedPolicy('Policy has invalid resource');
  if (!conditions.every(({ key }) => isConditionKey(key))) throw malformedPolicy('Policy has an invalid condition key');
  if (!actions.not && !resources.not && !actions.names.some((action) => resources.names.some((name) => applies(action, name)))) {
    throw malformedPolicy('Action does not apply to any resource(s) in statement');
  }
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
      effect === 'Allow' &&
      (principals?.everybody === true || principals?.not === true) &&
      !conditions.some(({ key, values }) => narrowing.test(key) && values.every(isFixed)),
  );
}

/** The condition keys whose fixed values keep a statement from being public. */
const narrowing =
  /^(aws:(SourceIp|SourceArn|SourceVpc|SourceVpce|SourceOwner|SourceAccount|userid|PrincipalOrgID|PrincipalOrgPaths|PrincipalArn|PrincipalAccount)|s3:(x-amz-server-side-encryption-aws-kms-key-id|DataAccessPointArn|DataAccessPointAccount))$/i;

function isFixed(value: string): boolean {
  return !/[*?]/.test(value) && value !== '0.0.0.0/0' && value !== '::/0';
}
