/** Decisions of the security stage on facts made by hand: who is asked for what, whose mode counts, and what is remembered. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessChanged } from '../../src/kernel/access';
import { AwsError } from '../../src/kernel/errors';
import { anonymous } from '../../src/security/principal';
import {
  accountA,
  accountB,
  allow,
  at,
  deny,
  foreignQueue,
  type MadeWorld,
  madeWorld,
  queue,
  requestFacts,
  root,
  serviceOf,
  sessionOf,
  statements,
  userOf,
} from './made-world';

let made: MadeWorld;
beforeEach(async () => {
  made = await madeWorld();
});
afterEach(() => made.world.close());

const user = userOf('ann');
const send = 'sqs:SendMessage';
const denied = (message: string) => expect.objectContaining({ message: expect.stringContaining(message) });

function identity(arn: string, ...list: readonly object[]): void {
  made.facts.identities.set(arn, { tags: {}, policies: list.length === 0 ? [] : [statements(...list)] });
}

describe('identities', () => {
  it('need a policy, except root', async () => {
    expect(await made.ask(root(), send)).toBeUndefined();
    expect(await made.ask(user, send)).toEqual(
      denied(
        `User: ${user.arn} is not authorized to perform: sqs:SendMessage on resource: ${queue} because no identity-based policy allows the sqs:SendMessage action`,
      ),
    );
    identity(user.arn, allow(send, queue));
    await made.changed();
    expect(await made.ask(user, send)).toBeUndefined();
    expect(await made.ask(user, 'sqs:DeleteMessage')).toEqual(
      denied('because no identity-based policy allows the sqs:DeleteMessage action'),
    );
  });

  it('are limited by a boundary', async () => {
    made.facts.identities.set(user.arn, { tags: {}, policies: [statements(allow('sqs:*'))], boundary: statements(allow('s3:*')) });
    expect(await made.ask(user, send)).toEqual(denied('because no permissions boundary allows'));
  });

  it('are limited by the policies of their session, written or named', async () => {
    const role = sessionOf('role');
    identity(role.roleArn as string, allow('sqs:*'));
    expect(await made.ask(role, send)).toBeUndefined();
    const narrowed = sessionOf('role', { accessKeyId: 'ASIA2', policies: [statements(allow('sqs:Receive*')).text] });
    expect(await made.ask(narrowed, send)).toEqual(denied('because no session policy allows'));
    const named = sessionOf('role', { accessKeyId: 'ASIA3', session: { issuedAt: 0, policyArns: ['arn:aws:iam::aws:policy/Gone'] } });
    expect(await made.ask(named, send)).toEqual(denied('because no session policy allows'));
  });

  it('that are gone may do nothing', async () => {
    expect(await made.ask(sessionOf('gone'), send)).toEqual(denied('because no identity-based policy allows'));
  });

  it('have tags, which their session may override, and facts of their session', async () => {
    const own = { StringEquals: { 'aws:PrincipalTag/team': 'blue', 'aws:PrincipalTag/level': '2', 'aws:SourceIdentity': 'ann' } };
    const role = sessionOf('role', { tags: { level: '2' }, session: { issuedAt: 0, sourceIdentity: 'ann', mfaAt: 0 } });
    made.facts.identities.set(role.roleArn as string, {
      tags: { team: 'blue', level: '1' },
      policies: [statements(allow(send, '*', { Condition: { ...own, Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }))],
    });
    expect(await made.ask(role, send)).toBeUndefined();
    expect(await made.ask(sessionOf('role', { accessKeyId: 'ASIA2' }), send)).toEqual(
      denied('because no identity-based policy allows the sqs:SendMessage action'),
    );
  });

  it('tell how long ago their MFA code was given, at the time of each call', async () => {
    const at = made.world.clock.now();
    const caller = { ...user, session: { issuedAt: at, mfaAt: at } };
    identity(user.arn, allow(send, '*', { Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '60' } } }));
    expect(await made.ask(caller, send)).toBeUndefined();
    await made.world.advance(61_000);
    expect(await made.ask(caller, send)).toEqual(denied('because no identity-based policy allows the sqs:SendMessage action'));
  });
});

describe('resources', () => {
  const share = (...list: readonly object[]) => made.facts.resources.set(foreignQueue, { policy: statements(...list) });
  const named = (principal: object | string, more: object = {}) => allow(send, foreignQueue, { Principal: principal, ...more });

  it('of another account need both sides', async () => {
    expect(await made.ask(root(), send, foreignQueue)).toEqual(denied('because no resource-based policy allows'));
    share(named({ AWS: accountA }));
    expect(await made.ask(root(), send, foreignQueue)).toBeUndefined();
    expect(await made.ask(user, send, foreignQueue)).toEqual(denied('because no identity-based policy allows'));
    identity(user.arn, allow(send));
    await made.changed();
    expect(await made.ask(user, send, foreignQueue)).toBeUndefined();
  });

  it('open to everybody are open to the anonymous', async () => {
    expect(await made.ask(anonymous, send, foreignQueue)).toMatchObject({ name: 'MissingAuthenticationTokenException' });
    share(named('*'));
    expect(await made.ask(anonymous, send, foreignQueue)).toBeUndefined();
  });

  it('have tags and keys that conditions see, which are read when one asks and not after', async () => {
    let reads = 0;
    let alive = true;
    made.facts.resources.set(queue, {
      tags() {
        reads++;
        if (!alive) throw new Error('read too late');
        return { team: 'blue' };
      },
      conditions: () => ({ 'sqs:Colour': 'red' }),
    });
    identity(user.arn, allow('sqs:Receive*'));
    await made.ask(user, 'sqs:ReceiveMessage');
    expect(reads).toBe(0);
    identity(user.arn, allow(send, '*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue', 'sqs:Colour': 'red' } } }));
    await made.changed();
    expect(await made.ask(user, send)).toBeUndefined();
    alive = false;
    for (const { request } of made.gate.decisions.byRequest('6f1c0000-0000-4000-8000-000000000001')) void request.resource.tags;
    expect(reads).toBe(1);
  });

  it('may grant beside their policy to those whom only the resource refuses', async () => {
    made.facts.resources.set('arn:aws:s3:::bucket', { account: accountB, grants: (_principal, action) => action === 's3:ListBucket' });
    expect(await made.ask(root(), 's3:ListBucket', 'arn:aws:s3:::bucket')).toBeUndefined();
    expect(await made.ask(anonymous, 's3:ListBucket', 'arn:aws:s3:::bucket')).toBeUndefined();
    expect(await made.ask(root(), 's3:PutObject', 'arn:aws:s3:::bucket')).toEqual(denied('Access Denied'));
    expect(await made.ask(user, 's3:ListBucket', 'arn:aws:s3:::bucket')).toEqual(denied('Access Denied'));
    made.facts.resources.set('arn:aws:s3:::bucket', {
      account: accountB,
      grants: () => true,
      policy: statements(deny('s3:*', '*', { Principal: '*' })),
    });
    expect(await made.ask(root(), 's3:ListBucket', 'arn:aws:s3:::bucket')).toEqual(denied('Access Denied'));
    // Across accounts the error does not say why.
    const reasons = made.gate.decisions.denials().map(({ decision: { effect, layer } }) => `${effect} by ${layer}`);
    expect(reasons).toEqual(['implicitDeny by resource', 'implicitDeny by identity', 'explicitDeny by resource']);
  });

  it('may answer with an error of their own', async () => {
    const gone = new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
    made.facts.resources.set('arn:aws:s3:::gone', { account: accountB, denial: () => gone });
    expect(await made.ask(root(), 's3:ListBucket', 'arn:aws:s3:::gone')).toBe(gone);
  });

  it('whose policy cannot be read are closed', async () => {
    made.facts.resources.set(queue, { policy: { text: '{"Statement": [' } });
    expect(await made.ask(root(), send)).toEqual(denied('with an explicit deny in a resource-based policy'));
  });
});

describe('an organization', () => {
  const organization = { id: 'o-1', path: 'o-1/r-1/', isManagement: false };
  const full = statements(allow('*'));

  it('binds its members by service control policies, root too', async () => {
    const scp = { ...statements(deny('sqs:*')), arn: 'arn:aws:organizations::1:policy/o-1/service_control_policy/p-1' };
    made.facts.accounts.set(accountA, { organization, scps: [[full], [full, scp]] });
    expect(await made.ask(root(), send)).toEqual(denied(`with an explicit deny in a service control policy: ${scp.arn}`));
    made.facts.accounts.set(accountA, { organization: { ...organization, isManagement: true }, scps: [[full, scp]] });
    await made.changed();
    expect(await made.ask(root(), send)).toBeUndefined();
  });

  it('binds resources by resource control policies, of the services that have them', async () => {
    const rcp = statements({ ...deny('*'), Action: ['sqs:*', 'sns:*'], Principal: '*' });
    made.facts.accounts.set(accountA, { organization, rcps: [[rcp]] });
    expect(await made.ask(root(), send)).toEqual(denied('with an explicit deny in a resource control policy'));
    expect(await made.ask(root(), 'sns:Publish', `arn:aws:sns:us-east-1:${accountA}:topic`)).toBeUndefined();
  });
});

describe('sessions of long-lived keys', () => {
  const session = { issuedAt: 0 };

  it('reach IAM only with MFA, and of STS only AssumeRole', async () => {
    const caller = { ...root(), session } as ReturnType<typeof root>;
    expect(await made.ask(caller, 'iam:ListUsers', '*')).toMatchObject({ name: 'InvalidClientTokenId', status: 403 });
    expect(await made.ask({ ...caller, session: { issuedAt: 0, mfaAt: 0 } } as typeof caller, 'iam:ListUsers', '*')).toBeUndefined();
    expect(await made.ask(caller, 'sts:AssumeRole', `arn:aws:iam::${accountA}:role/x`)).toBeUndefined();
    expect(await made.ask(caller, 'sts:GetFederationToken', '*')).toMatchObject({ name: 'AccessDenied' });
  });

  it('of federated users reach neither', async () => {
    const federated = sessionOf('x', {
      arn: `arn:aws:sts::${accountA}:federated-user/bob`,
      userArn: user.arn,
      policies: [statements(allow('*')).text],
    });
    const { roleArn: _, ...caller } = federated;
    identity(user.arn, allow('*'));
    expect(await made.ask(caller, send)).toBeUndefined();
    expect(await made.ask(caller, 'iam:ListUsers', '*')).toMatchObject({ name: 'InvalidClientTokenId' });
    expect(await made.ask(caller, 'sts:AssumeRole', '*')).toMatchObject({ name: 'AccessDenied' });
  });
});

describe('what needs no permission', () => {
  it('cannot be denied', async () => {
    identity(user.arn, deny('*'));
    expect(await made.ask(user, 'sts:GetCallerIdentity', '*')).toBeUndefined();
    expect(await made.ask(user, 'sts:GetSessionToken', '*')).toBeUndefined();
  });
});

describe('a denial of EC2', () => {
  it('holds what DecodeAuthorizationMessage reads back', async () => {
    const error = (await made.ask(user, 'ec2:RunInstances', '*', { request: { protocol: 'ec2' } })) as Error;
    expect(error).toMatchObject({ name: 'UnauthorizedOperation', status: 403 });
    expect(error.message).toMatch(
      /^You are not authorized to perform this operation\. User: .*:user\/ann is not authorized to perform: ec2:RunInstances because no identity-based policy allows the ec2:RunInstances action\. Encoded authorization failure message: \S+$/,
    );
  });
});

describe('modes', () => {
  it('off asks nobody, audit only notes', async () => {
    made.gate.setMode({ access: 'off' });
    expect(made.gate.isActive).toBe(false);
    expect(await made.ask(user, send)).toBeUndefined();
    expect(made.gate.decisions.denials()).toEqual([]);
    made.gate.setMode({ access: 'audit' });
    expect(await made.ask(user, send)).toBeUndefined();
    expect(made.gate.decisions.denials()).toMatchObject([{ mode: 'audit', allowed: false, request: { action: send } }]);
  });

  it('differ by account; across accounts the stricter one counts', async () => {
    made.gate.setMode({ access: 'off' });
    made.gate.setMode({ account: accountB, access: 'enforce' });
    expect(await made.ask(user, send)).toBeUndefined();
    expect(await made.ask(user, send, foreignQueue)).toEqual(denied('because no identity-based policy allows the sqs:SendMessage action'));
    expect(await made.ask(userOf('ben', accountB), send)).toEqual(
      denied('because no identity-based policy allows the sqs:SendMessage action'),
    );
    expect(await made.ask(anonymous, send)).toBeUndefined();
    expect(await made.ask(anonymous, send, foreignQueue)).toEqual(denied('Missing Authentication Token'));
    made.gate.setMode({ account: accountB, access: undefined });
    expect(made.gate.isActive).toBe(false);
  });
});

describe('what is derived from identities', () => {
  it('is kept until they change', async () => {
    identity(user.arn, allow(send));
    for (let i = 0; i < 5; i++) expect(await made.ask(user, send)).toBeUndefined();
    expect(made.facts.asked).toBe(1);
    identity(user.arn);
    await made.changed();
    expect(await made.ask(user, send)).toEqual(denied('because no identity-based policy allows the sqs:SendMessage action'));
    expect(made.facts.asked).toBe(2);
  });

  it('is not kept while a change is under way', async () => {
    const { world, gate } = made;
    const question = { principal: user, needs: [{ action: send, resource: queue }], place: at, request: requestFacts, service: 'sqs' };
    identity(user.arn, allow('*'));
    await world.transactAt(at, (tx) => {
      accessChanged(tx);
      gate.authorise(tx, question);
      identity(user.arn);
    });
    expect(await made.ask(user, send)).toEqual(denied('because no identity-based policy allows the sqs:SendMessage action'));
  });

  it('is worked out again when the account was reset', async () => {
    identity(user.arn, allow(send));
    await made.changed();
    expect(await made.ask(user, send)).toBeUndefined();
    made.facts.identities.clear();
    await made.world.reset(accountA);
    expect(await made.ask(user, send)).toEqual(denied('because no identity-based policy allows the sqs:SendMessage action'));
  });

  it('is not what a change that failed would have made', async () => {
    identity(user.arn, allow(send));
    expect(await made.ask(user, send)).toBeUndefined();
    const { world, gate } = made;
    const question = { principal: user, needs: [{ action: send, resource: queue }], place: at, request: requestFacts, service: 'sqs' };
    const failing = world.transactAt(at, (tx) => {
      identity(user.arn);
      accessChanged(tx);
      gate.authorise(tx, question);
    });
    await expect(failing).rejects.toThrow('no identity-based policy');
    identity(user.arn, allow(send));
    expect(await made.ask(user, send)).toBeUndefined();
  });

  it('belongs to one session: a key id with another token is another', async () => {
    const role = sessionOf('role');
    identity(role.roleArn as string, allow('sqs:*'));
    expect(await made.ask(role, send)).toBeUndefined();
    expect(await made.ask({ ...role, policies: [statements(deny('*')).text] }, send)).toEqual(
      denied('with an explicit deny in a session policy'),
    );
  });
});

describe('services that deliver', () => {
  const sns = serviceOf('sns.amazonaws.com');
  const source = { arn: `arn:aws:sns:us-east-1:${accountA}:topic`, account: accountA };
  const share = (condition: object) =>
    made.facts.resources.set(queue, {
      policy: statements(allow(send, queue, { Principal: { Service: 'sns.amazonaws.com' }, Condition: condition })),
    });

  it('need the resource policy, and count as calling over TLS from nowhere', async () => {
    expect(await made.ask(sns, send, queue, { source })).toEqual(denied('because no resource-based policy allows'));
    share({ ArnEquals: { 'aws:SourceArn': source.arn }, StringEquals: { 'aws:SourceAccount': accountA } });
    expect(await made.ask(sns, send, queue, { source })).toBeUndefined();
    expect(await made.ask(sns, send, queue, { source: { ...source, arn: `${source.arn}2` } })).toEqual(
      denied('because no resource-based policy allows the sqs:SendMessage action'),
    );
    share({ Bool: { 'aws:SecureTransport': 'true' }, Null: { 'aws:SourceIp': 'true' } });
    expect(await made.ask(sns, send, queue, { source })).toBeUndefined();
  });

  it('are told the statement that is missing, once', async () => {
    for (let i = 0; i < 2; i++) await made.ask(sns, send, queue, { source });
    const [entry] = made.gate.decisions.denials();
    expect(JSON.parse(entry?.missingStatement ?? '')).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: send,
      Resource: queue,
      Condition: { ArnLike: { 'aws:SourceArn': source.arn }, StringEquals: { 'aws:SourceAccount': accountA } },
    });
    expect(made.reports).toHaveLength(1);
    expect(made.reports[0]).toContain(entry?.missingStatement);
  });
});

describe('what is remembered', () => {
  it('tells what a principal made use of, each right once', async () => {
    identity(user.arn, allow(send));
    await made.ask(user, send);
    await made.ask(user, send);
    await made.ask(user, 'sqs:DeleteQueue');
    expect(made.gate.decisions.usedBy(user.arn)).toMatchObject([{ action: send, resource: queue }]);
  });

  it('is found by authorization id', async () => {
    const error = (await made.ask(user, send)) as Error;
    const id = /authorization id: (\w+)$/.exec(error.message)?.[1] ?? '';
    expect(made.gate.decisions.byRequest(id)).toMatchObject([{ allowed: false, principal: user, request: { action: send } }]);
  });
});
