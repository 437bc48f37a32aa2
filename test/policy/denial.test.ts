import { describe, expect, it } from 'vitest';
import { type AccessRequest, callerOf, denialMessage, evaluate, explain } from '../../src/policy';
import { account, alice, allow, anonymous, type Case, deny, object, other, requestOf, role, session, stranger } from './matrix/row';

const messageOf = (request: AccessRequest, style = {}) => denialMessage(request, evaluate(request), style);
const get = allow('s3:GetObject');
const put = allow('s3:PutObject');
const no = deny('s3:*');
const everybody = allow('s3:*', { Principal: '*' });
const prefix = `User: ${alice.arn} is not authorized to perform: s3:GetObject on resource: ${object}`;

describe('AccessDenied says which kind of policy denied', () => {
  it.each<[string, Case, string]>([
    ['no identity policy', {}, 'because no identity-based policy allows the s3:GetObject action'],
    ['no boundary', { identity: get, boundary: put }, 'because no permissions boundary allows the s3:GetObject action'],
    ['no session policy', { identity: get, session: put }, 'because no session policy allows the s3:GetObject action'],
    ['no SCP', { identity: get, scps: [[put]] }, 'because no service control policy allows the s3:GetObject action'],
    [
      'no endpoint policy',
      { identity: get, endpoint: { ...put, Principal: '*' } },
      'because no VPC endpoint policy allows the s3:GetObject action',
    ],
    ['no resource policy', { identity: get, first: true }, 'because no resource-based policy allows the s3:GetObject action'],
    ['an identity policy', { identity: [get, no] }, 'with an explicit deny in an identity-based policy'],
    ['a boundary', { identity: get, boundary: no }, 'with an explicit deny in a permissions boundary'],
    ['a session policy', { identity: get, session: no }, 'with an explicit deny in a session policy'],
    ['an SCP', { identity: get, scps: [[no]] }, 'with an explicit deny in a service control policy'],
    ['an RCP', { identity: get, rcps: [[{ ...no, Principal: '*' }]] }, 'with an explicit deny in a resource control policy'],
    [
      'an endpoint policy',
      { identity: get, endpoint: [everybody, { ...no, Principal: '*' }] },
      'with an explicit deny in a VPC endpoint policy',
    ],
    ['a resource policy', { identity: get, resource: { ...no, Principal: '*' } }, 'with an explicit deny in a resource-based policy'],
  ])('%s', (_, it, reason) => {
    expect(messageOf(requestOf(it))).toBe(`${prefix} ${reason}`);
  });

  it('names the role trust policy', () => {
    const assume: Case = { action: 'sts:AssumeRole', on: role, first: true, identity: allow('*') };
    const trust = (effect: typeof allow) => effect('sts:AssumeRole', { Principal: { AWS: effect === allow ? other : account } });
    const start = `User: ${alice.arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`;
    expect(messageOf(requestOf({ ...assume, trust: trust(allow) }))).toBe(
      `${start} because no role trust policy allows the sts:AssumeRole action`,
    );
    expect(messageOf(requestOf({ ...assume, trust: trust(deny) }))).toBe(`${start} with an explicit deny in the role trust policy`);
  });

  it('leaves out a resource that is none', () => {
    expect(messageOf(requestOf({ action: 'sqs:ListQueues', on: '*' }))).toBe(
      `User: ${alice.arn} is not authorized to perform: sqs:ListQueues because no identity-based policy allows the sqs:ListQueues action`,
    );
  });

  it('names nobody where there is nobody', () => {
    expect(messageOf(requestOf({ caller: anonymous }))).toBe(
      `User: anonymous is not authorized to perform: s3:GetObject on resource: ${object} because no resource-based policy allows the s3:GetObject action`,
    );
    const web = { type: 'identity' as const, account, arn: 'accounts.google.com:1', id: '1', federatedProvider: 'accounts.google.com' };
    expect(messageOf(requestOf({ caller: web, action: 'sts:AssumeRoleWithWebIdentity', on: role, first: true }))).toBe(
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
  });

  it('puts the resource between quotes for S3', () => {
    expect(messageOf(requestOf({}), { quotesResource: true })).toContain(`on resource: "${object}" because`);
  });
});

describe('the ARN of the policy that denied', () => {
  const arn = 'arn:aws:organizations::999988887777:policy/o-aaaaaaaaaa/service_control_policy/p-1';
  const withArn = (request: AccessRequest): AccessRequest => {
    const scps = request.policies.scps?.map((level) => level.map((one) => ({ ...one, arn })));
    return { ...request, policies: { ...request.policies, ...(scps && { scps }) } };
  };
  const organization = { id: 'o-aaaaaaaaaa', path: 'o-aaaaaaaaaa/r-root/', isManagement: false };

  it('is told within the account', () => {
    expect(messageOf(withArn(requestOf({ identity: get, scps: [[no]] })))).toBe(
      `${prefix} with an explicit deny in a service control policy: ${arn}`,
    );
  });

  it('is told within the organization', () => {
    const request = withArn(requestOf({ caller: { ...stranger, organization }, identity: get, scps: [[no]] }));
    expect(messageOf({ ...request, resource: { ...request.resource, organization } })).toMatch(new RegExp(`policy: ${arn}$`));
  });

  it('is not told to strangers', () => {
    expect(messageOf(withArn(requestOf({ caller: stranger, identity: get, scps: [[no]] })))).toMatch(/in a service control policy$/);
  });
});

describe('explanations', () => {
  it('say of each statement what did not fit', () => {
    const { statements, summary } = explain(
      requestOf({
        identity: [
          { ...allow('s3:Put*'), Sid: 'writes' },
          allow('s3:GetObject', 'arn:aws:s3:::other/*'),
          allow('s3:GetObject', {
            Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' }, Bool: { 'aws:SecureTransport': 'true' } },
          }),
          allow('', { NotAction: 's3:*' }),
        ],
        resource: allow('s3:GetObject', { Principal: { AWS: stranger.arn } }),
        call: { region: 'us-east-1', secure: true },
      }),
    );
    expect(summary).toBe('Denied: no identity-based policy allows s3:GetObject.');
    expect(statements.map(({ layer, index, reasons }) => [layer, index, ...reasons])).toEqual([
      ['resource', 0, `principal ${alice.arn} is not named by Principal`],
      ['identity', 0, 'action s3:GetObject is not among s3:Put*'],
      ['identity', 1, `resource ${object} is not among arn:aws:s3:::other/*`],
      ['identity', 2, 'condition StringEquals aws:RequestedRegion eu-west-1: the request has us-east-1'],
      ['identity', 3, 'action s3:GetObject is among the excepted s3:*'],
    ]);
    expect(statements[1]).toMatchObject({ sid: 'writes', policy: 'inline', effect: 'Allow', matched: false, decisive: false });
  });

  it('mark the statement that decided', () => {
    const { statements, summary } = explain(
      requestOf({ identity: [allow('s3:*'), { ...no, Sid: 'never' }], scps: [[allow('*')], [allow('*')]] }),
    );
    expect(summary).toBe('Denied by the identity-based policy inline, statement never.');
    expect(statements.map(({ layer, level, decisive, matched }) => [layer, level, matched, decisive])).toEqual([
      ['scp', 0, true, false],
      ['scp', 1, true, false],
      ['identity', undefined, true, false],
      ['identity', undefined, true, true],
    ]);
  });

  it('say when a grant leaves the decision to others', () => {
    const named = (who: string) =>
      explain(requestOf({ caller: session, session: put, resource: allow('s3:*', { Principal: { AWS: who } }) })).statements[0];
    expect(named(account)).toMatchObject({
      principal: 'account',
      reasons: [expect.stringContaining('whose own policies must allow it too')],
    });
    expect(named(role)).toMatchObject({ principal: 'entity', reasons: [expect.stringContaining('session policies still limit it')] });
  });

  it('say that the request lacks a key', () => {
    const { statements } = explain(
      requestOf({ identity: allow('s3:*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': ['a', 'b'] } } }) }),
    );
    expect(statements[0]?.reasons).toEqual(['condition StringEquals aws:PrincipalTag/team a, b: the request has no such key']);
  });
});

describe('callers', () => {
  it('are made of the principals of requests', () => {
    const base = { account, id: 'AROAX:s', accessKeyId: 'ASIA', sessionName: 's', expiresAt: 0 };
    expect(
      callerOf({ type: 'session', ...base, arn: session.arn, roleArn: role, tags: { a: '2' } }, { tags: { a: '1', b: '1' } }),
    ).toMatchObject({
      type: 'role-session',
      entityArn: role,
      tags: { a: '2', b: '1' },
    });
    expect(callerOf({ type: 'session', ...base, arn: `arn:aws:sts::${account}:federated-user/bob` }).type).toBe('federated-user');
    expect(callerOf({ type: 'user', account, arn: alice.arn, id: 'AIDA', userName: 'alice', accessKeyId: 'AKIA' })).toMatchObject({
      type: 'user',
      userName: 'alice',
    });
    expect(callerOf({ type: 'service', account, arn: 'x', id: 'x', service: 'sns.amazonaws.com' })).toMatchObject({
      service: 'sns.amazonaws.com',
    });
    expect(callerOf({ type: 'anonymous', account, arn: '*', id: 'anonymous' }).type).toBe('anonymous');
  });
});
