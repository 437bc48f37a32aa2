/** Many operations in no order, by several accounts, on whatever there is: each is answered or refused in words of AWS, and organizations stay whole. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { services } from '../../generated/services';
import { loadModel } from '../../src/api/load';
import type { Operation } from '../../src/api/model';
import { accountRules } from '../../src/kernel/account-rules';
import { Clock } from '../../src/kernel/clock';
import { AwsError } from '../../src/kernel/errors';
import { Registry } from '../../src/kernel/registry';
import { World } from '../../src/kernel/world';
import { requireValidInput, requireValidOutput } from '../../src/protocol/validation';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';
import { randomStructure, seeded } from '../protocol/random-values';

const steps = 6_000;
/** Of one kind: older ids are mostly of what is no more. */
const remembered = 6;
const management = '111111111111';
const callers = [management, '222222222222', '333333333333'];
const random = seeded(11);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const model = loadModel('organizations');
const registry = new Registry(services);
const world = new World({ engine: openMemory(), blobs: openMemoryBlobs(), registry, clock: new Clock(), seed: 'walk', report: () => {} });
beforeAll(() => world.start());
afterAll(() => world.close());

/** How often tag policies were found to bind an account. */
let bound = 0;

/** Ids that answers have named, by their prefix. */
const seen = new Map<string, Set<string>>([['p', new Set(['p-FullAWSAccess', 'p-RCPFullAWSAccess'])]]);
function remember(value: unknown): void {
  if (typeof value === 'string') {
    const kind = /^\d{12}$/.test(value) ? 'account' : /^(r|ou|p|h|car|rt|rp)-[\w-]+$/.exec(value)?.[1];
    if (kind === undefined) return;
    const ids = new Set([...(seen.get(kind) ?? [])].filter((id) => id !== value).slice(1 - remembered));
    seen.set(kind, ids.add(value));
  } else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) remember(one);
}
const one = (...kinds: readonly string[]) =>
  pick(kinds.flatMap((kind) => [...(seen.get(kind) ?? []), ...(kind === 'account' ? callers : [])]));

const documents: Readonly<Record<string, string>> = {
  SERVICE_CONTROL_POLICY: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}',
  RESOURCE_CONTROL_POLICY: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}',
  TAG_POLICY: '{"tags":{"a":{"tag_value":{"@@append":["x"]},"enforced_for":{"@@append":["sqs:queue"]}}}}',
  BACKUP_POLICY: '{"plans":{"p":{"regions":{"@@assign":["us-east-1"]}}}}',
};

const shared = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: callers[1] }, Action: 'organizations:*', Resource: '*' }],
});

/** What members of these names hold; anything else is as random as its shape lets it be. */
const values: Readonly<Record<string, () => unknown>> = {
  AccountId: () => one('account'),
  ChildId: () => one('account', 'ou'),
  TargetId: () => one('account', 'ou', 'r'),
  ParentId: () => one('ou', 'r'),
  SourceParentId: () => one('ou', 'r'),
  DestinationParentId: () => one('ou', 'r'),
  OrganizationalUnitId: () => one('ou'),
  RootId: () => one('r'),
  PolicyId: () => one('p'),
  ResourceId: () => one('account', 'ou', 'r', 'p', 'rp', 'rt'),
  HandshakeId: () => one('h'),
  CreateAccountRequestId: () => one('car'),
  Id: () => one('rt'),
  Target: () => ({ Type: 'ACCOUNT', Id: one('account') }),
  Email: () => `${Math.floor(random() * 1e6)}@example.org`,
  AccountName: () => 'name',
  RoleName: () => undefined,
  Name: () => `name ${Math.floor(random() * 50)}`,
  ServicePrincipal: () => pick(['guardduty.amazonaws.com', 'account.amazonaws.com']),
  Tags: () => (random() < 0.3 ? [{ Key: 'k', Value: 'v' }] : undefined),
  TagKeys: () => ['k'],
  NextToken: () => undefined,
  StartTimestamp: () => Date.UTC(2040, 0, 1),
  EndTimestamp: () => undefined,
  PolicyType: () => pick(Object.keys(documents)),
  Filter: () => pick(Object.keys(documents)),
};

function inputOf(operation: Operation): Record<string, unknown> {
  if (!operation.input) return {};
  const input = randomStructure(random, operation.input, { protocol: 'json', input: true });
  for (const name of Object.keys(input)) {
    if (name === 'Filter' && typeof input[name] !== 'string') input[name] = undefined;
    else if (values[name]) input[name] = values[name]();
  }
  const type = 'Type' in input && operation.name === 'CreatePolicy' ? pick(Object.keys(documents)) : undefined;
  if (type !== undefined) Object.assign(input, { Type: type, Content: documents[type] });
  else if (operation.name === 'PutResourcePolicy') input['Content'] = shared;
  else if ('Content' in input) input['Content'] = documents['SERVICE_CONTROL_POLICY'];
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** By an account; undefined where it was refused. */
async function attempt(account: string, name: string, input: Record<string, unknown>): Promise<Record<string, unknown> | undefined> {
  const operation = model.operation(name) as Operation;
  try {
    requireValidInput(operation, 'json', input);
    const place = { partition: 'aws', account, region: 'us-east-1' };
    const output = ((await world.call('organizations', name, input, place)) ?? {}) as Record<string, unknown>;
    requireValidOutput(operation, output);
    return output;
  } catch (error) {
    if (error instanceof AwsError && (error.status ?? 400) < 500) return undefined;
    throw new Error(`${name} ${JSON.stringify(input)} by ${account}`, { cause: error });
  }
}

/** Everything hangs together, as far as the management account can see. */
async function checkWhole(account: string): Promise<void> {
  const roots = (await attempt(account, 'ListRoots', {}))?.['Roots'] as { Id: string; PolicyTypes: { Type: string }[] }[] | undefined;
  if (!roots?.[0]) return;
  const [root] = roots;
  const hasScps = root.PolicyTypes.some(({ Type }) => Type === 'SERVICE_CONTROL_POLICY');
  const { Accounts } = (await attempt(account, 'ListAccounts', {})) as { Accounts: { Id: string; Paths: string[] }[] };
  for (const { Id, Paths } of Accounts) {
    const [, first, ...line] = (Paths[0] ?? '').split('/');
    expect(first).toBe(root.Id);
    for (const TargetId of [root.Id, ...line.filter((id) => id !== '')]) {
      const listed = await attempt(account, 'ListPoliciesForTarget', { TargetId, Filter: 'SERVICE_CONTROL_POLICY' });
      const { Policies } = listed as { Policies: unknown[] };
      expect(Policies.length > 0, `${TargetId} above ${Id}`).toBe(hasScps);
    }
    await checkRules(account, Id);
    await checkFacts(account, Id, Paths[0] ?? '');
  }
}

/** What other services are told of an account is what the management account can list. */
async function checkFacts(management: string, account: string, path: string): Promise<void> {
  const place = { partition: 'aws', account, region: 'us-east-1' };
  const facts = await world.transactAt(place, (tx) => registry.require('organizations').facts?.account?.(tx, account));
  expect(`${facts?.organization.path}${account}/`).toBe(path);
  expect(facts?.organization.managementAccount).toBe(management);
  const described = (await attempt(account, 'DescribeOrganization', {})) as { Organization: { Id: string; FeatureSet: string } };
  expect([facts?.organization.id, facts?.hasAllFeatures]).toEqual([described.Organization.Id, described.Organization.FeatureSet === 'ALL']);
  if (!facts?.hasAllFeatures) return;
  const trusted = (await attempt(management, 'ListAWSServiceAccessForOrganization', {})) as Record<string, { ServicePrincipal: string }[]>;
  expect([...facts.trustedServices].sort()).toEqual(trusted['EnabledServicePrincipals']?.map((one) => one.ServicePrincipal).sort());
  const listed = (await attempt(management, 'ListDelegatedAdministrators', {})) as { DelegatedAdministrators: { Id: string }[] };
  const told = new Set([...facts.delegations.values()].flatMap((accounts) => [...accounts]));
  expect([...told].sort()).toEqual(listed.DelegatedAdministrators.map(({ Id }) => Id).sort());
}

/** What is imposed on an account is what is in effect there, whichever way that came about. */
async function checkRules(management: string, account: string): Promise<void> {
  const described = await attempt(management, 'DescribeEffectivePolicy', { PolicyType: 'TAG_POLICY', TargetId: account });
  const { PolicyContent = '{}' } = (described?.['EffectivePolicy'] ?? {}) as { PolicyContent?: string };
  const { tags = {} } = JSON.parse(PolicyContent) as { tags?: Record<string, { tag_value: string[]; enforced_for: string[] }> };
  const wanted = Object.entries(tags).map(([key, rule]) => ({ key, values: rule.tag_value, enforcedFor: rule.enforced_for }));
  const place = { partition: 'aws', account, region: 'us-east-1' };
  const imposed = await world.transactAt(place, (tx) => accountRules(tx, account));
  expect(imposed?.tags ?? []).toEqual(wanted);
  if (wanted.length > 0) bound++;
}

it('answers whatever is asked, and keeps organizations whole', async () => {
  const answered = new Set<string>();
  for (let step = 0; step < steps; step++) {
    const name = pick(model.operationNames);
    // Ends and exits are rare, or nothing would ever grow.
    if (/^(Delete|Leave|Remove|Decline|Cancel|Disable)/.test(name) && random() < 0.7) continue;
    const output = await attempt(random() < 0.6 ? management : pick(callers), name, inputOf(model.operation(name) as Operation));
    if (output) answered.add(name);
    remember(output);
    if (step % 200 === 0) {
      await world.settle();
      for (const account of callers) await checkWhole(account);
    }
  }
  expect(bound).toBeGreaterThan(0);
  // A walk that is refused nearly everywhere would prove nothing; what ends things has hardly a chance.
  expect(model.operationNames.filter((name) => !answered.has(name)).length).toBeLessThan(10);
}, 60_000);
