import { describe, expect, it } from 'vitest';
import { type AccessKey, type Session, sealSession, sessionSecret } from '../kernel/credentials';
import type { AwsError } from '../kernel/errors';
import { rootOf } from '../kernel/principal';
import type { Credential } from './credential';
import type { Dialect } from './errors';
import { defaultSecurity, type SecurityOptions } from './modes';
import { identify, needsKeys, noKeys } from './principal';

const sealingKey = new Uint8Array(32).fill(1);
const now = 1_700_000_000_000;
const alice: AccessKey = {
  accessKeyId: 'AKIAALICE',
  secretAccessKey: 'hers',
  active: true,
  principal: {
    type: 'user',
    account: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/alice',
    id: 'AIDAALICE',
    userName: 'alice',
    accessKeyId: 'AKIAALICE',
  },
};
const stored: Record<string, AccessKey> = { AKIAALICE: alice, AKIAOLD: { ...alice, accessKeyId: 'AKIAOLD', active: false } };
const verifying: SecurityOptions = { ...defaultSecurity, signatures: 'verify' };

function who(accessKeyId: string, options: { token?: string; security?: SecurityOptions; dialect?: Dialect; at?: number } = {}) {
  const credential = { accessKeyId, sessionToken: options.token } as Credential;
  return identify(credential, {
    keys: { find: (id) => stored[id], sealingKey: () => sealingKey },
    security: options.security ?? defaultSecurity,
    dialect: options.dialect ?? 'query',
    partition: 'aws',
    clocks: { virtual: () => options.at ?? now },
  });
}

function refusal(...args: Parameters<typeof who>): { code: string; status: number | undefined; fields: unknown } {
  try {
    who(...args);
  } catch (error) {
    const { code, status, fields } = error as AwsError;
    return { code, status, fields };
  }
  throw new Error('was taken');
}

describe('a key', () => {
  it('of twelve digits is that account’s root, with the root secret', () => {
    expect(who('123456789012')).toEqual({ principal: rootOf('123456789012', 'aws'), secret: 'test' });
    expect(who('123456789012').principal.arn).toBe('arn:aws:iam::123456789012:root');
    expect(who('123456789012', { security: { ...defaultSecurity, rootSecret: 'other' } }).secret).toBe('other');
  });

  it('named test is the root of account 000000000000', () => {
    expect(who('test', { security: verifying })).toMatchObject({ principal: { type: 'root', account: '000000000000' }, secret: 'test' });
  });

  it('that was created belongs to its owner', () => expect(who('AKIAALICE')).toEqual({ principal: alice.principal, secret: 'hers' }));

  it.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAY34FZKBOKMUTVV7A', 'anything', '12345678901', '1234567890123'])(
    'that is anything else (%s) is the root of account 000000000000, of unknown secret, unless signatures are verified',
    (id) => {
      expect(who(id)).toEqual({ principal: rootOf('000000000000', 'aws', id), secret: undefined });
      expect(refusal(id, { security: verifying })).toMatchObject({ code: 'InvalidClientTokenId', status: 403 });
    },
  );

  it('may be verified in one account only', () => {
    const security = { ...defaultSecurity, accounts: { '000000000000': { signatures: 'verify' as const } } };
    expect(refusal('anything', { security }).code).toBe('InvalidClientTokenId');
  });

  const codes: [Dialect, string, number][] = [
    ['s3', 'InvalidAccessKeyId', 403],
    ['query', 'InvalidClientTokenId', 403],
    ['ec2', 'AuthFailure', 401],
    ['json', 'UnrecognizedClientException', 400],
    ['rest-json', 'UnrecognizedClientException', 403],
  ];
  it.each(codes)('that is inactive is refused in the words of %s', (dialect, code, status) => {
    expect(refusal('AKIAOLD', { dialect })).toMatchObject({ code, status });
  });
});

describe('a session token', () => {
  const id = 'ASIAY34FZKBOKMUTVV7A';
  const session: Session = { accessKeyId: id, expiresAt: now + 1000, principal: rootOf('111122223333', 'aws', id) };
  const token = sealSession(sealingKey, session).sessionToken;

  it('names its principal, whose secret follows from the key', () => {
    for (const security of [defaultSecurity, verifying]) {
      expect(who(id, { token, security })).toEqual({ principal: session.principal, secret: sessionSecret(sealingKey, id) });
    }
  });

  const expired: [Dialect, string, number][] = [
    ['s3', 'ExpiredToken', 400],
    ['query', 'ExpiredToken', 403],
    ['ec2', 'RequestExpired', 400],
    ['json', 'ExpiredTokenException', 400],
    ['rest-json', 'ExpiredTokenException', 403],
  ];
  it.each(expired)('expires on the virtual clock, in the words of %s', (dialect, code, status) => {
    expect(who(id, { token, dialect, at: now + 999 }).principal).toEqual(session.principal);
    expect(refusal(id, { token, dialect, at: now + 1000 })).toMatchObject({ code, status });
  });

  it('does not work with another key, changed, or from another world', () => {
    expect(refusal('ASIAOTHER', { token }).code).toBe('InvalidClientTokenId');
    expect(refusal(id, { token: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` }).code).toBe('InvalidClientTokenId');
    const other = sealSession(new Uint8Array(32), session).sessionToken;
    expect(refusal(id, { token: other, dialect: 's3' })).toEqual({ code: 'InvalidToken', status: 400, fields: { 'Token-0': other } });
  });

  it('of the real AWS is ignored, unless signatures are verified', () => {
    expect(who('AKIAALICE', { token: 'IQoJb3JpZ2luX2VjE' }).principal).toEqual(alice.principal);
    expect(refusal('AKIAALICE', { token: 'IQoJb3JpZ2luX2VjE', security: verifying }).code).toBe('InvalidClientTokenId');
  });
});

it('nobody signs as anonymous', () => {
  const options = {
    keys: { find: () => undefined, sealingKey: () => undefined },
    security: verifying,
    dialect: 's3',
    partition: 'aws',
    clocks: { virtual: () => now },
  } as const;
  expect(identify(undefined, options)).toMatchObject({ principal: { type: 'anonymous' }, secret: undefined });
});

it('root keys need no look into the state; others and our own tokens do', () => {
  const needs = (accessKeyId: string, sessionToken?: string) => needsKeys({ accessKeyId, sessionToken } as Credential);
  const { sessionToken } = sealSession(sealingKey, { accessKeyId: '123456789012', expiresAt: 0, principal: alice.principal });
  expect([needs('123456789012'), needs('test', 'IQoJ'), needsKeys(undefined)]).toEqual([false, false, false]);
  expect([needs('AKIAALICE'), needs('123456789012', sessionToken)]).toEqual([true, true]);
  const options = { keys: noKeys, security: verifying, dialect: 's3', partition: 'aws', clocks: { virtual: () => now } } as const;
  expect(identify({ accessKeyId: 'test' } as Credential, options).secret).toBe('test');
});
