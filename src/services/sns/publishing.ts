/** A message on its way from a topic to its subscribers: deduplication, filters, and one delivery for each. */
import { hash } from 'node:crypto';
import { derived, type Tx } from '../../kernel';
import { effectivePolicy, managedRetries, toRetryPolicy } from './delivery-policy';
import { lambdaEvent, notification, type Published } from './envelope';
import { attributesMatch, bodyMatches } from './filter-matching';
import { compileFilterPolicy } from './filter-policy';
import { deliverMail, deliverPush } from './local-delivery';
import { type LocatedTopic, subscriptionsOf } from './lookup';
import { type Outgoing, readStructure, type TextFor } from './outgoing';
import { Deduplications, Published as PublishedCount, type Subscription, Subscriptions } from './state';

const deduplicationMs = 5 * 60_000;
const sweptAtOnce = 10;

export interface Receipt {
  readonly MessageId: string;
  readonly SequenceNumber?: string;
}

export interface Publishing {
  /** Base of the links in the message. */
  readonly baseUrl: string;
  readonly traceHeader?: string | undefined;
}

/** Publishes a checked message. A duplicate on a FIFO topic gets the first one's receipt and goes nowhere. */
export function publish(to: LocatedTopic, outgoing: Outgoing, publishing: Publishing): Receipt {
  const textFor = readStructure(outgoing);
  const messageId = to.tx.uuid();
  if (!to.topic.fifo) {
    fanOut(to, outgoing, textFor, publishing, { messageId, sequenceNumber: undefined, deduplicationId: undefined });
    return { MessageId: messageId };
  }
  const deduplicationId = outgoing.MessageDeduplicationId ?? hash('sha256', outgoing.Message, 'hex');
  const first = findDuplicate(to, deduplicationId, outgoing.MessageGroupId as string);
  if (first) return { MessageId: first.messageId, SequenceNumber: formatSequence(first.sequence) };
  const sequence = remember(to, deduplicationId, outgoing.MessageGroupId as string, messageId);
  const sequenceNumber = formatSequence(sequence);
  fanOut(to, outgoing, textFor, publishing, { messageId, sequenceNumber, deduplicationId });
  return { MessageId: messageId, SequenceNumber: sequenceNumber };
}

interface Ids {
  readonly messageId: string;
  readonly sequenceNumber: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** One delivery for each confirmed subscription whose filter lets the message through. */
function fanOut(to: LocatedTopic, outgoing: Outgoing, textFor: TextFor, publishing: Publishing, ids: Ids): void {
  const { tx, topic } = to;
  const timestamp = new Date(tx.now).toISOString();
  for (const subscription of subscriptionsOf(to)) {
    if (!subscription.confirmed || !passes(subscription, outgoing)) continue;
    const published: Published = {
      messageId: ids.messageId,
      sequenceNumber: ids.sequenceNumber,
      topicArn: subscription.topicArn,
      subject: outgoing.Subject,
      message: textFor(subscription.protocol),
      attributes: outgoing.MessageAttributes,
      timestamp,
      signatureVersion: topic.fifo ? undefined : (topic.attributes.SignatureVersion ?? '1'),
    };
    deliver(to, subscription, { published, outgoing, textFor, publishing, ids });
  }
}

const filterOf = derived(({ filterPolicy, filterScope }: Subscription) => ({
  policy: filterPolicy === undefined ? undefined : compileFilterPolicy(filterPolicy, filterScope),
}));

const noAttributes = {};

function passes(subscription: Subscription, { Message, MessageAttributes = noAttributes }: Outgoing): boolean {
  if (subscription.filterPolicy === undefined) return true;
  const { policy } = filterOf(subscription);
  if (policy === undefined) return true;
  return subscription.filterScope === 'MessageBody' ? bodyMatches(policy, Message) : attributesMatch(policy, MessageAttributes);
}

/** All that is known of a message when it goes to one subscriber. */
interface Parcel {
  readonly published: Published;
  readonly outgoing: Outgoing;
  readonly textFor: TextFor;
  readonly publishing: Publishing;
  readonly ids: Ids;
}

function deliver(to: LocatedTopic, subscription: Subscription, parcel: Parcel): void {
  const { protocol, endpoint, topicArn } = subscription;
  const unsubscribeUrl = `${parcel.publishing.baseUrl}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;
  if (protocol === 'sqs' || protocol === 'lambda' || protocol === 'firehose') deliverToService(to, subscription, parcel, unsubscribeUrl);
  else if (protocol === 'http' || protocol === 'https') deliverToHttp(to, subscription, parcel, unsubscribeUrl);
  else if (protocol === 'application') deliverPush(to.tx, endpoint, parcel.textFor, topicArn);
  else deliverMail(to, subscription, parcel.published, unsubscribeUrl);
}

function deliverToService({ tx, topic }: LocatedTopic, subscription: Subscription, parcel: Parcel, unsubscribeUrl: string): void {
  const { published, outgoing, publishing, ids } = parcel;
  const { endpoint, raw } = subscription;
  const keepsOrder = topic.fifo && endpoint.endsWith('.fifo');
  tx.send(endpoint, bodyFor(subscription, published, unsubscribeUrl), {
    from: 'sns.amazonaws.com',
    sourceArn: subscription.topicArn,
    deadLetterArn: subscription.deadLetterArn,
    retry: managedRetries,
    // A standard queue gets groups of standard topics (fair queues), none of FIFO topics (recorded).
    groupId: keepsOrder || !topic.fifo ? outgoing.MessageGroupId : undefined,
    dedupId: keepsOrder ? ids.deduplicationId : undefined,
    traceHeader: publishing.traceHeader,
    attributes: raw ? published.attributes : undefined,
    late: raw || published.signatureVersion === undefined ? undefined : 'sns',
    key: keepsOrder ? `${subscription.id}|${outgoing.MessageGroupId}` : undefined,
  });
}

function bodyFor(subscription: Subscription, published: Published, unsubscribeUrl: string): string {
  if (subscription.protocol === 'lambda') return lambdaEvent(published, subscription.arn, unsubscribeUrl);
  return subscription.raw ? published.message : notification(published, unsubscribeUrl);
}

function deliverToHttp({ tx, topic }: LocatedTopic, subscription: Subscription, parcel: Parcel, unsubscribeUrl: string): void {
  const { published } = parcel;
  const { raw } = subscription;
  const policy = effectivePolicy(topic.attributes.DeliveryPolicy, subscription.deliveryPolicy);
  tx.send(subscription.arn, bodyFor(subscription, published, unsubscribeUrl), {
    from: 'sns.amazonaws.com',
    sourceArn: subscription.topicArn,
    deadLetterArn: subscription.deadLetterArn,
    retry: toRetryPolicy(policy),
    notBefore: throttled(tx, subscription, policy.throttlePolicy?.maxReceivesPerSecond),
    attributes: raw ? published.attributes : undefined,
    late: raw || published.signatureVersion === undefined ? undefined : 'sns',
    hint: {
      url: subscription.endpoint,
      type: 'Notification',
      messageId: published.messageId,
      contentType: policy.requestPolicy.headerContentType,
      ...(raw && { raw: 'true' }),
    },
  });
}

/** When a throttled subscription's next delivery may leave. */
function throttled(tx: Tx, subscription: Subscription, perSecond: number | undefined): number | undefined {
  if (perSecond === undefined) return undefined;
  const at = Math.max(tx.now, subscription.nextDelivery);
  tx.put(Subscriptions, { ...subscription, nextDelivery: at + 1000 / perSecond });
  return at > tx.now ? Math.ceil(at) : undefined;
}

/** Per topic, or per group where the topic's throughput is (FifoThroughputScope). */
function scopeOf({ topic }: LocatedTopic, group: string): string {
  return topic.attributes.FifoThroughputScope === 'MessageGroup' ? group : '';
}

function findDuplicate(to: LocatedTopic, id: string, group: string) {
  const { tx, topic } = to;
  for (const old of tx.scanIndex(Deduplications, 'expiry', { prefix: topic.id, to: [topic.id, tx.now + 1], limit: sweptAtOnce })) {
    tx.delete(Deduplications, old);
  }
  const found = tx.get(Deduplications, [topic.id, scopeOf(to, group), id]);
  return found && found.expiresAt > tx.now ? found : undefined;
}

function remember(to: LocatedTopic, id: string, group: string, messageId: string): number {
  const { tx, topic } = to;
  tx.add(PublishedCount, topic.id, 1);
  const sequence = tx.count(PublishedCount, topic.id);
  tx.put(Deduplications, { topic: topic.id, scope: scopeOf(to, group), id, messageId, sequence, expiresAt: tx.now + deduplicationMs });
  return sequence;
}

/** Twenty digits that grow, as AWS's do. */
function formatSequence(sequence: number): string {
  return `1${String(sequence).padStart(16, '0')}000`;
}
