/** AssumeRole while policies do not count, and what of it does not depend on them. */
import { createHash } from 'node:crypto';
import { DeleteRoleCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { Scratch } from '../cli/command';
import { account, ownCloud } from '../server';
import { assume, become, type Config, identity, peopleOf, refusal, trust } from './people';

function open() {
  const { id, config, configIn } = account();
  const anybody = [trust(`arn:aws:iam::${id}:root`)];
  return { id, config, configIn, anybody, ...peopleOf(config) };
}

describe('a session of a role', () => {
  it('has the role’s id and name, and the session’s', async () => {
    const { id, config, anybody, role } = open();
    const arn = await role('reader', anybody, [], { Path: '/team/' });
    const { AssumedRoleUser, Credentials, PackedPolicySize, SourceIdentity } = await assume(config, arn, { RoleSessionName: 'me@home' });
    expect(AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${id}:assumed-role/reader/me@home`,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:me@home$/),
    });
    expect(Credentials).toMatchObject({ AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/), SecretAccessKey: expect.any(String) });
    expect([PackedPolicySize, SourceIdentity]).toEqual([undefined, undefined]);
    expect(await identity(await become(config, arn, { RoleSessionName: 'me@home' }))).toMatchObject({
      Account: id,
      Arn: AssumedRoleUser?.Arn,
      UserId: AssumedRoleUser?.AssumedRoleId,
    });
  });

  it('of a role that is not there goes too, as with other emulators, in the account of the ARN', async () => {
    const { config } = open();
    const arn = `arn:aws:iam::210987654321:role/path/unknown`;
    const first = await identity(await become(config, arn));
    expect(first).toMatchObject({ Account: '210987654321', Arn: 'arn:aws:sts::210987654321:assumed-role/unknown/session' });
    expect(first.UserId).toMatch(/^AROA[A-Z2-7]{17}:session$/);
    expect((await identity(await become(config, arn))).UserId).toBe(first.UserId);
  });

  it('lasts an hour, or as long as asked', async () => {
    const { config, anybody, role } = open();
    const arn = await role('long', anybody, [], { MaxSessionDuration: 7200 });
    for (const [asked, given] of [
      [undefined, 3600],
      [900, 900],
      [7200, 7200],
    ] as const) {
      const { Credentials } = await assume(config, arn, { DurationSeconds: asked });
      const seconds = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000;
      expect(seconds).toBeGreaterThan(given - 60);
      expect(seconds).toBeLessThanOrEqual(given);
    }
  });

  it('expires on the virtual clock', async () => {
    await using cloud = await ownCloud();
    const session = await become(cloud.config({ account: '111122223333' }), 'arn:aws:iam::111122223333:role/x', { DurationSeconds: 900 });
    await cloud.clock.advance(899_000);
    expect(await identity(session)).toMatchObject({ Account: '111122223333' });
    await cloud.clock.advance(2_000);
    expect(await refusal(identity(session))).toBe('ExpiredToken: The security token included in the request is expired');
  });

  it('outlives its role, and works in a fork', async () => {
    await using cloud = await ownCloud();
    const config = cloud.config({ account: '111122223333' });
    const { iam, role } = peopleOf(config);
    const session = await become(config, await role('short-lived', [trust('111122223333')]));
    await iam.send(new DeleteRoleCommand({ RoleName: 'short-lived' }));
    await using fork = await cloud.fork();
    for (const endpoint of [cloud.url, fork.url])
      expect((await identity({ ...session, endpoint })).Arn).toBe('arn:aws:sts::111122223333:assumed-role/short-lived/session');
  });

  it('survives a restart', async () => {
    using scratch = new Scratch();
    let session: Config;
    {
      await using cloud = await ownCloud({ data: scratch.path });
      session = await become(cloud.config({ account: '111122223333' }), 'arn:aws:iam::111122223333:role/x');
    }
    await using again = await ownCloud({ data: scratch.path });
    expect(await identity({ ...session, endpoint: again.url })).toMatchObject({ Account: '111122223333' });
  });

  it('knows the partition of the region', async () => {
    const { id, configIn } = open();
    const session = await become(configIn('cn-north-1'), `arn:aws-cn:iam::${id}:role/x`);
    expect((await identity(session)).Arn).toBe(`arn:aws-cn:sts::${id}:assumed-role/x/session`);
  });
});

describe('is refused', () => {
  it.each([
    ['nothing-valid-in-here'],
    ['arn::b:::something/test-role'],
    ['arn:a:a::aaaaaaaaaa:something'],
    ['arn:aws:iam::123456789012:user/not-a-role'],
    ['arn:aws:iam::123:role/short-account'],
    ['arn:aws:sts::123456789012:role/other-service'],
    ['arn:aws:iam:us-east-1:123456789012:role/region'],
    ['arn:aws-cn:iam::123456789012:role/other-partition'],
    ['arn:aws:iam::123456789012:role/'],
  ])('%s, which is no role', async (arn) => {
    expect(await refusal(assume(open().config, arn))).toBe(`ValidationError: ${arn} is invalid`);
  });

  it.each([
    ['Session1:2', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*'],
    ['x', 'Member must have length greater than or equal to 2'],
    ['s'.repeat(65), 'Member must have length less than or equal to 64'],
  ])('the session name %s', async (RoleSessionName, reason) => {
    const call = assume(open().config, 'arn:aws:iam::123456789012:role/any', { RoleSessionName });
    expect(await refusal(call)).toBe(
      `ValidationError: 1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: ${reason}`,
    );
  });

  it('a session longer than the role allows, or than a chain may be', async () => {
    const { config, anybody, role } = open();
    const short = await role('short', anybody);
    const long = await role('long', anybody, [], { MaxSessionDuration: 43_200 });
    expect(await refusal(assume(config, short, { DurationSeconds: 3601 }))).toBe(
      'ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
    const session = await become(config, short);
    expect(await refusal(assume(session, long, { DurationSeconds: 3601 }))).toBe(
      'ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
    expect(await refusal(assume(session, long, { DurationSeconds: 3600 }))).toBe('no error');
    expect(await refusal(assume(config, long, { DurationSeconds: 43_201 }))).toMatch(/^ValidationError: .*less than or equal to 43200/);
    expect(await refusal(assume(config, long, { DurationSeconds: 899 }))).toMatch(/^ValidationError: .*greater than or equal to 900/);
  });

  it('a policy that is none, too many, and too large', async () => {
    const { id, config } = open();
    const arn = `arn:aws:iam::${id}:role/any`;
    const varied = (i: number) => createHash('sha256').update(String(i)).digest('base64url').slice(0, 30);
    const Statement = Array.from({ length: 20 }, (_, i) => ({ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${varied(i)}` }));
    const large = JSON.stringify({ Version: '2012-10-17', Statement });
    expect(await refusal(assume(config, arn, { Policy: '{"Version":"2012-10-17"' }))).toMatch(/^MalformedPolicyDocument: /);
    expect(await refusal(assume(config, arn, { Policy: large }))).toMatch(
      /^PackedPolicyTooLarge: Packed policy consumes 1\d\d% of allotted space/,
    );
    expect(await refusal(assume(config, arn, { PolicyArns: [{ arn: 'arn:aws:iam::999999999999:policy/other' }] }))).toMatch(
      /^ValidationError: /,
    );
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: Statement.slice(0, 1) });
    const { PackedPolicySize } = await assume(config, arn, { Policy, Tags: [{ Key: 'a', Value: 'b' }] });
    expect(PackedPolicySize).toBeGreaterThan(0);
  });

  it('an MFA code of nobody’s device', async () => {
    const { id, config } = open();
    const arn = `arn:aws:iam::${id}:role/any`;
    const SerialNumber = `arn:aws:iam::${id}:mfa/none`;
    expect(await refusal(assume(config, arn, { SerialNumber, TokenCode: '123456' }))).toMatch(
      /^AccessDenied: .*unable to validate MFA code/,
    );
    expect(await refusal(assume(config, arn, { SerialNumber }))).toMatch(/^AccessDenied: .*must provide both/);
  });

  it('when nobody asks', async () => {
    const body = 'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fany&RoleSessionName=me';
    const answer = await fetch(account().url, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });
});

describe('a chain of sessions', () => {
  it('hands on transitive tags and the source identity', async () => {
    const { id, config } = open();
    const arn = (name: string) => `arn:aws:iam::${id}:role/${name}`;
    const Tags = [
      { Key: 'Team', Value: 'red' },
      { Key: 'Other', Value: 'x' },
    ];
    const first = await assume(config, arn('one'), { Tags, TransitiveTagKeys: ['Team'], SourceIdentity: 'alice' });
    expect(first).toMatchObject({ SourceIdentity: 'alice', PackedPolicySize: expect.any(Number) });
    const session = await become(config, arn('one'), { Tags, TransitiveTagKeys: ['Team'], SourceIdentity: 'alice' });
    expect((await assume(session, arn('two'))).SourceIdentity).toBe('alice');
    expect(await refusal(assume(session, arn('two'), { SourceIdentity: 'alice' }))).toBe('no error');
    expect(await refusal(assume(session, arn('two'), { SourceIdentity: 'mallory' }))).toBe(
      'ValidationError: The source identity is already set for this assume role session',
    );
    const conflict =
      "InvalidParameterValue: One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    for (const Key of ['Team', 'team'])
      expect(await refusal(assume(session, arn('two'), { Tags: [{ Key, Value: 'blue' }] }))).toBe(conflict);
    expect(await refusal(assume(session, arn('two'), { Tags: [{ Key: 'Other', Value: 'y' }] }))).toBe('no error');
    const second = await become(session, arn('two'));
    expect(await refusal(assume(second, arn('three'), { Tags: [{ Key: 'team', Value: 'blue' }] }))).toBe(conflict);
  });

  it.each([
    [{ TransitiveTagKeys: ['a'] }, 'The specified transitive tag key must be included in the requested tags.'],
    [
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
  ])('takes no tags such as %j', async (more, message) => {
    const { id, config } = open();
    expect(await refusal(assume(config, `arn:aws:iam::${id}:role/any`, more))).toBe(`InvalidParameterValue: ${message}`);
  });
});
