/** The sub-resources of a bucket that say how it is to be used. Where none was put, a bucket answers as one created in 2026 does. */

import type { S3 } from '../../../../generated/api/s3';
import { bucketArn, defineOperations, fail, notImplemented, type Tx, type TxContext } from '../../../kernel';
import { compilePolicy, principalsOf } from '../../../policy';
import { blocksPublic, type PublicAccess, publicAccessOf } from '../acl-rules';
import { isPublic, requirePolicy } from '../bucket-policy';
import { requireCorsRules } from '../cors-rules';
import { bucketAclWithOwnership, invalidPrincipal, malformedXml, methodNotAllowed, missing, publicPolicyBlocked } from '../errors';
import { atOwner, requireBucket } from '../find';
import { requireDocument, requireElement } from '../required';
import { readSetting, removeSetting, writeSetting } from '../settings';
import { type Bucket, Buckets } from '../state';
import { requireWebsite, type Website } from '../website-rules';

interface OnBucket {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

interface Found {
  readonly bucket: Bucket;
  readonly there: Tx;
}

function find(ctx: TxContext, input: OnBucket): Found {
  const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
  return { bucket, there: atOwner(ctx.tx, bucket) };
}

function put(ctx: TxContext, input: OnBucket, kind: string, value: unknown): Record<string, never> {
  const { bucket, there } = find(ctx, input);
  writeSetting(there, bucket, kind, value);
  return {};
}

function remove(ctx: TxContext, input: OnBucket, kind: string): Record<string, never> {
  const { bucket, there } = find(ctx, input);
  removeSetting(there, bucket, kind);
  return {};
}

function read<T>(ctx: TxContext, input: OnBucket, kind: string): T | undefined {
  const { bucket, there } = find(ctx, input);
  return readSetting<T>(there, bucket, kind);
}

type Encryption = NonNullable<S3['PutBucketEncryption']['input']['ServerSideEncryptionConfiguration']>;
type Cors = NonNullable<S3['PutBucketCors']['input']['CORSConfiguration']>;

/** "Starting April 2026 … new general purpose buckets … SSE-C disabled" (user guide, "Blocking or unblocking SSE-C"). */
const ssecBlocked = { EncryptionType: ['SSE-C'] } as const;
const defaultEncryption: Encryption = {
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BucketKeyEnabled: false,
      BlockedEncryptionTypes: ssecBlocked,
    },
  ],
};

function requireEncryption(given: Encryption): Encryption {
  const [rule, ...more] = requireElement(given.Rules);
  const { SSEAlgorithm: algorithm } = requireElement(rule?.ApplyServerSideEncryptionByDefault);
  if (more.length > 0 || algorithm === undefined) throw malformedXml();
  if (algorithm !== 'AES256') throw notImplemented('s3', `PutBucketEncryption with ${algorithm}`);
  if (rule?.BlockedEncryptionTypes?.EncryptionType?.some((type) => type !== 'SSE-C'))
    throw notImplemented('s3', 'PutBucketEncryption without blocking SSE-C');
  return { Rules: [{ ...rule, BucketKeyEnabled: rule?.BucketKeyEnabled ?? false, BlockedEncryptionTypes: ssecBlocked }] };
}

export const bucketSettings = defineOperations<S3>()({
  PutBucketEncryption: (ctx, input) =>
    put(ctx, input, 'encryption', requireEncryption(requireDocument(input.ServerSideEncryptionConfiguration))),
  GetBucketEncryption: (ctx, input) => ({
    ServerSideEncryptionConfiguration: read<Encryption>(ctx, input, 'encryption') ?? defaultEncryption,
  }),
  DeleteBucketEncryption: (ctx, input) => remove(ctx, input, 'encryption'),

  PutPublicAccessBlock(ctx, input) {
    const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } = requireDocument(
      input.PublicAccessBlockConfiguration,
    );
    return put(ctx, input, 'public-access', {
      BlockPublicAcls: BlockPublicAcls ?? false,
      IgnorePublicAcls: IgnorePublicAcls ?? false,
      BlockPublicPolicy: BlockPublicPolicy ?? false,
      RestrictPublicBuckets: RestrictPublicBuckets ?? false,
    } satisfies PublicAccess);
  },
  GetPublicAccessBlock: (ctx, input) => ({
    PublicAccessBlockConfiguration:
      publicAccessOf(ctx.tx, find(ctx, input).bucket) ??
      fail(missing('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found', input.Bucket)),
  }),
  DeletePublicAccessBlock: (ctx, input) => put(ctx, input, 'public-access', 'none'),

  PutBucketOwnershipControls(ctx, input) {
    const [rule, ...more] = requireElement(requireDocument(input.OwnershipControls).Rules);
    const ownership = requireElement(rule).ObjectOwnership;
    if (more.length > 0 || !['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].includes(ownership)) throw malformedXml();
    const { bucket } = find(ctx, input);
    if (ownership === 'BucketOwnerEnforced' && (bucket.acl ?? 'private') !== 'private') throw bucketAclWithOwnership();
    ctx.tx.put(Buckets, { ...bucket, ownership });
    return {};
  },
  GetBucketOwnershipControls(ctx, input) {
    const { ownership } = find(ctx, input).bucket;
    if (ownership === '') throw missing('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found', input.Bucket);
    return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } };
  },
  DeleteBucketOwnershipControls(ctx, input) {
    // Without controls ACLs count again, as with ObjectWriter.
    ctx.tx.put(Buckets, { ...find(ctx, input).bucket, ownership: '' });
    return {};
  },

  PutBucketPolicy(ctx, input) {
    const { bucket } = find(ctx, input);
    requireOwner(ctx, bucket, 'PutBucketPolicy', 'PUT');
    const resource = bucketArn(ctx, input.Bucket);
    const document = requirePolicy(requireDocument(input.Policy), resource);
    ctx.refuseMissing({ action: 's3:PutBucketPolicy', resource }, principalsOf(document), invalidPrincipal);
    if (isPublic(document) && blocksPublic(ctx.tx, bucket, 'BlockPublicPolicy')) throw publicPolicyBlocked(ctx.principal.arn, resource);
    return put(ctx, input, 'policy', input.Policy);
  },
  GetBucketPolicy(ctx, input) {
    requireOwner(ctx, find(ctx, input).bucket, 'GetBucketPolicy', 'GET');
    return { Policy: requireStoredPolicy(ctx, input) };
  },
  DeleteBucketPolicy(ctx, input) {
    requireOwner(ctx, find(ctx, input).bucket, 'DeleteBucketPolicy', 'DELETE');
    return remove(ctx, input, 'policy');
  },
  GetBucketPolicyStatus: (ctx, input) => ({
    PolicyStatus: {
      IsPublic: isPublic(compilePolicy(requireStoredPolicy(ctx, input), 'resource').document),
    },
  }),

  /** Whether conditions on the bucket's tags count for access to it. */
  PutBucketAbac(ctx, input) {
    const { Status: status } = requireDocument(input.AbacStatus);
    if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
    return put(ctx, input, 'abac', status);
  },
  GetBucketAbac: (ctx, input) => ({ AbacStatus: { Status: read<'Enabled' | 'Disabled'>(ctx, input, 'abac') ?? 'Disabled' } }),

  PutBucketCors(ctx, input) {
    const CORSRules = requireCorsRules(requireDocument(input.CORSConfiguration).CORSRules);
    return put(ctx, input, 'cors', { CORSRules } satisfies Cors);
  },
  GetBucketCors: (ctx, input) =>
    read<Cors>(ctx, input, 'cors') ?? fail(missing('NoSuchCORSConfiguration', 'The CORS configuration does not exist', input.Bucket)),
  DeleteBucketCors: (ctx, input) => remove(ctx, input, 'cors'),

  PutBucketWebsite: (ctx, input) => put(ctx, input, 'website', requireWebsite(requireDocument(input.WebsiteConfiguration))),
  GetBucketWebsite: (ctx, input) =>
    read<Website>(ctx, input, 'website') ??
    fail(missing('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration', input.Bucket)),
  DeleteBucketWebsite: (ctx, input) => remove(ctx, input, 'website'),
});

/** "If you have the correct permissions, but you're not using an identity that belongs to the bucket owner's account, Amazon S3 returns a 405" (PutBucketPolicy). */
function requireOwner(ctx: TxContext, { account, name }: Bucket, action: string, method: string): void {
  const isOwners = ctx.principal.type !== 'anonymous' && ctx.principal.account === account;
  if (!isOwners) ctx.refuse({ action: `s3:${action}`, resource: bucketArn(ctx, name) }, methodNotAllowed(method, 'BUCKETPOLICY'));
}

function requireStoredPolicy(ctx: TxContext, input: OnBucket): string {
  return read<string>(ctx, input, 'policy') ?? fail(missing('NoSuchBucketPolicy', 'The bucket policy does not exist', input.Bucket));
}
