/** Whatever the policies: enforcement lets through what the engine allows, and nothing that it denies. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '../../src/kernel/principal';
import { type AttachedPolicy, type Caller, callerOf, compilePolicy, evaluate, type Policies, type PolicyKind } from '../../src/policy';
import { anonymous } from '../../src/security/principal';
import { accountA, accountB, foreignQueue, type MadeWorld, madeWorld, queue, requestFacts, root, sessionOf, userOf } from './made-world';

let made: MadeWorld;
beforeAll(async () => {
  made = await madeWorld();
});
afterAll(() => made.world.close());

const actions = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteQueue'] as const;
const resources = [queue, foreignQueue] as const;
const principals: readonly Principal[] = [
  root(),
  root(accountB),
  userOf('ann'),
  userOf('ben', accountB),
  sessionOf('role'),
  sessionOf('role', { account: accountB, accessKeyId: 'ASIAB', tags: { team: 'blue' } }),
  anonymous,
];

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Action: fc.constantFrom<string | string[]>('*', 'sqs:*', 'sqs:Send*', ['sqs:ReceiveMessage', 'sqs:DeleteQueue']),
  Resource: fc.constantFrom('*', queue, foreignQueue, `arn:aws:sqs:*:${accountA}:*`),
  Condition: fc.constantFrom(
    {},
    {},
    { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
    { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
    { StringNotEquals: { 'aws:ResourceAccount': accountA } },
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
  ),
});
const principal = fc.constantFrom(
  '*',
  { AWS: accountA },
  { AWS: accountB },
  { AWS: userOf('ann').arn },
  { AWS: sessionOf('role').roleArn },
);
const text = (statements: fc.Arbitrary<object>) =>
  fc.array(statements, { minLength: 1, maxLength: 3 }).map((list) => JSON.stringify({ Version: '2012-10-17', Statement: list }));
const own = text(statement);
const shared = text(fc.tuple(statement, principal).map(([rest, Principal]) => ({ ...rest, Principal })));
const tags = fc.constantFrom({}, { team: 'blue' });

const cases = fc.record({
  caller: fc.constantFrom(...principals),
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
  identity: fc.array(own, { maxLength: 2 }),
  boundary: fc.option(own, { nil: undefined, freq: 2 }),
  session: fc.option(own, { nil: undefined, freq: 2 }),
  policy: fc.option(shared, { nil: undefined }),
  scps: fc.option(fc.array(own, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
  identityTags: tags,
  resourceTags: tags,
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const attached =
  (kind: PolicyKind) =>
  (document: string): AttachedPolicy => ({ policy: compilePolicy(document, kind) });

/** The engine's answer, asked by hand. */
function allowed(asked: Case): boolean {
  const { caller: by, action, resource, identity, boundary, session, policy, scps, identityTags, resourceTags } = asked;
  const hasIdentity = by.type === 'user' || by.type === 'session';
  const organization = { id: 'o-1', path: 'o-1/', isManagement: false };
  const inOrganization = scps !== undefined && by.type !== 'anonymous';
  const caller: Caller = callerOf(by, { ...(hasIdentity && { tags: identityTags }), ...(inOrganization && { organization }) });
  const policies: Policies = {
    identity: hasIdentity ? identity.map(attached('inline')) : [],
    ...(hasIdentity && boundary !== undefined && { boundary: attached('managed')(boundary) }),
    ...(by.type === 'session' && session !== undefined && { session: [attached('session')(session)] }),
    ...(policy !== undefined && { resource: attached('resource')(policy) }),
    ...(inOrganization && { scps: [scps.map(attached('scp'))] }),
  };
  const account = resource.split(':')[4] as string;
  return evaluate({ caller, action, resource: { arn: resource, account, tags: resourceTags }, policies }).effect === 'allow';
}

async function enforced(asked: Case): Promise<boolean> {
  const { caller, action, resource, identity, boundary, session, policy, scps, identityTags, resourceTags } = asked;
  const { facts } = made;
  facts.identities.clear();
  facts.accounts.clear();
  facts.resources.clear();
  const holder = caller.type === 'session' ? (caller.roleArn as string) : caller.arn;
  facts.identities.set(holder, {
    tags: identityTags,
    policies: identity.map((document, i) => ({ text: document, name: String(i) })),
    ...(boundary !== undefined && { boundary: { text: boundary, arn: 'arn:aws:iam::aws:policy/Boundary' } }),
  });
  if (scps) {
    const organization = { id: 'o-1', path: 'o-1/', isManagement: false };
    for (const account of [accountA, accountB])
      facts.accounts.set(account, { organization, scps: [scps.map((document) => ({ text: document }))] });
  }
  facts.resources.set(resource, { tags: () => resourceTags, ...(policy !== undefined && { policy: { text: policy } }) });
  await made.changed();
  const withSession = caller.type === 'session' && session !== undefined ? { ...caller, policies: [session] } : caller;
  made.gate.decisions.forget();
  const isAllowed = (await made.ask(withSession, action, resource)) === undefined;
  // What is remembered of it says the same, and why.
  for (const { request, decision } of made.gate.decisions.byRequest(requestFacts.id)) expect(evaluate(request)).toEqual(decision);
  return isAllowed;
}

it('agrees with the engine', async () => {
  let some = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (asked) => {
      const expected = allowed(asked);
      if (expected) some++;
      expect(await enforced(asked)).toBe(expected);
    }),
    { numRuns: 400 },
  );
  // Else it would hold for a stage that denies everything.
  expect(some).toBeGreaterThan(20);
});
