/** Why a decision came out as it did: every statement considered, and what of it did not fit. Costs nothing until asked. */
import type { CompiledStatement } from './compile';
import type { ConditionClause, NameList } from './document';
import { applicableLayers, type Decision, evaluate, type Layer, type Matching, matches, matchingOf, principalMatch } from './evaluate';
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
}

export interface Explanation {
  readonly decision: Decision;
  /** The decision in one sentence. */
  readonly summary: string;
  /** In the order in which they are considered. */
  readonly statements: readonly StatementVerdict[];
}

export function explain(request: AccessRequest): Explanation {
  const decision = evaluate(request);
  const matching = matchingOf(request);
  const levels = new Map<Layer, number>();
  const statements = applicableLayers(request).flatMap(({ layer, policies }) => {
    const level = levels.get(layer) ?? 0;
    levels.set(layer, level + 1);
    return policies.flatMap((policy) =>
      policy.policy.statements.map((statement) => ({
        layer,
        ...((layer === 'scp' || layer === 'rcp') && { level }),
        ...verdict(policy, statement, matching, decision),
      })),
    );
  });
  return { decision, summary: summaryOf(request, decision), statements };
}

function verdict(
  policy: AttachedPolicy,
  compiled: CompiledStatement,
  matching: Matching,
  decision: Decision,
): Omit<StatementVerdict, 'layer'> {
  const { statement } = compiled;
  const matched = matches(compiled, matching);
  return {
    policy: nameOf(policy),
    ...(statement.sid !== undefined && { sid: statement.sid }),
    index: statement.index,
    effect: statement.effect,
    matched,
    decisive: decision.statement === compiled && decision.policy === policy,
    ...(compiled.principals && { principal: principalMatch(statement, compiled.principals, matching.request) }),
    reasons: matched ? matchReasons(compiled, matching) : mismatches(compiled, matching),
  };
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
