/** Copying: an object to an object, a source's bytes to a part. Bodies are shared, never moved; they are read only to be hashed. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, io, type Tx, type TxContext } from '../../../kernel';
import { taggedCopyNeeds } from '../access';
import { requireAclAllowed } from '../acl-rules';
import { hashBody, maxSinglePut, receiveChunks, streamOf } from '../bodies';
import { checkRead } from '../conditions';
import { type CopySource, parseCopySource } from '../copy-source';
import { entityTooLarge, invalidArgument, invalidRequest, preconditionFailed, sourceArchived } from '../errors';
import { type Content, contentOf, refuseCustomerKey, requireBucket, requireBucketAnywhere, requireVisibleObject } from '../find';
import { isArchived, traitsOf } from '../metadata';
import { announce } from '../notices';
import { type Algorithm, checksumOfObject, isAlgorithm, toChecksumMember, toChecksumMembers } from '../object-checksum';
import { requireKey } from '../object-key';
import { type ByteRange, parseCopyRange } from '../range';
import type { Bucket, ObjectTraits, StoredObject, SystemMetadata } from '../state';
import { modifiedAt } from '../times';
import { putPart, requirePartNumber, requireUpload } from '../uploads';
import { requireWritable, type WrittenVersion, writeObject, writtenVersion } from '../writes';

type CopyInput = S3['CopyObject']['input'];

interface Source {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

/** What a copy needs to know of its bytes and the source's record does not say. */
interface Hashes {
  readonly of: StoredObject;
  readonly md5: string;
  readonly checksum: string;
}

export const copies = defineOperations<S3>()({
  CopyObject: io(async (ctx, input) => {
    const from = parseCopySource(input.CopySource);
    const algorithm = requireAlgorithm(input.ChecksumAlgorithm);
    requireDirectives(input);
    refuseCustomerKey(ctx, input);
    const traits = traitsOf(input);
    // A source that changes while it is being hashed is hashed again.
    for (let hashes: Hashes | undefined; ; ) {
      const outcome = await ctx.transact((tx, inner) => tryCopy(inner, tx, input, { from, traits, algorithm, hashes }));
      if ('copy' in outcome) return answer(outcome);
      const { object, content } = outcome.unhashed;
      hashes = { of: object, ...(await hashBody(ctx, content, algorithm ?? (object.checksumAlgorithm as Algorithm))) };
    }
  }),

  UploadPartCopy: io(async (ctx, input) => {
    const key = requireKey(input.Key);
    const number = requirePartNumber(input.PartNumber);
    refuseCustomerKey(ctx, input);
    const from = parseCopySource(input.CopySource);
    const { source, content, range, algorithm } = await ctx.transact((tx, inner) => {
      const upload = requireUpload(tx, requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner), key, input.UploadId);
      const found = requireSource(inner, tx, from, input);
      const part = selectCopyRange(found.object, input.CopySourceRange);
      return { source: found, content: contentOf(tx, found.bucket, found.object), range: part, algorithm: upload.algorithm as Algorithm };
    });
    if (range.end - range.start > maxSinglePut) throw entityTooLarge(range.end - range.start, maxSinglePut);
    const body = await receiveChunks(ctx, streamOf(ctx, content, range), algorithm);
    const part = await putPart(ctx, { ...input, Key: key }, number, body, body.checksum ?? '');
    return {
      ServerSideEncryption: 'AES256',
      ...sourceVersion(source),
      CopyPartResult: { ETag: `"${part.etag}"`, LastModified: part.modifiedAt, ...toChecksumMember(algorithm, part.checksum) },
    };
  }),
});

interface CopyPlan {
  readonly from: CopySource;
  readonly traits: ObjectTraits;
  readonly algorithm: Algorithm | undefined;
  readonly hashes: Hashes | undefined;
}

type CopyOutcome =
  | { readonly copy: StoredObject; readonly source: Source; readonly written: WrittenVersion }
  | { readonly unhashed: { readonly object: StoredObject; readonly content: Content } };

/** Copies in one transaction, or says that the source must be hashed first. */
function tryCopy(ctx: TxContext, tx: Tx, input: CopyInput, { from, traits, algorithm, hashes }: CopyPlan): CopyOutcome {
  const key = requireKey(input.Key);
  const bucket = requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner);
  requireAclAllowed(ctx.principal, tx, bucket, input);
  const source = requireSource(ctx, tx, from, input);
  const { object } = source;
  authoriseTags(ctx, input, from, object);
  if (object.size > maxSinglePut)
    throw invalidRequest(`The specified copy source is larger than the maximum allowable size for a copy source: ${maxSinglePut}`);
  requireChange(input, from, source, bucket, key);
  requireWritable(tx, bucket, key, input);
  const known = hashesOf(object, algorithm) ?? (hashes && isSameBody(hashes.of, object) ? hashes : undefined);
  const content = contentOf(tx, source.bucket, object);
  if (!known) return { unhashed: { object, content } };
  const copy = writeObject(
    tx,
    bucket,
    traitsOfCopy(input, object, traits),
    {
      key,
      size: object.size,
      etag: known.md5,
      checksum: { algorithm: algorithm ?? object.checksumAlgorithm, type: 'FULL_OBJECT', value: known.checksum },
      blobId: object.blobId,
    },
    'inline' in content ? content.inline : undefined,
  );
  announce(ctx, tx, bucket, 'ObjectCreated:Copy', copy);
  return { copy, source, written: writtenVersion(tx, bucket, copy) };
}

/** Metadata and tags come from the source unless they are replaced; storage class, redirect and ACL never do (CopyObject). */
function traitsOfCopy(input: CopyInput, object: StoredObject, own: ObjectTraits): ObjectTraits {
  const isReplaced = input.MetadataDirective === 'REPLACE';
  return {
    system: isReplaced ? own.system : withRedirect(object.system, own.system?.websiteRedirect),
    metadata: isReplaced ? own.metadata : object.metadata,
    storageClass: own.storageClass,
    tags: input.TaggingDirective === 'REPLACE' ? own.tags : object.tags,
    acl: own.acl,
  };
}

function withRedirect(system: SystemMetadata | undefined, websiteRedirect: string | undefined): SystemMetadata | undefined {
  // Nearly always the same: then the copy shares it.
  if (system?.websiteRedirect === websiteRedirect) return system;
  const { websiteRedirect: _, ...others } = system ?? {};
  return websiteRedirect === undefined ? others : { websiteRedirect, ...others };
}

/** A copy is one piece: its ETag is the MD5 of its bytes, its checksum covers them all. A multipart source knows neither. */
function hashesOf(object: StoredObject, algorithm: Algorithm | undefined): Pick<Hashes, 'md5' | 'checksum'> | undefined {
  const { checksumAlgorithm, checksumType, checksumValue } = object;
  const isKnown = !object.parts && checksumType === 'FULL_OBJECT' && (algorithm ?? checksumAlgorithm) === checksumAlgorithm;
  return isKnown ? { md5: object.etag, checksum: checksumValue } : undefined;
}

function isSameBody(a: StoredObject, b: StoredObject): boolean {
  return a.etag === b.etag && a.size === b.size && a.checksumValue === b.checksumValue;
}

interface SourceInput {
  readonly ExpectedSourceBucketOwner?: string | undefined;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: number | undefined;
  readonly CopySourceIfUnmodifiedSince?: number | undefined;
}

/** Tags that come along must be the caller's to read and to give. */
function authoriseTags(ctx: TxContext, input: CopyInput, from: CopySource, { tags }: StoredObject): void {
  if (input.TaggingDirective === 'REPLACE' || tags === undefined || Object.keys(tags).length === 0) return;
  const source = { Bucket: from.bucket, Key: from.key, VersionId: from.versionId };
  for (const need of taggedCopyNeeds(source, input, tags, ctx.place, ctx.request)) ctx.authorise(need);
}

function requireSource(ctx: TxContext, tx: Tx, from: CopySource, input: SourceInput): Source {
  const bucket = requireBucketAnywhere(tx, from.bucket, input.ExpectedSourceBucketOwner);
  const object = requireVisibleObject(ctx, tx, bucket, from.key, from.versionId);
  const verdict = checkRead(
    {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    object,
  );
  if (!verdict.ok) throw preconditionFailed(`x-amz-copy-source-${verdict.condition}`);
  if (isArchived(object.storageClass)) throw sourceArchived();
  return { bucket, object };
}

function requireChange(input: CopyInput, from: CopySource, source: Source, target: Bucket, key: string): void {
  if (source.bucket.name !== target.name || source.object.key !== key) return;
  // Copying a version that is named brings it back (user guide, "Restoring previous versions").
  if (from.versionId !== undefined && target.versioning !== undefined) return;
  const changes = input.StorageClass ?? input.WebsiteRedirectLocation ?? input.ServerSideEncryption ?? input.ChecksumAlgorithm;
  if (changes !== undefined || input.MetadataDirective === 'REPLACE') return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

function requireDirectives({ MetadataDirective: metadata, TaggingDirective: tagging }: CopyInput): void {
  if (metadata !== undefined && metadata !== 'COPY' && metadata !== 'REPLACE')
    throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', metadata);
  if (tagging !== undefined && tagging !== 'COPY' && tagging !== 'REPLACE')
    throw invalidArgument('Unknown tagging directive.', 'x-amz-tagging-directive', tagging);
}

export function requireAlgorithm(name: string | undefined): Algorithm | undefined {
  if (name === undefined || isAlgorithm(name)) return name;
  throw invalidRequest(
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512, MD5, XXHASH64, XXHASH3, XXHASH128]',
  );
}

function selectCopyRange(object: StoredObject, header: string | undefined): ByteRange {
  if (header === undefined) return { start: 0, end: object.size };
  const range = parseCopyRange(header, object.size);
  if (range === 'malformed')
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  if (range === 'outside')
    throw invalidArgument(`Range specified is not valid for source object of size: ${object.size}`, 'x-amz-copy-source-range', header);
  return range;
}

function sourceVersion({ bucket, object }: Source): { CopySourceVersionId?: string } {
  return bucket.versioning ? { CopySourceVersionId: object.versionId } : {};
}

function answer({ copy, source, written }: Extract<CopyOutcome, { copy: StoredObject }>): S3['CopyObject']['output'] {
  return {
    ServerSideEncryption: 'AES256',
    ...written,
    ...sourceVersion(source),
    CopyObjectResult: { ETag: `"${copy.etag}"`, LastModified: modifiedAt(copy), ...toChecksumMembers(checksumOfObject(copy)) },
  };
}
