/** Temporary credentials as answers carry them. */
import type { Credentials } from '../../../generated/api/sts';
import { accessKeyIdOf, accountSettings, ensureSealingKey, type Principal, sealSession, type TxContext } from '../../kernel';
import { isGlobalEndpoint } from './endpoints';

/** Seals a session of `seconds` from now for whoever `holder` makes of its access key id and its end (virtual ms). */
export function issueCredentials(
  ctx: TxContext,
  account: string,
  seconds: number,
  holder: (accessKeyId: string, expiresAt: number) => Principal,
): Credentials {
  const accessKeyId = accessKeyIdOf('ASIA', account, ctx);
  const expiresAt = ctx.now + seconds * 1000;
  const principal = holder(accessKeyId, expiresAt);
  const session = { accessKeyId, expiresAt, principal, ...(tokenVersion(ctx, account) === 1 && { version: 1 as const }) };
  const { secretAccessKey, sessionToken } = sealSession(ensureSealingKey(ctx.tx), session);
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: clientSeconds(ctx, expiresAt),
  };
}

/**
 * Tokens of the global endpoint are of the version that the account of the session has chosen; which account chooses, where
 * it is another than the caller's, no page says. Those of a Region hold everywhere.
 */
function tokenVersion(ctx: TxContext, account: string): number | undefined {
  return isGlobalEndpoint(ctx) ? accountSettings(ctx.tx.in({ account })).tokenVersion : undefined;
}

/** A time as clients are told it: STS's have no fractions of seconds (recorded). Never later than the time itself. */
export function clientSeconds(ctx: TxContext, virtualMs: number): number {
  return Math.floor(ctx.toClientTime(virtualMs) / 1000) * 1000;
}
