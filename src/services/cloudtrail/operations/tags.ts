/** Tags of trails. Event data stores, channels and dashboards, which also have some, are not built. */
import type { CloudTrail } from '../../../../generated/api/cloudtrail';
import { defineOperations, fail, type TxContext, toTagList } from '../../../kernel';
import { resourceMissing, typeUnsupported } from '../errors';
import { parseTrailArn } from '../names';
import { type Trail, Trails } from '../state';
import { checkCount, readTags } from '../tag-rules';

/** A trail of the caller's, made in this region. */
function requireTagged(ctx: TxContext, arn: string): Trail {
  if (/^arn:[^:]*:cloudtrail:[^:]*:[^:]*:(eventdatastore|channel|dashboard)\//.test(arn)) throw typeUnsupported(arn);
  const { account, region, name } = parseTrailArn(arn);
  const isOurs = account === ctx.account && region === ctx.region;
  return (isOurs ? ctx.tx.get(Trails, [account, region, name]) : undefined) ?? fail(resourceMissing(arn));
}

export const tagOperations = defineOperations<CloudTrail>()({
  AddTags(ctx, { ResourceId, TagsList }) {
    const { arn } = requireTagged(ctx, ResourceId);
    const added = readTags(TagsList);
    checkCount({ ...ctx.tx.tagsOf(arn), ...added });
    ctx.tx.tag(arn, added);
    return {};
  },

  RemoveTags(ctx, { ResourceId, TagsList }) {
    const { arn } = requireTagged(ctx, ResourceId);
    ctx.tx.untag(
      arn,
      TagsList.map(({ Key }) => Key),
    );
    return {};
  },

  ListTags: (ctx, { ResourceIdList }) => ({
    ResourceTagList: ResourceIdList.map((id) => {
      const { arn } = requireTagged(ctx, id);
      return { ResourceId: arn, TagsList: toTagList(ctx.tx.tagsOf(arn)) };
    }),
  }),
});
