/** What each operation must be allowed (service authorization reference, "Actions, resources, and condition keys for Amazon S3"). */
import type { S3 } from '../../../generated/api/s3';
import { type Access, type AccessNeed, bucketArn, objectArn, type Place, type RequestFacts, type Tags, tagsOfList } from '../../kernel';
import {
  aclConditions,
  bucketAclConditions,
  type Conditions,
  creationConditions,
  deletionConditions,
  listingConditions,
  lockConditions,
  tagConditions,
  writeConditions,
} from './access-conditions';
import { parseCopySource } from './copy-source';
import { parseTaggingHeader } from './tag-rules';

/** What facts.ts is told of a need. */
export interface NeedDetail {
  readonly request: RequestFacts;
  /** Of a bucket that does not exist yet: whoever has one of that name has no say. */
  readonly creates?: true;
}

interface InBucket {
  readonly Bucket: string;
}
interface OnObject extends InBucket {
  readonly Key: string;
}
interface Versioned extends OnObject {
  readonly VersionId?: string | undefined;
}

type Needs<I> = (input: I, at: Place, request: RequestFacts) => AccessNeed[];

const need = (action: string, resource: string, request: RequestFacts, conditions?: Conditions): AccessNeed => {
  const detail: NeedDetail = { request };
  return conditions ? { action, resource, detail, conditions } : { action, resource, detail };
};

/** Put together once: a name that is new at each call would have to be read again to be looked up. */
const nameOf = (action: string) => `s3:${action}`;

const onBucket = (action: string): Needs<InBucket> => {
  const name = nameOf(action);
  return (input, at, request) => [need(name, bucketArn(at, input.Bucket), request)];
};

const onObject = (action: string): Needs<OnObject> => {
  const name = nameOf(action);
  return (input, at, request) => [need(name, objectArn(at, input.Bucket, input.Key), request)];
};

/** Naming a version needs the right to versions instead. */
const onVersion = (action: string, versionAction: string): Needs<Versioned> => {
  const names = [nameOf(action), nameOf(versionAction)] as const;
  return (input, at, request) => [versionNeed(names, input, at, request)];
};

function versionNeed(
  [name, versionName]: readonly [current: string, version: string],
  input: Versioned,
  at: Place,
  request: RequestFacts,
  conditions?: Conditions,
): AccessNeed {
  const resource = objectArn(at, input.Bucket, input.Key);
  if (input.VersionId === undefined) return need(name, resource, request, conditions);
  return need(versionName, resource, request, { ...conditions, 's3:versionid': input.VersionId });
}

type Listing = S3['ListObjectsV2']['input'] | S3['ListObjects']['input'] | S3['ListObjectVersions']['input'];

const onListing = (action: string): Needs<Listing> => {
  const name = nameOf(action);
  return (input, at, request) => [need(name, bucketArn(at, input.Bucket), request, listingConditions(input))];
};

interface WriteInput extends OnObject {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
  readonly Tagging?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: unknown;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/** Of whole objects. What is said about them besides their bytes needs rights of its own. */
export function writeNeeds(input: WriteInput, at: Place, request: RequestFacts, creates = true): AccessNeed[] {
  const resource = objectArn(at, input.Bucket, input.Key);
  const tags = input.Tagging ? tagsOfHeader(input.Tagging) : undefined;
  const needs = [need('s3:PutObject', resource, request, writeConditions(input, tags, creates))];
  if (hasAcl(input)) needs.push(need('s3:PutObjectAcl', resource, request, aclConditions(input)));
  if (tags) needs.push(need('s3:PutObjectTagging', resource, request, tagConditions(tags)));
  if (input.ObjectLockLegalHoldStatus !== undefined)
    needs.push(need('s3:PutObjectLegalHold', resource, request, lockConditions(input, ['ObjectLockLegalHoldStatus'])));
  if (input.ObjectLockMode !== undefined)
    needs.push(need('s3:PutObjectRetention', resource, request, lockConditions(input, ['ObjectLockMode'])));
  return needs;
}

const onPart: Needs<OnObject> = (input, at, request) => [
  need('s3:PutObject', objectArn(at, input.Bucket, input.Key), request, writeConditions(input, undefined, false)),
];

function hasAcl({ ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWriteACP }: WriteInput): boolean {
  return (ACL ?? GrantFullControl ?? GrantRead ?? GrantReadACP ?? GrantWriteACP) !== undefined;
}

/** Tags that cannot be read need nothing: the operation refuses them. */
function tagsOfHeader(header: string): Tags | undefined {
  try {
    return parseTaggingHeader(header);
  } catch {
    return undefined;
  }
}

/** The right to read what is copied. A source that cannot be parsed needs nothing: the operation refuses it. */
function onSource(header: string, at: Place, request: RequestFacts): AccessNeed[] {
  let source: ReturnType<typeof parseCopySource>;
  try {
    source = parseCopySource(header);
  } catch {
    return [];
  }
  const { bucket: Bucket, key: Key, versionId: VersionId } = source;
  return onVersion('GetObject', 'GetObjectVersion')({ Bucket, Key, VersionId }, at, request);
}

/** A bucket that is not there yet, and what is said of it when it is created (CreateBucket, "Permissions"). */
const onCreation: Needs<S3['CreateBucket']['input']> = (input, at, request) => {
  const resource = bucketArn(at, input.Bucket);
  const detail: NeedDetail = { request, creates: true };
  const { CreateBucketConfiguration: configuration } = input;
  const tags = configuration?.Tags?.length ? tagsOfList(configuration.Tags) : undefined;
  const conditions = creationConditions(input, configuration?.LocationConstraint);
  const needs: AccessNeed[] = [{ action: 's3:CreateBucket', resource, detail, conditions, ...(tags && { requestTags: tags }) }];
  if (tags) needs.push({ action: 's3:TagResource', resource, detail, requestTags: tags });
  if (input.GrantWrite !== undefined || hasAcl({ ...input, Key: '' }))
    needs.push({ action: 's3:PutBucketAcl', resource, detail, conditions: bucketAclConditions(input) });
  if (input.ObjectOwnership !== undefined) needs.push({ action: 's3:PutBucketOwnershipControls', resource, detail });
  if (input.ObjectLockEnabledForBucket)
    for (const action of ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning']) needs.push({ action, resource, detail });
  return needs;
};

/** One key of a deletion. DeleteObjects asks for each alone: those that are denied become entries of its answer. */
export function deletionNeeds(
  item: Versioned & { readonly IfMatch?: string | undefined; readonly BypassGovernanceRetention?: boolean | undefined },
  at: Place,
  request: RequestFacts,
): AccessNeed[] {
  const conditions = item.VersionId === undefined ? deletionConditions(item.IfMatch) : undefined;
  const deletion = versionNeed(['s3:DeleteObject', 's3:DeleteObjectVersion'], item, at, request, conditions);
  return item.BypassGovernanceRetention ? [deletion, ...onObject('BypassGovernanceRetention')(item, at, request)] : [deletion];
}

/** The right to know whether a key is there: without it what is missing is denied (GetObject, "Permissions"). */
export function existenceNeed(bucket: string, at: Place, request: RequestFacts): AccessNeed {
  return need('s3:ListBucket', bucketArn(at, bucket), request);
}

/** What copying an object with tags needs besides. */
export function taggedCopyNeeds(source: Versioned, target: OnObject, tags: Tags, at: Place, request: RequestFacts): AccessNeed[] {
  return [
    versionNeed(['s3:GetObjectTagging', 's3:GetObjectVersionTagging'], source, at, request),
    need('s3:PutObjectTagging', objectArn(at, target.Bucket, target.Key), request, tagConditions(tags)),
  ];
}

/** A page of a website is read like any object. */
export function pageNeed(bucket: string, key: string, at: Place, request: RequestFacts): AccessNeed {
  return need('s3:GetObject', objectArn(at, bucket, key), request);
}

const none = () => [];

export const access: Access<S3> = {
  CreateBucket: onCreation,
  HeadBucket: onBucket('ListBucket'),
  DeleteBucket: onBucket('DeleteBucket'),
  ListBuckets: (_input, _at, request) => [need('s3:ListAllMyBuckets', '*', request)],
  GetBucketLocation: onBucket('GetBucketLocation'),
  PutBucketTagging: onBucket('PutBucketTagging'),
  GetBucketTagging: onBucket('GetBucketTagging'),
  DeleteBucketTagging: onBucket('PutBucketTagging'),
  PutObject: (input, at, request) => writeNeeds(input, at, request),
  GetObject: onVersion('GetObject', 'GetObjectVersion'),
  HeadObject: onVersion('GetObject', 'GetObjectVersion'),
  GetObjectAttributes: (input, at, request) => [
    ...onVersion('GetObject', 'GetObjectVersion')(input, at, request),
    ...onVersion('GetObjectAttributes', 'GetObjectVersionAttributes')(input, at, request),
  ],
  DeleteObject: (input, at, request) => deletionNeeds(input, at, request),
  DeleteObjects: none,
  // The rights to tags count where the source has some, which is known when it has been found.
  CopyObject: (input, at, request) => [...onSource(input.CopySource, at, request), ...writeNeeds(input, at, request)],
  CreateMultipartUpload: (input, at, request) => writeNeeds(input, at, request, false),
  UploadPart: onPart,
  UploadPartCopy: (input, at, request) => [...onSource(input.CopySource, at, request), ...onPart(input, at, request)],
  CompleteMultipartUpload: (input, at, request) => [
    need('s3:PutObject', objectArn(at, input.Bucket, input.Key), request, writeConditions(input, undefined, true)),
  ],
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
  ListParts: onObject('ListMultipartUploadParts'),
  ListMultipartUploads: onBucket('ListBucketMultipartUploads'),
  ListObjects: onListing('ListBucket'),
  ListObjectsV2: onListing('ListBucket'),
  PutBucketEncryption: onBucket('PutEncryptionConfiguration'),
  GetBucketEncryption: onBucket('GetEncryptionConfiguration'),
  DeleteBucketEncryption: onBucket('PutEncryptionConfiguration'),
  PutPublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
  GetPublicAccessBlock: onBucket('GetBucketPublicAccessBlock'),
  DeletePublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
  PutBucketOwnershipControls: onBucket('PutBucketOwnershipControls'),
  GetBucketOwnershipControls: onBucket('GetBucketOwnershipControls'),
  DeleteBucketOwnershipControls: onBucket('PutBucketOwnershipControls'),
  PutBucketPolicy: onBucket('PutBucketPolicy'),
  GetBucketPolicy: onBucket('GetBucketPolicy'),
  DeleteBucketPolicy: onBucket('DeleteBucketPolicy'),
  GetBucketPolicyStatus: onBucket('GetBucketPolicyStatus'),
  PutBucketCors: onBucket('PutBucketCORS'),
  GetBucketCors: onBucket('GetBucketCORS'),
  DeleteBucketCors: onBucket('PutBucketCORS'),
  PutBucketWebsite: onBucket('PutBucketWebsite'),
  GetBucketWebsite: onBucket('GetBucketWebsite'),
  DeleteBucketWebsite: onBucket('DeleteBucketWebsite'),
  GetBucketLogging: onBucket('GetBucketLogging'),
  PutBucketLogging: onBucket('PutBucketLogging'),
  GetBucketAccelerateConfiguration: onBucket('GetAccelerateConfiguration'),
  GetBucketRequestPayment: onBucket('GetBucketRequestPayment'),
  PutBucketRequestPayment: onBucket('PutBucketRequestPayment'),
  GetBucketReplication: onBucket('GetReplicationConfiguration'),
  DeleteBucketReplication: onBucket('PutReplicationConfiguration'),
  GetObjectLockConfiguration: onBucket('GetBucketObjectLockConfiguration'),
  GetBucketAbac: onBucket('GetBucketAbac'),
  PutBucketAbac: onBucket('PutBucketAbac'),
  ListBucketAnalyticsConfigurations: onBucket('GetAnalyticsConfiguration'),
  GetBucketAnalyticsConfiguration: onBucket('GetAnalyticsConfiguration'),
  ListBucketInventoryConfigurations: onBucket('GetInventoryConfiguration'),
  GetBucketInventoryConfiguration: onBucket('GetInventoryConfiguration'),
  ListBucketMetricsConfigurations: onBucket('GetMetricsConfiguration'),
  GetBucketMetricsConfiguration: onBucket('GetMetricsConfiguration'),
  ListBucketIntelligentTieringConfigurations: onBucket('GetIntelligentTieringConfiguration'),
  GetBucketIntelligentTieringConfiguration: onBucket('GetIntelligentTieringConfiguration'),
  GetBucketAcl: onBucket('GetBucketAcl'),
  PutBucketAcl: (input, at, request) => [need('s3:PutBucketAcl', bucketArn(at, input.Bucket), request, bucketAclConditions(input))],
  GetObjectRetention: onObject('GetObjectRetention'),
  GetObjectLegalHold: onObject('GetObjectLegalHold'),
  GetObjectAcl: onVersion('GetObjectAcl', 'GetObjectVersionAcl'),
  PutObjectAcl: (input, at, request) => [
    versionNeed(['s3:PutObjectAcl', 's3:PutObjectVersionAcl'], input, at, request, aclConditions(input)),
  ],
  PutBucketLifecycleConfiguration: onBucket('PutLifecycleConfiguration'),
  GetBucketLifecycleConfiguration: onBucket('GetLifecycleConfiguration'),
  DeleteBucketLifecycle: onBucket('PutLifecycleConfiguration'),
  PutBucketNotificationConfiguration: onBucket('PutBucketNotification'),
  GetBucketNotificationConfiguration: onBucket('GetBucketNotification'),
  PutBucketVersioning: onBucket('PutBucketVersioning'),
  GetBucketVersioning: onBucket('GetBucketVersioning'),
  ListObjectVersions: onListing('ListBucketVersions'),
  PutObjectTagging: (input, at, request) => [
    versionNeed(
      ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'],
      input,
      at,
      request,
      tagConditions(tagsOfList(input.Tagging?.TagSet)),
    ),
  ],
  GetObjectTagging: onVersion('GetObjectTagging', 'GetObjectVersionTagging'),
  DeleteObjectTagging: onVersion('DeleteObjectTagging', 'DeleteObjectVersionTagging'),
};
