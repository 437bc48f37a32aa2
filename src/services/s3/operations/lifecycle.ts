/** Lifecycle configurations: putting, reading and deleting the rules. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, fail, notImplemented } from '../../../kernel';
import { missing } from '../errors';
import { atOwner, requireBucket } from '../find';
import { armLifecycle, type Lifecycle, lifecycleSetting } from '../lifecycle';
import { requireLifecycleRules } from '../lifecycle-rules';
import { requireDocument } from '../required';
import { readSetting, removeSetting, writeSetting } from '../settings';
import { Buckets } from '../state';

const defaultMinimum = 'all_storage_classes_128K';

export const lifecycles = defineOperations<S3>()({
  PutBucketLifecycleConfiguration(ctx, input) {
    const { tx } = ctx;
    const { Rules } = requireDocument(input.LifecycleConfiguration);
    const bucket = requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner);
    const rules = requireLifecycleRules(Rules, () => ctx.uuid());
    if ((input.TransitionDefaultMinimumObjectSize ?? defaultMinimum) !== defaultMinimum)
      throw notImplemented('s3', `PutBucketLifecycleConfiguration with ${input.TransitionDefaultMinimumObjectSize}`);
    writeSetting(atOwner(tx, bucket), bucket, lifecycleSetting, { rules } satisfies Lifecycle);
    tx.put(Buckets, { ...bucket, expires: true });
    armLifecycle(tx, bucket, true);
    return { TransitionDefaultMinimumObjectSize: defaultMinimum };
  },

  GetBucketLifecycleConfiguration(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const lifecycle = readSetting<Lifecycle>(atOwner(ctx.tx, bucket), bucket, lifecycleSetting);
    if (!lifecycle) fail(missing('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', bucket.name));
    return { Rules: lifecycle.rules, TransitionDefaultMinimumObjectSize: defaultMinimum };
  },

  DeleteBucketLifecycle(ctx, input) {
    const { tx } = ctx;
    const bucket = requireBucket(ctx, tx, input.Bucket, input.ExpectedBucketOwner);
    removeSetting(atOwner(tx, bucket), bucket, lifecycleSetting);
    tx.put(Buckets, { ...bucket, expires: false });
    armLifecycle(tx, bucket, false);
    return {};
  },
});
