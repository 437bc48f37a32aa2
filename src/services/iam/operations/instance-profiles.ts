/** Instance profiles: what carries one role to instances. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations } from '../../../kernel';
import { instanceProfileTaken, mustFirst, nameNotFound, quotaExceeded } from '../errors';
import { nameKey, uniqueId } from '../ids';
import { requireInstanceProfile, requireOwnRole, requireRole } from '../lookup';
import { scannedPage, within } from '../paging';
import { countOneLess, countOneMore } from '../quotas';
import { InstanceProfiles } from '../state';
import { casedTags } from '../tag-rules';
import { toListedProfile, toProfile } from '../wire';

export const instanceProfileOperations = defineOperations<IAM>()({
  CreateInstanceProfile({ tx, now }, { InstanceProfileName, Path, Tags }) {
    const tags = casedTags.read(Tags);
    if (tx.has(InstanceProfiles, nameKey(InstanceProfileName))) throw instanceProfileTaken(InstanceProfileName);
    countOneMore(tx, 'instanceProfiles');
    const profile = { name: InstanceProfileName, path: Path ?? '/', id: uniqueId('instance-profile', tx), createdAt: now };
    tx.put(InstanceProfiles, profile, { tags });
    return { InstanceProfile: toProfile(tx, profile) };
  },

  GetInstanceProfile({ tx }, { InstanceProfileName }) {
    return { InstanceProfile: toProfile(tx, requireInstanceProfile(tx, InstanceProfileName)) };
  },

  DeleteInstanceProfile({ tx }, { InstanceProfileName }) {
    const profile = requireInstanceProfile(tx, InstanceProfileName);
    if (profile.roleId !== undefined) throw mustFirst('remove roles from instance profile');
    tx.delete(InstanceProfiles, profile);
    countOneLess(tx, 'instanceProfiles');
    return {};
  },

  ListInstanceProfiles({ tx }, input) {
    const { PathPrefix = '/' } = input;
    const { items, end } = scannedPage('instance-profiles', input, {
      read: (range) => tx.scan(InstanceProfiles, range),
      keyOf: (profile) => nameKey(profile.name),
      keep: (profile) => profile.path.startsWith(PathPrefix),
    });
    return { InstanceProfiles: items.map((profile) => toListedProfile(tx, profile)), ...end };
  },

  ListInstanceProfilesForRole({ tx }, input) {
    const { id } = requireRole(tx, input.RoleName);
    const { items, end } = scannedPage('instance-profiles-for-role', input, {
      read: (range) => tx.scanIndex(InstanceProfiles, 'role', within(id, range)),
      keyOf: (profile) => nameKey(profile.name),
    });
    return { InstanceProfiles: items.map((profile) => toListedProfile(tx, profile)), ...end };
  },

  AddRoleToInstanceProfile({ tx }, { InstanceProfileName, RoleName }) {
    const profile = requireInstanceProfile(tx, InstanceProfileName);
    const { id: roleId } = requireOwnRole(tx, RoleName);
    if (profile.roleId !== undefined) throw quotaExceeded('InstanceSessionsPerInstanceProfile', 1);
    tx.put(InstanceProfiles, { ...profile, roleId });
    return {};
  },

  RemoveRoleFromInstanceProfile({ tx }, { InstanceProfileName, RoleName }) {
    const profile = requireInstanceProfile(tx, InstanceProfileName);
    const role = requireRole(tx, RoleName);
    if (profile.roleId !== role.id) throw nameNotFound('role', RoleName); // the sentence for a role that is not in it is a guess
    tx.put(InstanceProfiles, { ...profile, roleId: undefined });
    return {};
  },
});
