/** SNS and SQS of one account, and web servers that subscribe. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ClientConfig } from '../../src/testing';

export { refusal } from '../refusal';

export interface Clients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  /** Creates a queue; its URL and ARN. */
  queue(name: string, attributes?: Record<string, string>): Promise<{ url: string; arn: string }>;
  /** What one receive of ten gets. */
  receive(url: string): Promise<Message[]>;
}

export function clients(config: ClientConfig): Clients {
  const sns = new SNSClient(config);
  const sqs = new SQSClient(config);
  return {
    sns,
    sqs,
    async queue(name, attributes = {}) {
      const fifo = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
      const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...fifo, ...attributes } }));
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
      return { url, arn: Attributes?.QueueArn ?? '' };
    },
    async receive(QueueUrl) {
      const wanted = { MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const] };
      return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }))).Messages ?? [];
    },
  };
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A web server on a free port that keeps what it gets. */
export interface Subscriber extends AsyncDisposable {
  readonly url: string;
  readonly requests: Received[];
  /** Settles when so many requests have come in all. */
  got(count: number): Promise<Received[]>;
}

/** `answer` gives the status for the n-th request, counted from 0; a promise that never settles makes it hang. */
export async function subscriber(answer: (n: number) => number | Promise<number> = () => 200): Promise<Subscriber> {
  const requests: Received[] = [];
  let told = () => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const n = requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() }) - 1;
    told();
    response.writeHead(await answer(n)).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    requests,
    async got(count) {
      while (requests.length < count) await new Promise<void>((resolve) => (told = resolve));
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
