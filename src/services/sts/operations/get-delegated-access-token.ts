/** GetDelegatedAccessToken: a session of whoever approved a delegation request, for the product provider that made it. */
import type { STS } from '../../../../generated/api/sts';
import { type Delegation, defineOperations, type Exchange, openExchange, type Principal, type TxContext } from '../../../kernel';
import { issueCredentials } from '../credentials';
import { expiredExchange, invalidExchange, missingToken } from '../errors';
import { packedSize } from '../session-policies';

export const delegationOperations = defineOperations<STS>()({
  /** As often as the provider likes: all that it gets ends with the token (IAM User Guide, "Multiple Redemptions"). */
  GetDelegatedAccessToken(ctx, { TradeInToken }) {
    if (ctx.principal.type === 'anonymous') throw missingToken();
    const exchange = openExchange(ctx.tx, TradeInToken);
    // "can only be redeemed by the product provider account that created the delegation request" (same page)
    if (exchange?.provider !== ctx.account) throw invalidExchange();
    const seconds = (exchange.expiresAt - ctx.now) / 1000;
    if (seconds <= 0) throw expiredExchange();
    const { approver, policy } = exchange;
    return {
      Credentials: issueCredentials(ctx, approver.account, seconds, (...credentials) => delegated(ctx, exchange, ...credentials)),
      PackedPolicySize: packedSize({ policies: [policy] }, {}),
      AssumedPrincipal: approver.arn,
    };
  },
});

/**
 * The approver, as it was then: "IAM records the details and the state of the identity" (API reference,
 * AcceptDelegationRequest). Its own session policies, and a delegation under which it acted itself, still limit it; that a
 * code of its MFA device still counts is a guess.
 */
function delegated({ now }: TxContext, { approver, provider, policy }: Exchange, accessKeyId: string, expiresAt: number): Principal {
  const { session } = approver;
  const delegation: Delegation = { account: provider, policies: [...(session?.delegation?.policies ?? []), policy] };
  const holder = { accessKeyId, session: { ...session, issuedAt: now, delegation } };
  return approver.type === 'session' ? { ...approver, ...holder, expiresAt } : { ...approver, ...holder };
}
