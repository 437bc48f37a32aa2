/** The role AWSServiceRoleForCloudTrail: who gets it when, and which right that takes. */
import { CreateTrailCommand, RegisterOrganizationDelegatedAdminCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateServiceLinkedRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { EnableAWSServiceAccessCommand, RegisterDelegatedAdministratorCommand } from '@aws-sdk/client-organizations';
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { organizationIn } from '../organizations/cloud';
import { policy } from '../policies';
import { ownCloud } from '../server';
import { allow, type Config, peopleOf } from '../sts/people';
import { clients, refusal } from './cloud';

const id = '111122223333';
const ServicePrincipal = 'cloudtrail.amazonaws.com';
const RoleName = 'AWSServiceRoleForCloudTrail';

/** An organization that trusts CloudTrail, with one member and a bucket into which CloudTrail may write. */
async function open(options: Parameters<typeof ownCloud>[0] = {}) {
  const cloud = await ownCloud(options);
  const config = cloud.config({ account: id });
  const { organizations, createAccount } = await organizationIn(cloud, id);
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  const { s3 } = clients(config);
  await s3.send(new CreateBucketCommand({ Bucket: 'logs' }));
  const mayWrite = (Action: string, Resource: string) => ({ ...allow(Action, Resource), Principal: { Service: ServicePrincipal } });
  const Policy = policy(mayWrite('s3:GetBucketAcl', 'arn:aws:s3:::logs'), mayWrite('s3:PutObject', 'arn:aws:s3:::logs/*'));
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'logs', Policy }));
  const people = peopleOf(config);
  return {
    config,
    organizations,
    member: await createAccount('member'),
    ...people,
    memberConfig: (account: string) => cloud.config({ account }),
    role: () => people.iam.send(new GetRoleCommand({ RoleName })),
    create: (Name: string, by: Config = config) =>
      clients(by).trail.send(new CreateTrailCommand({ Name, S3BucketName: 'logs', IsOrganizationTrail: true })),
    register: (MemberAccountId: string, by: Config = config) =>
      clients(by).trail.send(new RegisterOrganizationDelegatedAdminCommand({ MemberAccountId })),
    [Symbol.asyncDispose]: () => cloud.close(),
  };
}

it('comes with the first trail of the organization, not with trusted access, and only once', async () => {
  await using cloud = await open();
  expect(await refusal(cloud.role())).toMatch(/^NoSuchEntity/);
  await cloud.create('first');
  const { Role } = await cloud.role();
  expect(Role).toMatchObject({
    Path: '/aws-service-role/cloudtrail.amazonaws.com/',
    Arn: `arn:aws:iam::${id}:role/aws-service-role/cloudtrail.amazonaws.com/${RoleName}`,
  });
  expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).Statement).toEqual([
    { Effect: 'Allow', Principal: { Service: ServicePrincipal }, Action: 'sts:AssumeRole' },
  ]);
  const { AttachedPolicies } = await cloud.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  expect(AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual([
    'arn:aws:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy',
  ]);
  await cloud.create('second');
  expect((await cloud.role()).Role?.RoleId).toBe(Role?.RoleId);
});

it('comes with a trail that becomes the organization’s, and not with one of the account', async () => {
  await using cloud = await open();
  const { trail } = clients(cloud.config);
  await trail.send(new CreateTrailCommand({ Name: 'own', S3BucketName: 'logs' }));
  expect(await refusal(cloud.role())).toMatch(/^NoSuchEntity/);
  await trail.send(new UpdateTrailCommand({ Name: 'own', IsOrganizationTrail: true }));
  expect((await cloud.role()).Role?.RoleName).toBe(RoleName);
});

it('is needed by trails of an administrator that was registered with Organizations, and comes back when it was deleted', async () => {
  await using cloud = await open();
  const administrator = cloud.memberConfig(cloud.member);
  await cloud.organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId: cloud.member, ServicePrincipal }));
  expect(await refusal(cloud.create('theirs', administrator))).toMatch(/^NoManagementAccountSLRExistsException/);
  await cloud.create('ours');
  await cloud.create('theirs', administrator);
  await cloud.iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
  const { trail } = clients(cloud.config);
  await trail.send(new UpdateTrailCommand({ Name: 'ours', IsMultiRegionTrail: true }));
  expect((await cloud.role()).Role?.RoleName).toBe(RoleName);
});

it('comes with a delegated administrator that is registered with CloudTrail, whose trails then need nothing more', async () => {
  await using cloud = await open();
  await cloud.register(cloud.member);
  expect((await cloud.role()).Role?.RoleName).toBe(RoleName);
  await cloud.create('theirs', cloud.memberConfig(cloud.member));
});

it('is made with the caller’s right, which only the first call needs', async () => {
  await using cloud = await open({ iam: 'enforce' });
  const organizer = ['organizations:RegisterDelegatedAdministrator', 'cloudtrail:*'];
  const limited = await cloud.user('limited', allow(organizer));
  expect(await refusal(cloud.create('shared', limited))).toBe(
    'InsufficientDependencyServiceAccessPermissionException: AWS CloudTrail cannot create resources for your organization because access to one or more required APIs has been denied.',
  );
  expect(await refusal(cloud.register(cloud.member, limited))).toMatch(
    /^InsufficientIAMAccessPermissionException: .*lacks permissions to create a service-linked role in AWS CloudTrail\./,
  );
  expect(await refusal(cloud.role())).toMatch(/^NoSuchEntity/);
  await cloud.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: ServicePrincipal }));
  await cloud.create('shared', limited);
  await cloud.register(cloud.member, limited);
  await cloud.iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
  const condition = { Condition: { StringEquals: { 'iam:AWSServiceName': ServicePrincipal } } };
  await cloud.create('another', await cloud.user('able', allow(organizer), allow('iam:CreateServiceLinkedRole', '*', condition)));
  expect((await cloud.role()).Role?.RoleName).toBe(RoleName);
});
