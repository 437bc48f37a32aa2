/** Security Token Service: who is calling, and temporary credentials for whoever that is. */
import type { STS } from '../../../generated/api/sts';
import {
  AccessKeys,
  AwsError,
  accessKeyIdOf,
  accountInAccessKeyId,
  defineOperations,
  defineService,
  ensureSealingKey,
  fail,
  type Principal,
  sealSession,
} from '../../kernel';

const hourSeconds = 3600;
const defaultSeconds = 12 * hourSeconds;

const accessDenied = (message: string) => new AwsError('AccessDenied', message, { status: 403 });
const missingToken = () => new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 });
const unknownKey = () => new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', { status: 403 });

/** Nobody has an MFA device before IAM keeps them. Both sentences as clients report them. */
function refuseMfa(serialNumber: string | undefined, tokenCode: string | undefined): void {
  if (serialNumber === undefined && tokenCode === undefined) return;
  if (serialNumber === undefined || tokenCode === undefined) {
    throw accessDenied('MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.');
  }
  throw accessDenied(
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  );
}

/** Root and users may have a session; a session may not have another (GetSessionToken, "Session duration" and "Permissions"). */
function requireLongLived(principal: Principal): Extract<Principal, { type: 'root' | 'user' }> {
  if (principal.type === 'anonymous') throw missingToken();
  if (principal.type !== 'root' && principal.type !== 'user') throw sessionsCannot();
  if (principal.accessKeyId.startsWith('ASIA')) throw sessionsCannot();
  return principal;
}

const sessionsCannot = () => accessDenied('Cannot call GetSessionToken with session credentials');

const operations = defineOperations<STS>()({
  GetCallerIdentity({ principal }) {
    if (principal.type === 'anonymous') throw missingToken();
    return { UserId: principal.id, Account: principal.account, Arn: principal.arn };
  },

  GetSessionToken(ctx, { DurationSeconds, SerialNumber, TokenCode }) {
    const principal = requireLongLived(ctx.principal);
    refuseMfa(SerialNumber, TokenCode);
    // root gets an hour at most, whatever it asks for (GetSessionToken, DurationSeconds)
    const seconds = principal.type === 'root' ? Math.min(DurationSeconds ?? hourSeconds, hourSeconds) : (DurationSeconds ?? defaultSeconds);
    const accessKeyId = accessKeyIdOf('ASIA', principal.account, ctx);
    const expiresAt = ctx.now + seconds * 1000;
    const session = { accessKeyId, expiresAt, principal: { ...principal, accessKeyId } };
    const credentials = sealSession(ensureSealingKey(ctx.tx), session);
    return {
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: ctx.toClientTime(expiresAt),
      },
    };
  },

  GetAccessKeyInfo({ tx }, { AccessKeyId }) {
    // only keys of the old generation say nothing of their account; of those, only created ones are known
    const account = tx.get(AccessKeys, AccessKeyId)?.principal.account ?? accountInAccessKeyId(AccessKeyId);
    return { Account: account ?? fail(unknownKey()) };
  },
});

/** `GetCallerIdentity` needs no permission, and `GetSessionToken` none but to be signed (IAM service authorization reference, STS). */
export default defineService({ id: 'sts', operations });
