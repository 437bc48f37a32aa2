/** Whose credentials a call is about, users and roots alike. */
import type { Principal, TxContext } from '../../kernel';
import { mustSpecifyName, userMeant } from './callers';

type Caller = Pick<TxContext, 'tx' | 'principal' | 'account'>;

export interface Owner {
  /** Unique id of the user; the account's number for its root. */
  readonly id: string;
  /** AWS leaves root's out, which its own model does not allow. */
  readonly name: string;
}

/** The user it names, or the caller. Throws NoSuchEntity, and ValidationError for callers who have no credentials of their own. */
export function ownerOf(ctx: Caller, userName: string | undefined): Owner {
  return userMeant(ctx, userName) ?? { id: ctx.account, name: 'root' };
}

/** Is it a session of AssumeRoot? */
export function isRootTask(principal: Principal): boolean {
  return principal.type === 'root' && principal.session?.policyArns !== undefined;
}

/**
 * The same for what root's own keys do not change: "When you make this request with root user credentials, you must use an
 * AssumeRoot session to omit the user name" (API reference, GetLoginProfile and others). The sentence is a guess.
 */
export function ownerUnlessRoot(ctx: Caller, userName: string | undefined): Owner {
  if (userName === undefined && ctx.principal.type === 'root' && !isRootTask(ctx.principal)) throw mustSpecifyName();
  return ownerOf(ctx, userName);
}
