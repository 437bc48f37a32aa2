/** What GetObject and HeadObject say about an object: conditions, ranges, parts, headers. */
import type { S3 } from '../../../generated/api/s3';
import type { Tx } from '../../kernel';
import { checkRead } from './conditions';
import { archived, invalidArgument, invalidPartNumber, invalidRange, invalidRequest, notModified, preconditionFailed } from './errors';
import { hasCustomerKey, type Reader as ObjectReader, requireBucket, requireVisibleObject } from './find';
import { expirationHeader } from './lifecycle';
import { isArchived, toMetadataHeaders } from './metadata';
import { checksumOfObject, toChecksumMember, toChecksumMembers } from './object-checksum';
import { requireKey } from './object-key';
import { type ByteRange, formatContentRange, parseRange } from './range';
import type { Bucket, StoredObject } from './state';
import { modifiedAt } from './times';

type ReadInput = S3['GetObject']['input'];

export interface Selection {
  readonly bucket: Bucket;
  readonly object: StoredObject;
  readonly range: ByteRange;
  readonly output: S3['HeadObject']['output'];
}

interface Reader extends ObjectReader {
  readonly principal: { readonly type: string };
}

/** Finds the object and the bytes of it that are asked for, or throws what stands against that. */
export function selectObject(ctx: Reader, tx: Tx, input: ReadInput): Selection {
  const key = requireKey(input.Key);
  if (input.Range !== undefined && input.PartNumber !== undefined)
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  if (hasOverrides(input) && ctx.principal.type === 'anonymous')
    throw invalidRequest('Request specific response headers cannot be used for anonymous GET requests.');
  const bucket = requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner);
  const object = requireVisibleObject(ctx, tx, bucket, key, input.VersionId);
  if (hasCustomerKey(input)) throw invalidRequest('The encryption parameters are not applicable to this object.');
  requireConditions(input, object);
  const part = input.PartNumber === undefined ? undefined : selectPart(object, input.PartNumber);
  const range = part ?? selectRange(object, input.Range);
  const expiration = input.VersionId === undefined ? expirationHeader(tx, bucket, object) : undefined;
  const output = describe(input, bucket, object, range, expiration);
  return { bucket, object, range: range ?? { start: 0, end: object.size }, output };
}

/** Bytes can be read at once; archived objects would have to be restored first. */
export function requireReadable(object: StoredObject): void {
  if (isArchived(object.storageClass)) throw archived(object.storageClass);
}

function requireConditions(input: ReadInput, object: StoredObject): void {
  const verdict = checkRead(
    {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
      ifModifiedSince: input.IfModifiedSince,
      ifUnmodifiedSince: input.IfUnmodifiedSince,
    },
    object,
  );
  if (verdict.ok) return;
  if (!verdict.unmodified) throw preconditionFailed(verdict.condition);
  throw notModified({ ETag: `"${object.etag}"`, 'Last-Modified': httpDate(modifiedAt(object)) });
}

function selectRange(object: StoredObject, header: string | undefined): ByteRange | undefined {
  const range = parseRange(header, object.size);
  if (range === 'unsatisfiable') throw invalidRange(header ?? '', object.size);
  return range;
}

/** A part of a multipart object; any other object is its own part 1. */
function selectPart(object: StoredObject, number: number): (ByteRange & { readonly index: number }) | undefined {
  if (number < 1 || number > 10_000)
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', number);
  const { parts } = object;
  if (!parts) {
    if (number > 1) throw invalidPartNumber(number, 1);
    return object.size === 0 ? undefined : { start: 0, end: object.size, index: 0 };
  }
  // The number counts the parts that were completed, not the numbers they were uploaded under.
  if (number > parts.length) throw invalidPartNumber(number, parts.length);
  let start = 0;
  for (const part of parts.slice(0, number - 1)) start += part.size;
  return { start, end: start + parts[number - 1]!.size, index: number - 1 };
}

function describe(
  input: ReadInput,
  bucket: Bucket,
  object: StoredObject,
  range: (ByteRange & { readonly index?: number }) | undefined,
  expiration: { readonly Expiration?: string } | undefined,
): Selection['output'] {
  const { system } = object;
  const metadata = toMetadataHeaders(object.metadata);
  const tagCount = object.tags && Object.keys(object.tags).length;
  return {
    AcceptRanges: 'bytes',
    LastModified: modifiedAt(object),
    ContentLength: range ? range.end - range.start : object.size,
    ETag: `"${object.etag}"`,
    ...checksumOfRead(input, object, range),
    ContentType: input.ResponseContentType ?? system?.contentType ?? 'binary/octet-stream',
    CacheControl: input.ResponseCacheControl ?? system?.cacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? system?.contentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? system?.contentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? system?.contentLanguage,
    Expires: input.ResponseExpires === undefined ? system?.expires : httpDate(input.ResponseExpires),
    WebsiteRedirectLocation: system?.websiteRedirect,
    ServerSideEncryption: 'AES256',
    ...(range && { ContentRange: formatContentRange(range, object.size) }),
    ...(bucket.versioning && { VersionId: object.versionId }),
    ...(metadata && { Metadata: metadata }),
    ...(object.storageClass && { StorageClass: object.storageClass }),
    ...(object.parts && input.PartNumber !== undefined && { PartsCount: object.parts.length }),
    ...(tagCount && { TagCount: tagCount }),
    ...expiration,
  };
}

/** Only where asked for, and only what covers exactly the bytes that are sent. */
function checksumOfRead(input: ReadInput, object: StoredObject, range: { readonly index?: number } | undefined): object | undefined {
  if (input.ChecksumMode !== 'ENABLED') return undefined;
  if (!range) return toChecksumMembers(checksumOfObject(object));
  if (range.index === undefined) return undefined;
  if (!object.parts) return toChecksumMembers(checksumOfObject(object));
  const value = object.parts[range.index]?.checksum;
  return value === undefined ? undefined : { ChecksumType: object.checksumType, ...toChecksumMember(object.checksumAlgorithm, value) };
}

function hasOverrides(input: ReadInput): boolean {
  return (
    (input.ResponseCacheControl ??
      input.ResponseContentDisposition ??
      input.ResponseContentEncoding ??
      input.ResponseContentLanguage ??
      input.ResponseContentType ??
      input.ResponseExpires) !== undefined
  );
}

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
