/**
 * Who calls: from a credential to a principal, and to the secret that its signature can be checked with.
 *
 * - A session token of ours names its principal; one of the real AWS is ignored while signatures are off.
 * - An id of twelve digits is that account's root, `test` is the root of account 000000000000; their secret is an option.
 * - A created key (IAM) belongs to its owner.
 * - Anything else is the root of account 000000000000, with a secret that nobody knows — so that real credentials and
 *   LocalStack habits work — unless signatures are verified: then it does not exist. The account inside a real key id is
 *   not used: a developer's own key must not lead to another cloud than `test` does.
 */
import { BoundedCache } from '../kernel/bounded-cache';
import {
  type AccessKey,
  AccessKeys,
  defaultAccount,
  findSealingKey,
  isOurToken,
  openSession,
  type Session,
  sessionSecret,
} from '../kernel/credentials';
import { regionsEnabledByDefault } from '../kernel/place';
import { type Principal, rootOf } from '../kernel/principal';
import type { Tx } from '../kernel/tx';
import type { Credential } from './credential';
import { type Dialect, expiredToken, invalidToken, unknownAccessKey } from './errors';
import { accessModeOf, type SecurityOptions, signatureModeOf } from './modes';
import type { Clocks } from './signature';

/** Where keys are looked up. */
export interface KeyStore {
  find(accessKeyId: string): AccessKey | undefined;
  sealingKey(): Uint8Array | undefined;
}

class StoredKeys implements KeyStore {
  readonly #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  find(accessKeyId: string): AccessKey | undefined {
    return this.#tx.get(AccessKeys, accessKeyId);
  }

  sealingKey(): Uint8Array | undefined {
    return findSealingKey(this.#tx);
  }
}

/** The keys of a world. */
export function storedKeys(tx: Tx): KeyStore {
  return new StoredKeys(tx);
}

export interface Identity {
  readonly principal: Principal;
  /** Undefined when nobody knows it: unknown keys while signatures are off. */
  readonly secret: string | undefined;
}

interface IdentifyOptions {
  readonly keys: KeyStore;
  readonly security: SecurityOptions;
  /** A caller in this process, who need not prove who it is. */
  readonly trusted?: boolean | undefined;
  readonly dialect: Dialect;
  readonly partition: string;
  readonly clocks: Pick<Clocks, 'virtual'>;
}

/** Must `identify` look into the state? Not for root keys, the common case. */
export function needsKeys(credential: Credential | undefined): boolean {
  if (credential === undefined) return false;
  const { accessKeyId, sessionToken } = credential;
  return (sessionToken !== undefined && isOurToken(sessionToken)) || rootAccountOf(accessKeyId) === undefined;
}

/** A store for those that need none. */
export const noKeys: KeyStore = { find: () => undefined, sealingKey: () => undefined };

/** Throws the service's error for keys and tokens that are unknown, inactive, forged or expired. */
export function identify(credential: Credential | undefined, options: IdentifyOptions): Identity {
  if (credential === undefined || credential.accessKeyId === '') return { principal: anonymous, secret: undefined };
  const { accessKeyId, sessionToken } = credential;
  if (sessionToken && isOurToken(sessionToken)) return fromToken(credential, sessionToken, options);
  const identity = rootByKey(accessKeyId, options) ?? fromStored(accessKeyId, options) ?? fromUnknown(accessKeyId, options);
  if (sessionToken && !takesStrangers(options, identity.principal.account)) {
    throw invalidToken(options.dialect, sessionToken);
  }
  return identity;
}

/** Everybody who signs nothing. Lives in the default account, as far as state is concerned. */
export const anonymous: Principal = { type: 'anonymous', account: defaultAccount, arn: '*', id: 'anonymous' };

/** By partition, and by key id. */
const roots = new BoundedCache<BoundedCache<Principal>>(16);

function rootByKey(accessKeyId: string, { partition, security }: IdentifyOptions): Identity | undefined {
  const account = rootAccountOf(accessKeyId);
  if (account === undefined) return undefined;
  const known = roots.get(partition) ?? roots.set(partition, new BoundedCache(1024));
  const principal = known.get(accessKeyId) ?? known.set(accessKeyId, rootOf(account, partition, accessKeyId));
  return { principal, secret: security.rootSecret };
}

function rootAccountOf(accessKeyId: string): string | undefined {
  if (accessKeyId.length !== 12) return accessKeyId === 'test' ? defaultAccount : undefined;
  return /^\d{12}$/.test(accessKeyId) ? accessKeyId : undefined;
}

function fromStored(accessKeyId: string, { keys, dialect }: IdentifyOptions): Identity | undefined {
  const key = keys.find(accessKeyId);
  if (key === undefined) return undefined;
  if (!key.active) throw unknownAccessKey(dialect, accessKeyId);
  return { principal: key.principal, secret: key.secretAccessKey };
}

/** Are keys and tokens that nobody here handed out taken? Not where they would count: what is enforced needs a true name. */
function takesStrangers({ security, trusted }: IdentifyOptions, account: string): boolean {
  return trusted ? accessModeOf(security, account) !== 'enforce' : signatureModeOf(security, account) === 'off';
}

function fromUnknown(accessKeyId: string, options: IdentifyOptions): Identity {
  const { partition, dialect } = options;
  if (!takesStrangers(options, defaultAccount)) throw unknownAccessKey(dialect, accessKeyId);
  return { principal: rootOf(defaultAccount, partition, accessKeyId), secret: undefined };
}

/** Sessions by their token: opening one costs more than all else about a call, and a client calls with it for hours. */
const sessions = new BoundedCache<OpenedSession>(1024);

interface OpenedSession {
  readonly sealingKey: Uint8Array;
  readonly session: Session;
  readonly secret: string;
}

function openedSession(sealingKey: Uint8Array, token: string): OpenedSession | undefined {
  const known = sessions.get(token);
  if (known && (known.sealingKey === sealingKey || Buffer.compare(known.sealingKey, sealingKey) === 0)) return known;
  const session = openSession(sealingKey, token);
  return session && sessions.set(token, { sealingKey, session, secret: sessionSecret(sealingKey, session.accessKeyId) });
}

function fromToken({ accessKeyId, region }: Credential, token: string, { keys, dialect, clocks }: IdentifyOptions): Identity {
  const sealingKey = keys.sealingKey();
  const opened = sealingKey && openedSession(sealingKey, token);
  if (!opened || opened.session.accessKeyId !== accessKeyId) throw invalidToken(dialect, token);
  // "Version 1 tokens are valid only in AWS Regions that are available by default" (IAM API reference, SetSecurityTokenServicePreferences).
  if (opened.session.version === 1 && region !== '' && !regionsEnabledByDefault.includes(region)) throw invalidToken(dialect, token);
  if (opened.session.expiresAt <= clocks.virtual()) throw expiredToken(dialect, token);
  return { principal: opened.session.principal, secret: opened.secret };
}
