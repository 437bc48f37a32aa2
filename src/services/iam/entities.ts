/** Users, groups and roles as ARNs name them. */
import { type Arn, fail, type Place, parseArn, type Tx } from '../../kernel';
import { accessDenied, invalidInput, nameNotFound, validationError } from './errors';
import { findGroup, findRole, findUser } from './lookup';
import type { HolderKind } from './policy-state';
import { type Group, groupArn, type Role, roleArn, type User, userArn } from './state';

export interface Entity {
  readonly kind: HolderKind;
  readonly record: User | Group | Role;
}

/** What an ARN of IAM names: `arn:aws:iam::123456789012:user/division/bob`. */
interface IamName {
  readonly arn: Arn;
  /** `user` */
  readonly kind: string;
  /** `bob`; the path between is not looked at. */
  readonly name: string;
}

/** Undefined for what is no ARN of IAM, and for accounts. */
export function readIamArn(text: string): IamName | undefined {
  const arn = parseArn(text);
  const [, kind, name] = /^([\w-]+)\/(?:.*\/)?([^/]+)$/.exec(arn?.resource ?? '') ?? [];
  return arn?.service === 'iam' && kind !== undefined && name !== undefined ? { arn, kind, name } : undefined;
}

/**
 * For questions about what is in this account, or about policies of AWS. Throws in the words recorded of
 * GenerateServiceLastAccessedDetails.
 */
export function requireOwnArn(tx: Tx, text: string): IamName {
  const arn = parseArn(text) ?? fail(invalidInput(`ARN ${text} is not valid.`));
  if (arn.service !== 'iam') throw validationError('Invalid service in ARN');
  if (arn.partition !== tx.place.partition) throw validationError('Invalid ARN partition');
  if (arn.account !== tx.place.account && arn.account !== 'aws') throw accessDenied('The resource must belong to this account.'); // a guess
  return readIamArn(text) ?? fail(nameNotFound(arn.resource, ''));
}

/** Undefined when there is nobody called so, or the kind is another. */
export function findEntity(tx: Tx, kind: string, name: string): Entity | undefined {
  const record =
    kind === 'user' ? findUser(tx, name) : kind === 'group' ? findGroup(tx, name) : kind === 'role' ? findRole(tx, name) : undefined;
  return record && { kind: kind as HolderKind, record };
}

/** Throws NoSuchEntity. */
export const requireEntity = (tx: Tx, kind: string, name: string): Entity => findEntity(tx, kind, name) ?? fail(nameNotFound(kind, name));

const arns = { user: userArn, group: groupArn, role: roleArn };

export const entityArn = ({ kind, record }: Entity, at: Place): string => arns[kind](record, at);
