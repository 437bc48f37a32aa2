/** Action and NotAction. IAM User Guide, "Action": names do not distinguish case; `*` and `?` anywhere behind the vendor. */
import { allow, deny, no, type Outcome, type Row, row, yes } from './row';

/** What the policy names, what is called, and whether it is named. */
const named: readonly (readonly [string, string, boolean])[] = [
  ['s3:GetObject', 's3:GetObject', true],
  ['s3:getobject', 's3:GetObject', true],
  ['S3:GETOBJECT', 's3:GetObject', true],
  ['s3:GetObject', 'S3:getOBJECT', true],
  ['s3:GetObject', 's3:GetObjectAcl', false],
  ['s3:GetObjectAcl', 's3:GetObject', false],
  ['s3:*', 's3:GetObject', true],
  ['s3:*', 's3:ListAllMyBuckets', true],
  ['s3:*', 's3-object-lambda:GetObject', false],
  ['s3:*', 'sqs:SendMessage', false],
  ['*', 's3:GetObject', true],
  ['**', 'iam:CreateUser', true],
  ['*:*', 'iam:CreateUser', true],
  ['s3:Get*', 's3:GetObject', true],
  ['s3:Get*', 's3:GetBucketPolicy', true],
  ['s3:Get*', 's3:PutObject', false],
  ['s3:*Object', 's3:GetObject', true],
  ['s3:*Object', 's3:DeleteObject', true],
  ['s3:*Object', 's3:GetObjectAcl', false],
  ['s3:*Object*', 's3:GetObjectAcl', true],
  ['s3:*Object*', 's3:ListBucket', false],
  ['s3:G*t*j*t', 's3:GetObject', true],
  ['s3:G*t*j*q', 's3:GetObject', false],
  ['s3:?etObject', 's3:GetObject', true],
  ['s3:?etObject', 's3:SetObject', true],
  ['s3:?etObject', 's3:etObject', false],
  ['s3:GetObjec?', 's3:GetObject', true],
  ['s3:GetObject?', 's3:GetObject', false],
  ['s3:???Object', 's3:PutObject', true],
  ['s3:???Object', 's3:DeleteObject', false],
  ['s3:?*Object', 's3:DeleteObject', true],
  ['s3:Get*Object', 's3:GetObject', true],
  ['iam:*AccessKey*', 'iam:CreateAccessKey', true],
  ['iam:*AccessKey*', 'iam:GetAccessKeyLastUsed', true],
  ['iam:*AccessKey*', 'iam:CreateUser', false],
  ['ec2:Describe*', 'ec2:DescribeInstances', true],
  ['ec2:Describe*', 'ec2:RunInstances', false],
];

const lists: readonly (readonly [string[], string, boolean])[] = [
  [['s3:PutObject', 's3:GetObject'], 's3:GetObject', true],
  [['s3:PutObject', 'sqs:*'], 's3:GetObject', false],
  [['sqs:*', 's3:G*'], 's3:GetObject', true],
  [['iam:ListUsers', 'iam:GetUser', 'iam:ListRoles'], 'iam:GetRole', false],
];

export const actions: readonly Row[] = [
  ...named.flatMap(([name, action, isNamed]) => [
    row(`Action ${name}, ${action} called`, { action, identity: allow(name) }, isNamed ? yes : no),
    row(
      `Deny NotAction ${name}, ${action} called`,
      { action, identity: [allow('*'), deny('', { NotAction: name })] },
      isNamed ? yes : 'deny by identity',
    ),
  ]),
  ...lists.flatMap(([names, action, isNamed]) => [
    row(`Action ${names.join()}, ${action} called`, { action, identity: allow(names) }, isNamed ? yes : no),
    row(`NotAction ${names.join()}, ${action} called`, { action, identity: allow('', { NotAction: names }) }, isNamed ? no : yes),
  ]),
  row('a deny of one action leaves the others', { identity: [allow('s3:*'), deny('s3:PutObject')] }, yes),
  row('a deny wins over an allow of the same policy', { identity: [allow('s3:*'), deny('s3:GetObject')] }, 'deny by identity'),
  row('a deny wins whatever the order', { identity: [deny('s3:Get*'), allow('s3:GetObject')] }, 'deny by identity'),
  row('nothing attached allows nothing', {}, no),
  row('a deny alone allows nothing else', { identity: deny('s3:PutObject') }, no),
  row('NotAction with Allow leaves out what it lists', { identity: allow('', { NotAction: 'iam:*' }) }, yes),
  row(
    'NotAction with Allow does not deny what it lists',
    { action: 'iam:GetUser', identity: [allow('', { NotAction: 'iam:*' }), allow('iam:Get*')] },
    yes as Outcome,
  ),
];
