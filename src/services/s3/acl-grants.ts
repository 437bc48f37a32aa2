/** What access control lists grant to those whom no policy allows (user guide, "Mapping of ACL permissions and access policy permissions"). */
import type { Principal, Tx } from '../../kernel';
import { cannedAcls, groups, isPublicAcl } from './acl-lists';
import { blocksPublic } from './acl-rules';
import { ownerOf } from './owner';
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
  if (permission === undefined || acl === undefined) return false;
  const grants = typeof acl === 'string' ? (cannedAcls[acl] ?? []) : acl;
  const isGranted = grants.some(([to, what]) => (what === permission || what === 'FULL_CONTROL') && isMeant(principal, to, bucket));
  return isGranted && !(isPublicAcl(acl) && blocksPublic(tx, bucket, 'IgnorePublicAcls'));
}

function isMeant(principal: Principal, grantee: string, bucket: Bucket): boolean {
  if (grantee === groups.everybody) return true;
  if (grantee === groups.logDelivery) return principal.type === 'service' && principal.service === logService;
  if (principal.type !== 'root' && principal.type !== 'user' && principal.type !== 'session') return false;
  if (grantee === groups.authenticated) return true;
  // Grants to an account are its own to hand on: the users of the bucket's have theirs from policies.
  return principal.account !== bucket.account && grantee === ownerOf(principal.account).ID;
}
