/** Is a request signed with this secret, and still in time? Throws the service's own error when not. */
import { canonicalRequest } from './canonical';
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
import { ecdsaKey, hmacKey, type SignatureKey, sha256Hex } from './signing-key';

/** Real and virtual time; see elapsed.ts. */
export interface Clocks {
  /** ms since 1970 by the clock that clients have too. */
  real(): number;
  /** ms since 1970 by the clock that sessions and timers obey. */
  virtual(): number;
  /** Virtual ms that have passed since a real moment. */
  since(realMs: number): number;
}

interface Verification {
  readonly request: Version2Request;
  /** Well-formed: without a problem. */
  readonly credential: Credential;
  readonly dialect: Dialect;
  /** Undefined when nobody knows it; then only time is judged. */
  readonly secret: string | undefined;
  readonly clocks: Clocks;
  /** Hex SHA-256 of the body as sent, for services other than S3, which hash what they got. */
  readonly bodySha256: () => string;
  /** The body of a query-API POST; version 2 signs it. */
  readonly form?: string | undefined;
}

/** Throws when the signature is wrong, or not in time. S3 looks at the signature first, everybody else at the time. */
export function verifySignature(check: Verification): void {
  if (check.dialect !== 's3') checkTime(check);
  if (check.secret !== undefined) {
    if (check.credential.version === 'v2') checkVersion2(check, check.secret);
    else checkVersion4(check, check.secret);
  }
  if (check.dialect === 's3') checkTime(check);
}

// ---- time ----

/** How long a presigned URL without `X-Amz-Expires` holds, for services other than S3. */
const defaultExpirySeconds = 900;

function checkTime({ credential, dialect, clocks }: Verification): void {
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

function checkVersion4(check: Verification, secret: string): void {
  const { request, credential, dialect } = check;
  checkSignedHeaders(check);
  const s3 = dialect === 's3';
  const payloadHash = s3 ? s3PayloadHash(request, credential) : check.bodySha256();
  const canonical = canonicalRequest(request, { s3, signedHeaders: credential.signedHeaders, payloadHash });
  const key = signatureKey(credential, secret);
  const stringToSign = `${key.algorithm}\n${signingTime(credential)}\n${credential.scope}\n${sha256Hex(canonical)}`;
  if (key.matches(stringToSign, credential.signature)) return;
  const { accessKeyId, signature } = credential;
  throw signatureMismatch(dialect, { accessKeyId, signature, stringToSign, canonicalRequest: canonical });
}

/** The key that a version 4 credential is signed with. */
export function signatureKey(credential: Credential, secretAccessKey: string): SignatureKey {
  const { version, accessKeyId, scope } = credential;
  return version === 'v4a' ? ecdsaKey({ accessKeyId, secretAccessKey }) : hmacKey(secretAccessKey, scope);
}

/** `20150830T123600Z`, which is how nearly every client writes it itself. */
export function signingTime({ timestamp, signedAt }: Credential): string {
  return timestamp.length === 16 && timestamp[8] === 'T' ? timestamp : basicTime(signedAt!);
}

function checkSignedHeaders({ request, credential, dialect }: Verification): void {
  const { signedHeaders, presigned } = credential;
  if (dialect !== 's3') {
    if (signedHeaders.includes('host') || signedHeaders.includes(':authority')) return;
    throw wrongScope(dialect, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const { headers } = request;
  const unsigned = signedHeaders.includes('host') ? [] : ['host'];
  for (const name in headers) {
    if (!name.startsWith('x-amz-') || signedHeaders.includes(name) || headers[name] === undefined) continue;
    // a presigned URL says in its query how the payload is hashed; plain HTTP clients add the header by habit
    if (presigned && name === 'x-amz-content-sha256') continue;
    unsigned.push(name);
  }
  if (unsigned.length > 0) throw headersNotSigned(unsigned);
}

const payloadWords = [
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
] as const;

/** S3 signs what the client says of the payload; whoever reads the body compares. */
function s3PayloadHash(request: Version2Request, credential: Credential): string {
  const header = request.headers['x-amz-content-sha256'];
  if (credential.presigned) {
    if (header !== undefined && credential.signedHeaders.includes('x-amz-content-sha256')) return header;
    const pair = splitQuery(request.query).find(({ name }) => name.toLowerCase() === 'x-amz-content-sha256');
    return pair ? decodeQueryText(pair.value) : 'UNSIGNED-PAYLOAD';
  }
  if (header === undefined) throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  if (/^[0-9a-f]{64}$/i.test(header) || payloadWords.some((word) => word === header)) return header;
  const sentence = `x-amz-content-sha256 must be ${payloadWords.join(', ')} or a valid sha256 value.`;
  throw invalidArgument(sentence, 'x-amz-content-sha256', header);
}

// ---- version 2 ----

function checkVersion2(check: Verification, secret: string): void {
  const { request, credential, dialect } = check;
  const queryApi = credential.place === 'query-api';
  if (!queryApi && dialect !== 's3') throw accessDenied(dialect, 'Signature Version 2 is not supported by this service.');
  const stringToSign = queryApi ? stringToSignQueryApi(request, check.form ?? '') : stringToSignS3(request, credential);
  if (matchesVersion2(secret, stringToSign, credential.signature, credential.digest ?? 'sha1')) return;
  throw signatureMismatch(dialect, { accessKeyId: credential.accessKeyId, signature: credential.signature, stringToSign });
}
