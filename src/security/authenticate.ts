/** The pipeline's first question: who is this, and may we believe it? */
import { type ChunkVerifier, chunkVerifier } from './chunks';
import type { Credential } from './credential';
import { malformed } from './malformed';
import { type SecurityOptions, signatureModeOf, verifiesByDefault } from './modes';
import { type Identity, identify, type KeyStore } from './principal';
import { type Signed, verifySignature } from './signature';

export interface Authentication extends Signed {
  /** What `readCredential` found. */
  readonly credential: Credential | undefined;
  readonly partition: string;
  readonly security: SecurityOptions;
  /** A caller in this process: it names its key, and need not prove that it has it. */
  readonly trusted?: boolean | undefined;
  readonly keys: KeyStore;
}

export interface Authenticated extends Identity {
  /** For signed aws-chunked bodies; undefined when signatures are not verified. */
  readonly chunks?: ChunkVerifier | undefined;
}

/**
 * Resolves the principal, and checks the signature when it must be: always for presigned URLs, otherwise when the account
 * verifies. A malformed signature, where nobody checks, only loses what could not be read.
 *
 * While signatures are off, a presigned URL of an unknown key is good until it expires: its secret cannot be known. One of
 * a root key must be signed with the root secret.
 */
export function authenticate(input: Authentication): Authenticated {
  const { credential, dialect, security, trusted } = input;
  const strict = !trusted && verifiesByDefault(security);
  if (credential?.problem && (credential.presigned || strict)) throw malformed(credential.problem, credential, dialect);
  const identity = identify(credential, input);
  const { principal, secret } = identity;
  if (credential === undefined || principal.type === 'anonymous') return identity;
  const verify = !trusted && signatureModeOf(security, principal.account) === 'verify';
  if (!verify && !credential.presigned) return identity;
  if (credential.problem) throw malformed(credential.problem, credential, dialect);
  verifySignature(input, credential, secret);
  const chunks = verify && secret !== undefined && credential.version !== 'v2' ? chunkVerifier(credential, secret) : undefined;
  return { principal, secret, chunks };
}
