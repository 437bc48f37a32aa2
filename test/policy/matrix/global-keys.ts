/** Global condition keys, as the facts of a request give them. IAM User Guide, "AWS global condition context keys". */
import { account, alice, allow, anonymous, type Case, federated, type Row, role, root, row, service, session, stranger } from './row';

const everybody = (Condition: Record<string, unknown>) => allow('s3:*', { Principal: { AWS: ['*', federated.arn] }, Condition });
const organization = { id: 'o-aaaaaaaaaa', path: 'o-aaaaaaaaaa/r-root/ou-1/', isManagement: false };
const now = Date.parse('2026-03-01T10:00:00.250Z');
const endpoint = { vpc: 'vpc-1', vpce: 'vpce-1', account };

/** Key, facts, its value — undefined: the request does not have it. */
const keys: readonly (readonly [string, Case, string | string[] | undefined])[] = [
  ['aws:PrincipalArn', {}, alice.arn],
  ['aws:PrincipalArn', { caller: session }, role],
  ['aws:PrincipalArn', { caller: federated }, federated.arn],
  ['aws:PrincipalArn', { caller: root }, root.arn],
  ['aws:PrincipalArn', { caller: anonymous }, undefined],
  ['aws:PrincipalAccount', {}, account],
  ['aws:PrincipalAccount', { caller: anonymous }, undefined],
  ['aws:PrincipalType', {}, 'User'],
  ['aws:PrincipalType', { caller: session }, 'AssumedRole'],
  ['aws:PrincipalType', { caller: federated }, 'FederatedUser'],
  ['aws:PrincipalType', { caller: root }, 'Account'],
  ['aws:PrincipalType', { caller: anonymous }, 'Anonymous'],
  ['aws:userid', {}, alice.id],
  ['aws:userid', { caller: session }, 'AROADEPLOYDEPLOYDEP1:monday'],
  ['aws:userid', { caller: federated }, `${account}:bob`],
  ['aws:userid', { caller: root }, account],
  ['aws:userid', { caller: anonymous }, 'anonymous'],
  ['aws:username', {}, 'alice'],
  ['aws:username', { caller: session }, undefined],
  ['aws:username', { caller: root }, undefined],
  ['aws:PrincipalOrgID', { caller: { ...alice, organization } }, 'o-aaaaaaaaaa'],
  ['aws:PrincipalOrgID', {}, undefined],
  ['aws:PrincipalOrgPaths', { caller: { ...alice, organization } }, ['o-aaaaaaaaaa/r-root/ou-1/']],
  ['aws:PrincipalTag/team', { caller: { ...alice, tags: { team: 'blue' } } }, 'blue'],
  ['aws:PrincipalTag/TEAM', { caller: { ...alice, tags: { Team: 'blue' } } }, 'blue'],
  ['aws:PrincipalTag/team', {}, undefined],
  ['aws:PrincipalIsAWSService', {}, 'false'],
  ['aws:PrincipalIsAWSService', { caller: service }, 'true'],
  ['aws:PrincipalServiceName', { caller: service }, 'sns.amazonaws.com'],
  ['aws:PrincipalServiceName', {}, undefined],
  ['aws:PrincipalServiceNamesList', { caller: service }, ['sns.amazonaws.com']],
  ['aws:FederatedProvider', { caller: { ...session, federatedProvider: 'accounts.google.com' } }, 'accounts.google.com'],
  ['aws:SourceIdentity', { caller: { ...session, session: { issuedAt: 0, mfa: false, sourceIdentity: 'alice' } } }, 'alice'],
  ['aws:AssumedRoot', { caller: { ...root, session: { issuedAt: now, mfa: false, isAssumedRoot: true } } }, 'true'],
  ['aws:AssumedRoot', { caller: { ...root, session: { issuedAt: now, mfa: false } } }, undefined],
  ['aws:AssumedRoot', { caller: session }, undefined],
  ['aws:TokenIssueTime', { caller: session }, '2026-03-01T09:00:00Z'],
  ['aws:TokenIssueTime', {}, undefined],
  ['aws:MultiFactorAuthPresent', {}, undefined],
  ['aws:MultiFactorAuthPresent', { caller: session }, 'false'],
  ['aws:MultiFactorAuthPresent', { caller: { ...session, session: { issuedAt: 0, mfa: true } } }, 'true'],
  ['aws:MultiFactorAuthAge', { caller: { ...session, session: { issuedAt: 0, mfa: true, mfaAgeSeconds: 60 } } }, '60'],
  ['aws:MultiFactorAuthAge', { caller: session }, undefined],
  ['aws:SourceIp', { call: { sourceIp: '203.0.113.7' } }, '203.0.113.7'],
  ['aws:SourceIp', { call: { sourceIp: '10.0.0.7', endpoint } }, undefined],
  ['aws:SourceIp', {}, undefined],
  ['aws:VpcSourceIp', { call: { sourceIp: '10.0.0.7', endpoint } }, '10.0.0.7'],
  ['aws:VpcSourceIp', { call: { sourceIp: '203.0.113.7' } }, undefined],
  ['aws:SourceVpc', { call: { endpoint } }, 'vpc-1'],
  ['aws:SourceVpce', { call: { endpoint } }, 'vpce-1'],
  ['aws:VpceAccount', { call: { endpoint } }, account],
  ['aws:SecureTransport', { call: { secure: true } }, 'true'],
  ['aws:SecureTransport', { call: { secure: false } }, 'false'],
  ['aws:UserAgent', { call: { userAgent: 'aws-cli/2' } }, 'aws-cli/2'],
  ['aws:Referer', { call: { referer: 'http://x/' } }, 'http://x/'],
  ['aws:RequestedRegion', { call: { region: 'eu-west-1' } }, 'eu-west-1'],
  ['aws:CurrentTime', { call: { now } }, '2026-03-01T10:00:00Z'],
  ['aws:EpochTime', { call: { now } }, '1772359200'],
  [
    'aws:CalledVia',
    { call: { calledVia: ['cloudformation.amazonaws.com', 'dynamodb.amazonaws.com'] } },
    ['cloudformation.amazonaws.com', 'dynamodb.amazonaws.com'],
  ],
  [
    'aws:CalledViaFirst',
    { call: { calledVia: ['cloudformation.amazonaws.com', 'dynamodb.amazonaws.com'] } },
    'cloudformation.amazonaws.com',
  ],
  ['aws:CalledViaLast', { call: { calledVia: ['cloudformation.amazonaws.com', 'dynamodb.amazonaws.com'] } }, 'dynamodb.amazonaws.com'],
  ['aws:CalledVia', { call: {} }, undefined],
  ['aws:ViaAWSService', { call: { calledVia: ['athena.amazonaws.com'] } }, 'true'],
  ['aws:ViaAWSService', { call: {} }, 'false'],
  [
    'aws:SourceArn',
    { caller: service, call: { source: { arn: 'arn:aws:sns:us-east-1:111122223333:t' } } },
    'arn:aws:sns:us-east-1:111122223333:t',
  ],
  ['aws:SourceAccount', { caller: service, call: { source: { account } } }, account],
  ['aws:SourceOrgID', { caller: service, call: { source: { organization } } }, 'o-aaaaaaaaaa'],
  ['aws:SourceOrgPaths', { caller: service, call: { source: { organization } } }, ['o-aaaaaaaaaa/r-root/ou-1/']],
  ['aws:SourceArn', {}, undefined],
  ['aws:RequestTag/team', { call: { requestTags: { team: 'blue' } } }, 'blue'],
  ['aws:RequestTag/Team', { call: { requestTags: { team: 'blue' } } }, 'blue'],
  ['aws:RequestTag/team', {}, undefined],
  ['aws:TagKeys', { call: { requestTags: { team: 'blue', env: 'dev' } } }, ['team', 'env']],
  ['aws:TagKeys', { call: { tagKeys: ['team'] } }, ['team']],
  ['aws:TagKeys', {}, undefined],
  ['aws:ResourceTag/team', { resourceTags: { team: 'blue' } }, 'blue'],
  ['aws:ResourceTag/other', { resourceTags: { team: 'blue' } }, undefined],
  ['aws:ResourceAccount', {}, account],
  ['aws:ResourceAccount', { caller: stranger, identity: allow('*') }, account],
  ['aws:ResourceOrgID', { more: { resource: { arn: '*', account, organization } } }, 'o-aaaaaaaaaa'],
  ['aws:ResourceOrgPaths', { more: { resource: { arn: '*', account, organization } } }, ['o-aaaaaaaaaa/r-root/ou-1/']],
  ['aws:SourceIp', { call: { sourceIp: '203.0.113.7' }, keys: { 'aws:SourceIp': '192.0.2.1' } }, '192.0.2.1'],
  ['aws:SourceIp', { keys: { 'AWS:sourceip': '192.0.2.1' } }, '192.0.2.1'],
  ['aws:NoSuchKey', {}, undefined],
  ['s3:prefix', { keys: { 's3:prefix': 'a/' } }, 'a/'],
  ['s3:prefix', {}, undefined],
];

/** Each key is asked for twice: does it have this value, and another? */
export const globalKeys: readonly Row[] = keys.flatMap(([key, it, value], i) => {
  const about = `${key} (${i + 1}), ${it.caller?.type ?? 'user'}`;
  const holds =
    value === undefined
      ? { Null: { [key]: 'true' } }
      : Array.isArray(value)
        ? { 'ForAllValues:StringEquals': { [key]: value }, Null: { [key]: 'false' } }
        : { StringEquals: { [key]: value } };
  const fails = value === undefined ? { Null: { [key]: 'false' } } : { 'ForAnyValue:StringNotEquals': { [key]: value } };
  const expected =
    it.caller?.type === 'root'
      ? 'allow by root'
      : it.caller?.type === 'service' || it.caller?.type === 'anonymous' || it.caller === stranger
        ? 'no resource'
        : 'no identity';
  return [
    row(`${about} is ${value ?? 'absent'}`, { ...it, resource: everybody(holds) }, 'allow by resource'),
    row(`${about} is nothing else`, { ...it, resource: everybody(fails) }, expected),
  ];
});
