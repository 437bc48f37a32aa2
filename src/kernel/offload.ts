/** Work that would hold up the event loop, on other threads. Tasks are the named functions of offload-worker.ts. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

interface Job {
  readonly message: { readonly task: string; readonly input: unknown };
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Beside the bundles, or in `dist/` when the sources run (tests). */
function builtWorker(): string {
  const beside = fileURLToPath(new URL('offload-worker.cjs', import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL('../../dist/offload-worker.cjs', import.meta.url));
}

const closed = () => new Error('The worker threads have ended.');

/** Threads start with the first task and do not keep the process alive. */
export class OffloadPool {
  readonly #file: string;
  readonly #limit: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  readonly #queue: Job[] = [];
  #closed = false;

  /** `file` is the built worker; `limit` the number of threads. */
  constructor(file = builtWorker(), limit = 2) {
    this.#file = file;
    this.#limit = limit;
  }

  /** `transfer` moves memory instead of copying it; the caller cannot use it afterwards. */
  run<T>(task: string, input: unknown, transfer: readonly ArrayBuffer[] = []): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) throw closed();
      this.#queue.push({ message: { task, input }, transfer, resolve: resolve as (value: never) => void, reject });
      this.#next();
    });
  }

  /** Another pool of the same kind: forks end on their own. */
  fresh(): OffloadPool {
    return new OffloadPool(this.#file, this.#limit);
  }

  /** Ends the threads; what they had not finished fails. */
  async close(): Promise<void> {
    this.#closed = true;
    const workers = [...this.#idle, ...this.#busy.keys()];
    for (const job of [...this.#busy.values(), ...this.#queue.splice(0)]) job.reject(closed());
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#queue.length === 0) return;
    const worker = this.#idle.pop() ?? (this.#busy.size < this.#limit ? this.#start() : undefined);
    if (!worker) return;
    const job = this.#queue.shift() as Job;
    this.#busy.set(worker, job);
    worker.postMessage(job.message, job.transfer as ArrayBuffer[]);
  }

  #start(): Worker {
    const worker = new Worker(this.#file);
    worker.unref();
    worker.on('message', (answer: { readonly value?: never; readonly error?: string }) => {
      const job = this.#busy.get(worker);
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if (answer.error === undefined) job?.resolve(answer.value as never);
      else job?.reject(new Error(answer.error));
      this.#next();
    });
    worker.on('error', (error) => {
      const job = this.#busy.get(worker);
      this.#busy.delete(worker);
      job?.reject(error);
      this.#next();
    });
    return worker;
  }
}
