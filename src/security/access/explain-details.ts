/**
 * A denied request as IAM Toolbox tells of it: evaluations, the checks of each, and the policies that had a say.
 * IAM Toolbox API reference, "GetRequestAuthorizationDetails", "Check" and "PolicyInfo".
 */
import { createHash } from 'node:crypto';
import type {
  DenialCheck,
  DenialContext,
  DenialDetails,
  DenialEvaluation,
  DenialPolicy,
  DenialPolicyType,
  MatchedPolicy,
} from '../../kernel/denial-details';
import {
  type AccessRequest,
  type AttachedPolicy,
  contextValues,
  type Decision,
  explain,
  isNearby,
  type Layer,
  type LayerVerdict,
  oneOrList,
  type PolicyDocument,
  type Statement,
  type StatementVerdict,
} from '../../policy';
import type { DecisionEntry } from './decisions';

/** Of all that one request asked for; undefined when none of it was denied. */
export function denialDetails(entries: readonly DecisionEntry[]): DenialDetails | undefined {
  const denied = entries.find(({ allowed }) => !allowed);
  if (denied === undefined) return undefined;
  const policies = new Map<string, DenialPolicy>();
  const contexts = entries.map(({ request }) => contextValues(request));
  const requestContext = inCommon(contexts);
  const evaluations = entries.map((entry, at) => evaluationOf(entry, without(contexts[at]!, requestContext), policies));
  const { caller } = denied.request;
  return {
    account: caller.account,
    organizationId: caller.organization?.id,
    region: denied.place.region,
    requestContext,
    evaluations,
    policies: [...policies.values()],
  };
}

function inCommon([first = {}, ...others]: readonly DenialContext[]): DenialContext {
  return Object.fromEntries(
    Object.entries(first).filter(([key, value]) => others.every((other) => JSON.stringify(other[key]) === JSON.stringify(value))),
  );
}

function without(context: DenialContext, common: DenialContext): DenialContext {
  return Object.fromEntries(Object.entries(context).filter(([key]) => !(key in common)));
}

const effects = { allow: 'ALLOW', explicitDeny: 'EXPLICIT_DENY', implicitDeny: 'IMPLICIT_DENY', noImpact: 'NO_IMPACT' } as const;

/** For what sessions may never do, and what operations find out themselves: no statement denied it. */
const beyondPolicies: DenialCheck = {
  checkType: 'SESSION',
  evaluatedEffect: 'EXPLICIT_DENY',
  relevantPolicyTypes: [],
  matchedPolicies: [],
};

function evaluationOf(entry: DecisionEntry, context: DenialContext, policies: Map<string, DenialPolicy>): DenialEvaluation {
  const { request, decision, allowed } = entry;
  const { layers } = explain(request);
  const fromPolicies = mergeResource(request, layers).map((parts) => checkOf(request, parts, policies));
  const checks = decision.effect === 'explicitDeny' && !decision.statement ? [...fromPolicies, beyondPolicies] : fromPolicies;
  const { action, resource } = request;
  return {
    action,
    resource: resource.arn === '*' ? '' : resource.arn,
    context,
    // A grant beside the policies, an ACL of S3, allows too.
    evaluatedEffect: allowed ? 'ALLOW' : effects[decision.effect],
    matchedPolicies: decidingPolicies(decision, checks),
    checks,
  };
}

/** "An implicit denial produces no matched policies"; else those whose statements say what was decided. */
function decidingPolicies({ effect }: Decision, checks: readonly DenialCheck[]): MatchedPolicy[] {
  const says = effect === 'allow' ? 'ALLOW' : 'DENY';
  if (effect === 'implicitDeny') return [];
  return checks
    .flatMap(({ matchedPolicies }) => matchedPolicies)
    .map(({ uri, matchedStatements }) => ({ uri, matchedStatements: matchedStatements.filter((each) => each.evaluatedEffect === says) }))
    .filter(({ matchedStatements }) => matchedStatements.length > 0);
}

/**
 * The resource's policy is a check of its own "when the owner must allow the request separately"; otherwise it is another
 * way to pass the principal's.
 */
function mergeResource(request: AccessRequest, layers: readonly LayerVerdict[]): (readonly LayerVerdict[])[] {
  const { caller, resource, resourcePolicyFirst } = request;
  const isSeparate = (resource.account !== undefined && resource.account !== caller.account) || resourcePolicyFirst === true;
  const shared = layers.find(({ layer }) => layer === 'resource');
  const own = layers.find(({ layer }) => layer === 'identity');
  if (isSeparate || !shared || !own) return layers.map((layer) => [layer]);
  return layers.filter((layer) => layer !== shared).map((layer) => (layer === own ? [own, shared] : [layer]));
}

const checkTypes: Readonly<Record<Layer, DenialCheck['checkType']>> = {
  rcp: 'RESOURCE_CONTROL_POLICY',
  scp: 'SERVICE_CONTROL_POLICY',
  endpoint: 'VPC_ENDPOINT',
  resource: 'RESOURCE',
  identity: 'PRINCIPAL',
  boundary: 'PERMISSIONS_BOUNDARY',
  session: 'SESSION',
};

const policyTypes: Readonly<Record<Layer, DenialPolicyType>> = {
  rcp: 'RESOURCE_CONTROL_POLICY',
  scp: 'SERVICE_CONTROL_POLICY',
  endpoint: 'VPC_ENDPOINT_POLICY',
  resource: 'RESOURCE_BASED_POLICY',
  identity: 'IDENTITY_BASED_POLICY',
  boundary: 'PERMISSIONS_BOUNDARY',
  session: 'SESSION_POLICY',
};

const severity: readonly LayerVerdict['effect'][] = ['explicitDeny', 'allow', 'implicitDeny', 'noImpact'];

function checkOf(request: AccessRequest, layers: readonly LayerVerdict[], policies: Map<string, DenialPolicy>): DenialCheck {
  const [first] = layers as readonly [LayerVerdict];
  const effect = severity.find((each) => layers.some((layer) => layer.effect === each)) ?? 'noImpact';
  const targetArn = organizationTarget(request, first);
  const types = new Set<DenialPolicyType>();
  const matchedPolicies: MatchedPolicy[] = [];
  for (const layer of layers) {
    for (const { policy, statements } of layer.policies) {
      const matched = statements.filter((statement) => statement.matched);
      if (layer === first || matched.length > 0) types.add(policyTypes[layer.layer]);
      if (!isVisible(request, layer.layer)) continue;
      const { uri } = noted(request, layer, policy, policies);
      if (matched.length > 0) matchedPolicies.push({ uri, matchedStatements: matched.map(matchedStatement) });
    }
  }
  return {
    checkType: checkTypes[first.layer],
    evaluatedEffect: effects[effect],
    ...(targetArn !== undefined && { targetArn }),
    relevantPolicyTypes: [...types],
    matchedPolicies,
  };
}

/** "If the statement has no Sid, one is generated for reference." */
function matchedStatement({ sid, index, effect }: StatementVerdict): MatchedPolicy['matchedStatements'][number] {
  return { sid: sid || `Statement${index + 1}`, evaluatedEffect: effect === 'Allow' ? 'ALLOW' : 'DENY' };
}

/** Policies of accounts that neither are the caller's nor stand in its organization show in effects alone. */
function isVisible(request: AccessRequest, layer: Layer): boolean {
  return (layer !== 'resource' && layer !== 'rcp') || isNearby(request);
}

function noted(request: AccessRequest, layer: LayerVerdict, policy: AttachedPolicy, policies: Map<string, DenialPolicy>): DenialPolicy {
  const type = policyTypes[layer.layer];
  const arn = attachedTo(request, layer);
  const uri = policy.arn ?? createHash('sha256').update(`${type} ${arn} ${policy.name}`).digest('hex').slice(0, 32);
  const known = policies.get(`${type} ${uri}`);
  const attached = [
    ...(known?.attachedTo ?? []),
    ...(arn === undefined || known?.attachedTo.some((each) => each.arn === arn) ? [] : [{ arn }]),
  ];
  const info = { type, inline: policy.arn === undefined, uri, attachedTo: attached, document: documentOf(policy.policy.document) };
  policies.set(`${type} ${uri}`, info);
  return info;
}

function attachedTo(request: AccessRequest, layer: LayerVerdict): string | undefined {
  const { caller, resource } = request;
  switch (layer.layer) {
    case 'scp':
    case 'rcp':
      return organizationTarget(request, layer);
    case 'resource':
      return resource.arn === '*' ? undefined : resource.arn;
    case 'endpoint':
      return undefined;
    default:
      return caller.entityArn ?? caller.arn;
  }
}

/** The root, unit or account of a level of SCPs or RCPs. */
function organizationTarget({ caller, resource }: AccessRequest, { layer, level }: LayerVerdict): string | undefined {
  const organization = layer === 'scp' ? caller.organization : layer === 'rcp' ? resource.organization : undefined;
  if (organization?.managementAccount === undefined || level === undefined) return undefined;
  const [, partition] = caller.arn.split(':');
  const [id = '', ...targets] = organization.path.split('/').filter((part) => part !== '');
  const prefix = `arn:${partition}:organizations::${organization.managementAccount}:`;
  // The last level is the account's.
  const target = targets[level];
  const account = layer === 'scp' ? caller.account : (resource.account ?? caller.account);
  return target === undefined ? `${prefix}account/${id}/${account}` : `${prefix}${level === 0 ? 'root' : 'ou'}/${id}/${target}`;
}

/** A document as JSON again. */
export function documentOf({ version, id, statements }: PolicyDocument): unknown {
  return { Version: version, ...(id !== undefined && { Id: id }), Statement: statements.map(statementOf) };
}

function statementOf({ sid, effect, principals, actions, resources, conditions }: Statement): unknown {
  const condition: Record<string, Record<string, unknown>> = {};
  for (const { operator, key, values } of conditions) (condition[operator.name] ??= {})[key] = oneOrList(values);
  const named = principals && {
    ...(principals.aws.length > 0 && { AWS: oneOrList(principals.aws) }),
    ...(principals.services.length > 0 && { Service: oneOrList(principals.services) }),
    ...(principals.federated.length > 0 && { Federated: oneOrList(principals.federated) }),
    ...(principals.canonicalUsers.length > 0 && { CanonicalUser: oneOrList(principals.canonicalUsers) }),
  };
  return {
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect,
    ...(principals && { [principals.not ? 'NotPrincipal' : 'Principal']: principals.everybody ? '*' : named }),
    [actions.not ? 'NotAction' : 'Action']: oneOrList(actions.names),
    ...(resources && { [resources.not ? 'NotResource' : 'Resource']: oneOrList(resources.names) }),
    ...(conditions.length > 0 && { Condition: condition }),
  };
}
