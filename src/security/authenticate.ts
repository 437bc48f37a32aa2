/** The pipeline's first question: who is this, and may we believe it? */
import { type ChunkVerifier, chunkVerifier } from './chunks';
import type { Credential } from './credential';
import type { Dialect } from './errors';
import { malformed } from './malformed';
import { type SecurityOptions, signatureModeOf, verifiesByDefault } from './modes';
import { type Identity, identify, type KeyStore } from './principal';
import { type Clocks, verifySignature } from './signature';
import type { Version2Request } from './signature-v2';

export interface Authentication {
  readonly request: Version2Request;
  /** What `readCredential` found. */
  readonly credential: Credential | undefined;
  readonly dialect: Dialect;
  readonly partition: string;
  readonly security: SecurityOptions;
  /** A caller in this process: it names its key, and need not prove that it has it. */
  readonly trusted?: boolean | undefined;
  readonly keys: KeyStore;
  readonly clocks: Clocks;
  /** Hex SHA-256 of the body as sent; asked for only when a signature of a service other than S3 is checked. */
  readonly bodySha256: () => string;
  /** The body of a query-API POST. */
  readonly form?: string | undefined;
}

export interface Authenticated extends Identity {
  /** For signed aws-chunked bodies; undefined when signatures are not verified. */
  readonly chunks: ChunkVerifier | undefined;
}

/**
 * Resolves the principal, and checks the signature when it must be: always for presigned URLs, otherwise when the account
 * verifies. A malformed signature, where nobody checks, only loses what could not be read.
 *
 * While signatures are off, a presigned URL of an unknown key is good until it expires: its secret cannot be known. One of
 * a root key must be signed with the root secret.
 */
export function authenticate(input: Authentication): Authenticated {
  const { request, credential, dialect, security, trusted, keys, partition, clocks, bodySha256, form } = input;
  const strict = !trusted && verifiesByDefault(security);
  if (credential?.problem && (credential.presigned || strict)) throw malformed(credential.problem, credential, dialect);
  const { principal, secret } = identify(credential, { keys, security, trusted, dialect, partition, now: clocks.virtual() });
  if (credential === undefined || principal.type === 'anonymous') return { principal, secret, chunks: undefined };
  const verify = !trusted && signatureModeOf(security, principal.account) === 'verify';
  if (!verify && !credential.presigned) return { principal, secret, chunks: undefined };
  if (credential.problem) throw malformed(credential.problem, credential, dialect);
  // every field spelt out: this is done for each call, and a spread costs more than a hash
  verifySignature({ request, credential, dialect, secret, clocks, bodySha256, form });
  const chunks = verify && secret !== undefined && credential.version !== 'v2' ? chunkVerifier(credential, secret) : undefined;
  return { principal, secret, chunks };
}
