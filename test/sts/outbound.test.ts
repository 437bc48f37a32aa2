/** GetWebIdentityToken: tokens that others verify, with what the issuer publishes. */
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { request } from 'node:http';
import { DisableOutboundWebIdentityFederationCommand, EnableOutboundWebIdentityFederationCommand } from '@aws-sdk/client-iam';
import { GetWebIdentityTokenCommand, type GetWebIdentityTokenCommandInput } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { allow, become, type Config, newAccount, refusal, sts, trust } from './people';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

const getToken = (config: Config, more: Partial<GetWebIdentityTokenCommandInput> = {}) =>
  sts(config).send(new GetWebIdentityTokenCommand({ Audience: ['https://api.example.com'], SigningAlgorithm: 'RS256', ...more }));

/** What the issuer's host answers, as it does through the proxy of `nuvola run`. */
function ask(address: string): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const { host, pathname } = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request(`${cloud.url}${pathname}`, { headers: { host } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    });
    asked.on('error', reject).end();
  });
}

const read = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/** The claims of a token, checked as OpenID Connect says: by discovery from its issuer. */
async function claimsOf(token: string) {
  const [header, payload, signature = ''] = token.split('.');
  const { alg, kid } = read(header);
  const claims = read(payload);
  const configuration = JSON.parse((await ask(`${claims.iss}/.well-known/openid-configuration`)).body);
  expect(configuration.issuer).toBe(claims.iss);
  const { keys } = JSON.parse((await ask(configuration.jwks_uri)).body) as { keys: (JsonWebKey & { kid: string })[] };
  const key = createPublicKey({ key: keys.find((each) => each.kid === kid)!, format: 'jwk' });
  const digest = alg === 'RS256' ? 'sha256' : 'sha384';
  const options = { key, dsaEncoding: 'ieee-p1363' as const };
  expect(verify(digest, Buffer.from(`${header}.${payload}`), options, Buffer.from(signature, 'base64url'))).toBe(true);
  return claims;
}

describe('a token', () => {
  it.each(['RS256', 'ES384'])('signed by %s says who calls, and verifies', async (SigningAlgorithm) => {
    const { id, iam, user } = newAccount(cloud);
    const { IssuerIdentifier } = await iam.send(new EnableOutboundWebIdentityFederationCommand({}));
    const ann = await user('ann', allow(['sts:GetWebIdentityToken', 'sts:TagGetWebIdentityToken']));
    const answer = await getToken(ann, { SigningAlgorithm, Tags: [{ Key: 'team', Value: 'red' }] });
    const now = Math.floor(Date.now() / 1000);
    const claims = await claimsOf(answer.WebIdentityToken ?? '');
    expect(claims).toEqual({
      iss: IssuerIdentifier,
      aud: 'https://api.example.com',
      sub: ann.arn,
      iat: expect.any(Number),
      exp: claims.iat + 300,
      jti: expect.any(String),
      'https://sts.amazonaws.com/': { aws_account: id, source_region: 'us-east-1', principal_id: ann.arn, request_tags: { team: 'red' } },
    });
    expect(Math.abs(claims.iat - now)).toBeLessThan(60);
    expect(answer.Expiration?.getTime()).toBe(claims.exp * 1000);
  });

  it('of a session names its role, tags and source identity, and does not outlive it', async () => {
    const { iam, user, role } = newAccount(cloud);
    await iam.send(new EnableOutboundWebIdentityFederationCommand({}));
    const ann = await user('ann');
    const trusted = trust(ann.arn, undefined, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']);
    const arn = await role('caller', [trusted], [allow('sts:*')], { Tags: [{ Key: 'kind', Value: 'robot' }] });
    const session = await become(ann, arn, { Tags: [{ Key: 'team', Value: 'red' }], SourceIdentity: 'ann', DurationSeconds: 900 });
    const { WebIdentityToken = '' } = await getToken(session, { Audience: ['a', 'b'], DurationSeconds: 60 });
    expect(await claimsOf(WebIdentityToken)).toMatchObject({
      aud: ['a', 'b'],
      sub: arn,
      'https://sts.amazonaws.com/': {
        principal_id: arn,
        source_identity: 'ann',
        principal_tags: { kind: 'robot', team: 'red' },
        original_session_exp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    });
    expect(await refusal(getToken(session, { DurationSeconds: 3600 }))).toMatch(/^SessionDurationEscalation: /);
  });

  it('is for those who may, and for accounts that issue', async () => {
    const { iam, user } = newAccount(cloud);
    const condition = { Condition: { 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': 'https://api.example.com' } } };
    const ann = await user('ann', allow('sts:GetWebIdentityToken', '*', condition));
    expect(await refusal(getToken(ann))).toMatch(/^OutboundWebIdentityFederationDisabled: /);
    await iam.send(new EnableOutboundWebIdentityFederationCommand({}));
    expect(await refusal(getToken(ann))).toBe('no error');
    expect(await refusal(getToken(ann, { Audience: ['https://other.example.com'] }))).toMatch(/^AccessDenied: /);
    expect(await refusal(getToken(ann, { Tags: [{ Key: 'a', Value: 'b' }] }))).toMatch(/sts:TagGetWebIdentityToken/);
    expect(await refusal(getToken(ann, { SigningAlgorithm: 'HS256' }))).toMatch(/^ValidationError: .*enum value set: \[ES384, RS256\]/);
    await iam.send(new DisableOutboundWebIdentityFederationCommand({}));
    expect(await refusal(getToken(ann))).toMatch(/^OutboundWebIdentityFederationDisabled: /);
  });
});

it('an issuer’s host has two documents, and nothing else', async () => {
  const issuer = 'https://00000000-0000-4000-8000-000000000000.tokens.sts.global.api.aws';
  expect((await ask(`${issuer}/.well-known/jwks.json`)).status).toBe(200);
  expect((await ask(`${issuer}/.well-known/other`)).status).toBeGreaterThanOrEqual(400);
});
