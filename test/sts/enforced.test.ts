/** Who may assume what, and what sessions may do, in a cloud that enforces policies. */
import {
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  EnableOrganizationsRootSessionsCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  EnableAWSServiceAccessCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  AssumeRootCommand,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  GetSessionTokenCommand,
  type GetSessionTokenCommandInput,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { authenticator } from '../iam/credentials';
import { settled } from '../organizations/cloud';
import { ownCloud } from '../server';
import { allow, assume, become, type Config, identity, newAccount, policy, refusal, sts, trust, withCredentials } from './people';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

const sqs = (config: Config) => new SQSClient({ ...config, maxAttempts: 1 });
const listQueues = (config: Config) => sqs(config).send(new ListQueuesCommand({}));
const createQueue = (config: Config, QueueName = 'queue') => sqs(config).send(new CreateQueueCommand({ QueueName }));
const denied = /^AccessDenied(Exception)?: User: .* is not authorized to perform: /;
const taken = 'no error';

describe('a trust policy', () => {
  it('that names the user is enough; one that names the account asks the user’s own policies', async () => {
    const { id, user, role } = newAccount(cloud);
    const ann = await user('ann');
    const bob = await user('bob', allow('sts:AssumeRole', `arn:aws:iam::${id}:role/for-account`));
    const named = await role('for-ann', [trust(ann.arn)]);
    const account = await role('for-account', [trust(`arn:aws:iam::${id}:root`)]);
    expect(await refusal(assume(ann, named))).toBe(taken);
    expect(await refusal(assume(bob, named))).toMatch(denied);
    expect(await refusal(assume(ann, account))).toMatch(denied);
    expect(await refusal(assume(bob, account))).toBe(taken);
  });

  it('of another account needs both sides', async () => {
    const a = newAccount(cloud);
    const b = newAccount(cloud);
    const stranger = newAccount(cloud);
    const shared = await a.role('shared', [trust(`arn:aws:iam::${b.id}:root`)], [allow('sqs:*')]);
    const may = await b.user('may', allow('sts:AssumeRole', shared));
    const mayNot = await b.user('may-not');
    const other = await stranger.user('other', allow('sts:AssumeRole', '*'));
    expect(await refusal(assume(mayNot, shared))).toMatch(denied);
    expect(await refusal(assume(other, shared))).toMatch(denied);
    const session = await become(may, shared);
    expect(await identity(session)).toMatchObject({ Account: a.id, Arn: `arn:aws:sts::${a.id}:assumed-role/shared/session` });
    await createQueue(session, 'in-a');
    expect((await listQueues(session)).QueueUrls).toEqual([expect.stringContaining(`/${a.id}/in-a`)]);
  });

  it('may ask for an external id', async () => {
    const a = newAccount(cloud);
    const b = newAccount(cloud);
    const arn = await a.role('for-partner', [trust(b.id, { StringEquals: { 'sts:ExternalId': 'Example-987' } })]);
    const partner = await b.user('partner', allow('sts:AssumeRole', arn));
    expect(await refusal(assume(partner, arn))).toMatch(denied);
    expect(await refusal(assume(partner, arn, { ExternalId: 'other' }))).toMatch(denied);
    expect(await refusal(assume(partner, arn, { ExternalId: 'Example-987' }))).toBe(taken);
  });

  it('may ask for the session’s name', async () => {
    const { user, role } = newAccount(cloud);
    const ann = await user('ann');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of policies
    const arn = await role('own-name', [trust(ann.arn, { StringLike: { 'sts:RoleSessionName': '${aws:username}' } })]);
    expect(await refusal(assume(ann, arn, { RoleSessionName: 'bob' }))).toMatch(denied);
    expect(await refusal(assume(ann, arn, { RoleSessionName: 'ann' }))).toBe(taken);
  });

  it('decides about tags and source identities by actions of their own', async () => {
    const { user, role } = newAccount(cloud);
    const ann = await user('ann');
    const plain = await role('plain', [trust(ann.arn)]);
    const tagged = await role('tagged', [
      trust(ann.arn),
      trust(
        ann.arn,
        { StringEquals: { 'aws:RequestTag/Team': 'red' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] } },
        'sts:TagSession',
      ),
      trust(ann.arn, { StringLike: { 'sts:SourceIdentity': 'ann*' } }, 'sts:SetSourceIdentity'),
    ]);
    const Tags = [{ Key: 'Team', Value: 'red' }];
    expect(await refusal(assume(ann, plain, { Tags }))).toMatch(/not authorized to perform: sts:TagSession/);
    expect(await refusal(assume(ann, plain, { SourceIdentity: 'ann' }))).toMatch(/not authorized to perform: sts:SetSourceIdentity/);
    expect(await refusal(assume(ann, tagged, { Tags, SourceIdentity: 'ann-1' }))).toBe(taken);
    expect(await refusal(assume(ann, tagged, { Tags: [{ Key: 'Team', Value: 'blue' }] }))).toMatch(/sts:TagSession/);
    expect(await refusal(assume(ann, tagged, { Tags: [...Tags, { Key: 'X', Value: 'y' }] }))).toMatch(/sts:TagSession/);
    expect(await refusal(assume(ann, tagged, { SourceIdentity: 'bob' }))).toMatch(/sts:SetSourceIdentity/);
  });

  it('of the next role in a chain must let tags and source identities be handed on', async () => {
    const { id, user, role } = newAccount(cloud);
    const ann = await user('ann');
    const everything = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
    const one = await role('one', [trust(ann.arn, undefined, everything)], [allow('sts:*')]);
    const two = await role('two', [trust(id)]);
    const three = await role('three', [trust(one, undefined, everything)]);
    const tagged = await become(ann, one, { Tags: [{ Key: 'Team', Value: 'red' }], TransitiveTagKeys: ['Team'] });
    const known = await become(ann, one, { SourceIdentity: 'ann' });
    expect(await refusal(assume(tagged, two))).toMatch(/sts:TagSession/);
    expect(await refusal(assume(known, two))).toMatch(/sts:SetSourceIdentity/);
    expect(await refusal(assume(tagged, three))).toBe(taken);
    expect((await assume(known, three)).SourceIdentity).toBe('ann');
    expect(await refusal(assume(await become(ann, one), two))).toBe(taken);
  });
});

describe('nobody assumes', () => {
  it('a role that is not there', async () => {
    const { id, user } = newAccount(cloud);
    const ann = await user('ann', allow('*'));
    const arn = `arn:aws:iam::${id}:role/missing`;
    expect(await refusal(assume(ann, arn))).toBe(
      `AccessDenied: User: arn:aws:iam::${id}:user/ann is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    );
  });

  it('a role by another path', async () => {
    const { id, user, role } = newAccount(cloud);
    const ann = await user('ann', allow('*'));
    await role('reader', [trust(id)], [], { Path: '/team/' });
    expect(await refusal(assume(ann, `arn:aws:iam::${id}:role/reader`))).toMatch(denied);
    expect(await refusal(assume(ann, `arn:aws:iam::${id}:role/team/reader`))).toBe(taken);
  });

  it('roles as root', async () => {
    const { id, config, role } = newAccount(cloud);
    expect(await refusal(assume(config, await role('any', [trust(id)])))).toBe('AccessDenied: Roles may not be assumed by root accounts.');
  });
});

describe('a session', () => {
  it('may what its role may, narrowed by its policies', async () => {
    const { user, role, iam } = newAccount(cloud);
    const ann = await user('ann');
    const arn = await role('queues', [trust(ann.arn)], [allow('sqs:*')]);
    const whole = await become(ann, arn);
    const narrow = await become(ann, arn, { Policy: policy(allow('sqs:ListQueues')) });
    const managed = await become(ann, arn, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] });
    const wide = await become(ann, arn, { Policy: policy(allow('*')) });
    expect(await refusal(createQueue(whole))).toBe(taken);
    for (const session of [narrow, managed]) {
      expect(await refusal(listQueues(session))).toBe(taken);
      expect(await refusal(createQueue(session, 'another'))).toMatch(/no session policy allows/);
    }
    expect(await refusal(new IAMClient(wide).send(new ListUsersCommand({})))).toMatch(denied);
    iam.destroy();
  });

  it('has its tags, and those of its role, as conditions', async () => {
    const { user, role } = newAccount(cloud);
    const ann = await user('ann');
    const own = allow('sqs:CreateQueue', '*', {
      Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'red', 'aws:PrincipalTag/Kind': 'robot' } },
    });
    const arn = await role('tagged', [trust(ann.arn, undefined, ['sts:AssumeRole', 'sts:TagSession'])], [own], {
      Tags: [
        { Key: 'Kind', Value: 'robot' },
        { Key: 'Team', Value: 'blue' },
      ],
    });
    expect(await refusal(createQueue(await become(ann, arn)))).toMatch(denied);
    expect(await refusal(createQueue(await become(ann, arn, { Tags: [{ Key: 'Team', Value: 'red' }] })))).toBe(taken);
    // in place of the role's, in whatever case
    expect(await refusal(createQueue(await become(ann, arn, { Tags: [{ Key: 'TEAM', Value: 'red' }] })))).toBe(taken);
    expect(
      await refusal(
        createQueue(
          await become(ann, arn, {
            Tags: [
              { Key: 'Team', Value: 'red' },
              { Key: 'KIND', Value: 'dog' },
            ],
          }),
        ),
      ),
    ).toMatch(denied);
  });
});

describe('MFA', () => {
  async function withDevice(...statements: Parameters<ReturnType<typeof newAccount>['user']>[1][]) {
    const people = newAccount(cloud);
    const ann = await people.user('ann', ...statements);
    const { VirtualMFADevice } = await people.iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
    const SerialNumber = VirtualMFADevice?.SerialNumber ?? '';
    const { code, pair } = authenticator(VirtualMFADevice?.Base32StringSeed);
    await people.iam.send(new EnableMFADeviceCommand({ UserName: 'ann', SerialNumber, ...pair() }));
    return { ...people, ann, SerialNumber, code };
  }

  it('opens roles that ask for it', async () => {
    const { ann, role, SerialNumber, code } = await withDevice();
    const arn = await role('careful', [
      trust(ann.arn, { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } }),
    ]);
    const TokenCode = code(1);
    expect(await refusal(assume(ann, arn))).toMatch(denied);
    expect(await refusal(assume(ann, arn, { SerialNumber, TokenCode: TokenCode === '000000' ? '000001' : '000000' }))).toMatch(
      /^AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code/,
    );
    expect(await refusal(assume(ann, arn, { SerialNumber, TokenCode }))).toBe(taken);
    expect(await refusal(assume(ann, arn, { SerialNumber, TokenCode }))).toMatch(/invalid MFA one time pass code/);
  });

  it('makes a session token one that may call IAM, and roles know it', async () => {
    const { ann, role, SerialNumber, code } = await withDevice(allow('iam:ListUsers'));
    const arn = await role('careful', [trust(ann.arn, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })]);
    const session = async (input: GetSessionTokenCommandInput) =>
      withCredentials(ann, (await sts(ann).send(new GetSessionTokenCommand(input))).Credentials);
    const plain = await session({});
    const proven = await session({ SerialNumber, TokenCode: code(1) });
    const listUsers = (config: Config) => new IAMClient({ ...config, maxAttempts: 1 }).send(new ListUsersCommand({}));
    expect(await refusal(listUsers(ann))).toBe(taken);
    expect(await refusal(listUsers(plain))).toBe('InvalidClientTokenId: The security token included in the request is invalid');
    expect(await refusal(listUsers(proven))).toBe(taken);
    expect(await refusal(assume(plain, arn))).toMatch(denied);
    expect(await refusal(assume(proven, arn))).toBe(taken);
  });
});

describe('credentials of GetSessionToken', () => {
  it('may what the user may, and of STS only AssumeRole and GetCallerIdentity', async () => {
    const { user, role } = newAccount(cloud);
    const ann = await user('ann', allow(['sqs:*', 'sts:*']));
    const arn = await role('any', [trust(ann.arn)]);
    const session = withCredentials(ann, (await sts(ann).send(new GetSessionTokenCommand({}))).Credentials);
    expect((await identity(session)).Arn).toBe(ann.arn);
    expect(await refusal(createQueue(session))).toBe(taken);
    expect(await refusal(assume(session, arn))).toBe(taken);
    const AccessKeyId = ann.credentials.accessKeyId;
    expect(await refusal(sts(ann).send(new GetAccessKeyInfoCommand({ AccessKeyId })))).toBe(taken);
    expect(await refusal(sts(session).send(new GetAccessKeyInfoCommand({ AccessKeyId })))).toMatch(
      /^AccessDenied: Cannot call GetAccessKeyInfo/,
    );
    expect(await refusal(sts(session).send(new GetFederationTokenCommand({ Name: 'guest' })))).toMatch(
      /^AccessDenied: Cannot call GetFederationToken with session credentials/,
    );
  });
});

describe('a federated user', () => {
  const federate = (config: Config, input: Partial<GetFederationTokenCommandInput> = {}) =>
    sts(config).send(new GetFederationTokenCommand({ Name: 'guest', ...input }));

  it('may what both its user and its policies allow', async () => {
    const { id, user } = newAccount(cloud);
    const broker = await user('broker', allow(['sqs:ListQueues', 'sqs:CreateQueue', 'sts:GetFederationToken']));
    const answer = await federate(broker, { Policy: policy(allow(['sqs:CreateQueue', 'sqs:DeleteQueue'])) });
    expect(answer).toMatchObject({
      FederatedUser: { Arn: `arn:aws:sts::${id}:federated-user/guest`, FederatedUserId: `${id}:guest` },
      PackedPolicySize: expect.any(Number),
    });
    const guest = withCredentials(broker, answer.Credentials);
    expect(await identity(guest)).toMatchObject({ UserId: `${id}:guest`, Arn: `arn:aws:sts::${id}:federated-user/guest`, Account: id });
    expect(await refusal(createQueue(guest))).toBe(taken);
    expect(await refusal(listQueues(guest))).toMatch(denied);
  });

  it('without policies may nothing, and never calls IAM or STS', async () => {
    const { id, config } = newAccount(cloud);
    const guest = withCredentials(config, (await federate(config)).Credentials);
    expect(await refusal(listQueues(guest))).toMatch(denied);
    const all = withCredentials(config, (await federate(config, { Policy: policy(allow('*')) })).Credentials);
    expect(await refusal(listQueues(all))).toBe(taken);
    expect(await refusal(new IAMClient({ ...all, maxAttempts: 1 }).send(new ListUsersCommand({})))).toMatch(/^InvalidClientTokenId: /);
    expect(await refusal(assume(all, `arn:aws:iam::${id}:role/any`))).toMatch(/^AccessDenied: /);
    expect(await refusal(federate(all))).toBe('AccessDenied: Cannot call GetFederationToken with session credentials');
  });

  it('needs a user who may have it, by name, and tag it', async () => {
    const { id, user } = newAccount(cloud);
    const broker = await user('broker', allow('sts:GetFederationToken', `arn:aws:sts::${id}:federated-user/guest*`));
    expect(await refusal(federate(broker))).toBe(taken);
    expect(await refusal(federate(broker, { Name: 'admin' }))).toMatch(
      /sts:GetFederationToken on resource: arn:aws:sts::\d+:federated-user\/admin/,
    );
    expect(await refusal(federate(broker, { Tags: [{ Key: 'a', Value: 'b' }] }))).toMatch(/sts:TagSession/);
  });

  it('of root lasts an hour at most, of a user twelve unless asked otherwise', async () => {
    const { config, user } = newAccount(cloud);
    const broker = await user('broker', allow('sts:GetFederationToken'));
    const secondsOf = async (who: Config, DurationSeconds?: number) => {
      const { Credentials } = await federate(who, { DurationSeconds });
      return Math.round(((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 60_000) * 60;
    };
    expect(await secondsOf(config, 7200)).toBe(3600);
    expect(await secondsOf(broker)).toBe(43_200);
    expect(await secondsOf(broker, 129_600)).toBe(129_600);
  });
});

it.each([
  ['AssumeRole', new AssumeRoleCommand({} as never)],
  ['AssumeRoot', new AssumeRootCommand({} as never)],
  ['GetFederationToken', new GetFederationTokenCommand({} as never)],
  ['AssumeRoleWithWebIdentity', new AssumeRoleWithWebIdentityCommand({} as never)],
])('%s without what it needs is refused for that', async (_operation, command) => {
  const { user } = newAccount(cloud);
  const ann = await user('ann', allow('*'));
  expect(await refusal(sts(ann).send(command as GetFederationTokenCommand))).toMatch(
    /^ValidationError: \d validation errors? detected: Value null at/,
  );
});

describe('DecodeAuthorizationMessage', () => {
  it('takes what this cloud wrote only', async () => {
    const { user } = newAccount(cloud);
    const ann = await user('ann', allow('sts:DecodeAuthorizationMessage'));
    const bob = await user('bob');
    const decode = (config: Config) => sts(config).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'AQICAHh-not-ours' }));
    expect(await refusal(decode(ann))).toMatch(/^InvalidAuthorizationMessage: /);
    expect(await refusal(decode(bob))).toMatch(denied);
  });
});

describe('AssumeRoot', () => {
  const assumeRoot = (config: Config, TargetPrincipal: string, task = 'S3UnlockBucketPolicy') =>
    sts(config).send(new AssumeRootCommand({ TargetPrincipal, TaskPolicyArn: { arn: `arn:aws:iam::aws:policy/root-task/${task}` } }));

  it('is for organizations that allow it', async () => {
    const { config, user } = newAccount(cloud);
    const other = newAccount(cloud);
    const admin = await user('admin', allow('*'));
    expect(await refusal(assumeRoot(admin, other.id))).toMatch(denied);
    expect(await refusal(assumeRoot(config, other.id))).toMatch(/^AccessDenied: /);
    expect(await refusal(assumeRoot(admin, 'not-an-account'))).toMatch(/^ValidationError: /);
    expect(await refusal(assumeRoot(admin, other.id, 'AdministratorAccess'))).toMatch(/^ValidationError: /);
  });

  it('gives an administrator of one the root of a member, for a task', async () => {
    const { config, user, iam } = newAccount(cloud);
    const organizations = new OrganizationsClient({ ...config, maxAttempts: 1 });
    await organizations.send(new CreateOrganizationCommand({}));
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
    const { CreateAccountStatus } = await organizations.send(
      new CreateAccountCommand({ AccountName: 'member', Email: `${config.credentials.accessKeyId}@example.org` }),
    );
    const member = await settled({ organizations }, CreateAccountStatus?.Id ?? '');
    const admin = await user('admin', allow('sts:AssumeRoot', `arn:aws:iam::${member}:root`));
    expect(await refusal(assumeRoot(admin, member))).toMatch(denied);
    await iam.send(new EnableOrganizationsRootSessionsCommand({}));
    expect(await refusal(assumeRoot(await user('other'), member))).toMatch(denied);
    const { Credentials } = await assumeRoot(admin, `arn:aws:iam::${member}:root`);
    const session = withCredentials(config, Credentials);
    expect(await identity(session)).toMatchObject({ Account: member, Arn: `arn:aws:iam::${member}:root` });
    expect(await refusal(listQueues(session))).toMatch(denied);
  });
});
