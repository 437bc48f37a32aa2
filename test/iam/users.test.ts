import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  type CreateUserCommandInput,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  paginateListUsers,
  RemoveUserFromGroupCommand,
  UpdateUserCommand,
  waitUntilUserExists,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { allowAll, open, refusal } from './cloud';

describe('a user', () => {
  it('has what IAM says of a new one', async () => {
    const { iam, arn } = open();
    const { User } = await iam.send(
      new CreateUserCommand({ UserName: 'Bob', Path: '/division/team/', Tags: [{ Key: 'team', Value: 'red' }] }),
    );
    expect(User).toEqual({
      Path: '/division/team/',
      UserName: 'Bob',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: arn('user/division/team/Bob'),
      CreateDate: expect.any(Date),
      Tags: [{ Key: 'team', Value: 'red' }],
    });
    expect(User?.CreateDate?.getMilliseconds()).toBe(0);
    expect((await iam.send(new GetUserCommand({ UserName: 'Bob' }))).User).toEqual(User);
    await waitUntilUserExists({ client: iam, maxWaitTime: 5 }, { UserName: 'Bob' });
  });

  it('is found whatever the case of its name', async () => {
    const { iam, user } = open();
    const { UserId } = await user('Alice');
    expect((await iam.send(new GetUserCommand({ UserName: 'aLICE' }))).User).toMatchObject({ UserName: 'Alice', UserId });
    expect(await refusal(user('alice'))).toBe('EntityAlreadyExists: User with name alice already exists.');
  });

  it('has another id when it is created anew', async () => {
    const { iam, user } = open();
    const { UserId } = await user('phoenix');
    await iam.send(new DeleteUserCommand({ UserName: 'phoenix' }));
    expect((await user('phoenix')).UserId).not.toBe(UserId);
  });

  it('keeps groups, policies, keys and tags under another name', async () => {
    const { iam, user, arn, config } = open();
    const { UserId } = await user('old');
    await iam.send(new CreateGroupCommand({ GroupName: 'staff' }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'staff', UserName: 'old' }));
    await iam.send(new AttachUserPolicyCommand({ UserName: 'old', PolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'old' }));
    await iam.send(new UpdateUserCommand({ UserName: 'old', NewUserName: 'new', NewPath: '/moved/' }));

    expect(await refusal(iam.send(new GetUserCommand({ UserName: 'old' })))).toBe('NoSuchEntity: The user with name old cannot be found.');
    expect((await iam.send(new GetUserCommand({ UserName: 'new' }))).User).toMatchObject({ UserId, Arn: arn('user/moved/new') });
    expect((await iam.send(new ListGroupsForUserCommand({ UserName: 'new' }))).Groups).toMatchObject([{ GroupName: 'staff' }]);
    expect((await iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'new' }))).AttachedPolicies).toHaveLength(1);
    const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    const caller = await new STSClient({ ...config, credentials }).send(new GetCallerIdentityCommand({}));
    expect(caller).toMatchObject({ Arn: arn('user/moved/new'), UserId });
  });

  it('may be renamed to its own name in another case, not to that of another', async () => {
    const { iam, user } = open();
    await user('one');
    await user('two');
    await iam.send(new UpdateUserCommand({ UserName: 'one', NewUserName: 'ONE' }));
    expect((await iam.send(new GetUserCommand({ UserName: 'one' }))).User?.UserName).toBe('ONE');
    expect(await refusal(iam.send(new UpdateUserCommand({ UserName: 'two', NewUserName: 'One' })))).toBe(
      'EntityAlreadyExists: User with name One already exists.',
    );
  });

  it('is deleted only when nothing hangs on it', async () => {
    const { iam, user } = open();
    await user('bob');
    const UserName = 'bob';
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.send(new CreateGroupCommand({ GroupName: 'g' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: allowAll }));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'g' }));

    const refusals: string[] = [];
    const attempt = async () => refusals.push(await refusal(iam.send(new DeleteUserCommand({ UserName }))));
    await attempt();
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey?.AccessKeyId }));
    await attempt();
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'p' }));
    await attempt();
    await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
    await attempt();
    await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: 'g' }));
    await attempt();
    expect(refusals).toEqual([
      'DeleteConflict: Cannot delete entity, must delete access keys first.',
      'DeleteConflict: Cannot delete entity, must delete policies first.',
      'DeleteConflict: Cannot delete entity, must detach all policies first.',
      'DeleteConflict: Cannot delete entity, must remove users from group first.',
      'no error',
    ]);
    expect(await refusal(iam.send(new DeleteUserCommand({ UserName })))).toBe('NoSuchEntity: The user with name bob cannot be found.');
  });
});

describe('GetUser without a name', () => {
  it('tells of the root that calls', async () => {
    const { iam, id, arn } = open();
    expect((await iam.send(new GetUserCommand({}))).User).toMatchObject({
      UserId: id,
      Arn: arn('root'),
      CreateDate: new Date('2020-01-01T00:00:00Z'),
    });
  });

  it('tells of the user that calls', async () => {
    const { iam, user, config } = open();
    await user('me');
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'me' }));
    const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    const { IAMClient } = await import('@aws-sdk/client-iam');
    expect((await new IAMClient({ ...config, credentials }).send(new GetUserCommand({}))).User).toMatchObject({ UserName: 'me' });
  });
});

describe('ListUsers', () => {
  it('lists by name, in pages, below a path', async () => {
    const { iam, user } = open();
    for (const name of ['delta', 'Alpha', 'charlie', 'Bravo']) await user(name, '/nato/');
    await user('other', '/else/');
    const pages: string[][] = [];
    for await (const { Users } of paginateListUsers({ client: iam, pageSize: 3 }, { PathPrefix: '/nato/' }))
      pages.push(Users!.map(({ UserName }) => UserName!));
    expect(pages).toEqual([['Alpha', 'Bravo', 'charlie'], ['delta']]);
    expect(await iam.send(new ListUsersCommand({}))).toMatchObject({ IsTruncated: false, Users: { length: 5 } });
    expect((await iam.send(new ListUsersCommand({ PathPrefix: '/none/' }))).Users).toEqual([]);
  });

  it('ends with a page that is exactly full', async () => {
    const { iam, user } = open();
    for (const name of ['a', 'b']) await user(name);
    const { IsTruncated, Marker } = await iam.send(new ListUsersCommand({ MaxItems: 2 }));
    expect([IsTruncated, Marker]).toEqual([false, undefined]);
  });

  it('refuses paths that do not begin with a slash', async () => {
    expect(await refusal(open().iam.send(new ListUsersCommand({ PathPrefix: 'x' })))).toBe(
      'ValidationError: The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.',
    );
  });

  it('refuses markers that it did not give', async () => {
    const { iam } = open();
    expect(await refusal(iam.send(new ListUsersCommand({ Marker: 'made-up' })))).toBe('ValidationError: Invalid Marker.');
  });
});

describe('names, paths and tags of users', () => {
  const cases: readonly (readonly [Partial<CreateUserCommandInput>, RegExp])[] = [
    [
      { UserName: 'with space' },
      /^ValidationError: The specified value for userName is invalid\. It must contain only alphanumeric characters and\/or the following: \+=,\.@_-$/,
    ],
    [
      { UserName: '' },
      /^ValidationError: .*at 'userName' failed to satisfy constraint: Member must have length greater than or equal to 1/,
    ],
    [{ UserName: 'x'.repeat(65) }, /at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64/],
    [{ UserName: 'ok+=,.@-_' }, /^no error$/],
    [
      { Path: '/no-end' },
      /^ValidationError: The specified value for path is invalid\. It must begin and end with \/ and contain only alphanumeric characters and\/or \/ characters\.$/,
    ],
    [{ Path: 'nothing', UserName: 'x'.repeat(65) }, /^ValidationError: 1 validation error detected: .* at 'userName' failed/],
    [{ Path: '/ok/' }, /^no error$/],
    [
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      /^InvalidInput: Duplicate tag keys found\. Please note that Tag keys are case insensitive\.$/,
    ],
    [{ Tags: [{ Key: 'aws:x', Value: '1' }] }, /^InvalidInput: /],
    [
      { Tags: [{ Key: 'k'.repeat(129), Value: '1' }] },
      /at 'tags\.1\.member\.key' failed to satisfy constraint: Member must have length less than or equal to 128/,
    ],
    [
      { Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })) },
      /at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50/,
    ],
    [
      { PermissionsBoundary: 'arn:aws:iam::aws:policy/NoSuchPolicy' },
      /^NoSuchEntity: Scope ARN: arn:aws:iam::aws:policy\/NoSuchPolicy does not exist or is not attachable\.$/,
    ],
    [{ PermissionsBoundary: 'no-arn-but-long-enough' }, /^InvalidInput: ARN no-arn-but-long-enough is not valid\.$/],
    [{ PermissionsBoundary: 'arn:aws-cn:iam::aws:policy/AdministratorAccess' }, /^ValidationError: Invalid ARN partition$/],
  ];

  it.each(cases)('%j', async (input, expected) => {
    const { iam } = open();
    expect(await refusal(iam.send(new CreateUserCommand({ UserName: 'u', ...input })))).toMatch(expected);
  });
});
