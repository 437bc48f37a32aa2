/** How operations count in CloudTrail (SQS Developer Guide, "Logging Amazon SQS API calls using AWS CloudTrail"). */
import { formatArn, type TrailRules } from '../../kernel';

const queue = 'AWS::SQS::Queue';

interface OnQueue {
  readonly QueueUrl?: unknown;
  readonly QueueName?: unknown;
  readonly QueueOwnerAWSAccountId?: string;
}

/** The account and name at the end of a queue's URL, whatever else is wrong with it. */
function addressOf({ QueueUrl: url, QueueName: name, QueueOwnerAWSAccountId: owner }: OnQueue) {
  if (typeof url === 'string') {
    const [, account, ofUrl] = /\/(\d{12})\/([\w.-]{1,80})$/.exec(url) ?? [];
    return { account, name: ofUrl };
  }
  return { account: owner, name: typeof name === 'string' ? name : undefined };
}

export const trail: TrailRules = {
  data: {
    SendMessage: queue,
    SendMessageBatch: queue,
    ReceiveMessage: queue,
    DeleteMessage: queue,
    DeleteMessageBatch: queue,
    ChangeMessageVisibility: queue,
    ChangeMessageVisibilityBatch: queue,
  },
  readOnly: { ReceiveMessage: true },
  hidden: ['MessageBody', 'MessageAttributes', 'MessageSystemAttributes'],
  named: { queueUrl: queue, queueName: queue },
  resources(_operation, input: OnQueue, at) {
    const { account = at.account, name } = addressOf(input);
    return name === undefined ? [] : [formatArn({ ...at, account }, 'sqs', name)];
  },
  owner: (_operation, input: OnQueue) => addressOf(input).account,
};
