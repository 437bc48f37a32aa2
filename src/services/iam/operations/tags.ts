/** Tags of users, roles, policies and instance profiles. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations, type Tx } from '../../../kernel';
import { requireInstanceProfile, requireRole, requireUser } from '../lookup';
import { requireManagedPolicy } from '../managed-policies/managed';
import { instanceProfileArn, roleArn, userArn } from '../state';
import { casedTags, caselessTags, type Tag, type TagRules, tagPage } from '../tag-rules';
import { requireOwn } from './policies';

const arnOfUser = (tx: Tx, name: string) => userArn(requireUser(tx, name), tx.place);
const arnOfRole = (tx: Tx, name: string) => roleArn(requireRole(tx, name), tx.place);
const arnOfProfile = (tx: Tx, name: string) => instanceProfileArn(requireInstanceProfile(tx, name), tx.place);

export const tagOperations = defineOperations<IAM>()({
  TagUser: ({ tx }, { UserName, Tags }) => add(caselessTags, tx, arnOfUser(tx, UserName), Tags),
  TagRole: ({ tx }, { RoleName, Tags }) => add(caselessTags, tx, arnOfRole(tx, RoleName), Tags),
  TagPolicy: ({ tx }, { PolicyArn, Tags }) => add(casedTags, tx, requireOwn(tx, PolicyArn).arn, Tags),
  TagInstanceProfile: ({ tx }, { InstanceProfileName, Tags }) => add(casedTags, tx, arnOfProfile(tx, InstanceProfileName), Tags),

  UntagUser: ({ tx }, { UserName, TagKeys }) => remove(caselessTags, tx, arnOfUser(tx, UserName), TagKeys),
  UntagRole: ({ tx }, { RoleName, TagKeys }) => remove(caselessTags, tx, arnOfRole(tx, RoleName), TagKeys),
  UntagPolicy: ({ tx }, { PolicyArn, TagKeys }) => remove(casedTags, tx, requireOwn(tx, PolicyArn).arn, TagKeys),
  UntagInstanceProfile: ({ tx }, { InstanceProfileName, TagKeys }) => remove(casedTags, tx, arnOfProfile(tx, InstanceProfileName), TagKeys),

  ListUserTags: ({ tx }, input) => tagPage(tx, arnOfUser(tx, input.UserName), input),
  ListRoleTags: ({ tx }, input) => tagPage(tx, arnOfRole(tx, input.RoleName), input),
  ListPolicyTags: ({ tx }, input) => tagPage(tx, requireManagedPolicy(tx, input.PolicyArn).arn, input),
  ListInstanceProfileTags: ({ tx }, input) => tagPage(tx, arnOfProfile(tx, input.InstanceProfileName), input),
});

function add(rules: TagRules, tx: Tx, arn: string, tags: readonly Tag[]) {
  rules.add(tx, arn, tags);
  accessChanged(tx);
  return {};
}

function remove(rules: TagRules, tx: Tx, arn: string, keys: readonly string[]) {
  rules.remove(tx, arn, keys);
  accessChanged(tx);
  return {};
}
