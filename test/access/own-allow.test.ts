/** What is remembered of calls that the caller's own policies allow: as much as of any other, though it is made when asked for. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { explainEntry } from '../../src/security/access/explain';
import { accountB, allow, at, deny, type MadeWorld, madeWorld, queue, requestFacts, root, statements, userOf } from './made-world';

let made: MadeWorld;
beforeEach(async () => {
  made = await madeWorld();
});
afterEach(() => made.world.close());

const ann = userOf('ann');
const send = 'sqs:SendMessage';

function explained(requestId: string) {
  return made.gate.decisions.byRequest(requestId).map(explainEntry);
}

it('explanations tell the call, the conditions that it states, and the statement', async () => {
  const session = { issuedAt: now(), mfaAt: now() };
  const policy = { ...statements(allow('sqs:Get*'), allow(send, queue)), arn: 'arn:aws:iam::aws:policy/Own' };
  made.facts.identities.set(ann.arn, { tags: { team: 'blue' }, policies: [policy] });
  await made.world.advance(5_000);
  const request = { id: 'own-1', sourceIp: '203.0.113.7', userAgent: 'aws-cli', secure: true, headers: { referer: 'https://x/' } };
  expect(await made.ask({ ...ann, session }, send, queue, { request, conditions: { 'sqs:Colour': 'red' } })).toBeUndefined();
  expect(await made.ask(ann, send, queue, { request: { id: 'own-2', userAgent: 'boto3' } })).toBeUndefined();
  const [first, second] = [explained('own-1'), explained('own-2')];
  expect(first).toMatchObject([
    {
      principal: ann.arn,
      action: send,
      resource: queue,
      effect: 'allow',
      context: {
        'aws:SourceIp': '203.0.113.7',
        'aws:UserAgent': 'aws-cli',
        'aws:Referer': 'https://x/',
        'aws:SecureTransport': 'true',
        'aws:RequestedRegion': at.region,
        'aws:MultiFactorAuthAge': '5',
        'aws:PrincipalTag/team': 'blue',
        'sqs:Colour': 'red',
      },
      suggestions: [],
      request: { id: 'own-1', mode: 'enforce', service: 'sqs', region: at.region, passed: true },
    },
  ]);
  const decisive = first[0]?.layers.flatMap(({ policies }) => policies.flatMap((each) => each.statements.filter((one) => one.decisive)));
  expect(decisive).toMatchObject([{ number: 2, matched: true }]);
  expect(second).toMatchObject([{ context: { 'aws:SourceIp': requestFacts.sourceIp, 'aws:UserAgent': 'boto3' } }]);
});

it('uses, denials and explanations are those of the calls, in the order in which they came', async () => {
  made.gate.setMode({ access: 'audit' });
  made.facts.identities.set(ann.arn, { tags: {}, policies: [statements(allow(send, queue), deny('sqs:Purge*'))] });
  await made.ask(ann, send, queue, { request: { id: 'one' } });
  await made.ask(ann, 'sqs:PurgeQueue', queue, { request: { id: 'two' } });
  await made.ask(ann, send, queue, { request: { id: 'three' } });
  await made.ask(root(accountB), send, `${queue}2`.replace(ann.account, accountB), { request: { id: 'four' } });
  expect(['one', 'two', 'three', 'four'].map((id) => explained(id).map(({ effect }) => effect))).toEqual([
    ['allow'],
    ['explicitDeny'],
    ['allow'],
    ['allow'],
  ]);
  expect(made.gate.decisions.usedBy(ann.arn).map(({ action }) => action)).toEqual([send, 'sqs:PurgeQueue']);
  made.gate.decisions.forget(ann.account);
  expect(made.gate.decisions.usedBy(ann.arn)).toEqual([]);
  expect(['one', 'two', 'four'].map((id) => explained(id).length)).toEqual([0, 0, 1]);
  expect(made.gate.decisions.usedBy(root(accountB).arn)).toMatchObject([{ action: send }]);
});

it('policies of the resource are asked as soon as there is one', async () => {
  made.facts.identities.set(ann.arn, { tags: {}, policies: [statements(allow(send))] });
  expect(await made.ask(ann, send)).toBeUndefined();
  made.facts.resources.set(queue, { policy: statements(deny(send, '*', { Principal: '*' })) });
  expect(await made.ask(ann, send)).toMatchObject({ message: expect.stringContaining('explicit deny in a resource-based policy') });
  made.facts.resources.set(queue, { policyFirst: true });
  expect(await made.ask(ann, send)).toMatchObject({ message: expect.stringContaining('because no resource-based policy allows') });
  made.facts.resources.set(queue, { account: accountB });
  expect(await made.ask(ann, send)).toMatchObject({ message: expect.stringContaining('because no resource-based policy allows') });
});

function now(): number {
  return made.world.clock.now();
}
