/** Operations on who may use a queue, and on its tags. */
import type { SQS } from '../../../../generated/api/sqs';
import { defineOperations } from '../../../kernel';
import { invalidParameter, missingParameter } from '../errors';
import { requireQueue } from '../lookup';
import { share, unshare } from '../queue-policy';
import { Queues, queueArn } from '../state';

const maximumTags = 50;

export const sharingOperations = defineOperations<SQS>()({
  AddPermission(ctx, { QueueUrl, Label, AWSAccountIds, Actions }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    const permission = { label: Label, accounts: AWSAccountIds, actions: Actions };
    const policy = share(queue.policy, queueArn(queue.name, tx.place), tx.place.partition, permission);
    tx.put(Queues, { ...queue, policy, modifiedAt: tx.now });
    return {};
  },

  RemovePermission(ctx, { QueueUrl, Label }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    tx.put(Queues, { ...queue, policy: unshare(queue.policy, Label), modifiedAt: tx.now });
    return {};
  },

  TagQueue(ctx, { QueueUrl, Tags }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    if (Object.keys(Tags).length === 0) throw missingParameter('Tags');
    const arn = queueArn(queue.name, tx.place);
    if (Object.keys({ ...tx.tagsOf(arn), ...Tags }).length > maximumTags) {
      throw invalidParameter(`Too many tags added for queue ${queue.name}.`);
    }
    tx.tag(arn, Tags);
    return {};
  },

  UntagQueue(ctx, { QueueUrl, TagKeys }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    if (TagKeys.length === 0) throw invalidParameter('Tag keys must be between 1 and 128 characters in length.');
    tx.untag(queueArn(queue.name, tx.place), TagKeys);
    return {};
  },

  ListQueueTags(ctx, { QueueUrl }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    return { Tags: tx.tagsOf(queueArn(queue.name, tx.place)) };
  },
});
