/** JSON Web Tokens (RFC 7519) signed with a public key: read strictly, and checked against the keys of their issuer. */
import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';

type Json = Readonly<Record<string, unknown>>;

export interface Jwt {
  readonly algorithm: Algorithm;
  /** Which of its issuer's keys signed it. */
  readonly keyId: string | undefined;
  readonly claims: Json;
  readonly signed: string;
  readonly signature: Uint8Array;
}

/**
 * "Tokens must be signed using either RSA keys (RS256, RS384, or RS512) or ECDSA keys (ES256, ES384, or ES512)" (STS API
 * reference, AssumeRoleWithWebIdentity). Neither `none` nor the HMACs, whose key would be a public one, are among them.
 */
const algorithms = {
  RS256: { keyType: 'RSA', digest: 'sha256' },
  RS384: { keyType: 'RSA', digest: 'sha384' },
  RS512: { keyType: 'RSA', digest: 'sha512' },
  ES256: { keyType: 'EC', digest: 'sha256', curve: 'P-256' },
  ES384: { keyType: 'EC', digest: 'sha384', curve: 'P-384' },
  ES512: { keyType: 'EC', digest: 'sha512', curve: 'P-521' },
} as const;

type Algorithm = keyof typeof algorithms;

/** Undefined for anything that is not a signed token with claims. */
export function parseJwt(text: string): Jwt | undefined {
  const parts = text.split('.');
  const [head, body, tail] = parts.map(decode);
  if (parts.length !== 3 || head === undefined || body === undefined || tail === undefined) return undefined;
  const header = parseObject(head);
  const claims = parseObject(body);
  if (header === undefined || claims === undefined) return undefined;
  const { alg, kid, crit } = header;
  // what must be understood, and is not, makes a token invalid (RFC 7515 §4.1.11)
  if (typeof alg !== 'string' || !Object.hasOwn(algorithms, alg) || crit !== undefined) return undefined;
  if (kid !== undefined && typeof kid !== 'string') return undefined;
  return { algorithm: alg as Algorithm, keyId: kid, claims, signed: `${parts[0]}.${parts[1]}`, signature: tail };
}

/** The one spelling of base64url that has no padding and no stray bits. */
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined;
}

/** Undefined for what is not UTF-8, not JSON, or no object. */
function parseObject(bytes: Uint8Array): Json | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const minRsaBits = 2048;

/**
 * The one key of an issuer that can have signed a token: of the token's key id and the algorithm's kind. Undefined when
 * there is none, and when a token without a key id leaves the choice among several.
 */
export function findKey({ algorithm, keyId }: Jwt, keys: readonly JsonWebKey[]): KeyObject | undefined {
  const found = keys.filter((key) => fits(key, algorithm) && (keyId === undefined || key['kid'] === keyId));
  return found.length === 1 ? readKey(found[0]!) : undefined;
}

function fits(key: JsonWebKey, algorithm: Algorithm): boolean {
  const wanted = algorithms[algorithm];
  if (key.kty !== wanted.keyType || ('curve' in wanted && key.crv !== wanted.curve)) return false;
  return (key['use'] ?? 'sig') === 'sig' && (key['alg'] ?? algorithm) === algorithm;
}

/** Undefined for a key that is broken, or too short to prove anything. */
function readKey({ kty, n, e, crv, x, y }: JsonWebKey): KeyObject | undefined {
  try {
    const jwk = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y };
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < minRsaBits ? undefined : key;
  } catch {
    return undefined;
  }
}

export function isSignedBy({ algorithm, signed, signature }: Jwt, key: KeyObject): boolean {
  return verify(algorithms[algorithm].digest, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature);
}
