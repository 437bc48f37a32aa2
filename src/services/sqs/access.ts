/** What each operation needs to be allowed (service authorization reference, SQS). Batches need the right of the single action. */
import type { SQS } from '../../../generated/api/sqs';
import { type Access, type AccessNeed, derivedAt, type Place } from '../../kernel';
import { placeOfUrl } from './lookup';
import { parseTaskHandle } from './move-tasks';
import { parseQueueUrl } from './queue-address';
import { queueArn } from './state';

interface OnQueue {
  readonly QueueUrl: string;
}

const arnOfUrl = derivedAt((url, at) => queueArn(parseQueueUrl(url).name, placeOfUrl(url, at)));

const onQueue = (name: string) => {
  const needs = derivedAt((url, at): readonly AccessNeed[] => [{ action: `sqs:${name}`, resource: arnOfUrl(url, at) }]);
  return ({ QueueUrl }: OnQueue, at: Place): readonly AccessNeed[] => needs(QueueUrl, at);
};

/** Of the dead-letter queue that a redrive task empties (Developer Guide, "Configuring dead-letter queue redrive permissions"). */
const onDeadLetters = (arn: string, ...actions: readonly string[]): AccessNeed[] =>
  actions.map((action) => ({ action: `sqs:${action}`, resource: arn }));

export const access: Access<SQS> = {
  AddPermission: onQueue('AddPermission'),
  CancelMessageMoveTask: ({ TaskHandle }) =>
    onDeadLetters(parseTaskHandle(TaskHandle).sourceArn, 'CancelMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'),
  ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
  CreateQueue: ({ QueueName, tags }, at) => {
    const resource = queueArn(QueueName, at);
    if (!tags || Object.keys(tags).length === 0) return [{ action: 'sqs:CreateQueue', resource }];
    return [
      { action: 'sqs:CreateQueue', resource, requestTags: tags },
      { action: 'sqs:TagQueue', resource, requestTags: tags },
    ];
  },
  DeleteMessage: onQueue('DeleteMessage'),
  DeleteMessageBatch: onQueue('DeleteMessage'),
  DeleteQueue: onQueue('DeleteQueue'),
  GetQueueAttributes: onQueue('GetQueueAttributes'),
  GetQueueUrl: ({ QueueName, QueueOwnerAWSAccountId: account }, at) => [
    { action: 'sqs:GetQueueUrl', resource: queueArn(QueueName, account === undefined ? at : { ...at, account }) },
  ],
  ListDeadLetterSourceQueues: onQueue('ListDeadLetterSourceQueues'),
  ListMessageMoveTasks: ({ SourceArn }) => onDeadLetters(SourceArn, 'ListMessageMoveTasks', 'GetQueueAttributes'),
  ListQueueTags: onQueue('ListQueueTags'),
  // The name stays empty (as denials show it).
  ListQueues: (_input, at) => [{ action: 'sqs:ListQueues', resource: queueArn('', at) }],
  PurgeQueue: onQueue('PurgeQueue'),
  ReceiveMessage: onQueue('ReceiveMessage'),
  RemovePermission: onQueue('RemovePermission'),
  SendMessage: onQueue('SendMessage'),
  SendMessageBatch: onQueue('SendMessage'),
  SetQueueAttributes: onQueue('SetQueueAttributes'),
  // The right to send to the queues where messages came from is asked for when these are known.
  StartMessageMoveTask: ({ SourceArn, DestinationArn }) => [
    ...onDeadLetters(SourceArn, 'StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'),
    ...(DestinationArn === undefined ? [] : [{ action: 'sqs:SendMessage', resource: DestinationArn }]),
  ],
  TagQueue: ({ QueueUrl, Tags }, at) => [{ action: 'sqs:TagQueue', resource: arnOfUrl(QueueUrl, at), requestTags: Tags }],
  UntagQueue: ({ QueueUrl, TagKeys }, at) => [{ action: 'sqs:UntagQueue', resource: arnOfUrl(QueueUrl, at), tagKeys: TagKeys }],
};
