/** What is remembered of a denied request: the evaluations behind it and the policies they asked, as IAM Toolbox tells of them. */

export interface DenialDetails {
  /** Of the principal that was denied. */
  readonly account: string;
  /** The organization of that account: all of its accounts may read this. */
  readonly organizationId: string | undefined;
  /** Where it was denied. */
  readonly region: string;
  /** Condition keys that all evaluations have in common. */
  readonly requestContext: DenialContext;
  readonly evaluations: readonly DenialEvaluation[];
  readonly policies: readonly DenialPolicy[];
}

export type DenialContext = Readonly<Record<string, string | readonly string[]>>;

/** Of one action on one resource. */
export interface DenialEvaluation {
  readonly action: string;
  /** Empty for actions that take none. */
  readonly resource: string;
  /** Condition keys beyond those of the request. */
  readonly context: DenialContext;
  readonly evaluatedEffect: 'ALLOW' | 'EXPLICIT_DENY' | 'IMPLICIT_DENY';
  readonly matchedPolicies: readonly MatchedPolicy[];
  readonly checks: readonly DenialCheck[];
}

/** One of the things that must let a request through, and whether it did. */
export interface DenialCheck {
  readonly checkType:
    | 'SERVICE_CONTROL_POLICY'
    | 'RESOURCE_CONTROL_POLICY'
    | 'VPC_ENDPOINT'
    | 'RESOURCE'
    | 'PRINCIPAL'
    | 'PERMISSIONS_BOUNDARY'
    | 'SESSION';
  readonly evaluatedEffect: 'ALLOW' | 'EXPLICIT_DENY' | 'IMPLICIT_DENY' | 'NO_IMPACT';
  /** What distinguishes it from others of its type: the root, unit or account that SCPs and RCPs are attached to. */
  readonly targetArn?: string;
  readonly relevantPolicyTypes: readonly DenialPolicyType[];
  readonly matchedPolicies: readonly MatchedPolicy[];
}

export type DenialPolicyType =
  | 'IDENTITY_BASED_POLICY'
  | 'RESOURCE_BASED_POLICY'
  | 'PERMISSIONS_BOUNDARY'
  | 'SESSION_POLICY'
  | 'SERVICE_CONTROL_POLICY'
  | 'RESOURCE_CONTROL_POLICY'
  | 'VPC_ENDPOINT_POLICY';

export interface MatchedPolicy {
  /** Of one of `policies`. */
  readonly uri: string;
  readonly matchedStatements: readonly { readonly sid: string; readonly evaluatedEffect: 'ALLOW' | 'DENY' }[];
}

export interface DenialPolicy {
  readonly type: DenialPolicyType;
  readonly inline: boolean;
  /** Its ARN, or an opaque name. */
  readonly uri: string;
  readonly attachedTo: readonly { readonly arn: string }[];
  /** As it was when it denied. */
  readonly document: unknown;
}
