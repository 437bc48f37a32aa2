/** Policies of topics: what one may say, and its statements by label, as AddPermission and RemovePermission know them. */
import { MalformedPolicy, type PolicyDocument as ParsedPolicy, parsePolicy } from '../../policy';
import { invalidParameter, plainInvalidParameter } from './errors';

interface PolicyDocument {
  readonly Statement?: readonly Statement[] | Statement;
}
interface Statement {
  readonly Sid?: string;
}

export interface Permission {
  readonly label: string;
  readonly accounts: readonly string[];
  readonly actions: readonly string[];
}

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

/** Users, roles and accounts that a policy names. */
export function principalsOf(text: string): readonly string[] {
  return readPolicy(text).statements.flatMap(({ principals }) => principals?.aws ?? []);
}

function readPolicy(text: string): ParsedPolicy {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    // AWS has no other sentence (as it answers users of Terraform and CloudFormation).
    throw error.message.startsWith('Invalid principal') ? principalNotFound() : invalidParameter('Policy Error: null');
  }
}

/** The policy text with one statement more. */
export function addPermission(policy: string, topicArn: string, partition: string, permission: Permission): string {
  const { label, accounts, actions } = permission;
  if (!/^[\w-]{1,80}$/.test(label)) throw invalidParameter('Label');
  if (actions.some((action) => !sharedActions.has(action))) throw outOfScope();
  if (accounts.some((account) => !/^\d{12}$/.test(account))) throw principalNotFound();
  const document = JSON.parse(policy) as PolicyDocument;
  const statements = statementsOf(document);
  if (statements.some((statement) => statement.Sid === label)) throw plainInvalidParameter('Statement already exists');
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrAll(accounts.map((account) => `arn:${partition}:iam::${account}:root`)) },
    Action: oneOrAll(actions.map((action) => `SNS:${action}`)),
    Resource: topicArn,
  };
  return JSON.stringify({ ...document, Statement: [...statements, statement] });
}

/** The policy text without the statement; a label that is not there changes nothing. */
export function removePermission(policy: string, label: string): string {
  const document = JSON.parse(policy) as PolicyDocument;
  return JSON.stringify({ ...document, Statement: statementsOf(document).filter((statement) => statement.Sid !== label) });
}

function statementsOf({ Statement: statements = [] }: PolicyDocument): readonly Statement[] {
  return 'length' in statements ? (statements as readonly Statement[]) : [statements as Statement];
}

/** AWS writes a single value without its list. */
function oneOrAll(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? (values[0] as string) : values;
}
