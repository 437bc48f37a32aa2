/** Writes down calls for CloudTrail, many at a time: a call pays for little more than a row on a page. */
import {
  type AuditChunk,
  AuditChunks,
  type AuditedCall,
  type AuditSelection,
  AuditSelections,
  auditService,
  type TrailedCall,
} from './audit';
import { AuditPage, type AuditPart, type Concern, decodeCalls, pageOf } from './audit-page';
import type { Transaction } from './transaction';
import type { World } from './world';

/** Calls wait so long, in real ms, or until the page is full; LookupEvents, forks and snapshots do not wait. */
const flushMs = 100;
const pageBytes = 128 * 1024;
const pageCalls = 2048;
/** Looking for one among more of them would cost more than a new page. */
const pageCallers = 32;
/** A page that had to grow is not used again. */
const maxSpareBytes = 2 * pageBytes;
/** Few calls at a time are put into one record, up to this size: it is written anew each time. */
const chunkBytes = 16 * 1024;

/** What is kept of each account and region: the newest of the last 90 days (LookupEvents, "within the last 90 days"). */
export const maxHistoryCalls = 50_000;
export const maxHistoryBytes = 64 * 1024 * 1024;
const maxHistoryMs = 90 * 24 * 3_600_000;

const isAccount = /^\d{12}$/;

/** What the trails of a partition want. */
interface Selections {
  readonly any: boolean;
  readonly ofOrganization: boolean;
  readonly dataTypes: ReadonlySet<string>;
}

const nothing: Selections = { any: false, ofOrganization: false, dataTypes: new Set() };

export class AuditLog {
  readonly #world: World;
  /** By partition. */
  readonly #selections = new Map<string, Selections>();
  /** By partition: what is not in the state yet. */
  #pages = new Map<string, AuditPage>();
  #spare: AuditPage | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether a trail of the partition may want data events of this type. */
  wants(partition: string, dataType: string): boolean {
    return this.#selected(partition).dataTypes.has(dataType);
  }

  /** Where the next call of a partition is to be written; `noted` has to be told at once. */
  pageOf(partition: string): AuditPage {
    const known = this.#pages.get(partition);
    if (known) return known;
    const page = this.#spare ?? new AuditPage(pageBytes + pageBytes / 8);
    this.#spare = undefined;
    this.#pages.set(partition, page);
    return page;
  }

  /** A call is on the page. */
  noted(page: AuditPage): void {
    if (page.bytes >= pageBytes || page.capacity > maxSpareBytes || page.count >= pageCalls || page.callerCount >= pageCallers)
      this.#flush();
    else this.#timer ??= setTimeout(() => this.#flushInPassing(), flushMs).unref();
  }

  /** Everything noted so far is in the state when this returns, or settles. */
  settle(): Promise<void> | undefined {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flush();
    return this.#writing;
  }

  /** Forgets what an account (everybody, when absent) did and is not in the state yet: it was reset. */
  drop(account?: string): void {
    if (account === undefined) this.#pages.clear();
    else for (const page of this.#pages.values()) page.drop(account);
    this.refresh();
  }

  /** Selections changed, or the state was exchanged. */
  refresh(): void {
    this.#selections.clear();
  }

  /** No answer waits for this, so nobody else commits it. */
  #flushInPassing(): void {
    this.#timer = undefined;
    this.#flush();
    this.#world.committed()?.catch((error) => this.#world.report('writing down calls for CloudTrail', error));
  }

  #flush(): void {
    if (this.#pages.size === 0) return;
    const pages = this.#pages;
    this.#pages = new Map();
    for (const [partition, page] of pages) if (page.count > 0) this.#write(partition, page);
  }

  #write(partition: string, page: AuditPage): void {
    const failed = (error: unknown) => this.#world.report('writing down calls for CloudTrail', error);
    const { home, epoch } = this.#world;
    try {
      const written = this.#world.transact({ ...home, partition }, epoch, (tx) => this.#keep(tx, page));
      if (!(written instanceof Promise)) {
        this.#useAgain(page);
        return;
      }
      const all: Promise<void> = Promise.all([this.#writing, written])
        .then(() => undefined, failed)
        .finally(() => {
          if (this.#writing === all) this.#writing = undefined;
        });
      this.#writing = all;
    } catch (error) {
      failed(error);
    }
  }

  #useAgain(page: AuditPage): void {
    if (page.capacity > maxSpareBytes) return;
    page.clear();
    this.#spare = page;
  }

  #keep(tx: Transaction, page: AuditPage): void {
    const { partition } = tx.place;
    const selected = this.#selections.get(partition) ?? this.#select(partition, tx.scan(AuditSelections));
    const concernsOthers = page.concerns.some((concern) => this.#concernsOther(tx, concern));
    // Most calls concern nobody but the caller, and no trail asks for them: then nothing is read again.
    const noted = concernsOthers || selected.any ? decodeCalls(page.text()) : [];
    const told = concernsOthers ? noted.flatMap((call) => this.#copies(tx, call)) : noted;
    for (const part of concernsOthers ? pageOf(told).parts() : page.parts()) append(tx.in(part), part);
    if (selected.any) this.#tellTrails(tx, selected, told);
  }

  #concernsOther(tx: Transaction, concern: Concern): boolean {
    const owner = concern.owner ?? this.#ownerOf(tx, concern);
    return owner !== undefined && owner !== concern.recipient;
  }

  /** The call in the caller's history and, where it is about another account's resource, in that one's. */
  #copies(tx: Transaction, call: AuditedCall): AuditedCall | readonly AuditedCall[] {
    const owner = call.owner ?? this.#ownerOf(tx, call);
    if (owner === undefined || owner === call.recipient || !isAccount.test(owner)) return call;
    // Nobody's calls are in nobody's history but the owner's.
    if (call.principal.type === 'anonymous' || call.principal.type === 'identity') return { ...call, owner, recipient: owner };
    const shared = { ...call, owner, sharedId: tx.uuid() };
    return [shared, { ...shared, recipient: owner }];
  }

  /** Whose the resource is, where neither the input nor its ARN says so: the service knows. */
  #ownerOf(tx: Transaction, { operation, resources }: Pick<Concern, 'operation' | 'resources'>): string | undefined {
    const arn = resources?.[0];
    return arn === undefined ? undefined : this.#world.registry.loaded(operation.service)?.trail?.ownerOf?.(tx, arn);
  }

  #tellTrails(tx: Transaction, selected: Selections, told: readonly AuditedCall[]): void {
    const known = new Map<string, string | undefined>();
    const organizationOf = (account: string): string | undefined => {
      if (!known.has(account)) known.set(account, this.#world.service('organizations')?.facts?.account?.(tx, account)?.organization.id);
      return known.get(account);
    };
    const calls = told.map(
      (call): TrailedCall => ({ call, organization: selected.ofOrganization ? organizationOf(call.recipient) : undefined }),
    );
    this.#world.service(auditService)?.audit?.(tx, calls);
  }

  #selected(partition: string): Selections {
    const known = this.#selections.get(partition);
    if (known) return known;
    const { home, epoch } = this.#world;
    const found = this.#world.transact({ ...home, partition }, epoch, (tx) => tx.scan(AuditSelections));
    if (!(found instanceof Promise)) return this.#select(partition, found);
    // Until an engine that has to ask elsewhere has answered, nothing is selected.
    found.then(
      (selections) => this.#select(partition, selections),
      (error) => this.#world.report('reading what trails select', error),
    );
    return this.#select(partition, []);
  }

  #select(partition: string, found: readonly AuditSelection[]): Selections {
    const selections = found.length === 0 ? nothing : summary(found);
    this.#selections.set(partition, selections);
    return selections;
  }
}

function summary(found: readonly AuditSelection[]): Selections {
  return {
    any: true,
    ofOrganization: found.some((each) => each.ofOrganization),
    dataTypes: new Set(found.flatMap((each) => each.dataTypes)),
  };
}

/** Adds to the history of the transaction's account and region, and forgets its oldest part when that is too much. */
function append(tx: Transaction, { text, count, newest: at }: AuditPart): void {
  const [last] = tx.scan(AuditChunks, { reverse: true, limit: 1 });
  const calls = (last?.calls ?? 0) + count;
  const bytes = (last?.bytes ?? 0) + text.length;
  // Clocks can be set back, and a call comes late into the history of whom else it concerns.
  const newest = Math.max(at, last?.newest ?? at);
  if (last && last.text.length + text.length <= chunkBytes) {
    tx.put(AuditChunks, { n: last.n, count: last.count + count, newest, text: Buffer.concat([last.text, text]), calls, bytes });
    return;
  }
  const chunk = tx.put(AuditChunks, { n: (last?.n ?? 0) + 1, count, newest, text, calls, bytes });
  if (last) forget(tx, chunk);
}

/** Deletes the oldest chunks until the rest is within bounds, but never the newest one. */
function forget(tx: Transaction, newest: AuditChunk): void {
  for (;;) {
    const [oldest] = tx.scan(AuditChunks, { limit: 1 });
    if (!oldest || oldest.n === newest.n) return;
    const calls = newest.calls - oldest.calls + oldest.count;
    const bytes = newest.bytes - oldest.bytes + oldest.text.length;
    if (calls <= maxHistoryCalls && bytes <= maxHistoryBytes && oldest.newest >= tx.now - maxHistoryMs) return;
    tx.delete(AuditChunks, oldest);
  }
}
