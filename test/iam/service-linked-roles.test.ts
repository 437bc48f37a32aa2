import {
  AttachRolePolicyCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { allowAll, forEc2, open, refusal } from './cloud';

const autoScaling = 'autoscaling.amazonaws.com';

describe('a service-linked role', () => {
  it("is the service's, with its policy and its trust", async () => {
    const { iam, arn } = open();
    const { Role } = await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: autoScaling }));
    const RoleName = 'AWSServiceRoleForAutoScaling';
    expect(Role).toMatchObject({
      RoleName,
      Path: `/aws-service-role/${autoScaling}/`,
      Arn: arn(`role/aws-service-role/${autoScaling}/${RoleName}`),
    });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).Statement[0].Principal).toEqual({ Service: autoScaling });
    expect((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).toEqual([
      { PolicyName: 'AutoScalingServiceRolePolicy', PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy' },
    ]);
    expect(await refusal(iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: autoScaling })))).toBe(
      `InvalidInput: Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
    );
    const other = await iam.send(
      new CreateServiceLinkedRoleCommand({ AWSServiceName: autoScaling, CustomSuffix: 'two', Description: 'd' }),
    );
    expect(other.Role).toMatchObject({ RoleName: `${RoleName}_two`, Description: 'd' });
  });

  it('is changed and deleted only by its service, but may be tagged and described', async () => {
    const { iam } = open();
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }));
    const RoleName = 'AWSServiceRoleForECS';
    const protectedRole = `UnmodifiableEntity: Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`;
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect([
      await refusal(iam.send(new DeleteRoleCommand({ RoleName }))),
      await refusal(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))),
      await refusal(iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allowAll }))),
      await refusal(iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: forEc2 }))),
      await refusal(iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }))),
    ]).toEqual(Array(5).fill(protectedRole));
    expect(await refusal(iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'a', Value: 'b' }] })))).toBe('no error');

    await iam.send(new UpdateRoleCommand({ RoleName, Description: 'mine' }));
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.Description).toBe('mine');

    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
    expect(DeletionTaskId).toMatch(/^task\/aws-service-role\/ecs\.amazonaws\.com\/AWSServiceRoleForECS\/[\w-]{36}$/);
    expect((await iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }))).Status).toBe('SUCCEEDED');
    expect(await refusal(iam.send(new GetRoleCommand({ RoleName })))).toBe(`NoSuchEntity: The role with name ${RoleName} cannot be found.`);
  });

  it.each([
    ['es.amazonaws.com', undefined, 'AWSServiceRoleForAmazonElasticsearchService'],
    ['spot.amazonaws.com', undefined, 'AWSServiceRoleForEC2Spot'],
    ['dynamodb.application-autoscaling.amazonaws.com', undefined, 'AWSServiceRoleForApplicationAutoScaling_DynamoDBTable'],
    ['new-service.amazonaws.com', undefined, 'AWSServiceRoleForNewService'],
    ['new-service.amazonaws.com', 'x', 'AWSServiceRoleForNewService_x'],
    ['es.amazonaws.com', 'x', 'InvalidInput: Custom suffix is not allowed for es.amazonaws.com'],
    ['not a service', undefined, /^ValidationError: /],
    ['example.com', undefined, /^InvalidInput: /],
  ])('%s with suffix %s is %s', async (AWSServiceName, CustomSuffix, expected) => {
    const { iam } = open();
    const answer = await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName, CustomSuffix })).then(
      ({ Role }) => Role?.RoleName,
      (error: Error) => `${error.name.replace(/Exception$/, '')}: ${error.message}`,
    );
    if (typeof expected === 'string') expect(answer).toBe(expected);
    else expect(answer).toMatch(expected);
  });

  it('is no role that anybody made', async () => {
    const { iam, role } = open();
    await role('mine');
    expect(await refusal(iam.send(new DeleteServiceLinkedRoleCommand({ RoleName: 'mine' })))).toMatch(/^InvalidInput: /);
    const DeletionTaskId = 'task/aws-service-role/ecs.amazonaws.com/none/1';
    expect(await refusal(iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId })))).toMatch(/^NoSuchEntity: /);
  });
});
