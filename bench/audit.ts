/** What it costs to note calls for CloudTrail: server CPU per call with and without. */
import { alternate, type Bench, type Part, ratios } from './bench';
import { type LoadRequest, rssOf, type Server, startNuvola } from './processes';
import { spread } from './report';
import { query, queueUrl, sqs } from './requests';
import { describe, doOnce } from './throughput';

interface Call {
  readonly what: string;
  readonly request: (server: Server) => LoadRequest;
}

const body = 'x'.repeat(256);
const createQueue = (server: Server) => [sqs(server, 'CreateQueue', { QueueName: 'bench' }, { expect: 'QueueUrl' })];

const calls: readonly Call[] = [
  {
    what: 'STS GetCallerIdentity (a management event)',
    request: (server) => query(server, 'sts', { Action: 'GetCallerIdentity', Version: '2011-06-15' }, '000000000000'),
  },
  {
    what: 'SQS GetQueueUrl (a management event)',
    request: (server) => sqs(server, 'GetQueueUrl', { QueueName: 'bench' }, { expect: 'QueueUrl' }),
  },
  {
    what: 'SQS SendMessage (a data event that no trail wants)',
    request: (server) =>
      sqs(server, 'SendMessage', { QueueUrl: queueUrl(server, 'bench'), MessageBody: body }, { expect: 'MD5OfMessageBody' }),
  },
];

/** For `npm run bench -- --only audit`. */
export const audit: Part = {
  tags: ['audit'],
  async run(bench) {
    for (const call of calls) await measure(bench, call);
  },
};

async function measure(bench: Bench, { what, request }: Call): Promise<void> {
  const [noting, silent] = await Promise.all([startNuvola(), startNuvola('--no-call-history')]);
  try {
    for (const server of [noting, silent]) await doOnce(bench, server, createQueue(server));
    const plan = (server: Server) => ({ connections: 32, requests: [request(server)], spread: true });
    const [ours, theirs] = await alternate(bench, { server: noting, plan: plan(noting) }, { server: silent, plan: plan(silent) });
    const memory = (server: Server) => `${Math.round((rssOf(server.pid) ?? 0) / 1e6)} MB`;
    bench.report({
      what: `Noting for CloudTrail: ${what}, 32 connections`,
      unit: '×',
      ...spread(ratios(ours, theirs)),
      atMost: 1.05,
      detail: `${describe(ours)}, ${memory(noting)}; without ${describe(theirs)}, ${memory(silent)}`,
    });
  } finally {
    await Promise.all([noting.stop(), silent.stop()]);
  }
}
