/** What decisions about access need to know of queues. */
import { type AccessFacts, derived, type PolicyText, type ResourceFacts, type Tags, type Tx } from '../../kernel';
import { findQueueByArn } from './lookup';
import { type Queue, queueArn } from './state';

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

/** What root of the owner does whatever the policy says, to unlock it (IAM User Guide, "Perform a privileged task", on policies that deny all). */
const neverLockedOut: ReadonlySet<string> = new Set(['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SetQueueAttributes']);

const policyOf = derived(({ policy: text = '' }: Queue): PolicyText => ({ text }));

export const facts: AccessFacts = {
  resource(tx, arn, _at, { action }, principal) {
    const located = findQueueByArn(tx, arn);
    if (!located) return undefined;
    const { tx: there, queue } = located;
    const isOwners = principal.account === there.place.account;
    const isUnasked = isOwners ? principal.type === 'root' && neverLockedOut.has(action) : ownersOnly.has(action);
    return new QueueFacts(there, queue, isUnasked || queue.policy === undefined ? undefined : policyOf(queue));
  },
  deliveryAction: () => 'sqs:SendMessage',
  spellAction: (action) => action.toLowerCase(),
};

/** One is made for every call, and hardly ever asked for more than the policy. */
class QueueFacts implements ResourceFacts {
  readonly policy: PolicyText | undefined;
  readonly #tx: Tx;
  readonly #queue: Queue;

  constructor(tx: Tx, queue: Queue, policy: PolicyText | undefined) {
    this.policy = policy;
    this.#tx = tx;
    this.#queue = queue;
  }

  tags(): Tags {
    return this.#tx.tagsOf(queueArn(this.#queue.name, this.#tx.place));
  }
}
