/** AssumeRoleWithSAML, with an identity provider that signs by another library. */
import { CreateSAMLProviderCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithSAMLCommand, type AssumeRoleWithSAMLCommandInput } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { allow, assume, type Config, identity, newAccount, refusal, sts, trust, withCredentials } from './people';
import { awsEndpoint, IdentityProvider, type ResponseOptions } from './saml-identity-provider';

let cloud: Nuvola;
const idp = new IdentityProvider();
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

const action = 'sts:AssumeRoleWithSAML';
const notAuthorised = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML';

/** An account that knows the provider, a role for its users, and a way to come with a response of it. */
async function open(condition?: Record<string, unknown>, more: readonly string[] = []) {
  const people = newAccount(cloud);
  const { SAMLProviderArn: provider = '' } = await people.iam.send(
    new CreateSAMLProviderCommand({ Name: 'idp', SAMLMetadataDocument: idp.metadata.padEnd(1000) }),
  );
  const arn = await people.role('saml', [trust({ Federated: provider }, condition, [action, ...more])], [allow('sqs:*')]);
  const come = (options: ResponseOptions = {}, input: Partial<AssumeRoleWithSAMLCommandInput> = {}) => {
    const attributes = { Role: `${arn},${provider}`, RoleSessionName: 'ann', ...options.attributes };
    return assumeWith(people.config, {
      RoleArn: arn,
      PrincipalArn: provider,
      SAMLAssertion: idp.encoded({ ...options, attributes }),
      ...input,
    });
  };
  return { ...people, provider, arn, come };
}

function assumeWith(config: Config, input: AssumeRoleWithSAMLCommandInput) {
  return sts(config).send(new AssumeRoleWithSAMLCommand(input));
}

const secondsLeft = (expiration: Date | undefined) => ((expiration?.getTime() ?? 0) - Date.now()) / 1000;

describe('whoever an identity provider vouches for', () => {
  it('gets a session of a role that trusts it', async () => {
    const { id, config, come } = await open({ StringEquals: { 'SAML:aud': awsEndpoint, 'SAML:sub_type': 'persistent' } });
    const answer = await come({ subject: 'ann-1' });
    expect(answer).toMatchObject({
      Subject: 'ann-1',
      SubjectType: 'persistent',
      Issuer: idp.entityId,
      Audience: awsEndpoint,
      NameQualifier: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
      AssumedRoleUser: { Arn: `arn:aws:sts::${id}:assumed-role/saml/ann`, AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:ann$/) },
    });
    expect((await identity(withCredentials(config, answer.Credentials))).Arn).toBe(`arn:aws:sts::${id}:assumed-role/saml/ann`);
  });

  it('is told apart by the conditions of the role', async () => {
    const affiliation = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1';
    const { id, come } = await open({ 'ForAnyValue:StringEquals': { 'saml:edupersonaffiliation': 'staff' } });
    expect(await refusal(come({ attributes: { [affiliation]: ['staff', 'member'] } }))).toBe('no error');
    expect(await refusal(come({ attributes: { [affiliation]: ['student'] } }))).toBe(notAuthorised);
    expect(await refusal(come())).toBe(notAuthorised);
    const other = await open({ StringEquals: { 'saml:doc': `${id}/idp` } });
    expect(await refusal(other.come())).toBe(notAuthorised);
  });

  it('gets no role that its provider does not give it, or that does not trust the provider', async () => {
    const { id, provider, come, role } = await open();
    const other = await role('other', [trust(id)]);
    expect(await refusal(come({}, { RoleArn: other }))).toBe(notAuthorised);
    expect(await refusal(come({ attributes: { Role: `${other},${provider}` } }, { RoleArn: other }))).toBe(notAuthorised);
    const missing = `arn:aws:iam::${id}:role/missing`;
    expect(await refusal(come({ attributes: { Role: `${provider},${missing}` } }, { RoleArn: missing }))).toBe(notAuthorised);
  });

  it('brings tags and a source identity, where the role lets it', async () => {
    const attributes = { 'PrincipalTag:Team': 'red', TransitiveTagKeys: ['Team'], SourceIdentity: 'ann' };
    expect(await refusal((await open()).come({ attributes }))).toBe(notAuthorised);
    const { config, arn, come, role } = await open(undefined, ['sts:TagSession', 'sts:SetSourceIdentity']);
    const answer = await come({ attributes });
    expect(answer).toMatchObject({ SourceIdentity: 'ann', PackedPolicySize: expect.any(Number) });
    const next = await role('next', [
      trust(arn, { StringEquals: { 'aws:PrincipalTag/Team': 'red' } }, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
    ]);
    expect((await assume(withCredentials(config, answer.Credentials), next)).SourceIdentity).toBe('ann');
  });

  it('stays as long as all of it allows', async () => {
    const { come } = await open();
    const given = async (...args: Parameters<typeof come>) => secondsLeft((await come(...args)).Credentials?.Expiration);
    const about = (seconds: number, asked: number) => {
      expect(seconds).toBeGreaterThan(asked - 60);
      expect(seconds).toBeLessThanOrEqual(asked);
    };
    about(await given(), 3600);
    about(await given({}, { DurationSeconds: 900 }), 900);
    about(await given({ attributes: { SessionDuration: '1800' } }), 1800);
    about(await given({ attributes: { SessionDuration: '43200' } }), 3600);
    about(await given({ sessionUntil: 1200 }), 1200);
    expect(await refusal(come({}, { DurationSeconds: 7200 }))).toMatch(/MaxSessionDuration/);
    expect(await refusal(come({ attributes: { SessionDuration: '1' } }))).toMatch(/^InvalidIdentityToken: /);
  });
});

describe('a response', () => {
  it.each([
    [{ attributes: { RoleSessionName: [] } }, 'InvalidIdentityToken: RoleSessionName is required in AuthnResponse'],
    [
      { attributes: { RoleSessionName: 'Ann Smith' } },
      'InvalidIdentityToken: RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}',
    ],
    [
      { attributes: { SourceIdentity: 'aws:x' } },
      'InvalidIdentityToken: Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
    ],
    [{ issued: -400 }, 'ExpiredToken: Token must be redeemed within 5 minutes of issuance'],
    [{ sign: 'neither' }, 'InvalidIdentityToken: Response signature invalid'],
    [{ issuer: 'https://other.example' }, 'InvalidIdentityToken: Issuer not present in specified provider'],
  ] satisfies [ResponseOptions, string][])('such as %j is refused', async (options, answer) => {
    expect(await refusal((await open()).come(options))).toBe(answer);
  });

  it('through a provider that is not there is refused', async () => {
    const { id, come } = await open();
    for (const PrincipalArn of [`arn:aws:iam::${id}:saml-provider/other`, 'arn:aws:iam::111122223333:role/no-provider-at-all'])
      expect(await refusal(come({}, { PrincipalArn }))).toBe("InvalidIdentityToken: Specified provider doesn't exist.");
  });

  it('that is none is refused', async () => {
    const { come } = await open();
    expect(await refusal(come({}, { SAMLAssertion: '%%%%' }))).toBe('InvalidIdentityToken: Invalid base64 SAMLResponse');
    expect(await refusal(come({}, { SAMLAssertion: 'A'.repeat(100_001) }))).toMatch(/^ValidationError: /);
  });
});
