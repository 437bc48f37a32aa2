/**
 * Delivers events and payloads: lane by lane, in order within a lane, independently between lanes. A handler that only
 * changes state commits together with the removal of what it handled (exactly once); one that does I/O runs at least once.
 */

import { serviceOfArn } from './arn';
import type { IoContext } from './context';
import { AwsError, isStale } from './errors';
import { lateText } from './late-text';
import { serviceContext } from './own-calls';
import { Deliveries, type DeliveryRecord, type EventRecord, Events } from './records';
import { defaultRetryPolicy, retryDelay } from './retry';
import type { Delivery, EventHandler, TargetHandler } from './service';
import { deliveryOf, placeOfTarget, targetHandler } from './targets';
import type { Transaction } from './transaction';
import type { World } from './world';

export interface Lane {
  readonly kind: 'event' | 'delivery';
  readonly lane: string;
  /** The subscriber, or the service of the target's ARN. */
  readonly service: string;
}

/** Handlers with I/O that run at once for one target: what a slow one has in hand is bounded, and no other waits for it. */
const maxOutside = 64;
const stepsPerTurn = 64;

type Step = 'empty' | 'done' | 'later' | { readonly outside: () => Promise<void> };

export class Lanes {
  readonly #world: World;
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  /** Per target with running I/O. */
  readonly #turns = new Map<string, { running: number; readonly waiting: (() => void)[] }>();
  /** Lanes that began in this turn of the event loop, and those that wait for the next. */
  #began = 0;
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(world: World) {
    this.#world = world;
  }

  get busy(): string[] {
    return [...this.#running.keys()];
  }

  /** Begins nothing more; settles when what runs has come to its end. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running.values());
  }

  /** Looks at a lane soon; a lane that is running looks once more before it rests. */
  wake(lane: Lane): void {
    const name = `${lane.kind} ${lane.service} ${lane.lane}`;
    if (this.#closed) return;
    if (this.#running.has(name)) {
      this.#again.add(name);
      return;
    }
    const run = this.#drain(lane, name)
      .catch((error) => this.#stopped(name, error))
      .finally(() => {
        this.#running.delete(name);
        if (this.#again.delete(name)) this.wake(lane);
      });
    this.#running.set(name, run);
  }

  /** Wakes every lane that holds something; for a world that was just opened. */
  async wakeAll(): Promise<void> {
    const lanes = await this.#world.transactAt(this.#world.home, (tx) => [
      ...tx.scan(Events).map((e): Lane => ({ kind: 'event', lane: e.lane, service: e.subscriber })),
      ...tx.scan(Deliveries).map((d): Lane => ({ kind: 'delivery', lane: d.lane, service: serviceOfArn(d.targetArn) })),
    ]);
    for (const lane of lanes) this.wake(lane);
  }

  async #drain(lane: Lane, name: string): Promise<void> {
    await this.#begin();
    await this.#world.registry.load(lane.service).catch((error) => this.#world.report(`loading ${lane.service}`, error));
    for (let steps = 1; !this.#closed; steps++) {
      this.#again.delete(name);
      const step = await this.#inTransaction(lane);
      if (step === 'empty' || step === 'later') return;
      if (step !== 'done') await this.#inTurn(lane, step.outside);
      // A long lane lets requests through between its steps.
      if (steps % stepsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Many lanes that are woken at once begin over several turns: requests get through between them. */
  async #begin(): Promise<void> {
    if (this.#began >= stepsPerTurn) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else if (this.#began++ === 0) setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    const next = this.#waiting.splice(0, stepsPerTurn);
    this.#began = next.length;
    for (const begin of next) begin();
    if (next.length > 0) setImmediate(() => this.#nextTurn());
  }

  /** Runs I/O for a target when fewer than the most allowed run for it. */
  async #inTurn(lane: Lane, run: () => Promise<void>): Promise<void> {
    const target = `${lane.service} ${lane.lane.slice(0, lane.lane.indexOf('|') + 1)}`;
    const turn = this.#turns.get(target) ?? { running: 0, waiting: [] };
    this.#turns.set(target, turn);
    if (turn.running >= maxOutside) await new Promise<void>((resolve) => turn.waiting.push(resolve));
    else turn.running++;
    try {
      if (!this.#closed) await run();
    } finally {
      const next = turn.waiting.shift();
      if (next) next();
      else if (--turn.running === 0) this.#turns.delete(target);
    }
  }

  /** What a reset or the end of the world cuts short is no failure. */
  #stopped(name: string, error: unknown): void {
    if (!this.#closed && !isStale(error)) this.#world.report(`the lane ${name} stopped`, error);
  }

  /** One step; when an inside handler throws, its writes are gone and the failure is noted in a transaction of its own. */
  async #inTransaction(lane: Lane): Promise<Step> {
    let handled: EventRecord | DeliveryRecord | undefined;
    const { epoch } = this.#world;
    try {
      return await this.#world.transactAt(this.#world.home, (tx) =>
        this.#step(tx, lane, (record) => {
          handled = record;
        }),
      );
    } catch (error) {
      if (!handled) throw error;
      await this.#noteFailure(handled, lane, error, epoch);
      return 'done';
    }
  }

  #step(tx: Transaction, lane: Lane, handling: (record: EventRecord | DeliveryRecord) => void): Step {
    const record =
      lane.kind === 'event'
        ? tx.scan(Events, { prefix: [lane.service, lane.lane], limit: 1 })[0]
        : tx.scan(Deliveries, { prefix: [lane.lane], limit: 1 })[0];
    if (!record) return 'empty';
    if (record.at > tx.now) return 'later';
    const handler = this.#handlerOf(record, lane.service);
    if (!handler) {
      this.#failed(tx, record, lane, new AwsError('NotImplemented', `${lane.service} does not receive this`));
      return 'done';
    }
    const { epoch } = this.#world;
    handling(record);
    if (!('event' in record)) this.#world.authoriseDelivery(tx.in(record.place), record.targetArn, record);
    if ('outside' in handler) return { outside: () => this.#runOutside(record, lane, handler, epoch) };
    if ('event' in record) (handler as { inside: (tx: Transaction, detail: unknown) => void }).inside(tx.in(record.place), record.detail);
    else
      (handler as { inside: (tx: Transaction, delivery: Delivery) => void }).inside(
        tx.in(placeOfTarget(record.targetArn, record.place)),
        deliveryOf(record.targetArn, record.payload, record),
      );
    remove(tx, record);
    return 'done';
  }

  #handlerOf(record: EventRecord | DeliveryRecord, service: string): EventHandler | TargetHandler | undefined {
    const definition = this.#world.registry.loaded(service);
    if (!definition) return undefined;
    return 'event' in record ? definition.events?.[record.event] : targetHandler(definition, record.targetArn);
  }

  async #runOutside(record: EventRecord | DeliveryRecord, lane: Lane, handler: EventHandler | TargetHandler, epoch: number): Promise<void> {
    const run = (handler as { outside: (ctx: IoContext, what: unknown) => Promise<void> }).outside;
    try {
      await this.#world.committed();
      if ('event' in record) await run(serviceContext(this.#world, lane.service, record.place, epoch), record.detail);
      else {
        const ctx = serviceContext(this.#world, lane.service, placeOfTarget(record.targetArn, record.place), epoch);
        await run(ctx, await finished(ctx, record));
      }
    } catch (error) {
      await this.#noteFailure(record, lane, error, epoch);
      return;
    }
    await this.#conclude(record, epoch, (tx) => remove(tx, record));
  }

  #noteFailure(record: EventRecord | DeliveryRecord, lane: Lane, error: unknown, epoch: number): Promise<void> {
    return this.#conclude(record, epoch, (tx) => this.#failed(tx, record, lane, error));
  }

  /** Ends one try, unless a reset has ended it already: what is gone must not come back. */
  async #conclude(record: EventRecord | DeliveryRecord, epoch: number, decide: (tx: Transaction) => void): Promise<void> {
    await this.#world.transact(this.#world.home, epoch, (tx) => {
      if (isThere(tx, record)) decide(tx);
    });
  }

  /** Another try when that may help; then the dead-letter queue, or the log. */
  #failed(tx: Transaction, record: EventRecord | DeliveryRecord, lane: Lane, error: unknown): void {
    const attempts = record.attempts + 1;
    const policy = ('event' in record ? undefined : record.retry) ?? defaultRetryPolicy;
    const delay = isFinal(record, error) ? undefined : retryDelay(policy, attempts);
    if (delay !== undefined) {
      const at = tx.now + delay;
      if ('event' in record) tx.put(Events, { ...record, attempts, at });
      else tx.put(Deliveries, { ...record, attempts, at });
      tx.in(record.place).wakeAt(at, lane);
      return;
    }
    remove(tx, record);
    if (!('event' in record) && record.deadLetterArn) {
      sendToDeadLetters(tx.in(record.place), record, record.deadLetterArn);
      return;
    }
    this.#world.report(`gave up on ${'event' in record ? record.event : record.targetArn} for ${lane.service}`, error);
  }
}

/** The target understood and refused: it is not there, or does not take this. AWS calls these client-side errors and does not try again. */
function isFinal(record: EventRecord | DeliveryRecord, error: unknown): boolean {
  return !('event' in record) && error instanceof AwsError && (error.status ?? 400) < 500;
}

/** What a handler with I/O is given: text that waits to be finished is finished here. */
async function finished(ctx: IoContext, record: DeliveryRecord): Promise<Delivery> {
  const { targetArn, payload, late } = record;
  if (late === undefined) return deliveryOf(targetArn, payload, record);
  const text = await ctx.transact((tx) => tx.readText(lateText(late, payload as string)));
  return deliveryOf(targetArn, text, { ...record, late: undefined });
}

/** The delivery as it was, but for its target and how it is tried. */
function sendToDeadLetters(tx: Transaction, record: DeliveryRecord, deadLetterArn: string): void {
  const { payload, from, sourceArn, groupId, dedupId, attributes, traceHeader, late } = record;
  tx.send(deadLetterArn, payload, { from, sourceArn, groupId, dedupId, attributes, traceHeader, late });
}

function isThere(tx: Transaction, record: EventRecord | DeliveryRecord): boolean {
  return 'event' in record
    ? tx.has(Events, [record.subscriber, record.lane, record.sequence])
    : tx.has(Deliveries, [record.lane, record.sequence]);
}

function remove(tx: Transaction, record: EventRecord | DeliveryRecord): void {
  if ('event' in record) tx.delete(Events, record);
  else tx.delete(Deliveries, record);
}
