/** What decisions about access need to know of queues. */
import type { AccessFacts } from '../../kernel';
import { findQueueByArn } from './lookup';
import { queueArn } from './state';

/** "Cross-account permissions don't apply to the following actions" (Developer Guide, "Limitations of Amazon SQS custom policies"). */
const ownersOnly: ReadonlySet<string> = new Set([
  'sqs:AddPermission',
  'sqs:CancelMessageMoveTask',
  'sqs:CreateQueue',
  'sqs:DeleteQueue',
  'sqs:ListMessageMoveTasks',
  'sqs:ListQueueTags',
  'sqs:ListQueues',
  'sqs:RemovePermission',
  'sqs:SetQueueAttributes',
  'sqs:StartMessageMoveTask',
  'sqs:TagQueue',
  'sqs:UntagQueue',
]);

export const facts: AccessFacts = {
  resource(tx, arn, _at, { action }, principal) {
    const located = findQueueByArn(tx, arn);
    if (!located) return undefined;
    const { tx: there, queue } = located;
    const isRefused = principal.account !== there.place.account && ownersOnly.has(action);
    return {
      policy: queue.policy === undefined || isRefused ? undefined : { text: queue.policy },
      tags: () => there.tagsOf(queueArn(queue.name, there.place)),
    };
  },
  deliveryAction: () => 'sqs:SendMessage',
  spellAction: (action) => action.toLowerCase(),
};
