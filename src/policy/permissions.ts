/** Policies as texts, statement by statement: for services that let owners share by label (AddPermission, RemovePermission). */

interface PolicyText {
  readonly Statement?: readonly LabelledStatement[] | LabelledStatement;
}
interface LabelledStatement {
  readonly Sid?: string;
}

/** What an owner shares. */
export interface Permission {
  readonly label: string;
  readonly accounts: readonly string[];
  /** Without their service. */
  readonly actions: readonly string[];
}

/** On what it is shared. */
interface PermissionScope {
  readonly partition: string;
  /** As its service's actions begin, in the spelling that AWS writes here: `SQS`. */
  readonly service: string;
  readonly resource: string;
}

/** The policy with one statement more; undefined when one has the label already. */
export function addPermission(
  policy: string,
  permission: Permission,
  { partition, service, resource }: PermissionScope,
): string | undefined {
  const { label, accounts, actions } = permission;
  const document = JSON.parse(policy) as PolicyText;
  const statements = statementsOf(document);
  if (statements.some(({ Sid }) => Sid === label)) return undefined;
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrList(accounts.map((account) => `arn:${partition}:iam::${account}:root`)) },
    Action: oneOrList(actions.map((action) => `${service}:${action}`)),
    Resource: resource,
  };
  return JSON.stringify({ ...document, Statement: [...statements, statement] });
}

/** The policy without the statement, and how many are left; undefined when none has the label. */
export function removePermission(policy: string, label: string): { readonly policy: string; readonly statements: number } | undefined {
  const document = JSON.parse(policy) as PolicyText;
  const statements = statementsOf(document);
  const left = statements.filter(({ Sid }) => Sid !== label);
  if (left.length === statements.length) return undefined;
  return { policy: JSON.stringify({ ...document, Statement: left }), statements: left.length };
}

function statementsOf({ Statement: statements = [] }: PolicyText): readonly LabelledStatement[] {
  return 'length' in statements ? statements : [statements];
}

/** AWS writes a single value without its list. */
export function oneOrList(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values[0]! : values;
}
