/** What is to happen at a time: durable timers and reconcilers, run when the clock says so. */

import { isStale } from './errors';
import type { Lane } from './lanes';
import { serviceContext } from './own-calls';
import { laneTimer, type MarkRecord, Marks, type TimerRecord, Timers } from './records';
import type { Transaction } from './transaction';
import type { World } from './world';

const longestDelayMs = 0x7fff_ffff;
const maxTimerAttempts = 6;
const stepsPerTurn = 64;

export class Agenda {
  readonly #world: World;
  #alarm: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  readonly #reconciling = new Map<string, Promise<void>>();
  readonly #unwatchClock: () => void;
  #closed = false;

  constructor(world: World) {
    this.#world = world;
    this.#unwatchClock = world.clock.onChange(() => this.wake());
  }

  get busy(): string[] {
    return [...(this.#running ? ['timers'] : []), ...[...this.#reconciling.keys()].map((name) => `reconciler ${name}`)];
  }

  /** Runs what is due, then sleeps until the next thing is. */
  wake(): void {
    if (this.#closed) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run()
      .catch((error) => this.#stopped('the agenda', error))
      .finally(() => {
        this.#running = undefined;
        if (this.#again) {
          this.#again = false;
          this.wake();
        }
      });
  }

  /** When the next timer or reconciler is due, virtual ms; undefined when nothing is planned. */
  next(): Promise<number | undefined> {
    return this.#world.transactAt(this.#world.home, (tx) => nextDue(tx, this.#reconciling));
  }

  /** Begins nothing more; settles when what runs has come to its end. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unwatchClock();
    clearTimeout(this.#alarm);
    await Promise.all([this.#running, ...this.#reconciling.values()]);
  }

  /** What a reset or the end of the world cuts short is no failure. */
  #stopped(what: string, error: unknown): void {
    if (!this.#closed && !isStale(error)) this.#world.report(`${what} stopped`, error);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#alarm);
    for (let steps = 1; !this.#closed; steps++) {
      const next = await this.next();
      // What was done without any request's answer to wait for becomes durable here.
      if (next === undefined) return this.#world.committed();
      if (next > this.#world.clock.now()) {
        const delay = this.#world.clock.realDelay(next);
        if (delay < Number.POSITIVE_INFINITY) {
          this.#alarm = setTimeout(() => this.wake(), Math.min(Math.ceil(delay), longestDelayMs));
          this.#alarm.unref();
        }
        return this.#world.committed();
      }
      await this.#runTimer();
      await this.#startReconcilers();
      // Many that are due at once let requests through between them.
      if (steps % stepsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The first due timer, in the transaction that removes it. */
  async #runTimer(): Promise<void> {
    const due = await this.#world.transactAt(this.#world.home, (tx) => firstDue(tx));
    if (!due) return;
    if (due.timer !== laneTimer) await this.#world.registry.load(serviceOf(due.timer)).catch(() => undefined);
    try {
      await this.#world.transactAt(this.#world.home, (tx) => {
        const timer = firstDue(tx);
        if (timer?.sequence !== due.sequence) return;
        tx.delete(Timers, timer);
        this.#handle(tx.in(timer.place), timer);
      });
    } catch (error) {
      await this.#world.transactAt(this.#world.home, (tx) => this.#retry(tx, due, error));
    }
  }

  #handle(tx: Transaction, timer: TimerRecord): void {
    if (timer.timer === laneTimer) {
      tx.effects.wake(timer.detail as unknown as Lane);
      return;
    }
    const handler = this.#world.registry.loaded(serviceOf(timer.timer))?.timers?.[timer.timer];
    if (!handler) throw new Error(`No service handles the timer ${timer.timer}.`);
    handler(tx, timer.detail);
  }

  #retry(tx: Transaction, timer: TimerRecord, error: unknown): void {
    if (!tx.delete(Timers, timer)) return; // a reset took it meanwhile
    if (timer.attempts + 1 < maxTimerAttempts) {
      tx.put(Timers, { ...timer, attempts: timer.attempts + 1, due: tx.now + 1000 * 2 ** timer.attempts });
    } else this.#world.report(`gave up on the timer ${timer.timer}`, error);
  }

  async #startReconcilers(): Promise<void> {
    const now = this.#world.clock.now();
    const marks = await this.#world.transactAt(this.#world.home, (tx) => tx.scanIndex(Marks, 'due', { to: now + 1, limit: 100 }));
    for (const mark of marks) {
      const name = nameOf(mark);
      if (this.#reconciling.has(name)) continue;
      this.#reconciling.set(
        name,
        this.#reconcile(mark)
          .catch((error) => this.#stopped(`the reconciler ${name}`, error))
          .finally(() => {
            this.#reconciling.delete(name);
            this.wake();
          }),
      );
    }
  }

  async #reconcile(mark: MarkRecord): Promise<void> {
    const service = serviceOf(mark.reconciler);
    const { epoch } = this.#world;
    let again: number | undefined;
    let failed = false;
    try {
      const definition = await this.#world.registry.load(service);
      const reconciler = definition.reconcilers?.[mark.reconciler];
      if (!reconciler) throw new Error(`No service handles the reconciler ${mark.reconciler}.`);
      await this.#world.committed();
      again = await reconciler(serviceContext(this.#world, service, mark.place, epoch), mark.key);
    } catch (error) {
      if (isStale(error)) return; // the mark is gone as well
      failed = true;
      again = Math.min(1000 * 2 ** mark.attempts, 60_000);
      this.#world.report(`reconciler ${nameOf(mark)} failed and will run again in ${again} ms`, error);
    }
    await this.#world.transact(this.#world.home, epoch, (tx) => {
      const current = tx.get(Marks, [mark.reconciler, mark.place.account, mark.place.region, mark.key]);
      if (current?.generation !== mark.generation) return; // marked again meanwhile: it runs again as it is
      if (again === undefined) tx.delete(Marks, current);
      else tx.put(Marks, { ...current, due: tx.now + again, attempts: failed ? mark.attempts + 1 : 0 });
    });
  }
}

function firstDue(tx: Transaction): TimerRecord | undefined {
  const timer = tx.scan(Timers, { limit: 1 })[0];
  return timer && timer.due <= tx.now ? timer : undefined;
}

function nextDue(tx: Transaction, running: ReadonlyMap<string, unknown>): number | undefined {
  const timer = tx.scan(Timers, { limit: 1 })[0]?.due;
  const mark = tx.scanIndex(Marks, 'due', { limit: running.size + 1 }).find((each) => !running.has(nameOf(each)))?.due;
  return timer === undefined ? mark : mark === undefined ? timer : Math.min(timer, mark);
}

function nameOf(mark: MarkRecord): string {
  return `${mark.reconciler} ${mark.place.account}/${mark.place.region} ${mark.key}`;
}

/** `sqs.name-free` belongs to sqs. */
function serviceOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}
