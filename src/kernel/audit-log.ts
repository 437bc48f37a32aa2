/** Writes down calls for CloudTrail, many at a time: a call pays for little more than being put on a list. */
import { AuditChunks, type AuditedCall, type AuditSelection, AuditSelections, auditService, type TrailedCall } from './audit';
import { encodeCalls } from './audit-batch';
import { counter } from './collection';
import type { Transaction } from './transaction';
import type { World } from './world';

/** Calls wait so long, in real ms, or until there are so many, or much; LookupEvents, forks and snapshots do not wait. */
const flushMs = 100;
const flushCalls = 1024;
const flushBytes = 1024 * 1024;
/** Few calls at a time are put into one record, up to this size: it is written anew each time. */
const chunkBytes = 16 * 1024;

/** What is kept of each account and region: the newest of the last 90 days (LookupEvents, "within the last 90 days"). */
export const maxHistoryCalls = 50_000;
export const maxHistoryBytes = 64 * 1024 * 1024;
const maxHistoryMs = 90 * 24 * 3_600_000;

/** Per 'calls' and 'bytes': what the chunks of an account and region hold. */
const AuditTotals = counter({ name: 'kernel/audit-total', scope: 'region' });

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
  /** By partition. */
  #pending = new Map<string, AuditedCall[]>();
  #pendingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether a trail of the partition may want data events of this type. */
  wants(partition: string, dataType: string): boolean {
    return this.#selected(partition).dataTypes.has(dataType);
  }

  /** `bytes` is about what is in the call. */
  note(partition: string, call: AuditedCall, bytes: number): void {
    let pending = this.#pending.get(partition);
    if (!pending) this.#pending.set(partition, (pending = []));
    this.#pendingBytes += bytes;
    if (pending.push(call) >= flushCalls || this.#pendingBytes >= flushBytes) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flushInPassing(), flushMs).unref();
  }

  /** Everything noted so far is in the state when this returns, or settles. */
  settle(): Promise<void> | undefined {
    this.#flush();
    return this.#writing;
  }

  /** Forgets what an account (everybody, when absent) did and is not in the state yet: it was reset. */
  drop(account?: string): void {
    for (const [partition, calls] of this.#pending)
      this.#pending.set(
        partition,
        calls.filter((call) => account !== undefined && call.recipient !== account),
      );
    this.refresh();
  }

  /** Selections changed, or the state was exchanged. */
  refresh(): void {
    this.#selections.clear();
  }

  /** No answer waits for this, so nobody else commits it. */
  #flushInPassing(): void {
    this.#flush();
    this.#world.committed()?.catch((error) => this.#world.report('writing down calls for CloudTrail', error));
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pending = this.#pending;
    if (pending.size === 0) return;
    this.#pending = new Map();
    this.#pendingBytes = 0;
    for (const [partition, calls] of pending) if (calls.length > 0) this.#write(partition, calls);
  }

  #write(partition: string, calls: readonly AuditedCall[]): void {
    const failed = (error: unknown) => this.#world.report('writing down calls for CloudTrail', error);
    const { home, epoch } = this.#world;
    try {
      const written = this.#world.transact({ ...home, partition }, epoch, (tx) => this.#keep(tx, calls));
      if (!(written instanceof Promise)) return;
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

  #keep(tx: Transaction, calls: readonly AuditedCall[]): void {
    const told = this.#withCopies(tx, calls);
    for (const history of histories(told)) {
      const [{ recipient: account, region }] = history as [AuditedCall];
      append(tx.in({ account, region }), history);
    }
    this.#tellTrails(tx, told);
  }

  /** Most calls concern nobody but the caller: then nothing is made anew. */
  #withCopies(tx: Transaction, calls: readonly AuditedCall[]): readonly AuditedCall[] {
    if (calls.every(({ owner, resources }) => owner === undefined && resources === undefined)) return calls;
    return calls.flatMap((call) => this.#copies(tx, call));
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
  #ownerOf(tx: Transaction, { operation, resources }: AuditedCall): string | undefined {
    const arn = resources?.[0];
    return arn === undefined ? undefined : this.#world.registry.loaded(operation.service)?.trail?.ownerOf?.(tx, arn);
  }

  #tellTrails(tx: Transaction, told: readonly AuditedCall[]): void {
    const { partition } = tx.place;
    const selected = this.#selections.get(partition) ?? this.#select(partition, tx.scan(AuditSelections));
    if (!selected.any || told.length === 0) return;
    const organizationOf = selected.ofOrganization
      ? (account: string) => this.#world.service('organizations').facts?.account?.(tx, account)?.organization.id
      : () => undefined;
    const calls = told.map((call): TrailedCall => ({ call, organization: organizationOf(call.recipient) }));
    this.#world.service(auditService).audit?.(tx, calls);
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

/** Management events by account and region. */
function histories(calls: readonly AuditedCall[]): Iterable<readonly AuditedCall[]> {
  const found = new Map<string, AuditedCall[]>();
  let last: AuditedCall | undefined;
  let history: AuditedCall[] | undefined;
  for (const call of calls) {
    if (call.operation.dataType !== undefined) continue;
    if (history === undefined || last?.recipient !== call.recipient || last.region !== call.region) {
      const name = `${call.recipient}/${call.region}`;
      history = found.get(name);
      if (!history) found.set(name, (history = []));
      last = call;
    }
    history.push(call);
  }
  return found.values();
}

/** Adds to the history of the transaction's account and region, and forgets its oldest part when that is too much. */
function append(tx: Transaction, calls: readonly AuditedCall[]): void {
  const text = encodeCalls(calls);
  const { at: newest } = calls.at(-1) as AuditedCall;
  tx.add(AuditTotals, 'calls', calls.length);
  tx.add(AuditTotals, 'bytes', text.length);
  const [last] = tx.scan(AuditChunks, { reverse: true, limit: 1 });
  if (last && last.text.length + text.length <= chunkBytes) {
    tx.put(AuditChunks, { n: last.n, count: last.count + calls.length, newest, text: Buffer.concat([last.text, text]) });
    return;
  }
  const n = (last?.n ?? 0) + 1;
  tx.put(AuditChunks, { n, count: calls.length, newest, text });
  forget(tx, n);
}

/** Deletes the oldest chunks until the rest is within bounds, but never the newest one. */
function forget(tx: Transaction, newest: number): void {
  for (;;) {
    const [oldest] = tx.scan(AuditChunks, { limit: 1 });
    if (!oldest || oldest.n === newest) return;
    const isTooMuch = tx.count(AuditTotals, 'calls') > maxHistoryCalls || tx.count(AuditTotals, 'bytes') > maxHistoryBytes;
    const isTooOld = oldest.newest < tx.now - maxHistoryMs;
    if (!isTooMuch && !isTooOld) return;
    tx.delete(AuditChunks, oldest);
    tx.add(AuditTotals, 'calls', -oldest.count);
    tx.add(AuditTotals, 'bytes', -oldest.text.length);
  }
}
