/** What each operation must be allowed (service authorization reference, "Actions, resources, and condition keys for Amazon S3"). */
import type { S3 } from '../../../generated/api/s3';
import type { Access, AccessNeed, Place } from '../../kernel';
import { parseCopySource } from './copy-source';

type Conditions = NonNullable<AccessNeed['conditions']>;

interface InBucket {
  readonly Bucket: string;
}
interface OnObject extends InBucket {
  readonly Key: string;
}
interface Versioned extends OnObject {
  readonly VersionId?: string | undefined;
}

const onBucket =
  (action: string) =>
  (input: InBucket, at: Place): AccessNeed[] => [{ action: `s3:${action}`, resource: bucketArn(at, input.Bucket) }];

const onObject =
  (action: string) =>
  (input: OnObject, at: Place): AccessNeed[] => [{ action: `s3:${action}`, resource: objectArn(at, input.Bucket, input.Key) }];

/** Naming a version needs the right to versions instead. */
const onVersion =
  (action: string, versionAction: string) =>
  (input: Versioned, at: Place): AccessNeed[] => [
    {
      action: `s3:${input.VersionId === undefined ? action : versionAction}`,
      resource: objectArn(at, input.Bucket, input.Key),
      ...(input.VersionId !== undefined && { conditions: { 's3:VersionId': input.VersionId } }),
    },
  ];

const onListing = (
  input: S3['ListObjectsV2']['input'] | S3['ListObjects']['input'] | S3['ListObjectVersions']['input'],
  at: Place,
): AccessNeed[] => {
  const conditions: Conditions = {
    ...(input.Prefix !== undefined && { 's3:prefix': input.Prefix }),
    ...(input.Delimiter !== undefined && { 's3:delimiter': input.Delimiter }),
    ...(input.MaxKeys !== undefined && { 's3:max-keys': String(input.MaxKeys) }),
  };
  return [{ action: 's3:ListBucket', resource: bucketArn(at, input.Bucket), conditions }];
};

interface WriteInput extends OnObject {
  readonly ACL?: string | undefined;
  readonly Tagging?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
}

function onWrite(input: WriteInput, at: Place, withTags = input.Tagging !== undefined): AccessNeed[] {
  const resource = objectArn(at, input.Bucket, input.Key);
  const conditions: Conditions = {
    ...(input.ACL !== undefined && { 's3:x-amz-acl': input.ACL }),
    ...(input.StorageClass !== undefined && { 's3:x-amz-storage-class': input.StorageClass }),
    ...(input.ServerSideEncryption !== undefined && { 's3:x-amz-server-side-encryption': input.ServerSideEncryption }),
  };
  return [
    { action: 's3:PutObject', resource, conditions },
    ...(input.ACL === undefined ? [] : [{ action: 's3:PutObjectAcl', resource, conditions }]),
    ...(withTags ? [{ action: 's3:PutObjectTagging', resource, conditions }] : []),
  ];
}

/** The right to read what is copied. A source that cannot be parsed needs nothing: the operation refuses it. */
function onSource(header: string, at: Place, withTags: boolean): AccessNeed[] {
  let source: ReturnType<typeof parseCopySource>;
  try {
    source = parseCopySource(header);
  } catch {
    return [];
  }
  const resource = objectArn(at, source.bucket, source.key);
  const version = source.versionId === undefined ? '' : 'Version';
  return [{ action: `s3:GetObject${version}`, resource }, ...(withTags ? [{ action: `s3:GetObject${version}Tagging`, resource }] : [])];
}

export const access: Access<S3> = {
  CreateBucket: (input, at) => [
    ...onBucket('CreateBucket')(input, at),
    ...(input.CreateBucketConfiguration?.Tags?.length ? onBucket('TagResource')(input, at) : []),
  ],
  HeadBucket: onBucket('ListBucket'),
  DeleteBucket: onBucket('DeleteBucket'),
  ListBuckets: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  GetBucketLocation: onBucket('GetBucketLocation'),
  PutBucketTagging: onBucket('PutBucketTagging'),
  GetBucketTagging: onBucket('GetBucketTagging'),
  DeleteBucketTagging: onBucket('PutBucketTagging'),
  PutObject: (input, at) => onWrite(input, at),
  GetObject: onVersion('GetObject', 'GetObjectVersion'),
  HeadObject: onVersion('GetObject', 'GetObjectVersion'),
  GetObjectAttributes: (input, at) => [
    ...onVersion('GetObject', 'GetObjectVersion')(input, at),
    ...onVersion('GetObjectAttributes', 'GetObjectVersionAttributes')(input, at),
  ],
  DeleteObject: onVersion('DeleteObject', 'DeleteObjectVersion'),
  DeleteObjects: (input, at) =>
    (input.Delete?.Objects ?? []).flatMap((item) =>
      onVersion('DeleteObject', 'DeleteObjectVersion')({ ...item, Bucket: input.Bucket }, at),
    ),
  CopyObject: (input, at) => {
    // Only a tagged source needs the rights to tags, which its name does not tell: they count when tags are asked for.
    const copiesTags = input.TaggingDirective === 'COPY';
    return [...onSource(input.CopySource, at, copiesTags), ...onWrite(input, at, copiesTags || input.Tagging !== undefined)];
  },
  CreateMultipartUpload: (input, at) => onWrite(input, at),
  UploadPart: onObject('PutObject'),
  UploadPartCopy: (input, at) => [...onSource(input.CopySource, at, false), ...onObject('PutObject')(input, at)],
  CompleteMultipartUpload: onObject('PutObject'),
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
  ListParts: onObject('ListMultipartUploadParts'),
  ListMultipartUploads: onBucket('ListBucketMultipartUploads'),
  ListObjects: onListing,
  ListObjectsV2: onListing,
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
  ListBucketAnalyticsConfigurations: onBucket('GetAnalyticsConfiguration'),
  GetBucketAnalyticsConfiguration: onBucket('GetAnalyticsConfiguration'),
  ListBucketInventoryConfigurations: onBucket('GetInventoryConfiguration'),
  GetBucketInventoryConfiguration: onBucket('GetInventoryConfiguration'),
  ListBucketMetricsConfigurations: onBucket('GetMetricsConfiguration'),
  GetBucketMetricsConfiguration: onBucket('GetMetricsConfiguration'),
  ListBucketIntelligentTieringConfigurations: onBucket('GetIntelligentTieringConfiguration'),
  GetBucketIntelligentTieringConfiguration: onBucket('GetIntelligentTieringConfiguration'),
  GetBucketAcl: onBucket('GetBucketAcl'),
  PutBucketAcl: onBucket('PutBucketAcl'),
  GetObjectRetention: onObject('GetObjectRetention'),
  GetObjectLegalHold: onObject('GetObjectLegalHold'),
  GetObjectAcl: onVersion('GetObjectAcl', 'GetObjectVersionAcl'),
  PutObjectAcl: onVersion('PutObjectAcl', 'PutObjectVersionAcl'),
  PutBucketLifecycleConfiguration: onBucket('PutLifecycleConfiguration'),
  GetBucketLifecycleConfiguration: onBucket('GetLifecycleConfiguration'),
  DeleteBucketLifecycle: onBucket('PutLifecycleConfiguration'),
  PutBucketNotificationConfiguration: onBucket('PutBucketNotification'),
  GetBucketNotificationConfiguration: onBucket('GetBucketNotification'),
  PutBucketVersioning: onBucket('PutBucketVersioning'),
  GetBucketVersioning: onBucket('GetBucketVersioning'),
  ListObjectVersions: (input, at) => [{ ...onListing(input, at)[0]!, action: 's3:ListBucketVersions' }],
  PutObjectTagging: onVersion('PutObjectTagging', 'PutObjectVersionTagging'),
  GetObjectTagging: onVersion('GetObjectTagging', 'GetObjectVersionTagging'),
  DeleteObjectTagging: onVersion('DeleteObjectTagging', 'DeleteObjectVersionTagging'),
};

/** A page of a website is read like any object. Path: `/bucket/key`, as on the wire. */
export function onPage({ Path: path }: { readonly Path: string }, at: Place): AccessNeed[] {
  return [{ action: 's3:GetObject', resource: `arn:${at.partition}:s3:::${path.slice(1)}` }];
}

function bucketArn(at: Place, bucket: string): string {
  return `arn:${at.partition}:s3:::${bucket}`;
}

function objectArn(at: Place, bucket: string, key: string): string {
  return `${bucketArn(at, bucket)}/${key}`;
}
