import { describe, expect, it } from 'vitest';
import { issuerOf, readClaims } from './web-identity';

const now = 1_800_000_000;
const good = { iss: 'https://issuer.example', aud: 'app', sub: 'user-1', iat: now - 10, exp: now + 600 };
const read = (claims: object, name = 'issuer.example') => readClaims(claims as never, name, ['app', 'web'], now * 1000);
const failure = (claims: object) => {
  try {
    read(claims);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return 'taken';
};

describe('claims', () => {
  it.each([
    [
      { ...good, exp: now },
      `ExpiredTokenException: Token expired: current date/time ${now} must be before the expiration date/time ${now}`,
    ],
    [{ ...good, exp: undefined }, 'InvalidIdentityToken: Missing a required claim: exp'],
    [{ ...good, iat: undefined }, 'InvalidIdentityToken: Missing a required claim: iat'],
    [{ ...good, sub: undefined }, 'InvalidIdentityToken: Missing a required claim: sub'],
    [{ ...good, aud: undefined }, 'InvalidIdentityToken: Missing a required claim: aud'],
    [{ ...good, aud: [] }, 'InvalidIdentityToken: Missing a required claim: aud'],
    [{ ...good, aud: [1] }, 'InvalidIdentityToken: Missing a required claim: aud'],
    [{ ...good, aud: 'other' }, 'InvalidIdentityToken: Incorrect token audience'],
    [{ ...good, azp: 'other' }, 'InvalidIdentityToken: Incorrect token audience'],
    [{ ...good, sub: 7 }, 'IDPRejectedClaim: The claim sub of the token is not a text.'],
    [{ ...good, exp: `${now + 600}` }, 'InvalidIdentityToken: The claim exp of the token is not an integer.'],
    [{ ...good, exp: now + 0.5 }, 'InvalidIdentityToken: The claim exp of the token is not an integer.'],
    [{ ...good, nbf: now + 301 }, `InvalidIdentityToken: Token not yet valid: current date/time ${now} must be after ${now + 301}`],
    [{ ...good, iat: now + 301 }, `InvalidIdentityToken: Token not yet valid: current date/time ${now} must be after ${now + 301}`],
    [{ ...good, nbf: now + 300 }, 'taken'],
    [{ ...good, aud: ['x', 'web'] }, 'taken'],
    [{ ...good, aud: 'other', azp: 'web' }, 'taken'],
    [good, 'taken'],
  ])('%j', (claims, answer) => expect(failure(claims)).toBe(answer));

  it('name their issuer', () => {
    expect(issuerOf(good)).toBe('https://issuer.example');
    expect(() => issuerOf({})).toThrow('Missing a required claim: iss');
  });

  it('become condition keys under the issuer’s name', () => {
    expect(read({ ...good, amr: ['authenticated', 'x'], email: 'a@b.c', groups: ['admins'], actor: 'me' }).conditions).toEqual({
      'issuer.example:aud': 'app',
      'issuer.example:oaud': 'app',
      'issuer.example:sub': 'user-1',
      'issuer.example:amr': ['authenticated', 'x'],
      'issuer.example:email': 'a@b.c',
    });
    expect(read({ ...good, aud: ['x', 'y'], azp: 'web' }).conditions).toMatchObject({
      'issuer.example:aud': 'web',
      'issuer.example:oaud': ['x', 'y'],
    });
  });

  it.each([
    ['token.actions.githubusercontent.com', { repository: 'me/app', actor_id: 7, run_id: '1' }, { repository: 'me/app', actor_id: '7' }],
    ['gitlab.com', { project_id: '5', ref_protected: true, ref: 'main' }, { project_id: '5', ref_protected: 'true' }],
    ['evil.example/token.actions.githubusercontent.com', { repository: 'me/app' }, {}],
  ])('of %s have keys of their own', (name, claims, keys) => {
    const expected = Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${name}:${key}`, value]));
    const { [`${name}:aud`]: _a, [`${name}:oaud`]: _o, [`${name}:sub`]: _s, ...others } = read({ ...good, ...claims }, name).conditions;
    expect(others).toEqual(expected);
  });

  it('of issuers that nobody registers may be for anybody: the trust policy says for whom', () => {
    expect(readClaims({ ...good, aud: 'any' }, 'accounts.google.com', undefined, now * 1000).audience).toBe('any');
  });
});

describe('session tags in a token', () => {
  const tags = 'https://aws.amazon.com/tags';
  it.each([
    [{ [tags]: { principal_tags: { Team: ['red'], Cost: 'x' }, transitive_tag_keys: ['Team'] } }],
    [{ [`${tags}/principal_tags/Team`]: 'red', [`${tags}/principal_tags/Cost`]: ['x'], [`${tags}/transitive_tag_keys`]: ['Team'] }],
  ])('come nested or flat: %j', (claims) => {
    expect(read({ ...good, ...claims })).toMatchObject({
      tags: [
        { Key: 'Team', Value: 'red' },
        { Key: 'Cost', Value: 'x' },
      ],
      transitiveKeys: ['Team'],
    });
  });

  it.each([[{ Team: ['a', 'b'] }], [{ Team: [] }], [{ Team: 7 }], [{ Team: null }]])('have one value: not %j', (principal_tags) => {
    expect(() => read({ ...good, [tags]: { principal_tags } })).toThrow('exactly one value');
  });
});

it('a source identity is checked', () => {
  const claim = 'https://aws.amazon.com/source_identity';
  expect(read({ ...good, [claim]: 'alice' }).sourceIdentity).toBe('alice');
  for (const bad of ['a', 'a b', 'aws:x', 'x'.repeat(65)])
    expect(() => read({ ...good, [claim]: bad })).toThrow('Source Identity must match');
});
