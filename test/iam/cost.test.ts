/** What calls cost in accounts that hold much: over the kernel alone, counting the records that are looked through. */
import { afterEach, expect, it, vi } from 'vitest';
import { costOf } from '../cost';
import { allowAll, forEc2 } from './cloud';
import { openIam } from './direct';

/** Records that the scans of a call gave. */
const scannedBy = async (call: () => Promise<unknown>) => (await costOf(call)).scanned ?? 0;

afterEach(() => vi.restoreAllMocks());

it.each([10, 3000])('is the same with %i users, all in one group and with one policy', async (users) => {
  const { world, call } = openIam();
  const { Group } = await call('CreateGroup', { GroupName: 'all' });
  const { Policy } = await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: allowAll });
  const PolicyArn = Policy?.Arn as string;
  for (let n = 0; n < users; n++) {
    const UserName = `user-${n}`;
    await call('CreateUser', { UserName, Tags: [{ Key: 'n', Value: `${n}` }] });
    await call('AddUserToGroup', { GroupName: 'all', UserName });
    await call('AttachUserPolicy', { UserName, PolicyArn });
  }
  const costs = {
    GetUser: await scannedBy(() => call('GetUser', { UserName: 'USER-7' })),
    ListGroupsForUser: await scannedBy(() => call('ListGroupsForUser', { UserName: 'user-7' })),
    ListAttachedUserPolicies: await scannedBy(() => call('ListAttachedUserPolicies', { UserName: 'user-7' })),
    GetPolicy: await scannedBy(() => call('GetPolicy', { PolicyArn })),
    GetAccountSummary: await scannedBy(() => call('GetAccountSummary', {})),
    CreateAccessKey: await scannedBy(() => call('CreateAccessKey', { UserName: 'user-7' })),
    CreateRole: await scannedBy(() => call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: forEc2 })),
    UpdateUser: await scannedBy(() => call('UpdateUser', { UserName: 'user-7', NewUserName: 'other' })),
    DeletePolicyInUse: await scannedBy(() =>
      expect(call('DeletePolicy', { PolicyArn })).rejects.toThrow('Cannot delete a policy attached to entities.'),
    ),
  };
  expect(costs).toEqual({
    GetUser: 0,
    // The membership, the group.
    ListGroupsForUser: 2,
    ListAttachedUserPolicies: 1,
    GetPolicy: 0,
    GetAccountSummary: 0,
    CreateAccessKey: 0,
    CreateRole: 0,
    // Its key.
    UpdateUser: 1,
    DeletePolicyInUse: 0,
  });
  // Pages are read a hundred at a time, and each member looked up.
  expect(await scannedBy(() => call('ListUsers', { MaxItems: 5 }))).toBeLessThanOrEqual(101);
  expect(await scannedBy(() => call('GetGroup', { GroupName: 'all', MaxItems: 5 }))).toBeLessThanOrEqual(106);
  expect(Group?.GroupName).toBe('all');
  await world.close();
});

it('reads of AWS’s policies only those that are shown', async () => {
  const { world, call } = openIam();
  await call('CreateUser', { UserName: 'bob', PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' });
  await call('AttachUserPolicy', { UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
  const parse = vi.spyOn(JSON, 'parse');
  const { Policies } = await call('ListPolicies', { OnlyAttached: true });
  const details = await call('GetAccountAuthorizationDetails', { Filter: ['AWSManagedPolicy'] });
  const rootTasks = await call('ListPolicies', { PathPrefix: '/root-task/' });
  expect(parse.mock.calls.length).toBeLessThan(20);
  vi.restoreAllMocks();
  expect(Policies?.map(({ PolicyName }) => PolicyName)).toEqual(['PowerUserAccess', 'ReadOnlyAccess']);
  expect(details.Policies?.map(({ PolicyName }) => PolicyName)).toEqual(['PowerUserAccess', 'ReadOnlyAccess']);
  expect(rootTasks.Policies).toHaveLength(5);
  await world.close();
});

it('of lists of MFA devices and of credentials of all is that of one page, however many there are', async () => {
  const { world, call } = openIam();
  for (let n = 0; n < 300; n++) {
    await call('CreateVirtualMFADevice', { VirtualMFADeviceName: `phone-${n}` });
    await call('CreateUser', { UserName: `user-${n}` });
    await call('CreateServiceSpecificCredential', { UserName: `user-${n}`, ServiceName: 'codecommit.amazonaws.com' });
  }
  const ofAll = { AllUsers: true, ServiceName: 'codecommit.amazonaws.com', MaxItems: 5 };
  // A hundred, and the user of each that is shown.
  expect(await scannedBy(() => call('ListServiceSpecificCredentials', ofAll))).toBeLessThanOrEqual(106);
  expect(await scannedBy(() => call('ListVirtualMFADevices', { MaxItems: 5 }))).toBeLessThanOrEqual(101);
  await world.close();
});
