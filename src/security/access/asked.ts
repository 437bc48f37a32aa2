/** One right that is asked for, as the policy engine takes it. What only conditions look at is worked out when one does. */
import type { AccessNeed, ResourceFacts } from '../../kernel/access';
import type { Tags } from '../../kernel/tx';
import type { AccessRequest, Caller, CallFacts, Membership, Policies, Resource } from '../../policy';

type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** Facts of a resource may be getters that look into the state: they are read once, and never after `settle`. */
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
    this.#tags = this.#facts?.tags;
    this.#facts = undefined;
  }

  forget(): void {
    this.#facts = undefined;
  }
}

export interface AskedFacts {
  readonly caller: Caller;
  readonly need: AccessNeed;
  /** Of the resource's owner. */
  readonly account: string;
  readonly organization: Membership | undefined;
  readonly facts: ResourceFacts | undefined;
  readonly call: CallFacts;
  readonly policies: Policies;
}

export class Asked implements AccessRequest {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: AskedResource;
  readonly call: CallFacts;
  readonly policies: Policies;
  readonly resourcePolicyFirst: boolean;
  #stated: Conditions | undefined;
  #facts: ResourceFacts | undefined;

  constructor({ caller, need, account, organization, facts, call, policies }: AskedFacts) {
    this.caller = caller;
    this.action = need.action;
    this.resource = new AskedResource(need.resource, account, organization, facts);
    this.call = call;
    this.policies = policies;
    this.resourcePolicyFirst = facts?.policyFirst === true;
    this.#stated = need.conditions;
    this.#facts = facts;
  }

  get conditions(): Conditions | undefined {
    const known = this.#facts?.conditions;
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
