/** The keys with which STS signs tokens for the world outside, and how verifiers are told of them. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type JsonWebKey, sign, X509Certificate } from 'node:crypto';
import { collection, type Tx } from '../../kernel';

interface TokenKey {
  /** PEM. */
  readonly privateKey: string;
}

/** The elliptic one; RSA keys are the kernel's. */
export const TokenKeys = collection<TokenKey & { readonly algorithm: 'ES384' }>({
  name: 'sts/token-key',
  version: 1,
  scope: 'partition',
  key: (key) => key.algorithm,
});

export type TokenAlgorithm = 'RS256' | 'ES384';

export const tokenAlgorithms: readonly TokenAlgorithm[] = ['ES384', 'RS256'];

/** Of the certificate that the RSA key comes with; nobody looks at it. */
const keyName = 'tokens.sts.global.api.aws';

interface TokenSigner {
  readonly jwk: JsonWebKey & { readonly kid: string };
  /** In base64url. */
  readonly sign: (text: string) => string;
}

/** The key for an algorithm, made when first asked for. */
function signerFor(tx: Tx, algorithm: TokenAlgorithm): TokenSigner {
  if (algorithm === 'RS256') {
    const key = tx.signingKey(keyName);
    const { n = '', e = '' } = new X509Certificate(key.certificate).publicKey.export({ format: 'jwk' });
    return {
      jwk: { kty: 'RSA', use: 'sig', alg: algorithm, kid: key.id, n, e },
      sign: (text) => Buffer.from(key.sign('sha256', text), 'base64').toString('base64url'),
    };
  }
  const key = createPrivateKey((tx.get(TokenKeys, algorithm) ?? tx.put(TokenKeys, newKey())).privateKey);
  const { crv = '', x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return {
    jwk: { kty: 'EC', use: 'sig', alg: algorithm, kid: hash('sha256', x).slice(0, 32), crv, x, y },
    sign: (text) => sign('sha384', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  };
}

function newKey(): TokenKey & { readonly algorithm: 'ES384' } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return { algorithm: 'ES384', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

/** A signed JSON Web Token. */
export function signToken(tx: Tx, algorithm: TokenAlgorithm, claims: object): string {
  const { jwk, sign } = signerFor(tx, algorithm);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ kid: jwk.kid, typ: 'JWT', alg: algorithm })}.${part(claims)}`;
  return `${text}.${sign(text)}`;
}

/** What the issuer's `/.well-known/jwks.json` says. */
export function publicKeys(tx: Tx): { readonly keys: readonly JsonWebKey[] } {
  return { keys: tokenAlgorithms.map((algorithm) => signerFor(tx, algorithm).jwk) };
}
