/** Whom Principal and NotPrincipal name, in a bucket's policy. IAM User Guide, "Principal", "NotPrincipal". */
import {
  account,
  alice,
  allow,
  anonymous,
  type Case,
  deny,
  federated,
  no,
  type Outcome,
  other,
  type Row,
  role,
  root,
  row,
  service,
  session,
  stranger,
} from './row';

const by: Outcome = 'allow by resource';
const none: Outcome = 'no resource';
const owned = { identity: deny('s3:PutObject') };
const aws = (...names: string[]) => ({ AWS: names });

const bob = { ...alice, arn: `arn:aws:iam::${account}:user/bob`, userName: 'bob', id: 'AIDABOBBOBBOBBOBBOB1' };
const otherRoot = { ...root, account: other, arn: `arn:aws:iam::${other}:root`, id: other };
const web = { type: 'identity' as const, account, arn: 'accounts.google.com:1', id: '1', federatedProvider: 'accounts.google.com' };
const webSession = { ...session, federatedProvider: 'cognito-identity.amazonaws.com' };
const canonical = 'a'.repeat(64);

/** A caller of the bucket's own account who has no policies; what the bucket's Principal says; what comes of it. */
const sameAccount: readonly (readonly [string, Case['caller'] & {}, unknown, Outcome])[] = [
  ['everybody', alice, '*', by],
  ['everybody, as AWS', alice, { AWS: '*' }, by],
  ['a user by ARN', alice, aws(alice.arn), by],
  ['a user by unique id', alice, aws(alice.id), by],
  ['another user', bob, aws(alice.arn), no],
  ['one of two users', bob, aws(alice.arn, bob.arn), by],
  ['the account by id', alice, aws(account), no],
  ['the account by root ARN', alice, aws(root.arn), no],
  ['another account', alice, aws(other), no],
  ['a role, asked by its session', session, aws(role), by],
  ['a role by unique id, asked by its session', session, aws('AROADEPLOYDEPLOYDEP1'), by],
  ['a session by ARN', session, aws(session.arn), by],
  ['another session of the role', session, aws(session.arn.replace('monday', 'friday')), no],
  ['another role', session, aws(role.replace('deploy', 'review')), no],
  ['the role without its path', session, aws(`arn:aws:iam::${account}:role/deploy`), no],
  ['the account, asked by a session', session, aws(account), no],
  ['the role, asked by a user', alice, aws(role), no],
  ['everybody, asked by a session', session, '*', by],
  ['a federated user by ARN', federated, aws(federated.arn), by],
  ['everybody, asked by a federated user', federated, '*', 'no session'],
  ['everybody and a federated user by ARN', federated, aws('*', federated.arn), by],
  ['the user behind a federated user', federated, aws(alice.arn), 'no session'],
  ['the account, asked by a federated user', federated, aws(account), no],
  ['a provider, asked by the session it gave', webSession, { Federated: 'cognito-identity.amazonaws.com' }, by],
  ['a provider, asked by another session', session, { Federated: 'cognito-identity.amazonaws.com' }, no],
  ['a service, asked by a user', alice, { Service: 's3.amazonaws.com' }, no],
  ['a canonical user, asked by root', { ...root, canonicalUser: canonical }, { CanonicalUser: canonical }, by],
  ['a canonical user, asked by a user', { ...alice, canonicalUser: canonical }, { CanonicalUser: canonical }, no],
  ['a service', service, { Service: 'sns.amazonaws.com' }, by],
  ['another service', service, { Service: 's3.amazonaws.com' }, none],
  ['one of two services', service, { Service: ['s3.amazonaws.com', 'sns.amazonaws.com'] }, by],
  ['everybody, asked by a service', service, '*', by],
  ['the account, asked by a service', service, aws(account), none],
  ['everybody, asked by nobody', anonymous, '*', by],
  ['everybody as AWS, asked by nobody', anonymous, { AWS: '*' }, by],
  ['a user, asked by nobody', anonymous, aws(alice.arn), none],
  ['the account, asked by nobody', anonymous, aws(account), none],
  ['a provider, asked by who it vouches for', web, { Federated: 'accounts.google.com' }, by],
  ['another provider', web, { Federated: 'graph.facebook.com' }, none],
  ['everybody, asked by an identity that is no principal yet', web, '*', none],
  ['root by ARN', root, aws(root.arn), by],
  ['nobody root knows', root, aws(other), 'allow by root'],
  ['the account and the user', alice, aws(account, alice.arn), by],
];

/** A Deny with NotPrincipal beside an Allow for everybody: spared only when all that the caller is, is listed. */
const spared: readonly (readonly [string, Case['caller'] & {}, unknown, boolean])[] = [
  ['the user and its account', alice, aws(account, alice.arn), true],
  ['the user alone', alice, aws(alice.arn), false],
  ['the account alone', alice, aws(account), false],
  ['another user', bob, aws(account, alice.arn), false],
  ['session, role and account', session, aws(session.arn, role, root.arn), true],
  ['session and role', session, aws(session.arn, role), false],
  ['role and account', session, aws(role, root.arn), false],
  ['another session', session, aws(session.arn.replace('monday', 'friday'), role, root.arn), false],
  ['root', root, aws(root.arn), true],
  ['another account, asked by root', root, aws(other), false],
  ['the service', service, { Service: 'sns.amazonaws.com' }, true],
  ['another service', service, { Service: 's3.amazonaws.com' }, false],
  ['a user, asked by nobody', anonymous, aws(alice.arn), false],
];

export const principals: readonly Row[] = [
  ...sameAccount.map(([title, caller, Principal, expected]) =>
    row(`Principal: ${title}`, { ...owned, caller, resource: allow('s3:GetObject', { Principal }) }, expected),
  ),
  ...sameAccount
    .filter(([, , , expected]) => expected === by)
    .map(([title, caller, Principal]) =>
      row(
        `Deny Principal: ${title}`,
        { caller, resource: [allow('s3:*', { Principal: '*' }), deny('s3:Get*', { Principal })] },
        'deny by resource',
      ),
    ),
  ...spared.map(([title, caller, NotPrincipal, isSpared]) =>
    row(
      `Deny NotPrincipal: ${title}`,
      { caller, resource: [allow('s3:*', { Principal: '*' }), deny('s3:*', { NotPrincipal })] },
      isSpared ? by : 'deny by resource',
    ),
  ),
  row(
    'Deny the account denies its users',
    { identity: allow('*'), resource: deny('s3:*', { Principal: aws(account) }) },
    'deny by resource',
  ),
  row(
    'Deny the account denies its sessions',
    { caller: session, identity: allow('*'), resource: deny('s3:*', { Principal: aws(root.arn) }) },
    'deny by resource',
  ),
  row('Deny the account denies its root', { caller: root, resource: deny('s3:*', { Principal: aws(account) }) }, 'deny by resource'),
  row(
    'Deny a role denies its sessions',
    { caller: session, identity: allow('*'), resource: deny('s3:*', { Principal: aws(role) }) },
    'deny by resource',
  ),
  row(
    'Deny another account denies strangers only',
    { identity: allow('*'), resource: deny('s3:*', { Principal: aws(other) }) },
    'allow by identity',
  ),
  row('a statement for another action names nobody', { ...owned, resource: allow('s3:PutObject', { Principal: '*' }) }, no),
  row(
    'a statement for another resource names nobody',
    { ...owned, resource: allow('s3:*', { Principal: '*', Resource: 'arn:aws:s3:::other/*' }) },
    no,
  ),
  row(
    'a condition limits a grant to everybody',
    {
      caller: stranger,
      identity: allow('*'),
      resource: allow('s3:*', { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': account } } }),
    },
    none,
  ),
  row('the other root, named', { caller: otherRoot, resource: allow('s3:*', { Principal: aws(other) }) }, by),
];
