/**
 * AccessDenied in AWS's words, with the kind of policy that denied and, for an explicit deny, its ARN.
 *
 * IAM User Guide, "Troubleshoot access denied error messages"; AWS Security Blog, "Enhanced access denied error messages
 * with policy ARNs": the ARN is given within one account or one organization only, and never for resource policies.
 */
import type { Decision, Layer } from './evaluate';
import { isNearby } from './nearby';
import type { AccessRequest } from './request';

const kinds: Readonly<Record<Layer, { readonly deny: string; readonly none: string }>> = {
  rcp: { deny: 'a resource control policy', none: 'resource control policy' },
  scp: { deny: 'a service control policy', none: 'service control policy' },
  endpoint: { deny: 'a VPC endpoint policy', none: 'VPC endpoint policy' },
  resource: { deny: 'a resource-based policy', none: 'resource-based policy' },
  identity: { deny: 'an identity-based policy', none: 'identity-based policy' },
  boundary: { deny: 'a permissions boundary', none: 'permissions boundary' },
  session: { deny: 'a session policy', none: 'session policy' },
};

const trust = { deny: 'the role trust policy', none: 'role trust policy' };

interface DenialStyle {
  /** S3 puts the resource between quotes. */
  readonly quotesResource?: boolean;
  /** What the action is called instead of by its name: `SNS:Publish`. */
  readonly action?: string | undefined;
  /** What the resource is called instead of by its ARN. */
  readonly resource?: string | undefined;
}

/** `User: … is not authorized to perform: … on resource: … because no identity-based policy allows the … action`. */
export function denialMessage(request: AccessRequest, decision: Decision, style: DenialStyle = {}): string {
  const { caller, resource } = request;
  const { action = request.action } = style;
  // Whom a provider vouches for is told no more.
  if (caller.type === 'identity') return `Not authorized to perform ${action}`;
  const name = style.resource ?? resource.arn;
  const named = style.quotesResource ? `"${name}"` : name;
  const on = name === '*' && style.resource === undefined ? '' : ` on resource: ${named}`;
  return `User: ${caller.type === 'anonymous' ? 'anonymous' : caller.arn} is not authorized to perform: ${action}${on} ${denialReason(request, decision, action)}`;
}

/** The part that says which kind of policy denied. Empty for a decision that allows. */
function denialReason(request: AccessRequest, { effect, layer, policy }: Decision, action: string): string {
  if (effect === 'allow' || layer === 'root') return '';
  const kind = layer === 'resource' && isTrustDecision(request) ? trust : kinds[layer];
  if (effect === 'implicitDeny') return `because no ${kind.none} allows the ${action} action`;
  const arn = layer === 'resource' || layer === 'endpoint' || !isNearby(request) ? undefined : policy?.arn;
  return `with an explicit deny in ${kind.deny}${arn === undefined ? '' : `: ${arn}`}`;
}

function isTrustDecision({ policies, action }: AccessRequest): boolean {
  return policies.resource?.policy.kind === 'trust' || /^sts:AssumeRole/i.test(action);
}
