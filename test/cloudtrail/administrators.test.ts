/** Members that administer CloudTrail for their organization. */
import {
  AddTagsCommand,
  CreateTrailCommand,
  DeleteTrailCommand,
  DeregisterOrganizationDelegatedAdminCommand,
  DescribeTrailsCommand,
  GetTrailCommand,
  ListTagsCommand,
  PutEventSelectorsCommand,
  RegisterOrganizationDelegatedAdminCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { EnableAWSServiceAccessCommand, ListDelegatedAdministratorsCommand } from '@aws-sdk/client-organizations';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { organizationIn } from '../organizations/cloud';
import { ownCloud } from '../server';
import { clients, minutes, refusal } from './cloud';

const id = '111122223333';
const ServicePrincipal = 'cloudtrail.amazonaws.com';

/** An organization that trusts CloudTrail, with as many members. */
async function open(memberCount: number) {
  const cloud = await ownCloud();
  const management = clients(cloud.config({ account: id }));
  const { organizations, createAccount } = await organizationIn(cloud, id);
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  const members: string[] = [];
  for (let n = 0; n < memberCount; n++) members.push(await createAccount(`member-${n}`));
  return {
    cloud,
    management,
    organizations,
    members,
    as: (account: string) => clients(cloud.config({ account })),
    register: (MemberAccountId: string, by = management) =>
      by.trail.send(new RegisterOrganizationDelegatedAdminCommand({ MemberAccountId })),
    deregister: (DelegatedAdminAccountId: string) =>
      management.trail.send(new DeregisterOrganizationDelegatedAdminCommand({ DelegatedAdminAccountId })),
    [Symbol.asyncDispose]: () => cloud.close(),
  };
}

describe('delegated administrators', () => {
  it('are registered by the management account, and kept by Organizations', async () => {
    await using cloud = await open(4);
    const [first = '', second = '', third = '', fourth = ''] = cloud.members;
    await cloud.register(first);
    const { DelegatedAdministrators } = await cloud.organizations.send(new ListDelegatedAdministratorsCommand({ ServicePrincipal }));
    expect(DelegatedAdministrators?.map(({ Id }) => Id)).toEqual([first]);
    expect(await refusal(cloud.register(first))).toMatch(/^AccountRegisteredException/);
    expect(await refusal(cloud.register(id))).toMatch(/^CannotDelegateManagementAccountException/);
    expect(await refusal(cloud.register('999999999999'))).toMatch(/^AccountNotFoundException/);
    expect(await refusal(cloud.register(second, cloud.as(first)))).toMatch(/^NotOrganizationManagementAccountException/);
    expect(await refusal(cloud.register(second, cloud.as('444455556666')))).toMatch(/^OrganizationsNotInUseException/);
    await cloud.register(second);
    await cloud.register(third);
    expect(await refusal(cloud.register(fourth))).toMatch(/^DelegatedAdminAccountLimitExceededException/);
    await cloud.deregister(third);
    expect(await refusal(cloud.deregister(third))).toMatch(/^AccountNotRegisteredException/);
    await cloud.register(fourth);
  });

  it('are refused while CloudTrail is not trusted', async () => {
    await using cloud = await ownCloud();
    const management = clients(cloud.config({ account: id }));
    await organizationIn(cloud, id);
    const register = new RegisterOrganizationDelegatedAdminCommand({ MemberAccountId: '444455556666' });
    expect(await refusal(management.trail.send(register))).toMatch(/^CloudTrailAccessNotEnabledException/);
  });

  it('make and change trails of the organization, which the management account owns', async () => {
    await using cloud = await open(2);
    const [administrator = '', member = ''] = cloud.members;
    const { trail, s3, keys } = cloud.as(administrator);
    await s3.send(new CreateBucketCommand({ Bucket: 'logs' }));
    const create = (Name: string) =>
      trail.send(new CreateTrailCommand({ Name, S3BucketName: 'logs', IsOrganizationTrail: true, TagsList: [{ Key: 'a', Value: 'b' }] }));
    expect(await refusal(create('shared'))).toMatch(/^NotOrganizationMasterAccountException/);
    await cloud.register(administrator);
    const arn = `arn:aws:cloudtrail:us-east-1:${id}:trail/shared`;
    expect(await create('shared')).toMatchObject({ TrailARN: arn, IsOrganizationTrail: true });
    expect(await refusal(create('shared'))).toMatch(new RegExp(`^TrailAlreadyExistsException: .*${id}`));
    expect((await cloud.management.trail.send(new GetTrailCommand({ Name: 'shared' }))).Trail?.TrailARN).toBe(arn);
    for (const Name of ['shared', arn]) await trail.send(new StartLoggingCommand({ Name }));
    await trail.send(new PutEventSelectorsCommand({ TrailName: arn, EventSelectors: [{ ReadWriteType: 'WriteOnly' }] }));
    await trail.send(new AddTagsCommand({ ResourceId: arn, TagsList: [{ Key: 'c', Value: 'd' }] }));
    const { ResourceTagList } = await cloud.management.trail.send(new ListTagsCommand({ ResourceIdList: [arn] }));
    expect(ResourceTagList?.[0]?.TagsList).toEqual([
      { Key: 'a', Value: 'b' },
      { Key: 'c', Value: 'd' },
    ]);
    await cloud.as(member).sqs.send(new CreateQueueCommand({ QueueName: 'theirs' }));
    await cloud.cloud.clock.advance(minutes(5));
    expect((await keys()).some((key) => key.includes(`/${member}/CloudTrail/us-east-1/`))).toBe(true);
    expect(await refusal(cloud.as(member).trail.send(new StopLoggingCommand({ Name: arn })))).toMatch(/^NotOrganizationMasterAccount/);
    expect(await refusal(cloud.as(member).trail.send(new GetTrailCommand({ Name: 'shared' })))).toMatch(/^TrailNotFoundException/);
  });

  it('cannot make trails of the organization into others, nor change those that are not, nor anything once they are none', async () => {
    await using cloud = await open(1);
    const [administrator = ''] = cloud.members;
    const { trail, s3 } = cloud.as(administrator);
    await cloud.register(administrator);
    await s3.send(new CreateBucketCommand({ Bucket: 'logs' }));
    await cloud.management.trail.send(new CreateTrailCommand({ Name: 'private', S3BucketName: 'logs' }));
    await trail.send(new CreateTrailCommand({ Name: 'own', S3BucketName: 'logs' }));
    await trail.send(new CreateTrailCommand({ Name: 'shared', S3BucketName: 'logs', IsOrganizationTrail: true }));
    const update = (Name: string, IsOrganizationTrail: boolean) => trail.send(new UpdateTrailCommand({ Name, IsOrganizationTrail }));
    expect(await refusal(update('shared', false))).toMatch(/^NotOrganizationMasterAccountException/);
    expect(await refusal(update('own', true))).toMatch(/^NotOrganizationMasterAccountException/);
    const privateArn = `arn:aws:cloudtrail:us-east-1:${id}:trail/private`;
    for (const Name of ['private', privateArn])
      expect(await refusal(trail.send(new StartLoggingCommand({ Name })))).toMatch(/^TrailNotFoundException/);
    const { trailList } = await trail.send(new DescribeTrailsCommand({}));
    expect(trailList?.map(({ Name }) => Name)).toEqual(['own', 'shared']);
    await cloud.deregister(administrator);
    expect(await refusal(trail.send(new DeleteTrailCommand({ Name: 'shared' })))).toMatch(/^TrailNotFoundException/);
    await cloud.management.trail.send(new DeleteTrailCommand({ Name: 'shared' }));
  });
});
