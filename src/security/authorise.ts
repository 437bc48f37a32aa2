/** May this principal do that? The stage of the pipeline, and what can be decided before there are policies. */
import type { Operation } from '../api/model';
import type { AccessNeed } from '../kernel/access';
import type { RequestFacts } from '../kernel/context';
import type { AwsError } from '../kernel/errors';
import type { Place } from '../kernel/place';
import type { Principal } from '../kernel/principal';
import type { ServiceDefinition } from '../kernel/service';
import { accessDenied, type Dialect, missingAuthentication } from './errors';
import type { AccessMode } from './modes';

/** What a call needs to be allowed: what its service declares, or `<signing name>:<Operation>` on `*`. */
export function accessNeeds(
  definition: ServiceDefinition,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  at: Place,
  request: RequestFacts,
): readonly AccessNeed[] {
  const declared = definition.access?.[operation.name];
  return declared ? declared(input, at, request) : [{ action: `${operation.service.signingName}:${operation.name}`, resource: '*' }];
}

/** Whether one need is met, and why. */
export interface Decision {
  readonly need: AccessNeed;
  readonly allowed: boolean;
  readonly reason: string;
}

/** Grants by the resource itself (bucket policies, ACLs): asked for anonymous callers. Undefined: it says nothing. */
export type ResourceGrants = (principal: Principal, need: AccessNeed) => { readonly allowed: boolean; readonly reason: string } | undefined;

/** Operations that AWS lets anybody call (`sts:AssumeRoleWithWebIdentity` proves who calls by its input). */
const open = new Set(['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML']);

/** One decision for each need. In mode `off` there is nothing to decide. */
export function authorise(
  principal: Principal,
  needs: readonly AccessNeed[],
  mode: AccessMode,
  grants: ResourceGrants = () => undefined,
): readonly Decision[] {
  return mode === 'off' ? [] : needs.map((need) => ({ need, ...decide(principal, need, grants) }));
}

function decide(principal: Principal, need: AccessNeed, grants: ResourceGrants): Omit<Decision, 'need'> {
  if (principal.type !== 'anonymous') return { allowed: true, reason: 'no policies are held: every signed caller is allowed' };
  const grant = grants(principal, need);
  if (grant) return grant;
  return open.has(need.action)
    ? { allowed: true, reason: 'the operation takes unsigned calls' }
    : { allowed: false, reason: 'the caller is anonymous and the resource grants it nothing' };
}

/** The error that decisions lead to; undefined when the call goes on — always so in `audit`, which only records. */
export function denialOf(decisions: readonly Decision[], mode: AccessMode, principal: Principal, dialect: Dialect): AwsError | undefined {
  const denied = mode === 'enforce' ? decisions.find((decision) => !decision.allowed) : undefined;
  if (!denied) return undefined;
  if (principal.type === 'anonymous') return missingAuthentication(dialect);
  if (dialect === 's3') return accessDenied('s3');
  const on = denied.need.resource === '*' ? '' : ` on resource: ${denied.need.resource}`;
  return accessDenied(dialect, `User: ${principal.arn} is not authorized to perform: ${denied.need.action}${on}`);
}
