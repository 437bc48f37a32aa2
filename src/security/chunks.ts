/** Signatures of the chunks of an aws-chunked body: each covers the one before it, the first the request's own. */
import type { Credential } from './credential';
import { basicTime, signatureMismatch } from './errors';
import { scopeOf, signatureKey } from './signature';
import { sha256Hex } from './signing-key';

/**
 * For bodies sent as `STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER]`, or its ECDSA twin. Call in the order of the wire, the
 * last, empty chunk included; every method throws SignatureDoesNotMatch.
 */
export interface ChunkVerifier {
  /** `signature` from `chunk-signature=`, and the hex SHA-256 of the chunk's bytes. */
  chunk(signature: string, sha256: string): void;
  /** `x-amz-trailer-signature`, and the hex SHA-256 of the trailer's lines: each `name:value\n`, in the order sent. */
  trailer(signature: string, sha256: string): void;
}

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A verifier for the body of a request whose own signature (the seed) was found right. */
export function chunkVerifier(credential: Credential, secret: string): ChunkVerifier {
  const key = signatureKey(credential, secret);
  const context = `${basicTime(credential.signedAt!)}\n${scopeOf(credential)}`;
  let previous = credential.signature;
  const check = (kind: 'PAYLOAD' | 'TRAILER', signature: string, hashes: string): void => {
    const stringToSign = `${key.algorithm}-${kind}\n${context}\n${previous}\n${hashes}`;
    if (!key.matches(stringToSign, signature)) {
      throw signatureMismatch('s3', { accessKeyId: credential.accessKeyId, signature, stringToSign });
    }
    previous = signature;
  };
  return {
    chunk: (signature, sha256) => check('PAYLOAD', signature, `${emptySha256}\n${sha256}`),
    trailer: (signature, sha256) => check('TRAILER', signature, sha256),
  };
}

/** The hash that `trailer` wants. Values are latin1, as they came. */
export function trailerSha256(lines: readonly (readonly [name: string, value: string])[]): string {
  return sha256Hex(lines.map(([name, value]) => `${name.toLowerCase().trim()}:${value.trim()}\n`).join(''));
}
