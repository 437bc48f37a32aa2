import { describe, expect, it } from 'vitest';
import { type AccessRequest, evaluate, explain, policyProblem } from '../../src/policy';
import { suggestionsFor, wayTo } from '../../src/security/access/explain-suggestion';
import { actions } from '../policy/matrix/actions';
import { conditions } from '../policy/matrix/conditions';
import { globalKeys } from '../policy/matrix/global-keys';
import { grants } from '../policy/matrix/grants';
import { operators } from '../policy/matrix/operators';
import { organizations } from '../policy/matrix/organizations';
import { principals } from '../policy/matrix/principals';
import { resources } from '../policy/matrix/resources';
import { account, allow, type Case, deny, object, other, requestOf, role, service, session, stranger } from '../policy/matrix/row';

const rows = Object.values({ actions, resources, operators, conditions, principals, grants, organizations, globalKeys }).flat();

describe('for every case of the matrix', () => {
  it.each(rows.map((row) => [row.title, row.request] as const))('%s', (_, request) => {
    const { effect } = evaluate(request);
    const way = wayTo(request);
    expect(way.suggestions.length > 0).toBe(effect !== 'allow');
    expect(evaluate(way.request).effect).toBe('allow');
    for (const { statement } of way.suggestions) {
      if (!statement) continue;
      const kind = statement.Principal === undefined ? 'managed' : statement.Resource === undefined ? 'trust' : 'resource';
      expect(policyProblem(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }), kind)).toBeUndefined();
    }
    expectConsistent(request);
  });
});

it('goes on where no policy could name the resource', () => {
  const way = wayTo(requestOf({ on: 'arn:odd:strange:::*', owner: other, action: 'iam:GetUser' }));
  expect(way.suggestions.map(({ layer }) => layer)).toEqual(['identity', 'resource']);
  expect(evaluate(way.request).effect).toBe('allow');
});

/** The layers say the same as the decision. */
function expectConsistent(request: AccessRequest): void {
  const { decision, layers } = explain(request);
  const effects = layers.map(({ effect }) => effect);
  if (decision.layer !== 'root') expect(layers.filter(({ decisive }) => decisive).map(({ layer }) => layer)).toEqual([decision.layer]);
  expect(effects.includes('explicitDeny')).toBe(decision.effect === 'explicitDeny');
  if (decision.effect === 'implicitDeny') expect(effects).toContain('implicitDeny');
  if (decision.effect === 'allow') expect(effects).not.toContain('implicitDeny');
}

describe('what is suggested', () => {
  const get = allow('s3:GetObject');
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: object };

  it.each<[string, Case, readonly (readonly [RegExp, object?])[]]>([
    ['nothing allows it', {}, [[/^Add this statement to an identity-based policy of user alice:$/, statement]]],
    ['a role lacks it', { caller: session }, [[/^Add this statement to an identity-based policy of role deploy:$/, statement]]],
    [
      'another resource is allowed',
      { identity: allow('s3:GetObject', 'arn:aws:s3:::photos/2025/*') },
      [[/^Add "arn:aws:s3:::photos\/2026\/cat.jpg" to the Resource of statement 1 of the policy inline\.$/, statement]],
    ],
    [
      'another action is allowed there',
      { identity: { ...allow('s3:PutObject', object), Sid: 'Write' } },
      [[/^Add "s3:GetObject" to the Action of statement Write of the policy inline\.$/, statement]],
    ],
    [
      'another action is allowed everywhere',
      { identity: allow('s3:PutObject') },
      [[/^Add this statement to an identity-based policy of user alice:$/, statement]],
    ],
    [
      'it is allowed on a condition',
      { identity: allow('s3:GetObject', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }), call: { secure: false } },
      [
        [
          /^Statement 1 of the policy inline allows it as soon as this holds: condition Bool aws:SecureTransport true: the request has false\.$/,
        ],
      ],
    ],
    [
      'a statement denies it, and nothing allows it',
      { identity: { ...deny('s3:*'), Sid: 'Never' } },
      [
        [/^Remove statement Never from the policy inline, or narrow it: it denies this/],
        [/^Add this statement to an identity-based policy/, statement],
      ],
    ],
    [
      'the account’s SCP does not allow it',
      { identity: get, scps: [[allow('*')], [allow('*')], [allow('sqs:*')]] },
      [[/^Add this statement to an SCP of the account:$/, statement]],
    ],
    [
      'a unit’s SCP does not allow it',
      { identity: get, scps: [[allow('*')], [allow('sqs:*')], [allow('*')]] },
      [[/^Add this statement to an SCP of organizational unit 1:$/, statement]],
    ],
    [
      'the boundary does not allow it',
      { identity: get, boundary: allow('sqs:*') },
      [[/^Add this statement to the permissions boundary managed:$/, statement]],
    ],
    [
      'the session policies do not allow it',
      { caller: session, identity: get, session: allow('sqs:*') },
      [[/^Add this statement to the session policies that the session of role deploy was begun with/, statement]],
    ],
    [
      'neither account allows it',
      { caller: stranger, owner: account },
      [
        [/^Add this statement to an identity-based policy of user eve:$/, statement],
        [/^Add this statement to the resource-based policy of arn:aws:s3:::photos/, { ...statement, Principal: { AWS: stranger.arn } }],
      ],
    ],
    [
      'a service delivers',
      {
        caller: service,
        action: 'sqs:SendMessage',
        on: 'arn:aws:sqs:us-east-1:111122223333:jobs',
        call: { source: { arn: 'arn:aws:sns:us-east-1:444455556666:news', account: other } },
      },
      [
        [
          /^Add this statement to the resource-based policy of arn:aws:sqs:us-east-1:111122223333:jobs:$/,
          {
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: 'arn:aws:sqs:us-east-1:111122223333:jobs',
            Condition: {
              ArnLike: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:444455556666:news' },
              StringEquals: { 'aws:SourceAccount': other },
            },
          },
        ],
      ],
    ],
    [
      'a role trusts others',
      { action: 'sts:AssumeRole', on: role, first: true, trust: allow('sts:AssumeRole', { Principal: { AWS: stranger.arn } }) },
      [
        [
          /^Add this statement to the trust policy of arn:aws:iam::111122223333:role\/team\/deploy:$/,
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:user/alice` }, Action: 'sts:AssumeRole' },
        ],
      ],
    ],
    ['it is allowed', { identity: get }, []],
  ])('%s', (_, it, expected) => {
    const found = suggestionsFor(requestOf(it));
    expect(found.map(({ text }) => text)).toEqual(expected.map(([text]) => expect.stringMatching(text)));
    expect(found.map((each) => each.statement)).toEqual(expected.map(([, each]) => each));
  });
});
