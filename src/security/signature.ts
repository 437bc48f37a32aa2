/** Is a request signed with this secret, and still in time? Throws the service's own error when not. */
import { hash } from 'node:crypto';
import { canonicalRequest } from './canonical';
import { canonicalHash } from './canonical-hash';
import type { Credential } from './credential';
import { decodeQueryText, splitQuery } from './encoding';
import {
  accessDenied,
  basicTime,
  type Dialect,
  headersNotSigned,
  invalidArgument,
  invalidRequest,
  maxSkewMs,
  presignedExpired,
  presignedNotYetValid,
  signatureMismatch,
  skewed,
  wrongScope,
} from './errors';
import { matchesVersion2, stringToSignQueryApi, stringToSignS3, type Version2Request } from './signature-v2';
import { ecdsaKey, hmacKey, type SignatureKey, stringToSignOf } from './signing-key';

/** Real and virtual time; see elapsed.ts. */
export interface Clocks {
  /** ms since 1970 by the clock that clients have too. */
  real(): number;
  /** ms since 1970 by the clock that sessions and timers obey. */
  virtual(): number;
  /** Virtual ms that have passed since a real moment. */
  since(realMs: number): number;
}

/** A request whose signature is to be checked. */
export interface Signed {
  readonly request: Version2Request;
  readonly dialect: Dialect;
  readonly clocks: Clocks;
  /** As sent. S3 does without: it takes the client's word for the hash, and compares when the body is read. */
  readonly body: Uint8Array;
  /** The body of a query-API POST; version 2 signs it. */
  readonly form?: string | undefined;
}

/**
 * Throws when the signature is wrong, or not in time. S3 looks at the signature first, everybody else at the time. The
 * credential is well-formed; where nobody knows the secret, only time is judged.
 */
export function verifySignature(signed: Signed, credential: Credential, secret: string | undefined): void {
  if (signed.dialect !== 's3') checkTime(signed, credential);
  if (secret !== undefined) {
    if (credential.version === 'v2') checkVersion2(signed, credential, secret);
    else checkVersion4(signed, credential, secret);
  }
  if (signed.dialect === 's3') checkTime(signed, credential);
}

// ---- time ----

/** How long a presigned URL without `X-Amz-Expires` holds, for services other than S3. */
const defaultExpirySeconds = 900;

function checkTime({ dialect, clocks }: Signed, credential: Credential): void {
  const real = clocks.real();
  if (credential.presigned) {
    checkPresignedTime(credential, dialect, clocks, real);
    return;
  }
  const { signedAt, expiresAt, timestamp } = credential;
  if (expiresAt !== undefined && real > expiresAt) throw presignedExpired(dialect, expiresAt, real, undefined);
  if (signedAt !== undefined && Math.abs(real - signedAt) > maxSkewMs) throw skewed(dialect, timestamp, signedAt, real);
}

/**
 * Virtual time counts from the signing on. Version 2 does not say when it was signed, only when it ends: there, real
 * time counts.
 */
function checkPresignedTime(credential: Credential, dialect: Dialect, clocks: Clocks, real: number): void {
  const { signedAt, expiresAt, timestamp } = credential;
  if (expiresAt !== undefined && real > expiresAt) throw presignedExpired(dialect, expiresAt, real, undefined);
  if (signedAt === undefined) return;
  if (signedAt > real + maxSkewMs) throw presignedNotYetValid(dialect, timestamp, signedAt, real);
  const seconds = credential.expiresSeconds ?? defaultExpirySeconds;
  const elapsed = clocks.since(signedAt);
  // the server's time as the client sees it: the signing time and what has passed since
  if (elapsed > seconds * 1000 || seconds === 0) throw presignedExpired(dialect, signedAt + seconds * 1000, signedAt + elapsed, seconds);
}

// ---- version 4 ----

function checkVersion4({ request, dialect, body }: Signed, credential: Credential, secret: string): void {
  checkSignedHeaders(request, credential, dialect);
  const s3 = dialect === 's3';
  const { accessKeyId, scope, signature, signedHeaders } = credential;
  const payloadHash = s3 ? s3PayloadHash(request, credential) : hash('sha256', body, 'hex');
  const options = { s3, signedHeaders, payloadHash };
  const requestHash = canonicalHash(request, options);
  const key = signatureKey(credential, secret);
  const time = signingTime(credential);
  if (key.matchesRequest(time, requestHash, signature)) return;
  const stringToSign = stringToSignOf(key.algorithm, time, scope, requestHash);
  throw signatureMismatch(dialect, { accessKeyId, signature, stringToSign, canonicalRequest: canonicalRequest(request, options) });
}

/** The key that a version 4 credential is signed with. */
export function signatureKey(credential: Credential, secretAccessKey: string): SignatureKey {
  const { version, accessKeyId, scope } = credential;
  return version === 'v4a' ? ecdsaKey({ accessKeyId, secretAccessKey }, scope) : hmacKey(secretAccessKey, scope);
}

/** `20150830T123600Z`, which is how nearly every client writes it itself. */
export function signingTime({ timestamp, signedAt }: Credential): string {
  return timestamp.length === 16 && timestamp[8] === 'T' ? timestamp : basicTime(signedAt!);
}

function checkSignedHeaders(request: Version2Request, credential: Credential, dialect: Dialect): void {
  const { signedHeaders, presigned } = credential;
  if (dialect !== 's3') {
    if (signedHeaders.includes('host') || signedHeaders.includes(':authority')) return;
    throw wrongScope(dialect, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const unsigned = unsignedHeaders(request.headers, signedHeaders, presigned);
  if (unsigned !== undefined) throw headersNotSigned(unsigned);
}

function unsignedHeaders(
  headers: Version2Request['headers'],
  signedHeaders: readonly string[],
  presigned: boolean,
): readonly string[] | undefined {
  let unsigned = signedHeaders.includes('host') ? undefined : ['host'];
  for (const name in headers) {
    // the first letter alone spares most headers the look at the rest
    if (name.charCodeAt(0) !== 0x78 || signedHeaders.includes(name)) continue;
    if (!name.startsWith('x-amz-') || headers[name] === undefined) continue;
    // a presigned URL says in its query how the payload is hashed; plain HTTP clients add the header by habit
    if (presigned && name === 'x-amz-content-sha256') continue;
    (unsigned ??= []).push(name);
  }
  return unsigned;
}

const payloadWords = [
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
] as const;
/** And the hash of no body, which most requests have. */
const usualPayloads = new Set<string>([...payloadWords, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']);

/** S3 signs what the client says of the payload; whoever reads the body compares. */
function s3PayloadHash(request: Version2Request, credential: Credential): string {
  const header = request.headers['x-amz-content-sha256'];
  if (credential.presigned) {
    if (header !== undefined && credential.signedHeaders.includes('x-amz-content-sha256')) return header;
    const pair = splitQuery(request.query).find(({ name }) => name.toLowerCase() === 'x-amz-content-sha256');
    return pair ? decodeQueryText(pair.value) : 'UNSIGNED-PAYLOAD';
  }
  if (header === undefined) throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  if (usualPayloads.has(header) || /^[0-9a-f]{64}$/i.test(header)) return header;
  const sentence = `x-amz-content-sha256 must be ${payloadWords.join(', ')} or a valid sha256 value.`;
  throw invalidArgument(sentence, 'x-amz-content-sha256', header);
}

// ---- version 2 ----

function checkVersion2({ request, dialect, form }: Signed, credential: Credential, secret: string): void {
  const queryApi = credential.place === 'query-api';
  if (!queryApi && dialect !== 's3') throw accessDenied(dialect, 'Signature Version 2 is not supported by this service.');
  const stringToSign = queryApi ? stringToSignQueryApi(request, form ?? '') : stringToSignS3(request, credential);
  if (matchesVersion2(secret, stringToSign, credential.signature, credential.digest ?? 'sha1')) return;
  throw signatureMismatch(dialect, { accessKeyId: credential.accessKeyId, signature: credential.signature, stringToSign });
}
