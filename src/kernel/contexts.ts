/** The contexts handed to handlers. */
import type { BlobStore } from '../store/blob-store';
import type { AccessNeed, AccountFacts } from './access';
import type { OperationInput, OperationOf, OperationOutput, ServiceId } from './api';
import { formatArn } from './arn';
import type { CallOptions, IoContext, RequestFacts, TxContext, WaitOptions } from './context';
import type { DenialDetails } from './denial-details';
import { type AwsError, notImplemented } from './errors';
import type { Uses } from './key-uses';
import type { Place } from './place';
import { missingPrincipal } from './policy-principals';
import { withoutPrepared } from './prepared';
import type { Principal } from './principal';
import type { Transaction } from './transaction';
import type { Tx } from './tx';
import type { Call, World } from './world';

/** Who asks, from where: what both kinds of context share. */
abstract class CallContext {
  readonly world: World;
  readonly asked: Call;

  constructor(world: World, asked: Call) {
    this.world = world;
    this.asked = asked;
  }

  abstract get place(): Place;

  get principal(): Principal {
    return this.asked.principal;
  }
  get request(): RequestFacts {
    return this.asked.request;
  }
  get uses(): Uses {
    return this.world.uses;
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

  /** What a service that is called from here is asked, by whom. */
  protected callOf(service: string, place: Place, as: Principal | undefined): Call {
    const principal = as ?? this.principal;
    const { calledVia = [], service: via } = this.asked;
    if (as === undefined || principal.type === 'service') return { ...this.asked, service, place, principal };
    return { ...this.asked, service, place, principal, calledVia: [...calledVia, `${via}.amazonaws.com`] };
  }

  arn(service: string, resource: string): string {
    return formatArn(this.place, service, resource);
  }

  toClientTime(virtualMs: number): number {
    return this.world.clock.toReal(virtualMs);
  }
}

/** Throws unless whoever calls an operation in this process may. */
function requireRights(
  world: World,
  tx: Transaction,
  name: string,
  input: unknown,
  { principal, place, request, service, calledVia }: Call,
): void {
  if (!world.access?.isActive) return;
  const operation = { definition: world.registry.require(service), name, input };
  world.access.authoriseOperation(tx, operation, { principal, place, request, service, calledVia });
}

export class TransactionContext extends CallContext implements TxContext {
  readonly tx: Transaction;

  constructor(world: World, asked: Call, tx: Transaction) {
    super(world, asked);
    this.tx = tx;
  }

  get place(): Place {
    return this.tx.place;
  }
  get now(): number {
    return this.tx.now;
  }

  id(prefix: string, length: number, alphabet?: string): string {
    return this.tx.id(prefix, length, alphabet);
  }

  uuid(): string {
    return this.tx.uuid();
  }

  authorise(need: AccessNeed, principal = this.principal): void {
    const { access } = this.world;
    if (!access?.isActive) return;
    const { tx, place, request, asked } = this;
    access.authorise(tx, { principal, needs: [need], place, request, service: asked.service, calledVia: asked.calledVia });
  }

  refuse(need: AccessNeed, error: AwsError): void {
    const { access } = this.world;
    if (!access?.isActive) return;
    const { tx, place, request, principal, asked } = this;
    access.refuse(tx, { principal, needs: [need], place, request, service: asked.service, calledVia: asked.calledVia }, error);
  }

  refuseMissing(need: AccessNeed, names: readonly string[], error: (name: string) => AwsError): void {
    if (!this.world.access?.isActive) return;
    const missing = missingPrincipal(this, names);
    if (missing !== undefined) this.refuse(need, error(missing));
  }

  accountFacts(account: string): AccountFacts | undefined {
    return this.world.registry.find('organizations')?.facts?.account?.(this.tx, account);
  }

  denialDetails(authorizationId: string): DenialDetails | undefined {
    return this.world.access?.denialDetails(this.tx, authorizationId, this.principal);
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
    const asked = this.callOf(service, tx.place, options.as);
    if (options.as) requireRights(this.world, tx, operation, input, asked);
    const output = handler(new TransactionContext(this.world, asked, tx), input);
    return withoutPrepared(output) as OperationOutput<S, O>;
  }
}

export class InputOutputContext extends CallContext implements IoContext {
  readonly now: number;

  constructor(world: World, asked: Call) {
    super(world, asked);
    this.now = world.clock.now();
  }

  get place(): Place {
    return this.asked.place;
  }

  get blobs(): BlobStore {
    return this.world.blobs;
  }

  get signal(): AbortSignal {
    return this.asked.signal();
  }

  transact<T>(decide: (tx: Tx, ctx: TxContext) => T): Promise<T> {
    const { world, asked } = this;
    return Promise.resolve(world.transact(asked.place, asked.epoch, (tx) => decide(tx, new TransactionContext(world, asked, tx))));
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
    const asked = this.callOf(service, place, options.as);
    if (options.as && this.world.access?.isActive)
      await this.world.transact(place, asked.epoch, (tx) => requireRights(this.world, tx, operation, input, asked));
    const output = await this.world.invoke(handler, asked, input);
    return withoutPrepared(output) as OperationOutput<S, O>;
  }
}
