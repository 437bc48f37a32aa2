/** Sub-resources that clients read by default and that cannot be put here yet: what they say where nothing was put. Putting something is NotImplemented. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, notImplemented, type TxContext } from '../../../kernel';
import { invalidRequest, missing, noSuchConfiguration } from '../errors';
import { requireBucket, requireObject } from '../find';
import { requireDocument } from '../required';

interface OnBucket {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

function find(ctx: TxContext, input: OnBucket) {
  return requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
}

function nothing(ctx: TxContext, input: OnBucket): Record<string, never> {
  find(ctx, input);
  return {};
}

function noConfiguration(ctx: TxContext, input: OnBucket): never {
  throw noSuchConfiguration(find(ctx, input).name);
}

function notThere(code: string, message: string) {
  return (ctx: TxContext, input: OnBucket): never => {
    throw missing(code, message, find(ctx, input).name);
  };
}

function emptyList(ctx: TxContext, input: OnBucket): { IsTruncated: boolean } {
  find(ctx, input);
  return { IsTruncated: false };
}

function noObjectLock(ctx: TxContext, input: OnBucket & { readonly Key: string; readonly VersionId?: string | undefined }): never {
  requireObject(ctx.tx, find(ctx, input), input.Key, input.VersionId);
  throw invalidRequest('Bucket is missing Object Lock Configuration');
}

export const absentSettings = defineOperations<S3>()({
  GetBucketLogging: nothing,
  PutBucketLogging(ctx, input) {
    if (requireDocument(input.BucketLoggingStatus).LoggingEnabled) throw notImplemented('s3', 'PutBucketLogging with LoggingEnabled');
    return nothing(ctx, input);
  },

  GetBucketAccelerateConfiguration: nothing,

  GetBucketRequestPayment(ctx, input) {
    find(ctx, input);
    return { Payer: 'BucketOwner' };
  },
  PutBucketRequestPayment(ctx, input) {
    if (requireDocument(input.RequestPaymentConfiguration).Payer !== 'BucketOwner')
      throw notImplemented('s3', 'PutBucketRequestPayment with Requester');
    return nothing(ctx, input);
  },

  GetBucketReplication: notThere('ReplicationConfigurationNotFoundError', 'The replication configuration was not found'),
  DeleteBucketReplication: nothing,

  GetObjectLockConfiguration: notThere('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket'),
  GetObjectRetention: noObjectLock,
  GetObjectLegalHold: noObjectLock,

  ListBucketAnalyticsConfigurations: emptyList,
  GetBucketAnalyticsConfiguration: noConfiguration,
  ListBucketInventoryConfigurations: emptyList,
  GetBucketInventoryConfiguration: noConfiguration,
  ListBucketMetricsConfigurations: emptyList,
  GetBucketMetricsConfiguration: noConfiguration,
  ListBucketIntelligentTieringConfigurations: emptyList,
  GetBucketIntelligentTieringConfiguration: noConfiguration,
});
