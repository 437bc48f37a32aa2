/** Passwords of users: set by whoever may, changed by the users themselves. Of root's it is only known whether there is one. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, fail, type IoContext, io, type Principal, type Tx, type TxContext } from '../../../kernel';
import { ownUser } from '../callers';
import { invalidUserType, passwordViolation, profileBusy } from '../credential-errors';
import { type LoginProfile, LoginProfiles, PasswordPolicies, type PasswordPolicy } from '../credentials-state';
import { wholeSeconds } from '../dates';
import { accessDenied, alreadyExists, nameNotFound, noSuchEntity, validationError } from '../errors';
import { requireUser } from '../lookup';
import { isRootTask, type Owner, ownerUnlessRoot } from '../owner';
import { hashPassword, isPassword, type PasswordHash, passwordProblem } from '../passwords';
import { createRootProfile, deleteRootProfile, findRootProfile } from '../root-profile';

/** A policy may look back this far (API reference, UpdateAccountPasswordPolicy). */
const keptPasswords = 24;

const profileNotFound = (name: string) => noSuchEntity(`Login Profile for User ${name} cannot be found.`);

const requireProfile = (tx: Tx, { id, name }: Owner): LoginProfile => tx.get(LoginProfiles, id) ?? fail(profileNotFound(name));

const findPolicy = (tx: Tx): PasswordPolicy | undefined => tx.get(PasswordPolicies, 'policy');

function requireGoodPassword(tx: Tx, password: string): void {
  const problem = passwordProblem(password, findPolicy(tx));
  if (problem !== undefined) throw passwordViolation(problem);
}

/** Throws when the password is among the last ones, as many as the policy says. Looking takes time, so it is done outside of a transaction. */
async function requireNew(ctx: IoContext, owner: Owner, password: string): Promise<void> {
  const recent = await ctx.transact((tx) => {
    const { password: current, previous } = requireProfile(tx, owner);
    return [current, ...previous].slice(0, findPolicy(tx)?.reusePrevention ?? 0);
  });
  for (const hash of recent) {
    if (await isPassword(password, hash)) throw passwordViolation('Password has been used recently'); // a guess
  }
}

/** Puts a new password in the place of the one that was checked. */
function replacePassword(tx: Tx, profile: LoginProfile, password: PasswordHash, resetRequired: boolean): void {
  const previous = [profile.password, ...profile.previous].slice(0, keptPasswords);
  tx.put(LoginProfiles, { ...profile, password, previous, changedAt: tx.now, resetRequired });
}

const profileTaken = (name: string) => alreadyExists(`Login Profile for user ${name} already exists.`);

type Shown = Pick<LoginProfile, 'createdAt'> & { readonly resetRequired?: boolean };

function toProfile({ createdAt, resetRequired = false }: Shown, { name }: Owner) {
  return { UserName: name, CreateDate: wholeSeconds(createdAt), PasswordResetRequired: resetRequired };
}

const isRoot = (tx: Tx, { id }: Owner): boolean => id === tx.place.account;

/** Lets root have a password again, which its holder then sets by recovering it. */
function enableRoot({ tx }: TxContext, owner: Owner) {
  if (findRootProfile(tx)) throw profileTaken(owner.name);
  return { LoginProfile: toProfile(createRootProfile(tx), owner) };
}

function requireCallingUser(tx: Tx, principal: Principal): Owner {
  if (principal.type !== 'user') throw invalidUserType('Only users may change their own password.'); // a guess
  return ownUser(tx, principal) ?? fail(nameNotFound('user', principal.userName));
}

export const loginProfileOperations = defineOperations<IAM>()({
  /** The password "must be omitted when you make the request with an AssumeRoot session. It is required in all other cases" (API reference). */
  CreateLoginProfile: io(async (ctx, { UserName, Password, PasswordResetRequired = false }) => {
    if (UserName === undefined && isRootTask(ctx.principal)) {
      if (Password !== undefined) throw validationError('Password must not be provided in a session of AssumeRoot.'); // a guess
      return ctx.transact((_, inner) => enableRoot(inner, ownerUnlessRoot(inner, undefined)));
    }
    if (Password === undefined) throw validationError('Password must be provided.'); // a guess
    const password = await hashPassword(Password);
    return ctx.transact((tx, inner) => {
      const owner = ownerUnlessRoot(inner, UserName);
      if (tx.has(LoginProfiles, owner.id)) throw profileTaken(owner.name);
      requireGoodPassword(tx, Password);
      const at = { createdAt: tx.now, changedAt: tx.now };
      const profile = tx.put(LoginProfiles, { userId: owner.id, password, previous: [], resetRequired: PasswordResetRequired, ...at });
      return { LoginProfile: toProfile(profile, owner) };
    });
  }),

  GetLoginProfile(ctx, { UserName }) {
    const { tx } = ctx;
    const owner = ownerUnlessRoot(ctx, UserName);
    const profile = isRoot(tx, owner) ? (findRootProfile(tx) ?? fail(profileNotFound(owner.name))) : requireProfile(tx, owner);
    return { LoginProfile: toProfile(profile, owner) };
  },

  UpdateLoginProfile: io(async (ctx, { UserName, Password, PasswordResetRequired }) => {
    const owner = await ctx.transact((tx) => {
      const user = requireUser(tx, UserName);
      requireProfile(tx, user);
      if (Password !== undefined) requireGoodPassword(tx, Password);
      return user;
    });
    if (Password !== undefined) await requireNew(ctx, owner, Password);
    const password = Password === undefined ? undefined : await hashPassword(Password);
    return ctx.transact((tx) => {
      const profile = requireProfile(tx, owner);
      const resetRequired = PasswordResetRequired ?? profile.resetRequired;
      if (password) replacePassword(tx, profile, password, resetRequired);
      else tx.put(LoginProfiles, { ...profile, resetRequired });
      return {};
    });
  }),

  DeleteLoginProfile(ctx, { UserName }) {
    const { tx } = ctx;
    const owner = ownerUnlessRoot(ctx, UserName);
    if (!isRoot(tx, owner)) tx.delete(LoginProfiles, requireProfile(tx, owner));
    else if (findRootProfile(tx)) deleteRootProfile(tx);
    else throw profileNotFound(owner.name);
    return {};
  },

  ChangePassword: io(async (ctx, { OldPassword, NewPassword }) => {
    const { owner, profile } = await ctx.transact((tx) => {
      const user = requireCallingUser(tx, ctx.principal);
      return { owner: user, profile: requireProfile(tx, user) };
    });
    // The same code is recorded for a new password that is the old one.
    if (!(await isPassword(OldPassword, profile.password)) || OldPassword === NewPassword)
      throw accessDenied('The old password was incorrect.'); // a guess
    await ctx.transact((tx) => requireGoodPassword(tx, NewPassword));
    await requireNew(ctx, owner, NewPassword);
    const password = await hashPassword(NewPassword);
    return ctx.transact((tx) => {
      const current = requireProfile(tx, owner);
      if (current.changedAt !== profile.changedAt) throw profileBusy(owner.name);
      replacePassword(tx, current, password, false);
      return {};
    });
  }),
});
