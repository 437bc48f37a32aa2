import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
  UpdateUserCommand,
  waitUntilRoleExists,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { allowAll, forEc2, open, refusal, trusting } from './cloud';

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

/** The trust policy as a client reads it. */
async function trustOf({ iam }: ReturnType<typeof open>, RoleName: string): Promise<any> {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
}

describe('a role', () => {
  it('has what IAM says of a new one', async () => {
    const { iam, role, arn } = open();
    const created = await role('Reader', {
      Path: '/app/',
      Description: 'reads',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'a', Value: 'b' }],
      PermissionsBoundary: readOnly,
    });
    const expected = {
      Path: '/app/',
      RoleName: 'Reader',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: arn('role/app/Reader'),
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: encodeURIComponent(forEc2),
      Description: 'reads',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'a', Value: 'b' }],
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: readOnly },
    };
    expect(created).toEqual(expected);
    await waitUntilRoleExists({ client: iam, maxWaitTime: 5 }, { RoleName: 'Reader' });
    expect((await iam.send(new GetRoleCommand({ RoleName: 'reader' }))).Role).toEqual({ ...expected, RoleLastUsed: {} });
    const { Tags: _, PermissionsBoundary: __, ...listed } = expected;
    expect((await iam.send(new ListRolesCommand({}))).Roles).toEqual([listed]);
    expect((await iam.send(new ListRolesCommand({ PathPrefix: '/other/' }))).Roles).toEqual([]);
    expect(await refusal(role('reader'))).toBe('EntityAlreadyExists: Role with name reader already exists.');
  });

  it('may be given another description, session length and trust', async () => {
    const cloud = open();
    const { iam, role } = cloud;
    await role('r');
    expect((await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role).toMatchObject({ MaxSessionDuration: 3600 });
    await iam.send(new UpdateRoleCommand({ RoleName: 'r', MaxSessionDuration: 7200 }));
    await iam.send(new UpdateRoleCommand({ RoleName: 'r', Description: 'one' }));
    expect((await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role).toMatchObject({ MaxSessionDuration: 3600 });
    await iam.send(new UpdateRoleCommand({ RoleName: 'r', Description: 'one', MaxSessionDuration: 43_200 }));
    expect((await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role).toMatchObject({ Description: 'one', MaxSessionDuration: 43_200 });
    const { Role } = await iam.send(new UpdateRoleDescriptionCommand({ RoleName: 'r', Description: 'two' }));
    expect(Role).toMatchObject({ Description: 'two', MaxSessionDuration: 43_200 });
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'r',
        PolicyDocument: trusting({ Service: ['lambda.amazonaws.com', 'ecs.amazonaws.com'] }),
      }),
    );
    expect((await trustOf(cloud, 'r')).Statement[0].Principal.Service).toEqual(['lambda.amazonaws.com', 'ecs.amazonaws.com']);
  });

  it('is deleted only when nothing hangs on it', async () => {
    const { iam, role } = open();
    const RoleName = 'r';
    await role(RoleName);
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'p' }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'p', RoleName }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: readOnly }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'in', PolicyDocument: allowAll }));
    const refusals: string[] = [];
    const attempt = async () => refusals.push(await refusal(iam.send(new DeleteRoleCommand({ RoleName }))));
    await attempt();
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'p', RoleName }));
    await attempt();
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: readOnly }));
    await attempt();
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'in' }));
    await attempt();
    await attempt();
    expect(refusals).toEqual([
      'DeleteConflict: Cannot delete entity, must remove roles from instance profile first.',
      'DeleteConflict: Cannot delete entity, must detach all policies first.',
      'DeleteConflict: Cannot delete entity, must delete policies first.',
      'no error',
      'NoSuchEntity: The role with name r cannot be found.',
    ]);
  });
});

describe('a trust policy', () => {
  it('follows the user it names to another name, and trusts no later user of the old one', async () => {
    const cloud = open();
    const { iam, user, role, arn } = cloud;
    const { UserId } = await user('friend');
    await role('r', { AssumeRolePolicyDocument: trusting({ AWS: arn('user/friend') }) });
    expect((await trustOf(cloud, 'r')).Statement[0].Principal.AWS).toBe(arn('user/friend'));

    await iam.send(new UpdateUserCommand({ UserName: 'friend', NewUserName: 'pal' }));
    expect((await trustOf(cloud, 'r')).Statement[0].Principal.AWS).toBe(arn('user/pal'));

    await iam.send(new DeleteUserCommand({ UserName: 'pal' }));
    await user('pal');
    expect((await trustOf(cloud, 'r')).Statement[0].Principal.AWS).toBe(UserId);
  });

  it('may name roles of other accounts that exist', async () => {
    const [here, there] = [open(), open()];
    await there.role('visitor', { Path: '/p/' });
    const AssumeRolePolicyDocument = trusting({ AWS: [there.arn('role/p/visitor'), there.id] });
    await here.role('host', { AssumeRolePolicyDocument });
    expect((await trustOf(here, 'host')).Statement[0].Principal.AWS).toEqual([there.arn('role/p/visitor'), there.arn('root')]);
  });

  const elsewhere = '123456789012';
  const invalid = (name: string) => `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${name}"`;
  const cases: readonly (readonly [string, string | RegExp])[] = [
    [trusting({ AWS: '*' }), 'no error'],
    [trusting({ AWS: elsewhere }), 'no error'],
    [trusting({ AWS: `arn:aws:iam::${elsewhere}:root` }), 'no error'],
    [trusting({ AWS: `arn:aws:sts::${elsewhere}:assumed-role/any/session` }), 'no error'],
    [trusting({ Federated: 'cognito-identity.amazonaws.com' }), 'no error'],
    [trusting({ AWS: `arn:aws:iam::${elsewhere}:user/nobody` }), invalid(`arn:aws:iam::${elsewhere}:user/nobody`)],
    [trusting({ AWS: `arn:aws:iam::${elsewhere}:role/nothing` }), invalid(`arn:aws:iam::${elsewhere}:role/nothing`)],
    [trusting({ AWS: `arn:aws:iam::${elsewhere}:group/g` }), invalid(`arn:aws:iam::${elsewhere}:group/g`)],
    [trusting({ AWS: 'arn:aws:s3:::bucket' }), invalid('arn:aws:s3:::bucket')],
    [trusting({ AWS: 'somebody' }), invalid('somebody')],
    [trusting({ Service: 'amazonaws.com' }), 'MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"amazonaws.com"'],
    [trusting({ Service: ['ec2.amazonaws.com', 'ec2'] }), 'MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"ec2"'],
    [
      trusting({ Federated: 'no provider' }),
      'MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs',
    ],
    ['{', 'MalformedPolicyDocument: This policy contains invalid Json'],
    [JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] }), /^MalformedPolicyDocument: /],
    [
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' }],
      }),
      'MalformedPolicyDocument: Has prohibited field Resource',
    ],
    [
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'a.amazonaws.com' }, Action: 's3:*' }],
      }),
      /^MalformedPolicyDocument: /,
    ],
    [
      trusting({ Service: Array.from({ length: 200 }, (_, i) => `service-${i}.amazonaws.com`) }),
      'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
    ],
  ];

  it.each(cases)('%s', async (AssumeRolePolicyDocument, expected) => {
    const { iam } = open();
    const answer = await refusal(iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument })));
    if (typeof expected === 'string') expect(answer).toBe(expected);
    else expect(answer).toMatch(expected);
  });
});

describe('names and lengths of roles', () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ RoleName: 'x'.repeat(65) }, /at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64/],
    [
      { Path: '/aws-service-role/ecs.amazonaws.com/' },
      /^InvalidInput: Path prefix '\/aws-service-role\/' can only be used for AWS Service linked Roles$/,
    ],
    [{ RoleName: 'a b' }, /^ValidationError: The specified value for roleName is invalid\./],
    [
      { MaxSessionDuration: 3599 },
      /at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600/,
    ],
    [
      { MaxSessionDuration: 43_201 },
      /at 'maxSessionDuration' failed to satisfy constraint: Member must have value less than or equal to 43200/,
    ],
    [
      { Description: 'd'.repeat(1001) },
      /at 'description' failed to satisfy constraint: Member must have length less than or equal to 1000/,
    ],
  ];

  it.each(cases)('%j', async (input, expected) => {
    expect(await refusal(open().role('r', input))).toMatch(expected);
  });
});
