/** The last requests, in a ring; what `nuvola logs` and `/_nuvola/requests` show. */

export interface RequestEntry {
  readonly id: string;
  /** Real time, ms since 1970. */
  readonly time: number;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  /** ARN of whoever asked. */
  readonly principal: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  /** The error code, when it is an error. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly durationMs: number;
}

export class RequestLog {
  readonly #ring: RequestEntry[] = [];
  readonly #size: number;
  #next = 0;
  readonly #listeners = new Set<(entry: RequestEntry) => void>();

  constructor(size = 1000) {
    this.#size = size;
  }

  add(entry: RequestEntry): void {
    this.#ring[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#size;
    for (const listener of this.#listeners) listener(entry);
  }

  /** Oldest first. */
  list(): RequestEntry[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }

  follow(listener: (entry: RequestEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
