/** Multipart uploads under way: finding them, storing parts, and checking the list that completes them. */
import { createHash } from 'node:crypto';
import type { IoContext, Tx } from '../../kernel';
import type { ReceivedBody } from './bodies';
import { stripQuotes } from './conditions';
import { combineCrcs } from './crc-combine';
import { entityTooSmall, invalidArgument, invalidPart, invalidPartOrder, invalidRequest, malformedXml, noSuchUpload } from './errors';
import { atOwner, requireBucket } from './find';
import { type Algorithm, type ChecksumMembers, givenChecksum } from './object-checksum';
import { type Bucket, type ObjectChecksum, Parts, type StoredPart, type Upload, Uploads } from './state';

const minPartBytes = 5 * 1024 * 1024;
const maxParts = 10_000;

export function requireUpload(tx: Tx, bucket: Bucket, key: string, uploadId: string): Upload {
  const upload = atOwner(tx, bucket).get(Uploads, [bucket.name, key, uploadId]);
  if (!upload) throw noSuchUpload(uploadId);
  return upload;
}

export function requirePartNumber(number: number): number {
  if (!Number.isInteger(number) || number < 1 || number > maxParts)
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', number);
  return number;
}

/** Forgets an upload and its parts. */
export function removeUpload(tx: Tx, bucket: Bucket, upload: Upload): void {
  const there = atOwner(tx, bucket);
  there.deleteAll(Parts, { prefix: upload.uploadId });
  there.delete(Uploads, upload);
}

interface PartInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Stores a part whose bytes have been received, in place of an earlier one of the same number. */
export async function putPart(ctx: IoContext, input: PartInput, number: number, body: ReceivedBody, checksum: string): Promise<StoredPart> {
  try {
    return await ctx.transact((tx) => {
      const bucket = requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner);
      const { uploadId } = requireUpload(tx, bucket, input.Key, input.UploadId);
      const { size, md5: etag, blob } = body;
      return atOwner(tx, bucket).put(Parts, { uploadId, number, size, etag, checksum, modifiedAt: tx.now - (tx.now % 1000), blob: blob! });
    });
  } catch (error) {
    await body.discard();
    throw error;
  }
}

interface CompletedPart extends ChecksumMembers {
  readonly PartNumber?: number | undefined;
  readonly ETag?: string | undefined;
}

/** The parts that a completion names, all of them as they were uploaded. */
export function requireParts(tx: Tx, bucket: Bucket, upload: Upload, listed: readonly CompletedPart[]): StoredPart[] {
  const { uploadId } = upload;
  if (listed.length === 0 || listed.length > maxParts || listed.some((part) => part.PartNumber === undefined)) throw malformedXml();
  for (let i = 1; i < listed.length; i++) if (listed[i]!.PartNumber! <= listed[i - 1]!.PartNumber!) throw invalidPartOrder(uploadId);
  const there = atOwner(tx, bucket);
  const parts = listed.map((claim) => {
    const number = requirePartNumber(claim.PartNumber!);
    const etag = stripQuotes(claim.ETag ?? '');
    const part = there.get(Parts, [uploadId, number]);
    if (!part || part.etag !== etag) throw invalidPart(uploadId, number, etag);
    requirePartChecksum(upload, part, claim);
    return part;
  });
  for (const part of parts.slice(0, -1))
    if (part.size < minPartBytes)
      throw entityTooSmall({ ProposedSize: part.size, MinSizeAllowed: minPartBytes, PartNumber: part.number, ETag: part.etag });
  return parts;
}

function requirePartChecksum(upload: Upload, part: StoredPart, claim: CompletedPart): void {
  const given = givenChecksum(claim);
  if (given?.algorithm === upload.algorithm) {
    if (given.value !== part.checksum) throw invalidPart(upload.uploadId, part.number, part.etag);
  } else if (upload.checksumType === 'COMPOSITE') {
    throw invalidRequest(
      `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
}

/** MD5 of the parts' MD5s, and how many there were. */
export function multipartETag(parts: readonly { readonly etag: string }[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(etag, 'hex');
  return `${md5.digest('hex')}-${parts.length}`;
}

/** The checksum of the whole, from those of its parts. `digest` gives the checksum of bytes at hand. */
export async function multipartChecksum(
  upload: Upload,
  parts: readonly StoredPart[],
  digest: (algorithm: Algorithm, bytes: Uint8Array) => Promise<string>,
): Promise<ObjectChecksum> {
  const { algorithm, checksumType: type } = upload;
  if (type === 'FULL_OBJECT') return { algorithm, type, value: combineCrcs(algorithm, parts) };
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part.checksum, 'base64')));
  return { algorithm, type, value: `${await digest(algorithm as Algorithm, joined)}-${parts.length}` };
}
