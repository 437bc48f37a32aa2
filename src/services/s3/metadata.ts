/** Metadata of objects: what headers of a write are kept, and in which form they go out again. */
import { aclOf } from './acl-lists';
import { headerNotImplemented, invalidArgument, invalidRedirect, invalidRequest, invalidStorageClass, metadataTooLarge } from './errors';
import type { ObjectTraits, SystemMetadata } from './state';
import { parseTaggingHeader } from './tag-rules';

/** "The user-defined metadata is limited to 2 KB" (user guide): names and values, UTF-8. */
const maxMetadataBytes = 2048;
const maxRedirectBytes = 2048;

const storageClasses = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** The members that PutObject, CopyObject, CreateMultipartUpload and POST forms have in common. */
export interface TraitInput {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: unknown;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly StorageClass?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly Tagging?: string | undefined;
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: unknown;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/** Everything a write says about its object, checked. */
export function traitsOf(input: TraitInput): ObjectTraits {
  requireKnownEncryption(input);
  if (input.ObjectLockMode ?? input.ObjectLockRetainUntilDate ?? input.ObjectLockLegalHoldStatus)
    throw invalidRequest('Bucket is missing Object Lock Configuration');
  const metadata = requireMetadata(input.Metadata);
  const storageClass = requireStorageClass(input.StorageClass);
  const acl = aclOf(input);
  const tags = input.Tagging ? parseTaggingHeader(input.Tagging) : undefined;
  return { system: systemMetadataOf(input), metadata, storageClass, tags, acl };
}

/** Undefined for STANDARD, which S3 never names in headers. */
function requireStorageClass(value: string | undefined): string | undefined {
  if (value === undefined || value === 'STANDARD') return undefined;
  if (!storageClasses.has(value)) throw invalidStorageClass(value);
  return value;
}

export function isArchived(storageClass: string | undefined): storageClass is string {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
}

/** What is said of many objects, and nothing else of them: each is the same object in all of their records, until they are read from a store. */
const usual: ReadonlyMap<string, SystemMetadata> = new Map(
  [
    'application/gzip',
    'application/json',
    'application/octet-stream',
    'application/pdf',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/zip',
    'binary/octet-stream',
    'image/gif',
    'image/jpeg',
    'image/png',
    'image/svg+xml',
    'image/webp',
    'text/css',
    'text/csv',
    'text/html',
    'text/javascript',
    'text/plain',
    'text/plain;charset=UTF-8',
    'video/mp4',
  ].map((contentType) => [contentType, Object.freeze({ contentType })]),
);

/** Undefined when there is none. */
function systemMetadataOf(input: TraitInput): SystemMetadata | undefined {
  const encoding = withoutChunking(input.ContentEncoding);
  const { ContentType: contentType } = input;
  const others = input.CacheControl || input.ContentDisposition || encoding || input.ContentLanguage || input.WebsiteRedirectLocation;
  if (!others && input.Expires === undefined) return contentType ? (usual.get(contentType) ?? { contentType }) : undefined;
  const system: { -readonly [M in keyof SystemMetadata]: SystemMetadata[M] } = {};
  if (contentType) system.contentType = contentType;
  if (input.CacheControl) system.cacheControl = input.CacheControl;
  if (input.ContentDisposition) system.contentDisposition = input.ContentDisposition;
  if (encoding) system.contentEncoding = encoding;
  if (input.ContentLanguage) system.contentLanguage = input.ContentLanguage;
  if (input.Expires !== undefined) system.expires = String(input.Expires);
  if (input.WebsiteRedirectLocation) system.websiteRedirect = requireRedirect(input.WebsiteRedirectLocation);
  return system;
}

/** `aws-chunked` is how the bytes travelled, not what they are. */
function withoutChunking(encoding: string | undefined): string | undefined {
  if (!encoding?.includes('aws-chunked')) return encoding;
  return encoding
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== 'aws-chunked' && token !== '')
    .join(',');
}

function requireRedirect(location: string): string {
  if (!/^(\/|https?:\/\/)/.test(location) || Buffer.byteLength(location) > maxRedirectBytes) throw invalidRedirect();
  return location;
}

function requireMetadata(metadata: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  if (!metadata) return undefined;
  const entries = Object.entries(metadata);
  let size = 0;
  for (const [name, value] of entries) size += Buffer.byteLength(name) + Buffer.byteLength(value);
  if (size > maxMetadataBytes) throw metadataTooLarge(size, maxMetadataBytes);
  return size === 0 ? undefined : Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

function requireKnownEncryption(input: TraitInput): void {
  const { ServerSideEncryption: kind } = input;
  if (kind?.startsWith('aws:')) throw headerNotImplemented('x-amz-server-side-encryption');
  if (kind !== undefined && kind !== 'AES256')
    throw invalidArgument('The encryption method specified is not supported', 'x-amz-server-side-encryption', kind);
  if (input.SSEKMSKeyId !== undefined)
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      'x-amz-server-side-encryption',
      kind ?? 'null',
    );
}

/** User metadata as headers: what is not printable ASCII goes out as an RFC 2047 word (user guide, "User-defined object metadata"). */
export function toMetadataHeaders(metadata: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  if (!metadata) return undefined;
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, toHeaderText(value)]));
}

function toHeaderText(value: string): string {
  if (/^[\x20-\x7e\t]*$/.test(value)) return value;
  // Headers arrive as latin1 strings of what were bytes; forms and in-process calls as text.
  const isLatin1 = /^[\0-\xff]*$/.test(value);
  const bytes = Buffer.from(value, isLatin1 ? 'latin1' : 'utf8');
  return `=?UTF-8?B?${bytes.toString('base64')}?=`;
}
