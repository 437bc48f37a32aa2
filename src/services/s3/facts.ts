/** What decisions about access need to know of buckets and objects. */
import {
  type AccessFacts,
  type AccessNeed,
  derived,
  encodedKey,
  type Keyed,
  type PolicyText,
  type Principal,
  type RequestFacts,
  type ResourceFacts,
  type Tags,
  type Tx,
} from '../../kernel';
import { compilePolicy } from '../../policy';
import type { NeedDetail } from './access';
import { type Conditions, requestConditions } from './access-conditions';
import { aclGrants } from './acl-grants';
import { blocksPublic } from './acl-rules';
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

/** Looked for at every call. */
const policyKey = derived(({ name }: Bucket): Keyed => ({ key: encodedKey([name, 'policy']) }));

export const facts: AccessFacts = {
  resource(tx, arn, _at, { action, detail, conditions }, principal) {
    const start = arn.indexOf(':s3:::') + ':s3:::'.length;
    if (start < ':s3:::'.length) return undefined;
    const slash = arn.indexOf('/', start);
    const name = slash < 0 ? arn.slice(start) : arn.slice(start, slash);
    const { request, creates } = (detail ?? noDetail) as Partial<NeedDetail>;
    const bucket = creates ? undefined : tx.get(Buckets, name);
    if (!bucket) return missingBucket(tx, name, request, creates === true);
    const key = slash < 0 ? undefined : arn.slice(slash + 1);
    return new BucketFacts({ tx, bucket, arn, key, action, request, conditions, policy: policyFor(tx, bucket, principal, action) });
  },
  canonicalUser: (account) => ownerOf(account).ID,
};

/** What is asked of a bucket that is there. */
interface Asked {
  readonly tx: Tx;
  readonly bucket: Bucket;
  readonly arn: string;
  readonly key: string | undefined;
  readonly action: string;
  readonly request: RequestFacts | undefined;
  readonly conditions: AccessNeed['conditions'];
  readonly policy: PolicyText | 'restricted' | undefined;
}

/** One is made for every call, and hardly ever asked for more than account and policy. */
class BucketFacts implements ResourceFacts {
  readonly account: string;
  readonly policy: PolicyText | undefined;
  readonly #asked: Asked;

  constructor(asked: Asked) {
    const { bucket, policy } = asked;
    this.account = bucket.account;
    this.policy = policy === 'restricted' ? undefined : policy;
    this.#asked = asked;
  }

  grants(who: Principal): boolean {
    const { tx, bucket, action, policy } = this.#asked;
    const isClosed = policy === 'restricted' || bucket.ownership === 'BucketOwnerEnforced';
    return !isClosed && aclGrants(tx, bucket, () => this.#object(), who, action);
  }

  tags(): Tags | undefined {
    const { tx, bucket, arn } = this.#asked;
    return bucketTags(tx, bucket, arn);
  }

  conditions(): Conditions {
    const { tx, bucket, action, request } = this.#asked;
    return {
      's3:ResourceAccount': bucket.account,
      ...(request && requestConditions(request, tx.now)),
      ...prefixed('s3:BucketTag/', this.tags()),
      ...(seesObjectTags.test(action) && prefixed('s3:ExistingObjectTag/', this.#object()?.tags)),
    };
  }

  #object(): StoredObject | undefined {
    const { tx, bucket, key, conditions } = this.#asked;
    return key === undefined ? undefined : findObject(tx, bucket, key, conditions?.['s3:versionid']);
  }
}

const noDetail: Partial<NeedDetail> = {};

/** A bucket that is about to be created is its creator's; any other that is not there is told to be missing, also to those who may nothing. */
function missingBucket(tx: Tx, name: string, request: RequestFacts | undefined, creates: boolean): ResourceFacts {
  return {
    conditions: () => (request ? requestConditions(request, tx.now) : {}),
    ...(!creates && { denial: () => noSuchBucket(name) }),
  };
}

/** The bucket's policy, as far as it counts for this principal; `restricted` where the bucket is closed to all but its owner's account. */
function policyFor(tx: Tx, bucket: Bucket, principal: Principal, action: string): PolicyText | 'restricted' | undefined {
  const isOwners = principal.account === bucket.account && principal.type !== 'anonymous';
  if (principal.type === 'root' && isOwners && neverLockedOut.has(action)) return undefined;
  const setting = atOwner(tx, bucket).get(BucketSettings, policyKey(bucket));
  if (!setting) return undefined;
  const { policy, isPublic: isOpen } = policyOf(setting);
  // "Only AWS service principals and authorized users within the bucket owner's account" (RestrictPublicBuckets).
  const isStrangers = isOpen && !isOwners && principal.type !== 'service';
  return isStrangers && blocksPublic(tx, bucket, 'RestrictPublicBuckets') ? 'restricted' : policy;
}

function findObject(tx: Tx, bucket: Bucket, key: string, versionId: string | readonly string[] | undefined): StoredObject | undefined {
  const there = atOwner(tx, bucket);
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
