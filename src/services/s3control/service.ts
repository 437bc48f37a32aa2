/** Amazon S3 Control: so far the tags of buckets, as SDKs and Terraform reach them since 2025, and an account's Block Public Access. */
import type { S3Control } from '../../../generated/api/s3control';
import { AwsError, defineOperations, defineService, notImplemented, type Tags, type TxContext, tagsOfList, toTagList } from '../../kernel';
import { access } from './access';
import { accessDenied, requireElement } from './errors';
import { publicAccess, state } from './public-access';
import { trail } from './trail';

interface OnResource {
  readonly AccountId: string;
  readonly ResourceArn: string;
}

const tags = defineOperations<S3Control>()({
  ListTagsForResource: (ctx, input) => ({ Tags: toTagList(readTags(ctx, requireBucketName(ctx, input))) }),

  TagResource(ctx, input) {
    const name = requireBucketName(ctx, input);
    const added = tagsOfList(requireElement(input.Tags));
    writeTags(ctx, name, { ...readTags(ctx, name), ...added });
    return {};
  },

  UntagResource(ctx, input) {
    const name = requireBucketName(ctx, input);
    const left = Object.entries(readTags(ctx, name)).filter(([key]) => !input.TagKeys?.includes(key));
    writeTags(ctx, name, Object.fromEntries(left));
    return {};
  },
});

/** Buckets are the only resources of this API that there are yet. */
function requireBucketName(ctx: TxContext, { AccountId: account, ResourceArn: arn }: OnResource): string {
  if (account !== ctx.account) throw accessDenied();
  const name = /^arn:[\w-]+:s3:::([^/:]+)$/.exec(arn)?.[1];
  if (name === undefined) throw notImplemented('s3control', `tags of ${arn}`);
  return name;
}

function readTags(ctx: TxContext, Bucket: string): Tags {
  try {
    const { TagSet } = ctx.call('s3', 'GetBucketTagging', { Bucket });
    return tagsOfList(TagSet);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchTagSet') return {};
    throw error;
  }
}

function writeTags(ctx: TxContext, Bucket: string, tags: Tags): void {
  ctx.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: toTagList(tags) } });
}

export default defineService({
  id: 's3control',
  operations: { ...tags, ...publicAccess },
  trail,
  access,
  state,
});
