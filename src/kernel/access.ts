/**
 * What a decision about access needs to know, told by the services that know it: IAM of identities, Organizations of
 * accounts, each service of its own resources. The security stage asks; a service only declares.
 */
import { collection, type Keyed } from './collection';
import type { RequestFacts } from './context';
import type { DenialDetails } from './denial-details';
import type { AwsError } from './errors';
import { encodedKey } from './key';
import type { Place } from './place';
import type { Principal } from './principal';
import type { ServiceDefinition } from './service';
import type { Tags, Tx } from './tx';

/** One right that a call needs. A call may need several (CopyObject is a get and a put); all must be allowed. */
export interface AccessNeed {
  /** `s3:GetObject` */
  readonly action: string;
  /** The ARN it is needed on, `*` when the action takes no resource. */
  readonly resource: string;
  /** Condition keys that this request sets, beyond the global ones: `s3:prefix`, `iam:PassedToService`. */
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
  /** Tags that the request sets: `aws:RequestTag/…` and `aws:TagKeys`. */
  readonly requestTags?: Tags;
  /** Tag keys of requests that carry keys only (UntagResource). */
  readonly tagKeys?: readonly string[];
  /** For the service's own `facts.resource`, which works out from it what only the resource lets it know (keys of items). */
  readonly detail?: unknown;
}

/** Who asks, and the state: for services whose ARNs do not follow from the input alone (paths of users, the caller's own name). */
export interface Asking {
  readonly tx: Tx;
  readonly principal: Principal;
}

/** The text of a policy and where it hangs. */
export interface PolicyText {
  readonly text: string;
  /** Of managed policies, SCPs and RCPs. */
  readonly arn?: string;
  /** Of inline policies; of others for people. */
  readonly name?: string;
  /** The group that a user has it from. */
  readonly group?: string;
}

/** What IAM knows of a user, a role or whoever stands behind a session. */
export interface IdentityFacts {
  /** Of the user or role, not of its session. */
  readonly tags: Tags;
  /** Managed and inline, of the user or role and of the user's groups. */
  readonly policies: readonly PolicyText[];
  readonly boundary?: PolicyText | undefined;
  /** Managed policies that narrow the session, which its token names by ARN. */
  readonly sessionPolicies?: readonly PolicyText[] | undefined;
}

/** What Organizations knows of an account that is in one. */
export interface AccountFacts {
  readonly organization: {
    /** `o-a1b2c3d4e5` */
    readonly id: string;
    /** `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/` */
    readonly path: string;
    readonly isManagement: boolean;
    /** Names the ARNs of roots, units and accounts. */
    readonly managementAccount: string;
  };
  /** False for one with consolidated billing alone, where neither policies bind nor services are trusted. */
  readonly hasAllFeatures: boolean;
  /** Principals of the services with trusted access: `cloudtrail.amazonaws.com`. */
  readonly trustedServices: ReadonlySet<string>;
  /** The delegated administrators of each service that has some, by its principal. */
  readonly delegations: ReadonlyMap<string, ReadonlySet<string>>;
  /** Root, each OU on the way, the account; absent while the policy type is not enabled. */
  readonly scps?: readonly (readonly PolicyText[])[] | undefined;
  readonly rcps?: readonly (readonly PolicyText[])[] | undefined;
}

/** What a service knows of one of its resources. Its functions are called when a policy asks, inside of the transaction, and once. */
export interface ResourceFacts {
  /** Of its owner, where its ARN does not say it (buckets). */
  readonly account?: string | undefined;
  /** The resource's own policy. */
  readonly policy?: PolicyText | undefined;
  /** What kind of document that is; `resource` when absent, `trust` for roles. */
  readonly policyKind?: 'resource' | 'trust';
  readonly tags?: (() => Tags | undefined) | undefined;
  /** Nobody gets in without the resource's policy: KMS keys and trust policies. */
  readonly policyFirst?: boolean;
  /** Condition keys whose value the resource knows: `s3:ExistingObjectTag/…`, `iam:PolicyARN`. */
  readonly conditions?: (() => Readonly<Record<string, string | readonly string[]>>) | undefined;
  /** Grants beside the policy, for those whom no policy allows: S3's ACLs. */
  readonly grants?: ((principal: Principal, action: string) => boolean) | undefined;
  /** An error to answer instead of a denial, where a service has one of its own. */
  readonly denial?: (principal: Principal, action: string) => AwsError | undefined;
}

/** What a service tells for decisions about access. */
export interface AccessFacts {
  /**
   * Of a resource that the ARN of a need names; undefined when it is not there. `need` and `principal` say why it is asked
   * for: some see a resource in another light (an owner is not bound by the policy that would lock it out; creating a
   * bucket has nothing to do with who has one of that name).
   */
  readonly resource?: (tx: Tx, arn: string, at: Place, need: AccessNeed, principal: Principal) => ResourceFacts | undefined;
  /** What a delivery to one of its ARNs needs, when the service principal of another service sends it: `sqs:SendMessage`. */
  readonly deliveryAction?: (targetArn: string) => string | undefined;
  /** How the service's denials spell an action, where that is not the action's name: `sqs:sendmessage`, `SNS:Publish`. */
  readonly spellAction?: (action: string) => string;
  /** How the service's denials name a resource, where that is not its ARN: `role deploy`. */
  readonly spellResource?: (arn: string, action: string) => string;
  /** S3 only: the id by which its policies name an account. */
  readonly canonicalUser?: (account: string) => string;
  /** IAM only. Undefined when there is no such user or role (any more). */
  readonly identity?: (tx: Tx, principal: Principal) => IdentityFacts | undefined;
  /** Organizations only. Undefined for an account outside of any. */
  readonly account?: (tx: Tx, account: string) => AccountFacts | undefined;
}

/** A question to the security stage. */
export interface AccessQuestion {
  readonly principal: Principal;
  readonly needs: readonly AccessNeed[];
  /** Where the call is made: the account whose resources it means by default, the region asked. */
  readonly place: Place;
  readonly request: RequestFacts;
  /** The service asked, whose words a denial takes. */
  readonly service: string;
  /** Services that pass the caller's call on, first to last. */
  readonly calledVia?: readonly string[] | undefined;
  /** For whom a service principal acts: `aws:SourceArn` and `aws:SourceAccount`. */
  readonly source?: { readonly arn?: string | undefined; readonly account?: string | undefined };
}

/** An operation that one service calls of another, in this process. */
export interface InnerOperation {
  readonly definition: ServiceDefinition;
  readonly name: string;
  readonly input: unknown;
}

/** The security stage, as the kernel knows it. Decides by mode: nothing in `off`, notes in `audit`, throws in `enforce`. */
export interface AccessControl {
  /** False while every mode is `off`: then nobody need be asked anything. */
  readonly isActive: boolean;
  /** Throws AccessDenied as the service words it, and NotReady while a service that knows is not loaded. */
  authorise(tx: Tx, question: AccessQuestion): void;
  /** The same for all that an operation declares to need. */
  authoriseOperation(tx: Tx, operation: InnerOperation, question: Omit<AccessQuestion, 'needs'>): void;
  /** A denial that the operation itself found, where no policy could say it: noted as denied, and `error` thrown in `enforce`. */
  refuse(tx: Tx, question: AccessQuestion, error: AwsError): void;
  /** What is remembered of a denial; undefined when there is none (any more), and for those who may not see it. */
  denialDetails(tx: Tx, authorizationId: string, asking: Principal): DenialDetails | undefined;
}

/** Changes with everything that decisions are made from besides the resource itself, so that what was derived from it can be kept. */
export const AccessGenerations = collection<{ readonly name: 'access'; readonly generation: string }>({
  name: 'kernel/access-generation',
  version: 1,
  scope: 'partition',
  key: (record) => record.name,
});

/** Read at every decision, so encoded once. */
const theOne: Keyed = { key: encodedKey(['access']) };

/** To be called by IAM and Organizations whenever identities, their policies and tags, or an organization change: at once, before anybody asks. */
export function accessChanged(tx: Tx): void {
  tx.put(AccessGenerations, { name: 'access', generation: tx.uuid() });
}

/**
 * The object that stands for the identities and organizations of the partition as they are: with `derived`, what follows
 * from them is kept no longer than they last, also where a change is undone. Undefined before the first.
 */
export function accessState(tx: Tx): object | undefined {
  return tx.get(AccessGenerations, theOne);
}

/** The same text as long as no identity and no organization of the partition changed. */
export function accessGeneration(tx: Tx): string {
  return tx.get(AccessGenerations, theOne)?.generation ?? '';
}
