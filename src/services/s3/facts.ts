/** What decisions about access need to know of buckets and objects. */
import { type AccessFacts, derived, type Principal, type ResourceFacts, type Tags, type Tx } from '../../kernel';
import { compilePolicy } from '../../policy';
import type { NeedDetail } from './access';
import { requestConditions } from './access-conditions';
import { aclGrants } from './acl-grants';
import { publicAccessOf } from './acl-rules';
import { isPublic } from './bucket-policy';
import { noSuchBucket } from './errors';
import { atOwner } from './find';
import { ownerOf } from './owner';
import { readSetting } from './settings';
import { type Bucket, type BucketSetting, BucketSettings, Buckets, Objects, type StoredObject, Versions } from './state';
import { isMarker } from './versions';

/** The condition key s3:ExistingObjectTag is known to these (service authorization reference). */
const seesObjectTags = /^s3:(GetObject(Version)?(Acl|Attributes|Tagging)?|PutObject(Version)?(Acl|Tagging)|DeleteObject(Version)?Tagging)$/;

/** What an owner's root user may do whatever the bucket's policy says (PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy). */
const neverLockedOut: ReadonlySet<string> = new Set(['s3:PutBucketPolicy', 's3:GetBucketPolicy', 's3:DeleteBucketPolicy']);

const policyOf = derived((setting: BucketSetting) => {
  const text = setting.value as string;
  return { policy: { text }, isPublic: isPublic(compilePolicy(text, 'resource').document) };
});

export const facts: AccessFacts = {
  resource(tx, arn, _at, { action, detail, conditions }, principal) {
    const path = /^arn:[\w-]+:s3:::([^/]+)(?:\/(.*))?$/s.exec(arn);
    if (!path) return undefined;
    const { request, creates } = (detail ?? {}) as Partial<NeedDetail>;
    const ofRequest = () => (request ? requestConditions(request, tx.now) : {});
    const name = path[1] as string;
    const key = path[2];
    const bucket = creates ? undefined : tx.get(Buckets, name);
    if (!bucket) {
      return {
        get conditions() {
          return ofRequest();
        },
        ...(!creates && { denial: () => noSuchBucket(name) }),
      };
    }
    const there = atOwner(tx, bucket);
    const object = () => (key === undefined ? undefined : findObject(there, bucket, key, conditions?.['s3:versionid']));
    return {
      ...rights(tx, bucket, principal, action, object),
      get tags() {
        return bucketTags(tx, bucket, arn);
      },
      get conditions() {
        return {
          ...ofRequest(),
          's3:ResourceAccount': bucket.account,
          ...prefixed('s3:BucketTag/', bucketTags(tx, bucket, arn)),
          ...(seesObjectTags.test(action) && prefixed('s3:ExistingObjectTag/', object()?.tags)),
        };
      },
    };
  },
  canonicalUser: (account) => ownerOf(account).ID,
};

/** Whose the bucket or object is, and what its policy and its ACL grant. */
function rights(
  tx: Tx,
  bucket: Bucket,
  principal: Principal,
  action: string,
  object: () => StoredObject | undefined,
): Pick<ResourceFacts, 'account' | 'policy' | 'grants'> {
  const isOwners = principal.account === bucket.account && principal.type !== 'anonymous';
  const { account } = bucket;
  if (principal.type === 'root' && isOwners && neverLockedOut.has(action)) return { account };
  const setting = atOwner(tx, bucket).get(BucketSettings, [bucket.name, 'policy']);
  const held = setting && policyOf(setting);
  // "Only AWS service principals and authorized users within the bucket owner's account" (RestrictPublicBuckets).
  const isRestricted = held?.isPublic === true && !isOwners && principal.type !== 'service';
  if (isRestricted && publicAccessOf(tx, bucket)?.RestrictPublicBuckets) return { account };
  return {
    account,
    policy: held?.policy,
    ...(bucket.ownership !== 'BucketOwnerEnforced' && { grants: (who) => aclGrants(tx, bucket, object, who, action) }),
  };
}

function findObject(there: Tx, bucket: Bucket, key: string, versionId: string | readonly string[] | undefined): StoredObject | undefined {
  const current = there.get(Objects, [bucket.name, key]);
  if (typeof versionId !== 'string' || current?.versionId === versionId) return current;
  const version = there.find(Versions, 'id', [bucket.name, key, versionId]);
  return version && !isMarker(version) ? version : undefined;
}

/** Tags count for access once the bucket's owner has said so (user guide, "Enabling ABAC in general purpose buckets"). */
function bucketTags(tx: Tx, bucket: Bucket, arn: string): Tags | undefined {
  if (readSetting<string>(atOwner(tx, bucket), bucket, 'abac') !== 'Enabled') return undefined;
  return tx.in({ account: bucket.account, region: bucket.region }).tagsOf(arn.split('/', 1)[0] as string);
}

function prefixed(prefix: string, tags: Tags | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [prefix + key, value]));
}
