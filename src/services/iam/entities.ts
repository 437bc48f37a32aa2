/** Users, groups and roles as ARNs name them. */
import { type Arn, fail, type Place, parseArn, type Tx } from '../../kernel';
import { invalidInput, nameNotFound, validationError } from './errors';
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

/** The ARN of a user, a group or a role; throws in the words recorded of SimulatePrincipalPolicy. */
export function requireHolderArn(text: string): IamName {
  const named = readIamArn(text);
  return named && /^(user|group|role)$/.test(named.kind) ? named : fail(unfitArn(text));
}

export const unfitArn = (text: string) => invalidInput(`Invalid ARN provided in the request: ${text}`);

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

/**
 * Who of this account is named by an ARN. Throws in the words recorded of GenerateServiceLastAccessedDetails; that those of
 * other accounts are not there is a guess.
 */
export function requireEntityByArn(tx: Tx, text: string): Entity {
  const { service, partition } = parseArn(text) ?? fail(invalidInput(`ARN ${text} is not valid.`));
  if (service !== 'iam') throw validationError('Invalid service in ARN');
  if (partition !== tx.place.partition) throw validationError('Invalid ARN partition');
  const { arn, kind, name } = requireHolderArn(text);
  const entity = arn.account === tx.place.account ? findEntity(tx, kind, name) : undefined;
  return entity ?? fail(nameNotFound(kind, name));
}

const arns = { user: userArn, group: groupArn, role: roleArn };

/** As it is now: names and paths may change. */
export const entityArn = ({ kind, record }: Entity, at: Place): string => arns[kind](record, at);
