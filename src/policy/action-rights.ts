/** What policies that ask for nothing but action and resource say of one action: the resource is then all there is to look at. */
import { ArnParts } from './arn-pattern';
import { type CompiledStatement, splitAction } from './compile';
import type { Context } from './context';
import { applicableLayers, type Decision, hasNoPolicies } from './evaluate';
import type { AttachedPolicy, Caller, Policies } from './request';

interface Grant {
  /** Undefined for every resource. */
  readonly resources: CompiledStatement['resources'];
  readonly decision: Decision;
}

/** Made once for a caller and an action, then asked about many resources of the caller's account. */
export class ActionRights {
  readonly #denies: readonly CompiledStatement[];
  /** Statements of which one each must allow, too. */
  readonly #limits: readonly (readonly CompiledStatement[])[];
  readonly #grants: readonly Grant[];
  /** What was asked last: most often it is asked again. */
  #arn = '';
  #decision: Decision | undefined;

  constructor(denies: readonly CompiledStatement[], limits: readonly (readonly CompiledStatement[])[], grants: readonly Grant[]) {
    this.#denies = denies;
    this.#limits = limits;
    this.#grants = grants;
  }

  /** What `evaluate` decides where the resource has no policy of its own, when that is to allow it; undefined when it is not. */
  allowed(arn: string): Decision | undefined {
    if (arn === this.#arn) return this.#decision;
    this.#arn = arn;
    this.#decision = this.#decide(arn);
    return this.#decision;
  }

  #decide(arn: string): Decision | undefined {
    const parts = new ArnParts(arn);
    for (const { resources } of this.#denies) if (reaches(resources, parts)) return undefined;
    for (const limit of this.#limits) if (!limit.some(({ resources }) => reaches(resources, parts))) return undefined;
    for (const { resources, decision } of this.#grants) if (reaches(resources, parts)) return decision;
    return undefined;
  }
}

/** Nobody asks it. */
const noContext: Context = { get: () => undefined };

function reaches(resources: CompiledStatement['resources'], parts: ArnParts): boolean {
  return resources === undefined || resources.matches(parts, noContext);
}

/** Of the policies on the caller's side; undefined for callers who have none, and where one of them asks for more. */
export function actionRights(caller: Caller, policies: Policies, action: string): ActionRights | undefined {
  const { identity = [], boundary, session, resource, rcps, endpoint } = policies;
  if (resource || rcps || endpoint || hasNoPolicies(caller)) return undefined;
  const parts = splitAction(action);
  const about = (attached: readonly AttachedPolicy[], effect: 'allows' | 'denies') =>
    attached.flatMap(({ policy }) => policy[effect].filter(({ actions }) => actions.matches(parts)));
  const layers = applicableLayers({ caller, action, resource: { arn: '*' }, policies });
  if (layers.some((layer) => layer.policies.some(isConditional))) return undefined;
  const denies = layers.flatMap((layer) => about(layer.policies, 'denies'));
  const guardrails = layers.filter(({ isGuardrail }) => isGuardrail).map((layer) => about(layer.policies, 'allows'));
  if (caller.type === 'root') {
    return new ActionRights(denies, guardrails, [{ resources: undefined, decision: { effect: 'allow', layer: 'root' } }]);
  }
  // A federated user without session policies may do nothing of its own.
  const narrowed = session ?? (caller.type === 'federated-user' ? [] : undefined);
  const limits = [...(boundary ? [[boundary]] : []), ...(narrowed ? [narrowed] : [])].map((attached) => about(attached, 'allows'));
  const grants = identity.flatMap((policy) =>
    about([policy], 'allows').map((statement): Grant => {
      return { resources: statement.resources, decision: { effect: 'allow', layer: 'identity', policy, statement } };
    }),
  );
  return new ActionRights(denies, [...guardrails, ...limits], grants);
}

/** Conditions, principals, or variables in its resources: does what a policy says depend on more than action and resource? */
export function isConditional({ policy }: AttachedPolicy): boolean {
  return policy.statements.some(
    ({ clauses, principals, statement }) =>
      clauses.length > 0 || principals !== undefined || statement.resources?.names.some((name) => name.includes('${')) === true,
  );
}
