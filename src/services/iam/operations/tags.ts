/** Tags of users, roles, policies and instance profiles. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations, type Tx } from '../../../kernel';
import { requireInstanceProfile, requireRole, requireUser } from '../lookup';
import { requireManagedPolicy } from '../managed-policies/managed';
import { instanceProfileArn, roleArn, userArn } from '../state';
import { caselessTags, type Tag, tagPage } from '../tag-rules';
import { requireOwn } from './policies';

const arnOfUser = (tx: Tx, name: string) => userArn(requireUser(tx, name), tx.place);
const arnOfRole = (tx: Tx, name: string) => roleArn(requireRole(tx, name), tx.place);
const arnOfProfile = (tx: Tx, name: string) => instanceProfileArn(requireInstanceProfile(tx, name), tx.place);

export const tagOperations = defineOperations<IAM>()({
  TagUser: ({ tx }, { UserName, Tags }) => add(tx, arnOfUser(tx, UserName), Tags),
  TagRole: ({ tx }, { RoleName, Tags }) => add(tx, arnOfRole(tx, RoleName), Tags),
  TagPolicy: ({ tx }, { PolicyArn, Tags }) => add(tx, requireOwn(tx, PolicyArn).arn, Tags),
  TagInstanceProfile: ({ tx }, { InstanceProfileName, Tags }) => add(tx, arnOfProfile(tx, InstanceProfileName), Tags),

  UntagUser: ({ tx }, { UserName, TagKeys }) => remove(tx, arnOfUser(tx, UserName), TagKeys),
  UntagRole: ({ tx }, { RoleName, TagKeys }) => remove(tx, arnOfRole(tx, RoleName), TagKeys),
  UntagPolicy: ({ tx }, { PolicyArn, TagKeys }) => remove(tx, requireOwn(tx, PolicyArn).arn, TagKeys),
  UntagInstanceProfile: ({ tx }, { InstanceProfileName, TagKeys }) => remove(tx, arnOfProfile(tx, InstanceProfileName), TagKeys),

  ListUserTags: ({ tx }, input) => tagPage(tx, arnOfUser(tx, input.UserName), input),
  ListRoleTags: ({ tx }, input) => tagPage(tx, arnOfRole(tx, input.RoleName), input),
  ListPolicyTags: ({ tx }, input) => tagPage(tx, requireManagedPolicy(tx, input.PolicyArn).arn, input),
  ListInstanceProfileTags: ({ tx }, input) => tagPage(tx, arnOfProfile(tx, input.InstanceProfileName), input),
});

function add(tx: Tx, arn: string, tags: readonly Tag[]) {
  caselessTags.add(tx, arn, tags);
  accessChanged(tx);
  return {};
}

function remove(tx: Tx, arn: string, keys: readonly string[]) {
  caselessTags.remove(tx, arn, keys);
  accessChanged(tx);
  return {};
}
