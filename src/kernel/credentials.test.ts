import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessKeyIdOf,
  accountInAccessKeyId,
  ensureSealingKey,
  findSealingKey,
  isOurToken,
  openSession,
  type Session,
  sealSession,
  sessionSecret,
} from './credentials';
import { Random } from './random';
import type { Tx } from './tx';

const ids = (seed: string) => {
  const random = new Random(seed);
  return { id: (prefix: string, length: number, alphabet?: string) => random.id(prefix, length, alphabet) };
};

describe('an access key id', () => {
  it.each([
    // published analyses of the layout
    ['ASIAY34FZKBOKMUTVV7A', '609629065308'],
    ['ASIAQNZGKIQY56JQ7WML', '029608264753'],
  ])('of AWS tells its account: %s', (id, account) => expect(accountInAccessKeyId(id)).toBe(account));

  it.each([
    'AKIAIOSFODNN7EXAMPLE',
    'test',
    '123456789012',
    'ASIAQAAA',
    'asiay34fzkbokmutvv7a',
    'ASIAY34FZKBOKMUTVV7A1',
    'ASIA7777777777777777',
    '',
  ])('of the old generation, or that is none, tells no account: %s', (id) => expect(accountInAccessKeyId(id)).toBeUndefined());

  it('of ours tells its account, looks like AWS’s and repeats with the seed', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 999_999_999_999n), fc.string(), (number, seed) => {
        const account = number.toString().padStart(12, '0');
        const id = accessKeyIdOf('ASIA', account, ids(seed));
        expect(id).toMatch(/^ASIA[A-Z2-7]{16}$/);
        expect(accountInAccessKeyId(id)).toBe(account);
        expect(accessKeyIdOf('ASIA', account, ids(seed))).toBe(id);
      }),
      { seed: 1 },
    );
  });

  it('differs from the next', () => {
    const random = ids('x');
    expect(new Set(Array.from({ length: 200 }, () => accessKeyIdOf('AKIA', '123456789012', random))).size).toBe(200);
  });
});

describe('a session token', () => {
  const key = new Uint8Array(32).fill(7);
  const session: Session = {
    accessKeyId: 'ASIAY34FZKBOKMUTVV7A',
    expiresAt: 1_700_000_000_000,
    principal: {
      type: 'session',
      account: '111122223333',
      arn: 'arn:aws:sts::111122223333:assumed-role/r/s',
      id: 'AROA:s',
      accessKeyId: 'ASIAY34FZKBOKMUTVV7A',
      sessionName: 's',
      expiresAt: 1_700_000_000_000,
      tags: { team: 'ä/+=' },
      policies: ['{"Version":"2012-10-17"}'],
    },
  };

  it('opens to what was sealed', () => {
    const sealed = sealSession(key, session);
    expect(openSession(key, sealed.sessionToken)).toEqual(session);
    expect(isOurToken(sealed.sessionToken)).toBe(true);
    expect(sealed.secretAccessKey).toBe(sessionSecret(key, session.accessKeyId));
    expect(sealed.secretAccessKey).toHaveLength(40);
  });

  it('hides what it says', () => {
    expect(Buffer.from(sealSession(key, session).sessionToken, 'base64url').toString('latin1')).not.toContain('111122223333');
  });

  it('opens nowhere else', () => {
    expect(openSession(new Uint8Array(32), sealSession(key, session).sessionToken)).toBeUndefined();
  });

  it('does not open after any change', () => {
    const { sessionToken } = sealSession(key, session);
    fc.assert(
      fc.property(fc.nat(sessionToken.length - 1), fc.constantFrom(...'Aa0-_=+ .'), (at, character) => {
        fc.pre(sessionToken[at] !== character);
        expect(openSession(key, sessionToken.slice(0, at) + character + sessionToken.slice(at + 1))).toBeUndefined();
        expect(openSession(key, sessionToken.slice(0, at))).toBeUndefined();
      }),
      { seed: 2 },
    );
  });

  it.each(['', 'bnV2b2xh', 'bnV2b2xhAQ', 'IQoJb3JpZ2luX2VjEJr', '\0', 'bnV2b2xh'.repeat(50)])('is not %j', (token) => {
    expect(openSession(key, token)).toBeUndefined();
  });
});

it('the sealing key is made once', () => {
  const records = new Map<unknown, unknown>();
  const tx = {
    get: (_c: unknown, k: unknown) => records.get(k),
    put: (_c: unknown, r: { name: string }) => records.set(r.name, r) && r,
  } as unknown as Tx;
  expect(findSealingKey(tx)).toBeUndefined();
  const key = ensureSealingKey(tx);
  expect(key).toHaveLength(32);
  expect(ensureSealingKey(tx)).toBe(key);
  expect(findSealingKey(tx)).toBe(key);
});
