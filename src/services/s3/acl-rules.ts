/** Access control lists by their canned names: what each grants, and which a bucket takes. */
import type { S3 } from '../../../generated/api/s3';
import type { Principal, Tx } from '../../kernel';
import { aclNotSupported, headerNotImplemented, publicAclBlocked } from './errors';
import { atOwner } from './find';
import { readSetting } from './settings';
import type { Bucket } from './state';

export type PublicAccess = NonNullable<S3['PutPublicAccessBlock']['input']['PublicAccessBlockConfiguration']>;

export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const prefix = 'http://acs.amazonaws.com/groups';
/** Whom a grant may be to, besides accounts. */
export const groups = {
  everybody: `${prefix}/global/AllUsers`,
  authenticated: `${prefix}/global/AuthenticatedUsers`,
  logDelivery: `${prefix}/s3/LogDelivery`,
} as const;
const { everybody, authenticated, logDelivery } = groups;

/** What each canned ACL grants besides full control to the owner (user guide, "Canned ACL"). */
export const cannedAcls: Readonly<Record<string, readonly (readonly [group: string, permission: string])[]>> = {
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

const allBlocked: PublicAccess = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

/** What blocks public access; undefined when that was taken away. */
export function publicAccessOf(tx: Tx, bucket: Bucket): PublicAccess | undefined {
  const setting = readSetting<PublicAccess | 'none'>(atOwner(tx, bucket), bucket, 'public-access');
  return setting === 'none' ? undefined : (setting ?? allBlocked);
}

/** "Authenticated users" are all of AWS, so that is public, too. */
export function isPublicAcl(acl: string | undefined): boolean {
  return acl !== undefined && cannedAcls[acl]?.some(([group]) => group !== logDelivery) === true;
}

/** "PUT Object calls fail if the request includes a public ACL" (user guide, "Blocking public access", BlockPublicAcls). */
export function refusePublicAcl(asked: Asked, tx: Tx, bucket: Bucket, acl: string | undefined): void {
  if (!isPublicAcl(acl) || !publicAccessOf(tx, bucket)?.BlockPublicAcls) return;
  const bucketArn = `arn:${tx.place.partition}:s3:::${bucket.name}`;
  throw publicAclBlocked(asked.principal.arn, asked.action, asked.key === undefined ? bucketArn : `${bucketArn}/${asked.key}`);
}

/** What is being done, for the sentence that refuses it. */
interface Asked {
  readonly principal: Principal;
  readonly action: string;
  readonly key?: string | undefined;
}

export function hasGrants(input: AclInput): boolean {
  return (input.GrantFullControl ?? input.GrantRead ?? input.GrantReadACP ?? input.GrantWrite ?? input.GrantWriteACP) !== undefined;
}

/** With ownership enforced only the ACL that says the same is taken (user guide, "Disabling ACLs"). */
export function requireAclAllowed(principal: Principal, tx: Tx, bucket: Bucket, input: AclInput & { readonly Key: string }): void {
  if (bucket.ownership === 'BucketOwnerEnforced') {
    if (hasGrants(input) || (input.ACL !== undefined && input.ACL !== 'bucket-owner-full-control')) throw aclNotSupported();
    return;
  }
  if (hasGrants(input)) throw headerNotImplemented('x-amz-grant-*');
  refusePublicAcl({ principal, action: 's3:PutObject', key: input.Key }, tx, bucket, input.ACL);
}
