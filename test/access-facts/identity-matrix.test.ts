/** Who gets what of IAM, STS, Organizations, Account, CloudTrail and S3 Control while policies are enforced; how to read it stands in matrix.ts. */
import { randomUUID } from 'node:crypto';
import { AccountClient, GetAccountInformationCommand, GetContactInformationCommand, ListRegionsCommand } from '@aws-sdk/client-account';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DescribeTrailsCommand,
  GetTrailStatusCommand,
  LookupEventsCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import {
  CreateOrganizationCommand,
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { GetPublicAccessBlockCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3-control';
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { accountA, accountB, allow, type Config, policy, s3ControlOf } from '../access/cloud';
import { ownCloud } from '../server';
import { type Call, type Caller, clientOf, everybody, tableOf } from './matrix';

const roleArn = (name: string) => `arn:aws:iam::${accountA}:role/${name}`;
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const when = (statement: object, Condition: object) => ({ ...statement, Condition });

/** Of user, member and session. */
const rights = policy(
  allow('iam:GetRole', roleArn('mine*')),
  allow('iam:GetUser', `arn:aws:iam::${accountA}:user/\${aws:username}`),
  when(allow('iam:CreateUser'), { StringEquals: { 'iam:PermissionsBoundary': readOnly } }),
  when(allow('iam:AttachRolePolicy', roleArn('mine')), { ArnEquals: { 'iam:PolicyARN': readOnly } }),
  when(allow('iam:TagRole'), { StringEquals: { 'aws:RequestTag/team': 'a' }, StringNotEquals: { 'iam:ResourceTag/locked': 'yes' } }),
  allow('sts:AssumeRole', roleArn('mine*')),
  allow('sts:GetFederationToken'),
  allow('organizations:DescribeOrganization'),
  allow('organizations:DescribeAccount', `arn:aws:organizations::${accountA}:account/*`),
  allow('account:GetAccountInformation'),
  allow('cloudtrail:LookupEvents'),
  allow('cloudtrail:GetTrailStatus', `arn:aws:cloudtrail:us-east-1:${accountA}:trail/mine`),
  allow('s3:GetAccountPublicAccessBlock'),
);

let cloud: Nuvola;
let configs: Record<Caller, Config>;

const caller =
  <C>(clientFor: (config: Config) => C) =>
  (command: () => object): Call =>
  (config) =>
    (clientFor(config) as unknown as IAMClient).send(command() as never);
const iam = caller(clientOf(IAMClient));
const sts = caller(clientOf(STSClient));
const organizations = caller(clientOf(OrganizationsClient));
const account = caller(clientOf(AccountClient));
const cloudtrail = caller(clientOf(CloudTrailClient));
const s3control = caller((config) => s3ControlOf(cloud, config));

const assume = (name: string, more: object = {}) =>
  sts(() => new AssumeRoleCommand({ RoleArn: roleArn(name), RoleSessionName: 'row', ...more }));

const idOf = ({ credentials }: Config) => (credentials as { readonly accessKeyId: string }).accessKeyId;

async function createRoles(): Promise<void> {
  const client = new IAMClient(configs.root);
  const trust = (AWS: string, Condition?: object) =>
    policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...(Condition && { Condition }) });
  const create = (RoleName: string, document: string, tags: Readonly<Record<string, string>> = {}) =>
    client.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: document,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  await create('mine', trust(accountA));
  await create('mine-locked', trust(accountB), { locked: 'yes' });
  await create('other', trust(accountA));
  await create('shared', trust(accountB));
  await create('agreed', trust(accountB, { StringEquals: { 'sts:ExternalId': 'agreed' } }));
  await create('named', trust(`arn:aws:iam::${accountA}:user/bare`));
}

async function createTrails(): Promise<void> {
  const s3 = new S3Client(configs.root);
  await s3.send(new CreateBucketCommand({ Bucket: 'trails' }));
  const trusted = { Principal: { Service: 'cloudtrail.amazonaws.com' } };
  const Policy = policy(
    { ...allow('s3:GetBucketAcl', 'arn:aws:s3:::trails'), ...trusted },
    { ...allow('s3:PutObject', 'arn:aws:s3:::trails/*'), ...trusted },
  );
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'trails', Policy }));
  const trails = new CloudTrailClient(configs.root);
  for (const Name of ['mine', 'other']) await trails.send(new CreateTrailCommand({ Name, S3BucketName: 'trails' }));
}

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  configs = await everybody(cloud, rights);
  await createRoles();
  await createTrails();
  await new OrganizationsClient(configs.root).send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  await s3control(
    () => new PutPublicAccessBlockCommand({ AccountId: accountA, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
  )(configs.root);
});
afterAll(() => cloud.close());

const rows = tableOf(() => configs);

//                                                                                     root own bare B user nobody
rows('IAM', [
  [
    'GetRole, by its name',
    iam(() => new GetRoleCommand({ RoleName: 'mine' })),
    'yes yes no NoSuchEntityException NoSuchEntityException key?',
  ],
  [
    'GetRole of another',
    iam(() => new GetRoleCommand({ RoleName: 'other' })),
    'yes no no NoSuchEntityException NoSuchEntityException key?',
  ],
  [
    'GetRole of one that is not there',
    iam(() => new GetRoleCommand({ RoleName: 'mine-none' })),
    'NoSuchEntityException NoSuchEntityException no NoSuchEntityException NoSuchEntityException key?',
  ],
  ['GetUser of oneself', iam(() => new GetUserCommand({})), /*                        */ 'yes yes;yes;no no yes yes key?'],
  ['ListUsers', iam(() => new ListUsersCommand({})), /*                               */ 'yes no no yes yes key?'],
  ['CreateUser', iam(() => new CreateUserCommand({ UserName: randomUUID() })), /*     */ 'yes no no yes yes key?'],
  [
    'CreateUser with the boundary asked for',
    iam(() => new CreateUserCommand({ UserName: randomUUID(), PermissionsBoundary: readOnly })),
    'yes yes no yes yes key?',
  ],
  [
    'AttachRolePolicy of a policy that may be attached',
    iam(() => new AttachRolePolicyCommand({ RoleName: 'mine', PolicyArn: readOnly })),
    'yes yes no NoSuchEntityException NoSuchEntityException key?',
  ],
  [
    'AttachRolePolicy of another',
    iam(() => new AttachRolePolicyCommand({ RoleName: 'mine', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' })),
    'yes no no NoSuchEntityException NoSuchEntityException key?',
  ],
  [
    'TagRole with the tag asked for',
    iam(() => new TagRoleCommand({ RoleName: 'mine', Tags: [{ Key: 'team', Value: 'a' }] })),
    'yes yes no NoSuchEntityException NoSuchEntityException key?',
  ],
  [
    'TagRole with another',
    iam(() => new TagRoleCommand({ RoleName: 'mine', Tags: [{ Key: 'team', Value: 'b' }] })),
    'yes no no NoSuchEntityException NoSuchEntityException key?',
  ],
  [
    'TagRole of one whose own tag forbids it',
    iam(() => new TagRoleCommand({ RoleName: 'mine-locked', Tags: [{ Key: 'team', Value: 'a' }] })),
    'yes no no NoSuchEntityException NoSuchEntityException key?',
  ],
]);

rows('STS', [
  ['GetCallerIdentity, which nobody may be denied', sts(() => new GetCallerIdentityCommand({})), 'yes yes yes yes yes key?'],
  ['AssumeRole, which no root may', assume('mine'), /*                                */ 'no yes no no no key?'],
  ['AssumeRole without the right', assume('other'), /*                                */ 'no no no no no key?'],
  ['AssumeRole of a role of another account', assume('shared'), /*                    */ 'no no no no yes key?'],
  ['AssumeRole of a role whose trust does not name the own account', assume('mine-locked'), 'no no no no yes key?'],
  ['AssumeRole without the external id', assume('agreed'), /*                         */ 'no no no no no key?'],
  ['AssumeRole with it', assume('agreed', { ExternalId: 'agreed' }), /*               */ 'no no no no yes key?'],
  ['AssumeRole of a role that names a user', assume('named'), /*                      */ 'no no yes no no key?'],
  ['AssumeRole of a role that is not there', assume('mine-none'), /*                  */ 'no no no no no key?'],
  ['GetSessionToken', sts(() => new GetSessionTokenCommand({})), /*                   */ 'yes yes;yes;no yes yes yes key?'],
  ['GetFederationToken', sts(() => new GetFederationTokenCommand({ Name: 'row' })), /**/ 'yes yes;yes;no no yes yes key?'],
  ['GetAccessKeyInfo', sts(() => new GetAccessKeyInfoCommand({ AccessKeyId: idOf(configs.user) })), 'yes no no yes yes key?'],
]);

const outside = 'AWSOrganizationsNotInUseException';
rows('Organizations', [
  ['DescribeOrganization', organizations(() => new DescribeOrganizationCommand({})), `yes yes no ${outside} ${outside} key?`],
  ['DescribeAccount', organizations(() => new DescribeAccountCommand({ AccountId: accountA })), `yes yes no ${outside} ${outside} key?`],
  ['ListAccounts', organizations(() => new ListAccountsCommand({})), /*               */ `yes no no ${outside} ${outside} key?`],
]);

rows('Account', [
  ['GetAccountInformation', account(() => new GetAccountInformationCommand({})), /*   */ 'yes yes no yes yes key?'],
  ['ListRegions', account(() => new ListRegionsCommand({})), /*                       */ 'yes no no yes yes key?'],
  [
    'GetContactInformation that nobody put',
    account(() => new GetContactInformationCommand({})),
    'ResourceNotFoundException no no ResourceNotFoundException ResourceNotFoundException key?',
  ],
]);

const unknown = 'TrailNotFoundException';
rows('CloudTrail', [
  ['LookupEvents', cloudtrail(() => new LookupEventsCommand({})), /*                  */ 'yes yes no yes yes key?'],
  ['GetTrailStatus', cloudtrail(() => new GetTrailStatusCommand({ Name: 'mine' })), /**/ `yes yes no ${unknown} ${unknown} key?`],
  ['GetTrailStatus of another', cloudtrail(() => new GetTrailStatusCommand({ Name: 'other' })), `yes no no ${unknown} ${unknown} key?`],
  ['StopLogging', cloudtrail(() => new StopLoggingCommand({ Name: 'mine' })), /*      */ `yes no no ${unknown} ${unknown} key?`],
  ['DescribeTrails', cloudtrail(() => new DescribeTrailsCommand({})), /*              */ 'yes no no yes yes key?'],
]);

rows('S3 Control', [
  ['GetPublicAccessBlock', s3control(() => new GetPublicAccessBlockCommand({ AccountId: accountA })), 'yes yes no no no key?'],
]);
