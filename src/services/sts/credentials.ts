/** Temporary credentials as answers carry them. */
import type { Credentials } from '../../../generated/api/sts';
import { accessKeyIdOf, ensureSealingKey, type Principal, sealSession, type TxContext } from '../../kernel';

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
  const { secretAccessKey, sessionToken } = sealSession(ensureSealingKey(ctx.tx), { accessKeyId, expiresAt, principal });
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: clientSeconds(ctx, expiresAt),
  };
}

/** A time as clients are told it: STS's have no fractions of seconds (recorded). Never later than the time itself. */
export function clientSeconds(ctx: TxContext, virtualMs: number): number {
  return Math.floor(ctx.toClientTime(virtualMs) / 1000) * 1000;
}
