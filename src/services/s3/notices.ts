/** Says what happened to objects: a durable event for each change, with what its notifications will need to say. */
import { extendedRequestId, type Principal, type RequestFacts, type Tx } from '../../kernel';
import { type Bucket, Sequencers, type Version } from './state';
import { isMarker } from './versions';

/** Who caused a change. */
interface Cause {
  readonly principal: Principal;
  readonly request: RequestFacts;
}

/** The detail of `s3.object-…` events. */
export interface ObjectNotice {
  readonly bucket: string;
  /** `ObjectCreated:Put` */
  readonly name: string;
  readonly key: string;
  readonly versionId?: string;
  readonly size?: number;
  readonly etag?: string;
  /** Hexadecimal; grows with every change of the bucket. */
  readonly sequencer: string;
  readonly at: number;
  readonly principalId: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly hostId: string;
}

/** Event names by the first part of what they are about. */
const lanes: Readonly<Record<string, string>> = {
  ObjectCreated: 's3.object-created',
  ObjectRemoved: 's3.object-removed',
  ObjectTagging: 's3.object-tagged',
  LifecycleExpiration: 's3.object-expired',
  LifecycleTransition: 's3.object-transitioned',
};

export const noticeEvents: readonly string[] = Object.values(lanes);

/** The MD5 of nothing, which notifications give delete markers as their ETag. */
const emptyETag = 'd41d8cd98f00b204e9800998ecf8427e';

/** To be called in the transaction of the change. `cause` is absent when S3 itself did it, by a lifecycle rule. */
export function announce(cause: Cause | undefined, tx: Tx, bucket: Bucket, name: string, version: Version): void {
  if (!bucket.notifies) return;
  const home = tx.in({ account: bucket.account, region: bucket.region });
  home.add(Sequencers, bucket.name, 1);
  const requestId = cause?.request.id ?? tx.id('', 16, '0123456789ABCDEFGHJKMNPQRSTVWXYZ');
  const isNew = name.startsWith('ObjectCreated');
  const notice: ObjectNotice = {
    bucket: bucket.name,
    name,
    key: version.key,
    ...(bucket.versioning && { versionId: version.versionId }),
    ...(isNew && !isMarker(version) && { size: version.size }),
    ...(name !== 'ObjectRemoved:Delete' && name !== 'LifecycleExpiration:Delete' && { etag: isMarker(version) ? emptyETag : version.etag }),
    sequencer: home.count(Sequencers, bucket.name).toString(16).toUpperCase().padStart(18, '0'),
    at: tx.now,
    principalId: cause ? principalIdOf(cause.principal) : 's3.amazonaws.com',
    sourceIp: cause?.request.sourceIp ?? 's3.amazonaws.com',
    requestId,
    hostId: extendedRequestId(requestId),
  };
  home.emit(lanes[name.split(':', 1)[0]!]!, { ...notice }, { key: bucket.name });
}

function principalIdOf(principal: Principal): string {
  return principal.type === 'anonymous' ? 'Anonymous' : `AWS:${principal.id}`;
}
