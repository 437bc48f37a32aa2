/** The other side of offload.ts: a thread that runs one task after another. */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/**
 * What may be run elsewhere, by name. Inputs and results are structured clones.
 * Only what node does not run on threads of its own: compression, key pairs and password hashes are asynchronous there.
 */
const tasks: Readonly<Record<string, (input: never) => unknown>> = {
  digest: ({ algorithm, chunks }: { readonly algorithm: string; readonly chunks: readonly Uint8Array[] }) => {
    const hash = createHash(algorithm);
    for (const chunk of chunks) hash.update(chunk);
    return hash.digest();
  },
};

parentPort?.on('message', ({ task, input }: { readonly task: string; readonly input: never }) => {
  try {
    const run = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
    if (!run) throw new Error(`There is no task ${task}.`);
    parentPort?.postMessage({ value: run(input) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
