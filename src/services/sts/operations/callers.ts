/** Questions about callers: who is calling, whose a key is, why somebody was denied. */
import type { STS } from '../../../../generated/api/sts';
import { AccessKeys, accountInAccessKeyId, defineOperations, fail, openDenial } from '../../../kernel';
import { missingToken, notOurMessage, unknownKey } from '../errors';

export const callerOperations = defineOperations<STS>()({
  GetCallerIdentity({ principal }) {
    if (principal.type === 'anonymous') throw missingToken();
    return { UserId: principal.id, Account: principal.account, Arn: principal.arn };
  },

  GetAccessKeyInfo({ tx, principal }, { AccessKeyId }) {
    if (principal.type === 'anonymous') throw missingToken();
    // only keys of the old generation say nothing of their account; of those, only created ones are known
    const account = tx.get(AccessKeys, AccessKeyId)?.principal.account ?? accountInAccessKeyId(AccessKeyId);
    return { Account: account ?? fail(unknownKey()) };
  },

  DecodeAuthorizationMessage({ tx, account, principal }, { EncodedMessage }) {
    if (principal.type === 'anonymous') throw missingToken();
    const denial = openDenial(tx, EncodedMessage);
    // whose denials they are decides who may read them: they tell what policies an account has
    if (denial?.account !== account) throw notOurMessage();
    return { DecodedMessage: JSON.stringify(denial.details) };
  },
});
