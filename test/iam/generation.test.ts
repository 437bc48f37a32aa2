/** Every change of what decisions about access are made from is told: what was derived before counts no more. */
import { expect, it } from 'vitest';
import type { IAM } from '../../generated/api/iam';
import { accessGeneration } from '../../src/kernel/access';
import { allowAll, forEc2 } from './cloud';
import { here, openIam } from './direct';

type Operation = keyof IAM & string;
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
const own = `arn:aws:iam::${here.account}:policy/p`;
const document = { PolicyDocument: allowAll };

/** In this order: each stands on those before it. */
const changes: readonly (readonly [Operation, object])[] = [
  ['CreateUser', { UserName: 'u' }],
  ['UpdateUser', { UserName: 'u', NewPath: '/p/' }],
  ['TagUser', { UserName: 'u', Tags: [{ Key: 'k', Value: 'v' }] }],
  ['UntagUser', { UserName: 'u', TagKeys: ['k'] }],
  ['CreateGroup', { GroupName: 'g' }],
  ['AddUserToGroup', { GroupName: 'g', UserName: 'u' }],
  ['PutGroupPolicy', { GroupName: 'g', PolicyName: 'i', ...document }],
  ['DeleteGroupPolicy', { GroupName: 'g', PolicyName: 'i' }],
  ['AttachGroupPolicy', { GroupName: 'g', PolicyArn: admin }],
  ['DetachGroupPolicy', { GroupName: 'g', PolicyArn: admin }],
  ['UpdateGroup', { GroupName: 'g', NewGroupName: 'h' }],
  ['RemoveUserFromGroup', { GroupName: 'h', UserName: 'u' }],
  ['DeleteGroup', { GroupName: 'h' }],
  ['CreatePolicy', { PolicyName: 'p', ...document }],
  ['PutUserPolicy', { UserName: 'u', PolicyName: 'i', ...document }],
  ['DeleteUserPolicy', { UserName: 'u', PolicyName: 'i' }],
  ['AttachUserPolicy', { UserName: 'u', PolicyArn: own }],
  ['CreatePolicyVersion', { PolicyArn: own, ...document, SetAsDefault: true }],
  ['SetDefaultPolicyVersion', { PolicyArn: own, VersionId: 'v1' }],
  ['DetachUserPolicy', { UserName: 'u', PolicyArn: own }],
  ['PutUserPermissionsBoundary', { UserName: 'u', PermissionsBoundary: own }],
  ['DeleteUserPermissionsBoundary', { UserName: 'u' }],
  ['DeleteUser', { UserName: 'u' }],
  ['CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: forEc2 }],
  ['UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: forEc2 }],
  ['TagRole', { RoleName: 'r', Tags: [{ Key: 'k', Value: 'v' }] }],
  ['UntagRole', { RoleName: 'r', TagKeys: ['k'] }],
  ['PutRolePolicy', { RoleName: 'r', PolicyName: 'i', ...document }],
  ['DeleteRolePolicy', { RoleName: 'r', PolicyName: 'i' }],
  ['AttachRolePolicy', { RoleName: 'r', PolicyArn: own }],
  ['DetachRolePolicy', { RoleName: 'r', PolicyArn: own }],
  ['PutRolePermissionsBoundary', { RoleName: 'r', PermissionsBoundary: own }],
  ['DeleteRolePermissionsBoundary', { RoleName: 'r' }],
  ['DeleteRole', { RoleName: 'r' }],
  ['DeletePolicyVersion', { PolicyArn: own, VersionId: 'v2' }],
  ['DeletePolicy', { PolicyArn: own }],
  ['CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' }],
  ['DeleteServiceLinkedRole', { RoleName: 'AWSServiceRoleForECS' }],
  ['UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true }],
];

/** Nothing is decided by versions that are not the default. */
const withoutEffect: ReadonlySet<Operation> = new Set(['DeletePolicyVersion']);

it('is told of every operation that may change a decision', async () => {
  const { world, call } = openIam();
  const generation = () => world.transactAt(here, (tx) => accessGeneration(tx));
  const silent: string[] = [];
  for (const [operation, input] of changes) {
    const before = await generation();
    await call(operation, input as never);
    if ((await generation()) === before && !withoutEffect.has(operation)) silent.push(operation);
  }
  expect(silent).toEqual([]);
  await world.close();
});
