import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  PutGroupPolicyCommand,
  paginateGetGroup,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { allowAll, open, refusal } from './cloud';

const viewOnly = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess';

describe('a group', () => {
  it('has what IAM says of a new one', async () => {
    const { iam, arn } = open();
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'Admins', Path: '/eu/' }));
    expect(Group).toEqual({
      Path: '/eu/',
      GroupName: 'Admins',
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
      Arn: arn('group/eu/Admins'),
      CreateDate: expect.any(Date),
    });
    expect(await iam.send(new GetGroupCommand({ GroupName: 'admins' }))).toMatchObject({ Group, Users: [], IsTruncated: false });
    expect(await refusal(iam.send(new CreateGroupCommand({ GroupName: 'ADMINS' })))).toBe(
      'EntityAlreadyExists: Group with name ADMINS already exists.',
    );
    expect((await iam.send(new ListGroupsCommand({ PathPrefix: '/eu/' }))).Groups).toEqual([Group]);
    expect((await iam.send(new ListGroupsCommand({ PathPrefix: '/us/' }))).Groups).toEqual([]);
  });

  it('has users, each once, in pages', async () => {
    const { iam, user } = open();
    await iam.send(new CreateGroupCommand({ GroupName: 'g' }));
    for (const UserName of ['a', 'b', 'c']) {
      await user(UserName);
      await iam.send(new AddUserToGroupCommand({ GroupName: 'g', UserName }));
      await iam.send(new AddUserToGroupCommand({ GroupName: 'g', UserName }));
    }
    const pages: string[][] = [];
    for await (const { Users } of paginateGetGroup({ client: iam, pageSize: 2 }, { GroupName: 'g' }))
      pages.push(Users!.map(({ UserName }) => UserName!));
    expect(pages.map(({ length }) => length)).toEqual([2, 1]);
    expect(pages.flat().sort()).toEqual(['a', 'b', 'c']);

    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'g', UserName: 'b' }));
    expect((await iam.send(new ListGroupsForUserCommand({ UserName: 'b' }))).Groups).toEqual([]);
    expect((await iam.send(new ListGroupsForUserCommand({ UserName: 'a' }))).Groups).toMatchObject([{ GroupName: 'g' }]);
  });

  it('keeps its users and policies under another name', async () => {
    const { iam, user, arn } = open();
    await iam.send(new CreateGroupCommand({ GroupName: 'g' }));
    await user('u');
    await iam.send(new AddUserToGroupCommand({ GroupName: 'g', UserName: 'u' }));
    await iam.send(new PutGroupPolicyCommand({ GroupName: 'g', PolicyName: 'p', PolicyDocument: allowAll }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'g', PolicyArn: viewOnly }));
    await iam.send(new UpdateGroupCommand({ GroupName: 'g', NewGroupName: 'h', NewPath: '/p/' }));
    expect(await iam.send(new GetGroupCommand({ GroupName: 'h' }))).toMatchObject({
      Group: { Arn: arn('group/p/h') },
      Users: [{ UserName: 'u' }],
    });
    expect((await iam.send(new ListGroupPoliciesCommand({ GroupName: 'h' }))).PolicyNames).toEqual(['p']);
    expect((await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: 'h' }))).AttachedPolicies).toEqual([
      { PolicyName: 'ViewOnlyAccess', PolicyArn: viewOnly },
    ]);
  });

  it('is deleted only when nothing hangs on it', async () => {
    const { iam, user } = open();
    const GroupName = 'g';
    await iam.send(new CreateGroupCommand({ GroupName }));
    await user('u');
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'u' }));
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument: allowAll }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: viewOnly }));
    const refusals: string[] = [];
    const attempt = async () => refusals.push(await refusal(iam.send(new DeleteGroupCommand({ GroupName }))));
    await attempt();
    await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName: 'u' }));
    await attempt();
    await iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName: 'p' }));
    await attempt();
    await iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn: viewOnly }));
    await attempt();
    await attempt();
    expect(refusals).toEqual([
      'DeleteConflict: Cannot delete entity, must remove users from group first.',
      'DeleteConflict: Cannot delete entity, must delete policies first.',
      'DeleteConflict: Cannot delete entity, must detach all policies first.',
      'no error',
      'NoSuchEntity: The group with name g cannot be found.',
    ]);
  });

  it('is one of at most ten that a user is in', async () => {
    const { iam, user } = open();
    await user('u');
    const join = async (GroupName: string) => {
      await iam.send(new CreateGroupCommand({ GroupName }));
      return refusal(iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'u' })));
    };
    for (let i = 0; i < 10; i++) expect(await join(`g${i}`)).toBe('no error');
    expect(await join('one-too-many')).toBe('LimitExceeded: Cannot exceed quota for GroupsPerUser: 10');
  });

  it('says who is not there', async () => {
    const { iam, user } = open();
    await user('u');
    await iam.send(new CreateGroupCommand({ GroupName: 'g' }));
    const add = (GroupName: string, UserName: string) => refusal(iam.send(new AddUserToGroupCommand({ GroupName, UserName })));
    expect(await add('x', 'u')).toBe('NoSuchEntity: The group with name x cannot be found.');
    expect(await add('g', 'x')).toBe('NoSuchEntity: The user with name x cannot be found.');
    const remove = (GroupName: string, UserName: string) => refusal(iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName })));
    expect(await remove('g', 'u')).toBe('no error');
    expect(await remove('g', 'x')).toBe('NoSuchEntity: The user with name x cannot be found.');
  });
});
