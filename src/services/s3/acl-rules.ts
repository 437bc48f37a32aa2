/** Which access control lists a bucket takes. */
import type { S3 } from '../../../generated/api/s3';
import { accountRules, bucketArn, type EventHandler, objectArn, type Principal, type Tx } from '../../kernel';
import { type AclInput, aclOf, hasGrants, isPublicAcl } from './acl-lists';
import { aclNotSupported, publicAclBlocked } from './errors';
import { atOwner } from './find';
import { readSetting, removeSetting, wholeAccount, writeSetting } from './settings';
import type { Acl, Bucket } from './state';

export type PublicAccess = NonNullable<S3['PutPublicAccessBlock']['input']['PublicAccessBlockConfiguration']>;

const allBlocked: PublicAccess = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

/** What the bucket's own configuration blocks; undefined when that was taken away. */
export function publicAccessOf(tx: Tx, bucket: Bucket): PublicAccess | undefined {
  const setting = readSetting<PublicAccess | 'none'>(atOwner(tx, bucket), bucket, 'public-access');
  return setting === 'none' ? undefined : (setting ?? allBlocked);
}

/**
 * "Amazon S3 uses the most restrictive combination of the bucket-level and account-level settings" (user guide); an
 * organization's S3 policy overrides those of the account.
 */
export function blocksPublic(tx: Tx, bucket: Bucket, what: keyof PublicAccess): boolean {
  if (publicAccessOf(tx, bucket)?.[what] === true) return true;
  const owner = atOwner(tx, bucket);
  const imposed = accountRules(owner, owner.place.account)?.publicAccessBlock;
  if (imposed !== undefined) return imposed === 'all';
  return readSetting<PublicAccess>(owner, wholeAccount, 'public-access')?.[what] === true;
}

/** S3 Control says what is blocked for all buckets of an account. */
export const accountEvents: Readonly<Record<string, EventHandler>> = {
  's3control.public-access': {
    inside(tx: Tx, { configuration }: { readonly configuration?: PublicAccess }) {
      if (configuration) writeSetting(tx, wholeAccount, 'public-access', configuration);
      else removeSetting(tx, wholeAccount, 'public-access');
    },
  },
};

/** "PUT Object calls fail if the request includes a public ACL" (user guide, "Blocking public access", BlockPublicAcls). */
export function refusePublicAcl(asked: Asked, tx: Tx, bucket: Bucket, acl: Acl | undefined): void {
  if (!isPublicAcl(acl) || !blocksPublic(tx, bucket, 'BlockPublicAcls')) return;
  const { principal, action, key } = asked;
  throw publicAclBlocked(
    principal.arn,
    action,
    key === undefined ? bucketArn(tx.place, bucket.name) : objectArn(tx.place, bucket.name, key),
  );
}

/** What is being done, for the sentence that refuses it. */
interface Asked {
  readonly principal: Principal;
  readonly action: string;
  readonly key?: string | undefined;
}

/** With ownership enforced only the ACL that says the same is taken (user guide, "Disabling ACLs"). */
export function requireAclAllowed(principal: Principal, tx: Tx, bucket: Bucket, input: AclInput & { readonly Key: string }): void {
  if (bucket.ownership === 'BucketOwnerEnforced') {
    if (hasGrants(input) || (input.ACL !== undefined && input.ACL !== 'bucket-owner-full-control')) throw aclNotSupported();
    return;
  }
  refusePublicAcl({ principal, action: 's3:PutObject', key: input.Key }, tx, bucket, aclOf(input));
}
