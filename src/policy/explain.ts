/** Why a decision came out as it did: every statement considered, and what of it did not fit. Costs nothing until asked. */
import type { CompiledStatement } from './compile';
import type { ConditionClause, NameList } from './document';
import {
  type ApplicableLayer,
  applicableLayers,
  type Decision,
  evaluate,
  hasNoPolicies,
  isWithinAccount,
  type Layer,
  type Matching,
  matchingOf,
  principalMatch,
  type ResourceGrant,
  resourceGrant,
} from './evaluate';
import type { NamedBy } from './principals';
import type { AccessRequest, AttachedPolicy } from './request';

export interface StatementVerdict {
  readonly layer: Layer;
  /** Which level of SCPs or RCPs, from 0, the root. */
  readonly level?: number;
  /** ARN or name of its policy; empty for those that have neither (a resource's own). */
  readonly policy: string;
  readonly sid?: string;
  /** Its place in the policy, from 0. */
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  readonly matched: boolean;
  /** Is it the statement that decided? */
  readonly decisive: boolean;
  /** Absent where the statement has no Principal element. */
  readonly principal?: NamedBy;
  /** What did not fit, or that everything did: sentences for people. */
  readonly reasons: readonly string[];
  /** The elements that did not fit. */
  readonly misses: readonly ('action' | 'resource' | 'principal' | 'condition')[];
}

/** What one kind of policy, or one level of SCPs or RCPs, says. */
export interface LayerVerdict {
  readonly layer: Layer;
  /** Which level of SCPs or RCPs, from 0, the root. */
  readonly level?: number;
  /** `implicitDeny`: it had to allow, and nothing in it does. `noImpact`: nothing in it fits, and nothing had to. */
  readonly effect: 'allow' | 'explicitDeny' | 'implicitDeny' | 'noImpact';
  /** Is it what decided? */
  readonly decisive: boolean;
  /** All that have a say, also those without statements. */
  readonly policies: readonly { readonly policy: AttachedPolicy; readonly statements: readonly StatementVerdict[] }[];
}

export interface Explanation {
  readonly decision: Decision;
  /** The decision in one sentence. */
  readonly summary: string;
  /** In the order in which they are considered. */
  readonly layers: readonly LayerVerdict[];
  /** Of all layers. */
  readonly statements: readonly StatementVerdict[];
}

export function explain(request: AccessRequest): Explanation {
  const decision = evaluate(request);
  const matching = matchingOf(request);
  const given = resourceGrant(matching);
  const levels = new Map<Layer, number>();
  let isDecided = decision.effect !== 'implicitDeny';
  const layers = layersOf(request, given).map((applicable): LayerVerdict => {
    const { layer } = applicable;
    const level = levels.get(layer) ?? 0;
    levels.set(layer, level + 1);
    const where = { layer, ...((layer === 'scp' || layer === 'rcp') && { level }) };
    const policies = applicable.policies.map((policy) => ({
      policy,
      statements: policy.policy.statements.map((statement) => verdict(where, policy, statement, matching, decision)),
    }));
    const statements = policies.flatMap((policy) => policy.statements);
    const effect = effectOf(statements) ?? (mustAllow(applicable, request, given) ? 'implicitDeny' : 'noImpact');
    // What is missing decides where it is missed first.
    const lacks = !isDecided && layer === decision.layer && effect === 'implicitDeny';
    isDecided ||= lacks;
    return { ...where, effect, decisive: lacks || statements.some(({ decisive }) => decisive), policies };
  });
  const statements = layers.flatMap(({ policies }) => policies.flatMap((policy) => policy.statements));
  return { decision, summary: summaryOf(request, decision), layers, statements };
}

/** Those that have a say, and those that had to but are not there. */
function layersOf(request: AccessRequest, given: ResourceGrant): readonly ApplicableLayer[] {
  const { caller, policies } = request;
  const { identity = [], session = caller.type === 'federated-user' ? [] : undefined } = policies;
  const layers = applicableLayers({ ...request, policies: { ...policies, identity, ...(session && { session }) } });
  const resource: ApplicableLayer = { layer: 'resource', policies: [], isGuardrail: false };
  if (policies.resource !== undefined || !mustAllow(resource, request, given)) return layers;
  const own = layers.findIndex(({ layer }) => layer === 'identity' || layer === 'boundary' || layer === 'session');
  return own < 0 ? [...layers, resource] : layers.toSpliced(own, 0, resource);
}

function effectOf(statements: readonly StatementVerdict[]): 'allow' | 'explicitDeny' | undefined {
  const matched = statements.filter((statement) => statement.matched);
  return matched.some(({ effect }) => effect === 'Deny') ? 'explicitDeny' : matched.length > 0 ? 'allow' : undefined;
}

/** Had this layer to allow it? The resource's own policy can make up for the caller's, as far as it names the caller closely. */
function mustAllow({ layer, isGuardrail }: ApplicableLayer, request: AccessRequest, given: ResourceGrant): boolean {
  if (isGuardrail) return true;
  const isWithin = isWithinAccount(request);
  switch (layer) {
    case 'rcp':
      return false;
    case 'resource':
      return hasNoPolicies(request.caller) || !isWithin || request.resourcePolicyFirst === true;
    case 'identity':
      return !isWithin || (given.by !== 'caller' && given.by !== 'entity');
    case 'boundary':
    case 'session':
      return request.caller.type !== 'root' && (!isWithin || given.by !== 'caller');
    default:
      return false;
  }
}

function verdict(
  where: Pick<StatementVerdict, 'layer' | 'level'>,
  policy: AttachedPolicy,
  compiled: CompiledStatement,
  matching: Matching,
  decision: Decision,
): StatementVerdict {
  const { statement, principals } = compiled;
  const misses = missesOf(compiled, matching);
  const isMatch = misses.length === 0;
  return {
    ...where,
    policy: nameOf(policy),
    ...(statement.sid !== undefined && { sid: statement.sid }),
    index: statement.index,
    effect: statement.effect,
    matched: isMatch,
    decisive: decision.statement === compiled && decision.policy === policy,
    ...(principals && { principal: principalMatch(statement, principals, matching.request) }),
    misses,
    // Written when somebody reads them: a list of denials needs few of them.
    get reasons() {
      return isMatch ? matchReasons(compiled, matching) : mismatches(compiled, matching);
    },
  };
}

function missesOf(
  { statement, actions, resources, principals, clauses }: CompiledStatement,
  matching: Matching,
): StatementVerdict['misses'] {
  const { request, action, arn, context } = matching;
  const misses: StatementVerdict['misses'][number][] = [];
  if (!actions.matches(action)) misses.push('action');
  if (resources?.matches(arn, context) === false) misses.push('resource');
  if (principals && principalMatch(statement, principals, request) === 'nothing') misses.push('principal');
  if (clauses.some((clause) => !clause.holds(context))) misses.push('condition');
  return misses;
}

function matchReasons({ principals, statement }: CompiledStatement, { request }: Matching): string[] {
  if (principals === undefined || statement.effect === 'Deny') return ['everything fits'];
  switch (principalMatch(statement, principals, request)) {
    case 'account':
      return ['everything fits; it names the account, whose own policies must allow it too'];
    case 'entity':
      return ['everything fits; it names the role or user behind the session, so boundaries and session policies still limit it'];
    default:
      return ['everything fits'];
  }
}

function mismatches(compiled: CompiledStatement, { request, action, arn, context }: Matching): string[] {
  const { statement, actions, resources, principals, clauses } = compiled;
  const reasons: string[] = [];
  if (!actions.matches(action)) reasons.push(`action ${request.action} ${membership(statement.actions)}`);
  if (statement.resources && !resources?.matches(arn, context)) reasons.push(`resource ${arn.text} ${membership(statement.resources)}`);
  if (principals && principalMatch(statement, principals, request) === 'nothing') {
    reasons.push(`principal ${request.caller.arn} is ${principals.list.not ? 'exempt by NotPrincipal' : 'not named by Principal'}`);
  }
  for (const { clause, key, holds } of clauses) {
    if (!holds(context)) reasons.push(conditionReason(clause, context.get(key)));
  }
  return reasons;
}

function membership({ not, names }: NameList): string {
  return not ? `is among the excepted ${shortList(names)}` : `is not among ${shortList(names)}`;
}

function conditionReason({ operator, key, values }: ConditionClause, value: string | readonly string[] | undefined): string {
  const has =
    value === undefined ? 'the request has no such key' : `the request has ${shortList(typeof value === 'string' ? [value] : value)}`;
  return `condition ${operator.name} ${key} ${shortList(values)}: ${has}`;
}

function shortList(values: readonly string[]): string {
  const shown = values.slice(0, 5).join(', ');
  return values.length > 5 ? `${shown} and ${values.length - 5} more` : shown === '' ? '(nothing)' : shown;
}

function nameOf({ arn, name }: AttachedPolicy): string {
  return arn ?? name ?? '';
}

const layerNames: Readonly<Record<Layer, string>> = {
  rcp: 'resource control policy',
  scp: 'service control policy',
  endpoint: 'VPC endpoint policy',
  resource: 'resource-based policy',
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
};

function summaryOf({ action }: AccessRequest, { effect, layer, policy, statement }: Decision): string {
  if (layer === 'root') return 'Allowed: root of the account needs no policy.';
  if (effect === 'implicitDeny') return `Denied: no ${layerNames[layer]} allows ${action}.`;
  const name = policy === undefined ? '' : nameOf(policy);
  const place = statement === undefined ? '' : `, statement ${statement.statement.sid || statement.statement.index + 1}`;
  return `${effect === 'allow' ? 'Allowed' : 'Denied'} by the ${layerNames[layer]}${name === '' ? '' : ` ${name}`}${place}.`;
}
