/** GetSessionToken and GetFederationToken: temporary credentials of users and root, for themselves and for others. */
import type { STS } from '../../../../generated/api/sts';
import { defineOperations, type Principal, tagsOfList } from '../../../kernel';
import { issueCredentials } from '../credentials';
import { accessDenied, missingToken } from '../errors';
import { checkMfa } from '../mfa';
import { packedSize, sessionPolicies } from '../session-policies';
import { joinTags } from '../session-tags';

const hourSeconds = 3600;
const defaultSeconds = 12 * hourSeconds;

type LongLived = Extract<Principal, { type: 'root' | 'user' }>;

/** Both operations are for long-lived credentials only (API reference, "Session duration" and "Permissions"). */
function requireLongLived(principal: Principal, operation: string): LongLived {
  if (principal.type === 'anonymous') throw missingToken();
  const isLongLived = (principal.type === 'root' || principal.type === 'user') && !principal.accessKeyId.startsWith('ASIA');
  if (!isLongLived) throw accessDenied(`Cannot call ${operation} with session credentials`);
  return principal;
}

/** Root gets an hour at most, whatever it asks for (API reference, DurationSeconds). */
function secondsFor({ type }: LongLived, asked: number | undefined): number {
  return type === 'root' ? Math.min(asked ?? hourSeconds, hourSeconds) : (asked ?? defaultSeconds);
}

export const tokenOperations = defineOperations<STS>()({
  GetSessionToken(ctx, input) {
    const principal = requireLongLived(ctx.principal, 'GetSessionToken');
    const session = { issuedAt: ctx.now, ...(checkMfa(ctx, input) && { mfaAt: ctx.now }) };
    const seconds = secondsFor(principal, input.DurationSeconds);
    return {
      Credentials: issueCredentials(ctx, principal.account, seconds, (accessKeyId) => ({ ...principal, accessKeyId, session })),
    };
  },

  GetFederationToken(ctx, input) {
    const principal = requireLongLived(ctx.principal, 'GetFederationToken');
    const { Name, Tags = [], DurationSeconds } = input;
    const { account } = principal;
    const { tags } = joinTags(Tags, []);
    const { policies, policyArns } = sessionPolicies(input, account);
    const arn = `arn:${ctx.partition}:sts::${account}:federated-user/${Name}`;
    const id = `${account}:${Name}`;
    const credentials = issueCredentials(ctx, account, secondsFor(principal, DurationSeconds), (accessKeyId, expiresAt) => ({
      type: 'session',
      account,
      arn,
      id,
      accessKeyId,
      userArn: principal.arn,
      sessionName: Name,
      tags,
      expiresAt,
      ...(policies && { policies }),
      session: { issuedAt: ctx.now, ...(policyArns && { policyArns }) },
    }));
    return {
      Credentials: credentials,
      FederatedUser: { FederatedUserId: id, Arn: arn },
      PackedPolicySize: packedSize({ policies, policyArns }, tagsOfList(Tags)),
    };
  },
});
