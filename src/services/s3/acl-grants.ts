/** What access control lists grant to those whom no policy allows (user guide, "Mapping of ACL permissions and access policy permissions"). */
import type { Principal, Tx } from '../../kernel';
import { cannedAcls, groups, publicAccessOf } from './acl-rules';
import type { Bucket, StoredObject } from './state';

/** Permission of a bucket's ACL by action. */
const bucketPermissions: Readonly<Record<string, string>> = {
  's3:ListBucket': 'READ',
  's3:ListBucketVersions': 'READ',
  's3:ListBucketMultipartUploads': 'READ',
  's3:PutObject': 'WRITE',
  's3:GetBucketAcl': 'READ_ACP',
  's3:PutBucketAcl': 'WRITE_ACP',
};

/** Of an object's. */
const objectPermissions: Readonly<Record<string, string>> = {
  's3:GetObject': 'READ',
  's3:GetObjectVersion': 'READ',
  's3:GetObjectAcl': 'READ_ACP',
  's3:GetObjectVersionAcl': 'READ_ACP',
  's3:PutObjectAcl': 'WRITE_ACP',
  's3:PutObjectVersionAcl': 'WRITE_ACP',
};

const logService = 'logging.s3.amazonaws.com';

/** To be asked only where the bucket's ownership lets ACLs count. `object`: the one that the need is about, if it is there. */
export function aclGrants(tx: Tx, bucket: Bucket, object: () => StoredObject | undefined, principal: Principal, action: string): boolean {
  const ofBucket = bucketPermissions[action];
  // "Allows the grantee to create new objects": those that are there are their owner's to overwrite.
  if (ofBucket === 'WRITE' && object() !== undefined) return false;
  const permission = ofBucket ?? objectPermissions[action];
  const acl = ofBucket === undefined ? object()?.acl : bucket.acl;
  const granted = acl === undefined ? [] : (cannedAcls[acl] ?? []);
  const by = granted.find(([group, each]) => each === permission && isMember(principal, group));
  if (!by) return false;
  return by[0] === groups.logDelivery || publicAccessOf(tx, bucket)?.IgnorePublicAcls !== true;
}

function isMember(principal: Principal, group: string): boolean {
  if (group === groups.everybody) return true;
  if (group === groups.logDelivery) return principal.type === 'service' && principal.service === logService;
  return principal.type === 'root' || principal.type === 'user' || principal.type === 'session';
}
