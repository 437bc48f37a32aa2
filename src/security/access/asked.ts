/** One right that is asked for, as the policy engine takes it. What only conditions look at is worked out when one does. */
import type { AccessNeed, AccessQuestion, ResourceFacts } from '../../kernel/access';
import type { RequestFacts } from '../../kernel/context';
import type { Tags } from '../../kernel/tx';
import type { AccessRequest, Caller, CallFacts, Membership, Policies, Resource } from '../../policy';

type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** What a resource's service tells looks into the state: it is asked once, and never after `settle`. */
class AskedResource implements Resource {
  readonly arn: string;
  readonly account: string;
  readonly organization: Membership | undefined;
  #facts: ResourceFacts | undefined;
  #tags: Tags | undefined;

  constructor(arn: string, account: string, organization: Membership | undefined, facts: ResourceFacts | undefined) {
    this.arn = arn;
    this.account = account;
    this.organization = organization;
    this.#facts = facts;
  }

  get tags(): Tags | undefined {
    if (this.#facts) this.settle();
    return this.#tags;
  }

  settle(): void {
    this.#tags = this.#facts?.tags?.();
    this.#facts = undefined;
  }

  forget(): void {
    this.#facts = undefined;
  }
}

/** Who asks, and what is known of what it asks for. */
interface AskedFacts {
  readonly caller: Caller;
  readonly policies: Policies;
  /** Of the resource's owner. */
  readonly account: string;
  readonly organization: Membership | undefined;
  readonly facts: ResourceFacts | undefined;
  readonly origin: Origin;
  /** Virtual time, ms since 1970. */
  readonly now: number;
  /** Where the account stands for which a service acts. */
  readonly sourceOrganization: Membership | undefined;
}

/** Of an HTTP request, what policies may ask about; undefined for what comes from inside of AWS. */
export interface Origin {
  readonly secure: boolean;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
}

/** A service's own calls come from inside of AWS, over TLS; no address is told of them, nor of what it passes on. */
const inside: Origin = { secure: true, sourceIp: undefined, userAgent: undefined, referer: undefined };

/** Calls of one client come alike: the same object stands for those that come one after the other. */
export class Origins {
  #last = inside;

  of({ secure, sourceIp, userAgent, headers: { referer } }: RequestFacts): Origin {
    const last = this.#last;
    const isSame = last.sourceIp === sourceIp && last.userAgent === userAgent && last.secure === secure && last.referer === referer;
    if (!isSame) this.#last = { secure, sourceIp, userAgent, referer };
    return this.#last;
  }
}

/** What is asked, beside the right and who needs it. */
export type AskedQuestion = Pick<AccessQuestion, 'principal' | 'place' | 'calledVia' | 'source'>;

/** Most decisions need none but its policies, so that it holds what it was given and makes the rest when asked. */
export class Asked implements AccessRequest {
  readonly caller: Caller;
  readonly action: string;
  readonly policies: Policies;
  readonly resource: AskedResource;
  readonly resourcePolicyFirst: boolean;
  readonly #now: number;
  readonly #region: string;
  readonly #origin: Origin;
  readonly #calledVia: readonly string[] | undefined;
  readonly #source: AccessQuestion['source'];
  readonly #sourceOrganization: Membership | undefined;
  readonly #requestTags: Tags | undefined;
  readonly #tagKeys: readonly string[] | undefined;
  #stated: Conditions | undefined;
  #facts: ResourceFacts | undefined;

  constructor({ place, principal, calledVia, source }: AskedQuestion, need: AccessNeed, asked: AskedFacts) {
    const { facts } = asked;
    this.caller = asked.caller;
    this.action = need.action;
    this.policies = asked.policies;
    this.resource = new AskedResource(need.resource, asked.account, asked.organization, facts);
    this.resourcePolicyFirst = facts?.policyFirst === true;
    this.#now = asked.now;
    this.#region = place.region;
    this.#origin = principal.type === 'service' || calledVia !== undefined ? inside : asked.origin;
    this.#calledVia = calledVia;
    this.#source = source;
    this.#sourceOrganization = asked.sourceOrganization;
    this.#requestTags = need.requestTags;
    this.#tagKeys = need.tagKeys;
    this.#stated = need.conditions;
    this.#facts = facts;
  }

  get call(): CallFacts {
    const { secure, sourceIp, userAgent, referer } = this.#origin;
    const call: Writable<CallFacts> = { now: this.#now, region: this.#region, secure };
    if (sourceIp !== undefined) call.sourceIp = sourceIp;
    if (userAgent !== undefined) call.userAgent = userAgent;
    if (referer !== undefined) call.referer = referer;
    if (this.#calledVia) call.calledVia = this.#calledVia;
    if (this.#source) call.source = sourceFacts(this.#source, this.#sourceOrganization);
    if (this.#requestTags) call.requestTags = this.#requestTags;
    if (this.#tagKeys) call.tagKeys = this.#tagKeys;
    return call;
  }

  get conditions(): Conditions | undefined {
    const known = this.#facts?.conditions?.();
    this.#facts = undefined;
    if (known) this.#stated = this.#stated ? { ...known, ...this.#stated } : known;
    return this.#stated;
  }

  /** Reads what an explanation may ask later, while the state may be looked into. */
  settle(): void {
    void this.conditions;
    void this.resource.tags;
  }

  /** Leaves out what nobody asked: no policy that counts looks at it. */
  forget(): void {
    this.#facts = undefined;
    this.resource.forget();
  }
}

function sourceFacts({ arn, account }: NonNullable<AccessQuestion['source']>, organization: Membership | undefined) {
  return { ...(arn !== undefined && { arn }), ...(account !== undefined && { account }), ...(organization && { organization }) };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
