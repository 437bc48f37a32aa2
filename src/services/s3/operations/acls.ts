/** Access control lists, where the bucket's ownership allows any at all. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations } from '../../../kernel';
import { type AclInput, aclOf, aclOfBody, grantsOf, hasGrants, toWireGrant } from '../acl-lists';
import { refusePublicAcl } from '../acl-rules';
import { aclNotSupported, missingAcl, unexpectedContent } from '../errors';
import { requireBucket, requireObject } from '../find';
import { requireKey } from '../object-key';
import { type Owner, ownerOf } from '../owner';
import { type Acl, type Bucket, Buckets } from '../state';
import { changeVersion } from '../versions';

type Grants = NonNullable<S3['GetBucketAcl']['output']['Grants']>;
type AclRequest = AclInput & Pick<S3['PutBucketAcl']['input'], 'AccessControlPolicy'>;

export const acls = defineOperations<S3>()({
  GetBucketAcl(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    return toPolicy(bucket.account, bucket.acl);
  },

  PutBucketAcl(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const acl = requireAcl(bucket, input);
    refusePublicAcl({ principal: ctx.principal, action: 's3:PutBucketAcl' }, ctx.tx, bucket, acl);
    ctx.tx.put(Buckets, { ...bucket, acl });
    return {};
  },

  GetObjectAcl(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const object = requireObject(ctx.tx, bucket, requireKey(input.Key), input.VersionId);
    return toPolicy(bucket.account, bucket.ownership === 'BucketOwnerEnforced' ? undefined : object.acl);
  },

  PutObjectAcl(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const object = requireObject(ctx.tx, bucket, requireKey(input.Key), input.VersionId);
    const acl = requireAcl(bucket, input);
    refusePublicAcl({ principal: ctx.principal, action: 's3:PutObjectAcl', key: object.key }, ctx.tx, bucket, acl);
    if (bucket.ownership !== 'BucketOwnerEnforced') changeVersion(ctx.tx, bucket, object, { acl });
    return {};
  },
});

/** The list that a request asks for, in headers or in its body. */
function requireAcl(bucket: Bucket, input: AclRequest): Acl {
  const { ACL: name, AccessControlPolicy: policy } = input;
  const isInHeaders = name !== undefined || hasGrants(input);
  if (!policy && !isInHeaders) throw missingAcl();
  if (bucket.ownership === 'BucketOwnerEnforced') {
    const saysTheSame = policy ? aclOfBody(policy, bucket.account) === 'private' : name === 'bucket-owner-full-control';
    if (hasGrants(input) || !saysTheSame) throw aclNotSupported();
    return 'private';
  }
  if (policy && isInHeaders) throw unexpectedContent();
  return policy ? aclOfBody(policy, bucket.account) : (aclOf(input) ?? 'private');
}

function toPolicy(account: string, acl: Acl | undefined): { Owner: Owner; Grants: Grants } {
  return { Owner: ownerOf(account), Grants: grantsOf(acl, account).map(toWireGrant) };
}
