/** Access control lists: canned ones, where the bucket's ownership allows any at all. */
import type { S3 } from '../../../../generated/api/s3';
import { defineOperations, notImplemented } from '../../../kernel';
import { accessDenied, aclNotSupported, invalidArgument, malformedAcl, missingAcl } from '../errors';
import { atOwner, requireBucket, requireObject } from '../find';
import { requireKey } from '../object-key';
import { type Owner, ownerOf } from '../owner';
import { type Bucket, Buckets } from '../state';
import { replaceVersion } from '../versions';
import { publicAccessOf } from './bucket-settings';

type Grants = NonNullable<S3['GetBucketAcl']['output']['Grants']>;
type AclInput = Pick<
  S3['PutBucketAcl']['input'],
  'ACL' | 'AccessControlPolicy' | 'GrantFullControl' | 'GrantRead' | 'GrantReadACP' | 'GrantWrite' | 'GrantWriteACP'
>;

const groups = 'http://acs.amazonaws.com/groups';
const everybody = `${groups}/global/AllUsers`;
const authenticated = `${groups}/global/AuthenticatedUsers`;
const logDelivery = `${groups}/s3/LogDelivery`;

/** What each canned ACL grants besides full control to the owner (user guide, "Canned ACL"). */
const canned: Readonly<Record<string, readonly (readonly [group: string, permission: string])[]>> = {
  private: [],
  'public-read': [[everybody, 'READ']],
  'public-read-write': [
    [everybody, 'READ'],
    [everybody, 'WRITE'],
  ],
  'authenticated-read': [[authenticated, 'READ']],
  'log-delivery-write': [
    [logDelivery, 'WRITE'],
    [logDelivery, 'READ_ACP'],
  ],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
};

export const acls = defineOperations<S3>()({
  GetBucketAcl(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    return toPolicy(ownerOf(bucket.account), bucket.acl);
  },

  PutBucketAcl(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const acl = requireAcl(bucket, input);
    refusePublic(ctx, bucket, acl);
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
    refusePublic(ctx, bucket, acl);
    if (bucket.ownership !== 'BucketOwnerEnforced') replaceVersion(ctx.tx, bucket, { ...object, acl });
    return {};
  },
});

/** The canned ACL that a request asks for, by name or by a list that says the same. Other grants cannot be kept yet. */
function requireAcl(bucket: Bucket, input: AclInput): string {
  const { ACL: name, AccessControlPolicy: policy } = input;
  const grants = input.GrantFullControl ?? input.GrantRead ?? input.GrantReadACP ?? input.GrantWrite ?? input.GrantWriteACP;
  if (name === undefined && policy === undefined && grants === undefined) throw missingAcl();
  const acl = policy ? cannedOf(policy, ownerOf(bucket.account)) : name;
  if (bucket.ownership === 'BucketOwnerEnforced') {
    const saysTheSame = acl === 'bucket-owner-full-control' || (policy !== undefined && acl === 'private');
    if (grants !== undefined || !saysTheSame) throw aclNotSupported();
    return 'private';
  }
  if (acl === undefined) throw notImplemented('s3', 'ACLs with grants of their own');
  if (!Object.hasOwn(canned, acl)) throw invalidArgument('', 'x-amz-acl', acl);
  return acl;
}

function cannedOf(policy: NonNullable<AclInput['AccessControlPolicy']>, owner: Owner): string | undefined {
  if (!policy.Owner || !policy.Grants) throw malformedAcl();
  const texts = (grants: Grants) =>
    grants
      .map(({ Grantee: to, Permission }) => `${to?.ID ?? to?.URI ?? to?.EmailAddress} ${Permission}`)
      .sort()
      .join();
  const given = texts(policy.Grants);
  return Object.keys(canned).find((name) => texts(toPolicy(owner, name).Grants) === given);
}

function refusePublic(ctx: { readonly tx: Parameters<typeof requireBucket>[1] }, bucket: Bucket, acl: string): void {
  const isPublic = canned[acl]?.some(([group]) => group !== logDelivery);
  if (isPublic && publicAccessOf({ bucket, there: atOwner(ctx.tx, bucket) })?.BlockPublicAcls) throw accessDenied();
}

function toPolicy(owner: Owner, acl = 'private'): { Owner: Owner; Grants: Grants } {
  return {
    Owner: owner,
    Grants: [
      { Grantee: { Type: 'CanonicalUser', ID: owner.ID }, Permission: 'FULL_CONTROL' },
      ...(canned[acl] ?? []).map(([URI, Permission]) => ({ Grantee: { Type: 'Group' as const, URI }, Permission })),
    ],
  };
}
