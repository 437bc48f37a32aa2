/** A policy document as its author wrote it, checked: what the parser gives and the compiler takes. */

/**
 * What a document is for; each has its own grammar and its own error texts.
 * `managed` also stands for permissions boundaries, `inline` for the policies of one user, group or role.
 */
export type PolicyKind = 'managed' | 'inline' | 'session' | 'resource' | 'trust' | 'endpoint' | 'scp' | 'rcp';

/** A document without a Version is of 2008-10-17 (IAM User Guide, "Version"). Policy variables came with 2012-10-17. */
export type PolicyVersion = '2012-10-17' | '2008-10-17';

export interface PolicyDocument {
  readonly version: PolicyVersion;
  readonly id?: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  /** Its place in the document, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Absent where the kind has none. */
  readonly principals?: PrincipalList;
  readonly actions: NameList;
  /** Absent in trust policies, and in resource policies that mean the resource they hang on. */
  readonly resources?: NameList;
  readonly conditions: readonly ConditionClause[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface NameList {
  readonly not: boolean;
  readonly names: readonly string[];
}

/** `Principal` or `NotPrincipal`. */
export interface PrincipalList {
  readonly not: boolean;
  /** `"*"`, or `{ "AWS": "*" }`: everybody, signed or not. */
  readonly everybody: boolean;
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
  readonly canonicalUsers: readonly string[];
}

/** One key under one operator. All clauses of a statement must hold. */
export interface ConditionClause {
  readonly operator: Operator;
  readonly key: string;
  readonly values: readonly string[];
}

interface Operator {
  /** As written: `ForAllValues:StringLikeIfExists`. */
  readonly name: string;
  readonly base: BaseOperator;
  readonly quantifier: 'all' | 'any' | undefined;
  readonly ifExists: boolean;
}

const baseOperators = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
  'Null',
] as const;

export type BaseOperator = (typeof baseOperators)[number];

const byLowerName = new Map<string, BaseOperator>(baseOperators.map((name) => [name.toLowerCase(), name]));

/** Undefined when there is no such operator. `Null` takes no `IfExists` (IAM User Guide, "Condition operators"). */
export function parseOperator(name: string): Operator | undefined {
  const [, prefix, rest = ''] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/is.exec(name) ?? [];
  const ifExists = /.IfExists$/i.test(rest);
  const base = byLowerName.get((ifExists ? rest.slice(0, -'IfExists'.length) : rest).toLowerCase());
  if (base === undefined || (base === 'Null' && ifExists)) return undefined;
  return { name, base, quantifier: prefix === undefined ? undefined : /all/i.test(prefix) ? 'all' : 'any', ifExists };
}

/** The document is not what its kind allows; the message is AWS's. Each service answers it with its own code. */
export class MalformedPolicy extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedPolicy';
  }
}

/** Kinds whose documents say whom they are about. */
export function hasPrincipals(kind: PolicyKind): boolean {
  return kind === 'resource' || kind === 'trust' || kind === 'endpoint' || kind === 'rcp';
}

const organizations = 'The provided policy document does not meet the requirements of the specified policy type.';

/** What a kind says to a document that its grammar does not allow; `detail` for the parser that tells more. */
export function syntaxError(kind: PolicyKind, detail: string): MalformedPolicy {
  if (kind === 'scp' || kind === 'rcp') return new MalformedPolicy(organizations);
  return new MalformedPolicy(hasPrincipals(kind) ? detail : 'Syntax errors in policy.');
}

/** Users, roles and accounts that a document names, also where it excepts them. */
export function principalsOf({ statements }: PolicyDocument): readonly string[] {
  return statements.flatMap(({ principals }) => principals?.aws ?? []);
}
