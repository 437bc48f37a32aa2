/**
 * What an encoded authorization message says once DecodeAuthorizationMessage has opened it. AWS describes its contents
 * (STS API reference, "DecodeAuthorizationMessage") and shows the JSON in re:Post's articles about denied EC2 calls.
 */
import { type ContextValue, contextValues, type Statement } from '../../policy';
import type { DecisionEntry } from './decisions';

interface Items<T> {
  readonly items: readonly T[];
}

interface Value {
  readonly value: string;
}

interface KeyValues {
  readonly key: string;
  readonly values: Items<Value>;
}

interface MatchedStatement {
  readonly statementId: string;
  readonly effect: 'ALLOW' | 'DENY';
  readonly principals: Items<Value>;
  readonly principalGroups: Items<Value>;
  readonly actions: Items<Value>;
  readonly resources: Items<Value>;
  readonly conditions: Items<KeyValues>;
}

interface DecodedMessage {
  readonly allowed: boolean;
  readonly explicitDeny: boolean;
  readonly matchedStatements: Items<MatchedStatement>;
  readonly failures: Items<never>;
  readonly context: {
    readonly principal: { readonly id: string; readonly name?: string; readonly arn: string };
    readonly action: string;
    readonly resource: string;
    readonly conditions: Items<KeyValues>;
  };
}

/** Encoded messages have at most 10,240 characters (EncodedMessage); sealed, this many become fewer than that. */
const maxChars = 6_500;

/** What would make the message too long is left out: the lists of the statement, and condition keys from the end. */
export function decodedMessage({ request, decision, allowed }: Pick<DecisionEntry, 'request' | 'decision' | 'allowed'>): DecodedMessage {
  const { caller, action, resource } = request;
  const denying = decision.effect === 'explicitDeny' ? decision.statement?.statement : undefined;
  const conditions = Object.entries(contextValues(request)).map(([key, value]) => ({ key, values: items(listOf(value)) }));
  const message = {
    allowed,
    explicitDeny: decision.effect === 'explicitDeny',
    matchedStatements: { items: denying ? [shortened(matchedStatement(denying, caller.id.split(':')[0]!))] : [] },
    failures: { items: [] },
    context: {
      principal: { id: caller.id, ...(caller.userName !== undefined && { name: caller.userName }), arn: caller.arn },
      action,
      resource: resource.arn,
      conditions: { items: conditions },
    },
  };
  let left = maxChars - Buffer.byteLength(JSON.stringify({ ...message, context: { ...message.context, conditions: { items: [] } } }));
  const kept = conditions.filter((each) => (left -= Buffer.byteLength(JSON.stringify(each)) + 1) >= 0);
  return { ...message, context: { ...message.context, conditions: { items: kept } } };
}

function matchedStatement({ sid = '', effect, principals, actions, resources, conditions }: Statement, callerId: string): MatchedStatement {
  const named = principals && [...principals.aws, ...principals.services, ...principals.federated, ...principals.canonicalUsers];
  return {
    statementId: sid,
    effect: effect === 'Allow' ? 'ALLOW' : 'DENY',
    principals: items(named === undefined ? [callerId] : principals?.everybody ? ['*'] : named),
    principalGroups: items([]),
    actions: items(actions.names),
    resources: items(resources?.names ?? []),
    conditions: { items: conditions.map(({ key, values }) => ({ key, values: items(values) })) },
  };
}

function shortened(statement: MatchedStatement): MatchedStatement {
  if (Buffer.byteLength(JSON.stringify(statement)) <= maxChars / 2) return statement;
  return { ...statement, principals: items([]), actions: items([]), resources: items([]), conditions: { items: [] } };
}

function items(values: readonly string[]): Items<Value> {
  return { items: values.map((value) => ({ value })) };
}

function listOf(value: ContextValue): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
