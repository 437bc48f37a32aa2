/** Users. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations } from '../../../kernel';
import { nameTaken } from '../errors';
import { uniqueId } from '../ids';
import { findUser, requireUser } from '../lookup';
import { Users, userArn } from '../state';
import { readTags, toTagList } from '../tag-rules';

export const userOperations = defineOperations<IAM>()({
  CreateUser({ tx, now }, { UserName, Path, Tags }) {
    const tags = readTags(Tags);
    if (findUser(tx, UserName)) throw nameTaken('User', UserName);
    const user = tx.put(Users, { name: UserName, path: Path ?? '/', id: uniqueId('user', tx), createdAt: now }, { tags });
    accessChanged(tx);
    return {
      User: {
        Path: user.path,
        UserName,
        UserId: user.id,
        Arn: userArn(user, tx.place),
        CreateDate: user.createdAt,
        ...(Tags && { Tags: toTagList(tags) }),
      },
    };
  },

  DeleteUser({ tx }, { UserName }) {
    tx.delete(Users, requireUser(tx, UserName));
    accessChanged(tx);
    return {};
  },
});
