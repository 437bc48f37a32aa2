/** Who asks, with the policies that count on the caller's side: worked out once, and again when identities or organizations change. */
import { type AccountFacts, accessGeneration, type IdentityFacts, type PolicyText } from '../../kernel/access';
import { BoundedCache } from '../../kernel/bounded-cache';
import type { Principal } from '../../kernel/principal';
import type { Registry } from '../../kernel/registry';
import type { Tx } from '../../kernel/tx';
import {
  type ActionRights,
  type AttachedPolicy,
  actionRights,
  type Caller,
  type CallerDetails,
  callerOf,
  compilePolicy,
  isConditional,
  MalformedPolicy,
  type Membership,
  type Policies,
  type PolicyKind,
} from '../../policy';
import { isOpen, sessionLimit } from './session-limits';

/** A caller, as far as all of its calls have it in common. */
export interface Subject {
  readonly principal: Principal;
  readonly caller: Caller;
  /** Those on its side: identity, boundary, session and service control policies. */
  readonly policies: Policies;
  /** Its account; an outsider for those who belong to none. */
  readonly owner: Owner;
  /** Does what they say depend on more than action and resource? */
  readonly isConditional: boolean;
  /** What they say of the actions that were asked for; see `rightsTo`. */
  readonly rights: Map<string, ActionRights | undefined>;
}

/** An account, as far as all calls to its resources have it in common. */
export interface Owner {
  readonly organization: Membership | undefined;
  readonly scps: Policies['scps'];
  readonly rcps: Policies['rcps'];
}

const keptSubjects = 2_000;
const keptOwners = 2_000;
/** Of all subjects together. */
const keptRights = 20_000;
const outsider: Owner = { organization: undefined, scps: undefined, rcps: undefined };

/** What is known of a partition as long as its identities and organizations stay what they are. */
export class Subjects {
  readonly generation: string;
  readonly #registry: Registry;
  #subjects = new BoundedCache<Subject>(keptSubjects);
  #rights = 0;
  readonly #owners = new BoundedCache<Owner>(keptOwners);

  constructor(registry: Registry, generation: string) {
    this.#registry = registry;
    this.generation = generation;
  }

  /** Throws NotReady. */
  of(tx: Tx, principal: Principal): Subject {
    const key = 'accessKeyId' in principal ? principal.accessKeyId : principal.arn;
    const known = this.#subjects.get(key);
    if (known && isSame(known.principal, principal)) return known;
    return this.#subjects.set(key, this.#subjectOf(tx, principal));
  }

  /**
   * What follows of an action from the subject's own policies and the resource's ARN alone. Undefined while the policies are
   * conditional, and for what is decided beside them.
   */
  rightsTo(subject: Subject, action: string): ActionRights | undefined {
    const { rights } = subject;
    const known = rights.get(action);
    return known !== undefined || rights.has(action) ? known : this.#remember(subject, action);
  }

  owner(tx: Tx, account: string): Owner {
    return this.#owners.get(account) ?? this.#owners.set(account, this.#ownerOf(tx, account));
  }

  #remember({ principal, caller, policies, isConditional, rights }: Subject, action: string): ActionRights | undefined {
    if (++this.#rights > keptRights) {
      this.#subjects = new BoundedCache(keptSubjects);
      this.#rights = 0;
    }
    const isBeside = isConditional || isOpen(action) || sessionLimit(principal, action) !== undefined;
    const found = isBeside ? undefined : actionRights(caller, policies, action);
    rights.set(action, found);
    return found;
  }

  #subjectOf(tx: Tx, principal: Principal): Subject {
    const owner = isOfAccount(principal) ? this.owner(tx, principal.account) : outsider;
    const facts = hasPolicies(principal) ? this.#identityOf(tx, principal) : undefined;
    const policies = policiesOf(principal, facts, owner);
    return {
      principal,
      caller: callerOf(principal, detailsOf(principal, facts, owner)),
      policies,
      owner,
      isConditional: hasConditions(policies),
      rights: new Map(),
    };
  }

  #identityOf(tx: Tx, principal: Principal): IdentityFacts | undefined {
    return this.#registry.find('iam')?.facts?.identity?.(tx, principal);
  }

  #ownerOf(tx: Tx, account: string): Owner {
    const facts = this.#registry.find('organizations')?.facts?.account?.(tx, account);
    return facts ? ownerFrom(facts) : outsider;
  }
}

/** What is known of each partition, and known anew once something changed there, or the whole state was exchanged. */
export class KnownSubjects {
  readonly #registry: Registry;
  readonly #epoch: () => number;
  #knownSince = -1;
  readonly #known = new Map<string, Subjects>();

  /** `epoch` changes with every reset and every state that is loaded. */
  constructor(registry: Registry, epoch: () => number) {
    this.#registry = registry;
    this.#epoch = epoch;
  }

  /** In a transaction that changes nothing. */
  at(tx: Tx): Subjects {
    const found = this.within(tx);
    this.#known.set(tx.place.partition, found);
    return found;
  }

  /** In one that may be about to change what is known: what is found out there is not kept. */
  within(tx: Tx): Subjects {
    const generation = accessGeneration(tx);
    const epoch = this.#epoch();
    // Generations of seeded worlds may repeat.
    if (epoch !== this.#knownSince) this.#known.clear();
    this.#knownSince = epoch;
    const known = this.#known.get(tx.place.partition);
    return known?.generation === generation ? known : new Subjects(this.#registry, generation);
  }
}

/** Do identity policies and control policies of an account bind it? */
export function isOfAccount({ type }: Principal): boolean {
  return type === 'root' || type === 'user' || type === 'session';
}

/** The caller with what depends on when and whom it asks; `canonicalUser` where the resource's policy may name it so. */
export function callerAt({ caller, principal }: Subject, now: number, canonicalUser?: ((account: string) => string) | undefined): Caller {
  const mfaAt = 'session' in principal ? principal.session?.mfaAt : undefined;
  if (mfaAt === undefined && canonicalUser === undefined) return caller;
  return {
    ...caller,
    ...(caller.session && mfaAt !== undefined && { session: { ...caller.session, mfaAgeSeconds: Math.floor((now - mfaAt) / 1000) } }),
    ...(canonicalUser && isOfAccount(principal) && { canonicalUser: canonicalUser(principal.account) }),
  };
}

/** Keys belong to one principal at a time; what a session may do is in its token, so that only the very same is the same. */
function isSame(known: Principal, principal: Principal): boolean {
  if (known === principal) return true;
  if (principal.type === 'session' || ('session' in principal && principal.session)) return false;
  return known.type === principal.type && known.arn === principal.arn && known.id === principal.id && known.account === principal.account;
}

/** Root has none, but for its sessions that are for one task (STS API reference, AssumeRoot). */
function hasPolicies(principal: Principal): boolean {
  return (
    principal.type === 'user' || principal.type === 'session' || (principal.type === 'root' && principal.session?.policyArns !== undefined)
  );
}

function detailsOf(principal: Principal, facts: IdentityFacts | undefined, { organization }: Owner): CallerDetails {
  const session = 'session' in principal ? principal.session : undefined;
  const provider = principal.type === 'identity' ? principal.arn : session?.federatedProvider;
  return {
    ...(facts && { tags: facts.tags }),
    ...(organization && { organization }),
    ...(principal.type === 'session' && principal.userArn !== undefined && { entityArn: principal.userArn }),
    ...(provider !== undefined && { federatedProvider: provider }),
    ...(session && {
      session: {
        issuedAt: session.issuedAt,
        mfa: session.mfaAt !== undefined,
        ...(session.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
        ...(principal.type === 'root' && session.policyArns && { isAssumedRoot: true }),
        ...(session.vouched && { vouched: session.vouched }),
      },
    }),
  };
}

function policiesOf(principal: Principal, facts: IdentityFacts | undefined, owner: Owner): Policies {
  const session = sessionPoliciesOf(principal, facts);
  const delegation = 'session' in principal ? principal.session?.delegation : undefined;
  return {
    identity: facts ? facts.policies.map(attachIdentity) : [],
    ...(facts?.boundary && { boundary: attach(facts.boundary, 'managed') }),
    ...(session && { session }),
    ...(delegation && { delegated: delegation.policies.map((text) => attach({ text }, 'session')) }),
    ...(owner.scps && { scps: owner.scps }),
  };
}

/** Policies that a session named and that are gone leave it nothing, as if they allowed nothing. */
function sessionPoliciesOf(principal: Principal, facts: IdentityFacts | undefined): readonly AttachedPolicy[] | undefined {
  if (principal.type !== 'session' && principal.type !== 'root') return undefined;
  const named = principal.session?.policyArns ?? [];
  const written = (principal.type === 'session' && principal.policies) || [];
  if (named.length + written.length === 0) return undefined;
  return [
    ...written.map((text) => attach({ text }, 'session')),
    ...(facts?.sessionPolicies ?? []).map((policy) => attach(policy, 'managed')),
  ];
}

function ownerFrom({ organization, scps, rcps }: AccountFacts): Owner {
  return {
    organization,
    scps: scps?.map((level) => level.map((policy) => attach(policy, 'scp'))),
    rcps: rcps?.map((level) => level.map((policy) => attach(policy, 'rcp'))),
  };
}

const attachIdentity = (policy: PolicyText): AttachedPolicy => attach(policy, policy.arn === undefined ? 'inline' : 'managed');

/** A policy made ready. One that cannot be read denies everything: it might have denied what is asked. */
export function attach({ text, arn, name, group }: PolicyText, kind: PolicyKind): AttachedPolicy {
  return {
    policy: compiled(text, kind),
    ...(arn !== undefined && { arn }),
    ...(name !== undefined && { name }),
    ...(group !== undefined && { group }),
  };
}

function compiled(text: string, kind: PolicyKind): AttachedPolicy['policy'] {
  try {
    return compilePolicy(text, kind);
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    const everything = { Sid: 'MalformedPolicy', Effect: 'Deny', Action: kind === 'trust' ? 'sts:*' : '*' };
    const whose = kind === 'resource' || kind === 'trust' || kind === 'rcp' ? { Principal: '*' } : {};
    const what = kind === 'trust' ? {} : { Resource: '*' };
    return compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [{ ...everything, ...whose, ...what }] }), kind);
  }
}

function hasConditions({ identity, boundary, session, delegated, scps }: Policies): boolean {
  const limits = [...(boundary ? [boundary] : []), ...(session ?? []), ...(delegated ?? []), ...(scps ?? []).flat()];
  const all = [...(identity ?? []), ...limits];
  return all.some(isConditional);
}
