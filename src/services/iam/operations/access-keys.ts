/** Access keys of users, and of root itself. */
import type { IAM } from '../../../../generated/api/iam';
import { AccessKeys, defineOperations, fail, type TxContext } from '../../../kernel';
import { userMeant } from '../callers';
import { wholeSeconds } from '../dates';
import { validationError } from '../errors';
import { createKey, type KeyOwner, keyNotFound, keyOwnerId, keysOf, requireKey } from '../keys';
import { listedPage } from '../paging';
import { UserKeys, Users } from '../state';
import { toKeyLastUsed } from '../uses';

export const accessKeyOperations = defineOperations<IAM>()({
  CreateAccessKey(ctx, { UserName }) {
    const { tx } = ctx;
    const owner = userMeant(ctx, UserName);
    const { accessKeyId, secretAccessKey } = createKey(tx, owner);
    return {
      AccessKey: {
        UserName: nameOf(owner),
        AccessKeyId: accessKeyId,
        Status: 'Active',
        SecretAccessKey: secretAccessKey,
        CreateDate: wholeSeconds(ctx.now),
      },
    };
  },

  ListAccessKeys(ctx, input) {
    const { tx } = ctx;
    const owner = userMeant(ctx, input.UserName);
    const { items, end } = listedPage('access-keys', input, keysOf(tx, keyOwnerId(tx, owner)));
    return {
      AccessKeyMetadata: items.map(({ accessKeyId, createdAt }) => ({
        UserName: nameOf(owner),
        AccessKeyId: accessKeyId,
        Status: tx.get(AccessKeys, accessKeyId)?.active === true ? ('Active' as const) : ('Inactive' as const),
        CreateDate: wholeSeconds(createdAt),
      })),
      ...end,
    };
  },

  UpdateAccessKey(ctx, { UserName, AccessKeyId, Status }) {
    // The third value of the model's enum is one that AWS itself sets. The sentence is a guess.
    if (Status === 'Expired') throw validationError('The status of an access key can be set to Active or Inactive.');
    const { key } = requireKey(ctx.tx, userMeant(ctx, UserName), AccessKeyId);
    ctx.tx.put(AccessKeys, { ...key, active: Status === 'Active' });
    return {};
  },

  DeleteAccessKey(ctx, { UserName, AccessKeyId }) {
    const { own, key } = requireKey(ctx.tx, userMeant(ctx, UserName), AccessKeyId);
    ctx.tx.delete(UserKeys, own);
    ctx.tx.delete(AccessKeys, key);
    return {};
  },

  GetAccessKeyLastUsed({ tx, uses }: TxContext, { AccessKeyId }) {
    const own = tx.get(UserKeys, AccessKeyId) ?? fail(keyNotFound(AccessKeyId));
    const user = tx.find(Users, 'id', own.ownerId);
    return { UserName: nameOf(user), AccessKeyLastUsed: toKeyLastUsed(uses.ofKey(tx, AccessKeyId)) };
  },
});

/** Keys of root are listed under this name; AWS leaves it out, which its own model does not allow. */
function nameOf(owner: KeyOwner): string {
  return owner?.name ?? 'root';
}
