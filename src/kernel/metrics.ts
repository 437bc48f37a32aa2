/** Counts and times per operation, since the process started. */

export interface OperationMetrics {
  calls: number;
  clientErrors: number;
  serverErrors: number;
  totalMs: number;
  maxMs: number;
}

export class Metrics {
  readonly #operations = new Map<string, OperationMetrics>();

  /** `service:Operation`; names come from models, so there are only so many. */
  record(operation: string, status: number, durationMs: number): void {
    let metrics = this.#operations.get(operation);
    if (!metrics) {
      metrics = { calls: 0, clientErrors: 0, serverErrors: 0, totalMs: 0, maxMs: 0 };
      this.#operations.set(operation, metrics);
    }
    metrics.calls++;
    if (status >= 500) metrics.serverErrors++;
    else if (status >= 400) metrics.clientErrors++;
    metrics.totalMs += durationMs;
    if (durationMs > metrics.maxMs) metrics.maxMs = durationMs;
  }

  list(): Record<string, OperationMetrics> {
    return Object.fromEntries([...this.#operations].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
