/**
 * The condition keys that requests to S3 set (service authorization reference, "Condition keys for Amazon S3"): those of
 * single operations, from their input, and those of all, from the HTTP request.
 */
import type { AccessNeed, RequestFacts, Tags } from '../../kernel';

export type Conditions = NonNullable<AccessNeed['conditions']>;
type Given = Readonly<Record<string, unknown>>;

/** Members of inputs whose header is a condition key. */
const keysOfMembers = {
  ACL: 's3:x-amz-acl',
  BucketNamespace: 's3:x-amz-bucket-namespace',
  CopySource: 's3:x-amz-copy-source',
  GrantFullControl: 's3:x-amz-grant-full-control',
  GrantRead: 's3:x-amz-grant-read',
  GrantReadACP: 's3:x-amz-grant-read-acp',
  GrantWrite: 's3:x-amz-grant-write',
  GrantWriteACP: 's3:x-amz-grant-write-acp',
  IfMatch: 's3:if-match',
  IfNoneMatch: 's3:if-none-match',
  MetadataDirective: 's3:x-amz-metadata-directive',
  ObjectLockLegalHoldStatus: 's3:object-lock-legal-hold',
  ObjectLockMode: 's3:object-lock-mode',
  ObjectOwnership: 's3:x-amz-object-ownership',
  SSECustomerAlgorithm: 's3:x-amz-server-side-encryption-customer-algorithm',
  SSEKMSKeyId: 's3:x-amz-server-side-encryption-aws-kms-key-id',
  ServerSideEncryption: 's3:x-amz-server-side-encryption',
  StorageClass: 's3:x-amz-storage-class',
  WebsiteRedirectLocation: 's3:x-amz-website-redirect-location',
} as const;

type Member = keyof typeof keysOfMembers;

const grantMembers = ['ACL', 'GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWrite', 'GrantWriteACP'] as const;

export const writeMembers: readonly Member[] = [
  ...grantMembers,
  'CopySource',
  'IfMatch',
  'IfNoneMatch',
  'MetadataDirective',
  'ObjectLockLegalHoldStatus',
  'ObjectLockMode',
  'SSECustomerAlgorithm',
  'SSEKMSKeyId',
  'ServerSideEncryption',
  'StorageClass',
  'WebsiteRedirectLocation',
];

function conditionsOf(input: object, members: readonly Member[]): Record<string, string | readonly string[]> {
  const conditions: Record<string, string> = {};
  for (const member of members) {
    const value = (input as Given)[member];
    if (value !== undefined) conditions[keysOfMembers[member]] = String(value);
  }
  return conditions;
}

/** Has an input any of `writeMembers`? Asked of each object that is put, so that each is written out: a loop would look every name up. */
function givesAny(input: Readonly<Partial<Record<Member, unknown>>>): boolean {
  const acl = input.ACL ?? input.GrantFullControl ?? input.GrantRead ?? input.GrantReadACP ?? input.GrantWrite ?? input.GrantWriteACP;
  const rule = input.CopySource ?? input.IfMatch ?? input.IfNoneMatch ?? input.MetadataDirective ?? input.WebsiteRedirectLocation;
  const lock = input.ObjectLockLegalHoldStatus ?? input.ObjectLockMode;
  const storage = input.SSECustomerAlgorithm ?? input.SSEKMSKeyId ?? input.ServerSideEncryption ?? input.StorageClass;
  return (acl ?? rule ?? lock ?? storage) !== undefined;
}

/** What most writes say. */
const plainCreation: Conditions = { 's3:ObjectCreationOperation': 'true' };
const plainPart: Conditions = { 's3:ObjectCreationOperation': 'false' };

/** Of s3:PutObject, with the tags that it gives. `creates`: an object is there afterwards; parts make none. */
export function writeConditions(input: object, tags: Tags | undefined, creates: boolean): Conditions {
  const { ObjectLockRetainUntilDate: until } = input as Given;
  if (tags === undefined && until === undefined && !givesAny(input)) return creates ? plainCreation : plainPart;
  return {
    's3:ObjectCreationOperation': String(creates),
    ...conditionsOf(input, writeMembers),
    ...(typeof until === 'number' && { 's3:object-lock-retain-until-date': new Date(until).toISOString() }),
    ...tagConditions(tags),
  };
}

/** Of s3:PutObjectTagging and whatever else gives an object tags. */
export function tagConditions(tags: Tags | undefined): Conditions {
  if (tags === undefined) return {};
  const conditions: Record<string, string | readonly string[]> = { 's3:RequestObjectTagKeys': Object.keys(tags) };
  for (const [key, value] of Object.entries(tags)) conditions[`s3:RequestObjectTag/${key}`] = value;
  return conditions;
}

/** Of s3:PutObjectAcl. */
export function aclConditions(input: object): Conditions {
  return conditionsOf(input, [...grantMembers, 'StorageClass']);
}

/** Of s3:PutBucketAcl. */
export function bucketAclConditions(input: object): Conditions {
  return conditionsOf(input, grantMembers);
}

/** Of s3:CreateBucket. */
export function creationConditions(input: object, location: string | undefined): Conditions {
  return {
    ...conditionsOf(input, [...grantMembers, 'ObjectOwnership', 'BucketNamespace']),
    ...(location !== undefined && { 's3:locationconstraint': location }),
  };
}

/** Of s3:PutObjectRetention and s3:PutObjectLegalHold. */
export function lockConditions(input: object, members: readonly ('ObjectLockMode' | 'ObjectLockLegalHoldStatus')[]): Conditions {
  return conditionsOf(input, members);
}

/** Of s3:DeleteObject. */
export function deletionConditions(ifMatch: string | undefined): Conditions {
  return ifMatch === undefined ? {} : { 's3:if-match': ifMatch };
}

/** Of s3:ListBucket and s3:ListBucketVersions. */
export function listingConditions(input: {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}): Conditions {
  return {
    ...(input.Prefix !== undefined && { 's3:prefix': input.Prefix }),
    ...(input.Delimiter !== undefined && { 's3:delimiter': input.Delimiter }),
    ...(input.MaxKeys !== undefined && { 's3:max-keys': String(input.MaxKeys) }),
  };
}

// ---- of every request ----

/** `now`: virtual time, ms since 1970. */
export function requestConditions(request: RequestFacts, now: number): Record<string, string> {
  const conditions: Record<string, string> = {};
  const { signature, headers } = request;
  if (signature) {
    conditions['s3:signatureversion'] =
      signature.version === 'v2' ? 'AWS' : signature.version === 'v4a' ? 'AWS4-ECDSA-P256-SHA256' : 'AWS4-HMAC-SHA256';
    conditions['s3:authType'] = signature.presigned ? 'REST-QUERY-STRING' : 'REST-HEADER';
    const signedAt = signingTime(request);
    if (signedAt !== undefined) conditions['s3:signatureAge'] = String(Math.max(0, now - signedAt));
  } else if (headers['content-type']?.startsWith('multipart/form-data')) {
    conditions['s3:authType'] = 'POST';
  }
  const digest = headers['x-amz-content-sha256'];
  if (digest !== undefined) conditions['s3:x-amz-content-sha256'] = digest;
  // Which version of TLS it was is not known here; it is the latest with every client that can.
  if (request.secure) conditions['s3:TlsVersion'] = '1.3';
  return conditions;
}

const basicForm = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/;

/** When it was signed, as the client says: in a header, or in the query of a presigned URL. */
function signingTime({ headers, target, signature }: RequestFacts): number | undefined {
  const text = signature?.presigned ? /[?&]x-amz-date=([^&]+)/i.exec(target)?.[1] : (headers['x-amz-date'] ?? headers['date']);
  if (text === undefined) return undefined;
  const [, year, month, day, hour, minute, second] = basicForm.exec(text) ?? [];
  const ms = Date.parse(year === undefined ? text : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
