/** Tags of trails. Event data stores, channels and dashboards, which also have some, are not built. */
import type { CloudTrail } from '../../../../generated/api/cloudtrail';
import { defineOperations, type Tx, type TxContext, toTagList } from '../../../kernel';
import { resourceMissing, typeUnsupported } from '../errors';
import { isAdministered } from '../lookup';
import { parseTrailArn } from '../names';
import { Trails } from '../state';
import { checkCount, readTags } from '../tag-rules';

interface Tagged {
  readonly arn: string;
  /** Where its tags are: with its owner. */
  readonly tx: Tx;
}

/** A trail that the caller may change, made in this region. */
function requireTagged(ctx: TxContext, arn: string): Tagged {
  if (/^arn:[^:]*:cloudtrail:[^:]*:[^:]*:(eventdatastore|channel|dashboard)\//.test(arn)) throw typeUnsupported(arn);
  const { account, region, name } = parseTrailArn(arn);
  const trail = region === ctx.region ? ctx.tx.get(Trails, [account, region, name]) : undefined;
  if (!trail || !isAdministered(ctx, trail)) throw resourceMissing(arn);
  return { arn: trail.arn, tx: ctx.tx.in({ account }) };
}

export const tagOperations = defineOperations<CloudTrail>()({
  AddTags(ctx, { ResourceId, TagsList }) {
    const { arn, tx } = requireTagged(ctx, ResourceId);
    const added = readTags(TagsList);
    checkCount({ ...tx.tagsOf(arn), ...added });
    tx.tag(arn, added);
    return {};
  },

  RemoveTags(ctx, { ResourceId, TagsList }) {
    const { arn, tx } = requireTagged(ctx, ResourceId);
    tx.untag(
      arn,
      TagsList.map(({ Key }) => Key),
    );
    return {};
  },

  ListTags: (ctx, { ResourceIdList }) => ({
    ResourceTagList: ResourceIdList.map((id) => {
      const { arn, tx } = requireTagged(ctx, id);
      return { ResourceId: arn, TagsList: toTagList(tx.tagsOf(arn)) };
    }),
  }),
});
