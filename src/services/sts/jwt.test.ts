import { createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findKey, isSignedBy, parseJwt } from './jwt';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const curves = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;
const ec = Object.fromEntries(
  Object.entries(curves).map(([alg, namedCurve]) => [alg, generateKeyPairSync('ec', { namedCurve })]),
) as unknown as Record<keyof typeof curves, { publicKey: KeyObject; privateKey: KeyObject }>;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(header: object, claims: object, key: KeyObject | undefined, digest = 'sha256'): string {
  const signed = `${part(header)}.${part(claims)}`;
  const signature = key ? sign(digest, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url') : 'AA';
  return `${signed}.${signature}`;
}

const jwk = (key: KeyObject, more: object = {}): JsonWebKey => ({ ...key.export({ format: 'jwk' }), ...more });
const isValid = (text: string, keys: readonly JsonWebKey[]) => {
  const jwt = parseJwt(text);
  const key = jwt && findKey(jwt, keys);
  return jwt !== undefined && key !== undefined && isSignedBy(jwt, key);
};

describe('a signed token', () => {
  it.each([
    ['RS256', rsa.privateKey, rsa.publicKey, 'sha256'],
    ['RS384', rsa.privateKey, rsa.publicKey, 'sha384'],
    ['RS512', rsa.privateKey, rsa.publicKey, 'sha512'],
    ['ES256', ec.ES256.privateKey, ec.ES256.publicKey, 'sha256'],
    ['ES384', ec.ES384.privateKey, ec.ES384.publicKey, 'sha384'],
    ['ES512', ec.ES512.privateKey, ec.ES512.publicKey, 'sha512'],
  ])('by %s is taken from its key, and from no other', (alg, privateKey, publicKey, digest) => {
    const text = token({ alg, kid: 'a' }, { sub: 'me' }, privateKey, digest);
    expect(parseJwt(text)).toMatchObject({ algorithm: alg, keyId: 'a', claims: { sub: 'me' } });
    expect(isValid(text, [jwk(publicKey, { kid: 'a' })])).toBe(true);
    expect(isValid(text, [jwk(other.publicKey, { kid: 'a' })])).toBe(false);
    expect(isValid(text, [jwk(publicKey, { kid: 'b' })])).toBe(false);
  });

  it('with other claims than were signed is refused', () => {
    const [head, , tail] = token({ alg: 'RS256' }, { sub: 'me' }, rsa.privateKey).split('.');
    expect(isValid(`${head}.${part({ sub: 'root' })}.${tail}`, [jwk(rsa.publicKey)])).toBe(false);
  });

  it('without a key id needs an issuer with one key that fits', () => {
    const text = token({ alg: 'RS256' }, {}, rsa.privateKey);
    expect(isValid(text, [jwk(rsa.publicKey), jwk(ec.ES256.publicKey)])).toBe(true);
    expect(isValid(text, [jwk(rsa.publicKey), jwk(other.publicKey)])).toBe(false);
  });

  it.each([
    ['for encryption', { use: 'enc' }],
    ['for another algorithm', { alg: 'RS512' }],
    ['of another kind', { kty: 'oct', k: 'AAAA' }],
    ['that is broken', { n: '' }],
    ['without numbers', { n: undefined, e: undefined }],
  ])('is not checked with a key %s', (_what, more) => {
    expect(isValid(token({ alg: 'RS256', kid: 'a' }, {}, rsa.privateKey), [jwk(rsa.publicKey, { kid: 'a', ...more })])).toBe(false);
  });

  it('of a key too short to prove anything is refused', () => {
    expect(isValid(token({ alg: 'RS256' }, {}, short.privateKey), [jwk(short.publicKey)])).toBe(false);
  });

  it('on another curve than its algorithm’s is refused', () => {
    expect(isValid(token({ alg: 'ES256' }, {}, ec.ES384.privateKey), [jwk(ec.ES384.publicKey)])).toBe(false);
  });
});

describe('algorithm confusion', () => {
  const claims = part({ sub: 'root' });
  it.each(['none', 'None', 'nOnE', '', 'HS256', 'HS512', 'PS256', 'EdDSA', 'toString', '__proto__'])('%s is no algorithm', (alg) => {
    for (const tail of ['', '.', '.AA', `.${part('x')}`]) expect(parseJwt(`${part({ alg })}.${claims}${tail}`)).toBeUndefined();
  });

  it('a MAC whose key is the public one is refused', () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    for (const alg of ['HS256', 'RS256']) {
      const signed = `${part({ alg })}.${claims}`;
      const text = `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
      expect(isValid(text, [jwk(rsa.publicKey), { kty: 'oct', k: Buffer.from(pem).toString('base64url') }])).toBe(false);
    }
  });

  it('a key that comes with the token counts for nothing', () => {
    const header = { alg: 'RS256', kid: 'a', jwk: jwk(other.publicKey, { kid: 'a' }), jku: 'https://evil.example/keys', x5c: ['AA=='] };
    expect(isValid(token(header, {}, other.privateKey), [jwk(rsa.publicKey, { kid: 'a' })])).toBe(false);
  });
});

describe('what is no token', () => {
  const good = token({ alg: 'RS256' }, {}, rsa.privateKey);
  const [head, body, tail] = good.split('.') as [string, string, string];
  it.each([
    ['', 'empty'],
    ['a.b', 'two parts'],
    [`${good}.x`, 'four parts'],
    [`${head}.${body}.`, 'no signature'],
    [`.${body}.${tail}`, 'no header'],
    [`${head}=.${body}.${tail}`, 'padding'],
    [`${head}.${body}\n.${tail}`, 'white space'],
    [`${head}.${Buffer.from('{}').toString('base64')}!.${tail}`, 'other characters'],
    [`${head}.${part([])}.${tail}`, 'claims that are a list'],
    [`${head}.${part('x')}.${tail}`, 'claims that are a text'],
    [`${part({ alg: 'RS256', crit: ['x'] })}.${body}.${tail}`, 'critical headers'],
    [`${part({ alg: 'RS256', kid: 7 })}.${body}.${tail}`, 'a key id that is a number'],
    [`${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${body}.${tail}`, 'bytes that are not UTF-8'],
  ])('is not read: %#', (text, what) => expect(parseJwt(text), what).toBeUndefined());

  it('does not throw, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseJwt(text)));
    const segment = fc.oneof(
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc.base64String(),
    );
    fc.assert(
      fc.property(segment, segment, segment, (a, b, c) => {
        const jwt = parseJwt(`${a}.${b}.${c}`);
        return jwt === undefined || findKey(jwt, [jwk(rsa.publicKey)]) === undefined || !isSignedBy(jwt, rsa.publicKey);
      }),
    );
  });

  it('changed in any character is refused', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom(...'AZaz09-_.'), (at, character) => {
        const changed = good.slice(0, at) + character + good.slice(at + 1);
        return changed === good || !isValid(changed, [jwk(rsa.publicKey)]);
      }),
      { numRuns: 200 },
    );
  });
});
