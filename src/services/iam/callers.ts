/** Whom operations mean that leave the user's name out: the caller. */
import { fail, type Principal, type Tx, type TxContext } from '../../kernel';
import { nameNotFound, validationError } from './errors';
import { requireUser } from './lookup';
import { type User, Users } from './state';

type Caller = Pick<TxContext, 'tx' | 'principal'>;

/** Sessions of roles and federated users have no name to go by (recorded). */
export const mustSpecifyName = () => validationError('Must specify userName when calling with non-User credentials');

/** The user an operation means: the one it names, or the caller. Root is undefined. */
export function userMeant({ tx, principal }: Caller, name: string | undefined): User | undefined {
  if (name !== undefined) return requireUser(tx, name);
  if (principal.type === 'root') return undefined;
  if (principal.type !== 'user') throw mustSpecifyName();
  return ownUser(tx, principal) ?? fail(nameNotFound('user', principal.userName));
}

/** The record of a user who calls; its key may be older than its present name. */
export function ownUser(tx: Tx, { id }: Extract<Principal, { type: 'user' }>): User | undefined {
  return tx.find(Users, 'id', id);
}
