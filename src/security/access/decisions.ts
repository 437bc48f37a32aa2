/** The last decisions about access, with the facts they were made from: what `explain` and `generate` ask. */
import { accountOfArn } from '../../kernel/arn';
import type { Place } from '../../kernel/place';
import type { Principal } from '../../kernel/principal';
import { isAt } from '../../kernel/text-at';
import type { AccessRequest, Decision } from '../../policy';

/** One right that was asked for. Facts only: `explain(entry.request)` tells why, whenever somebody wants to know. */
export interface DecisionEntry {
  readonly requestId: string;
  /** Virtual time, ms since 1970. */
  readonly at: number;
  readonly mode: 'audit' | 'enforce';
  /** The service asked. */
  readonly service: string;
  readonly principal: Principal;
  readonly place: Place;
  readonly action: string;
  /** Its ARN, or `*`. */
  readonly resource: string;
  /** Action, resource and everything the policies were asked about. */
  readonly request: AccessRequest;
  /** What the policies said. */
  readonly decision: Decision;
  /** Does enforcement let it pass? In mode `audit` the call went on whatever this says. */
  readonly allowed: boolean;
  /** True when no policy allowed it but a grant beside them did: an ACL of S3. */
  readonly byGrant: boolean;
  /** The sentence of the denial; undefined when it is allowed. */
  readonly message: string | undefined;
  /** Deliveries by services: the JSON of the statement that the target's policy lacks. */
  readonly missingStatement: string | undefined;
}

/** A right that a principal made use of. */
interface UsedRight {
  readonly action: string;
  readonly resource: string;
  /** Virtual time, ms since 1970. */
  readonly lastUsedAt: number;
  /** Stands for every resource that begins so: more were used than are kept one by one. */
  readonly isPrefix?: true;
}

interface Use {
  /** Virtual time, ms since 1970. */
  lastAt: number;
}

/** The resources that one action was used on. */
interface UsedResources {
  readonly one: Map<string, Use>;
  /** How all begin for which there was no room. Uses of what begins so count for all of them. */
  beyond: string | undefined;
  beyondAt: number;
  /** Of `one`, what was used last. */
  last: string;
  lastUse: Use | undefined;
}

/** Few: what outlives a collection of young objects costs each call more than all else about its decision. */
const keptEntries = 300;
const keptDenials = 2_000;
const keptPrincipals = 1_000;
const keptActions = 500;
/** A managed policy of AWS's 6,144 characters names hardly more. */
const keptResources = 100;
/** Of all principals and actions together. */
const keptRights = 100_000;

const none: readonly DecisionEntry[] = [];

/**
 * Bounded: the oldest entries go. Denials are kept beside the others, so that traffic that is allowed does not push them
 * out.
 */
export class Decisions {
  readonly #entries = new Ring<DecisionEntry>(keptEntries);
  readonly #denials = new Ring<DecisionEntry>(keptDenials);
  /** The same by request. */
  readonly #denied = new Map<string, DecisionEntry[]>();
  /** Principal → action → resources. */
  readonly #used = new Map<string, Map<string, UsedResources>>();
  #rights = 0;
  /** What was used last: most go on with what the one before did. */
  #lastPrincipal: Principal | undefined;
  #lastAction = '';
  #lastUsed: UsedResources | undefined;

  record(entry: DecisionEntry): void {
    if (entry.allowed) this.#entries.add(entry);
    else this.#deny(entry);
    if (!entry.allowed && entry.mode !== 'audit') return;
    const used = this.#usedOf(entry);
    if (used) this.#use(used, entry);
  }

  /** Denials of one request, found at once. */
  deniedOf(requestId: string): readonly DecisionEntry[] {
    return this.#denied.size === 0 ? none : (this.#denied.get(requestId) ?? none);
  }

  /** Of one request, in the order in which they were made. Takes authorization ids as well. */
  byRequest(id: string): DecisionEntry[] {
    const wanted = authorizationIdOf(id);
    const isWanted = ({ requestId }: DecisionEntry) => authorizationIdOf(requestId) === wanted;
    const latest = new Map<string, DecisionEntry>();
    // A transaction that had to run again asked again.
    for (const entry of [...this.#entries.filter(isWanted), ...this.#denials.filter(isWanted)]) {
      latest.set(`${entry.principal.arn} ${entry.action} ${entry.resource}`, entry);
    }
    return [...latest.values()].sort((a, b) => a.at - b.at);
  }

  /** What enforcement denied, or would have denied in mode `audit`; oldest first. */
  denials(): DecisionEntry[] {
    return this.#denials.filter(() => true);
  }

  /** Who made a request that is remembered, by the ARN of a session or the id of its key: sessions are kept nowhere else. */
  principalSeen(arnOrKeyId: string): Principal | undefined {
    const isWanted = ({ principal }: DecisionEntry) =>
      principal.arn === arnOrKeyId || ('accessKeyId' in principal && principal.accessKeyId === arnOrKeyId);
    return [...this.#entries.filter(isWanted), ...this.#denials.filter(isWanted)].sort((a, b) => a.at - b.at).at(-1)?.principal;
  }

  /** What a user, a role (in all of its sessions) or a root did, each right once; by ARN of the user or role. */
  usedBy(principalArn: string): UsedRight[] {
    const actions = this.#used.get(principalArn);
    if (!actions) return [];
    return [...actions].flatMap(([action, { one, beyond, beyondAt }]): UsedRight[] => [
      ...[...one].map(([resource, { lastAt }]) => ({ action, resource, lastUsedAt: lastAt })),
      ...(beyond === undefined ? [] : [{ action, resource: beyond, lastUsedAt: beyondAt, isPrefix: true as const }]),
    ]);
  }

  /** Everything, or what was decided for callers and resources of one account. */
  forget(account?: string): void {
    if (account === undefined) {
      this.#entries.keep(() => false);
      this.#denials.keep(() => false);
      this.#denied.clear();
      this.#used.clear();
      this.#rights = 0;
      this.#lastPrincipal = undefined;
      return;
    }
    const isOther = ({ principal, request }: DecisionEntry) => principal.account !== account && request.resource.account !== account;
    this.#entries.keep(isOther);
    this.#denials.keep(isOther);
    this.#denied.clear();
    for (const entry of this.#denials.filter(() => true)) this.#index(entry);
    for (const arn of this.#used.keys()) if (accountOfArn(arn) === account) this.#forgetUses(arn);
  }

  #deny(entry: DecisionEntry): void {
    const gone = this.#denials.add(entry);
    if (gone) {
      const left = this.#denied.get(gone.requestId);
      if (left && left.length > 1) left.shift();
      else this.#denied.delete(gone.requestId);
    }
    this.#index(entry);
  }

  #index(entry: DecisionEntry): void {
    const same = this.#denied.get(entry.requestId);
    if (same) same.push(entry);
    else this.#denied.set(entry.requestId, [entry]);
  }

  #forgetUses(principalArn: string): void {
    for (const { one } of this.#used.get(principalArn)?.values() ?? []) this.#rights -= one.size;
    this.#used.delete(principalArn);
    this.#lastPrincipal = undefined;
  }

  /** Undefined where there is no room for another action. */
  #usedOf({ principal, action }: DecisionEntry): UsedResources | undefined {
    if (principal !== this.#lastPrincipal || action !== this.#lastAction) {
      this.#lastUsed = this.#findUsed(principal, action);
      this.#lastPrincipal = principal;
      this.#lastAction = action;
    }
    return this.#lastUsed;
  }

  #findUsed(principal: Principal, action: string): UsedResources | undefined {
    const name = entityArnOf(principal);
    let actions = this.#used.get(name);
    if (!actions) {
      if (this.#used.size >= keptPrincipals) this.#forgetUses(this.#used.keys().next().value as string);
      this.#used.set(name, (actions = new Map()));
    }
    let used = actions.get(action);
    if (!used && actions.size < keptActions)
      actions.set(action, (used = { one: new Map(), beyond: undefined, beyondAt: 0, last: '', lastUse: undefined }));
    return used;
  }

  #use(used: UsedResources, { resource, at }: DecisionEntry): void {
    if (used.beyond !== undefined && isAt(resource, 0, used.beyond)) {
      used.beyondAt = at;
      return;
    }
    const known = used.lastUse !== undefined && resource === used.last ? used.lastUse : used.one.get(resource);
    if (known) {
      known.lastAt = at;
      used.last = resource;
      used.lastUse = known;
    } else if (used.one.size < keptResources && this.#rights < keptRights) {
      used.one.set(resource, { lastAt: at });
      this.#rights++;
    } else {
      used.beyond = used.beyond === undefined ? resource : commonStart(used.beyond, resource);
      used.beyondAt = at;
    }
  }
}

function commonStart(a: string, b: string): string {
  if (b.startsWith(a)) return a;
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return a.slice(0, length);
}

/** Who has the policies: the role of a role session, the user behind a federated user. */
export function entityArnOf(principal: Principal): string {
  return principal.type === 'session' ? (principal.roleArn ?? principal.userArn ?? principal.arn) : principal.arn;
}

/** The id that a denial gives to ask for its details with: the request's, in the characters that AWS allows there. */
export function authorizationIdOf(requestId: string): string {
  return requestId.replaceAll('-', '').toLowerCase();
}

class Ring<T> {
  readonly #size: number;
  #items: T[] = [];
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Gives what it takes the place of. */
  add(item: T): T | undefined {
    const gone = this.#items[this.#next];
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#size;
    return gone;
  }

  /** Oldest first. */
  filter(test: (item: T) => boolean): T[] {
    return [...this.#items.slice(this.#next), ...this.#items.slice(0, this.#next)].filter(test);
  }

  keep(test: (item: T) => boolean): void {
    this.#items = this.filter(test);
    this.#next = this.#items.length % this.#size;
  }
}
