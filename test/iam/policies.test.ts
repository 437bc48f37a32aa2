import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  type CreatePolicyCommandInput,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  PutUserPermissionsBoundaryCommand,
  paginateListPolicies,
  SetDefaultPolicyVersionCommand,
  waitUntilPolicyExists,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { allowAll, open, refusal } from './cloud';

const statement = (more: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more }] });

async function documentOf(iam: IAMClient, PolicyArn: string, VersionId: string): Promise<string> {
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return decodeURIComponent(PolicyVersion?.Document ?? '');
}

describe('a customer managed policy', () => {
  it('has what IAM says of a new one', async () => {
    const { iam, arn } = open();
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'Everything',
        Path: '/team/',
        PolicyDocument: allowAll,
        Description: 'all of it',
        Tags: [{ Key: 'k', Value: 'v' }],
      }),
    );
    const expected = {
      PolicyName: 'Everything',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      Arn: arn('policy/team/Everything'),
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: expect.any(Date),
      UpdateDate: expect.any(Date),
    };
    const Tags = [{ Key: 'k', Value: 'v' }];
    expect(Policy).toEqual({ ...expected, Tags });
    const PolicyArn = Policy?.Arn ?? '';
    await waitUntilPolicyExists({ client: iam, maxWaitTime: 5 }, { PolicyArn });
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy).toEqual({ ...expected, Description: 'all of it', Tags });
    expect((await iam.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies).toEqual([expected]);
    expect(await documentOf(iam, PolicyArn, 'v1')).toBe(allowAll);
    expect(await refusal(iam.send(new CreatePolicyCommand({ PolicyName: 'EVERYTHING', PolicyDocument: allowAll })))).toBe(
      'EntityAlreadyExists: A policy called EVERYTHING already exists. Duplicate names are not allowed.',
    );
  });

  it('has up to five versions, whose numbers never come twice', async () => {
    const { iam, policy } = open();
    const PolicyArn = await policy('p');
    const add = async (SetAsDefault: boolean) =>
      (await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: statement({}), SetAsDefault }))).PolicyVersion;
    expect(await add(true)).toEqual({ VersionId: 'v2', IsDefaultVersion: true, CreateDate: expect.any(Date) });
    expect(await add(false)).toMatchObject({ VersionId: 'v3', IsDefaultVersion: false });
    await add(false);
    await add(false);
    expect(await refusal(add(false))).toBe(
      'LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    );
    const remove = (VersionId: string) => refusal(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId })));
    expect(await remove('v2')).toBe('DeleteConflict: Cannot delete the default version of a policy.');
    expect(await remove('v5')).toBe('no error');
    expect(await remove('v5')).toBe(`NoSuchEntity: Policy ${PolicyArn} version v5 does not exist or is not attachable.`);
    expect((await add(false))?.VersionId).toBe('v6');

    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v6' }));
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
      ['v6', true],
      ['v4', false],
      ['v3', false],
      ['v2', false],
      ['v1', false],
    ]);
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.DefaultVersionId).toBe('v6');
  });

  it('is deleted only when nobody uses it and one version is left', async () => {
    const { iam, policy, role, user } = open();
    const PolicyArn = await policy('p');
    await role('r');
    await user('u');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allowAll }));
    const refusals: string[] = [];
    const attempt = async () => refusals.push(await refusal(iam.send(new DeletePolicyCommand({ PolicyArn }))));
    await attempt();
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
    await attempt();
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    await attempt();
    await attempt();
    expect(refusals).toEqual([
      'DeleteConflict: Cannot delete a policy attached to entities.',
      "DeleteConflict: This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      'no error',
      `NoSuchEntity: Policy ${PolicyArn} was not found.`,
    ]);
    const boundary = await policy('b');
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'u', PermissionsBoundary: boundary }));
    expect(await refusal(iam.send(new DeletePolicyCommand({ PolicyArn: boundary })))).toBe(
      'DeleteConflict: Cannot delete a policy attached to entities.',
    );
  });

  const malformed = 'MalformedPolicyDocument: ';
  const cases: readonly (readonly [Partial<CreatePolicyCommandInput>, string | RegExp])[] = [
    [{ PolicyDocument: 'nonsense' }, `${malformed}Syntax errors in policy.`],
    [{ PolicyDocument: statement({ Principal: '*' }) }, `${malformed}Policy document should not specify a principal.`],
    [{ PolicyDocument: statement({ Resource: undefined }) }, `${malformed}Policy statement must contain resources.`],
    [{ PolicyDocument: statement({ Action: 'everything' }) }, /^MalformedPolicyDocument: Actions\/Conditions must be prefaced by a vendor/],
    [
      { PolicyDocument: statement({ Resource: Array.from({ length: 400 }, (_, i) => `arn:aws:s3:::bucket-${i}`) }) },
      /^LimitExceeded: Cannot exceed quota for PolicySize: 6144$/,
    ],
    [{ PolicyDocument: `${statement({})}${' '.repeat(10_000)}` }, 'no error'],
    [
      { PolicyDocument: statement({ Sid: 'ключ' }) },
      'ValidationError: The specified value for policyDocument is invalid. It must contain only printable ASCII characters.',
    ],
    [{ PolicyName: 'a/b' }, /^ValidationError: The specified value for policyName is invalid\./],
    [{ Path: 'relative/' }, /^ValidationError: The specified value for path is invalid\./],
    [
      { Description: 'd'.repeat(1001) },
      /at 'description' failed to satisfy constraint: Member must have length less than or equal to 1000/,
    ],
  ];

  it.each(cases)('%j', async (input, expected) => {
    const answer = await refusal(open().iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allowAll, ...input })));
    if (typeof expected === 'string') expect(answer).toBe(expected);
    else expect(answer).toMatch(expected);
  });
});

describe('ARNs of policies', () => {
  const cases = [
    ['arn:aws:iam::aws:policy/NoSuchPolicyAnywhere', 'NoSuchEntity: Policy arn:aws:iam::aws:policy/NoSuchPolicyAnywhere was not found.'],
    ['arn:aws:iam::123456789012:policy/theirs', 'NoSuchEntity: Policy arn:aws:iam::123456789012:policy/theirs was not found.'],
    // The path is part of it.
    ['arn:aws:iam::aws:policy/ViewOnlyAccess', 'NoSuchEntity: Policy arn:aws:iam::aws:policy/ViewOnlyAccess was not found.'],
    ['arn:aws:iam::aws:role/AdministratorAccess', 'InvalidInput: ARN arn:aws:iam::aws:role/AdministratorAccess is not valid.'],
    ['arn:aws:s3:::AdministratorAccess', 'InvalidInput: ARN arn:aws:s3:::AdministratorAccess is not valid.'],
    ['AdministratorAccess-and-more', 'InvalidInput: ARN AdministratorAccess-and-more is not valid.'],
    ['arn:aws-cn:iam::aws:policy/AdministratorAccess', 'ValidationError: Invalid ARN partition'],
  ] as const;

  it.each(cases)('%s', async (PolicyArn, expected) => {
    expect(await refusal(open().iam.send(new GetPolicyCommand({ PolicyArn })))).toBe(expected);
  });
});

describe('the policies of AWS', () => {
  const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`;

  it.each([
    'AdministratorAccess',
    'PowerUserAccess',
    'ReadOnlyAccess',
    'SecurityAudit',
    'IAMFullAccess',
    'IAMReadOnlyAccess',
    'IAMUserChangePassword',
    'AmazonS3FullAccess',
    'AmazonS3ReadOnlyAccess',
    'AmazonDynamoDBFullAccess',
    'AmazonDynamoDBReadOnlyAccess',
    'AmazonSQSFullAccess',
    'AmazonSQSReadOnlyAccess',
    'AmazonSNSFullAccess',
    'AmazonSNSReadOnlyAccess',
    'AmazonEC2FullAccess',
    'AmazonEC2ReadOnlyAccess',
    'AWSLambda_FullAccess',
    'AWSLambdaReadOnlyAccess',
    'AmazonEC2ContainerRegistryFullAccess',
    'AmazonEC2ContainerRegistryReadOnly',
    'AmazonEC2ContainerRegistryPowerUser',
    'AmazonSSMManagedInstanceCore',
    'AmazonRDSFullAccess',
    'CloudWatchFullAccess',
    'CloudWatchLogsFullAccess',
    'CloudWatchAgentServerPolicy',
    'AWSCloudTrail_FullAccess',
    'AWSElasticBeanstalkFullAccess',
    'AWSElasticBeanstalkWebTier',
    'AWSXrayWriteOnlyAccess',
    'job-function/ViewOnlyAccess',
    'job-function/DatabaseAdministrator',
    'job-function/NetworkAdministrator',
    'job-function/SystemAdministrator',
    'job-function/SupportUser',
    'job-function/Billing',
    'job-function/DataScientist',
    'service-role/AWSLambdaBasicExecutionRole',
    'service-role/AWSLambdaVPCAccessExecutionRole',
    'service-role/AmazonECSTaskExecutionRolePolicy',
  ])('%s has its document', async (name) => {
    const { iam } = open();
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: aws(name) }));
    const document = JSON.parse(await documentOf(iam, aws(name), Policy?.DefaultVersionId ?? ''));
    expect(document.Version).toBe('2012-10-17');
    expect(JSON.stringify(document)).not.toContain('Nuvola');
  });

  it('say so when Nuvola does not hold their document', async () => {
    const { iam } = open();
    const PolicyArn = aws('aws-service-role/AWSSupportServiceRolePolicy');
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const sentence = "(Nuvola does not hold this policy's document; it grants nothing here)";
    expect(Policy?.Description).toBe(sentence);
    const listed = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', PathPrefix: '/aws-service-role/', MaxItems: 1000 }));
    expect(listed.Policies?.find(({ Arn }) => Arn === PolicyArn)?.Description).toBe(sentence);
    expect(await documentOf(iam, PolicyArn, Policy?.DefaultVersionId ?? '')).toContain('NuvolaDoesNotHoldThisPolicy');
  });

  it('say so when AWS has retired them', async () => {
    const { Policy } = await open().iam.send(new GetPolicyCommand({ PolicyArn: aws('AWSLambdaFullAccess') }));
    expect(Policy?.Description).toContain('its successor AWSLambda_FullAccess');
  });

  it('cannot be changed', async () => {
    const { iam } = open();
    const change = { PolicyArn: aws('AdministratorAccess'), PolicyDocument: allowAll };
    expect(await refusal(iam.send(new CreatePolicyVersionCommand(change)))).toMatch(/^AccessDenied: /);
    expect(await refusal(iam.send(new DeletePolicyCommand(change)))).toMatch(/^AccessDenied: /);
  });

  it('are listed after the own ones, in pages, and by use', async () => {
    const { iam, policy, role } = open();
    const own = await policy('mine');
    await policy('unused');
    await role('r');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: own }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: aws('ReadOnlyAccess') }));
    const names: string[] = [];
    for await (const { Policies } of paginateListPolicies({ client: iam, pageSize: 700 }, {}))
      names.push(...Policies!.map(({ PolicyName }) => PolicyName!));
    expect(names.slice(0, 2)).toEqual(['mine', 'unused']);
    expect(names.length).toBeGreaterThan(1000);
    expect(new Set(names).size).toBe(names.length);
    const attached = await iam.send(new ListPoliciesCommand({ OnlyAttached: true }));
    expect(attached.Policies?.map(({ PolicyName, AttachmentCount }) => [PolicyName, AttachmentCount])).toEqual([
      ['mine', 1],
      ['ReadOnlyAccess', 1],
    ]);
    expect((await iam.send(new ListPoliciesCommand({ PolicyUsageFilter: 'PermissionsBoundary' }))).Policies).toEqual([]);
  });
});
