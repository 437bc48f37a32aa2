/** S3's error codes and sentences. Sources: S3 API reference "Error responses" and the operations' own pages, unless a line says otherwise. */
import { AwsError } from '../../kernel';

type Fields = Readonly<Record<string, unknown>>;

function s3Error(status: number, code: string, message: string, fields?: Fields, headers?: Readonly<Record<string, string>>): AwsError {
  return new AwsError(code, message, { status, ...(fields && { fields }), ...(headers && { headers }) });
}

// Buckets
export const noSuchBucket = (bucket: string) => s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });
export const invalidBucketName = (bucket: string) =>
  s3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', { BucketName: bucket });
export const bucketAlreadyExists = (bucket: string) =>
  s3Error(
    409,
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    { BucketName: bucket },
  );
export const bucketAlreadyOwnedByYou = (bucket: string) =>
  s3Error(409, 'BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', {
    BucketName: bucket,
  });
/** Of tag policies; the code is that of the API reference ("List of tagging-related error codes"). */
export const tagForbidden = (sentence: string) => s3Error(400, 'TagPolicyException', sentence);
export const bucketNotEmpty = (bucket: string) =>
  s3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: bucket });
export const bucketHasVersions = (bucket: string) =>
  s3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.', {
    BucketName: bucket,
  });
export const illegalLocation = (location: string | undefined) =>
  s3Error(
    400,
    'IllegalLocationConstraintException',
    `The ${location ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
export const invalidLocation = (location: string) =>
  s3Error(400, 'InvalidLocationConstraint', 'The specified location-constraint is not valid', { LocationConstraint: location });
export const bucketAclWithOwnership = () =>
  s3Error(400, 'InvalidBucketAclWithObjectOwnership', "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
export const bucketAclWithBlock = () =>
  s3Error(400, 'InvalidBucketAclWithBlockPublicAccessError', 'Bucket cannot have public ACLs set with BlockPublicAccess enabled');
export const aclNotSupported = () => s3Error(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');
export const permanentRedirect = (bucket: string, region: string) =>
  s3Error(
    301,
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    { Endpoint: `${bucket}.s3.${region}.amazonaws.com`, Bucket: bucket },
    { 'x-amz-bucket-region': region },
  );
export const namespaceSuffixMissing = (suffix: string) =>
  s3Error(
    400,
    'InvalidNamespaceHeader',
    `The requested bucket name did not include the account-regional namespace suffix, but the provided x-amz-bucket-namespace header value is account-regional. Specify ${suffix} as the bucket name suffix to create a bucket in your account-regional namespace, or remove the header.`,
  );

// Objects
export const noSuchKey = (key: string) => s3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
export const noSuchVersion = (key: string, versionId: string) =>
  s3Error(404, 'NoSuchVersion', 'The specified version does not exist.', { Key: key, VersionId: versionId });
/** The current version is a delete marker. */
export const keyDeleted = (key: string, versionId: string) =>
  s3Error(
    404,
    'NoSuchKey',
    'The specified key does not exist.',
    { Key: key },
    { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId },
  );
/** "The only method that is allowed for a delete marker is DELETE" (user guide, "Working with delete markers"). */
export const markerNotAllowed = (versionId: string, modifiedAt: number) =>
  s3Error(
    405,
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    { ResourceType: 'DeleteMarker' },
    {
      Allow: 'DELETE',
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': versionId,
      'Last-Modified': new Date(modifiedAt).toUTCString(),
    },
  );
export const keyTooLong = (size: number, max: number) =>
  s3Error(400, 'KeyTooLongError', 'Your key is too long', { Size: size, MaxSizeAllowed: max });
export const invalidUri = (uri: string) => s3Error(400, 'InvalidURI', "Couldn't parse the specified URI.", { URI: uri });
export const metadataTooLarge = (size: number, max: number) =>
  s3Error(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', { Size: size, MaxSizeAllowed: max });
export const entityTooLarge = (size: number, max: number) =>
  s3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', { ProposedSize: size, MaxSizeAllowed: max });
export const entityTooSmall = (fields: Fields) =>
  s3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', fields);
export const missingContentLength = () => s3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
export const invalidRange = (header: string, size: number) =>
  s3Error(
    416,
    'InvalidRange',
    'The requested range is not satisfiable',
    { RangeRequested: header, ActualObjectSize: size },
    { 'Content-Range': `bytes */${size}` },
  );
export const invalidPartNumber = (requested: number, count: number) =>
  s3Error(416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable', {
    ActualPartCount: count,
    PartNumberRequested: requested,
  });
export const notModified = (headers: Readonly<Record<string, string>>) => s3Error(304, 'NotModified', 'Not Modified', undefined, headers);
export const preconditionFailed = (condition: string) =>
  s3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { Condition: condition });
export const conditionalConflict = (key: string, condition: string) =>
  s3Error(
    409,
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Condition: condition, Key: key },
  );
export const invalidStorageClass = (value: string) =>
  s3Error(400, 'InvalidStorageClass', 'The storage class you specified is not valid', { StorageClassRequested: value });
export const archived = (storageClass: string) =>
  s3Error(403, 'InvalidObjectState', "The operation is not valid for the object's storage class", { StorageClass: storageClass });
export const sourceArchived = () =>
  s3Error(403, 'ObjectNotInActiveTierError', 'The source object of the COPY operation is not in the active tier.');
export const invalidRedirect = () =>
  s3Error(400, 'InvalidRedirectLocation', "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.");
/** The sentence as users quote it in support threads; the user guide names only the status and the code. */
export const ssecBlocked = (principalArn: string, action: string, resource: string) =>
  s3Error(
    403,
    'AccessDenied',
    `User: ${principalArn} is not authorized to perform: ${action} on resource: "${resource}" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type`,
  );

/** MFA delete needs a device of the root user's. (The sentence is a guess: no source gives AWS's.) */
export const mfaOff = () =>
  s3Error(400, 'InvalidRequest', 'MFA Authentication must accompany any request that changes the MFA Delete setting.');

// Multipart
export const noSuchUpload = (uploadId: string) =>
  s3Error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );
export const invalidPartOrder = (uploadId: string) =>
  s3Error(400, 'InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.', {
    UploadId: uploadId,
  });
export const invalidPart = (uploadId: string, partNumber: number, etag: string) =>
  s3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: uploadId, PartNumber: partNumber, ETag: etag },
  );

export const operationAborted = () =>
  s3Error(409, 'OperationAborted', 'A conflicting conditional operation is currently in progress against this resource. Please try again.');

// Settings of buckets
/** What was never put, or deleted again; each has a code of its own. */
export const missing = (code: string, message: string, bucket: string) => s3Error(404, code, message, { BucketName: bucket });
export const noSuchConfiguration = (bucket: string) =>
  s3Error(404, 'NoSuchConfiguration', 'The specified configuration does not exist.', { BucketName: bucket });
export const malformedPolicy = (message: string) => s3Error(400, 'MalformedPolicy', message);
export const invalidPrincipal = (name: string) =>
  s3Error(400, 'MalformedPolicy', 'Invalid principal in policy', { Detail: `"AWS" : "${name}"` });
/** This and the next as users quote them. */
export const publicPolicyBlocked = (principalArn: string, bucketArn: string) =>
  s3Error(
    403,
    'AccessDenied',
    `User: ${principalArn} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucketArn}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
  );
export const publicAclBlocked = (principalArn: string, action: string, resource: string) =>
  s3Error(
    403,
    'AccessDenied',
    `User: ${principalArn} is not authorized to perform: ${action} on resource: "${resource}" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
  );
export const malformedAcl = () =>
  s3Error(400, 'MalformedACLError', 'The XML you provided was not well-formed or did not validate against our published schema');
export const missingAcl = () =>
  s3Error(400, 'MissingSecurityHeader', 'Your request was missing a required header', { MissingHeaderName: 'x-amz-acl' });
export const unexpectedContent = () => s3Error(400, 'UnexpectedContent', 'This request does not support content');
export const methodNotAllowed = (method: string, resourceType: string) =>
  s3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    Method: method,
    ResourceType: resourceType,
  });
export const badRequest = (message: string) => s3Error(400, 'BadRequest', message);
export const corsForbidden = (method: string, resourceType: string) =>
  s3Error(
    403,
    'AccessForbidden',
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    { Method: method, ResourceType: resourceType },
  );

// Tags
export const noSuchTagSet = (bucket: string) => s3Error(404, 'NoSuchTagSet', 'The TagSet does not exist', { BucketName: bucket });
export const invalidTag = (message: string, fields?: Fields) => s3Error(400, 'InvalidTag', message, fields);
export const tooManyTags = (message: string) => s3Error(400, 'BadRequest', message);

// Of the request as a whole
export const invalidRequest = (message: string) => s3Error(400, 'InvalidRequest', message);
export const invalidArgument = (message: string, name: string, value: unknown) =>
  s3Error(400, 'InvalidArgument', message, { ArgumentName: name, ArgumentValue: value });
export const malformedXml = () =>
  s3Error(400, 'MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
export const missingBody = () => s3Error(400, 'MissingRequestBodyError', 'Request Body is empty');
export const badDigest = (algorithm: string) =>
  s3Error(400, 'BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
export const accessDenied = () => s3Error(403, 'AccessDenied', 'Access Denied');
export const headerNotImplemented = (header: string) =>
  s3Error(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', { Header: header });

// Browser forms
export const malformedForm = (message = 'The body of your POST request is not well-formed multipart/form-data.') =>
  s3Error(400, 'MalformedPOSTRequest', message);
export const formTooLarge = (max: number) =>
  s3Error(400, 'MaxPostPreDataLengthExceeded', 'Your POST request fields preceding the upload file were too large.', {
    MaxPostPreDataLengthExceeded: max,
  });
