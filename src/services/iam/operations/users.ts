/** Users. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, accountProfile, defineOperations, rootOf, type Tx, type TxContext } from '../../../kernel';
import { attachmentsOf, inlinePoliciesOf } from '../attachments';
import { holdBoundary, releaseBoundary } from '../boundary';
import { userMeant } from '../callers';
import { wholeSeconds } from '../dates';
import { remainingCredential } from '../deletion';
import { mustFirst, nameTaken } from '../errors';
import { nameKey, uniqueId } from '../ids';
import { keysOf, renameKeyOwner } from '../keys';
import { findUser, requireUser } from '../lookup';
import { scannedPage } from '../paging';
import { countOneLess, countOneMore } from '../quotas';
import { Memberships, type User, Users, userArn } from '../state';
import { caselessTags } from '../tag-rules';
import { toListedUser, toUser } from '../wire';

export const userOperations = defineOperations<IAM>()({
  CreateUser({ tx, now }, { UserName, Path, PermissionsBoundary, Tags }) {
    const tags = caselessTags.read(Tags);
    if (findUser(tx, UserName)) throw nameTaken('User', UserName);
    countOneMore(tx, 'users');
    const boundary = PermissionsBoundary === undefined ? undefined : holdBoundary(tx, PermissionsBoundary);
    const user = { name: UserName, path: Path ?? '/', id: uniqueId('user', tx), createdAt: now, boundary };
    tx.put(Users, user, { tags });
    accessChanged(tx);
    return { User: toUser(tx, user) };
  },

  GetUser(ctx, { UserName }) {
    const user = userMeant(ctx, UserName);
    return { User: user ? toUser(ctx.tx, user) : rootUser(ctx) };
  },

  ListUsers({ tx }, input) {
    const { PathPrefix = '/' } = input;
    const { items, end } = scannedPage('users', input, {
      read: (range) => tx.scan(Users, range),
      keyOf: (user) => nameKey(user.name),
      keep: (user) => user.path.startsWith(PathPrefix),
    });
    return { Users: items.map((user) => toListedUser(tx, user)), ...end };
  },

  UpdateUser({ tx }, { UserName, NewUserName, NewPath }) {
    const user = requireUser(tx, UserName);
    const renamed = { ...user, name: NewUserName ?? user.name, path: NewPath ?? user.path };
    const other = findUser(tx, renamed.name);
    if (other && other.id !== user.id) throw nameTaken('User', renamed.name);
    // Tags are kept by ARN, which changes.
    const tags = tx.tagsOf(userArn(user, tx.place));
    tx.delete(Users, user);
    tx.put(Users, renamed, Object.keys(tags).length > 0 ? { tags } : {});
    renameKeyOwner(tx, renamed);
    accessChanged(tx);
    return {};
  },

  DeleteUser({ tx }, { UserName }) {
    const user = requireUser(tx, UserName);
    const left = remains(tx, user);
    if (left !== undefined) throw mustFirst(left);
    releaseBoundary(tx, user.boundary);
    tx.delete(Users, user);
    countOneLess(tx, 'users');
    accessChanged(tx);
    return {};
  },
});

/** What must be removed before the user can be, in the order of the API reference's list; sentences recorded. */
function remains(tx: Tx, user: User): string | undefined {
  if (keysOf(tx, user.id).length > 0) return 'delete access keys';
  const credential = remainingCredential(tx, user);
  if (credential !== undefined) return credential;
  if (inlinePoliciesOf(tx, user.id).length > 0) return 'delete policies';
  if (attachmentsOf(tx, user.id).length > 0) return 'detach all policies';
  return tx.scan(Memberships, { prefix: user.id, limit: 1 }).length > 0 ? 'remove users from group' : undefined;
}

/** AWS leaves name and path of root out, which its own model does not allow. */
function rootUser({ tx, account, partition }: TxContext) {
  const CreateDate = wholeSeconds(accountProfile(tx, account).createdAt);
  return { Path: '/', UserName: 'root', UserId: account, Arn: rootOf(account, partition).arn, CreateDate };
}
