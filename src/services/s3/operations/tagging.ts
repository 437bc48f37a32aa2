/** Tags of objects. They are part of the object's version, not of its ARN, so they live in its record. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, type Tags, type TxContext } from '../../../kernel';
import { atOwner, requireBucket, requireObject } from '../find';
import { requireKey } from '../object-key';
import { requireDocument, requireElement } from '../required';
import { Objects, type StoredObject } from '../state';
import { requireTags, toTagSet } from '../tag-rules';

interface TaggingInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export const tagging = defineOperations<S3>()({
  PutObjectTagging(ctx, input) {
    replaceTags(ctx, input, requireTags(requireElement(requireDocument(input.Tagging).TagSet), 'object'));
    return {};
  },

  GetObjectTagging: (ctx, input) => ({ TagSet: toTagSet(find(ctx, input).object.tags) }),

  DeleteObjectTagging(ctx, input) {
    replaceTags(ctx, input, {});
    return {};
  },
});

function replaceTags(ctx: TxContext, input: TaggingInput, tags: Tags): void {
  const { object, bucket } = find(ctx, input);
  atOwner(ctx.tx, bucket).put(Objects, { ...object, tags } satisfies StoredObject);
}

function find(ctx: TxContext, input: TaggingInput) {
  const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
  return { bucket, object: requireObject(ctx.tx, bucket, requireKey(input.Key), input.VersionId) };
}
