/** Access control lists: canned ones, where the bucket's ownership allows any at all. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, notImplemented } from '../../../kernel';
import { type AclInput, cannedAcls, hasGrants, refusePublicAcl } from '../acl-rules';
import { aclNotSupported, invalidArgument, malformedAcl, missingAcl } from '../errors';
import { requireBucket, requireObject } from '../find';
import { requireKey } from '../object-key';
import { type Owner, ownerOf } from '../owner';
import { type Bucket, Buckets } from '../state';
import { replaceVersion } from '../versions';

type Grants = NonNullable<S3['GetBucketAcl']['output']['Grants']>;
type AclRequest = AclInput & Pick<S3['PutBucketAcl']['input'], 'AccessControlPolicy'>;

export const acls = defineOperations<S3>()({
  GetBucketAcl(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    return toPolicy(ownerOf(bucket.account), bucket.acl);
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
    return toPolicy(ownerOf(bucket.account), bucket.ownership === 'BucketOwnerEnforced' ? undefined : object.acl);
  },

  PutObjectAcl(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const object = requireObject(ctx.tx, bucket, requireKey(input.Key), input.VersionId);
    const acl = requireAcl(bucket, input);
    refusePublicAcl({ principal: ctx.principal, action: 's3:PutObjectAcl', key: object.key }, ctx.tx, bucket, acl);
    if (bucket.ownership !== 'BucketOwnerEnforced') replaceVersion(ctx.tx, bucket, { ...object, acl });
    return {};
  },
});

/** The canned ACL that a request asks for, by name or by a list that says the same. Other grants cannot be kept yet. */
function requireAcl(bucket: Bucket, input: AclRequest): string {
  const { ACL: name, AccessControlPolicy: policy } = input;
  if (name === undefined && policy === undefined && !hasGrants(input)) throw missingAcl();
  const acl = policy ? cannedOf(policy, ownerOf(bucket.account)) : name;
  if (bucket.ownership === 'BucketOwnerEnforced') {
    const saysTheSame = acl === 'bucket-owner-full-control' || (policy !== undefined && acl === 'private');
    if (hasGrants(input) || !saysTheSame) throw aclNotSupported();
    return 'private';
  }
  if (acl === undefined) throw notImplemented('s3', 'ACLs with grants of their own');
  if (!Object.hasOwn(cannedAcls, acl)) throw invalidArgument('', 'x-amz-acl', acl);
  return acl;
}

function cannedOf(policy: NonNullable<AclRequest['AccessControlPolicy']>, owner: Owner): string | undefined {
  if (!policy.Owner || !policy.Grants) throw malformedAcl();
  const texts = (grants: Grants) =>
    grants
      .map(({ Grantee: to, Permission }) => `${to?.ID ?? to?.URI ?? to?.EmailAddress} ${Permission}`)
      .sort()
      .join();
  const given = texts(policy.Grants);
  return Object.keys(cannedAcls).find((name) => texts(toPolicy(owner, name).Grants) === given);
}

function toPolicy(owner: Owner, acl = 'private'): { Owner: Owner; Grants: Grants } {
  return {
    Owner: owner,
    Grants: [
      { Grantee: { Type: 'CanonicalUser', ID: owner.ID }, Permission: 'FULL_CONTROL' },
      ...(cannedAcls[acl] ?? []).map(([URI, Permission]) => ({ Grantee: { Type: 'Group' as const, URI }, Permission })),
    ],
  };
}
