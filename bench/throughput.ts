/** Calls per second and server CPU per call, against the bare server, with 1 and 32 connections. */
import { alternate, type Bench, type Part, type Round, ratios } from './bench';
import { dynamodbScenarios } from './dynamodb';
import { type LoadRequest, rssOf, type Server, startBare, startNuvola } from './processes';
import { format, median, spread } from './report';
import { plain, putObject, query, queueUrl, s3, sqs, sqsTemplate } from './requests';

export interface Scenario {
  readonly tag: string;
  readonly what: string;
  /** Server CPU per call against bare, at 32 connections. */
  readonly atMost?: number;
  readonly connections?: readonly number[];
  /** Calls that make what the requests need. */
  readonly prepare?: (server: Server) => readonly LoadRequest[];
  readonly requests: (server: Server) => readonly LoadRequest[];
  readonly bare: (server: Server) => readonly LoadRequest[];
  /** Whether requests belong together in their order (a cycle), so that every connection begins with the first. */
  readonly cycle?: boolean;
}

const body = 'x'.repeat(256);
const oneKiB = Buffer.alloc(1024, 'x');
const eightMiB = Buffer.alloc(8 * 1024 * 1024, 'x');
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const small = (server: Server) => [
  plain(server, 'POST', '/small', JSON.stringify({ QueueUrl: queueUrl(server, 'bench'), MessageBody: body })),
];

const createQueue = (server: Server) => [sqs(server, 'CreateQueue', { QueueName: 'bench' }, { expect: 'QueueUrl' })];
const createBucket = (server: Server) => [s3(server, 'PUT', '/bench')];
const send = (server: Server) =>
  sqs(server, 'SendMessage', { QueueUrl: queueUrl(server, 'bench'), MessageBody: body }, { expect: 'MD5OfMessageBody' });

export const scenarios: readonly Scenario[] = [
  {
    tag: 'sts',
    what: 'STS GetCallerIdentity',
    atMost: 2,
    requests: (server) => [query(server, 'sts', { Action: 'GetCallerIdentity', Version: '2011-06-15' }, '000000000000')],
    bare: small,
  },
  { tag: 'sqs', what: 'SQS SendMessage (JSON)', atMost: 2, prepare: createQueue, requests: (server) => [send(server)], bare: small },
  {
    tag: 'sqs',
    what: 'SQS SendMessage (query)',
    atMost: 2,
    prepare: createQueue,
    requests: (server) => [
      query(
        server,
        'sqs',
        { Action: 'SendMessage', Version: '2012-11-05', QueueUrl: queueUrl(server, 'bench'), MessageBody: body },
        'MD5OfMessageBody',
      ),
    ],
    bare: small,
  },
  {
    tag: 'sqs',
    what: 'SQS send, receive, delete',
    cycle: true,
    prepare: createQueue,
    requests: (server) => [
      send(server),
      sqs(server, 'ReceiveMessage', { QueueUrl: queueUrl(server, 'bench') }, { extract: ['"ReceiptHandle":"', '"'] }),
      sqsTemplate(server, 'DeleteMessage', [`{"QueueUrl":"${queueUrl(server, 'bench')}","ReceiptHandle":"`, '"}']),
    ],
    bare: small,
  },
  {
    tag: 's3',
    what: 'S3 PUT 1 KiB',
    atMost: 2.2,
    prepare: createBucket,
    requests: (server) => range(1000).map((n) => putObject(server, `/bench/key-${n}`, oneKiB)),
    bare: (server) => [plain(server, 'PUT', '/small', oneKiB)],
  },
  {
    tag: 's3',
    what: 'S3 GET 1 KiB',
    atMost: 2.2,
    prepare: (server) => [...createBucket(server), ...range(1000).map((n) => s3(server, 'PUT', `/bench/key-${n}`, oneKiB))],
    requests: (server) => range(1000).map((n) => s3(server, 'GET', `/bench/key-${n}`)),
    bare: (server) => [plain(server, 'GET', '/1k')],
  },
  {
    tag: 's3',
    what: 'S3 PUT 8 MiB (bare computes MD5 too)',
    atMost: 1.4,
    connections: [1, 4],
    prepare: createBucket,
    requests: (server) => range(4).map((n) => putObject(server, `/bench/big-${n}`, eightMiB)),
    bare: (server) => [plain(server, 'PUT', '/put-md5', eightMiB)],
  },
  {
    tag: 's3',
    what: 'S3 PUT 8 MiB (bare only reads)',
    connections: [1, 4],
    prepare: createBucket,
    requests: (server) => range(4).map((n) => putObject(server, `/bench/big-${n}`, eightMiB)),
    bare: (server) => [plain(server, 'PUT', '/put', eightMiB)],
  },
  {
    tag: 's3',
    what: 'S3 GET 8 MiB',
    atMost: 1.4,
    connections: [1, 4],
    prepare: (server) => [...createBucket(server), s3(server, 'PUT', '/bench/big', eightMiB)],
    requests: (server) => [s3(server, 'GET', '/bench/big')],
    bare: (server) => [plain(server, 'GET', '/get')],
  },
  ...dynamodbScenarios,
];

/** The parts that `npm run bench` runs, one per scenario. */
export const throughput: readonly Part[] = scenarios.map((scenario) => ({
  tags: [scenario.tag, 'throughput'],
  run: (bench) => measure(bench, scenario),
}));

/** Runs each of these once, in order. */
export async function doOnce(bench: Bench, server: Server, requests: readonly LoadRequest[] | undefined): Promise<void> {
  if (requests !== undefined && requests.length > 0) {
    await bench.load.run({ port: server.port, connections: 1, calls: requests.length, requests, spread: false });
  }
}

export async function measure(bench: Bench, scenario: Scenario): Promise<void> {
  const [nuvola, bare] = await Promise.all([startNuvola(), startBare()]);
  try {
    await doOnce(bench, nuvola, scenario.prepare?.(nuvola));
    for (const connections of scenario.connections ?? [1, 32]) {
      const plan = (requests: readonly LoadRequest[]) => ({ connections, requests, spread: scenario.cycle !== true });
      const [ours, theirs] = await alternate(
        bench,
        { server: nuvola, plan: plan(scenario.requests(nuvola)) },
        { server: bare, plan: plan(scenario.bare(bare)) },
      );
      const memory = `${Math.round((rssOf(nuvola.pid) ?? 0) / 1e6)} MB`;
      bench.report({
        what: `${scenario.what}, ${connections} connection${connections === 1 ? '' : 's'}`,
        unit: '×',
        ...spread(ratios(ours, theirs)),
        ...(connections > 1 && scenario.atMost !== undefined ? { atMost: scenario.atMost } : {}),
        detail: `${describe(ours)}, ${memory}; bare ${describe(theirs)}`,
      });
      for (const peer of bench.peers) await measurePeer(bench, scenario, peer, connections);
    }
  } finally {
    await Promise.all([nuvola.stop(), bare.stop()]);
  }
}

async function measurePeer(bench: Bench, scenario: Scenario, peer: Server, connections: number): Promise<void> {
  await doOnce(bench, peer, scenario.prepare?.(peer));
  const requests = scenario.requests(peer);
  const { calls, seconds, p50Ms, p99Ms } = await bench.load.run({
    port: peer.port,
    connections,
    seconds: bench.seconds * bench.rounds,
    requests,
    spread: scenario.cycle !== true,
  });
  bench.report({
    what: `  ${peer.name}`,
    unit: 'calls/s',
    value: calls / seconds,
    detail: `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`,
  });
}

/** `31 µs, 21,000/s, p50 1.2 ms, p99 3.0 ms` */
export function describe(rounds: readonly Round[]): string {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const us = of(({ serverUs }) => serverUs);
  return `${us < 1000 ? `${us.toFixed(0)} µs` : `${(us / 1000).toFixed(1)} ms`}, ${format(
    of(({ calls, seconds }) => calls / seconds),
    'calls/s',
  )}, p50 ${of(({ p50Ms }) => p50Ms).toFixed(2)} ms, p99 ${of(({ p99Ms }) => p99Ms).toFixed(2)} ms`;
}
