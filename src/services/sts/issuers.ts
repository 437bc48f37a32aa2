/** OpenID Connect issuers: where their keys are, and the keys as last seen. */
import type { JsonWebKey } from 'node:crypto';
import { collection, fetchText, type IoContext, isLoopbackHost } from '../../kernel';
import { issuerUnreachable, noKeys } from './errors';
import { isObject } from './jwt';

interface IssuerKeys {
  readonly issuer: string;
  readonly keys: readonly JsonWebKey[];
  /** Virtual ms. */
  readonly fetchedAt: number;
}

/** What was fetched lately; made again whenever it is missing. */
export const KnownIssuers = collection<IssuerKeys>({
  name: 'sts/issuer-keys',
  version: 1,
  scope: 'partition',
  key: (known) => known.issuer,
});

const freshMs = 3_600_000;
const timeoutMs = 5_000;
const maxKeys = 100;

/** Keys seen within the hour. */
export async function knownKeys(ctx: IoContext, issuer: string): Promise<readonly JsonWebKey[] | undefined> {
  const known = await ctx.transact((tx) => tx.get(KnownIssuers, issuer));
  return known && ctx.now - known.fetchedAt < freshMs ? known.keys : undefined;
}

/** Asks the issuer, by OpenID Connect Discovery 1.0, and remembers. Throws IDPCommunicationError or InvalidIdentityToken. */
export async function fetchKeys(ctx: IoContext, issuer: string): Promise<readonly JsonWebKey[]> {
  const document = await fetchJson(ctx, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, issuer);
  const { jwks_uri: address } = document;
  // an issuer speaks for itself only (OpenID Connect Discovery 1.0 §4.3)
  if (document['issuer'] !== issuer || typeof address !== 'string') throw noKeys();
  const { keys } = await fetchJson(ctx, address, issuer);
  if (!Array.isArray(keys)) throw noKeys();
  const usable = keys.filter(isObject).slice(0, maxKeys) as JsonWebKey[];
  await ctx.transact((tx) => tx.put(KnownIssuers, { issuer, keys: usable, fetchedAt: tx.now }));
  return usable;
}

async function fetchJson(ctx: IoContext, address: string, issuer: string): Promise<Readonly<Record<string, unknown>>> {
  if (!mayBeAsked(address, issuer)) throw noKeys();
  const headers = { Accept: 'application/json' };
  const answer = await fetchText({ url: address, headers, timeoutMs, signal: ctx.signal }).catch(() => {
    throw issuerUnreachable();
  });
  if (answer.status !== 200) throw noKeys();
  try {
    const value: unknown = JSON.parse(answer.body);
    if (isObject(value)) return value;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw noKeys();
}

/** HTTPS, as AWS asks for; or plain HTTP to this machine, for issuers of tests. What is outside cannot send us to what is inside. */
export function mayBeAsked(address: string, issuer: string): boolean {
  if (!URL.canParse(address) || !URL.canParse(issuer)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  const isLocal = isLoopbackHost(hostname);
  if (isLocal && !isLoopbackHost(new URL(issuer).hostname)) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}
