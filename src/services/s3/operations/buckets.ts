/** Buckets: creating, finding, listing, deleting, and their tags. */
import type { S3 } from '../../../../generated/api/s3';
import { bucketArn, defineOperations, fail, pageToken, partitionOf, readPageToken, type TxContext, toTagList } from '../../../kernel';
import { aclOf, hasGrants, isPublicAcl } from '../acl-lists';
import { isBucketName, isDirectoryBucketName } from '../bucket-name';
import {
  bucketAclWithBlock,
  bucketAclWithOwnership,
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  bucketHasVersions,
  bucketNotEmpty,
  headerNotImplemented,
  illegalLocation,
  invalidArgument,
  invalidBucketName,
  invalidLocation,
  namespaceSuffixMissing,
  noSuchTagSet,
} from '../errors';
import { atOwner, requireBucket, requireBucketAnywhere } from '../find';
import { ownerOf } from '../owner';
import { requireDocument, requireElement } from '../required';
import { type Bucket, BucketSettings, Buckets, Objects, Parts, Uploads, Versions } from '../state';
import { requireTags } from '../tag-rules';

/** One region's endpoint creates buckets anywhere, without saying where, and forgives a second creation. */
const homeRegion = 'us-east-1';

export const buckets = defineOperations<S3>()({
  CreateBucket(ctx, input) {
    const { Bucket: name, CreateBucketConfiguration: configuration } = input;
    if (isDirectoryBucketName(name) || configuration?.Location || configuration?.Bucket)
      throw headerNotImplemented('CreateBucketConfiguration');
    if (!isBucketName(name)) throw invalidBucketName(name);
    if (input.BucketNamespace === 'account-regional') {
      const suffix = `-${ctx.account}-${ctx.region}-an`;
      if (!name.endsWith(suffix)) throw namespaceSuffixMissing(suffix);
    }
    const region = requireLocation(ctx, configuration?.LocationConstraint);
    const ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced';
    if (input.ObjectLockEnabledForBucket) throw headerNotImplemented('x-amz-bucket-object-lock-enabled');
    if (ownership === 'BucketOwnerEnforced' && (hasGrants(input) || (input.ACL ?? 'private') !== 'private')) throw bucketAclWithOwnership();
    const acl = aclOf(input);
    // A new bucket blocks public access, so it cannot begin with it.
    if (isPublicAcl(acl)) throw bucketAclWithBlock();

    const location = {
      Location: region === homeRegion ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
      BucketArn: bucketArn(ctx, name),
    };
    const existing = ctx.tx.get(Buckets, name);
    if (existing && existing.account !== ctx.account) throw bucketAlreadyExists(name);
    if (existing && (existing.region !== homeRegion || ctx.region !== homeRegion)) throw bucketAlreadyOwnedByYou(name);
    if (existing) return location;
    // With every member: added later, they would give each bucket a hidden class of its own (V8 11).
    const settings = { acl, versioning: undefined, notifies: undefined, expires: undefined };
    const bucket: Bucket = { name, account: ctx.account, region, createdAt: ctx.now, ownership, ...settings };
    const tags = configuration?.Tags && requireTags(configuration.Tags, 'bucket');
    atHome(ctx, bucket).put(Buckets, bucket, { tags });
    return location;
  },

  HeadBucket(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    return { BucketRegion: bucket.region, BucketArn: bucketArn(ctx, bucket.name), AccessPointAlias: false };
  },

  DeleteBucket(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const there = atOwner(ctx.tx, bucket);
    if (there.scan(Objects, { prefix: bucket.name, limit: 1 }).length > 0) throw bucketNotEmpty(bucket.name);
    if (there.scan(Versions, { prefix: bucket.name, limit: 1 }).length > 0) throw bucketHasVersions(bucket.name);
    // Unfinished uploads do not keep a general purpose bucket alive.
    for (const upload of there.scan(Uploads, { prefix: bucket.name })) {
      there.deleteAll(Parts, { prefix: upload.uploadId });
      there.delete(Uploads, upload);
    }
    there.deleteAll(BucketSettings, { prefix: bucket.name });
    atHome(ctx, bucket).delete(Buckets, bucket);
    return {};
  },

  ListBuckets(ctx, input) {
    const { Prefix: prefix, BucketRegion: region, MaxBuckets: max = 10_000 } = input;
    if (max < 1 || max > 10_000) throw invalidArgument('Argument max-buckets must be an integer between 1 and 10000', 'max-buckets', max);
    const after = input.ContinuationToken === undefined ? undefined : readPageToken('s3-buckets', input.ContinuationToken);
    if (input.ContinuationToken !== undefined && typeof after !== 'string')
      throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', input.ContinuationToken);
    const all = ctx.tx.scanIndex(Buckets, 'account', {
      prefix: ctx.account,
      ...(prefix && { textPrefix: prefix }),
      ...(typeof after === 'string' && { after: [ctx.account, after] }),
    });
    const matching = region ? all.filter((bucket) => bucket.region === region) : all;
    const page = matching.slice(0, max);
    const isPaged = input.MaxBuckets !== undefined || region !== undefined || prefix !== undefined;
    return {
      Owner: ownerOf(ctx.account),
      Buckets: page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: wholeSeconds(bucket.createdAt),
        BucketArn: bucketArn(ctx, bucket.name),
        // "If the request contains at least one valid parameter, it is included in the response."
        ...(isPaged && { BucketRegion: bucket.region }),
      })),
      ...(prefix !== undefined && { Prefix: prefix }),
      ...(matching.length > max && { ContinuationToken: pageToken('s3-buckets', page[page.length - 1]!.name) }),
    };
  },

  GetBucketLocation(ctx, input) {
    const { region } = requireBucketAnywhere(ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    return region === homeRegion ? {} : { LocationConstraint: region as never };
  },

  PutBucketTagging(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    atHome(ctx, bucket).put(Buckets, bucket, { tags: requireTags(requireElement(requireDocument(input.Tagging).TagSet), 'bucket') });
    return {};
  },

  GetBucketTagging(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const tags = toTagList(atHome(ctx, bucket).tagsOf(bucketArn(ctx, bucket.name)));
    return tags.length > 0 ? { TagSet: tags } : fail(noSuchTagSet(bucket.name));
  },

  DeleteBucketTagging(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const there = atHome(ctx, bucket);
    const arn = bucketArn(ctx, bucket.name);
    there.untag(arn, Object.keys(there.tagsOf(arn)));
    return {};
  },
});

/** Tags are kept by account and region, which for a bucket are its own and not the caller's. */
function atHome(ctx: TxContext, bucket: Bucket) {
  return ctx.tx.in({ account: bucket.account, region: bucket.region });
}

/** The region a new bucket gets. Any may be named where us-east-1 is asked; elsewhere it must be the one asked (CreateBucket, LocationConstraint). */
function requireLocation(ctx: TxContext, constraint: string | undefined): string {
  if (ctx.region === homeRegion) {
    if (constraint === undefined) return homeRegion;
    const region = constraint === 'EU' ? 'eu-west-1' : constraint;
    if (region === homeRegion || !isRegion(region) || partitionOf(region) !== ctx.partition) throw invalidLocation(constraint);
    return region;
  }
  if (constraint !== undefined && constraint !== 'EU' && !isRegion(constraint)) throw invalidLocation(constraint);
  if (constraint !== ctx.region && !(constraint === 'EU' && ctx.region === 'eu-west-1')) throw illegalLocation(constraint);
  return ctx.region;
}

function isRegion(name: string): boolean {
  return /^[a-z]{2}(-[a-z]+){1,3}-\d$/.test(name);
}

function wholeSeconds(ms: number): number {
  return ms - (ms % 1000);
}
