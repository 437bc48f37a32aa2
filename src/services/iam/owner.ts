/** Whose credentials a call is about, users and roots alike. */
import type { TxContext } from '../../kernel';
import { userMeant } from './callers';

export interface Owner {
  /** Unique id of the user; the account's number for its root. */
  readonly id: string;
  /** AWS leaves root's out, which its own model does not allow. */
  readonly name: string;
}

/** The user it names, or the caller. Throws NoSuchEntity, and ValidationError for callers who have no credentials of their own. */
export function ownerOf(ctx: Pick<TxContext, 'tx' | 'principal' | 'account'>, userName: string | undefined): Owner {
  return userMeant(ctx, userName) ?? { id: ctx.account, name: 'root' };
}
