/** Digest files: what was delivered in an hour, signed and chained (User Guide, "CloudTrail digest file structure"). */
import { createHash } from 'node:crypto';
import type { SigningKey } from '../../kernel';
import { folderOf } from './destinations';
import { dayPath, secondStamp, secondText } from './names';
import type { Digest, Stream, Trail } from './state';

/** Whose key signs the digests of a region. */
export const signerName = (region: string): string => `cloudtrail.${region}.amazonaws.com`;

interface SignedDigest {
  readonly key: string;
  readonly text: string;
  readonly digest: Digest;
}

const algorithm = 'SHA-256';
export const signatureAlgorithm = 'SHA256withRSA';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The digest of what a stream delivered from `digestFrom` until `end`. */
export function signDigest(trail: Trail, stream: Stream, end: number, signer: SigningKey): SignedDigest {
  const { account, files, digest: previous } = stream;
  const key = digestKey(trail, stream, end);
  const text = JSON.stringify({
    awsAccountId: account,
    digestStartTime: secondText(stream.digestFrom ?? end),
    digestEndTime: secondText(end),
    digestS3Bucket: trail.bucket,
    digestS3Object: key,
    digestPublicKeyFingerprint: signer.id,
    digestSignatureAlgorithm: signatureAlgorithm,
    newestEventTime: files.length === 0 ? null : secondText(Math.max(...files.map(({ newest }) => newest))),
    oldestEventTime: files.length === 0 ? null : secondText(Math.min(...files.map(({ oldest }) => oldest))),
    previousDigestS3Bucket: previous?.bucket ?? null,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous?.hash ?? null,
    previousDigestHashAlgorithm: previous ? algorithm : null,
    previousDigestSignature: previous?.signature ?? null,
    logFiles: files.map((file) => ({
      s3Bucket: file.bucket,
      s3Object: file.key,
      hashValue: file.hash,
      hashAlgorithm: algorithm,
      newestEventTime: secondText(file.newest),
      oldestEventTime: secondText(file.oldest),
    })),
  });
  const hash = sha256(text);
  // The data that is signed: end, place, hash, and the signature before it (User Guide, "Custom implementations of log file validation").
  const signed = [secondText(end), `${trail.bucket}/${key}`, hash, previous?.signature ?? 'null'].join('\n');
  const signature = Buffer.from(signer.sign('sha256', signed), 'base64').toString('hex');
  return { key, text, digest: { bucket: trail.bucket, key, hash, signature } };
}

function digestKey(trail: Trail, { account, region }: Stream, end: number): string {
  const folder = `${folderOf(trail, account)}/CloudTrail-Digest/${region}/${dayPath(end)}`;
  return `${folder}/${account}_CloudTrail-Digest_${region}_${trail.name}_${trail.region}_${secondStamp(end)}.json.gz`;
}
