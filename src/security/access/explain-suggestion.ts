/** What to change, and where, for a denied request to be allowed: one step for each policy that stands in its way. */
import { upperFirst } from '../../kernel/first-letter';
import {
  type AccessRequest,
  type AttachedPolicy,
  type Caller,
  compileDocument,
  type Explanation,
  evaluate,
  explain,
  type Layer,
  type LayerVerdict,
  MalformedPolicy,
  type Policies,
  type PolicyKind,
  parsePolicy,
  type StatementVerdict,
} from '../../policy';
import { missingStatement, type PolicyStatement } from './missing-statement';

export interface Suggestion {
  /** `add` a statement; `widen` one that nearly fits; `satisfy` its conditions; `narrow` one that denies. */
  readonly kind: 'add' | 'widen' | 'satisfy' | 'narrow';
  readonly layer: Layer;
  /** Which level of SCPs or RCPs, from 0, the root. */
  readonly level?: number;
  /** ARN or name of the policy that is meant; absent where any of the kind will do, or there is none yet. */
  readonly policy?: string;
  /** What to do, as a sentence. */
  readonly text: string;
  /** The statement to add. */
  readonly statement?: PolicyStatement;
}

/** More steps than there are kinds of policies would mean that a step did not help. */
const maxSteps = 24;

/** In the order in which the policies are asked. Empty for what is allowed. `explained` is what `explain` says of it. */
export function suggestionsFor(denied: AccessRequest, explained?: Explanation): readonly Suggestion[] {
  return wayTo(denied, explained).suggestions;
}

/** The steps, and the request as it would be after them. */
export function wayTo(
  denied: AccessRequest,
  explained = explain(denied),
): { readonly suggestions: readonly Suggestion[]; readonly request: AccessRequest } {
  const suggestions: Suggestion[] = [];
  let request = denied;
  for (let step = 0; step < maxSteps; step++) {
    const { decision, layers } = request === denied ? explained : explain(request);
    const decisive = layers.find((layer) => layer.decisive);
    if (decision.effect === 'allow' || decisive === undefined) break;
    const isDenied = decision.effect === 'explicitDeny';
    suggestions.push(isDenied ? narrowing(decisive) : allowing(request, decisive, layers));
    request = isDenied ? withoutDecisive(request, decisive) : withAllow(request, decisive);
    if (evaluate(request).effect === 'allow') break;
  }
  return { suggestions, request };
}

function narrowing({ layer, level, policies }: LayerVerdict): Suggestion {
  const [{ policy, statements } = { policy: undefined, statements: [] }] = policies.filter((each) =>
    each.statements.some(({ decisive }) => decisive),
  );
  const statement = statements.find(({ decisive }) => decisive);
  const name = policy && nameOf(policy);
  return {
    kind: 'narrow',
    layer,
    ...(level !== undefined && { level }),
    ...(name && { policy: name }),
    text: `Remove ${statementName(statement)} from ${policyName(layer, policy && labelOf(policy))}, or narrow it: it denies this, and no Allow outweighs a Deny.`,
  };
}

function allowing(request: AccessRequest, lacking: LayerVerdict, layers: readonly LayerVerdict[]): Suggestion {
  const { layer, level, policies } = lacking;
  const where = { layer, ...(level !== undefined && { level }) };
  const statement = missingStatement(request, layer);
  for (const { policy, statements } of policies) {
    const name = nameOf(policy);
    for (const near of statements) {
      const step = near.effect === 'Allow' && nearlyAllowing(layer, policy, near, statement);
      if (step) return { ...where, ...(name && { policy: name }), ...step };
    }
  }
  return { ...where, kind: 'add', text: `Add this statement to ${target(request, lacking, layers)}:`, statement };
}

/** What a statement lacks of which only one element did not fit. */
function nearlyAllowing(
  layer: Layer,
  policy: AttachedPolicy,
  near: StatementVerdict,
  statement: PolicyStatement,
): Pick<Suggestion, 'kind' | 'text' | 'statement'> | undefined {
  if (near.misses.length !== 1) return undefined;
  const subject = `${statementName(near)} of ${policyName(layer, labelOf(policy))}`;
  if (near.misses[0] === 'condition') {
    return { kind: 'satisfy', text: `${upperFirst(subject)} allows it as soon as this holds: ${near.reasons.join('; ')}.` };
  }
  const written = policy.policy.statements.find((each) => each.statement.index === near.index)?.statement;
  if (written === undefined || isOfAws(policy)) return undefined;
  const { actions, resources } = written;
  if (near.misses[0] === 'resource' && resources?.not === false) {
    return { kind: 'widen', text: `Add ${JSON.stringify(statement.Resource)} to the Resource of ${subject}.`, statement };
  }
  if (near.misses[0] === 'action' && !actions.not && !isBroad(resources?.names)) {
    return { kind: 'widen', text: `Add ${JSON.stringify(statement.Action)} to the Action of ${subject}.`, statement };
  }
  return undefined;
}

/** AWS's own policies cannot be changed. */
function isOfAws({ arn }: AttachedPolicy): boolean {
  return arn !== undefined && /^arn:[^:]+:(iam|organizations)::aws:/.test(arn);
}

/** One more action in a statement about everything would grant it on everything. */
function isBroad(resources: readonly string[] | undefined): boolean {
  return resources === undefined || resources.some((name) => /^\*+$/.test(name));
}

/** Where a statement goes, for people. */
function target(
  { caller, resource }: AccessRequest,
  { layer, level = 0, policies }: LayerVerdict,
  layers: readonly LayerVerdict[],
): string {
  const name = policies.length === 1 ? labelOf(policies[0]!.policy) : '';
  switch (layer) {
    case 'identity':
      return `an identity-based policy of ${callerName(caller)}`;
    case 'boundary':
      return `the permissions boundary ${name || `of ${callerName(caller)}`}`;
    case 'session':
      return `the session policies that the session of ${callerName(caller)} was begun with, and begin it anew`;
    case 'resource':
      return /:role\//.test(resource.arn) ? `the trust policy of ${resource.arn}` : `the resource-based policy of ${resource.arn}`;
    case 'endpoint':
      return 'the policy of the VPC endpoint';
    default: {
      const last = layers.filter((other) => other.layer === layer).length - 1;
      return `${layer === 'scp' ? 'an SCP' : 'an RCP'} of ${levelName(level, last)}`;
    }
  }
}

/** Of a level of SCPs or RCPs, when the account's is `last`. */
export function levelName(level: number, last: number): string {
  return level === 0 ? 'the organization’s root' : level === last ? 'the account' : `organizational unit ${level}`;
}

/** `user alice`, `role deploy`. */
function callerName({ arn, entityArn, userName }: Caller): string {
  if (userName !== undefined) return `user ${userName}`;
  const [, kind, name] = /:(user|role)\/(?:.*\/)?([^/]+)$/.exec(entityArn ?? arn) ?? [];
  return kind === undefined ? (entityArn ?? arn) : `${kind} ${name}`;
}

function statementName(statement: { readonly sid?: string; readonly index: number } | undefined): string {
  return statement === undefined ? 'the statement' : statement.sid ? `statement ${statement.sid}` : `statement ${statement.index + 1}`;
}

const kindNames: Readonly<Record<Layer, string>> = {
  rcp: 'the RCP',
  scp: 'the SCP',
  endpoint: 'the VPC endpoint policy',
  resource: 'the resource-based policy',
  identity: 'the policy',
  boundary: 'the permissions boundary',
  session: 'the session policy',
};

function policyName(layer: Layer, name: string | undefined): string {
  return name ? `${kindNames[layer]} ${name}` : kindNames[layer];
}

function nameOf({ arn, name }: AttachedPolicy): string {
  return arn ?? name ?? '';
}

/** For people. */
function labelOf({ arn, name, group }: AttachedPolicy): string {
  return `${name ?? arn ?? ''}${group === undefined ? '' : ` of group ${group}`}`;
}

// ---- the same request, one step further ----

function withoutDecisive(request: AccessRequest, { policies }: LayerVerdict): AccessRequest {
  const at = policies.find(({ statements }) => statements.some(({ decisive }) => decisive));
  const index = at?.statements.find(({ decisive }) => decisive)?.index;
  if (at === undefined || index === undefined) return request;
  const kept = (each: { readonly statement: { readonly index: number } }) => each.statement.index !== index;
  const { policy } = at.policy;
  const replacement: AttachedPolicy = {
    ...at.policy,
    policy: {
      ...policy,
      statements: policy.statements.filter(kept),
      allows: policy.allows.filter(kept),
      denies: policy.denies.filter(kept),
    },
  };
  return mapPolicies(request, (each) => (each === at.policy ? replacement : each));
}

function withAllow(request: AccessRequest, { layer, level = 0 }: LayerVerdict): AccessRequest {
  const { policies } = request;
  const added = grantOf(request, layer);
  const joined = (one: AttachedPolicy | undefined) => (one === undefined ? added : merged(one, added));
  switch (layer) {
    case 'identity':
    case 'session':
      return withPolicies(request, { ...policies, [layer]: [...(policies[layer] ?? []), added] });
    case 'scp': {
      const scps = (policies.scps ?? []).map((at, index) => (index === level ? [...at, added] : at));
      return withPolicies(request, { ...policies, scps });
    }
    case 'rcp':
      return request;
    default:
      return withPolicies(request, { ...policies, [layer]: joined(policies[layer]) });
  }
}

function grantOf(request: AccessRequest, layer: Layer): AttachedPolicy {
  const kind = layer === 'resource' ? (request.policies.resource?.policy.kind ?? 'resource') : layer === 'endpoint' ? 'endpoint' : 'inline';
  const { Condition: _, ...statement } = missingStatement(request, layer);
  try {
    return { policy: compiled(statement, kind) };
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    // Services ask about resources whose names no policy may hold: only that they were allowed matters here.
    return { policy: compiled({ ...statement, ...(statement.Resource !== undefined && { Resource: '*' }) }, kind) };
  }
}

/** Not by way of the cache: what is asked once shall not push out what is asked all the time. */
function compiled(statement: PolicyStatement, kind: PolicyKind): AttachedPolicy['policy'] {
  const shown = kind === 'trust' ? { ...statement, Resource: undefined } : statement;
  return compileDocument(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [shown] }), kind), kind);
}

function merged(one: AttachedPolicy, added: AttachedPolicy): AttachedPolicy {
  const behind = added.policy.statements.map((each) => ({
    ...each,
    statement: { ...each.statement, index: one.policy.document.statements.length + each.statement.index },
  }));
  const policy = { ...one.policy, statements: [...one.policy.statements, ...behind], allows: [...one.policy.allows, ...behind] };
  return { ...one, policy };
}

function mapPolicies(request: AccessRequest, change: (policy: AttachedPolicy) => AttachedPolicy): AccessRequest {
  const { identity, boundary, session, resource, scps, rcps, endpoint } = request.policies;
  return withPolicies(request, {
    ...(identity && { identity: identity.map(change) }),
    ...(boundary && { boundary: change(boundary) }),
    ...(session && { session: session.map(change) }),
    ...(resource && { resource: change(resource) }),
    ...(scps && { scps: scps.map((level) => level.map(change)) }),
    ...(rcps && { rcps: rcps.map((level) => level.map(change)) }),
    ...(endpoint && { endpoint: change(endpoint) }),
  });
}

/** Member by member: some of a request are read when they are asked for. */
function withPolicies(
  { caller, action, resource, call, conditions, resourcePolicyFirst }: AccessRequest,
  policies: Policies,
): AccessRequest {
  return {
    caller,
    action,
    resource,
    policies,
    ...(call && { call }),
    ...(conditions && { conditions }),
    ...(resourcePolicyFirst && { resourcePolicyFirst }),
  };
}
