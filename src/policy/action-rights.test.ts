import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionRights } from './action-rights';
import { compilePolicy } from './compile';
import type { PolicyKind } from './document';
import { evaluate } from './evaluate';
import type { AttachedPolicy, Caller, Policies } from './request';

const account = '111122223333';
const organization = { id: 'o-1', path: 'o-1/r-1/', isManagement: false };
const ann: Caller = { type: 'user', arn: `arn:aws:iam::${account}:user/ann`, account, id: 'AIDA', userName: 'ann' };
const role: Caller = {
  type: 'role-session',
  arn: `arn:aws:sts::${account}:assumed-role/r/s`,
  account,
  id: 'AROA:s',
  entityArn: `arn:aws:iam::${account}:role/r`,
};
const callers: readonly Caller[] = [
  ann,
  { ...ann, organization },
  { ...ann, organization: { ...organization, isManagement: true } },
  role,
  { ...role, organization, entityArn: `arn:aws:iam::${account}:role/aws-service-role/x.amazonaws.com/r` },
  { type: 'federated-user', arn: `arn:aws:sts::${account}:federated-user/f`, account, id: `${account}:f`, entityArn: ann.arn },
  { type: 'root', arn: `arn:aws:iam::${account}:root`, account, id: account, organization },
  { type: 'anonymous', arn: '*', account: '', id: 'anonymous' },
];

const arns = ['*', 'arn:aws:s3:::a', 'arn:aws:s3:::a/b', 'arn:aws:s3:::a/b/c:d', `arn:aws:sqs:us-east-1:${account}:a`];
const patterns = [...arns, '*', 'arn:aws:s3:::a/*', 'arn:aws:s3:::a/?', 'arn:aws:s3:::*/c:d', `arn:aws:sqs:*:${account}:*`, 'arn:aws:s3'];
const actions = ['s3:GetObject', 's3:PutObject', 'sqs:SendMessage'];
const names = [...actions, '*', 's3:*', 's3:Get*', 'S3:getobject', 'sqs:*'];

const some = (texts: readonly string[]) => fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: 2 });
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    action: fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
    actions: some(names),
    resource: fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
    resources: some(patterns),
  })
  .map(({ Effect, action, actions: asked, resource, resources }) => ({ Effect, [action]: asked, [resource]: resources }));
const attached = (kind: PolicyKind): fc.Arbitrary<AttachedPolicy> =>
  fc
    .array(statement, { minLength: 1, maxLength: 3 })
    .map((list) => ({ policy: compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: list }), kind) }));
const several = (kind: PolicyKind) => fc.array(attached(kind), { minLength: 1, maxLength: 2 });
const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });

const policies = fc.record({
  identity: several('managed'),
  boundary: seldom(attached('managed')),
  session: seldom(several('session')),
  delegated: seldom(several('session')),
  scps: seldom(fc.array(several('scp'), { minLength: 1, maxLength: 2 })),
});

function given(all: Readonly<Record<string, unknown>>): Policies {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Policies;
}

describe('rights to an action', () => {
  it('allow what evaluation allows, by the very same statement, and nothing else', () => {
    let allowed = 0;
    fc.assert(
      fc.property(fc.constantFrom(...callers), policies, fc.constantFrom(...actions), (caller, all, action) => {
        const rights = actionRights(caller, given(all), action);
        for (const arn of arns) {
          const decision = evaluate({ caller, action, resource: { arn, account: caller.account }, policies: given(all) });
          if (decision.effect === 'allow') allowed++;
          const found = rights?.allowed(arn);
          expect(found).toEqual(decision.effect === 'allow' ? decision : undefined);
          if (found) expect(found.policy === decision.policy && found.statement === decision.statement).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
    // Else it would hold for rights that allow nothing.
    expect(allowed).toBeGreaterThan(1_000);
  });

  it.each([
    ['a condition', { Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['a variable', { Resource: `arn:aws:s3:::a/\${aws:username}` }],
  ])('cannot be told where there is %s', (_what, more) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', ...more } });
    expect(actionRights(ann, { identity: [{ policy: compilePolicy(text, 'managed') }] }, 's3:GetObject')).toBeUndefined();
  });
});
