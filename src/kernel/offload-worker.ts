/** The other side of offload.ts: a thread that runs one task after another. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';

/** What may be run elsewhere, by name. Inputs and results are structured clones. */
const tasks: Readonly<Record<string, (input: never) => unknown>> = {
  digest: ({ algorithm, chunks }: { readonly algorithm: string; readonly chunks: readonly Uint8Array[] }) => {
    const hash = createHash(algorithm);
    for (const chunk of chunks) hash.update(chunk);
    return hash.digest();
  },
  gzip: (bytes: Uint8Array) => gzipSync(bytes),
  gunzip: ({ bytes, maxBytes }: { readonly bytes: Uint8Array; readonly maxBytes: number }) =>
    gunzipSync(bytes, { maxOutputLength: maxBytes }),
  'rsa-key-pair': ({ bits }: { readonly bits: number }) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    return {
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
    };
  },
};

parentPort?.on('message', ({ task, input }: { readonly task: string; readonly input: never }) => {
  try {
    const run = tasks[task];
    if (!run) throw new Error(`There is no task ${task}.`);
    parentPort?.postMessage({ value: run(input) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
