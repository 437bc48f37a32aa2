/**
 * What the policy simulator answers: the engine says which statements fit, and here they are put together as AWS's
 * simulator was recorded to do it. It differs from real decisions: in one account a resource's policy alone lets in
 * whomever it names, were it only by account, past boundaries too.
 */
import { accountOfArn, serviceOfArn } from '../../kernel';
import {
  type AccessRequest,
  type AttachedPolicy,
  type Caller,
  type ContextValue,
  compilePolicy,
  contextValues,
  explain,
  type Policies,
  type PolicyKind,
  type StatementVerdict,
} from '../../policy';
import { contextKeysOf } from './context-keys';
import { type StatementPosition, statementPositions } from './statement-positions';

/** A policy and where it comes from. */
export interface SimulatedPolicy {
  /** `PolicyInputList.1`, `user_ann_inline`, a managed policy's name. */
  readonly source: string;
  readonly text: string;
}

export interface Simulation {
  readonly caller: Caller;
  /** Is there a caller at all? Without one AWS knows nothing of it but a made-up id. */
  readonly hasCaller: boolean;
  readonly identity: readonly SimulatedPolicy[];
  readonly boundary?: SimulatedPolicy | undefined;
  readonly resourcePolicy?: SimulatedPolicy | undefined;
  /** By level: texts of SCPs. Absent outside of organizations. */
  readonly scps?: readonly (readonly string[])[] | undefined;
  /** Owner of the resources whose ARN names none. */
  readonly resourceAccount: string;
  readonly context: Readonly<Record<string, ContextValue>>;
  /** Virtual ms. */
  readonly now: number;
}

type Effect = 'allowed' | 'explicitDeny' | 'implicitDeny';
type Layer = 'identity' | 'boundary' | 'resource';

const typeNames: Readonly<Record<Layer, string>> = {
  identity: 'IAM Policy',
  boundary: 'Permissions Boundary Policy',
  resource: 'Resource Policy',
};

const layers = ['boundary', 'resource', 'identity'] as const;

/** One action on one resource. */
interface Outcome {
  readonly resource: string;
  readonly decision: Effect;
  readonly matched: readonly MatchedStatement[];
  readonly byOrganizations: boolean | undefined;
  readonly byBoundary: boolean | undefined;
  /** By kind of policy; empty within one account. */
  readonly details: Readonly<Record<string, Effect>>;
  readonly missing: readonly string[];
}

/** A statement that had a say, as answers show it. */
export interface MatchedStatement {
  readonly SourcePolicyId: string;
  readonly SourcePolicyType: string;
  readonly StartPosition: { readonly Line: number; readonly Column: number };
  readonly EndPosition: { readonly Line: number; readonly Column: number };
}

/** What is the same for every action and resource. */
interface Prepared extends Simulation {
  /** Keys that any of the policies asks for. */
  readonly askedKeys: readonly string[];
  readonly policies: Policies;
  positionsOf(text: string): readonly StatementPosition[];
  /** By their source. */
  readonly identityTexts: ReadonlyMap<string, string>;
}

/** Looking at a resource costs as much as looking at so many statements. */
const looksPerResource = 5;

/** Answers for one action after another, on the resources given, or on all when there are none; and tells how many looks at statements each costs. */
export function simulator(simulation: Simulation, resources: readonly string[]) {
  const { identity, boundary, resourcePolicy, scps } = simulation;
  const positions = new Map<string, readonly StatementPosition[]>();
  const prepared: Prepared = {
    ...simulation,
    askedKeys: askedKeys(simulation),
    identityTexts: new Map(identity.map(({ source, text }) => [source, text])),
    policies: {
      identity: identity.map((policy) => attached(policy, 'inline')),
      ...(boundary && { boundary: attached(boundary, 'managed') }),
      ...(resourcePolicy && { resource: attached(resourcePolicy, 'resource') }),
      ...(scps && { scps: scps.map((level) => level.map((text) => ({ policy: compilePolicy(text, 'scp') }))) }),
    },
    positionsOf(text) {
      const known = positions.get(text) ?? statementPositions(text);
      positions.set(text, known);
      return known;
    },
  };
  const { policies } = prepared;
  const statements = [...(policies.identity ?? []), policies.boundary, policies.resource].map(
    (each) => each?.policy.statements.length ?? 0,
  );
  return {
    simulate: (action: string) => simulateAction(prepared, action, resources),
    looks: Math.max(1, resources.length) * statements.reduce((sum, count) => sum + count, looksPerResource),
  };
}

function simulateAction(simulation: Prepared, action: string, resources: readonly string[]) {
  const isGeneral = resources.length === 0 || (resources.length === 1 && resources[0] === '*');
  const outcomes = (isGeneral ? ['*'] : resources).map((resource) => outcomeOf(simulation, action, resource));
  const decision = together(outcomes.map((outcome) => outcome.decision));
  const telling = decision === 'explicitDeny' ? outcomes.filter((outcome) => outcome.decision === 'explicitDeny') : outcomes;
  const byOrganizations = all(outcomes.map((outcome) => outcome.byOrganizations));
  const byBoundary = all(outcomes.map((outcome) => outcome.byBoundary));
  return {
    EvalActionName: action,
    EvalResourceName: outcomes.length === 1 ? (outcomes[0] as Outcome).resource : formOf(action),
    EvalDecision: decision,
    MatchedStatements: distinct(telling.flatMap(({ matched }) => matched)),
    MissingContextValues: isGeneral ? [...(outcomes[0] as Outcome).missing] : [],
    ...(byOrganizations !== undefined && { OrganizationsDecisionDetail: { AllowedByOrganizations: byOrganizations } }),
    ...boundaryDetail(byBoundary),
    ...(!isGeneral && {
      EvalDecisionDetails: Object.assign({}, ...outcomes.map(({ details }) => details)) as Record<string, Effect>,
      ResourceSpecificResults: outcomes.map(toResourceResult),
    }),
  };
}

/** Which ARNs an action takes: what AWS says instead of several. It knows that of all services; here it is told of S3. */
function formOf(action: string): string {
  const [, name] = /^s3:(.+)$/i.exec(action) ?? [];
  if (name === undefined) return '*';
  return /Object|Multipart/i.test(name) && !/Bucket/i.test(name)
    ? `arn:aws:s3:::\${BucketName}/\${KeyName}`
    : `arn:aws:s3:::\${BucketName}`;
}

function toResourceResult({ resource, decision, matched, byBoundary, details, missing }: Outcome) {
  return {
    EvalResourceName: resource,
    EvalResourceDecision: decision,
    ...(matched.length > 0 && { MatchedStatements: [...matched] }),
    ...(missing.length > 0 && { MissingContextValues: [...missing] }),
    ...(Object.keys(details).length > 0 && { EvalDecisionDetails: details }),
    ...boundaryDetail(byBoundary),
  };
}

const boundaryDetail = (allowed: boolean | undefined) =>
  allowed === undefined ? {} : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowed } };

/** A list of decisions is as good as its worst. */
function together(decisions: readonly Effect[]): Effect {
  if (decisions.includes('explicitDeny')) return 'explicitDeny';
  return decisions.includes('implicitDeny') ? 'implicitDeny' : 'allowed';
}

function all(flags: readonly (boolean | undefined)[]): boolean | undefined {
  return flags.includes(undefined) ? undefined : flags.every((flag) => flag === true);
}

function distinct(statements: readonly MatchedStatement[]): MatchedStatement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}

function outcomeOf(simulation: Prepared, action: string, resource: string): Outcome {
  const request = requestOf(simulation, action, resource);
  const verdicts = isForeign(action, resource) ? [] : explain(request).statements.filter(({ matched }) => matched);
  const byOrganizations = simulation.scps && scpsAllow(verdicts, simulation.scps.length);
  const says = (layer: Layer, effect: 'Allow' | 'Deny') => verdicts.filter((each) => each.layer === layer && each.effect === effect);
  const has = { identity: true, boundary: simulation.boundary !== undefined, resource: simulation.resourcePolicy !== undefined };
  const byLayer = (layer: Layer): Effect =>
    says(layer, 'Deny').length > 0 ? 'explicitDeny' : says(layer, 'Allow').length > 0 ? 'allowed' : 'implicitDeny';
  const isAcross = request.resource.account !== simulation.caller.account;
  const missing = missingKeys(simulation.askedKeys, simulation.hasCaller ? contextValues(request) : simulation.context);
  const byBoundary = has.boundary ? byLayer('boundary') === 'allowed' : undefined;
  if (byOrganizations === false) {
    const isDenied = verdicts.some(({ layer, effect }) => layer === 'scp' && effect === 'Deny');
    return {
      resource,
      decision: isDenied ? 'explicitDeny' : 'implicitDeny',
      matched: [],
      byOrganizations,
      byBoundary,
      details: {},
      missing: [],
    };
  }
  const denied = layers.flatMap((layer) => says(layer, 'Deny'));
  const own = byLayer('identity') === 'allowed' && byBoundary !== false;
  const shared = byLayer('resource') === 'allowed';
  const isAllowed = isAcross ? own && shared : own || shared;
  const decision = denied.length > 0 ? 'explicitDeny' : isAllowed ? 'allowed' : 'implicitDeny';
  const granted = [...says('resource', 'Allow'), ...says('identity', 'Allow')];
  const matched = decision === 'explicitDeny' ? denied : decision === 'allowed' ? granted : [];
  const told = isAcross ? layers.filter((layer) => has[layer]).map((layer) => [typeNames[layer], byLayer(layer)]) : [];
  return {
    resource,
    decision,
    matched: matched.map((verdict) => toMatched(simulation, verdict)),
    byOrganizations,
    byBoundary,
    details: Object.fromEntries(told),
    missing,
  };
}

function requestOf({ caller, policies, ...simulation }: Prepared, action: string, resource: string): AccessRequest {
  return {
    caller,
    action,
    resource: { arn: resource, account: resource === '*' ? caller.account : (accountOfArn(resource) ?? simulation.resourceAccount) },
    call: simulation.hasCaller ? { now: simulation.now } : {},
    conditions: simulation.context,
    policies,
  };
}

function attached({ source, text }: SimulatedPolicy, kind: PolicyKind): AttachedPolicy {
  return { policy: compilePolicy(text, kind), name: source };
}

/** Some statement of each level must allow, and none of any deny. */
function scpsAllow(verdicts: readonly StatementVerdict[], levels: number): boolean {
  const ofScps = verdicts.filter(({ layer }) => layer === 'scp');
  if (ofScps.some(({ effect }) => effect === 'Deny')) return false;
  return new Set(ofScps.map(({ level }) => level)).size === levels;
}

/** Services whose actions take no resources but their own. AWS knows the kinds of resources of each action. */
const closedServices = new Set(['s3', 'iam', 'sqs', 'sns', 'dynamodb', 'kms', 'lambda']);

function isForeign(action: string, resource: string): boolean {
  const service = action.slice(0, action.indexOf(':')).toLowerCase();
  return resource !== '*' && closedServices.has(service) && serviceOfArn(resource) !== service;
}

function askedKeys({ identity, boundary, resourcePolicy }: Simulation): string[] {
  const texts = [...identity, boundary, resourcePolicy].flatMap((policy) => (policy ? [policy.text] : []));
  const asked = new Set(texts.flatMap((text) => contextKeysOf(text) ?? []));
  return [...asked].filter((key) => !/^[*?$]$/.test(key));
}

/** Keys that have no value, whether or not it comes to asking for them (recorded). */
function missingKeys(asked: readonly string[], values: Readonly<Record<string, ContextValue>>): string[] {
  const known = new Set(Object.keys(values).map((key) => key.toLowerCase()));
  return asked.filter((key) => !known.has(key.toLowerCase()));
}

function toMatched(
  { identityTexts, boundary, resourcePolicy, positionsOf }: Prepared,
  { layer, policy, index }: StatementVerdict,
): MatchedStatement {
  const text = (layer === 'boundary' ? boundary?.text : layer === 'resource' ? resourcePolicy?.text : identityTexts.get(policy)) ?? '';
  const position = positionsOf(text)[index] ?? { start: { Line: 1, Column: 1 }, end: { Line: 1, Column: 1 } };
  return {
    SourcePolicyId: policy,
    SourcePolicyType: typeNames[layer as Layer],
    StartPosition: position.start,
    EndPosition: position.end,
  };
}
