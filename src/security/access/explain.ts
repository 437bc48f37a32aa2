/** A decision about access as people and programs read it: every statement considered, the one that decided, and what to change. */
import {
  type AccessRequest,
  type AttachedPolicy,
  type ContextValue,
  contextValues,
  explain,
  type Layer,
  type LayerVerdict,
} from '../../policy';
import { authorizationIdOf, type DecisionEntry } from './decisions';
import { levelName, type Suggestion, suggestionsFor } from './explain-suggestion';

export interface ExplainedStatement {
  readonly sid?: string;
  /** Its place in the policy, from 1. */
  readonly number: number;
  readonly effect: 'Allow' | 'Deny';
  readonly matched: boolean;
  /** Is it the statement that decided? */
  readonly decisive: boolean;
  /** What did not fit, or that everything did. */
  readonly reasons: readonly string[];
}

export interface ExplainedPolicy {
  readonly arn?: string;
  readonly name?: string;
  /** The group that the user has it from. */
  readonly group?: string;
  /** What is to be known of it: that its document is not at hand. */
  readonly note?: string;
  readonly statements: readonly ExplainedStatement[];
}

export interface ExplainedLayer {
  readonly layer: Layer;
  /** For people: `Service control policies of the account`. */
  readonly title: string;
  /** Which level of SCPs or RCPs, from 0, the root. */
  readonly level?: number;
  readonly effect: LayerVerdict['effect'];
  /** Is it what decided? */
  readonly decisive: boolean;
  readonly policies: readonly ExplainedPolicy[];
}

export interface ExplainedDecision {
  readonly principal: string;
  readonly account: string;
  readonly action: string;
  readonly resource: string;
  /** What the policies say. */
  readonly effect: 'allow' | 'explicitDeny' | 'implicitDeny';
  /** No policy allows it, but a grant beside them does: an ACL of S3. */
  readonly byGrant?: true;
  /** The decision in one sentence. */
  readonly summary: string;
  readonly layers: readonly ExplainedLayer[];
  /** Condition keys and their values. */
  readonly context: Readonly<Record<string, ContextValue>>;
  /** For a denied request. */
  readonly suggestions: readonly Suggestion[];
  /** Of requests that were made. */
  readonly request?: {
    readonly id: string;
    readonly authorizationId: string;
    /** ISO 8601, virtual time. */
    readonly time: string;
    readonly mode: 'audit' | 'enforce';
    readonly service: string;
    readonly region: string;
    /** Did it go on? In `audit` everything does. */
    readonly passed: boolean;
    /** What the caller was told, or would have been. */
    readonly message?: string;
  };
}

/** Of a decision that was made. */
export function explainEntry(entry: DecisionEntry): ExplainedDecision {
  const { requestId, at, mode, service, place, allowed, message } = entry;
  return {
    ...asDecided(explainRequest(entry.request), entry),
    request: {
      id: requestId,
      authorizationId: authorizationIdOf(requestId),
      time: new Date(at).toISOString(),
      mode,
      service,
      region: place.region,
      passed: allowed || mode === 'audit',
      ...(message !== undefined && { message }),
    },
  };
}

/** No more than that, of a denial: many are told in one list. */
export function stepsOf({ request, decision, message = '' }: DecisionEntry): Pick<ExplainedDecision, 'summary' | 'suggestions'> {
  if (isBeyondPolicies(decision)) return { summary: beyondPolicies(message), suggestions: [] };
  const explanation = explain(request);
  return { summary: explanation.summary, suggestions: suggestionsFor(request, explanation) };
}

/** What sessions may never do, and what operations find out themselves: no statement denied it. */
function isBeyondPolicies({ effect, statement }: DecisionEntry['decision']): boolean {
  return effect === 'explicitDeny' && statement === undefined;
}

const beyondPolicies = (message: string) => `Denied whatever policies say: ${message}`;

/** Some things are decided beside the policies. */
function asDecided(explained: ExplainedDecision, { allowed, byGrant, decision, message = '' }: DecisionEntry): ExplainedDecision {
  if (byGrant) return allowedByGrant(explained);
  if (allowed) return { ...explained, suggestions: [] };
  if (!isBeyondPolicies(decision)) return explained;
  return { ...undecided(explained), effect: 'explicitDeny', summary: beyondPolicies(message), suggestions: [] };
}

function allowedByGrant(explained: ExplainedDecision): ExplainedDecision {
  const summary = `${explained.summary} A grant of the resource beside its policy, such as an ACL, allows it.`;
  return { ...undecided(explained), byGrant: true, summary, suggestions: [] };
}

/** No policy decided it. */
function undecided(explained: ExplainedDecision): ExplainedDecision {
  const layers = explained.layers.map((layer) => ({
    ...layer,
    decisive: false,
    policies: layer.policies.map((policy) => ({
      ...policy,
      statements: policy.statements.map((statement) => ({ ...statement, decisive: false })),
    })),
  }));
  return { ...explained, layers };
}

/** Of a request that could be made. */
export function explainConsidered({ request, byGrant }: Pick<DecisionEntry, 'request' | 'byGrant'>): ExplainedDecision {
  const explained = explainRequest(request);
  return byGrant ? allowedByGrant(explained) : explained;
}

function explainRequest(request: AccessRequest): ExplainedDecision {
  const { caller, action, resource } = request;
  const explanation = explain(request);
  const { decision, summary, layers } = explanation;
  const lastLevels = new Map(layers.map(({ layer, level = 0 }) => [layer, level]));
  return {
    principal: caller.arn,
    account: caller.account,
    action,
    resource: resource.arn,
    effect: decision.effect,
    summary,
    layers: layers.map((layer) => explainedLayer(layer, lastLevels.get(layer.layer) ?? 0)),
    context: contextValues(request),
    suggestions: suggestionsFor(request, explanation),
  };
}

const titles: Readonly<Record<Layer, string>> = {
  rcp: 'Resource control policies',
  scp: 'Service control policies',
  endpoint: 'VPC endpoint policy',
  resource: 'Resource-based policy',
  identity: 'Identity-based policies',
  boundary: 'Permissions boundary',
  session: 'Session policies',
};

function explainedLayer({ layer, level, effect, decisive, policies }: LayerVerdict, lastLevel: number): ExplainedLayer {
  const isTrust = layer === 'resource' && policies[0]?.policy.policy.kind === 'trust';
  return {
    layer,
    title: isTrust ? 'Role trust policy' : titles[layer] + (level === undefined ? '' : ` of ${levelName(level, lastLevel)}`),
    ...(level !== undefined && { level }),
    effect,
    decisive,
    policies: policies.map(({ policy, statements }) => ({
      ...(policy.arn !== undefined && { arn: policy.arn }),
      ...(policy.name !== undefined && { name: policy.name }),
      ...(policy.group !== undefined && { group: policy.group }),
      ...noteOn(policy),
      statements: statements.map(({ sid, index, effect: does, matched, decisive: decides, reasons }) => ({
        ...(sid && { sid }),
        number: index + 1,
        effect: does,
        matched,
        decisive: decides,
        reasons,
      })),
    })),
  };
}

/** Statements that stand for documents that are not there, by their Sids. */
const standIns: Readonly<Record<string, string>> = {
  NuvolaDoesNotHoldThisPolicy: 'Nuvola does not hold the document of this AWS managed policy; it allows nothing here',
  MalformedPolicy: 'the document cannot be read; it denies everything',
};

function noteOn({ policy }: AttachedPolicy): { readonly note?: string } {
  const note = standIns[policy.statements[0]?.statement.sid ?? ''];
  return note === undefined ? {} : { note };
}
