/**
 * Who grants and who limits. IAM User Guide, "Policy evaluation for requests within a single account" and "Cross-account
 * policy evaluation logic".
 */
import {
  account,
  alice,
  allow,
  type Case,
  deny,
  federated,
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

const get = allow('s3:GetObject');
const put = allow('s3:PutObject');
const names = (...arns: string[]) => allow('s3:GetObject', { Principal: { AWS: arns } });
const everybody = allow('s3:GetObject', { Principal: '*' });

const theRole = allow('s3:GetObject', { Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': role } } });
const anotherRole = allow('s3:GetObject', { Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': `${role}2` } } });

/** Identity, boundary, session policies: allow (+), say nothing (-), are absent (.). */
const own = (code: string): Case => {
  const [identity, boundary, limit] = [...code].map((mark) => (mark === '+' ? get : mark === '-' ? put : undefined));
  return { ...(identity && { identity }), ...(boundary && { boundary }), ...(limit && { session: limit }) };
};

/** Resource policy, caller's own policies, outcome: the documented table, line by line. */
const within: readonly (readonly [string, Case, string, Outcome])[] = [
  // No resource policy: identity, boundary and session policy must all allow.
  ...(['+..', '++.', '+.+', '+++'] as const).map((code) => ['nothing', { caller: session }, code, 'allow by identity'] as const),
  ...(['-..', '.+.', '..+', '-++', '.++'] as const).map((code) => ['nothing', { caller: session }, code, 'no identity'] as const),
  ...(['+-.', '+-+', '+--'] as const).map((code) => ['nothing', { caller: session }, code, 'no boundary'] as const),
  ...(['+.-', '++-'] as const).map((code) => ['nothing', { caller: session }, code, 'no session'] as const),
  // A user by ARN: neither missing identity policies nor a boundary limit it.
  ...(['...', '-..', '+..', '.-.', '--.', '+-.', '++.'] as const).map(
    (code) => ['the user', { resource: names(alice.arn) }, code, 'allow by resource'] as const,
  ),
  // A session by ARN: nothing that only fails to allow limits it.
  ...(['...', '-..', '.-.', '..-', '---', '+--', '+++'] as const).map(
    (code) => ['the session', { caller: session, resource: names(session.arn) }, code, 'allow by resource'] as const,
  ),
  // A role by ARN: identity policies are not needed, boundary and session policies limit.
  ...(['...', '-..', '.+.', '..+', '-++'] as const).map(
    (code) => ['the role', { caller: session, resource: names(role) }, code, 'allow by resource'] as const,
  ),
  ...(['.-.', '+-.', '+-+', '.--'] as const).map(
    (code) => ['the role', { caller: session, resource: names(role) }, code, 'no boundary'] as const,
  ),
  ...(['..-', '+.-', '.+-'] as const).map((code) => ['the role', { caller: session, resource: names(role) }, code, 'no session'] as const),
  // Role and session both named: the closer one counts.
  ...(['..-', '.-.'] as const).map(
    (code) => ['role and session', { caller: session, resource: names(role, session.arn) }, code, 'allow by resource'] as const,
  ),
  // Everybody: like naming the very caller.
  ...(['...', '.-.', '..-'] as const).map(
    (code) => ['everybody', { caller: session, resource: everybody }, code, 'allow by resource'] as const,
  ),
  // So does everybody with the role in a condition ("with a wildcard (*) in the Principal element", same page).
  ...(['...', '.-.', '..-'] as const).map(
    (code) => ['everybody who is the role', { caller: session, resource: theRole }, code, 'allow by resource'] as const,
  ),
  ['everybody who is another role', { caller: session, resource: anotherRole }, '...', 'no identity'],
  // The account: hands the decision to the account's own policies.
  ['the account', { caller: session, resource: names(account) }, '...', 'no identity'],
  ['the account', { caller: session, resource: names(account) }, '+..', 'allow by identity'],
  ['the account', { caller: session, resource: names(root.arn) }, '+-.', 'no boundary'],
  ['the account', { caller: session, resource: names(root.arn) }, '+.-', 'no session'],
  // Federated users: the session by ARN is free, the user behind it is limited by session policies.
  ['the federated user', { caller: federated, resource: names(federated.arn) }, '...', 'allow by resource'],
  ['the federated user', { caller: federated, resource: names(federated.arn) }, '..-', 'allow by resource'],
  ['the user behind it', { caller: federated, resource: names(alice.arn) }, '...', 'no session'],
  ['the user behind it', { caller: federated, resource: names(alice.arn) }, '..-', 'no session'],
  ['the user behind it', { caller: federated, resource: names(alice.arn) }, '..+', 'allow by resource'],
  ['nothing', { caller: federated }, '+..', 'no session'],
  ['nothing', { caller: federated }, '+.+', 'allow by identity'],
  ['nothing', { caller: federated }, '-.+', 'no identity'],
  // Root needs nothing; the policies of its sessions only deny.
  ['nothing', { caller: root }, '...', 'allow by root'],
  ['nothing', { caller: root }, '--.', 'allow by root'],
  ['nothing', { caller: root }, '..-', 'allow by root'],
  ['the account', { caller: root, resource: names(account) }, '...', 'allow by resource'],
];

/** A stranger at our bucket. */
const across: readonly (readonly [string, Case, string, Outcome])[] = [
  ['nothing', {}, '+..', 'no resource'],
  ['nothing', {}, '...', 'no identity'],
  ...(['+..', '++.'] as const).flatMap((code) =>
    [names(stranger.arn), names(other), names(`arn:aws:iam::${other}:root`), everybody].map(
      (resource) => ['the stranger', { resource }, code, 'allow by resource'] as const,
    ),
  ),
  ...[names(stranger.arn), names(other), everybody].map((resource) => ['the stranger', { resource }, '-..', 'no identity'] as const),
  ...[names(stranger.arn), names(other), everybody].map((resource) => ['the stranger', { resource }, '+-.', 'no boundary'] as const),
  ['somebody else', { resource: names(alice.arn) }, '+..', 'no resource'],
  ['our own account', { resource: names(account) }, '+..', 'no resource'],
];

const theirRole = `arn:aws:iam::${other}:role/guest`;
const theirs = { ...session, account: other, arn: `arn:aws:sts::${other}:assumed-role/guest/monday`, entityArn: theirRole };
const theirRoot = { ...root, account: other, arn: `arn:aws:iam::${other}:root`, id: other };
const acrossRoles: readonly (readonly [string, Case, string, Outcome])[] = [
  ['their role', { caller: theirs, resource: names(theirRole) }, '+..', 'allow by resource'],
  ['their role', { caller: theirs, resource: names(theirRole) }, '...', 'no identity'],
  ['their session', { caller: theirs, resource: names(theirs.arn) }, '...', 'no identity'],
  ['their session', { caller: theirs, resource: names(theirs.arn) }, '+.-', 'no session'],
  ['their session', { caller: theirs, resource: names(theirs.arn) }, '+-.', 'no boundary'],
  ['their session', { caller: theirs, resource: names(theirs.arn) }, '+++', 'allow by resource'],
  ['their account', { caller: theirs, resource: names(other) }, '+..', 'allow by resource'],
  ['their account', { caller: theirRoot, resource: names(other) }, '...', 'allow by resource'],
  ['nothing', { caller: theirRoot }, '...', 'no resource'],
];

/** Each layer's explicit deny, where everything else allows. */
const denials: readonly Row[] = (['identity', 'boundary', 'session', 'resource', 'scp', 'rcp', 'endpoint'] as const).flatMap((layer) => {
  const no = deny('s3:GetObject');
  const noForAll = deny('s3:GetObject', { Principal: '*' });
  const all = allow('*');
  const base: Case = {
    caller: session,
    identity: layer === 'identity' ? [all, no] : all,
    boundary: layer === 'boundary' ? [all, no] : all,
    session: layer === 'session' ? [all, no] : all,
    resource: layer === 'resource' ? [names(session.arn), noForAll] : names(session.arn),
    scps: [layer === 'scp' ? [all, no] : [all]],
    rcps: [layer === 'rcp' ? [noForAll] : []],
    endpoint: layer === 'endpoint' ? [everybody, noForAll] : everybody,
  };
  return [
    row(`an explicit deny by ${layer} wins over every allow`, base, `deny by ${layer}`),
    row(
      `an explicit deny by ${layer} of another action does not`,
      { ...base, action: 's3:GetBucketPolicy', resource: allow('s3:*', { Principal: '*' }), endpoint: allow('s3:*', { Principal: '*' }) },
      'allow by resource',
    ),
  ];
});

const endpoints: readonly Row[] = [
  row('the endpoint allows', { identity: get, endpoint: everybody }, 'allow by identity'),
  row('the endpoint says nothing', { identity: get, endpoint: allow('s3:PutObject', { Principal: '*' }) }, 'no endpoint'),
  row('the endpoint is for somebody else', { identity: get, endpoint: names(stranger.arn) }, 'no endpoint'),
  row('the endpoint grants nothing', { endpoint: everybody }, 'no identity'),
  row('the endpoint binds root', { caller: root, endpoint: names(stranger.arn) }, 'no endpoint'),
];

/** Keys and roles: `resourcePolicyFirst`. */
const first: readonly (readonly [string, Case, Outcome])[] = [
  ['no policy, admin', { identity: allow('*') }, 'no resource'],
  ['no policy, root', { caller: root }, 'no resource'],
  ['account named, identity allows', { resource: names(account), identity: get }, 'allow by identity'],
  ['account named, identity says nothing', { resource: names(account), identity: put }, 'no identity'],
  ['account named, root', { caller: root, resource: names(account) }, 'allow by resource'],
  ['user named, no identity policy', { resource: names(alice.arn) }, 'allow by resource'],
  ['user named, boundary says nothing', { resource: names(alice.arn), boundary: put }, 'allow by resource'],
  ['role named, no identity policy', { caller: session, resource: names(role) }, 'allow by resource'],
  ['role named, boundary says nothing', { caller: session, resource: names(role), boundary: put }, 'no boundary'],
  ['somebody else named, admin', { resource: names(stranger.arn), identity: allow('*') }, 'no resource'],
  ['account named, identity denies', { resource: names(account), identity: [allow('*'), deny('s3:*')] }, 'deny by identity'],
  ['another account named, its user allowed', { caller: stranger, resource: names(other), identity: get }, 'allow by resource'],
  ['another account named, its user not allowed', { caller: stranger, resource: names(other), identity: put }, 'no identity'],
  [
    'only a service named, admin',
    { resource: allow('s3:*', { Principal: { Service: 's3.amazonaws.com' } }), identity: allow('*') },
    'no resource',
  ],
  [
    'only a service named, the service',
    { caller: service, resource: allow('s3:*', { Principal: { Service: 'sns.amazonaws.com' } }) },
    'allow by resource',
  ],
];

const trusts = (who: unknown, rest: Record<string, unknown> = {}) => allow('sts:AssumeRole', { Principal: who, ...rest });
const assume = (it: Case): Case => ({ action: 'sts:AssumeRole', on: role, first: true, ...it });
const trusting: readonly (readonly [string, Case, Outcome])[] = [
  ['the user', { trust: trusts({ AWS: alice.arn }) }, 'allow by resource'],
  ['the account, user allowed', { trust: trusts({ AWS: account }), identity: allow('sts:AssumeRole', role) }, 'allow by identity'],
  ['the account, user not allowed', { trust: trusts({ AWS: account }) }, 'no identity'],
  [
    'the account, user allowed another role',
    { trust: trusts({ AWS: account }), identity: allow('sts:AssumeRole', `${role}2`) },
    'no identity',
  ],
  ['a service only', { trust: trusts({ Service: 'lambda.amazonaws.com' }), identity: allow('*') }, 'no resource'],
  ['the service', { caller: service, trust: trusts({ Service: 'sns.amazonaws.com' }) }, 'allow by resource'],
  [
    'another account, allowed there',
    { caller: stranger, trust: trusts({ AWS: other }), identity: allow('sts:AssumeRole') },
    'allow by resource',
  ],
  ['another account, not allowed there', { caller: stranger, trust: trusts({ AWS: other }) }, 'no identity'],
  ['nobody the stranger is', { caller: stranger, trust: trusts({ AWS: alice.arn }), identity: allow('*') }, 'no resource'],
  [
    'with an external id, given',
    {
      caller: stranger,
      trust: trusts({ AWS: other }, { Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }),
      identity: allow('*'),
      keys: { 'sts:ExternalId': 'x1' },
    },
    'allow by resource',
  ],
  [
    'with an external id, wrong',
    {
      caller: stranger,
      trust: trusts({ AWS: other }, { Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }),
      identity: allow('*'),
      keys: { 'sts:ExternalId': 'x2' },
    },
    'no resource',
  ],
  [
    'with an external id, missing',
    { caller: stranger, trust: trusts({ AWS: other }, { Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }), identity: allow('*') },
    'no resource',
  ],
  [
    'with MFA, without',
    { caller: session, trust: trusts({ AWS: role }, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }) },
    'no resource',
  ],
  [
    'explicitly not the user',
    { trust: [trusts({ AWS: account }), deny('sts:AssumeRole', { Principal: { AWS: alice.arn } })], identity: allow('*') },
    'deny by resource',
  ],
];

export const grants: readonly Row[] = [
  ...within.map(([who, it, code, expected]) =>
    row(`same account, ${it.caller?.type ?? 'user'}, policy names ${who}, own policies ${code}`, { ...it, ...own(code) }, expected),
  ),
  ...across.map(([who, it, code, expected], i) =>
    row(`cross account ${i + 1}, policy names ${who}, own policies ${code}`, { caller: stranger, ...it, ...own(code) }, expected),
  ),
  ...acrossRoles.map(([who, it, code, expected]) =>
    row(`cross account, policy names ${who}, own policies ${code}`, { ...it, ...own(code) }, expected),
  ),
  ...denials,
  ...endpoints,
  ...first.map(([title, it, expected]) => row(`resource policy first: ${title}`, { first: true, ...it }, expected)),
  ...trusting.map(([title, it, expected]) => row(`a role trusts ${title}`, assume(it), expected)),
];
