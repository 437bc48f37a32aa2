/** Tags of roots, OUs, accounts, policies, resource policies and transfers. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { defineOperations, toTagList } from '../../../kernel';
import { asPolicyAdministrator, asReader } from '../caller';
import { invalidInput, targetNotFound } from '../errors';
import { arnOfId, findMember, findPolicy, isOwnPolicy, type Ours } from '../lookup';
import { listPage } from '../paging';
import { Transfers } from '../state';
import { addTags, maxTags, readTags, refuseSystemKeys } from '../tags';
import { isParent } from '../tree';

export const tagOperations = defineOperations<Api>()({
  TagResource(ctx, { ResourceId, Tags }) {
    const tags = readTags(Tags);
    const ours = asPolicyAdministrator(ctx, 'TagResource', { ResourceId, Tags });
    addTags(ours, taggable(ours, ResourceId).arn, tags);
    return {};
  },

  UntagResource(ctx, { ResourceId, TagKeys }) {
    refuseSystemKeys(TagKeys);
    const { tx, arn } = taggable(asPolicyAdministrator(ctx, 'UntagResource', { ResourceId, TagKeys }), ResourceId);
    tx.untag(arn, TagKeys);
    return {};
  },

  ListTagsForResource(ctx, { ResourceId, NextToken: token }) {
    const { tx, arn } = taggable(asReader(ctx, 'ListTagsForResource', { ResourceId }), ResourceId);
    const page = { NextToken: token, MaxResults: maxTags };
    const { items, NextToken } = listPage('ListTagsForResource', page, toTagList(tx.tagsOf(arn)));
    return { Tags: [...items], NextToken };
  },
});

/** Throws TargetNotFoundException; policies that AWS keeps have no tags. */
function taggable(ours: Ours, id: string) {
  const { tx, org } = ours;
  const policy = id.startsWith('p-') ? findPolicy(ours, id) : undefined;
  if (policy && !isOwnPolicy(policy)) throw invalidInput('TARGET_NOT_SUPPORTED');
  const isThere =
    policy !== undefined ||
    org.resourcePolicy?.id === id ||
    isParent(ours, id) ||
    findMember(ours, id) !== undefined ||
    tx.has(Transfers, [org.id, id]);
  if (!isThere) throw targetNotFound();
  return { tx, arn: arnOfId(ours, id) };
}
