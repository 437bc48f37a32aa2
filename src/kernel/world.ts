/** One world: a state, a clock, randomness, and what goes on in it by itself. A process serves one; forks are others. */
import type { BlobStore } from '../store/blob-store';
import type { Engine, EngineTx } from '../store/engine';
import type { AccessControl } from './access';
import { Agenda } from './agenda';
import { serviceOfArn } from './arn';
import { selectionChannel } from './audit';
import { AuditLog } from './audit-log';
import { Chaos } from './chaos';
import { Clock } from './clock';
import { ClockRecord } from './clock-record';
import type { Collection } from './collection';
import type { RequestFacts } from './context';
import { InputOutputContext, TransactionContext } from './contexts';
import { Effects, noEffects } from './effects';
import { Epochs } from './epochs';
import { fail } from './errors';
import { encodeKey } from './key';
import { Uses } from './key-uses';
import { Lanes } from './lanes';
import { Metrics } from './metrics';
import { migrate } from './migrate';
import type { OffloadPool } from './offload';
import { authoriseDelivery, callByName } from './own-calls';
import { type Place, treeAt } from './place';
import { Places } from './places';
import type { Principal } from './principal';
import { Random } from './random';
import { BlobUses, kernelCollections } from './records';
import { NotReady, type Registry } from './registry';
import { RequestLog } from './request-log';
import { reset } from './reset';
import type { IoOperation, Operation, ServiceDefinition, TargetHandler } from './service';
import { advance, settle, type Unsettled } from './settling';
import { type SigningKey, SigningKeys } from './signing-keys';
import { targetHandler } from './targets';
import { type PlaceTrees, Transaction, type TransactionHost } from './transaction';
import type { SendOptions } from './tx';
import { Waits } from './waits';

interface WorldOptions {
  readonly engine: Engine;
  readonly blobs: BlobStore;
  readonly registry: Registry;
  readonly clock?: Clock;
  readonly seed?: string | undefined;
  readonly partition?: string;
  /** Where what went wrong in the background is told. */
  readonly report?: (what: string, error: unknown) => void;
  readonly offload?: OffloadPool;
}

export interface State {
  readonly engine: Engine;
  readonly blobs: BlobStore;
}

/** One call of an operation. */
export interface Call {
  /** The service it belongs to. */
  readonly service: string;
  readonly place: Place;
  readonly principal: Principal;
  readonly request: RequestFacts;
  /** Services that passed it on, first to last, for calls that they make in the caller's name. */
  readonly calledVia?: readonly string[] | undefined;
  readonly epoch: number;
  readonly signal: () => AbortSignal;
}

type AnyHandler = Operation<any, any> | IoOperation<any, any>;

const closingMs = 2_000;

export class World implements TransactionHost {
  #engine: Engine;
  #blobs: BlobStore;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly waits: Waits;
  readonly lanes: Lanes;
  readonly agenda: Agenda;
  readonly requests = new RequestLog();
  readonly metrics = new Metrics();
  readonly uses = new Uses(this);
  readonly audit = new AuditLog(this);
  readonly chaos: Chaos;
  /** The security stage, where there is one. */
  access: AccessControl | undefined;
  /** The place of the kernel's own records. */
  readonly home: Place;
  readonly #options: WorldOptions;
  readonly #places = new Places();
  readonly #epochs = new Epochs();
  #sequence = 0;
  #reader: Transaction | undefined;
  readonly #signingKeys = new SigningKeys((decide) => this.transactAt(this.home, decide));
  readonly #clockRecord: ClockRecord;
  readonly #closing = new AbortController();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#blobs = options.blobs;
    this.registry = options.registry;
    this.clock = options.clock ?? new Clock();
    this.random = new Random(options.seed);
    this.chaos = new Chaos(new Random(options.seed));
    this.home = { partition: options.partition ?? 'aws', account: '', region: '' };
    this.waits = new Waits(this.clock);
    this.waits.listen(selectionChannel, () => this.audit.refresh());
    this.lanes = new Lanes(this);
    this.agenda = new Agenda(this);
    this.#clockRecord = new ClockRecord(this);
  }

  /** Takes up what the state says was going on: its time, undelivered events, timers, reconcilers. */
  async start(): Promise<void> {
    await migrate(this);
    await this.#clockRecord.follow();
    await this.lanes.wakeAll();
    this.agenda.wake();
  }

  /** Lets what runs in the background end, for a while; whatever still runs then can change nothing any more. */
  async close(): Promise<void> {
    this.#clockRecord.close();
    this.waits.endAll();
    this.#closing.abort();
    const ended = Promise.all([this.agenda.close(), this.lanes.close()]);
    let patience: NodeJS.Timeout | undefined;
    const tooLong = new Promise((resolve) => {
      patience = setTimeout(resolve, closingMs);
    });
    await Promise.race([ended, tooLong]);
    clearTimeout(patience);
    await this.uses.flush();
    await this.audit.settle();
    this.#epochs.close();
    await this.#options.offload?.close();
    await this.#blobs.close();
    await this.#engine.close();
  }

  get engine(): Engine {
    return this.#engine;
  }

  get blobs(): BlobStore {
    return this.#blobs;
  }

  /** Changes with every reset; work that began before one may not write after it. */
  get epoch(): number {
    return this.#epochs.now;
  }

  checkEpoch(account: string, epoch: number): void {
    this.#epochs.check(account, epoch);
  }

  /** Aborted when this world ends: what it does by itself then stops. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  subscribersOf = (event: string): readonly string[] => this.registry.subscribersOf(event);

  targetOf(targetArn: string): TargetHandler | undefined {
    const service = serviceOfArn(targetArn);
    return this.registry.receives(service) ? targetHandler(this.registry.require(service), targetArn) : undefined;
  }

  receives(targetArn: string): boolean {
    return this.registry.receives(serviceOfArn(targetArn));
  }

  service(id: string): ServiceDefinition | undefined {
    return this.registry.find(id);
  }

  signingKey(tx: Transaction, name: string): SigningKey {
    return this.#signingKeys.find(tx, name) ?? fail(new NotReady(`The signing key ${name}`, () => this.#signingKeys.make(name)));
  }

  sequence(): number {
    // Real milliseconds make the numbers grow across restarts too; 4,096 of them fit in each.
    const floor = this.clock.realNow() * 4096;
    this.#sequence = this.#sequence >= floor ? this.#sequence + 1 : floor;
    return this.#sequence;
  }

  placeTrees(place: Place): PlaceTrees {
    return this.#places.at(place);
  }

  /** One transaction. In memory it has happened when this returns; elsewhere it may take a promise. */
  transact<T>(place: Place, epoch: number, decide: (tx: Transaction) => T): T | Promise<T> {
    const trees = this.placeTrees(place);
    let effects: Effects | undefined;
    const run = (engineTx: EngineTx): T => {
      effects = new Effects();
      return decide(new Transaction(engineTx, this, trees, this.clock.now(), epoch, effects));
    };
    try {
      const result = this.#engine.transact(run);
      if (!(result instanceof Promise)) {
        this.#follow(effects as unknown as Effects);
        return result;
      }
      return result.then(
        (value) => {
          this.#follow(effects as unknown as Effects);
          return value;
        },
        (error) => this.#prepareAndRepeat(error, place, epoch, decide),
      );
    } catch (error) {
      if (error instanceof NotReady) return this.#prepareAndRepeat(error, place, epoch, decide);
      throw error;
    }
  }

  /**
   * For reading at once, before anything else happens: a transaction that can change nothing, and has neither beginning nor
   * end. Undefined where only a transaction of its own can tell.
   */
  reader(place: Place, epoch: number): Transaction | undefined {
    const view = this.#engine.view?.();
    if (view === undefined) return undefined;
    const trees = this.placeTrees(place);
    this.checkEpoch(trees.account, epoch);
    const now = this.clock.now();
    if (!this.#reader?.shows(view, trees, now, epoch)) this.#reader = new Transaction(view, this, trees, now, epoch, noEffects);
    return this.#reader;
  }

  /** A transaction of the platform itself, of no request's epoch. */
  async transactAt<T>(place: Place, decide: (tx: Transaction) => T): Promise<T> {
    return this.transact(place, this.epoch, decide);
  }

  /** Runs an operation's handler. */
  invoke(handler: AnyHandler, call: Call, input: unknown): unknown {
    if (typeof handler === 'function')
      return this.transact(call.place, call.epoch, (tx) => handler(new TransactionContext(this, call, tx), input));
    return handler.io(new InputOutputContext(this, call), input);
  }

  /** Calls an operation by name, without a wire, as root of the place's account: for the platform's own use and for tests. */
  call(service: string, operation: string, input: unknown, place: Place): Promise<unknown> {
    return callByName(this, service, operation, input, place);
  }

  authoriseDelivery(tx: Transaction, targetArn: string, sending: SendOptions): void {
    authoriseDelivery(this, tx, targetArn, sending);
  }

  /** Settles when all that was committed so far is as durable as the engine promises. */
  committed(): Promise<void> | undefined {
    return this.#engine.commit();
  }

  offload<T>(task: string, input: unknown, transfer?: readonly ArrayBuffer[]): Promise<T> {
    if (!this.#options.offload) throw new Error('This world has no worker threads.');
    return this.#options.offload.run<T>(task, input, transfer);
  }

  /** Deletes blobs that no record names: what a crash left between writing one and naming it. */
  sweepBlobs(graceMs: number): Promise<number> {
    return this.#blobs.sweep((id) => this.#blobNeeded(id), graceMs);
  }

  report(what: string, error: unknown): void {
    this.#options.report?.(what, error);
  }

  /** Moves time on, running everything that would have happened on the way, in order, and waits until it has settled. */
  advance(ms: number, settleMs?: number): Promise<Unsettled & { readonly now: number }> {
    return advance(this, ms, settleMs);
  }

  /** Waits until nothing is left to do now; says what is, when that takes longer than `settleMs` of real time. */
  settle(settleMs?: number): Promise<Unsettled> {
    return settle(this, settleMs);
  }

  /** Empties everything, or one account. What began before and is still running can no longer write. */
  reset(account?: string): Promise<void> {
    return reset(this, this.#epochs, account);
  }

  /** Writes the clock down, into a state that has just been emptied. */
  rememberClock(): void {
    this.#clockRecord.write();
  }

  /** The declaration of a collection, by its name in the state. */
  async collectionNamed(name: string): Promise<Collection<object, string> | undefined> {
    const service = name.slice(0, name.indexOf('/'));
    if (service === 'kernel') return kernelCollections.find((each) => each.name === name);
    if (!this.registry.has(service)) return undefined;
    const definition = await this.registry.load(service);
    return definition.state?.find((each): each is Collection<object, string> => each.kind === 'collection' && each.name === name);
  }

  /** Another world with this one's state and time, that neither sees the other's changes. Microseconds, whatever the size. */
  fork(seed?: string): World {
    const { offload } = this.#options;
    return new World({
      ...this.#options,
      ...this.forkState(),
      ...(offload && { offload: offload.fresh() }),
      clock: new Clock(this.clock.state()),
      seed: seed ?? this.#options.seed,
    });
  }

  /** Goes on with what its state says is going on: in a fork, which else is still, or after an interruption. */
  resume(): void {
    this.lanes.wakeAll().catch((error) => this.report('the events of a state taken up', error));
    this.agenda.wake();
  }

  /** A copy of the state as it is now. */
  forkState(): State {
    void this.uses.flush();
    void this.audit.settle();
    const engine = this.#engine.fork?.();
    const blobs = this.#blobs.fork?.();
    if (!engine || !blobs)
      throw new TypeError(
        `A state kept by ${this.#engine.kind} cannot be forked; save a snapshot file and load it into a cloud in memory.`,
      );
    return { engine, blobs };
  }

  /** Takes over another state (a restored snapshot); the old one is closed. Nothing begun before may write to it. */
  async replaceState(state: State): Promise<void> {
    const old = { engine: this.#engine, blobs: this.#blobs };
    await this.restore(async () => {
      this.#reader = undefined;
      this.#engine = state.engine;
      this.#blobs = state.blobs;
    });
    await old.blobs.close();
    await old.engine.close();
  }

  /** Runs what exchanges the state's content, then takes up what the new one says was going on. */
  async restore(exchange: () => Promise<void>): Promise<void> {
    await this.audit.settle();
    await this.#engine.commit();
    // A half-loaded state is nobody's to read or write.
    const reopen = this.#epochs.close();
    try {
      await exchange();
    } catch (error) {
      reopen();
      this.resume();
      throw error;
    }
    this.#epochs.begin();
    this.uses.forget();
    this.audit.drop();
    this.waits.endAll();
    await this.start();
  }

  #follow(effects: Effects): void {
    if (effects.notifications)
      for (const { place, channel, key, wake } of effects.notifications) this.waits.notify(place, channel, key, wake);
    if (effects.lanes) for (const lane of effects.lanes) this.lanes.wake(lane);
    if (effects.agenda) this.agenda.wake();
    if (effects.releasedBlobs) this.#release(effects.releasedBlobs);
  }

  /** Deletes blobs that no record names any more. */
  #release(ids: readonly string[]): void {
    for (const id of new Set(ids)) {
      if (!this.#blobNeeded(id)) this.#blobs.delete(id).catch((error) => this.report(`blob ${id} could not be deleted`, error));
    }
  }

  #blobNeeded(id: string): boolean {
    const prefix = encodeKey(id);
    const tree = treeAt(BlobUses.name, BlobUses.scope, this.home, false);
    const found = this.#engine.transact((tx) => tx.scan(tree, { gte: prefix, lt: `${prefix}\xff`, limit: 1 }).length > 0);
    // An engine that has to ask elsewhere keeps the blob; the sweep finds it later.
    return found instanceof Promise ? true : found;
  }

  async #prepareAndRepeat<T>(error: unknown, place: Place, epoch: number, decide: (tx: Transaction) => T): Promise<T> {
    if (!(error instanceof NotReady)) throw error;
    await error.prepare();
    return this.transact(place, epoch, decide);
  }
}
