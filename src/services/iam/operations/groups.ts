/** Groups and who is in them. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations, type Tx } from '../../../kernel';
import { attachmentsOf, inlinePoliciesOf } from '../attachments';
import { mustFirst, nameTaken, quotaExceeded } from '../errors';
import { nameKey, uniqueId } from '../ids';
import { findGroup, requireGroup, requireUser } from '../lookup';
import { listedPage, scannedPage, within } from '../paging';
import { countOneLess, countOneMore, mostGroupsPerUser } from '../quotas';
import { type Group, Groups, Memberships, type User, Users } from '../state';
import { toGroup, toListedUser } from '../wire';

export const groupOperations = defineOperations<IAM>()({
  CreateGroup({ tx, now }, { GroupName, Path }) {
    if (findGroup(tx, GroupName)) throw nameTaken('Group', GroupName);
    countOneMore(tx, 'groups');
    const group = tx.put(Groups, { name: GroupName, path: Path ?? '/', id: uniqueId('group', tx), createdAt: now });
    accessChanged(tx);
    return { Group: toGroup(tx, group) };
  },

  GetGroup({ tx }, input) {
    const group = requireGroup(tx, input.GroupName);
    const { items, end } = scannedPage('group', input, {
      read: (range) => tx.scanIndex(Memberships, 'group', within(group.id, range)),
      keyOf: ({ userId }) => userId,
    });
    const users = items.map(({ userId }) => tx.find(Users, 'id', userId)).filter((user): user is User => user !== undefined);
    return { Group: toGroup(tx, group), Users: users.map((user) => toListedUser(tx, user)), ...end };
  },

  ListGroups({ tx }, input) {
    const { PathPrefix = '/' } = input;
    const { items, end } = scannedPage('groups', input, {
      read: (range) => tx.scan(Groups, range),
      keyOf: (group) => nameKey(group.name),
      keep: (group) => group.path.startsWith(PathPrefix),
    });
    return { Groups: items.map((group) => toGroup(tx, group)), ...end };
  },

  UpdateGroup({ tx }, { GroupName, NewGroupName, NewPath }) {
    const group = requireGroup(tx, GroupName);
    const renamed = { ...group, name: NewGroupName ?? group.name, path: NewPath ?? group.path };
    const other = findGroup(tx, renamed.name);
    if (other && other.id !== group.id) throw nameTaken('Group', renamed.name);
    tx.delete(Groups, group);
    tx.put(Groups, renamed);
    accessChanged(tx);
    return {};
  },

  DeleteGroup({ tx }, { GroupName }) {
    const group = requireGroup(tx, GroupName);
    if (tx.scanIndex(Memberships, 'group', { prefix: group.id, limit: 1 }).length > 0) throw mustFirst('remove users from group');
    if (inlinePoliciesOf(tx, group.id).length > 0) throw mustFirst('delete policies');
    if (attachmentsOf(tx, group.id).length > 0) throw mustFirst('detach all policies');
    tx.delete(Groups, group);
    countOneLess(tx, 'groups');
    accessChanged(tx);
    return {};
  },

  /** Adding who is in it already succeeds. */
  AddUserToGroup({ tx }, { GroupName, UserName }) {
    const membership = { groupId: requireGroup(tx, GroupName).id, userId: requireUser(tx, UserName).id };
    if (tx.has(Memberships, [membership.userId, membership.groupId])) return {};
    if (tx.scan(Memberships, { prefix: membership.userId }).length >= mostGroupsPerUser)
      throw quotaExceeded('GroupsPerUser', mostGroupsPerUser);
    tx.put(Memberships, membership);
    accessChanged(tx);
    return {};
  },

  /** Removing who is not in it succeeds (as users of the API tell). */
  RemoveUserFromGroup({ tx }, { GroupName, UserName }) {
    tx.delete(Memberships, { groupId: requireGroup(tx, GroupName).id, userId: requireUser(tx, UserName).id });
    accessChanged(tx);
    return {};
  },

  ListGroupsForUser({ tx }, input) {
    const { items, end } = listedPage('groups-for-user', input, groupsOf(tx, requireUser(tx, input.UserName).id));
    return { Groups: items.map((group) => toGroup(tx, group)), ...end };
  },
});

/** By name. */
export function groupsOf(tx: Tx, userId: string): Group[] {
  return tx
    .scan(Memberships, { prefix: userId })
    .map(({ groupId }) => tx.find(Groups, 'id', groupId))
    .filter((group): group is Group => group !== undefined)
    .sort((a, b) => (nameKey(a.name) < nameKey(b.name) ? -1 : 1));
}
