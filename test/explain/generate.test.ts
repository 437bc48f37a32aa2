import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy, evaluate, maxPolicyChars, policyProblem } from '../../src/policy';
import { type DecisionEntry, Decisions } from '../../src/security/access/decisions';
import { generatedChars, generatePolicy, type UsedAction } from '../../src/security/access/generate';
import { alice, requestOf } from '../policy/matrix/row';

const bucket = 'arn:aws:s3:::photos';
const queue = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;
const on = (action: string, ...resources: string[]): UsedAction[] => resources.map((resource) => ({ action, resource }));
const range = (n: number) => [...Array(n).keys()];
const statement = (Action: string | string[], Resource: string | string[]) => ({ Effect: 'Allow', Action, Resource });

describe('the policy of what was done', () => {
  it.each<[string, UsedAction[], object[]]>([
    ['one call', on('sqs:SendMessage', queue('jobs')), [statement('sqs:SendMessage', queue('jobs'))]],
    [
      'several actions of one resource',
      [...on('sqs:SendMessage', queue('jobs')), ...on('sqs:ReceiveMessage', queue('jobs'))],
      [statement(['sqs:ReceiveMessage', 'sqs:SendMessage'], queue('jobs'))],
    ],
    [
      'the same actions of several resources',
      [...on('sqs:SendMessage', queue('b'), queue('a')), ...on('sqs:ReceiveMessage', queue('a'), queue('b'))],
      [statement(['sqs:ReceiveMessage', 'sqs:SendMessage'], [queue('a'), queue('b')])],
    ],
    [
      'actions without resources, apart by service',
      [...on('sqs:ListQueues', '*'), ...on('s3:ListAllMyBuckets', '*'), ...on('sns:ListTopics', '*')],
      [statement('s3:ListAllMyBuckets', '*'), statement('sns:ListTopics', '*'), statement('sqs:ListQueues', '*')],
    ],
    ['an action about all of a kind', on('sqs:ListQueues', queue('')), [statement('sqs:ListQueues', queue('*'))]],
    ['the folder itself', on('s3:PutObject', `${bucket}/a/`), [statement('s3:PutObject', `${bucket}/a/`)]],
    ['one object', on('s3:GetObject', `${bucket}/a/b.jpg`), [statement('s3:GetObject', `${bucket}/a/b.jpg`)]],
    ['objects of one folder', on('s3:GetObject', `${bucket}/a/b.jpg`, `${bucket}/a/c.jpg`), [statement('s3:GetObject', `${bucket}/a/*`)]],
    [
      'objects of two folders, and one alone',
      on('s3:GetObject', `${bucket}/a/1`, `${bucket}/a/2`, `${bucket}/b/c/1`, `${bucket}/b/c/2`, `${bucket}/x`),
      [statement('s3:GetObject', [`${bucket}/a/*`, `${bucket}/b/c/*`, `${bucket}/x`])],
    ],
    ['objects of the top', on('s3:PutObject', `${bucket}/1`, `${bucket}/2`), [statement('s3:PutObject', `${bucket}/*`)]],
    [
      'objects of many folders become the folder above',
      on('s3:PutObject', ...range(8).map((n) => `${bucket}/logs/${n}/today.txt`)),
      [statement('s3:PutObject', `${bucket}/logs/*`)],
    ],
    [
      'two buckets stay two',
      on('s3:GetObject', `${bucket}/a/1`, `${bucket}/a/2`, 'arn:aws:s3:::other/a/1'),
      [statement('s3:GetObject', ['arn:aws:s3:::other/a/1', `${bucket}/a/*`])],
    ],
    [
      'few queues',
      on('sqs:SendMessage', ...range(3).map((n) => queue(`jobs-${n}`))),
      [
        statement(
          'sqs:SendMessage',
          range(3).map((n) => queue(`jobs-${n}`)),
        ),
      ],
    ],
    [
      'many queues that begin alike',
      on('sqs:SendMessage', queue('other'), ...range(30).map((n) => queue(`jobs-eu-${n}`))),
      [statement('sqs:SendMessage', [queue('jobs-eu-*'), queue('other')])],
    ],
    [
      'many queues with nothing in common',
      on('sqs:SendMessage', ...range(30).map((n) => queue(`${n}queue`))),
      [statement('sqs:SendMessage', queue('*'))],
    ],
    [
      'more than is kept one by one',
      [...on('s3:GetObject', `${bucket}/a/1`), { action: 's3:GetObject', resource: `${bucket}/logs/2026-`, isPrefix: true }],
      [statement('s3:GetObject', [`${bucket}/a/1`, `${bucket}/logs/*`])],
    ],
    [
      'more regions than are kept',
      [{ action: 'sqs:SendMessage', resource: 'arn:aws:sqs:us-', isPrefix: true }],
      [statement('sqs:SendMessage', 'arn:aws:sqs:us-*')],
    ],
    [
      'keys with wildcards in them',
      on('s3:GetObject', `${bucket}/what?/a*b\${c}`),
      [statement('s3:GetObject', `${bucket}/what\${?}/a\${*}b\${$}{c}`)],
    ],
  ])('%s', (_, uses, Statement) => {
    expect(generatePolicy(uses)).toEqual({ Version: '2012-10-17', Statement });
    expect(policyProblem(JSON.stringify(generatePolicy(uses)), 'managed')).toBeUndefined();
  });

  it('names every resource when it shall be exact', () => {
    const objects = range(30).map((n) => `${bucket}/a/${n + 10}`);
    expect(generatePolicy(on('s3:GetObject', ...objects), { exact: true })?.Statement).toEqual([statement('s3:GetObject', objects)]);
  });

  it('is nothing when nothing was done', () => {
    expect(generatePolicy([])).toBeUndefined();
  });

  it('collapses more where IAM would not take it otherwise', () => {
    const uses = range(60).flatMap((n) =>
      on(`s3:Action${n}`, ...range(4).map((m) => `arn:aws:s3:::some-bucket-${n}/folder-${m}/${n}-${m}`)),
    );
    expect(generatedChars(generatePolicy(uses, { exact: true })!)).toBeGreaterThan(maxPolicyChars.managed);
    expect(generatedChars(generatePolicy(uses)!)).toBeLessThanOrEqual(maxPolicyChars.managed);
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9._-]{0,12}$/);
const key = fc.array(fc.oneof(name, fc.constantFrom('*', '?', `\${aws:username}`, '$', 'ü', ' ', `\${`, `$\${`)), {
  minLength: 1,
  maxLength: 4,
});
const used: fc.Arbitrary<UsedAction> = fc.oneof(
  fc.record({ action: fc.constantFrom('s3:GetObject', 's3:PutObject'), resource: key.map((parts) => `${bucket}/${parts.join('/')}`) }),
  fc.record({ action: fc.constantFrom('sqs:SendMessage', 'sqs:ReceiveMessage'), resource: name.map(queue) }),
  fc.record({
    action: fc.constantFrom('iam:GetRole', 'iam:PassRole'),
    resource: fc.array(name, { minLength: 1, maxLength: 3 }).map((path) => `arn:aws:iam::111122223333:role/${path.join('/')}`),
  }),
  fc.record({
    action: fc.constantFrom('dynamodb:Query'),
    resource: name.map((table) => `arn:aws:dynamodb:us-east-1:111122223333:table/${table}/index/x`),
  }),
  fc.record({ action: fc.constantFrom('sns:ListTopics', 's3:ListAllMyBuckets'), resource: fc.constant('*') }),
);

describe('whatever was done', () => {
  it.each([false, true])('IAM takes the policy, and it allows the same again (exact: %s)', (exact) => {
    fc.assert(
      fc.property(fc.array(used, { minLength: 1, maxLength: 40 }), (uses) => {
        const text = JSON.stringify(generatePolicy(uses, { exact }));
        expect(policyProblem(text, 'managed')).toBeUndefined();
        const policies = { identity: [{ policy: compilePolicy(text, 'managed') }] };
        for (const { action, resource } of uses)
          expect(evaluate({ ...requestOf({ action, on: resource }), policies }).effect).toBe('allow');
      }),
    );
  });

  it('an exact policy allows nothing else', () => {
    fc.assert(
      fc.property(fc.array(used, { minLength: 1, maxLength: 10 }), used, (uses, other) => {
        fc.pre(!uses.some(({ action, resource }) => action === other.action && (resource === other.resource || resource === '*')));
        const policies = { identity: [{ policy: compilePolicy(JSON.stringify(generatePolicy(uses, { exact: true })), 'managed') }] };
        expect(evaluate({ ...requestOf({ action: other.action, on: other.resource }), policies }).effect).toBe('implicitDeny');
      }),
    );
  });
});

describe('what is remembered of uses', () => {
  const entry = (action: string, resource: string, at: number): DecisionEntry => ({
    requestId: 'id',
    at,
    mode: 'audit',
    service: 's3',
    principal: { type: 'user', account: alice.account, arn: alice.arn, id: alice.id, userName: 'alice', accessKeyId: 'AKIA' },
    place: { partition: 'aws', account: alice.account, region: 'us-east-1' },
    action,
    resource,
    request: requestOf({ action, on: resource }),
    decision: { effect: 'allow', layer: 'identity' },
    allowed: true,
    byGrant: false,
    message: undefined,
    missingStatement: undefined,
  });

  it('is bounded, and covers everything', () => {
    const decisions = new Decisions();
    for (const n of range(2_000)) decisions.record(entry('s3:GetObject', `${bucket}/logs/${n}`, n));
    const uses = decisions.usedBy(alice.arn);
    expect(uses).toHaveLength(101);
    expect(uses.at(-1)).toEqual({ action: 's3:GetObject', resource: `${bucket}/logs/`, lastUsedAt: 1_999, isPrefix: true });
    expect(generatePolicy(uses)?.Statement).toEqual([statement('s3:GetObject', `${bucket}/logs/*`)]);
  });

  it('counts uses for all resources that begin alike, once they are too many', () => {
    const decisions = new Decisions();
    for (const n of range(102)) decisions.record(entry('s3:GetObject', `${bucket}/logs/${n}`, n));
    decisions.record(entry('s3:GetObject', `${bucket}/logs/10`, 500));
    decisions.record(entry('s3:GetObject', `${bucket}/other`, 600));
    const uses = decisions.usedBy(alice.arn);
    expect(uses.find(({ resource }) => resource === `${bucket}/logs/10`)?.lastUsedAt).toBe(10);
    expect(uses.at(-1)).toEqual({ action: 's3:GetObject', resource: `${bucket}/`, lastUsedAt: 600, isPrefix: true });
    const recent = uses.filter(({ lastUsedAt }) => lastUsedAt >= 500);
    expect(generatePolicy(recent)?.Statement).toEqual([statement('s3:GetObject', `${bucket}/*`)]);
  });

  it('has the latest denials, and finds those of a request at once', () => {
    const decisions = new Decisions();
    const deny = (requestId: string) => decisions.record({ ...entry('s3:GetObject', `${bucket}/x`, 1), requestId, allowed: false });
    deny('first');
    deny('first');
    for (const n of range(1_999)) deny(`${n}`);
    expect([decisions.denials().length, decisions.deniedOf('first').length, decisions.deniedOf('7').length]).toEqual([2_000, 1, 1]);
    deny('last');
    expect(decisions.deniedOf('first')).toEqual([]);
    decisions.forget('999999999999');
    expect(decisions.deniedOf('last')).toHaveLength(1);
    decisions.forget();
    expect(decisions.deniedOf('last')).toEqual([]);
  });

  it('is bounded over all principals', () => {
    const decisions = new Decisions();
    const of = (n: number) => ({
      ...entry('s3:GetObject', '', 1),
      principal: { ...entry('', '', 1).principal, arn: `${alice.arn}${n}` } as never,
    });
    for (const n of range(210)) {
      for (const m of range(500)) {
        decisions.record({ ...of(n), action: `s3:Action${m % 5}`, resource: `${bucket}/logs/${m}` });
      }
    }
    expect(decisions.usedBy(`${alice.arn}199`)).toHaveLength(500);
    expect(decisions.usedBy(`${alice.arn}209`)).toEqual(
      range(5).map((m) => ({ action: `s3:Action${m}`, resource: `${bucket}/logs/`, lastUsedAt: 1, isPrefix: true })),
    );
    decisions.forget(alice.account);
    decisions.record(entry('s3:GetObject', `${bucket}/x`, 1));
    expect(decisions.usedBy(alice.arn)).toEqual([{ action: 's3:GetObject', resource: `${bucket}/x`, lastUsedAt: 1 }]);
  });

  it('goes with the account, or with everything', () => {
    const decisions = new Decisions();
    const record = () => {
      decisions.record(entry('s3:GetObject', `${bucket}/x`, 1));
      decisions.record({ ...entry('s3:GetObject', `${bucket}/x`, 1), allowed: false });
    };
    record();
    decisions.forget('999999999999');
    expect([decisions.byRequest('id').length, decisions.denials().length, decisions.usedBy(alice.arn).length]).toEqual([1, 1, 1]);
    for (const account of [alice.account, undefined]) {
      decisions.forget(account);
      expect([decisions.byRequest('id').length, decisions.denials().length, decisions.usedBy(alice.arn).length]).toEqual([0, 0, 0]);
      record();
    }
  });

  it('is what was allowed, or audited, last, whoever comes in between', () => {
    const accounts = [alice.account, '999999999999'];
    const arnOf = (account: string) => `arn:aws:iam::${account}:user/alice`;
    const callers = accounts.map(
      (account) => ({ ...entry('', '', 0).principal, account, arn: arnOf(account) }) as DecisionEntry['principal'],
    );
    const recorded = fc.record({
      caller: fc.constantFrom(...callers),
      action: fc.constantFrom('s3:GetObject', 's3:PutObject'),
      key: fc.integer({ min: 0, max: 40 }),
      allowed: fc.constantFrom(true, true, true, false),
      mode: fc.constantFrom('audit', 'enforce'),
    });
    const step = fc.oneof({ weight: 300, arbitrary: recorded }, { weight: 1, arbitrary: fc.constantFrom(...accounts) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1_000, size: 'max' }), (steps) => {
        const decisions = new Decisions();
        const model = new Map<string, number>();
        const nameOf = (account: string, action: string, resource: string) => [account, action, resource].join(' ');
        for (const [at, what] of steps.entries()) {
          if (typeof what === 'string') {
            decisions.forget(what);
            for (const name of model.keys()) if (name.startsWith(what)) model.delete(name);
            continue;
          }
          const { caller, action, key, allowed, mode } = what;
          const made = entry(action, `${bucket}/${key}`, at);
          decisions.record({ ...made, principal: caller, allowed, mode: mode as DecisionEntry['mode'] });
          if (allowed || mode === 'audit') model.set(nameOf(caller.account, action, made.resource), at);
        }
        const uses = accounts.flatMap((account) =>
          decisions
            .usedBy(arnOf(account))
            .map(({ action, resource, lastUsedAt }) => [nameOf(account, action, resource), lastUsedAt] as const),
        );
        expect(new Map(uses)).toEqual(model);
      }),
      { numRuns: 20 },
    );
  });

  it('has the time of the last use', () => {
    const decisions = new Decisions();
    for (const at of [5, 7, 6]) decisions.record(entry('s3:GetObject', `${bucket}/x`, at));
    expect(decisions.usedBy(alice.arn)).toEqual([{ action: 's3:GetObject', resource: `${bucket}/x`, lastUsedAt: 6 }]);
  });
});
