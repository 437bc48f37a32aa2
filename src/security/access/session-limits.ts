/**
 * What is decided whatever policies say: what everybody may do, and what temporary credentials of long-lived principals may not (STS API
 * reference, GetSessionToken and GetFederationToken, "Permissions").
 */
import { AwsError } from '../../kernel/errors';
import type { Principal } from '../../kernel/principal';

const openToSessionTokens: ReadonlySet<string> = new Set([
  'sts:AssumeRole',
  'sts:GetCallerIdentity',
  'sts:SetSourceIdentity',
  'sts:TagSession',
]);

/** No policy can allow or deny them (STS API reference: GetCallerIdentity, GetSessionToken "no permissions are required"). */
const open: ReadonlySet<string> = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken']);

export function isOpen(action: string): boolean {
  return open.has(action);
}

/** The error for an action that is closed to credentials of this kind; undefined when it is open. */
export function sessionLimit(principal: Principal, action: string): AwsError | undefined {
  const isIam = action.startsWith('iam:');
  if (!isIam && !action.startsWith('sts:')) return undefined;
  // who acts by delegation may do what was approved: creating roles is what most ask for
  if ('session' in principal && principal.session?.delegation !== undefined) return undefined;
  if (principal.type === 'session' && principal.userArn !== undefined) {
    return isIam || action !== 'sts:GetCallerIdentity' ? refusal(isIam, action) : undefined;
  }
  if ((principal.type !== 'user' && principal.type !== 'root') || principal.session === undefined) return undefined;
  // sessions of AssumeRoot have a policy that names what they are for
  if (principal.session.policyArns !== undefined) return undefined;
  if (isIam) return principal.session.mfaAt === undefined ? refusal(isIam, action) : undefined;
  return openToSessionTokens.has(action) ? undefined : refusal(isIam, action);
}

/** IAM does not know such tokens; STS says what they are. Both as clients report them. */
function refusal(isIam: boolean, action: string): AwsError {
  return isIam
    ? new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid', { status: 403, fault: 'Sender' })
    : new AwsError('AccessDenied', `Cannot call ${action.slice(action.indexOf(':') + 1)} with session credentials`, {
        status: 403,
        fault: 'Sender',
      });
}
