/** SNS to many queues: deliveries per second of server CPU. */
import { type Bench, type Part, round } from './bench';
import { type Server, startNuvola } from './processes';
import { median, spread } from './report';
import { plain, query, sqs } from './requests';
import { doOnce, measure } from './throughput';

const subscribers = 100;
const version = '2010-03-31';
const topicArn = 'arn:aws:sns:us-east-1:000000000000:bench';
const message = 'x'.repeat(256);

const createTopic = (server: Server) => query(server, 'sns', { Action: 'CreateTopic', Version: version, Name: 'bench' }, 'TopicArn');

/** A queue by its number, and its subscription to the topic. */
function subscribeQueue(server: Server, n: number) {
  const input = {
    Action: 'Subscribe',
    Version: version,
    TopicArn: topicArn,
    Protocol: 'sqs',
    Endpoint: `arn:aws:sqs:us-east-1:000000000000:bench-${n}`,
  };
  return [sqs(server, 'CreateQueue', { QueueName: `bench-${n}` }, { expect: 'QueueUrl' }), query(server, 'sns', input, 'SubscriptionArn')];
}

const publish = (server: Server) =>
  query(server, 'sns', { Action: 'Publish', Version: version, TopicArn: topicArn, Message: message }, 'MessageId');

export const snsToOne: Part = {
  tags: ['sns', 'throughput'],
  run: (bench) =>
    measure(bench, {
      tag: 'sns',
      what: 'SNS Publish to one queue',
      atMost: 2.8,
      prepare: (server) => [createTopic(server), ...subscribeQueue(server, 0)],
      requests: (server) => [publish(server)],
      bare: (server) => [plain(server, 'POST', '/small', JSON.stringify({ TopicArn: topicArn, Message: message }))],
    }),
};

export const fanOut: Part = {
  tags: ['sns', 'throughput'],
  async run(bench: Bench) {
    const server = await startNuvola();
    try {
      const queues = Array.from({ length: subscribers }, (_, n) => subscribeQueue(server, n)).flat();
      await doOnce(bench, server, [createTopic(server), ...queues]);
      const plan = { connections: 8, requests: [publish(server)], seconds: Math.min(1, bench.seconds), spread: false };
      await round(bench.load, server, plan);
      const rounds = [];
      // Every round leaves a hundred messages per call behind: short ones keep the garbage collector out of it.
      for (let n = 0; n < bench.rounds; n++) rounds.push(await round(bench.load, server, plan));
      bench.report({
        what: `SNS Publish to ${subscribers} queues, deliveries per second of CPU`,
        unit: 'calls/s',
        ...spread(rounds.map(({ serverUs }) => (subscribers * 1e6) / serverUs)),
        atLeast: 20_000,
        detail: `${(median(rounds.map(({ serverUs }) => serverUs)) / 1000).toFixed(2)} ms a call`,
      });
    } finally {
      await server.stop();
    }
  },
};
