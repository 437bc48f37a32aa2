/** One line of the evaluation matrix, and the few words in which its policies are written. */
import { type AccessRequest, type Caller, type CallFacts, type ContextValue, compilePolicy, type PolicyKind } from '../../../src/policy';

/** `allow by identity`, `deny by scp` (an explicit deny), `no boundary` (nothing there allows it). */
export type Outcome = `${'allow by' | 'deny by' | 'no'} ${string}`;

export interface Row {
  readonly title: string;
  readonly request: AccessRequest;
  readonly expected: Outcome;
}

type Json = Record<string, unknown>;

export const account = '111122223333';
export const other = '444455556666';

export const alice: Caller = {
  type: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/alice`,
  id: 'AIDAALICEALICEALICE1',
  userName: 'alice',
};
export const root: Caller = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account };
export const role = `arn:aws:iam::${account}:role/team/deploy`;
export const session: Caller = {
  type: 'role-session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/deploy/monday`,
  id: 'AROADEPLOYDEPLOYDEP1:monday',
  entityArn: role,
  session: { issuedAt: Date.parse('2026-03-01T09:00:00Z'), mfa: false },
};
export const federated: Caller = {
  type: 'federated-user',
  account,
  arn: `arn:aws:sts::${account}:federated-user/bob`,
  id: `${account}:bob`,
  entityArn: alice.arn,
  session: { issuedAt: Date.parse('2026-03-01T09:00:00Z'), mfa: false },
};
export const anonymous: Caller = { type: 'anonymous', account: '000000000000', arn: '*', id: 'anonymous' };
export const service: Caller = { type: 'service', account, arn: 'sns.amazonaws.com', id: 'sns', service: 'sns.amazonaws.com' };
export const stranger: Caller = {
  type: 'user',
  account: other,
  arn: `arn:aws:iam::${other}:user/eve`,
  id: 'AIDAEVEEVEEVEEVEEVE1',
  userName: 'eve',
};

export const object = 'arn:aws:s3:::photos/2026/cat.jpg';

/** A statement; about any resource unless it says otherwise. */
export function allow(action: string | string[], rest: Json | string = {}): Json {
  return statement('Allow', action, rest);
}

export function deny(action: string | string[], rest: Json | string = {}): Json {
  return statement('Deny', action, rest);
}

function statement(effect: string, action: string | string[], rest: Json | string): Json {
  const more = typeof rest === 'string' ? { Resource: rest } : rest;
  return {
    Effect: effect,
    ...('NotAction' in more ? {} : { Action: action }),
    ...('NotResource' in more ? {} : { Resource: '*' }),
    ...more,
  };
}

/** Statements to an attached policy. */
export function attach(kind: PolicyKind, statements: Json | readonly Json[], name = kind as string) {
  const list = [statements].flat() as Json[];
  const body = list.map((one) => (kind === 'trust' ? without(one, 'Resource') : one));
  return { policy: compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: body }), kind), name };
}

function without(json: Json, name: string): Json {
  return Object.fromEntries(Object.entries(json).filter(([key]) => key !== name));
}

export interface Case {
  readonly caller?: Caller;
  readonly action?: string;
  readonly on?: string;
  readonly owner?: string;
  readonly resourceTags?: Record<string, string>;
  readonly call?: CallFacts;
  readonly keys?: Record<string, ContextValue>;
  readonly identity?: Json | readonly Json[];
  readonly boundary?: Json | readonly Json[];
  readonly session?: Json | readonly Json[];
  /** One policy each. */
  readonly delegated?: readonly (Json | readonly Json[])[];
  readonly resource?: Json | readonly Json[];
  readonly trust?: Json | readonly Json[];
  readonly scps?: readonly (readonly Json[])[];
  readonly rcps?: readonly (readonly Json[])[];
  readonly endpoint?: Json | readonly Json[];
  readonly first?: boolean;
  readonly more?: Partial<AccessRequest>;
}

/** Alice gets an object of her own account, unless the case says otherwise. */
export function requestOf(it: Case): AccessRequest {
  const resourcePolicy = it.trust ? attach('trust', it.trust) : it.resource && attach('resource', it.resource);
  return {
    caller: it.caller ?? alice,
    action: it.action ?? 's3:GetObject',
    resource: { arn: it.on ?? object, account: it.owner ?? account, ...(it.resourceTags && { tags: it.resourceTags }) },
    ...(it.call && { call: it.call }),
    ...(it.keys && { conditions: it.keys }),
    ...(it.first !== undefined && { resourcePolicyFirst: it.first }),
    policies: {
      ...(it.identity && { identity: [attach('inline', it.identity)] }),
      ...(it.boundary && { boundary: attach('managed', it.boundary) }),
      ...(it.session && { session: [attach('session', it.session)] }),
      ...(it.delegated && { delegated: it.delegated.map((one, i) => attach('session', one, `delegated${i}`)) }),
      ...(resourcePolicy && { resource: resourcePolicy }),
      ...(it.scps && { scps: it.scps.map((level, i) => level.map((one) => attach('scp', one, `scp${i}`))) }),
      ...(it.rcps && { rcps: it.rcps.map((level, i) => level.map((one) => attach('rcp', one, `rcp${i}`))) }),
      ...(it.endpoint && { endpoint: attach('endpoint', it.endpoint) }),
    },
    ...it.more,
  };
}

export function row(title: string, it: Case, expected: Outcome): Row {
  return { title, request: requestOf(it), expected };
}

export const yes: Outcome = 'allow by identity';
export const no: Outcome = 'no identity';
