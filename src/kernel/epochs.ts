/** Epochs tell what began before a reset, and may not write any more, from what began after it. */
import { stale } from './errors';

export class Epochs {
  #now = 0;
  /** The first epoch that may write; by account where accounts were reset one by one. */
  #first = 0;
  readonly #firstOf = new Map<string, number>();

  /** Changes with every reset. */
  get now(): number {
    return this.#now;
  }

  /** Throws when everything, or this account, was reset after `epoch` began. */
  check(account: string, epoch: number): void {
    if (epoch < this.#first || (this.#firstOf.size > 0 && epoch < (this.#firstOf.get(account) ?? 0))) throw stale();
  }

  /** What began before may write no more: nowhere, or not in one account. */
  begin(account?: string): void {
    this.#now++;
    if (account === undefined) this.#first = this.#now;
    else this.#firstOf.set(account, this.#now);
  }

  /** Nobody may write, until what it returns is called or another epoch begins. */
  close(): () => void {
    const before = this.#first;
    this.#first = Number.POSITIVE_INFINITY;
    return () => {
      this.#first = before;
    };
  }
}
