/** SCPs and RCPs. Organizations User Guide, "SCP evaluation", "RCP evaluation", "Tasks and entities not restricted". */
import type { Membership } from '../../../src/policy';
import {
  account,
  alice,
  allow,
  anonymous,
  type Case,
  deny,
  federated,
  type Outcome,
  other,
  type Row,
  root,
  row,
  service,
  session,
  stranger,
} from './row';

const all = allow('*');
const get = allow('s3:GetObject');
const put = allow('s3:PutObject');
const member: Membership = { id: 'o-aaaaaaaaaa', path: 'o-aaaaaaaaaa/r-root/ou-root-1/', isManagement: false };
const sparingTheOrganization = deny('s3:*', {
  Principal: '*',
  Condition: {
    StringNotEqualsIfExists: { 'aws:PrincipalOrgID': member.id },
    BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
  },
});
const management: Membership = { ...member, path: 'o-aaaaaaaaaa/r-root/', isManagement: true };
const serviceLinked = { ...session, entityArn: `arn:aws:iam::${account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS` };
const everybody = allow('s3:*', { Principal: '*' });
const no = deny('s3:GetObject');
const noForAll = deny('s3:GetObject', { Principal: '*' });
const web = { type: 'identity' as const, account, arn: 'accounts.google.com:1', id: '1', federatedProvider: 'accounts.google.com' };
const fromGoogle = allow('s3:*', { Principal: { Federated: 'accounts.google.com' } });

const scps: readonly (readonly [string, Case, Outcome])[] = [
  ['every level allows', { scps: [[all], [all], [all]] }, 'allow by identity'],
  ['the root says nothing', { scps: [[put], [all], [all]] }, 'no scp'],
  ['an OU says nothing', { scps: [[all], [put], [all]] }, 'no scp'],
  ['the account says nothing', { scps: [[all], [all], [put]] }, 'no scp'],
  ['a level without policies', { scps: [[all], [], [all]] }, 'no scp'],
  ['one of two policies of a level allows', { scps: [[put, get], [all]] }, 'allow by identity'],
  ['the root denies', { scps: [[all, no], [all]] }, 'deny by scp'],
  ['an OU denies', { scps: [[all], [all, no], [all]] }, 'deny by scp'],
  ['the account denies', { scps: [[all], [all, no]] }, 'deny by scp'],
  ['a deny of another action', { scps: [[all, deny('s3:PutObject')]] }, 'allow by identity'],
  ['a deny elsewhere', { scps: [[all, deny('s3:*', 'arn:aws:s3:::other/*')]] }, 'allow by identity'],
  [
    'a deny outside of a region, inside',
    { scps: [[all, deny('*', { Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } })]], call: { region: 'eu-west-1' } },
    'allow by identity',
  ],
  [
    'a deny outside of a region, outside',
    { scps: [[all, deny('*', { Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } })]], call: { region: 'us-east-1' } },
    'deny by scp',
  ],
  [
    'a deny but for a role',
    { caller: session, scps: [[all, deny('*', { Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team/deploy' } } })]] },
    'allow by identity',
  ],
  [
    'a deny but for a role, a user',
    { scps: [[all, deny('*', { Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team/deploy' } } })]] },
    'deny by scp',
  ],
  ['grants nothing by itself', { scps: [[all]], identity: put }, 'no identity'],
  ['limits the account root', { caller: root, scps: [[all, no]] }, 'deny by scp'],
  ['says nothing about root', { caller: root, scps: [[put]] }, 'no scp'],
  ['allows root', { caller: root, scps: [[all]] }, 'allow by root'],
  ['limits a role session', { caller: session, scps: [[all, no]] }, 'deny by scp'],
  ['limits a federated user', { caller: federated, session: all, scps: [[put]] }, 'no scp'],
  ['limits what a resource policy grants', { scps: [[put]], resource: allow('s3:*', { Principal: { AWS: alice.arn } }) }, 'no scp'],
  ['not the management account', { caller: { ...alice, organization: management }, scps: [[no], [put]] }, 'allow by identity'],
  ['not the root of the management account', { caller: { ...root, organization: management }, scps: [[no]] }, 'allow by root'],
  ['limits those for whom a provider vouches', { caller: web, rcps: [[noForAll]], resource: fromGoogle }, 'deny by rcp'],
  ['not a service-linked role', { caller: serviceLinked, scps: [[no], [put]] }, 'allow by identity'],
  ['not a service', { caller: service, scps: [[no]], resource: everybody }, 'allow by resource'],
  ['not an anonymous caller', { caller: anonymous, scps: [[no]], resource: everybody }, 'allow by resource'],
  ['of the stranger limits the stranger', { caller: stranger, scps: [[put]], resource: everybody }, 'no scp'],
  ['none at all', {}, 'allow by identity'],
];

const rcps: readonly (readonly [string, Case, Outcome])[] = [
  ['no statement', { rcps: [[]] }, 'allow by identity'],
  ['AWS’s full access', { rcps: [[allow('*', { Principal: '*' })]] }, 'allow by identity'],
  ['a deny at the root', { rcps: [[noForAll], []] }, 'deny by rcp'],
  ['a deny at the account', { rcps: [[], [noForAll]] }, 'deny by rcp'],
  ['a deny of another action', { rcps: [[deny('s3:PutObject', { Principal: '*' })]] }, 'allow by identity'],
  ['limits root', { caller: root, rcps: [[noForAll]] }, 'deny by rcp'],
  ['limits strangers', { caller: stranger, rcps: [[noForAll]], resource: everybody }, 'deny by rcp'],
  ['limits anonymous callers', { caller: anonymous, rcps: [[noForAll]], resource: everybody }, 'deny by rcp'],
  ['limits services', { caller: service, rcps: [[noForAll]], resource: everybody }, 'deny by rcp'],
  ['not a service-linked role', { caller: serviceLinked, rcps: [[noForAll]] }, 'allow by identity'],
  [
    'not resources of the management account',
    { rcps: [[noForAll]], more: { resource: { arn: 'arn:aws:s3:::photos/x', account, organization: management } } },
    'allow by identity',
  ],
  [
    'spares the organization, a member',
    {
      caller: { ...alice, organization: member },
      rcps: [[sparingTheOrganization]],
    },
    'allow by identity',
  ],
  [
    'spares the organization, a stranger',
    {
      caller: { ...stranger, organization: { ...member, id: 'o-bbbbbbbbbb' } },
      resource: everybody,
      rcps: [[sparingTheOrganization]],
    },
    'deny by rcp',
  ],
  [
    'spares the organization, a service',
    {
      caller: service,
      resource: everybody,
      rcps: [[sparingTheOrganization]],
    },
    'allow by resource',
  ],
  ['is named before an SCP', { scps: [[no]], rcps: [[noForAll]] }, 'deny by rcp'],
];

const shared = (Condition: Record<string, unknown>) => allow('s3:*', { Principal: '*', Condition });
const stranger2 = { ...stranger, organization: { ...member, path: 'o-aaaaaaaaaa/r-root/ou-root-2/ou-root-3/' } };
const keys: readonly (readonly [string, Case, Outcome])[] = [
  [
    'PrincipalOrgID of a member',
    { caller: stranger2, resource: shared({ StringEquals: { 'aws:PrincipalOrgID': 'o-aaaaaaaaaa' } }) },
    'allow by resource',
  ],
  [
    'PrincipalOrgID of a stranger',
    { caller: stranger, resource: shared({ StringEquals: { 'aws:PrincipalOrgID': 'o-aaaaaaaaaa' } }) },
    'no resource',
  ],
  [
    'PrincipalOrgPaths below an OU',
    { caller: stranger2, resource: shared({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-aaaaaaaaaa/r-root/ou-root-2/*' } }) },
    'allow by resource',
  ],
  [
    'PrincipalOrgPaths below another OU',
    { caller: stranger2, resource: shared({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-aaaaaaaaaa/r-root/ou-root-1/*' } }) },
    'no resource',
  ],
  ['PrincipalAccount', { caller: stranger2, resource: shared({ StringEquals: { 'aws:PrincipalAccount': [other] } }) }, 'allow by resource'],
];

export const organizations: readonly Row[] = [
  ...scps.map(([title, it, expected]) => row(`SCP: ${title}`, { identity: all, ...it }, expected)),
  ...rcps.map(([title, it, expected]) => row(`RCP: ${title}`, { identity: all, ...it }, expected)),
  ...keys.map(([title, it, expected]) => row(`shared by ${title}`, { identity: all, ...it }, expected)),
];
