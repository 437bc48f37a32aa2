/** Access keys and session tokens: what STS and IAM hand out, and what the security stage reads back. */
import { createHmac, randomBytes } from 'node:crypto';
import { base32Alphabet } from './base32';
import { collection } from './collection';
import type { Principal } from './principal';
import { isSealed, purposeKey, seal, unseal } from './sealing';
import type { Tx } from './tx';

/** The account of every key that names no other. */
export const defaultAccount = '000000000000';

/** An access key that somebody created (IAM CreateAccessKey puts it, DeleteAccessKey removes it). */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly active: boolean;
  /** Whom it belongs to. */
  readonly principal: Principal;
}

/** Found by id alone, before an account is known; hence one map per partition. */
export const AccessKeys = collection<AccessKey>({
  name: 'kernel/access-key',
  version: 1,
  scope: 'partition',
  key: (key) => key.accessKeyId,
  owner: (key) => key.principal.account,
});

export interface SealingKey {
  readonly name: 'session';
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** The secret from which session tokens are sealed; part of the state, so that they outlive a restart and work in a fork. */
export const SealingKeys = collection<SealingKey>({
  name: 'kernel/sealing-key',
  version: 1,
  scope: 'partition',
  key: (key) => key.name,
});

/** The sealing key, when one was ever needed. Without it no token can be ours. */
export function findSealingKey(tx: Tx): Uint8Array | undefined {
  return tx.get(SealingKeys, 'session')?.key;
}

/** The sealing key, made on first use. */
export function ensureSealingKey(tx: Tx): Uint8Array {
  return findSealingKey(tx) ?? tx.put(SealingKeys, { name: 'session', key: randomBytes(32) }).key;
}

// ---- access key ids ----

/**
 * An access key id as AWS builds it: a prefix of four letters (`AKIA` long-lived, `ASIA` temporary), then 80 bits in
 * base32: a 1 (new generation), 40 bits of account number, 39 of randomness. AWS does not document the layout; published
 * analyses of key ids agree on it. `random` is a ctx or tx, so that seeded runs repeat.
 */
export function accessKeyIdOf(prefix: 'AKIA' | 'ASIA', account: string, random: Pick<Tx, 'id'>): string {
  // 9 characters hold the generation bit, the account and the first 4 random bits; 7 characters are random throughout.
  let head = (((1n << 40n) | BigInt(account)) << 4n) | BigInt(base32Alphabet.indexOf(random.id('', 1, base32Alphabet)) >> 1);
  let text = '';
  for (let i = 0; i < 9; i++) {
    text = base32Alphabet[Number(head & 31n)] + text;
    head >>= 5n;
  }
  return prefix + text + random.id('', 7, base32Alphabet);
}

/** The account inside an access key id; undefined for ids of the old generation and anything else. */
export function accountInAccessKeyId(accessKeyId: string): string | undefined {
  if (!/^A[A-Z]{3}[Q-Z2-7][A-Z2-7]{15}$/.test(accessKeyId)) return undefined;
  let bits = 0n;
  for (let i = 4; i < 13; i++) bits = (bits << 5n) | BigInt(base32Alphabet.indexOf(accessKeyId[i]!));
  const account = (bits >> 4n) & 0xff_ffff_ffffn;
  return account < 1_000_000_000_000n ? account.toString().padStart(12, '0') : undefined;
}

// ---- session tokens ----

/** What a session token says. */
export interface Session {
  readonly accessKeyId: string;
  /** Virtual time, ms. */
  readonly expiresAt: number;
  /** Whoever holds the token; its `accessKeyId` is the temporary one. Carries session policies and tags. */
  readonly principal: Principal;
  /** For tokens of version 1, which the global endpoint of STS gives: they hold in Regions that are enabled by default only. */
  readonly version?: 1 | undefined;
}

interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Temporary credentials for a session. Nothing is stored: the token is the session, encrypted and authenticated, and the
 * secret follows from the key id.
 */
export function sealSession(sealingKey: Uint8Array, session: Session): SessionCredentials {
  return {
    accessKeyId: session.accessKeyId,
    secretAccessKey: sessionSecret(sealingKey, session.accessKeyId),
    sessionToken: seal(sealingKey, 'token', session),
  };
}

/** The session in a token; undefined when the token was not sealed with this key, or was changed since. Expiry is the caller's to judge. */
export function openSession(sealingKey: Uint8Array, token: string): Session | undefined {
  return unseal(sealingKey, 'token', token) as Session | undefined;
}

/** Does a token claim to be one of ours, right or wrong? */
export function isOurToken(token: string): boolean {
  return isSealed(token);
}

/** The secret that belongs to a temporary access key id: 40 characters, as AWS's. */
export function sessionSecret(sealingKey: Uint8Array, accessKeyId: string): string {
  return createHmac('sha256', purposeKey(sealingKey, 'secret')).update(accessKeyId).digest('base64').slice(0, 40);
}
