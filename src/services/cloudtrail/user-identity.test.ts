import { describe, expect, it } from 'vitest';
import type { AuditedCall, Principal } from '../../kernel';
import { userIdentity, userNameOf } from './user-identity';

const account = '111122223333';
const issuedAt = Date.UTC(2026, 10, 21, 12);

function identity(principal: Principal, more: Partial<AuditedCall> & { readonly eventName?: string; readonly service?: string } = {}) {
  const { eventName = 'CreateQueue', service = 'sqs', ...rest } = more;
  const operation = { service, eventSource: '', eventName, apiVersion: undefined, readOnly: false, dataType: undefined, named: [] };
  return userIdentity({ operation, principal, recipient: account, response: undefined, ...rest } as unknown as AuditedCall);
}

const user: Principal = {
  type: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/team/ann`,
  id: 'AIDAEXAMPLE',
  userName: 'ann',
  accessKeyId: 'AKIAEXAMPLE',
};
const session: Principal = {
  type: 'session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/deployer/ann`,
  id: 'AROAEXAMPLE:ann',
  accessKeyId: 'ASIAEXAMPLE',
  roleArn: `arn:aws:iam::${account}:role/team/deployer`,
  sessionName: 'ann',
  expiresAt: 0,
  session: { issuedAt },
};
const nobody: Principal = { type: 'anonymous', account, arn: '*', id: 'anonymous' };

describe('the identity of', () => {
  it('a root, and one with a session', () => {
    const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account, accessKeyId: 'k' };
    expect(identity(root)).toEqual({ type: 'Root', principalId: account, arn: root.arn, accountId: account, accessKeyId: 'k' });
    expect(identity({ ...root, session: { issuedAt, mfaAt: issuedAt } })).toMatchObject({
      sessionContext: { attributes: { creationDate: '2026-11-21T12:00:00Z', mfaAuthenticated: 'true' } },
    });
  });

  it('a root for one task', () => {
    const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root`, id: account, accessKeyId: 'ASIAEXAMPLE' };
    const policyArns = ['arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy'];
    expect(identity({ ...root, session: { issuedAt, policyArns, sourceIdentity: 'Ann' } })).toMatchObject({
      type: 'Root',
      sessionContext: { attributes: { mfaAuthenticated: 'false' }, sourceIdentity: 'Ann', assumedRoot: 'true' },
    });
    expect(identity({ ...root, session: { issuedAt } })).not.toHaveProperty('sessionContext.assumedRoot');
  });

  it('a user', () => {
    expect(identity(user)).toEqual({
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLE',
      arn: user.arn,
      accountId: account,
      accessKeyId: 'AKIAEXAMPLE',
      userName: 'ann',
    });
  });

  it('a role session, one from a provider too', () => {
    const context = {
      sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn: session.roleArn, accountId: account, userName: 'deployer' },
      attributes: { creationDate: '2026-11-21T12:00:00Z', mfaAuthenticated: 'false' },
    };
    expect(identity(session)).toEqual({
      type: 'AssumedRole',
      principalId: session.id,
      arn: session.arn,
      accountId: account,
      accessKeyId: 'ASIAEXAMPLE',
      sessionContext: context,
    });
    const federatedProvider = `arn:aws:iam::${account}:oidc-provider/id.example.com`;
    expect(identity({ ...session, session: { issuedAt, federatedProvider, sourceIdentity: 'Ann' } })).toMatchObject({
      sessionContext: { ...context, webIdFederationData: { federatedProvider }, sourceIdentity: 'Ann' },
    });
  });

  it('a federated user', () => {
    const { roleArn: _, ...rest } = session;
    const arn = `arn:aws:sts::${account}:federated-user/bob`;
    const federated: Principal = { ...rest, arn, id: `${account}:bob`, sessionName: 'bob', userArn: user.arn };
    expect(identity(federated)).toMatchObject({
      type: 'FederatedUser',
      principalId: `${account}:bob`,
      arn,
      sessionContext: { sessionIssuer: { type: 'IAMUser', arn: user.arn, accountId: account, userName: 'ann' } },
    });
  });

  it('a product provider that acts by delegation', () => {
    const delegation = { account: '444455556666', policies: [] };
    expect(identity({ ...session, session: { issuedAt, delegation } })).toMatchObject({
      type: 'AssumedRole',
      arn: session.arn,
      invokedByDelegate: { accountId: '444455556666' },
    });
    expect(identity({ ...user, session: { issuedAt, delegation } })).toMatchObject({
      type: 'IAMUser',
      invokedByDelegate: { accountId: '444455556666' },
    });
  });

  it('a service', () => {
    const arn = 'cloudtrail.amazonaws.com';
    expect(identity({ type: 'service', account, arn, id: 'cloudtrail', service: arn })).toEqual({ type: 'AWSService', invokedBy: arn });
  });

  it('somebody of another account, in the history of whom it concerns', () => {
    expect(identity(user, { recipient: '444455556666' })).toEqual({
      type: 'AWSAccount',
      principalId: 'AIDAEXAMPLE',
      accountId: account,
    });
  });

  it('whom a provider vouches for, as the answer tells', () => {
    const web = { provider: 'accounts.google.com', audience: 'app', subjectFromWebIdentityToken: 'user-id' };
    expect(identity(nobody, { eventName: 'AssumeRoleWithWebIdentity', service: 'sts', response: web })).toEqual({
      type: 'WebIdentityUser',
      principalId: 'accounts.google.com:app:user-id',
      userName: 'user-id',
      identityProvider: 'accounts.google.com',
    });
    expect(identity(nobody, { eventName: 'AssumeRoleWithWebIdentity', service: 'sts' })).toEqual({ type: 'WebIdentityUser' });
    const saml = { nameQualifier: 'qualifier=', subject: 'Sam' };
    expect(identity(nobody, { eventName: 'AssumeRoleWithSAML', service: 'sts', response: saml })).toEqual({
      type: 'SAMLUser',
      principalId: 'qualifier=:Sam',
      userName: 'Sam',
      identityProvider: 'qualifier=',
    });
  });

  it('nobody', () => {
    expect(identity(nobody, { service: 's3' })).toEqual({ type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' });
    expect(identity(nobody)).toEqual({ type: 'AWSAccount', principalId: '', accountId: 'anonymous' });
  });
});

it('LookupEvents names users, roots, and the sessions of roles', () => {
  const name = (principal: Principal) => userNameOf({ principal } as AuditedCall);
  expect([name(user), name(session), name(nobody)]).toEqual(['ann', 'ann', undefined]);
});
