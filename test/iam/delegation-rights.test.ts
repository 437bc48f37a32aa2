/** Who may do what with delegation requests, and what may be done by delegation, where policies count. */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  AttachUserPolicyCommand,
  CreateDelegationRequestCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteUserPolicyCommand,
  GetDelegationRequestCommand,
  GetHumanReadableSummaryCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListDelegationRequestsCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  RejectDelegationRequestCommand,
  UpdateDelegationRequestCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { allow, assume, become, type Config, identity, newAccount, peopleOf, policy, refusal, sts, trust } from '../sts/people';
import { accept, associate, client, granted, provider, register, release, shown } from './delegation-people';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

const bucket = (config: Config, Bucket: string) => new S3Client({ ...config, maxAttempts: 1 }).send(new CreateBucketCommand({ Bucket }));
const object = (config: Config, Bucket: string) =>
  new S3Client({ ...config, maxAttempts: 1 }).send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
const roles = (config: Config) => client(config).send(new ListRolesCommand({}));
const uniqueBucket = () => `b-${crypto.randomUUID()}`;
const bucketOf = (name: string) => ({ Parameters: [{ Name: 'bucketName', Type: 'string' as const, Values: [name] }] });

describe('without any policy', () => {
  it('whoever a request is for takes it up, sees, forwards, rejects and lists it, and cannot approve it', async () => {
    const partner = await provider(cloud);
    const { id, user } = newAccount(cloud);
    const [ann, bob] = [await user('ann'), await user('bob')];
    const request = await partner.request({ OwnerAccountId: id });
    await shown(bob, request);
    await associate(ann, request);
    await shown(ann, request);
    await client(ann).send(new UpdateDelegationRequestCommand({ DelegationRequestId: request }));
    await client(ann).send(new ListDelegationRequestsCommand({ OwnerId: ann.arn }));
    await client(ann).send(new GetHumanReadableSummaryCommand({ EntityArn: `arn:aws:iam::${id}:delegation-request/${request}` }));
    const denied = (action: string) =>
      `AccessDenied: User: ${ann.arn} is not authorized to perform: iam:${action} on resource: arn:aws:iam::${id}:delegation-request/${request} because no identity-based policy allows the iam:${action} action`;
    expect(await refusal(accept(ann, request))).toContain(denied('AcceptDelegationRequest'));
    for (const call of [shown, accept, release]) expect(await refusal(call(bob, request))).toMatch(/^AccessDenied: /);
    expect(await refusal(client(bob).send(new UpdateDelegationRequestCommand({ DelegationRequestId: request })))).toMatch(
      /^AccessDenied: /,
    );
    for (const OwnerId of [undefined, ann.arn])
      expect(await refusal(client(bob).send(new ListDelegationRequestsCommand({ OwnerId })))).toMatch(/^AccessDenied: /);
    await client(ann).send(new RejectDelegationRequestCommand({ DelegationRequestId: request }));
  });

  it('the owner releases what an administrator approved', async () => {
    const partner = await provider(cloud);
    const { config, user } = newAccount(cloud);
    const ann = await user('ann');
    const request = await partner.request();
    await associate(ann, request);
    await accept(config, request);
    await release(ann, request);
    expect(await shown(ann, request)).toMatchObject({ State: 'FINALIZED' });
  });
});

describe('those of another account', () => {
  it('learn nothing of a request, whatever they may do and however they name it', async () => {
    const partner = await provider(cloud);
    const { id } = newAccount(cloud);
    const request = await partner.request({ OwnerAccountId: id });
    const stranger = newAccount(cloud);
    const admin = await stranger.user('admin', allow('*'));
    const nobody = await stranger.user('nobody');
    for (const who of [admin, nobody, stranger.config]) {
      for (const call of [shown, associate]) expect(await refusal(call(who, request))).toMatch(/^NoSuchEntity: /);
      for (const account of [id, stranger.id, partner.id]) {
        const EntityArn = `arn:aws:iam::${account}:delegation-request/${request}`;
        const answer = await refusal(client(who).send(new GetHumanReadableSummaryCommand({ EntityArn })));
        expect(answer).toMatch(/^NoSuchEntity: /);
      }
      const text = (await Promise.all([accept, release].map((call) => refusal(call(who, request))))).join();
      expect(text).not.toContain(id);
    }
  });

  it('see the summary of a request in their own account by their own rights alone', async () => {
    const partner = await provider(cloud);
    const { config, user, id } = newAccount(cloud);
    const request = await partner.request();
    await associate(config, request);
    const nobody = client(await user('nobody'));
    for (const arn of [`arn:aws:iam::${id}:delegation-request/${request}`, `arn:aws:iam::${partner.id}:delegation-request/${request}`])
      expect(await refusal(nobody.send(new GetHumanReadableSummaryCommand({ EntityArn: arn })))).toMatch(/^AccessDenied: /);
    for (const arn of [`arn:aws:sqs::${id}:delegation-request/${request}`, `arn:aws:iam::${id}:delegation-request/${request}/x`])
      expect(await refusal(client(config).send(new GetHumanReadableSummaryCommand({ EntityArn: arn })))).toMatch(/^InvalidInput: /);
  });
});

describe('policies', () => {
  it('take away what is given by default', async () => {
    const partner = await provider(cloud);
    const { id, user } = newAccount(cloud);
    const deny = (Action: string) => ({ Effect: 'Deny', Action, Resource: `arn:aws:iam::${id}:delegation-request/*` });
    const ann = await user('ann', deny('iam:AssociateDelegationRequest'), deny('iam:ListDelegationRequests'));
    expect(await refusal(associate(ann, await partner.request()))).toMatch(/explicit deny in an identity-based policy/);
    expect(await refusal(client(ann).send(new ListDelegationRequestsCommand({ OwnerId: ann.arn })))).toMatch(/explicit deny/);
  });

  it('may be about the owner', async () => {
    const partner = await provider(cloud);
    const { user } = newAccount(cloud);
    const ann = await user('ann');
    const boss = await user('boss', {
      ...allow(['iam:AcceptDelegationRequest', 'iam:ListDelegationRequests']),
      Condition: { ArnEquals: { 'iam:DelegationRequestOwner': ann.arn } },
    });
    const [hers, his] = [await partner.request(), await partner.request()];
    await associate(ann, hers);
    await associate(await user('bob'), his);
    await accept(boss, hers);
    expect(await refusal(accept(boss, his))).toMatch(/^AccessDenied: /);
    await client(boss).send(new ListDelegationRequestsCommand({ OwnerId: ann.arn }));
    expect(await refusal(client(boss).send(new ListDelegationRequestsCommand({})))).toMatch(/^AccessDenied: /);
  });

  it('may be about what is asked for', async () => {
    const partner = await provider(cloud);
    const worker = await peopleOf(partner.config).user('worker', {
      ...allow('iam:CreateDelegationRequest'),
      Condition: {
        StringEquals: { 'iam:DelegationDuration': '3600', 'iam:NotificationChannel': partner.topicArn },
        ArnEquals: { 'iam:TemplateArn': partner.templateArn },
      },
    });
    const ask = (SessionDuration: number) => client(worker).send(new CreateDelegationRequestCommand(partner.input({ SessionDuration })));
    await ask(3600);
    expect(await refusal(ask(3601))).toMatch(/^AccessDenied: /);
  });
});

describe('delegated credentials', () => {
  it('may do what the approver may and the request says', async () => {
    const partner = await provider(cloud);
    const name = uniqueBucket();
    const { id, user, iam } = newAccount(cloud);
    const ann = await user(
      'ann',
      allow('iam:*DelegationRequest*'),
      allow('iam:SendDelegationToken'),
      allow('s3:CreateBucket'),
      allow('sqs:*'),
    );
    const token = await granted(partner, ann, { Permissions: { PolicyTemplateArn: partner.templateArn, ...bucketOf(name) } });
    const delegate = await partner.delegate(token);
    expect(await identity(delegate)).toMatchObject({ Account: id, Arn: ann.arn });
    await bucket(delegate, name);
    // approved, and not hers; hers, and not approved; neither
    expect(await refusal(object(delegate, name))).toMatch(/^AccessDenied: .*no identity-based policy allows the s3:PutObject/);
    expect(await refusal(bucket(delegate, uniqueBucket()))).toMatch(/^AccessDenied: .*no session policy allows the s3:CreateBucket/);
    expect(await refusal(client(delegate).send(new GetPolicyCommand({ PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })))).toMatch(
      /^AccessDenied: /,
    );
    expect(await refusal(roles(delegate))).toMatch(/no identity-based policy/);
    // her rights of today count
    const more = { UserName: 'ann', PolicyName: 'more' };
    await iam.send(new PutUserPolicyCommand({ ...more, PolicyDocument: policy(allow(['s3:PutObject', 'iam:ListRoles'])) }));
    await object(delegate, name);
    await roles(delegate);
    await iam.send(new DeleteUserPolicyCommand(more));
    expect(await refusal(object(delegate, name))).toMatch(/^AccessDenied: /);
  });

  it('are root’s within the request, when root approved it', async () => {
    const partner = await provider(cloud);
    const name = uniqueBucket();
    const { id, config } = newAccount(cloud);
    const token = await granted(partner, config, { Permissions: { PolicyTemplateArn: partner.templateArn, ...bucketOf(name) } });
    const delegate = await partner.delegate(token);
    expect(await identity(delegate)).toMatchObject({ Account: id, Arn: `arn:aws:iam::${id}:root` });
    await bucket(delegate, name);
    await object(delegate, name);
    await roles(delegate);
    expect(await refusal(bucket(delegate, uniqueBucket()))).toMatch(/no session policy allows the s3:CreateBucket/);
  });

  it('of a role’s session stay within its own session policy too', async () => {
    const partner = await provider(cloud);
    const name = uniqueBucket();
    const { id, user, role } = newAccount(cloud);
    const ann = await user('ann', allow('sts:AssumeRole'));
    const arn = await role('admin', [trust(id)], [allow('*')]);
    const Policy = policy(allow('iam:*'), allow('s3:PutObject'));
    const session = await become(ann, arn, { RoleSessionName: 'monday', Policy });
    const token = await granted(partner, session, { Permissions: { PolicyTemplateArn: partner.templateArn, ...bucketOf(name) } });
    const delegate = await partner.delegate(token);
    expect(await identity(delegate)).toMatchObject({ Arn: `arn:aws:sts::${id}:assumed-role/admin/monday` });
    expect(await refusal(bucket(delegate, name))).toMatch(/no session policy allows the s3:CreateBucket/);
    await roles(delegate);
  });

  it('cannot be made into others', async () => {
    const everything = { Version: '2012-10-17', Statement: [allow('*')] };
    const partner = await provider(cloud, { policy: everything });
    const { config } = newAccount(cloud);
    const delegate = await partner.delegate(await granted(partner, config));
    expect(await refusal(sts(delegate).send(new GetSessionTokenCommand({})))).toBe(
      'AccessDenied: Cannot call GetSessionToken with session credentials',
    );
    // who approves by delegation passes on no more than was approved
    const narrow = await provider(cloud, {
      policy: { Version: '2012-10-17', Statement: [allow(['iam:*DelegationRequest', 'iam:SendDelegationToken', 'sqs:*'])] },
    });
    const approver = await narrow.delegate(await granted(narrow, config));
    const second = await partner.delegate(await granted(partner, approver));
    expect(await refusal(roles(second))).toMatch(/no session policy allows the iam:ListRoles/);
  });

  it('are told apart in CloudTrail, and tokens are not in it', async () => {
    const partner = await provider(cloud);
    const { config, user, id } = newAccount(cloud);
    const ann = await user('ann', allow('*'));
    const token = await granted(partner, ann);
    await roles(await partner.delegate(token));
    const events = async (of: Config, value: string) => {
      const by = { LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: value }] };
      const { Events = [] } = await new CloudTrailClient({ ...of, region: 'us-east-1' }).send(new LookupEventsCommand(by));
      return Events.map(({ CloudTrailEvent = '{}' }) => JSON.parse(CloudTrailEvent));
    };
    const [listed] = await events(config, 'ListRoles');
    expect(listed.userIdentity).toMatchObject({
      type: 'IAMUser',
      arn: ann.arn,
      accountId: id,
      userName: 'ann',
      sessionContext: { attributes: { mfaAuthenticated: 'false' } },
      invokedByDelegate: { accountId: partner.id },
    });
    const [exchanged] = await events(partner.config, 'GetDelegatedAccessToken');
    expect(exchanged).toMatchObject({
      eventSource: 'sts.amazonaws.com',
      responseElements: { assumedPrincipal: ann.arn, credentials: { accessKeyId: expect.stringMatching(/^ASIA/) } },
    });
    const recorded = JSON.stringify([...(await events(config, 'SendDelegationToken')), exchanged, listed]);
    expect(recorded).not.toContain(token);
    expect(recorded).not.toMatch(/secretAccessKey|"Statement/i);
  });
});

describe('roles that are created by delegation', () => {
  const operator = { Version: '2012-10-17', Statement: [allow('s3:ListAllMyBuckets')] };
  const arn = 'arn:aws:iam::partner:policy/permissions-boundary/example.com/Operator_2026_01_31';
  const template = {
    Version: '2012-10-17',
    Statement: [
      {
        ...allow(['iam:CreateRole', 'iam:PutRolePolicy'], 'arn:aws:iam::*:role/example/*'),
        Condition: { StringEquals: { 'iam:PermissionsBoundary': arn } },
      },
    ],
  };
  const boundaries = [{ name: 'Operator_2026_01_31', description: 'Operates.', policy: operator }];

  it.each([
    ['of the provider', arn.replace('Operator', 'Nobody')],
    ['of AWS', 'arn:aws:iam::aws:policy/NoSuchPolicy'],
    ['at all', 'no-arn'],
  ])('are not asked for with a boundary that is none %s', async (_, missing) => {
    const [statement] = template.Statement;
    const Condition = { StringEquals: { 'iam:PermissionsBoundary': missing } };
    const partner = await provider(cloud, { policy: { ...template, Statement: [{ ...statement, Condition }] }, boundaries });
    const refused = `InvalidInput: The permissions boundary ${missing} that the policy asks for does not exist.`;
    expect(await refusal(partner.request())).toBe(refused);
  });

  it('can be asked for with a boundary of AWS, or of the customer', async () => {
    const [statement] = template.Statement;
    const boundaryArns = ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::444455556666:policy/own'];
    const Condition = { ArnLike: { 'iam:PermissionsBoundary': boundaryArns } };
    const partner = await provider(cloud, { policy: { ...template, Statement: [{ ...statement, Condition }] } });
    const { config } = newAccount(cloud);
    expect(await shown(config, await partner.request())).toMatchObject({ RolePermissionRestrictionArns: boundaryArns });
  });

  it('stay within the provider’s boundary, which the customer can read', async () => {
    const partner = await provider(cloud, { policy: template, boundaries });
    expect(partner.boundaryArns).toEqual([arn]);
    const { id, config, iam } = newAccount(cloud);
    const request = await partner.request();
    expect(await shown(config, request)).toMatchObject({ RolePermissionRestrictionArns: [arn] });
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    expect(Policy).toMatchObject({
      Arn: arn,
      PolicyName: 'Operator_2026_01_31',
      Description: 'Operates.',
      DefaultVersionId: 'v1',
      IsAttachable: false,
    });
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v1' }));
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual(operator);

    const delegate = client(await partner.delegate(await granted(partner, config)));
    const role = { RoleName: 'operator', Path: '/example/', AssumeRolePolicyDocument: policy(trust(partner.id)) };
    expect(await refusal(delegate.send(new CreateRoleCommand(role)))).toMatch(/no session policy allows the iam:CreateRole/);
    const { Role } = await delegate.send(new CreateRoleCommand({ ...role, PermissionsBoundary: arn }));
    await delegate.send(new PutRolePolicyCommand({ RoleName: 'operator', PolicyName: 'own', PolicyDocument: policy(allow('*')) }));
    const worker = await peopleOf(partner.config).user('worker', allow('sts:AssumeRole'));
    const session = await become(worker, Role?.Arn ?? '');
    await new S3Client({ ...session, maxAttempts: 1 }).send(new ListBucketsCommand({}));
    expect(await refusal(roles(session))).toMatch(/no permissions boundary allows the iam:ListRoles/);
    expect(Role?.Arn).toBe(`arn:aws:iam::${id}:role/example/operator`);
    expect(await refusal(assume(worker, `arn:aws:iam::${id}:role/other`))).toMatch(/^AccessDenied: /);
  });

  it('keep it: a boundary does not change, and is nothing but a boundary', async () => {
    const changed = [{ ...boundaries[0], policy: { Version: '2012-10-17', Statement: [allow('*')] } }];
    const body = { provider: 'Example', domain: 'example.com', accounts: ['111122223333'], name: 'x', policy: template };
    expect((await register(cloud, { ...body, boundaries })).status).toBe(200);
    const refused = await register(cloud, { ...body, boundaries: changed });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ message: expect.stringMatching(/boundaries do not change/) });
    const { iam, user } = newAccount(cloud);
    await user('ann');
    expect(await refusal(iam.send(new AttachUserPolicyCommand({ UserName: 'ann', PolicyArn: arn })))).toMatch(
      /does not exist or is not attachable/,
    );
    expect(await refusal(iam.send(new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: policy(allow('*')) })))).toMatch(
      /^AccessDenied: /,
    );
  });
});

describe('the check of one’s permissions', () => {
  const check = async (config: Config, DelegationRequestId: string) => {
    const asked = new GetDelegationRequestCommand({ DelegationRequestId, DelegationPermissionCheck: true });
    const { PermissionCheckStatus, PermissionCheckResult } = await client(config).send(asked);
    return `${PermissionCheckStatus} ${PermissionCheckResult}`;
  };

  it('says whether they cover what is asked for', async () => {
    const partner = await provider(cloud);
    const request = await partner.request();
    const { config, user } = newAccount(cloud);
    const deny = (Action: string, more = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more });
    const tagged = { Condition: { StringEquals: { 'aws:ResourceTag/Team': 'red' } } };
    expect(await check(config, request)).toBe('COMPLETE ALLOWED');
    for (const [name, statements, expected] of [
      ['all', [allow('*')], 'ALLOWED'],
      ['enough', [allow(['s3:*', 'sts:Get*', 'iam:List*'])], 'ALLOWED'],
      ['none', [], 'DENIED'],
      ['some', [allow('s3:*')], 'DENIED'],
      ['elsewhere', [allow('s3:*', 'arn:aws:s3:::other*'), allow(['sts:*', 'iam:*'])], 'DENIED'],
      ['denied', [allow('*'), deny('s3:PutObject')], 'DENIED'],
      ['sometimes', [allow('*', '*', tagged)], 'UNSURE'],
      ['sometimes-denied', [allow('*'), deny('s3:PutObject', tagged)], 'UNSURE'],
    ] as const)
      expect(`${name} ${await check(await user(name, ...statements), request)}`).toBe(`${name} COMPLETE ${expected}`);
  });

  it('is unsure of patterns that something denied is among', async () => {
    const partner = await provider(cloud, { policy: { Version: '2012-10-17', Statement: [allow('s3:Get*')] } });
    const request = await partner.request();
    const { user } = newAccount(cloud);
    const deny = { Effect: 'Deny', Action: 's3:GetObjectAcl', Resource: '*' };
    expect(await check(await user('ann', allow('s3:*'), deny), request)).toBe('COMPLETE UNSURE');
    expect(await check(await user('bob', allow('s3:*')), request)).toBe('COMPLETE ALLOWED');
    expect(await check(await user('cid', allow('s3:GetObject')), request)).toBe('COMPLETE DENIED');
  });

  it('is made only when it is asked for', async () => {
    const partner = await provider(cloud);
    const asked = new GetDelegationRequestCommand({ DelegationRequestId: await partner.request() });
    expect((await client(newAccount(cloud).config).send(asked)).PermissionCheckStatus).toBeUndefined();
  });
});

it('a topic whose policy does not let IAM in is told nothing', async () => {
  const partner = await provider(cloud);
  const own = { Effect: 'Allow', Principal: { AWS: partner.id }, Action: 'SNS:Publish', Resource: partner.topicArn };
  const Policy = { TopicArn: partner.topicArn, AttributeName: 'Policy', AttributeValue: policy(own) };
  await new SNSClient(partner.config).send(new SetTopicAttributesCommand(Policy));
  await associate(newAccount(cloud).config, await partner.request());
  expect(await partner.received()).toEqual([]);
});
