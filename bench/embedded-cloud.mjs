/** A program that embeds Nuvola, as a test suite would, and times what it does. Seconds, rounds and records are its arguments. */
import { CreateQueueCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** What users import; found at run time, since types are checked before it is built. @type {typeof import('../src/testing/index')} */
const { Nuvola } = await import(new URL('../dist/index.mjs', import.meta.url).href);

const [seconds = 2, rounds = 5, records = 1_000_000] = process.argv.slice(2).map(Number);
const body = 'x'.repeat(256);

/** Calls per second with 32 under way. @param {SQSClient} client @param {string} QueueUrl */
async function rate(client, QueueUrl) {
  const start = performance.now();
  let calls = 0;
  const worker = async () => {
    while (performance.now() - start < seconds * 1000) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
      calls++;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return calls / ((performance.now() - start) / 1000);
}

/** @param {() => Promise<unknown>} run @returns {Promise<number>} milliseconds */
async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

const cloud = await Nuvola.start();
const inProcess = new SQSClient(cloud.config({ inProcess: true }));
const http = new SQSClient(cloud.config());
const { QueueUrl = '' } = await inProcess.send(new CreateQueueCommand({ QueueName: 'bench' }));
/** @type {{ inProcess: number[], http: number[], forkMs: number[], snapshotMs: number[], resetMs: number[] }} */
const result = { inProcess: [], http: [], forkMs: [], snapshotMs: [], resetMs: [] };
for (const client of [http, inProcess]) await rate(client, QueueUrl);
for (let n = 0; n < rounds; n++) {
  result.inProcess.push(await rate(inProcess, QueueUrl));
  result.http.push(await rate(http, QueueUrl));
}

await cloud.reset();
await inProcess.send(new CreateQueueCommand({ QueueName: 'bench' }));
const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: `m${n}`, MessageBody: body }));
let left = records / 10;
const filler = async () => {
  while (left-- > 0) await inProcess.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
};
await Promise.all(Array.from({ length: 32 }, filler));

for (let n = 0; n < rounds; n++) {
  /** @type {import('../src/testing/index').Nuvola | undefined} */
  let fork;
  result.forkMs.push(
    await timed(async () => {
      fork = await cloud.fork();
    }),
  );
  /** @type {{ restore(): Promise<void> } | undefined} */
  let snapshot;
  result.snapshotMs.push(
    await timed(async () => {
      snapshot = await cloud.snapshot();
    }),
  );
  result.resetMs.push(await timed(() => cloud.reset()));
  await snapshot?.restore();
  await fork?.close();
}
await cloud.close();
process.send?.(result, () => process.exit(0));
