/** How operations count in CloudTrail (SQS Developer Guide, "Logging Amazon SQS API calls using AWS CloudTrail"). */
import type { TrailRules } from '../../kernel';
import { findQueueInUrl } from './queue-address';

const queue = 'AWS::SQS::Queue';

interface OnQueue {
  readonly QueueUrl?: unknown;
  readonly QueueName?: unknown;
  readonly QueueOwnerAWSAccountId?: string;
}

/** Of what clients sent, whatever is wrong with it. */
function queueOf({ QueueUrl: url, QueueName: name, QueueOwnerAWSAccountId: account }: OnQueue) {
  if (typeof url === 'string') return findQueueInUrl(url);
  return { account, name: typeof name === 'string' ? name : undefined };
}

const data: TrailRules['data'] = {
  SendMessage: queue,
  SendMessageBatch: queue,
  ReceiveMessage: queue,
  DeleteMessage: queue,
  DeleteMessageBatch: queue,
  ChangeMessageVisibility: queue,
  ChangeMessageVisibilityBatch: queue,
};

export const trail: TrailRules = {
  data,
  readOnly: { ReceiveMessage: true },
  hidden: ['MessageBody', 'MessageAttributes', 'MessageSystemAttributes'],
  named: { queueUrl: queue, queueName: queue },
  resources(operation, input: OnQueue, at) {
    const found = Object.hasOwn(data, operation) ? queueOf(input) : undefined;
    return found?.name === undefined ? [] : [`arn:${at.partition}:sqs:${at.region}:${found.account ?? at.account}:${found.name}`];
  },
  owner: (_operation, input: OnQueue) => queueOf(input)?.account,
};
