/** How operations count in CloudTrail, and the form that S3's events have (S3 User Guide, "Amazon S3 CloudTrail events"). */
import { type AuditedExchange, bucketArn, objectArn, type RequestFacts, type TrailRules, type Tx } from '../../kernel';
import { Buckets } from './state';

const object = 'AWS::S3::Object';

type Input = Readonly<Record<string, unknown>>;

const dataOperations = [
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateMultipartUpload',
  'DeleteObject',
  'DeleteObjects',
  'DeleteObjectTagging',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAttributes',
  'GetObjectLegalHold',
  'GetObjectRetention',
  'GetObjectTagging',
  'GetPage',
  'HeadBucket',
  'HeadObject',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListParts',
  'PostObject',
  'PutObject',
  'PutObjectAcl',
  'PutObjectLegalHold',
  'PutObjectRetention',
  'PutObjectTagging',
  'RestoreObject',
  'SelectObjectContent',
  'UploadPart',
  'UploadPartCopy',
];

/** Parts of a presigned URL that would let others use it; `Signature` is that of version 2. */
const secretQuery = /^(x-amz-(signature|security-token|credential)|signature)$/i;
/** Headers that say what is done, as events show them. */
const shownHeaders = [
  'x-amz-acl',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-storage-class',
  'x-amz-tagging-directive',
];
/** Longer ones are no policies (20 KB is what a bucket may have). */
const maxPolicyText = 20 * 1024;

/** Bucket and key by their own names, the query and some headers as sent, bodies by the names of their elements. */
function parameters(_operation: string, input: Input, request: RequestFacts): Record<string, unknown> {
  const { bucket, key } = placeOf(input);
  const shown: Record<string, unknown> = { ...(bucket !== undefined && { bucketName: bucket }), Host: request.host };
  if (key !== undefined) shown.key = key;
  const query = request.target.split('?', 2)[1];
  for (const [name, value] of new URLSearchParams(query)) if (!secretQuery.test(name)) shown[name] = value;
  for (const name of shownHeaders) if (request.headers[name] !== undefined) shown[name] = request.headers[name];
  for (const [name, value] of Object.entries(input)) if (isStructure(value)) shown[name] = structuredCopy(value);
  if (typeof input.Policy === 'string') shown.bucketPolicy = jsonOf(input.Policy);
  return shown;
}

function jsonOf(text: string): unknown {
  try {
    return text.length > maxPolicyText ? '' : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Structures and lists of a body; not bytes, streams and dates. */
function isStructure(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isStructure(value)) return typeof value === 'object' ? '' : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [name, structuredCopy(each)]),
  );
}

/** Pages of websites are named by their path. */
function placeOf({ Bucket, Key, Path }: Input): { readonly bucket: string | undefined; readonly key: string | undefined } {
  if (typeof Path === 'string') {
    const [, bucket, key] = /^\/([^/]+)\/?(.*)$/.exec(Path) ?? [];
    return { bucket, key: key === '' ? undefined : key };
  }
  return { bucket: typeof Bucket === 'string' ? Bucket : undefined, key: typeof Key === 'string' ? Key : undefined };
}

function additional({ request, bytesIn, bytesOut, answerHeaders }: AuditedExchange): Record<string, unknown> {
  const { signature } = request;
  return {
    ...(signature && { SignatureVersion: signature.version === 'v2' ? 'SigV2' : 'SigV4' }),
    bytesTransferredIn: bytesIn,
    ...(signature && { AuthenticationMethod: signature.presigned ? 'QueryString' : 'AuthHeader' }),
    'x-amz-id-2': answerHeaders['x-amz-id-2'],
    bytesTransferredOut: bytesOut,
  };
}

/** The headers that answers to writes of objects say something with. */
function response(operation: string, output: Input): Record<string, unknown> | null {
  if (!['PutObject', 'CopyObject', 'CompleteMultipartUpload', 'DeleteObject'].includes(operation)) return null;
  const { ServerSideEncryption, VersionId, DeleteMarker } = output;
  return {
    ...(ServerSideEncryption !== undefined && { 'x-amz-server-side-encryption': ServerSideEncryption }),
    ...(VersionId !== undefined && { 'x-amz-version-id': VersionId }),
    ...(DeleteMarker !== undefined && { 'x-amz-delete-marker': String(DeleteMarker) }),
  };
}

export const trail: TrailRules = {
  data: Object.fromEntries(dataOperations.map((name) => [name, object])),
  readOnly: { GetPage: true },
  eventNames: {
    DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
    GetBucketLifecycleConfiguration: 'GetBucketLifecycle',
    GetBucketNotificationConfiguration: 'GetBucketNotification',
    GetPage: 'GetObject',
    GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
    ListObjectsV2: 'ListObjects',
    PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
    PutBucketNotificationConfiguration: 'PutBucketNotification',
    PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  },
  named: { bucketName: 'AWS::S3::Bucket' },
  parameters,
  response,
  additional,
  /** What is done to the objects of a bucket as a whole is shown with the prefix of them all. */
  resources(operation, input: Input, at) {
    const { bucket, key } = placeOf(input);
    if (bucket === undefined) return [];
    const arn = bucketArn(at, bucket);
    return dataOperations.includes(operation) ? [objectArn(at, bucket, key ?? ''), arn] : [arn];
  },
  ownerOf(tx: Tx, arn) {
    const bucket = arn.split(':').slice(5).join(':').split('/', 1)[0] as string;
    return tx.get(Buckets, bucket)?.account;
  },
};
