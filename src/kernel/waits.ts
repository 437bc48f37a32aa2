/** Who waits for a notification: long polls and the like. First come, first woken. */
import type { Clock } from './clock';
import type { Place } from './place';

interface Waiter {
  readonly until: number;
  readonly account: string;
  readonly settle: (notified: boolean) => void;
}

/** setTimeout cannot wait longer. */
const longestDelayMs = 0x7fff_ffff;

export class Waits {
  readonly #clock: Clock;
  readonly #queues = new Map<string, Set<Waiter>>();
  readonly #listeners = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
    clock.onChange(() => this.#endPast());
  }

  /**
   * Settles true when notified; false at `untilMs` (virtual), after as many real ms as that was away when the wait
   * began (the client's own patience), or when the signal aborts.
   */
  wait(place: Place, channel: string, key: string, untilMs: number, signal?: AbortSignal): Promise<boolean> {
    const patience = untilMs - this.#clock.now();
    if (patience <= 0 || signal?.aborted) return Promise.resolve(false);
    const name = queueName(place, channel, key);
    return new Promise((resolve) => {
      const end = () => waiter.settle(false);
      const timer = setTimeout(end, Math.min(patience, this.#clock.realDelay(untilMs), longestDelayMs));
      const waiter: Waiter = {
        until: untilMs,
        account: place.account,
        settle: (notified) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          this.#remove(name, waiter);
          resolve(notified);
        },
      };
      signal?.addEventListener('abort', end, { once: true });
      const queue = this.#queues.get(name);
      if (queue) queue.add(waiter);
      else this.#queues.set(name, new Set([waiter]));
    });
  }

  /** Calls back at every notification of a channel, in whichever place: for what was derived from the state, and is no longer true. */
  listen(channel: string, heard: () => void): void {
    this.#listeners.set(channel, heard);
  }

  notify(place: Place, channel: string, key: string, wake: number): void {
    this.#listeners.get(channel)?.();
    if (this.#queues.size === 0) return;
    const queue = this.#queues.get(queueName(place, channel, key));
    if (!queue) return;
    let left = wake;
    for (const waiter of queue) {
      if (left-- <= 0) return;
      waiter.settle(true);
    }
  }

  /** Ends every wait, or those in one account: the state was reset, or the process stops. */
  endAll(account?: string): void {
    for (const queue of [...this.#queues.values()])
      for (const waiter of [...queue]) if (account === undefined || waiter.account === account) waiter.settle(false);
  }

  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values()) size += queue.size;
    return size;
  }

  #endPast(): void {
    const now = this.#clock.now();
    for (const queue of [...this.#queues.values()]) for (const waiter of [...queue]) if (waiter.until <= now) waiter.settle(false);
  }

  #remove(name: string, waiter: Waiter): void {
    const queue = this.#queues.get(name);
    if (queue?.delete(waiter) && queue.size === 0) this.#queues.delete(name);
  }
}

function queueName(place: Place, channel: string, key: string): string {
  return `${channel}|${place.account}|${place.region}|${key}`;
}
