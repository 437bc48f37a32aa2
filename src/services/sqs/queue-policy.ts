/** Policies of queues: what one may say, and its statements by label, as AddPermission and RemovePermission know them. */
import { fail } from '../../kernel';
import { addPermission, MalformedPolicy, type Permission, type PolicyDocument, parsePolicy, removePermission } from '../../policy';
import { invalidAttributeValue, invalidParameter, invalidValue, missingParameter, tooManyActions } from './errors';

const maximumActions = 7;
const labelForm = /^[\w-]{1,80}$/;
/** What an owner can share; the rest stays the owner's (AddPermission, Developer Guide). */
const sharedActions: ReadonlySet<string> = new Set([
  '*',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
]);

/** The text of a policy, if it is one. Whether its principals are there is not asked here. */
export function requirePolicy(text: string, attribute = 'Policy'): string {
  for (const { actions } of readPolicy(text, attribute).statements) {
    if (!actions.names.every((name) => /^(\*+|sqs:.+)$/i.test(name))) throw invalidAttributeValue(attribute);
    if (actions.names.length > maximumActions) throw tooManyActions(actions.names.length);
  }
  return text;
}

/** AWS has one sentence for any unusable policy. */
export function readPolicy(text: string, attribute = 'Policy'): PolicyDocument {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    throw error instanceof MalformedPolicy ? invalidAttributeValue(attribute) : error;
  }
}

/** The policy text with one statement more. */
export function share(policy: string | undefined, queueArn: string, partition: string, permission: Permission): string {
  checkPermission(permission);
  const before = policy ?? JSON.stringify({ Version: '2008-10-17', Id: `${queueArn}/SQSDefaultPolicy` });
  const shared = addPermission(before, permission, { partition, service: 'SQS', resource: queueArn });
  return shared ?? fail(invalidValue('Label', permission.label, 'Already exists.'));
}

/** The policy text without the statement; undefined when none is left. */
export function unshare(policy: string | undefined, label: string): string | undefined {
  const left = policy === undefined ? undefined : removePermission(policy, label);
  if (!left) throw invalidValue('Label', label, "can't find label.");
  return left.statements === 0 ? undefined : left.policy;
}

function checkPermission({ label, accounts, actions }: Permission): void {
  if (!labelForm.test(label)) {
    throw invalidValue('Label', label, 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.');
  }
  if (actions.length === 0) throw missingParameter('Actions');
  if (actions.length > maximumActions) throw tooManyActions(actions.length);
  const owners = actions.find((action) => !sharedActions.has(action));
  if (owners !== undefined) {
    throw invalidValue('ActionName', `SQS:${owners}`, 'Only the queue owner is allowed to invoke this action.');
  }
  if (accounts.length === 0 || accounts.some((account) => !/^\d{12}$/.test(account))) {
    throw invalidParameter(`Value [${accounts.join(', ')}] for parameter PrincipalId is invalid. Reason: Unable to verify.`);
  }
}
