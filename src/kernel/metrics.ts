/** Counts and times per operation, since the process started. */

interface OperationMetrics {
  calls: number;
  clientErrors: number;
  serverErrors: number;
  totalMs: number;
  maxMs: number;
}

export class Metrics {
  readonly #services = new Map<string, Map<string, OperationMetrics>>();

  /** Names come from models, so there are only so many. */
  record(service: string, operation: string, status: number, durationMs: number): void {
    let known = this.#services.get(service);
    if (!known) this.#services.set(service, (known = new Map()));
    let metrics = known.get(operation);
    if (!metrics) known.set(operation, (metrics = { calls: 0, clientErrors: 0, serverErrors: 0, totalMs: 0, maxMs: 0 }));
    metrics.calls++;
    if (status >= 500) metrics.serverErrors++;
    else if (status >= 400) metrics.clientErrors++;
    metrics.totalMs += durationMs;
    if (durationMs > metrics.maxMs) metrics.maxMs = durationMs;
  }

  /** By `service:Operation`, in order of names. */
  list(): Record<string, OperationMetrics> {
    const all = [...this.#services].flatMap(([service, operations]) =>
      [...operations].map(([name, metrics]) => [`${service}:${name}`, metrics] as const),
    );
    return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
