/** What else hangs on a user and stands in the way of deleting it. */
import type { Tx } from '../../kernel';
import type { User } from './state';

/** `delete login profile`: what must be done first; undefined when nothing. */
export function remainingCredential(_tx: Tx, _user: User): string | undefined {
  return undefined;
}
