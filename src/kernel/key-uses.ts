/** When and where credentials were last used: noted in memory at every call, written down once a minute and at the end. */
import type { Clock } from './clock';
import { collection } from './collection';
import type { Place } from './place';
import type { Principal } from './principal';
import type { Tx } from './tx';

/** The last attempt, allowed or not. */
interface Attempt {
  /** Virtual ms. */
  readonly at: number;
  readonly region: string;
}

/** The last use of an access key. */
export interface KeyUse extends Attempt {
  readonly accessKeyId: string;
  readonly account: string;
  /** As actions name it: `s3`, `iam`. */
  readonly service: string;
}

/** The last use of a service by a user, a role (in any session) or a root. */
export interface ServiceUse extends Attempt {
  /** `AIDA…`, `AROA…`, or the account's number for its root. */
  readonly entity: string;
  readonly account: string;
  readonly service: string;
  /** By operation. */
  readonly actions: Readonly<Record<string, Attempt>>;
}

export const KeyUses = collection<KeyUse>({
  name: 'kernel/key-use',
  version: 1,
  scope: 'partition',
  key: (use) => use.accessKeyId,
  owner: (use) => use.account,
});

export const ServiceUses = collection<ServiceUse, 'account'>({
  name: 'kernel/service-use',
  version: 1,
  scope: 'partition',
  key: (use) => [use.entity, use.service],
  owner: (use) => use.account,
  indexes: { account: (use) => use.account },
});

/** What one key did last. Clients ask for the same thing again and again, so most calls only move its time. */
interface Note {
  readonly accessKeyId: string;
  readonly entity: string;
  readonly account: string;
  readonly partition: string;
  service: string;
  operation: string;
  region: string;
  at: number;
}

/** What one user, role or root did last with a service. */
interface ServiceNote {
  readonly account: string;
  readonly partition: string;
  readonly actions: Map<string, { at: number; region: string }>;
}

interface UsesWorld {
  readonly clock: Clock;
  readonly home: Place;
  transactAt<T>(place: Place, decide: (tx: Tx) => T): Promise<T>;
  report(what: string, error: unknown): void;
}

const writeAfterMs = 60_000;
/** Sessions have keys of their own, so there is no end to them. */
const maxNotes = 10_000;
/** Of created keys and sessions; roots that sign with the number of their account are in no list of keys. */
const keyIdLength = 20;
const uniqueIdLength = 21;

export class Uses {
  readonly #world: UsesWorld;
  #notes = new Map<string, Note>();
  /** By entity, then service: what notes said before they said something else. */
  #services = new Map<string, Map<string, ServiceNote>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(world: UsesWorld) {
    this.#world = world;
  }

  /** A call was made with these credentials, at a virtual time that is now. `service` as actions name it. */
  note(principal: Principal, { partition, region }: Place, service: string, operation: string, at: number): void {
    if (!('accessKeyId' in principal) || principal.accessKeyId.length !== keyIdLength) return;
    const note = this.#notes.get(principal.accessKeyId);
    if (note !== undefined) {
      if (note.operation !== operation || note.service !== service || note.region !== region) {
        this.#fold(note);
        note.service = service;
        note.operation = operation;
        note.region = region;
      }
      note.at = at;
      return;
    }
    const entity = entityOf(principal);
    if (entity === undefined) return;
    if (this.#notes.size >= maxNotes) void this.flush();
    const { accessKeyId, account } = principal;
    this.#notes.set(accessKeyId, { accessKeyId, entity, account, partition, service, operation, region, at });
    this.#timer ??= setTimeout(() => void this.flush(), writeAfterMs).unref();
  }

  /** Undefined for a key that was never used. */
  ofKey(tx: Tx, accessKeyId: string): KeyUse | undefined {
    return this.#notes.get(accessKeyId) ?? tx.get(KeyUses, accessKeyId);
  }

  /** What a user, role or root used, by unique id; in order of services. */
  ofEntity(tx: Tx, entity: string): readonly ServiceUse[] {
    for (const note of this.#notes.values()) if (note.entity === entity) this.#fold(note);
    const uses = new Map(tx.scan(ServiceUses, { prefix: entity }).map((use) => [use.service, use]));
    for (const [service, noted] of this.#services.get(entity) ?? [])
      uses.set(service, merged(uses.get(service), toRecord(entity, service, noted)));
    return [...uses.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  /** What everybody in an account used. */
  ofAccount(tx: Tx, account: string): readonly ServiceUse[] {
    for (const note of this.#notes.values()) if (note.account === account) this.#fold(note);
    const entities = new Set(tx.scanIndex(ServiceUses, 'account', { prefix: account }).map((use) => use.entity));
    for (const [entity, services] of this.#services)
      for (const noted of services.values()) if (noted.account === account) entities.add(entity);
    return [...entities].flatMap((entity) => this.ofEntity(tx, entity));
  }

  /** Writes down what was noted. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#notes.size === 0) return;
    for (const note of this.#notes.values()) this.#fold(note);
    const keys = [...this.#notes.values()];
    const services = [...this.#services].flatMap(([entity, uses]) => [...uses].map(([service, noted]) => ({ entity, service, noted })));
    this.forget();
    try {
      // All begun at once: in memory they are then written before this returns, which a fork relies on.
      const writes = [...new Set(keys.map((key) => key.partition))].map((partition) =>
        this.#world.transactAt({ ...this.#world.home, partition }, (tx) => {
          for (const key of keys) if (key.partition === partition) writeKey(tx, key);
          for (const { entity, service, noted } of services)
            if (noted.partition === partition) writeService(tx, toRecord(entity, service, noted));
        }),
      );
      await Promise.all(writes);
    } catch (error) {
      this.#world.report('the last uses of keys could not be written', error);
    }
  }

  /** Of one account, or all: its state is no more. */
  forget(account?: string): void {
    if (account === undefined) {
      this.#notes = new Map();
      this.#services = new Map();
      return;
    }
    for (const [key, note] of this.#notes) {
      if (note.account !== account) continue;
      this.#notes.delete(key);
      this.#services.delete(note.entity);
    }
  }

  /** Adds what a note says to what is known of its user or role. */
  #fold({ entity, account, partition, service, operation, region, at }: Note): void {
    let services = this.#services.get(entity);
    if (!services) this.#services.set(entity, (services = new Map()));
    let noted = services.get(service);
    if (!noted) services.set(service, (noted = { account, partition, actions: new Map() }));
    const attempt = noted.actions.get(operation);
    if (!attempt) noted.actions.set(operation, { at, region });
    else if (attempt.at <= at) {
      attempt.at = at;
      attempt.region = region;
    }
  }
}

function writeKey(tx: Tx, { accessKeyId, account, service, region, at }: Note): void {
  tx.put(KeyUses, { accessKeyId, account, service, region, at });
}

function writeService(tx: Tx, use: ServiceUse): void {
  tx.put(ServiceUses, merged(tx.get(ServiceUses, [use.entity, use.service]), use));
}

function toRecord(entity: string, service: string, { account, actions }: ServiceNote): ServiceUse {
  let last: Attempt = { at: 0, region: '' };
  for (const attempt of actions.values()) if (attempt.at >= last.at) last = attempt;
  const { at, region } = last;
  const copied = Object.fromEntries([...actions].map(([operation, attempt]) => [operation, { ...attempt }]));
  return { entity, account, service, at, region, actions: copied };
}

/** What was written down, and what came after it. */
function merged(older: ServiceUse | undefined, newer: ServiceUse): ServiceUse {
  return older === undefined ? newer : { ...newer, actions: { ...older.actions, ...newer.actions } };
}

/** Whose rights a principal has: of a session, its role's. A federated user's are another's, whose id its token does not say. */
function entityOf(principal: Extract<Principal, { accessKeyId: string }>): string | undefined {
  if (principal.type !== 'session') return principal.id;
  return principal.roleArn === undefined ? undefined : principal.id.slice(0, uniqueIdLength);
}
