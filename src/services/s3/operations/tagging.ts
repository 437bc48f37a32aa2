/** Tags of objects. They are part of the object's version, not of its ARN, so they live in its record. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, type Tags, type TxContext, toTagList } from '../../../kernel';
import { requireBucket, requireObject } from '../find';
import { announce } from '../notices';
import { requireKey } from '../object-key';
import { requireDocument, requireElement } from '../required';
import type { Bucket, StoredObject } from '../state';
import { requireTags } from '../tag-rules';
import { changeVersion } from '../versions';

interface TaggingInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export const tagging = defineOperations<S3>()({
  PutObjectTagging(ctx, input) {
    return replaceTags(ctx, input, 'ObjectTagging:Put', requireTags(requireElement(requireDocument(input.Tagging).TagSet), 'object'));
  },

  GetObjectTagging(ctx, input) {
    const { bucket, object } = find(ctx, input);
    return { ...versionOf(bucket, object), TagSet: toTagList(object.tags ?? {}) };
  },

  DeleteObjectTagging(ctx, input) {
    return replaceTags(ctx, input, 'ObjectTagging:Delete', {});
  },
});

function replaceTags(ctx: TxContext, input: TaggingInput, event: string, tags: Tags) {
  const { object, bucket } = find(ctx, input);
  changeVersion(ctx.tx, bucket, object, { tags });
  announce(ctx, ctx.tx, bucket, event, object);
  return versionOf(bucket, object);
}

function versionOf(bucket: Bucket, object: StoredObject): { VersionId?: string } {
  return bucket.versioning ? { VersionId: object.versionId } : {};
}

function find(ctx: TxContext, input: TaggingInput) {
  const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
  return { bucket, object: requireObject(ctx.tx, bucket, requireKey(input.Key), input.VersionId) };
}
