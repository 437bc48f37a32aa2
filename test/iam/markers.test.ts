/** Every list goes on only from where it ended: over the kernel alone. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IAM } from '../../generated/api/iam';
import { allowAll, forEc2 } from './cloud';
import { certificate } from './credentials';
import { here, openIam } from './direct';

const { world, call } = openIam();
const arn = (resource: string) => `arn:aws:iam::${here.account}:${resource}`;
const UserName = 'bob';
let JobId = '';

beforeAll(async () => {
  await call('CreateUser', { UserName });
  await call('CreateGroup', { GroupName: 'g' });
  await call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: forEc2 });
  await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: allowAll });
  await call('CreateInstanceProfile', { InstanceProfileName: 'i' });
  await call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'm' });
  await call('CreateOpenIDConnectProvider', { Url: 'https://example.org' });
  const { pem, key } = certificate('c');
  await call('UploadServerCertificate', { ServerCertificateName: 'c', CertificateBody: pem, PrivateKey: key });
  JobId = (await call('GenerateServiceLastAccessedDetails', { Arn: arn('user/bob') })).JobId ?? '';
});
afterAll(() => world.close());

const simulated = { ActionNames: ['s3:GetObject'] };

it.each<[keyof IAM & string, () => object]>([
  ['GetAccountAuthorizationDetails', () => ({})],
  ['GetGroup', () => ({ GroupName: 'g' })],
  ['GetServiceLastAccessedDetails', () => ({ JobId })],
  ['GetServiceLastAccessedDetailsWithEntities', () => ({ JobId, ServiceNamespace: 's3' })],
  ['ListAccessKeys', () => ({ UserName })],
  ['ListAccountAliases', () => ({})],
  ['ListAttachedGroupPolicies', () => ({ GroupName: 'g' })],
  ['ListAttachedRolePolicies', () => ({ RoleName: 'r' })],
  ['ListAttachedUserPolicies', () => ({ UserName })],
  ['ListEntitiesForPolicy', () => ({ PolicyArn: arn('policy/p') })],
  ['ListGroupPolicies', () => ({ GroupName: 'g' })],
  ['ListGroups', () => ({})],
  ['ListGroupsForUser', () => ({ UserName })],
  ['ListInstanceProfileTags', () => ({ InstanceProfileName: 'i' })],
  ['ListInstanceProfiles', () => ({})],
  ['ListInstanceProfilesForRole', () => ({ RoleName: 'r' })],
  ['ListMFADeviceTags', () => ({ SerialNumber: arn('mfa/m') })],
  ['ListMFADevices', () => ({ UserName })],
  ['ListOpenIDConnectProviderTags', () => ({ OpenIDConnectProviderArn: arn('oidc-provider/example.org') })],
  ['ListPolicies', () => ({ Scope: 'Local' })],
  ['ListPoliciesGrantingServiceAccess', () => ({ Arn: arn('user/bob'), ServiceNamespaces: ['s3'] })],
  ['ListPolicyTags', () => ({ PolicyArn: arn('policy/p') })],
  ['ListPolicyVersions', () => ({ PolicyArn: arn('policy/p') })],
  ['ListRolePolicies', () => ({ RoleName: 'r' })],
  ['ListRoleTags', () => ({ RoleName: 'r' })],
  ['ListRoles', () => ({})],
  ['ListSSHPublicKeys', () => ({ UserName })],
  ['ListServerCertificateTags', () => ({ ServerCertificateName: 'c' })],
  ['ListServerCertificates', () => ({})],
  ['ListServiceSpecificCredentials', () => ({ UserName })],
  ['ListSigningCertificates', () => ({ UserName })],
  ['ListUserPolicies', () => ({ UserName })],
  ['ListUserTags', () => ({ UserName })],
  ['ListUsers', () => ({})],
  ['ListVirtualMFADevices', () => ({})],
  ['SimulateCustomPolicy', () => ({ PolicyInputList: [allowAll], ...simulated })],
  ['SimulatePrincipalPolicy', () => ({ PolicySourceArn: arn('user/bob'), ...simulated })],
])('%s refuses a marker that no page ended with', async (operation, input) => {
  expect(await call(operation, input() as never)).toMatchObject({ IsTruncated: false });
  await expect(call(operation, { ...input(), Marker: 'nonsense' } as never)).rejects.toThrow('Invalid Marker.');
});
