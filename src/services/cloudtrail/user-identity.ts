/** Who made a call, as events say it (CloudTrail User Guide, "CloudTrail userIdentity element"). */
import type { AuditedCall, Principal, SessionFacts } from '../../kernel';
import { secondText } from './names';

type Identity = Readonly<Record<string, unknown>>;

/** The element of an event. In the history of another account than the caller's, little is said of the caller. */
export function userIdentity(call: AuditedCall): Identity {
  const { principal, recipient } = call;
  if (principal.type === 'anonymous' || principal.type === 'identity') return unsigned(call);
  if (principal.type === 'service') return { type: 'AWSService', invokedBy: principal.service };
  if (principal.account !== recipient) return { type: 'AWSAccount', principalId: principal.id, accountId: principal.account };
  return { ...signed(principal), ...invokedBy(principal.session) };
}

function signed(principal: Extract<Principal, { type: 'root' | 'user' | 'session' }>): Identity {
  if (principal.type === 'root') return root(principal);
  if (principal.type === 'user') return user(principal);
  return principal.roleArn === undefined ? federatedUser(principal) : assumedRole(principal);
}

/** The product provider that acts by delegation (IAM User Guide, "CloudTrail" of temporary delegation). */
function invokedBy(session: SessionFacts | undefined): Identity {
  return session?.delegation ? { invokedByDelegate: { accountId: session.delegation.account } } : {};
}

/** What LookupEvents calls the user name: of a session, the session's. */
export function userNameOf({ principal }: AuditedCall): string | undefined {
  if (principal.type === 'root') return 'root';
  if (principal.type === 'user') return principal.userName;
  if (principal.type === 'session') return principal.sessionName;
  return principal.type === 'service' ? principal.service : undefined;
}

function root({ account, arn, id, accessKeyId, session }: Extract<Principal, { type: 'root' }>): Identity {
  return { type: 'Root', principalId: id, arn, accountId: account, accessKeyId, ...rootSession(session) };
}

/** Only those of AssumeRoot are bound to a task's policy (IAM User Guide, "Track privileged tasks in AWS CloudTrail"). */
function rootSession(session: SessionFacts | undefined): Identity {
  if (session?.policyArns === undefined) return ownSession(session);
  const { sourceIdentity } = session;
  const named = sourceIdentity !== undefined && { sourceIdentity };
  return { sessionContext: { attributes: attributes(session), ...named, assumedRoot: 'true' } };
}

function user({ account, arn, id, accessKeyId, userName, session }: Extract<Principal, { type: 'user' }>): Identity {
  return { type: 'IAMUser', principalId: id, arn, accountId: account, accessKeyId, userName, ...ownSession(session) };
}

/** Credentials of GetSessionToken have a session without an issuer. */
function ownSession(session: SessionFacts | undefined): Identity {
  return session === undefined ? {} : { sessionContext: { attributes: attributes(session) } };
}

type Session = Extract<Principal, { type: 'session' }>;

function assumedRole({ account, arn, id, accessKeyId, roleArn = '', session }: Session): Identity {
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const issuer = { type: 'Role', principalId: id.split(':')[0], arn: roleArn, accountId: account, userName: roleName };
  return {
    type: 'AssumedRole',
    principalId: id,
    arn,
    accountId: account,
    accessKeyId,
    sessionContext: {
      sessionIssuer: issuer,
      ...(session?.federatedProvider !== undefined && {
        webIdFederationData: { federatedProvider: session.federatedProvider, attributes: {} },
      }),
      attributes: attributes(session),
      ...(session?.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
    },
  };
}

function federatedUser({ account, arn, id, accessKeyId, userArn, session }: Session): Identity {
  const isUser = userArn?.includes(':user/') === true;
  // The unique id of a user is not in the session.
  const issuer = {
    type: isUser ? 'IAMUser' : 'Root',
    ...(!isUser && { principalId: account }),
    arn: userArn,
    accountId: account,
    ...(isUser && { userName: userArn.slice(userArn.lastIndexOf('/') + 1) }),
  };
  return {
    type: 'FederatedUser',
    principalId: id,
    arn,
    accountId: account,
    accessKeyId,
    sessionContext: { sessionIssuer: issuer, attributes: attributes(session) },
  };
}

function attributes(session: SessionFacts | undefined): Identity {
  return {
    ...(session && { creationDate: secondText(session.issuedAt) }),
    mfaAuthenticated: String(session?.mfaAt !== undefined),
  };
}

/** Nobody signed: an identity provider vouches for the caller, as the answer tells, or nobody does. */
function unsigned({ operation, response, principal }: AuditedCall): Identity {
  const answer = (response ?? {}) as Readonly<Record<string, string | undefined>>;
  if (operation.eventName === 'AssumeRoleWithWebIdentity') {
    const { provider = principal.type === 'identity' ? principal.arn : undefined, audience, subjectFromWebIdentityToken: subject } = answer;
    const principalId = [provider, audience, subject].filter((part) => part !== undefined).join(':');
    if (provider === undefined) return { type: 'WebIdentityUser' };
    return { type: 'WebIdentityUser', principalId, ...(subject !== undefined && { userName: subject }), identityProvider: provider };
  }
  if (operation.eventName === 'AssumeRoleWithSAML') {
    const { nameQualifier, subject } = answer;
    if (subject === undefined) return { type: 'SAMLUser' };
    return { type: 'SAMLUser', principalId: `${nameQualifier}:${subject}`, userName: subject, identityProvider: nameQualifier };
  }
  // As logs of public buckets show it.
  return { type: 'AWSAccount', principalId: '', accountId: operation.service === 's3' ? 'ANONYMOUS_PRINCIPAL' : 'anonymous' };
}
