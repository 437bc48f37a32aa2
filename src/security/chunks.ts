/** Signatures of the chunks of an aws-chunked body: each covers the one before it, the first the request's own. */
import type { Credential } from './credential';
import { signatureMismatch } from './errors';
import { signatureKey, signingTime } from './signature';
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
  return new SignedChunks(credential, secret);
}

/** Most bodies have no chunks: nothing is derived before the first. */
class SignedChunks implements ChunkVerifier {
  readonly #credential: Credential;
  readonly #secret: string;
  #previous: string;

  constructor(credential: Credential, secret: string) {
    this.#credential = credential;
    this.#secret = secret;
    this.#previous = credential.signature;
  }

  chunk(signature: string, sha256: string): void {
    this.#check('PAYLOAD', signature, `${emptySha256}\n${sha256}`);
  }

  trailer(signature: string, sha256: string): void {
    this.#check('TRAILER', signature, sha256);
  }

  #check(kind: 'PAYLOAD' | 'TRAILER', signature: string, hashes: string): void {
    const credential = this.#credential;
    const key = signatureKey(credential, this.#secret);
    const context = `${signingTime(credential)}\n${credential.scope}`;
    const stringToSign = `${key.algorithm}-${kind}\n${context}\n${this.#previous}\n${hashes}`;
    if (!key.matches(stringToSign, signature)) {
      throw signatureMismatch('s3', { accessKeyId: credential.accessKeyId, signature, stringToSign });
    }
    this.#previous = signature;
  }
}

/** The hash that `trailer` wants. Values are latin1, as they came. */
export function trailerSha256(lines: readonly (readonly [name: string, value: string])[]): string {
  return sha256Hex(lines.map(([name, value]) => `${name.toLowerCase().trim()}:${value.trim()}\n`).join(''));
}
