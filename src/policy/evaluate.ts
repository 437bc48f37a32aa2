/**
 * May this caller do that? AWS's whole evaluation order, as a pure function.
 *
 * IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access":
 * an explicit deny anywhere; then RCPs, SCPs and the VPC endpoint must let it through; then, in one account, the
 * resource's policy or the caller's; across accounts, both. How far boundaries and session policies limit a grant of
 * the resource's policy depends on how closely it names the caller.
 */
import { ArnParts } from './arn-pattern';
import { type ActionParts, type CompiledStatement, splitAction } from './compile';
import type { Context } from './context';
import type { Statement } from './document';
import { RequestContext } from './facts';
import { type CompiledPrincipals, closer, type NamedBy, namedBy } from './principals';
import type { AccessRequest, AttachedPolicy, Caller } from './request';

/** Kinds of policies by their part in the decision. */
export type Layer = 'rcp' | 'scp' | 'endpoint' | 'resource' | 'identity' | 'boundary' | 'session';

export interface Decision {
  readonly effect: 'allow' | 'explicitDeny' | 'implicitDeny';
  /** What decided: the layer that denied or granted; `root` for the owner of an account, whom no policy need allow. */
  readonly layer: Layer | 'root';
  /** The statement that decided, and where it stands. Absent when it was the lack of one. */
  readonly policy?: AttachedPolicy;
  readonly statement?: CompiledStatement;
}

/** A request, with what every statement asks about it computed once. */
export interface Matching {
  readonly request: AccessRequest;
  readonly action: ActionParts;
  readonly arn: ArnParts;
  readonly context: Context;
}

export function matchingOf(request: AccessRequest): Matching {
  return { request, action: splitAction(request.action), arn: new ArnParts(request.resource.arn), context: new RequestContext(request) };
}

export function evaluate(request: AccessRequest): Decision {
  const matching = matchingOf(request);
  const layers = applicableLayers(request);
  for (const { layer, policies } of layers) {
    const denied = findMatch(policies, 'denies', matching);
    if (denied) return { effect: 'explicitDeny', layer, ...denied };
  }
  for (const { layer, policies, isGuardrail } of layers) {
    if (isGuardrail && !findMatch(policies, 'allows', matching)) return implicitDeny(layer);
  }
  return grant(matching);
}

export interface ApplicableLayer {
  readonly layer: Layer;
  readonly policies: readonly AttachedPolicy[];
  /** Grants nothing, but must allow. */
  readonly isGuardrail: boolean;
}

/** The policies that have a say about this caller and resource, in the order in which AWS asks them; SCPs by level. */
export function applicableLayers({ caller, resource, policies }: AccessRequest): ApplicableLayer[] {
  const layers: ApplicableLayer[] = [];
  const add = (layer: Layer, attached: readonly AttachedPolicy[] | undefined, isGuardrail = false) => {
    if (attached !== undefined) layers.push({ layer, policies: attached, isGuardrail });
  };
  const isServiceLinked = isServiceLinkedRole(caller);
  // RCPFullAWSAccess cannot be detached, so RCPs only ever deny.
  if (!isServiceLinked && !resource.organization?.isManagement) for (const level of policies.rcps ?? []) add('rcp', level);
  if (isBoundByScps(caller) && !isServiceLinked) for (const level of policies.scps ?? []) add('scp', level, true);
  add('endpoint', listOf(policies.endpoint), true);
  add('resource', listOf(policies.resource));
  // Root has no identity policies, whatever hangs on the account's users.
  if (hasIdentityPolicies(caller)) {
    add('identity', policies.identity);
    add('boundary', listOf(policies.boundary));
  }
  add('session', policies.session);
  for (const policy of policies.delegated ?? []) add('session', [policy], true);
  return layers;
}

function listOf(policy: AttachedPolicy | undefined): readonly AttachedPolicy[] | undefined {
  return policy && [policy];
}

/** SCPs bind the users, roles and root of member accounts, never the management account or AWS's services. */
function isBoundByScps({ type, organization }: Caller): boolean {
  return (hasIdentityPolicies({ type }) || type === 'root') && organization?.isManagement !== true;
}

function hasIdentityPolicies({ type }: Pick<Caller, 'type'>): boolean {
  return type === 'user' || type === 'role-session' || type === 'federated-user';
}

/** "SCPs do not affect any service-linked role", nor do RCPs (Organizations User Guide). */
function isServiceLinkedRole({ entityArn }: Caller): boolean {
  return entityArn?.includes(':role/aws-service-role/') === true;
}

/** What the resource's policy says, and how closely it names the caller. */
export interface ResourceGrant {
  readonly by: NamedBy;
  readonly policy?: AttachedPolicy;
  readonly statement?: CompiledStatement;
}

function grant(matching: Matching): Decision {
  const { request } = matching;
  const given = resourceGrant(matching);
  if (hasNoPolicies(request.caller)) return given.by === 'caller' ? byResource(given) : implicitDeny('resource');
  return isWithinAccount(request) ? withinAccount(matching, given) : acrossAccounts(matching, given);
}

/** Callers of no account: only the resource can let them in. */
export function hasNoPolicies({ type }: Caller): boolean {
  return type === 'service' || type === 'anonymous' || type === 'identity';
}

export function isWithinAccount({ caller, resource }: AccessRequest): boolean {
  return resource.account === undefined || resource.account === caller.account;
}

/**
 * In one account one grant is enough, by the resource or by the caller's own policies. Root needs none: the policies of its
 * sessions (AssumeRoot) only deny (AWS managed policies `root-task/…`).
 */
function withinAccount(matching: Matching, given: ResourceGrant): Decision {
  const { request } = matching;
  if (request.caller.type === 'root') {
    if (given.by !== 'nothing') return byResource(given);
    return request.resourcePolicyFirst ? implicitDeny('resource') : { effect: 'allow', layer: 'root' };
  }
  // Named by its own ARN, or with everybody: no other policy need allow it, and only an explicit deny takes it away.
  if (given.by === 'caller') return byResource(given);
  // Named by its role: boundaries and session policies still limit it.
  if (given.by === 'entity') return limits(matching) ?? byResource(given);
  if (request.resourcePolicyFirst && given.by === 'nothing') return implicitDeny('resource');
  return ownPolicies(matching);
}

/** Across accounts the resource must be shared and the caller's account must let it; limits always count. */
function acrossAccounts(matching: Matching, given: ResourceGrant): Decision {
  const own: Decision = matching.request.caller.type === 'root' ? { effect: 'allow', layer: 'root' } : ownPolicies(matching);
  if (own.effect !== 'allow') return own;
  return given.by === 'nothing' ? implicitDeny('resource') : byResource(given);
}

/** Identity policies grant; boundary and session policies limit. */
function ownPolicies(matching: Matching): Decision {
  const granted = findMatch(matching.request.policies.identity ?? [], 'allows', matching);
  if (granted === undefined) return implicitDeny('identity');
  return limits(matching) ?? { effect: 'allow', layer: 'identity', ...granted };
}

function limits(matching: Matching): Decision | undefined {
  const { caller, policies } = matching.request;
  // A federated user without session policies may do nothing of its own (STS API reference, GetFederationToken).
  const session = policies.session ?? (caller.type === 'federated-user' ? [] : undefined);
  return missingAllow('boundary', listOf(policies.boundary), matching) ?? missingAllow('session', session, matching);
}

function missingAllow(layer: Layer, policies: readonly AttachedPolicy[] | undefined, matching: Matching): Decision | undefined {
  return policies === undefined || findMatch(policies, 'allows', matching) ? undefined : implicitDeny(layer);
}

function implicitDeny(layer: Layer): Decision {
  return { effect: 'implicitDeny', layer };
}

function byResource({ policy, statement }: ResourceGrant): Decision {
  return { effect: 'allow', layer: 'resource', ...(policy && { policy }), ...(statement && { statement }) };
}

/** The closest grant counts: a policy may name both the account and the role. */
export function resourceGrant(matching: Matching): ResourceGrant {
  const policy = matching.request.policies.resource;
  let best: ResourceGrant = { by: 'nothing' };
  if (policy === undefined) return best;
  for (const statement of policy.policy.allows) {
    if (!matches(statement, matching)) continue;
    // A statement without a Principal element is about whoever asks.
    const by = statement.principals === undefined ? 'caller' : principalMatch(statement.statement, statement.principals, matching.request);
    if (closer(by, best.by) !== best.by) best = { by, policy, statement };
  }
  return best;
}

interface Match {
  readonly policy: AttachedPolicy;
  readonly statement: CompiledStatement;
}

function findMatch(policies: readonly AttachedPolicy[], effect: 'allows' | 'denies', matching: Matching): Match | undefined {
  for (const policy of policies) {
    for (const statement of policy.policy[effect]) if (matches(statement, matching)) return { policy, statement };
  }
  return undefined;
}

function matches({ statement, actions, resources, principals, clauses }: CompiledStatement, matching: Matching): boolean {
  if (!actions.matches(matching.action)) return false;
  if (resources !== undefined && !resources.matches(matching.arn, matching.context)) return false;
  if (principals !== undefined && principalMatch(statement, principals, matching.request) === 'nothing') return false;
  for (const clause of clauses) if (!clause.holds(matching.context)) return false;
  return true;
}

/** How closely a statement names the caller. */
export function principalMatch({ effect }: Statement, principals: CompiledPrincipals, { caller, policies }: AccessRequest): NamedBy {
  // "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary policy
  // attached, regardless of the values" (IAM User Guide, "Permissions boundaries for IAM entities").
  const isNeverSpared = principals.list.not && effect === 'Deny' && policies.boundary !== undefined && hasIdentityPolicies(caller);
  // Who is allowed must be named, but a denial to everybody is one to those also for whom a provider vouches: RCPs that
  // tell which OpenID Connect tenants may come in have no other principal (AWS's data perimeter policy examples).
  const isAmongAll = !principals.list.not && principals.list.everybody && effect === 'Deny';
  return isNeverSpared || isAmongAll ? 'caller' : namedBy(principals, caller);
}
