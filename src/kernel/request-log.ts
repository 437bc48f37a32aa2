/** The last requests, in a ring; what `nuvola logs` and `/_nuvola/requests` show. */

/** Of a decision. */
interface Outcome {
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
}

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
  /** What had to be allowed for it, in modes that decide that (`audit`, `enforce`). */
  readonly access?: readonly Outcome[] | undefined;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  /** The error code, when it is an error. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly durationMs: number;
}

/** Every object that is kept costs all calls more: of nearly all requests one right is known, which they had. */
export interface LoggedRequest extends Omit<RequestEntry, 'access'> {
  readonly allowedAction: string | undefined;
  readonly allowedResource: string | undefined;
  /** Of all other requests. */
  readonly outcomes: readonly Outcome[] | undefined;
}

/** Targets and messages come from strangers: a thousand of 64 KiB would be much to remember. */
const maxTextLength = 2048;

export class RequestLog {
  readonly #ring: LoggedRequest[] = [];
  readonly #size: number;
  #next = 0;
  readonly #listeners = new Set<(entry: RequestEntry) => void>();

  /** The fewer the better: those that outlive two collections of young objects cost all calls dear. */
  constructor(size = 500) {
    this.#size = size;
  }

  add(given: LoggedRequest): void {
    const logged = isLong(given.target) || isLong(given.message) ? shortened(given) : given;
    this.#ring[this.#next] = logged;
    this.#next = (this.#next + 1) % this.#size;
    if (this.#listeners.size === 0) return;
    const entry = entryOf(logged);
    for (const listener of this.#listeners) listener(entry);
  }

  /** Oldest first. */
  list(): RequestEntry[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)].map(entryOf);
  }

  follow(listener: (entry: RequestEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function entryOf({ allowedAction: action, allowedResource: resource, outcomes, ...logged }: LoggedRequest): RequestEntry {
  const access = action === undefined || resource === undefined ? outcomes : [{ action, resource, allowed: true }];
  return { ...logged, ...(access && { access }) };
}

function isLong(text: string | undefined): boolean {
  return text !== undefined && text.length > maxTextLength;
}

function shortened(entry: LoggedRequest): LoggedRequest {
  return { ...entry, target: cut(entry.target), message: entry.message === undefined ? undefined : cut(entry.message) };
}

/** A copy: a slice would keep the whole of a long text. */
function cut(text: string): string {
  return isLong(text) ? `${Buffer.from(text.slice(0, maxTextLength)).toString()}…` : text;
}
