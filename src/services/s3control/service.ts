/** Amazon S3 Control: so far the tags of buckets, as SDKs and Terraform reach them since 2025. */
import type { S3Control } from '../../../generated/api/s3control';
import { AwsError, defineOperations, defineService, notImplemented, type TxContext } from '../../kernel';
import { access } from './access';
import { trail } from './trail';

type Tags = Readonly<Record<string, string>>;

interface OnResource {
  readonly AccountId: string;
  readonly ResourceArn: string;
}

const operations = defineOperations<S3Control>()({
  ListTagsForResource: (ctx, input) => ({ Tags: toTagSet(readTags(ctx, requireBucketName(ctx, input))) }),

  TagResource(ctx, input) {
    const name = requireBucketName(ctx, input);
    const added = Object.fromEntries(requireElement(input.Tags).map(({ Key, Value }) => [Key, Value]));
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

/** Requests are not checked against the model, so what it requires may be missing. */
function requireElement<T>(element: T | undefined): T {
  if (element !== undefined) return element;
  throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema', {
    status: 400,
  });
}

/** Buckets are the only resources of this API that there are yet. */
function requireBucketName(ctx: TxContext, { AccountId: account, ResourceArn: arn }: OnResource): string {
  if (account !== ctx.account) throw new AwsError('AccessDenied', 'Access Denied', { status: 403 });
  const name = /^arn:[\w-]+:s3:::([^/:]+)$/.exec(arn)?.[1];
  if (name === undefined) throw notImplemented('s3control', `tags of ${arn}`);
  return name;
}

function readTags(ctx: TxContext, Bucket: string): Tags {
  try {
    const { TagSet } = ctx.call('s3', 'GetBucketTagging', { Bucket });
    return Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]));
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchTagSet') return {};
    throw error;
  }
}

function writeTags(ctx: TxContext, Bucket: string, tags: Tags): void {
  ctx.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: toTagSet(tags) } });
}

function toTagSet(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export default defineService({
  id: 's3control',
  operations,
  trail,
  access,
});
