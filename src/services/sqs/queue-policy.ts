/** Policies of queues: what one may say, and its statements by label, as AddPermission and RemovePermission know them. */
import { MalformedPolicy, type PolicyDocument as ParsedPolicy, parsePolicy } from '../../policy';
import { invalidAttributeValue, invalidParameter, invalidValue, missingParameter, tooManyActions } from './errors';

interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement?: readonly { readonly Sid?: string }[] | { readonly Sid?: string };
}

export interface Permission {
  readonly label: string;
  readonly accounts: readonly string[];
  readonly actions: readonly string[];
}

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

/** Users, roles and accounts that a policy names. */
export function principalsOf(text: string): readonly string[] {
  return readPolicy(text, 'Policy').statements.flatMap(({ principals }) => principals?.aws ?? []);
}

/** AWS has one sentence for any unusable policy. */
function readPolicy(text: string, attribute: string): ParsedPolicy {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    throw error instanceof MalformedPolicy ? invalidAttributeValue(attribute) : error;
  }
}

/** The policy text with one statement more. */
export function addPermission(policy: string | undefined, queueArn: string, partition: string, permission: Permission): string {
  const { label, accounts, actions } = permission;
  checkPermission(permission);
  const document = parse(policy);
  const statements = statementsOf(document);
  if (statements.some((statement) => statement.Sid === label)) throw invalidValue('Label', label, 'Already exists.');
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrAll(accounts.map((account) => `arn:${partition}:iam::${account}:root`)) },
    Action: oneOrAll(actions.map((action) => `SQS:${action}`)),
    Resource: queueArn,
  };
  const fresh = { Version: '2008-10-17', Id: `${queueArn}/SQSDefaultPolicy` };
  return JSON.stringify({ ...(document ?? fresh), Statement: [...statements, statement] });
}

/** The policy text without the statement; undefined when none is left. */
export function removePermission(policy: string | undefined, label: string): string | undefined {
  const document = parse(policy);
  const statements = statementsOf(document);
  const left = statements.filter((statement) => statement.Sid !== label);
  if (left.length === statements.length) throw invalidValue('Label', label, "can't find label.");
  return left.length === 0 ? undefined : JSON.stringify({ ...document, Statement: left });
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

function parse(policy: string | undefined): PolicyDocument | undefined {
  return policy === undefined ? undefined : (JSON.parse(policy) as PolicyDocument);
}

function statementsOf(document: PolicyDocument | undefined) {
  const statements = document?.Statement ?? [];
  return 'length' in statements ? statements : [statements];
}

/** AWS writes a single value without its list. */
function oneOrAll(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? (values[0] as string) : values;
}
