import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
  waitUntilInstanceProfileExists,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { open, refusal } from './cloud';

describe('an instance profile', () => {
  it('carries one role', async () => {
    const { iam, role, arn } = open();
    const { InstanceProfile } = await iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName: 'Web', Path: '/fleet/', Tags: [{ Key: 'a', Value: 'b' }] }),
    );
    expect(InstanceProfile).toEqual({
      Path: '/fleet/',
      InstanceProfileName: 'Web',
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
      Arn: arn('instance-profile/fleet/Web'),
      CreateDate: expect.any(Date),
      Roles: [],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    await waitUntilInstanceProfileExists({ client: iam, maxWaitTime: 5 }, { InstanceProfileName: 'Web' });
    const { RoleId } = await role('one');
    await role('two');
    const InstanceProfileName = 'web';
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: 'one' }));
    expect((await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile).toMatchObject({
      Roles: [{ RoleName: 'one', RoleId }],
    });
    for (const RoleName of ['one', 'two'])
      expect(await refusal(iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName })))).toBe(
        'LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
      );
    expect(await refusal(iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })))).toBe(
      'DeleteConflict: Cannot delete entity, must remove roles from instance profile first.',
    );
    expect((await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'one' }))).InstanceProfiles).toMatchObject([
      { InstanceProfileName: 'Web' },
    ]);
    expect(await refusal(iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: 'two' })))).toMatch(
      /^NoSuchEntity: /,
    );
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: 'one' }));
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
    expect(await refusal(iam.send(new GetInstanceProfileCommand({ InstanceProfileName })))).toBe(
      'NoSuchEntity: Instance Profile web cannot be found.',
    );
  });

  it('has a name of its own', async () => {
    const { iam } = open();
    const create = (InstanceProfileName: string) => refusal(iam.send(new CreateInstanceProfileCommand({ InstanceProfileName })));
    expect([await create('p'), await create('P')]).toEqual(['no error', 'EntityAlreadyExists: Instance Profile P already exists.']);
  });

  it('is listed by path, in pages', async () => {
    const { iam, role } = open();
    await role('r');
    for (const InstanceProfileName of ['a', 'b', 'c']) {
      await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Path: '/x/' }));
      await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: 'r' }));
    }
    const first = await iam.send(new ListInstanceProfilesCommand({ PathPrefix: '/x/', MaxItems: 2 }));
    const second = await iam.send(new ListInstanceProfilesCommand({ PathPrefix: '/x/', MaxItems: 2, Marker: first.Marker }));
    expect([...first.InstanceProfiles!, ...second.InstanceProfiles!].map((p) => p.InstanceProfileName)).toEqual(['a', 'b', 'c']);
    const one = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'r', MaxItems: 1 }));
    const rest = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'r', Marker: one.Marker }));
    expect([...one.InstanceProfiles!, ...rest.InstanceProfiles!].map((p) => p.InstanceProfileName)).toEqual(['a', 'b', 'c']);
  });
});
