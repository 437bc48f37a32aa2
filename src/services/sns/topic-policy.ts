/** Policies of topics: what one may say, and its statements by label, as AddPermission and RemovePermission know them. */

import { fail } from '../../kernel';
import { addPermission, MalformedPolicy, type Permission, type PolicyDocument, parsePolicy, removePermission } from '../../policy';
import { invalidParameter, plainInvalidParameter } from './errors';

/** What an owner can share (AddPermission). */
const sharedActions: ReadonlySet<string> = new Set([
  'AddPermission',
  'DeleteTopic',
  'GetDataProtectionPolicy',
  'GetTopicAttributes',
  'ListSubscriptionsByTopic',
  'ListTagsForResource',
  'Publish',
  'PutDataProtectionPolicy',
  'RemovePermission',
  'SetTopicAttributes',
  'Subscribe',
]);

/** What a topic's policy can be about: besides, what was asked of subscribers before they had policies of their own. */
const topicActions: ReadonlySet<string> = new Set([...sharedActions, 'Receive'].map((name) => `sns:${name.toLowerCase()}`));

const outOfScope = () => invalidParameter('Policy statement action out of service scope!');
export const principalNotFound = () => invalidParameter('Policy Error: PrincipalNotFound');

/** The text of a policy, if it is one. Wildcards are out of scope. Whether its principals are there is not asked here. */
export function requirePolicy(text: string): string {
  const { statements } = readPolicy(text);
  if (!statements.every(({ actions }) => actions.names.every((name) => topicActions.has(name.toLowerCase())))) throw outOfScope();
  return text;
}

/** Throws InvalidParameter. */
export function readPolicy(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    // AWS has no other sentence (as it answers users of Terraform and CloudFormation).
    throw error.message.startsWith('Invalid principal') ? principalNotFound() : invalidParameter('Policy Error: null');
  }
}

/** The policy text with one statement more. */
export function share(policy: string, topicArn: string, partition: string, permission: Permission): string {
  const { label, accounts, actions } = permission;
  if (!/^[\w-]{1,80}$/.test(label)) throw invalidParameter('Label');
  if (actions.some((action) => !sharedActions.has(action))) throw outOfScope();
  if (accounts.some((account) => !/^\d{12}$/.test(account))) throw principalNotFound();
  const shared = addPermission(policy, permission, { partition, service: 'SNS', resource: topicArn });
  return shared ?? fail(plainInvalidParameter('Statement already exists'));
}

/** The policy text without the statement; a label that is not there changes nothing. */
export function unshare(policy: string, label: string): string {
  return removePermission(policy, label)?.policy ?? policy;
}
