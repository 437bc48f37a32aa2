/** What follows from changes of objects: their notifications. */
import { bucketArn, type EventHandler, type Tx } from '../../kernel';
import { atOwner } from './find';
import { noticeEvents, type ObjectNotice } from './notices';
import { concerns, type Destination } from './notification-rules';
import { urlEncodeKey } from './object-key';
import { customerIdOf } from './owner';
import { readSetting } from './settings';
import { type Bucket, Buckets } from './state';

const sender = 's3.amazonaws.com';

/** Sends to each destination whose configuration the event meets; how it gets there is the kernel's business. */
const notify: EventHandler = {
  inside(tx: Tx, notice: ObjectNotice) {
    const bucket = tx.get(Buckets, notice.bucket);
    if (!bucket) return;
    const stored = readSetting<{ destinations: readonly Destination[] }>(atOwner(tx, bucket), bucket, 'notification');
    for (const destination of stored?.destinations ?? []) {
      if (!concerns(destination, notice.name, notice.key)) continue;
      deliver(tx, bucket, destination, { Records: [toRecord(notice, bucket, destination, tx.place.partition)] });
    }
  },
};

export const events: Readonly<Record<string, EventHandler>> = Object.fromEntries(noticeEvents.map((name) => [name, notify]));

/** What S3 sends when a configuration is put, to see whether it arrives. */
export function sendTestEvent(
  tx: Tx,
  bucket: Bucket,
  destination: Destination,
  ids: { readonly requestId: string; readonly hostId: string },
): void {
  deliver(tx, bucket, destination, {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(tx.now).toISOString(),
    Bucket: bucket.name,
    RequestId: ids.requestId,
    HostId: ids.hostId,
  });
}

function deliver(tx: Tx, bucket: Bucket, { arn, element }: Destination, payload: object): void {
  const text = JSON.stringify(payload);
  tx.send(arn, element === 'TopicArn' ? { Subject: 'Amazon S3 Notification', Message: text } : text, {
    from: sender,
    sourceArn: bucketArn(tx.place, bucket.name),
  });
}

/** User guide, "Event message structure". */
function toRecord(notice: ObjectNotice, bucket: Bucket, destination: Destination, partition: string) {
  const isOfOldKind = /^Object(Created|Removed)/.test(notice.name);
  return {
    // 2.3 is for lifecycle, tagging, ACL and restore deletions.
    eventVersion: isOfOldKind ? '2.1' : '2.3',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: new Date(notice.at).toISOString(),
    eventName: notice.name,
    userIdentity: { principalId: notice.principalId },
    requestParameters: { sourceIPAddress: notice.sourceIp },
    responseElements: { 'x-amz-request-id': notice.requestId, 'x-amz-id-2': notice.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: destination.id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: customerIdOf(bucket.account) },
        arn: bucketArn({ partition }, bucket.name),
      },
      object: {
        key: urlEncodeKey(notice.key),
        ...(notice.size !== undefined && { size: notice.size }),
        ...(notice.etag !== undefined && { eTag: notice.etag }),
        ...(notice.versionId !== undefined && { versionId: notice.versionId }),
        ...(!notice.name.startsWith('ObjectTagging') && { sequencer: notice.sequencer }),
      },
    },
  };
}
