/** AssumeRoleWithWebIdentity, with an issuer on this machine. */
import { generateKeyPairSync } from 'node:crypto';
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  InviteAccountToOrganizationCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleWithWebIdentityCommand, type AssumeRoleWithWebIdentityCommandInput } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { Issuer } from './issuer';
import { allow, assume, type Config, identity, newAccount, refusal, sts, trust, withCredentials } from './people';

let cloud: Nuvola;
let issuer: Issuer;
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());
beforeEach(async () => {
  issuer = await Issuer.start();
  return () => issuer[Symbol.asyncDispose]();
});

const action = 'sts:AssumeRoleWithWebIdentity';
const notAuthorised = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';
const noKeys =
  "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";

/** An account that knows the issuer, and a role for those it vouches for. */
async function open(condition?: Record<string, unknown>, more: readonly string[] = []) {
  const people = newAccount(cloud);
  const provider = `arn:aws:iam::${people.id}:oidc-provider/${issuer.name}`;
  await people.iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: ['app', 'web'], ThumbprintList: ['a'.repeat(40)] }),
  );
  const trusted = trust({ Federated: provider }, condition, [action, ...more]);
  return { ...people, provider, arn: await people.role('web', [trusted], [allow('sqs:*')]) };
}

/** Unsigned, as browsers and phones call it. */
function assumeWith(config: Config, RoleArn: string, WebIdentityToken: string, more: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) {
  return sts(config).send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'me', WebIdentityToken, ...more }));
}

describe('whoever an issuer vouches for', () => {
  it('gets a session of a role that trusts it', async () => {
    const { id, config, arn, provider } = await open({
      StringEquals: { [`${issuer.name}:aud`]: 'app', [`${issuer.name}:sub`]: 'user-0001' },
    });
    const answer = await assumeWith(config, arn, issuer.token());
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'user-0001',
      Audience: 'app',
      Provider: provider,
      AssumedRoleUser: { Arn: `arn:aws:sts::${id}:assumed-role/web/me`, AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:me$/) },
    });
    expect((await identity(withCredentials(config, answer.Credentials))).Arn).toBe(`arn:aws:sts::${id}:assumed-role/web/me`);
    expect(await refusal(assumeWith(config, arn, issuer.token({ sub: 'user-0002' })))).toBe(notAuthorised);
    expect(await refusal(assumeWith(config, arn, issuer.token({ aud: 'web' })))).toBe(notAuthorised);
  });

  it('gets none of a role that trusts others, or is not there', async () => {
    const { id, config, role } = await open();
    const other = await role('other', [trust({ Federated: `arn:aws:iam::${id}:oidc-provider/other.example` }, undefined, action)]);
    const users = await role('users', [trust(id)]);
    for (const arn of [other, users, `arn:aws:iam::${id}:role/missing`])
      expect(await refusal(assumeWith(config, arn, issuer.token()))).toBe(notAuthorised);
  });

  it('gets none where everybody is denied, by the role or by an RCP that names tenants', async () => {
    const [management, { id, config, provider, role, arn }] = [newAccount(cloud), await open()];
    const outsiders = { StringNotLike: { [`${issuer.name}:sub`]: 'ours-*' } };
    const noOutsiders = { Effect: 'Deny', Principal: '*', Action: action, Condition: outsiders } as const;
    const guarded = await role('guarded', [trust({ Federated: provider }, undefined, [action]), noOutsiders]);
    const come = (RoleArn: string, sub: string) => assumeWith(config, RoleArn, issuer.token({ sub }));
    await come(guarded, 'ours-1');
    expect(await refusal(come(guarded, 'theirs-1'))).toBe(notAuthorised);
    await come(arn, 'theirs-1');
    const [owner, member] = [new OrganizationsClient(management.config), new OrganizationsClient(config)];
    await owner.send(new CreateOrganizationCommand({}));
    const { Handshake } = await owner.send(new InviteAccountToOrganizationCommand({ Target: { Type: 'ACCOUNT', Id: id } }));
    await member.send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id }));
    const { Roots } = await owner.send(new ListRootsCommand({}));
    const Type = 'RESOURCE_CONTROL_POLICY';
    await owner.send(new EnablePolicyTypeCommand({ RootId: Roots?.[0]?.Id, PolicyType: Type }));
    const Content = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...noOutsiders, Resource: '*' }] });
    const { Policy } = await owner.send(new CreatePolicyCommand({ Name: 'tenants', Description: '', Type, Content }));
    await owner.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: id }));
    expect(await refusal(come(arn, 'theirs-1'))).toBe(notAuthorised);
    await come(arn, 'ours-1');
  });

  it('brings tags and a source identity, where the role lets it', async () => {
    const claims = {
      'https://aws.amazon.com/tags': { principal_tags: { Team: ['red'] }, transitive_tag_keys: ['Team'] },
      'https://aws.amazon.com/source_identity': 'alice',
    };
    const strict = await open();
    expect(await refusal(assumeWith(strict.config, strict.arn, issuer.token(claims)))).toBe(notAuthorised);
    const { config, arn, role } = await open(undefined, ['sts:TagSession', 'sts:SetSourceIdentity']);
    const answer = await assumeWith(config, arn, issuer.token(claims));
    expect(answer).toMatchObject({ SourceIdentity: 'alice', PackedPolicySize: expect.any(Number) });
    const session = withCredentials(config, answer.Credentials);
    const condition = { StringEquals: { 'aws:PrincipalTag/Team': 'red', 'aws:SourceIdentity': 'alice' } };
    const next = await role('next', [trust(arn, condition, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'])]);
    expect((await assume(session, next)).SourceIdentity).toBe('alice');
  });

  it('is known to the policies of the session', async () => {
    const { config, provider, role } = await open();
    const own = `arn:aws:sqs:us-east-1:*:\${${issuer.name}:sub}-*`;
    const arn = await role('own-queues', [trust({ Federated: provider }, undefined, action)], [allow('sqs:CreateQueue', own)]);
    const { Credentials } = await assumeWith(config, arn, issuer.token({ sub: 'user-0001' }));
    const create = (QueueName: string) =>
      new SQSClient({ ...withCredentials(config, Credentials), maxAttempts: 1 }).send(new CreateQueueCommand({ QueueName }));
    expect(await refusal(create('user-0001-jobs'))).toBe('no error');
    expect(await refusal(create('user-0002-jobs'))).toMatch(/^AccessDenied: /);
  });

  it('lasts as long as asked, and no longer than the role allows', async () => {
    const { config, arn } = await open();
    expect(await refusal(assumeWith(config, arn, issuer.token(), { DurationSeconds: 900 }))).toBe('no error');
    expect(await refusal(assumeWith(config, arn, issuer.token(), { DurationSeconds: 3601 }))).toMatch(/MaxSessionDuration/);
  });
});

describe('a token', () => {
  it.each([
    ['not.a.token', /^InvalidIdentityToken: The ID Token provided is not a valid JWT/],
    ['xxxx', /^InvalidIdentityToken: The ID Token provided is not a valid JWT/],
    ['x'.repeat(20_001), /^ValidationError: .*less than or equal to 20000/],
  ])('%# that is none is refused', async (token, answer) => {
    const { config, arn } = await open();
    expect(await refusal(assumeWith(config, arn, token))).toMatch(answer);
  });

  it('that is expired, for others, unsigned or forged is refused', async () => {
    const { config, arn } = await open();
    const now = Math.floor(Date.now() / 1000);
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const answers = [
      [
        issuer.token({ exp: now - 1 }),
        /^ExpiredToken: Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/,
      ],
      [issuer.token({ aud: 'other' }), /^InvalidIdentityToken: Incorrect token audience$/],
      [issuer.token({ sub: undefined }), /^InvalidIdentityToken: Missing a required claim: sub$/],
      [issuer.token({}, { alg: 'none' }), /^InvalidIdentityToken: .*not a valid JWT/],
      [issuer.token({}, { alg: 'HS256' }), /^InvalidIdentityToken: .*not a valid JWT/],
      [issuer.token({}, {}, stranger), /^InvalidIdentityToken: The signature/],
    ] as const;
    for (const [token, answer] of answers) expect(await refusal(assumeWith(config, arn, token))).toMatch(answer);
  });

  it('of a provider that has its own kind is not taken', async () => {
    const { config, arn } = await open();
    for (const [ProviderId, answer] of [
      ['www.amazon.com', /^IDPCommunicationError: .* could not be reached\. Nuvola does not ask www\.amazon\.com/],
      ['graph.facebook.com', /^IDPCommunicationError: .* without a ProviderId\.$/],
      ['example.com', /^ValidationError: /],
    ] as const)
      expect(await refusal(assumeWith(config, arn, issuer.token(), { ProviderId }))).toMatch(answer);
  });

  it('of an issuer that the role’s account does not know is refused, and nobody is asked', async () => {
    const { config } = await open();
    const other = newAccount(cloud);
    const arn = await other.role('web', [trust({ Federated: 'accounts.google.com' }, undefined, action)]);
    expect(await refusal(assumeWith(config, arn, issuer.token()))).toBe(
      `InvalidIdentityToken: No OpenIDConnect provider found in your account for ${issuer.url}`,
    );
    expect(issuer.asked).toEqual([]);
  });

  it('is checked by real time, the only one that issuers know', async () => {
    await using own = await ownCloud();
    const people = newAccount(own);
    await people.iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: ['app'], ThumbprintList: ['a'.repeat(40)] }),
    );
    await own.clock.advance(86_400_000);
    const arn = `arn:aws:iam::${people.id}:role/any`;
    expect(await refusal(assumeWith(people.config, arn, issuer.token()))).toBe('no error');
  });
});

describe('an issuer', () => {
  it('is asked once an hour, and when it signs with a new key', async () => {
    const { config, arn } = await open();
    for (let i = 0; i < 3; i++) await assumeWith(config, arn, issuer.token());
    const once = ['/.well-known/openid-configuration', '/keys'];
    expect(issuer.asked).toEqual(once);
    issuer.rotate();
    await assumeWith(config, arn, issuer.token());
    expect(issuer.asked).toEqual([...once, ...once]);
    await cloud.clock.advance(3_600_000);
    await assumeWith(config, arn, issuer.token());
    expect(issuer.asked).toHaveLength(6);
  });

  it.each([
    ['speaks for another', () => ({ body: { issuer: 'https://other.example', jwks_uri: `${issuer.url}/keys` } })],
    ['says nothing of its keys', () => ({ body: { issuer: issuer.url } })],
    ['sends us elsewhere', () => ({ status: 302, headers: { Location: `${issuer.url}/elsewhere` } })],
    ['has its keys where we do not ask', () => ({ body: { issuer: issuer.url, jwks_uri: 'http://169.254.169.254/keys' } })],
    ['answers no JSON', () => ({ body: '<html>' })],
    ['answers a list', () => ({ body: [] })],
    ['fails', () => ({ status: 500 })],
  ])('that %s proves nothing', async (_what, answer) => {
    const { config, arn } = await open();
    issuer.answers.set('/.well-known/openid-configuration', answer());
    expect(await refusal(assumeWith(config, arn, issuer.token()))).toBe(noKeys);
    expect(issuer.asked).not.toContain('/elsewhere');
  });

  it('that talks too much, or not at all, cannot be reached', async () => {
    const { config, arn } = await open();
    const token = issuer.token();
    issuer.answers.set('/keys', { body: 'x'.repeat(100_000) });
    expect(await refusal(assumeWith(config, arn, token))).toMatch(/^IDPCommunicationError: /);
    await issuer[Symbol.asyncDispose]();
    expect(await refusal(assumeWith(config, arn, token))).toMatch(/^IDPCommunicationError: /);
  });

  it('whose keys do not fit the token proves nothing', async () => {
    const { config, arn } = await open();
    const known = issuer.answers.get('/keys')!;
    issuer.answers.set('/keys', { body: { keys: [null, 'x', { kty: 'RSA', kid: '0', n: 'AQAB', e: 'AQAB' }] } });
    expect(await refusal(assumeWith(config, arn, issuer.token()))).toBe(noKeys);
    issuer.answers.set('/keys', known);
    expect(await refusal(assumeWith(config, arn, issuer.token({}, { kid: 'unknown' })))).toBe(noKeys);
  });
});
