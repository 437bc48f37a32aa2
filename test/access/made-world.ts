/** For tests: a world whose services tell facts made by hand, behind the security stage. */
import { type AccountFacts, accessChanged, type IdentityFacts, type PolicyText, type ResourceFacts } from '../../src/kernel/access';
import type { RequestFacts } from '../../src/kernel/context';
import type { Place } from '../../src/kernel/place';
import { type Principal, rootOf } from '../../src/kernel/principal';
import { Registry } from '../../src/kernel/registry';
import { defineService, type ServiceDefinition } from '../../src/kernel/service';
import { World } from '../../src/kernel/world';
import { AccessGate } from '../../src/security/access/gate';
import { defaultSecurity, type SecurityOptions } from '../../src/security/modes';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';
import { policy } from '../policies';

export { allow, deny } from '../policies';

export const accountA = '111122223333';
export const accountB = '444455556666';
export const at: Place = { partition: 'aws', account: accountA, region: 'us-east-1' };
export const queue = `arn:aws:sqs:us-east-1:${accountA}:queue`;
export const foreignQueue = `arn:aws:sqs:us-east-1:${accountB}:queue`;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Of an account in an organization, what decisions are made from. */
type MadeAccount = Pick<AccountFacts, 'scps' | 'rcps'> & { readonly organization: Omit<AccountFacts['organization'], 'managementAccount'> };

/** What the services tell; tests write into it. */
interface MadeFacts {
  readonly identities: Map<string, Writable<IdentityFacts>>;
  readonly accounts: Map<string, MadeAccount>;
  readonly resources: Map<string, ResourceFacts>;
  /** How often identities were asked for. */
  asked: number;
}

export interface MadeWorld {
  readonly world: World;
  readonly gate: AccessGate;
  readonly facts: MadeFacts;
  readonly reports: string[];
  /** Says that identities or accounts changed. */
  changed(): Promise<void>;
  /** The error of a denial; undefined when it is allowed. */
  ask(principal: Principal, action: string, resource?: string, more?: Partial<Asking>): Promise<Error | undefined>;
}

interface Asking {
  readonly conditions: Readonly<Record<string, string>>;
  readonly request: Partial<RequestFacts>;
  readonly service: string;
  readonly place: Place;
  readonly source: { readonly arn?: string; readonly account?: string };
}

export const requestFacts: RequestFacts = {
  id: '6f1c0000-0000-4000-8000-000000000001',
  baseUrl: 'http://127.0.0.1:4566',
  host: '127.0.0.1:4566',
  sourceIp: '127.0.0.1',
  userAgent: 'test',
  secure: false,
  headers: {},
  target: '/',
  method: 'POST',
  protocol: 'json',
};

/** `own` services stand in for those of the same id. */
export async function madeWorld(
  security: Partial<SecurityOptions> = { access: 'enforce' },
  own: readonly ServiceDefinition[] = [],
): Promise<MadeWorld> {
  const facts: MadeFacts = { identities: new Map(), accounts: new Map(), resources: new Map(), asked: 0 };
  const reports: string[] = [];
  const definitions: ServiceDefinition[] = [
    defineService({
      id: 'iam',
      operations: {},
      facts: {
        resource: (_tx, arn) => facts.resources.get(arn),
        identity: (_tx, principal) => {
          facts.asked++;
          return facts.identities.get(principal.type === 'session' ? (principal.roleArn ?? principal.userArn ?? '') : principal.arn);
        },
      },
    }),
    defineService({ id: 'organizations', operations: {}, facts: { account: (_tx, account) => accountFacts(facts.accounts.get(account)) } }),
    ...['sqs', 's3', 'sns', 'dynamodb', 'sts'].map((id) =>
      defineService({
        id,
        operations: {},
        facts: { resource: (_tx, arn) => facts.resources.get(arn), deliveryAction: () => `${id}:SendMessage` },
      }),
    ),
    ...own,
  ];
  const manifest = Object.fromEntries(
    definitions.map((definition) => [definition.id, { load: async () => ({ default: definition }), events: [], state: {} }]),
  );
  const report = (what: string, error: unknown) => reports.push(`${what}: ${error}`);
  const world = new World({ engine: openMemory(), blobs: openMemoryBlobs(), registry: new Registry(manifest), seed: 'test', report });
  const gate = new AccessGate(world, { ...defaultSecurity, ...security });
  world.access = gate;
  const ask: MadeWorld['ask'] = async (principal, action, resource = queue, more = {}) => {
    const { conditions, request, service = action.split(':')[0] as string, place = { ...at, account: principal.account }, source } = more;
    const need = { action, resource, ...(conditions && { conditions }) };
    const question = { principal, needs: [need], place, request: { ...requestFacts, ...request }, service, ...(source && { source }) };
    return (await world.transactAt(place, (tx) => gate.decide(tx, question))).denial;
  };
  return { world, gate, facts, reports, ask, changed: () => world.transactAt(world.home, accessChanged) };
}

function accountFacts(made: MadeAccount | undefined): AccountFacts | undefined {
  if (made === undefined) return undefined;
  const organization = { ...made.organization, managementAccount: '999999999999' };
  return { ...made, organization, hasAllFeatures: true, trustedServices: new Set(), delegations: new Map() };
}

export function userOf(name: string, account = accountA): Extract<Principal, { type: 'user' }> {
  return {
    type: 'user',
    account,
    arn: `arn:aws:iam::${account}:user/${name}`,
    id: `AIDA${name}`,
    userName: name,
    accessKeyId: `AKIA${account}${name}`,
  };
}

export function sessionOf(
  role: string,
  more: Partial<Extract<Principal, { type: 'session' }>> = {},
): Extract<Principal, { type: 'session' }> {
  const { account = accountA } = more;
  return {
    type: 'session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/name`,
    id: `AROA${role}:name`,
    roleArn: `arn:aws:iam::${account}:role/${role}`,
    sessionName: 'name',
    accessKeyId: `ASIA${role}`,
    expiresAt: Number.MAX_SAFE_INTEGER,
    session: { issuedAt: 0 },
    ...more,
  };
}

export const root = (account = accountA) => rootOf(account, 'aws');

export function serviceOf(service: string, account = accountA): Principal {
  return { type: 'service', account, service, arn: service, id: service };
}

export function statements(...list: readonly object[]): PolicyText {
  return { text: policy(...list), name: 'policy' };
}
