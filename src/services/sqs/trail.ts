/** How operations count in CloudTrail (SQS Developer Guide, "Logging Amazon SQS API calls using AWS CloudTrail"). */
import type { TrailRules } from '../../kernel';

const queue = 'AWS::SQS::Queue';

interface OnQueue {
  readonly QueueUrl?: unknown;
  readonly QueueName?: unknown;
  readonly QueueOwnerAWSAccountId?: string;
}

/** The account and the name are the end of a queue's URL, whatever else is wrong with it. */
function accountOf({ QueueUrl: url, QueueOwnerAWSAccountId: owner }: OnQueue): string | undefined {
  if (typeof url !== 'string') return owner;
  const end = url.lastIndexOf('/');
  return end > 12 ? url.slice(end - 12, end) : undefined;
}

function nameOf({ QueueUrl: url, QueueName: name }: OnQueue): string | undefined {
  if (typeof url === 'string') return url.slice(url.lastIndexOf('/') + 1, url.length);
  return typeof name === 'string' ? name : undefined;
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
    const name = Object.hasOwn(data, operation) ? nameOf(input) : undefined;
    return name === undefined ? [] : [`arn:${at.partition}:sqs:${at.region}:${accountOf(input) ?? at.account}:${name}`];
  },
  owner: (_operation, input: OnQueue) => accountOf(input),
};
