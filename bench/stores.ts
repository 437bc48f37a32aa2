/** What keeping state costs: lmdb against memory, and cost as state grows from 1 k to 1 M messages, keys and items. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alternate, type Bench, type Part, type Round, ratios, round, type Side } from './bench';
import { createTable, item, key, TableName } from './dynamodb';
import { type LoadRequest, type Server, startNuvola } from './processes';
import { spread } from './report';
import { dynamodb, queueUrl, s3, sqs } from './requests';
import { describe, doOnce } from './throughput';

const oneKiB = Buffer.alloc(1024, 'x');
const text = 'x'.repeat(256);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

const prepare = (server: Server) => [sqs(server, 'CreateQueue', { QueueName: 'bench' }), s3(server, 'PUT', '/bench'), createTable(server)];

interface Write {
  readonly what: string;
  readonly requests: (server: Server) => readonly LoadRequest[];
}

const send: Write = {
  what: 'SQS SendMessage',
  requests: (server) => [sqs(server, 'SendMessage', { QueueUrl: queueUrl(server, 'bench'), MessageBody: text })],
};
const put: Write = {
  what: 'S3 PUT 1 KiB',
  requests: (server) => range(5000).map((n) => s3(server, 'PUT', `/bench/${randomName(n)}`, oneKiB)),
};
const list: Write = {
  what: 'S3 list page of 100 keys',
  requests: (server) => range(200).map((n) => s3(server, 'GET', `/bench?list-type=2&max-keys=100&start-after=${randomName(n)}`)),
};

const putItem: Write = {
  what: 'DynamoDB PutItem',
  requests: (server) => range(5000).map((n) => dynamodb(server, 'PutItem', { TableName, Item: item(partition(n * 1009), n) })),
};
const getItem: Write = {
  what: 'DynamoDB GetItem',
  requests: (server) => range(1000).map((n) => dynamodb(server, 'GetItem', { TableName, Key: key(partition(n), n) }, { expect: 'email' })),
};

/** A thousand partitions; an item's number says in which it is. */
function partition(n: number): string {
  return `user-${randomName(n % 1000)}`;
}

const pageAfter = (server: Server, n: number) => s3(server, 'GET', `/bench?list-type=2&start-after=${randomName(n)}`);
const fullPage: Write = { what: 'S3 list page of 1,000 keys', requests: (server) => range(500).map((n) => pageAfter(server, n)) };

/** Keys spread over the whole range, the same in every run. */
function randomName(n: number): string {
  return (Math.imul(n + 1, 2654435761) >>> 0).toString(16).padStart(8, '0');
}

/** Runs with a directory that is gone afterwards. */
export async function withDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'nuvola-bench-'));
  try {
    await run(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const side = (server: Server, { requests }: Write): Side => ({
  server,
  plan: { connections: 32, requests: requests(server), spread: true },
});

export const durability: Part = {
  tags: ['lmdb'],
  run: (bench) =>
    withDirectory(async (directory) => {
      const memory = await startNuvola();
      const lmdb = await startNuvola('--data', join(directory, 'process'));
      const disk = await startNuvola('--data', join(directory, 'disk'), '--durability', 'disk');
      try {
        for (const server of [memory, lmdb, disk]) await doOnce(bench, server, prepare(server));
        for (const write of [send, put, putItem]) {
          await compare(bench, `${write.what}, lmdb against memory, small state`, side(lmdb, write), side(memory, write), 1.7);
          await compare(bench, `${write.what}, lmdb flushed to disk against memory`, side(disk, write), side(memory, write));
        }
        await fill(bench, lmdb);
        await compare(bench, `S3 PUT 1 KiB, lmdb with ${count(bench)} keys against memory`, side(lmdb, put), side(memory, put), 2.5);
        await compare(
          bench,
          `SQS SendMessage, lmdb with ${count(bench)} messages against memory`,
          side(lmdb, send),
          side(memory, send),
          2.5,
        );
        await compare(
          bench,
          `DynamoDB PutItem, lmdb with ${count(bench)} items against memory`,
          side(lmdb, putItem),
          side(memory, putItem),
          2.5,
        );
      } finally {
        await Promise.all([memory, lmdb, disk].map((server) => server.stop()));
      }
    }),
};

export const growth: Part = {
  tags: ['growth'],
  async run(bench) {
    const [small, large] = [await startNuvola(), await startNuvola()];
    try {
      for (const server of [small, large]) await doOnce(bench, server, prepare(server));
      await fill(bench, small, 1000);
      await fill(bench, large);
      for (const write of [send, put, list, putItem, getItem]) {
        await compare(bench, `${write.what}, ${count(bench)} against 1 k records`, side(large, write), side(small, write), 1.5);
      }
      await pageCost(bench, large, count(bench));
    } finally {
      await Promise.all([small.stop(), large.stop()]);
    }
  },
};

export const listing: Part = {
  tags: ['list', 's3'],
  async run(bench) {
    const server = await startNuvola();
    try {
      await doOnce(bench, server, prepare(server));
      await fill(bench, server, 10_000);
      await pageCost(bench, server, '10 k');
    } finally {
      await server.stop();
    }
  },
};

/** Server CPU of a whole page. */
async function pageCost(bench: Bench, server: Server, keys: string): Promise<void> {
  const plan = { ...side(server, fullPage).plan, connections: 4, seconds: bench.seconds };
  const rounds: Round[] = [];
  await round(bench.load, server, plan);
  for (let n = 0; n < bench.rounds; n++) rounds.push(await round(bench.load, server, plan));
  const ms = rounds.map(({ serverUs }) => serverUs / 1000);
  bench.report({ what: `${fullPage.what}, of ${keys}`, unit: 'ms', ...spread(ms), atMost: 1, detail: describe(rounds) });
}

async function compare(bench: Bench, what: string, a: Side, b: Side, atMost?: number): Promise<void> {
  const [ours, theirs] = await alternate(bench, a, b);
  const limit = atMost === undefined ? {} : { atMost };
  bench.report({ what, unit: '×', ...spread(ratios(ours, theirs)), ...limit, detail: `${describe(ours)}; other ${describe(theirs)}` });
}

const count = ({ records }: Bench) => (records >= 1e6 ? `${records / 1e6} M` : `${records / 1000} k`);

/** Fills the queue, the bucket and the table with this many messages, keys and items. */
async function fill(bench: Bench, server: Server, records = bench.records): Promise<void> {
  const Entries = range(10).map((n) => ({ Id: `m${n}`, MessageBody: text }));
  const batch = sqs(server, 'SendMessageBatch', { QueueUrl: queueUrl(server, 'bench'), Entries }, { expect: 'Successful' });
  await bench.load.run({ port: server.port, connections: 32, calls: records / 10, requests: [batch], spread: false });
  // In slices, so that the requests of a million keys need not be held at once.
  const slice = 20_000;
  for (let from = 0; from < records; from += slice) {
    const names = range(Math.min(slice, records - from)).map((n) => randomName(from + n));
    const requests = names.map((name) => s3(server, 'PUT', `/bench/${name}`));
    const plan = { connections: 32, calls: Math.ceil(requests.length / 32) * 32, requests, spread: true };
    await bench.load.run({ ...plan, port: server.port });
  }
  const batchOf = (from: number) => range(25).map((n) => ({ PutRequest: { Item: item(partition(from + n), from + n) } }));
  for (let from = 0; from < records; from += slice) {
    const batches = range(Math.min(slice, records - from) / 25).map((n) =>
      dynamodb(server, 'BatchWriteItem', { RequestItems: { [TableName]: batchOf(from + n * 25) } }),
    );
    const connections = Math.min(16, batches.length);
    const plan = { connections, calls: Math.ceil(batches.length / connections) * connections, requests: batches, spread: true };
    await bench.load.run({ ...plan, port: server.port });
  }
  await round(bench.load, server, {
    connections: 1,
    calls: 1,
    requests: [s3(server, 'GET', '/bench?list-type=2&max-keys=1')],
    spread: false,
  });
  bench.say(`filled with ${records} messages, keys and items`);
}
