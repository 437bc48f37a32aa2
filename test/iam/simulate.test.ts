// biome-ignore-all lint/suspicious/noTemplateCurlyInString: forms of ARNs are written so
/** The policy simulator. Expected answers are what AWS was recorded to give, where a test does not say otherwise. */
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { AttachPolicyCommand } from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { organization } from '../organizations/cloud';
import { expectError, identities, openAccount } from './credentials';

const policy = (Effect: 'Allow' | 'Deny', Action: string | string[], more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*', ...more }] });
const allowGet = policy('Allow', 's3:GetObject');
const denyGet = policy('Deny', 's3:GetObject');
const a = 'arn:aws:s3:::box/a';
const b = 'arn:aws:s3:::box/b';

const { iam, id } = openAccount();

const ec2 = (...kinds: string[]) => kinds.map((kind) => `arn:aws:ec2:us-east-1:${kind === 'image' ? '' : id}:${kind}/${kind}-1`);

/** The first result. */
async function custom(input: Partial<SimulateCustomPolicyCommandInput>) {
  const given = { PolicyInputList: [allowGet], ActionNames: ['s3:GetObject'], ...input };
  const { EvaluationResults = [] } = await iam.send(new SimulateCustomPolicyCommand(given));
  return EvaluationResults[0];
}

const statement = (SourcePolicyId: string, end: number, SourcePolicyType = 'IAM Policy') => ({
  SourcePolicyId,
  SourcePolicyType,
  StartPosition: { Line: 1, Column: 38 },
  EndPosition: { Line: 1, Column: end },
});

describe('simulations of much', () => {
  const resources = (count: number) => Array.from({ length: count }, (_, n) => `${a}/${n}`);
  const actions = Array.from({ length: 100 }, (_, n) => `s3:Action${n}`);
  const send = (policies: number, count: number, more: object = {}) =>
    iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: Array.from({ length: policies }, () => allowGet), // of none of the actions, so that answers are short
        ActionNames: actions,
        ResourceArns: resources(count),
        ...more,
      }),
    );

  // Guesses: what AWS does with much was not recorded.
  it('come on shorter pages', async () => {
    const first = await send(25, 1700);
    expect(first).toMatchObject({ IsTruncated: true, Marker: expect.any(String) });
    const names = (first.EvaluationResults ?? []).map(({ EvalActionName }) => EvalActionName);
    expect(names).toEqual(actions.slice(0, names.length));
    expect(names).toHaveLength(1);
    const rest = await send(1, 1, { Marker: first.Marker });
    expect(rest.IsTruncated).toBe(false);
    expect(rest.EvaluationResults?.map(({ EvalActionName }) => EvalActionName)).toEqual(actions.slice(1));
  });

  it('are refused beyond what is answered in seconds', async () => {
    await expectError(send(50, 2000), 'InvalidInput', 'There are too many policies and resources for one simulation.');
  });
});

describe('policies given', () => {
  it('allow an action, and show by which statement', async () => {
    expect(await custom({})).toEqual({
      EvalActionName: 's3:GetObject',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [statement('PolicyInputList.1', 95)],
      MissingContextValues: [],
    });
  });

  it('allow on one resource', async () => {
    const MatchedStatements = [statement('PolicyInputList.1', 95)];
    expect(await custom({ ResourceArns: [a] })).toEqual({
      EvalActionName: 's3:GetObject',
      EvalResourceName: a,
      EvalDecision: 'allowed',
      MatchedStatements,
      MissingContextValues: [],
      EvalDecisionDetails: {},
      ResourceSpecificResults: [{ EvalResourceName: a, EvalResourceDecision: 'allowed', MatchedStatements }],
    });
  });

  it('allow on one resource and not on the other', async () => {
    const result = await custom({ PolicyInputList: [policy('Allow', 's3:GetObject', { Resource: a })], ResourceArns: [a, b] });
    const EvalResourceName = 'arn:aws:s3:::${BucketName}/${KeyName}';
    expect(result).toMatchObject({ EvalResourceName, EvalDecision: 'implicitDeny', MissingContextValues: [], EvalDecisionDetails: {} });
    expect(result?.MatchedStatements).toHaveLength(1);
    expect(result?.ResourceSpecificResults).toMatchObject([
      { EvalResourceName: a, EvalResourceDecision: 'allowed' },
      { EvalResourceName: b, EvalResourceDecision: 'implicitDeny' },
    ]);
    expect(result?.ResourceSpecificResults?.[1]).not.toHaveProperty('MatchedStatements');
  });

  it.each<[string, Partial<SimulateCustomPolicyCommandInput>, string, string[]]>([
    ['a denial', { PolicyInputList: [allowGet, denyGet] }, 'explicitDeny', ['PolicyInputList.2']],
    ['a boundary that lacks it', { PermissionsBoundaryPolicyInputList: [policy('Allow', 's3:PutObject')] }, 'implicitDeny', []],
    [
      'a boundary that denies it',
      { PermissionsBoundaryPolicyInputList: [denyGet] },
      'explicitDeny',
      ['PermissionsBoundaryPolicyInputList.1'],
    ],
    [
      'denials on both sides',
      { PolicyInputList: [denyGet], PermissionsBoundaryPolicyInputList: [denyGet] },
      'explicitDeny',
      ['PermissionsBoundaryPolicyInputList.1', 'PolicyInputList.1'],
    ],
    ['another action', { ActionNames: ['s3:MadeUp'] }, 'implicitDeny', []],
    ['an action of no service', { ActionNames: ['madeup:Action'] }, 'implicitDeny', []],
    ['an action that is a wildcard', { ActionNames: ['s3:*'] }, 'implicitDeny', []],
    ['letters of either case', { ActionNames: ['S3:gEtObJeCt'] }, 'allowed', ['PolicyInputList.1']],
  ])('meet %s', async (_, input, EvalDecision, sources) => {
    const result = await custom(input);
    expect(result).toMatchObject({ EvalDecision });
    expect(result?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)).toEqual(sources);
  });

  it('tell of boundaries', async () => {
    const PermissionsBoundaryPolicyInputList = [policy('Allow', 's3:PutObject')];
    const detail = { AllowedByPermissionsBoundary: false };
    const result = await custom({ PermissionsBoundaryPolicyInputList, ResourceArns: [a, b] });
    expect(result).toMatchObject({
      PermissionsBoundaryDecisionDetail: detail,
      ResourceSpecificResults: [{ PermissionsBoundaryDecisionDetail: detail }, { PermissionsBoundaryDecisionDetail: detail }],
    });
    expect(await custom({ PermissionsBoundaryPolicyInputList: [allowGet] })).toMatchObject({
      EvalDecision: 'allowed',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
  });

  it('miss values for keys, of whichever policy', async () => {
    const conditional = policy('Allow', 's3:GetObject', { Condition: { StringEquals: { 'stack:boundary': 'yes' } } });
    const PermissionsBoundaryPolicyInputList = [conditional];
    expect(await custom({ PermissionsBoundaryPolicyInputList })).toMatchObject({
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['stack:boundary'],
    });
    const ContextEntries = [{ ContextKeyName: 'stack:boundary', ContextKeyValues: ['yes'], ContextKeyType: 'string' as const }];
    expect(await custom({ PermissionsBoundaryPolicyInputList, ContextEntries })).toMatchObject({
      EvalDecision: 'allowed',
      MissingContextValues: [],
    });
  });

  it('meet the policy of a resource in another account', async () => {
    const CallerArn = `arn:aws:iam::${id}:user/ann`;
    const ResourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: CallerArn }, Action: 's3:GetObject', Resource: a }],
    });
    const across = { ResourceArns: [a], CallerArn, ResourceOwner: 'arn:aws:iam::999999999999:root' };
    expect(await custom({ ...across, ResourcePolicy })).toMatchObject({
      EvalDecision: 'allowed',
      EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' },
    });
    expect(await custom({ ...across, ResourcePolicy, PolicyInputList: [policy('Allow', 's3:PutObject')] })).toMatchObject({
      EvalDecision: 'implicitDeny',
      EvalDecisionDetails: { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' },
    });
    // The resource's owner decides for its own people.
    expect(
      await custom({ ResourceArns: [a], CallerArn, ResourcePolicy, PolicyInputList: [policy('Allow', 's3:PutObject')] }),
    ).toMatchObject({ EvalDecision: 'allowed' });
  });

  it.each<[string, Record<string, Record<string, string>>, string, string[]]>([
    ['string', { StringEquals: { 'aws:PrincipalTag/team': 'red' } }, 'aws:PrincipalTag/team', ['red']],
    ['stringList', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'b' } }, 'aws:TagKeys', ['a', 'b']],
    ['numeric', { NumericLessThan: { 's3:max-keys': '10' } }, 's3:max-keys', ['9']],
    ['numericList', { 'ForAllValues:NumericLessThan': { 's3:max-keys': '10' } }, 's3:max-keys', ['8', '9']],
    ['boolean', { Bool: { 'aws:SecureTransport': 'true' } }, 'aws:SecureTransport', ['true']],
    ['ip', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'aws:SourceIp', ['203.0.113.7']],
    ['date', { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }, 'aws:CurrentTime', ['2026-05-01T00:00:00Z']],
    ['binary', { BinaryEquals: { 'aws:key': 'QmluYXJ5' } }, 'aws:key', ['QmluYXJ5']],
  ])('are asked with values of the type %s', async (type, Condition, ContextKeyName, ContextKeyValues) => {
    const PolicyInputList = [policy('Allow', 's3:GetObject', { Condition })];
    const entry = { ContextKeyName, ContextKeyType: type as 'string', ContextKeyValues };
    expect(await custom({ PolicyInputList, ContextEntries: [entry] })).toMatchObject({ EvalDecision: 'allowed', MissingContextValues: [] });
    expect((await custom({ PolicyInputList }))?.MissingContextValues).toEqual([ContextKeyName]);
  });

  it('run instances in a scenario that has its resources', async () => {
    const input = { PolicyInputList: [policy('Allow', 'ec2:RunInstances')], ActionNames: ['ec2:RunInstances'] };
    const ResourceArns = ec2('instance', 'image', 'security-group', 'network-interface', 'subnet');
    const result = await custom({ ...input, ResourceArns, ResourceHandlingOption: 'EC2-VPC-InstanceStore-Subnet' });
    expect(result?.ResourceSpecificResults).toHaveLength(ResourceArns.length);
    expect(result?.EvalDecision).toBe('allowed');
  });

  it('are simulated page by page', async () => {
    const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];
    const page = (Marker?: string) =>
      iam.send(new SimulateCustomPolicyCommand({ PolicyInputList: [allowGet], ActionNames, MaxItems: 2, Marker }));
    const first = await page();
    expect(first.IsTruncated).toBe(true);
    const second = await page(first.Marker);
    expect(second.IsTruncated).toBe(false);
    const results = [...(first.EvaluationResults ?? []), ...(second.EvaluationResults ?? [])];
    expect(results.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision])).toEqual([
      ['s3:GetObject', 'allowed'],
      ['s3:PutObject', 'implicitDeny'],
      ['s3:DeleteObject', 'implicitDeny'],
    ]);
  });

  it.each<[string, Partial<SimulateCustomPolicyCommandInput>, string]>([
    [
      'two boundaries',
      { PermissionsBoundaryPolicyInputList: [allowGet, allowGet] },
      'The list of Permissions Boundary policies cannot exceed 1 items.',
    ],
    ['actions without a service', { ActionNames: ['GetObject'] }, 'The action is invalid since it is missing names'],
    ['resources that are none', { ResourceArns: ['not-an-arn'] }, 'ResourceNames are not in a valid ARN format: not-an-arn.'],
    [
      'policies of resources that mean all',
      { ResourceArns: [a], CallerArn: `arn:aws:iam::${id}:user/ann`, ResourcePolicy: policy('Allow', 's3:GetObject', { Principal: '*' }) },
      'ResourceNames are not in a valid ARN format: *.',
    ],
    ['scenarios that are none', { ResourceHandlingOption: 'EC2-Moon' }, 'ResourceHandlingOption EC2-Moon is not valid.'],
    [
      'scenarios without their resources',
      { ResourceHandlingOption: 'EC2-VPC-EBS', ActionNames: ['ec2:RunInstances'], ResourceArns: ec2('instance', 'image', 'volume') },
      'ResourceHandlingOption EC2-VPC-EBS needs resources of the types: security-group, network-interface.',
    ],
    ['callers that are none', { CallerArn: 'arn:aws:s3:::box' }, 'Invalid ARN provided in the request: arn:aws:s3:::box'],
  ])('refuse %s', async (_, input, sentence) => {
    await expectError(custom(input), 'InvalidInput', sentence);
  });
});

describe('the policies of a user', () => {
  async function withUser() {
    const cloud = openAccount();
    const user = await cloud.user();
    const simulate = async (action: string, more: Partial<SimulatePrincipalPolicyCommandInput> = {}) => {
      const input = { PolicySourceArn: user.arn, ActionNames: [action], ...more };
      return (await cloud.iam.send(new SimulatePrincipalPolicyCommand(input))).EvaluationResults?.[0];
    };
    return { ...cloud, user, simulate };
  }

  it('are his own, those of his groups, and those given with the question', async () => {
    const { iam, user, simulate } = await withUser();
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'managed', PolicyDocument: policy('Allow', 's3:DeleteObject') }),
    );
    await iam.send(new PutUserPolicyCommand({ UserName: user.name, PolicyName: 'mine', PolicyDocument: allowGet }));
    await iam.send(new CreateGroupCommand({ GroupName: 'team' }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'team', UserName: user.name }));
    const PolicyDocument = policy('Allow', 's3:PutObject');
    await iam.send(new PutGroupPolicyCommand({ GroupName: 'team', PolicyName: 'ours', PolicyDocument }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'team', PolicyArn: Policy?.Arn }));
    await iam.send(new AttachUserPolicyCommand({ UserName: user.name, PolicyArn: Policy?.Arn }));
    const sources = async (action: string, PolicyInputList?: string[]) =>
      (await simulate(action, { PolicyInputList }))?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId);
    expect(await sources('s3:GetObject')).toEqual([`user_${user.name}_mine`]);
    expect(await sources('s3:PutObject')).toEqual(['group_team_ours']);
    expect(await sources('s3:DeleteObject')).toEqual(['managed']);
    expect(await sources('sqs:SendMessage', [policy('Allow', 'sqs:*')])).toEqual(['PolicyInputList.1']);
  });

  it('know who he is', async () => {
    const { iam, user, simulate } = await withUser();
    const PolicyDocument = policy('Allow', 's3:GetObject', { Condition: { StringEquals: { 'aws:username': user.name } } });
    await iam.send(new PutUserPolicyCommand({ UserName: user.name, PolicyName: 'mine', PolicyDocument }));
    expect(await simulate('s3:GetObject')).toMatchObject({ EvalDecision: 'allowed', MissingContextValues: [] });
  });

  it('end at his boundary', async () => {
    const { iam, user, simulate } = await withUser();
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'edge', PolicyDocument: policy('Allow', 's3:PutObject') }));
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: user.name, PermissionsBoundary: Policy?.Arn }));
    await iam.send(new PutUserPolicyCommand({ UserName: user.name, PolicyName: 'mine', PolicyDocument: allowGet }));
    expect(await simulate('s3:GetObject')).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
  });

  it('end where his organization says so', async () => {
    const org = await organization();
    const TargetId = await org.createAccount('member');
    const member = org.as(TargetId);
    const iam = new IAMClient({ ...member.config, maxAttempts: 1 });
    const user = await identities(iam, member.config).user();
    await iam.send(new PutUserPolicyCommand({ UserName: user.name, PolicyName: 'mine', PolicyDocument: policy('Allow', 's3:*') }));
    const scp = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }] };
    await org.organizations.send(new AttachPolicyCommand({ PolicyId: await org.createPolicy('keep', scp), TargetId }));
    const ActionNames = ['s3:GetObject', 's3:DeleteObject'];
    const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: user.arn, ActionNames }));
    expect(EvaluationResults).toMatchObject([
      { EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: true } },
      { EvalDecision: 'explicitDeny', MatchedStatements: [], OrganizationsDecisionDetail: { AllowedByOrganizations: false } },
    ]);
  });

  it('are asked for with the ARN of somebody who is there', async () => {
    const { iam, id } = await withUser();
    const simulate = (PolicySourceArn: string) =>
      iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['s3:GetObject'] }));
    await expectError(simulate(`arn:aws:iam::${id}:user/nobody`), 'NoSuchEntity', 'Unable to retrieve specified IAM entity.');
    await expectError(
      simulate('arn:aws:iam::999999999999:user/ann'),
      'InvalidInput',
      `Invalid Policy Source Arn: caller's account ${id} does not have access to policies in account 999999999999.`,
    );
    await expectError(simulate(`arn:aws:iam::${id}:policy/some`), 'InvalidInput', /^Invalid ARN provided in the request/);
  });

  it('ask for keys', async () => {
    const { iam, user } = await withUser();
    const conditional = (key: string) => policy('Allow', 's3:GetObject', { Condition: { StringEquals: { [key]: 'x' } } });
    await iam.send(new PutUserPolicyCommand({ UserName: user.name, PolicyName: 'mine', PolicyDocument: conditional('aws:SourceVpc') }));
    const input = { PolicySourceArn: user.arn, PolicyInputList: [conditional('s3:prefix')] };
    const { ContextKeyNames } = await iam.send(new GetContextKeysForPrincipalPolicyCommand(input));
    expect(ContextKeyNames).toEqual(['aws:SourceVpc', 's3:prefix'].map((key) => expect.stringMatching(new RegExp(`^${key}$`, 'i'))));
    const given = await iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [conditional('s3:prefix')] }));
    expect(given.ContextKeyNames).toEqual(['s3:prefix']);
  });
});
