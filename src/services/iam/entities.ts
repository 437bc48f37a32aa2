/** Users, groups and roles as ARNs name them. */
import { type Arn, fail, type Place, parseArn, type Tx } from '../../kernel';
import { accessDenied, invalidInput, nameNotFound, validationError } from './errors';
import { findGroup, findRole, findUser } from './lookup';
import type { HolderKind } from './policy-state';
import { type Group, Groups, groupArn, type Role, Roles, roleArn, type User, Users, userArn } from './state';

/** Whoever policies may hang on, by kind. */
export type Entity =
  | { readonly kind: 'user'; readonly record: User }
  | { readonly kind: 'group'; readonly record: Group }
  | { readonly kind: 'role'; readonly record: Role };

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
  const named = readIamArn(text) ?? fail(nameNotFound(arn.resource, ''));
  if (arn.account === 'aws' && named.kind !== 'policy') throw nameNotFound(named.kind, named.name);
  return named;
}

/** Undefined when there is nobody called so, or the kind is another. */
export function findEntity(tx: Tx, kind: string, name: string): Entity | undefined {
  if (kind === 'user') return userEntity(findUser(tx, name));
  if (kind === 'group') return groupEntity(findGroup(tx, name));
  return kind === 'role' ? roleEntity(findRole(tx, name)) : undefined;
}

/** By unique id. */
export function entityOfId(tx: Tx, kind: HolderKind, id: string): Entity | undefined {
  if (kind === 'user') return userEntity(tx.find(Users, 'id', id));
  return kind === 'group' ? groupEntity(tx.find(Groups, 'id', id)) : roleEntity(tx.find(Roles, 'id', id));
}

const userEntity = (record: User | undefined): Entity | undefined => record && { kind: 'user', record };
const groupEntity = (record: Group | undefined): Entity | undefined => record && { kind: 'group', record };
const roleEntity = (record: Role | undefined): Entity | undefined => record && { kind: 'role', record };

/** Throws NoSuchEntity. */
export const requireEntity = (tx: Tx, kind: string, name: string): Entity => findEntity(tx, kind, name) ?? fail(nameNotFound(kind, name));

const arns = { user: userArn, group: groupArn, role: roleArn };

/** As it is now: names and paths may change. */
export const entityArn = ({ kind, record }: Entity, at: Place): string => arns[kind](record, at);
