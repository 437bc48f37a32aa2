/** What each operation needs to be allowed. Batches need the right of the single action. */
import type { SQS } from '../../../generated/api/sqs';
import type { Access, AccessNeed, Place } from '../../kernel';
import { placeOfUrl } from './lookup';
import { parseTaskHandle } from './move-tasks';
import { parseQueueUrl } from './queue-address';
import { queueArn } from './state';

const onQueue =
  (action: string) =>
  ({ QueueUrl }: { readonly QueueUrl: string }, at: Place): readonly AccessNeed[] => [
    { action: `sqs:${action}`, resource: queueArn(parseQueueUrl(QueueUrl).name, placeOfUrl(QueueUrl, at)) },
  ];

const onName = (action: string, name: string, at: Place): AccessNeed => ({ action: `sqs:${action}`, resource: queueArn(name, at) });

export const access: Access<SQS> = {
  AddPermission: onQueue('AddPermission'),
  CancelMessageMoveTask: ({ TaskHandle }) => [{ action: 'sqs:CancelMessageMoveTask', resource: parseTaskHandle(TaskHandle).sourceArn }],
  ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
  CreateQueue: ({ QueueName, tags }, at) => [
    onName('CreateQueue', QueueName, at),
    ...(tags && Object.keys(tags).length > 0 ? [onName('TagQueue', QueueName, at)] : []),
  ],
  DeleteMessage: onQueue('DeleteMessage'),
  DeleteMessageBatch: onQueue('DeleteMessage'),
  DeleteQueue: onQueue('DeleteQueue'),
  GetQueueAttributes: onQueue('GetQueueAttributes'),
  GetQueueUrl: ({ QueueName, QueueOwnerAWSAccountId: account }, at) => [
    onName('GetQueueUrl', QueueName, account === undefined ? at : { ...at, account }),
  ],
  ListDeadLetterSourceQueues: onQueue('ListDeadLetterSourceQueues'),
  ListMessageMoveTasks: ({ SourceArn }) => [{ action: 'sqs:ListMessageMoveTasks', resource: SourceArn }],
  ListQueueTags: onQueue('ListQueueTags'),
  ListQueues: (_input, at) => [onName('ListQueues', '*', at)],
  PurgeQueue: onQueue('PurgeQueue'),
  ReceiveMessage: onQueue('ReceiveMessage'),
  RemovePermission: onQueue('RemovePermission'),
  SendMessage: onQueue('SendMessage'),
  SendMessageBatch: onQueue('SendMessage'),
  SetQueueAttributes: onQueue('SetQueueAttributes'),
  StartMessageMoveTask: ({ SourceArn, DestinationArn }) => [
    { action: 'sqs:StartMessageMoveTask', resource: SourceArn },
    // The task receives, deletes and sends on behalf of its caller (StartMessageMoveTask, Developer Guide, permissions).
    { action: 'sqs:ReceiveMessage', resource: SourceArn },
    { action: 'sqs:DeleteMessage', resource: SourceArn },
    { action: 'sqs:GetQueueAttributes', resource: SourceArn },
    ...(DestinationArn === undefined ? [] : [{ action: 'sqs:SendMessage', resource: DestinationArn }]),
  ],
  TagQueue: onQueue('TagQueue'),
  UntagQueue: onQueue('UntagQueue'),
};
