/** The contexts handed to handlers. */
import type { BlobStore } from '../store/blob-store';
import type { OperationInput, OperationOf, OperationOutput, ServiceId } from './api';
import { formatArn } from './arn';
import type { CallOptions, IoContext, RequestFacts, TxContext, WaitOptions } from './context';
import { notImplemented } from './errors';
import type { Place } from './place';
import { withoutPrepared } from './prepared-json';
import type { Principal } from './principal';
import type { Operation } from './service';
import type { Transaction } from './transaction';
import type { Tx } from './tx';
import type { World } from './world';

/** Who asks, from where, since when: what both kinds of context share. */
export abstract class CallContext {
  readonly world: World;
  readonly place: Place;
  readonly principal: Principal;
  readonly request: RequestFacts;
  readonly now: number;

  constructor(world: World, place: Place, principal: Principal, request: RequestFacts, now: number) {
    this.world = world;
    this.place = place;
    this.principal = principal;
    this.request = request;
    this.now = now;
  }

  get account(): string {
    return this.place.account;
  }
  get region(): string {
    return this.place.region;
  }
  get partition(): string {
    return this.place.partition;
  }

  arn(service: string, resource: string): string {
    return formatArn(this.place, service, resource);
  }

  toClientTime(virtualMs: number): number {
    return this.world.clock.toReal(virtualMs);
  }
}

export class TransactionContext extends CallContext implements TxContext {
  readonly tx: Transaction;

  constructor(world: World, tx: Transaction, principal: Principal, request: RequestFacts) {
    super(world, tx.place, principal, request, tx.now);
    this.tx = tx;
  }

  id(prefix: string, length: number, alphabet?: string): string {
    return this.tx.id(prefix, length, alphabet);
  }

  uuid(): string {
    return this.tx.uuid();
  }

  call<S extends ServiceId, O extends OperationOf<S>>(
    service: S,
    operation: O,
    input: OperationInput<S, O>,
    options: CallOptions = {},
  ): OperationOutput<S, O> {
    const handler = this.world.registry.require(service).operations[operation];
    if (!handler) throw notImplemented(service, operation);
    if (typeof handler !== 'function')
      throw new TypeError(`${service}:${operation} does I/O, which a transaction cannot; call it from an io operation.`);
    const tx = options.place ? this.tx.in(options.place) : this.tx;
    const output = handler(new TransactionContext(this.world, tx, options.as ?? this.principal, this.request), input);
    return withoutPrepared(output) as OperationOutput<S, O>;
  }
}

export class InputOutputContext extends CallContext implements IoContext {
  readonly #epoch: number;
  readonly #signal: () => AbortSignal;

  constructor(
    world: World,
    place: Place,
    principal: Principal,
    request: RequestFacts,
    now: number,
    epoch: number,
    signal: () => AbortSignal,
  ) {
    super(world, place, principal, request, now);
    this.#epoch = epoch;
    this.#signal = signal;
  }

  get blobs(): BlobStore {
    return this.world.blobs;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }

  transact<T>(decide: (tx: Tx, ctx: TxContext) => T): Promise<T> {
    return Promise.resolve(
      this.world.transact(this.place, this.#epoch, (tx) =>
        decide(tx, new TransactionContext(this.world, tx, this.principal, this.request)),
      ),
    );
  }

  wait(channel: string, key: string, untilMs: number, options: WaitOptions = {}): Promise<boolean> {
    const signal = options.signal ? AbortSignal.any([this.signal, options.signal]) : this.signal;
    return this.world.waits.wait(options.place ?? this.place, channel, key, untilMs, signal);
  }

  offload<T>(task: string, input: unknown, transfer?: readonly ArrayBuffer[]): Promise<T> {
    return this.world.offload<T>(task, input, transfer);
  }

  async call<S extends ServiceId, O extends OperationOf<S>>(
    service: S,
    operation: O,
    input: OperationInput<S, O>,
    options: CallOptions = {},
  ): Promise<OperationOutput<S, O>> {
    const definition = await this.world.registry.load(service);
    const handler = definition.operations[operation];
    if (!handler) throw notImplemented(service, operation);
    const place = { ...this.place, ...options.place };
    const output = await this.world.invoke(
      handler,
      { place, principal: options.as ?? this.principal, request: this.request, epoch: this.#epoch, signal: this.#signal },
      input,
    );
    return withoutPrepared(output) as OperationOutput<S, O>;
  }
}

export type AnyOperation = Operation<unknown, unknown>;
