/** Roles, as far as assuming them needs to know them, and the sessions of roles. */
import type { AssumedRoleUser, Credentials } from '../../../generated/api/sts';
import { parseArn, type TxContext, uniqueIdOf } from '../../kernel';
import { issueCredentials } from './credentials';
import { invalidRoleArn, tooLongForChain, tooLongForRole } from './errors';
import { iamPlace, ifThere } from './inner-calls';
import type { SessionPolicies } from './session-policies';
import type { SessionTags } from './session-tags';

export interface Role {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** `AROA…` */
  readonly id: string;
  readonly maxSeconds: number;
  /** False when IAM has no such role. */
  readonly exists: boolean;
}

const hourSeconds = 3600;
const longestSeconds = 12 * hourSeconds;

/** Account and name in the ARN of a role; throws ValidationError when it is none, or one of another partition. */
export function requireRoleArn(arn: string, partition: string): { readonly account: string; readonly name: string } {
  const parts = parseArn(arn);
  const name = parts && /^role\/(?:.*\/)?([^/]+)$/.exec(parts.resource)?.[1];
  const isRole = parts?.service === 'iam' && parts.partition === partition && parts.region === '' && /^\d{12}$/.test(parts.account);
  if (!isRole || name === undefined) throw invalidRoleArn(arn);
  return { account: parts.account, name };
}

/** The role as IAM has it; for one that is not there, what mode `off` makes of its ARN. */
export function findRole(ctx: TxContext, arn: string): Role {
  const { account, name } = requireRoleArn(arn, ctx.partition);
  const found = ifThere(() => ctx.call('iam', 'GetRole', { RoleName: name }, { place: iamPlace(account, ctx.partition) }).Role);
  if (found?.Arn === arn) {
    return { arn, account, name: found.RoleName, id: found.RoleId, maxSeconds: found.MaxSessionDuration ?? hourSeconds, exists: true };
  }
  // A role that was never created can be assumed while policies do not count, as other emulators let it.
  return { arn, account, name, id: uniqueIdOf('AROA', arn), maxSeconds: longestSeconds, exists: false };
}

/** How long a session shall last. Throws ValidationError for more than the role, or a chain of roles, allows. */
export function sessionSeconds(asked: number | undefined, role: Role, isChained: boolean): number {
  const seconds = asked ?? hourSeconds;
  if (isChained && seconds > hourSeconds) throw tooLongForChain();
  if (seconds > role.maxSeconds) throw tooLongForRole();
  return seconds;
}

interface RoleSession extends SessionTags {
  readonly role: Role;
  readonly name: string;
  readonly seconds: number;
  readonly narrowing: SessionPolicies;
  readonly sourceIdentity?: string | undefined;
  /** The provider that vouched for its holder, and what of it the session's policies may ask. */
  readonly provider?: string | undefined;
  readonly vouched?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly isChained?: boolean;
}

/** Credentials of a new session of a role, and what answers call it. */
export function openRoleSession(
  ctx: TxContext,
  session: RoleSession,
): { readonly Credentials: Credentials; readonly AssumedRoleUser: AssumedRoleUser } {
  const { role, name, narrowing, transitiveKeys, sourceIdentity, provider, vouched, isChained } = session;
  // the path of a role is no part of its sessions' ARNs (IAM User Guide, "IAM identifiers")
  const arn = `arn:${ctx.partition}:sts::${role.account}:assumed-role/${role.name}/${name}`;
  const id = `${role.id}:${name}`;
  const credentials = issueCredentials(ctx, role.account, session.seconds, (accessKeyId, expiresAt) => ({
    type: 'session',
    account: role.account,
    arn,
    id,
    accessKeyId,
    roleArn: role.arn,
    sessionName: name,
    tags: session.tags,
    expiresAt,
    ...(narrowing.policies && { policies: narrowing.policies }),
    session: {
      issuedAt: ctx.now,
      ...(narrowing.policyArns && { policyArns: narrowing.policyArns }),
      ...(transitiveKeys.length > 0 && { transitiveTagKeys: transitiveKeys }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      ...(provider !== undefined && { federatedProvider: provider }),
      ...(vouched && { vouched }),
      ...(isChained && { isChained }),
    },
  }));
  return { Credentials: credentials, AssumedRoleUser: { AssumedRoleId: id, Arn: arn } };
}
