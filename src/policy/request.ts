/** What the engine is asked: who wants to do what, on which resource, and which policies have a say. */
import type { CompiledPolicy } from './compile';
import type { ContextValue } from './context';

/** A caller, with what conditions and Principal elements can know of it. */
export interface Caller {
  /**
   * `federated-user` holds a GetFederationToken session; `identity` is somebody an identity provider vouches for, who is
   * no principal yet (AssumeRoleWithWebIdentity, AssumeRoleWithSAML).
   */
  readonly type: 'root' | 'user' | 'role-session' | 'federated-user' | 'service' | 'identity' | 'anonymous';
  /** As messages name it: `arn:aws:sts::…:assumed-role/name/session` for a role session. */
  readonly arn: string;
  readonly account: string;
  /** `aws:userid`: `AIDA…`, `AROA…:session`, an account id for root. */
  readonly id: string;
  /** The role of a role session, with its path; the user behind a federated user. */
  readonly entityArn?: string;
  readonly userName?: string;
  /** `s3.amazonaws.com` */
  readonly service?: string;
  /** Provider behind an `identity`, or behind the role session it got: an ARN, or `cognito-identity.amazonaws.com`. */
  readonly federatedProvider?: string;
  /** Canonical user id of the account, for S3. */
  readonly canonicalUser?: string;
  /** Tags of the user or role, overridden by those of the session. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly organization?: Membership;
  /** Temporary credentials only. */
  readonly session?: {
    /** Milliseconds since 1970. */
    readonly issuedAt: number;
    readonly mfa: boolean;
    /** Seconds since the code was given. */
    readonly mfaAgeSeconds?: number;
    readonly sourceIdentity?: string;
    /** Of AssumeRoot: `aws:AssumedRoot`. */
    readonly isAssumedRoot?: boolean;
    /** Keys that an identity provider vouched for when the session began: `cognito-identity.amazonaws.com:sub`, `saml:sub`. */
    readonly vouched?: Readonly<Record<string, ContextValue>>;
  };
}

/** Where an account stands in its organization. */
export interface Membership {
  /** `o-a1b2c3d4e5` */
  readonly id: string;
  /** `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/` */
  readonly path: string;
  readonly isManagement: boolean;
  readonly managementAccount?: string;
}

export interface Resource {
  /** `*` when the action takes none. */
  readonly arn: string;
  /** Of its owner. Absent: the caller's own. */
  readonly account?: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly organization?: Membership | undefined;
}

/** The call itself, as far as global condition keys tell of it. */
export interface CallFacts {
  /** Virtual time, ms since 1970. */
  readonly now?: number;
  readonly region?: string;
  readonly sourceIp?: string;
  readonly secure?: boolean;
  readonly userAgent?: string;
  readonly referer?: string;
  /** Through a VPC endpoint: then the address is one of the VPC. */
  readonly endpoint?: { readonly vpc: string; readonly vpce: string; readonly account?: string };
  /** Services that pass the caller's call on, first to last. */
  readonly calledVia?: readonly string[];
  /** For whom a service calls. */
  readonly source?: { readonly arn?: string; readonly account?: string; readonly organization?: Membership };
  readonly requestTags?: Readonly<Record<string, string>>;
  /** Tag keys of requests that carry keys only (UntagResource); those of `requestTags` when absent. */
  readonly tagKeys?: readonly string[];
}

/** A policy where it hangs. */
export interface AttachedPolicy {
  readonly policy: CompiledPolicy;
  /** Of managed policies, SCPs and RCPs. */
  readonly arn?: string;
  /** Of inline policies; of others for people. */
  readonly name?: string;
  /** The group that a user has it from. */
  readonly group?: string;
}

/** Absent means that there is none of the kind, not that it allows nothing. */
export interface Policies {
  /** Managed and inline, of the user or role and of the user's groups. */
  readonly identity?: readonly AttachedPolicy[];
  readonly boundary?: AttachedPolicy;
  /** Together they limit the session. */
  readonly session?: readonly AttachedPolicy[];
  /** Session policies of which each must allow, whoever else does: what was approved for those who act by delegation. */
  readonly delegated?: readonly AttachedPolicy[];
  readonly resource?: AttachedPolicy;
  /** Of the caller's account: root, each OU on the way, the account. Each level must allow. */
  readonly scps?: readonly (readonly AttachedPolicy[])[];
  /** Of the resource's account. */
  readonly rcps?: readonly (readonly AttachedPolicy[])[];
  /** Of the VPC endpoint through which the call came. */
  readonly endpoint?: AttachedPolicy;
}

export interface AccessRequest {
  readonly caller: Caller;
  /** `s3:GetObject` */
  readonly action: string;
  readonly resource: Resource;
  readonly call?: CallFacts;
  /** Keys of the service, and global ones that shall be other than the facts say. */
  readonly conditions?: Readonly<Record<string, ContextValue>> | undefined;
  readonly policies: Policies;
  /**
   * Nobody gets in without the resource's policy: KMS keys and role trust policies. It must name the caller, or hand the
   * decision to the caller's account; then identity policies decide.
   */
  readonly resourcePolicyFirst?: boolean;
}
