/** Operations on subscriptions: their life, confirmation and attributes. */
import type { SNS } from '../../../../generated/api/sns';
import { defineOperations, partitionOf, type Tx, type TxContext } from '../../../kernel';
import { askToConfirm, confirm, count, removeSubscription, tellUnsubscribed } from '../confirming';
import { effectivePolicy, effectivePolicyText } from '../delivery-policy';
import { type CheckedEndpoint, checkEndpoint, mustConfirm } from '../endpoints';
import { invalidParameter, notAuthorized, pendingSubscription, unsupported } from '../errors';
import { findSubscription, type LocatedTopic, requireSubscription, requireTopic, topicAddress, topicOf } from '../lookup';
import { isFifoName, parseSubscriptionArn, parseTopicArn } from '../names';
import { afterToken, cutPage, pageSize } from '../paging';
import { PlatformEndpoints, type Subscription, Subscriptions } from '../state';
import { defaultSettings, type SubscriptionSettings, withAttributes } from '../subscription-attributes';

export const subscriptionOperations = defineOperations<SNS>()({
  Subscribe(ctx, { TopicArn, Protocol, Endpoint, Attributes = {}, ReturnSubscriptionArn }) {
    const { name } = topicAddress(ctx.tx, TopicArn);
    const fifoTopic = isFifoName(name);
    const checked = checkEndpoint(Protocol, Endpoint, fifoTopic);
    const settings = withAttributes(defaultSettings, { ...checked, fifoTopic }, Attributes, 'Subscribe');
    const located = requireTopic(ctx, TopicArn);
    const existing = findSame(located, checked);
    if (existing) checkSame(existing, fifoTopic, Attributes);
    else checkDeliverable(ctx, checked);
    const subscription = existing ?? subscribe(ctx, located, checked, settings);
    // Subscribing again asks again.
    if (!subscription.confirmed) askToConfirm(located, subscription, ctx.request.baseUrl);
    return { SubscriptionArn: subscription.confirmed || ReturnSubscriptionArn ? subscription.arn : 'pending confirmation' };
  },

  ConfirmSubscription(ctx, { TopicArn, Token, AuthenticateOnUnsubscribe }) {
    const { region } = parseConfirmedTopic(TopicArn);
    const subscription = confirm(inPartitionOf(ctx, region), region, Token, {
      authenticated: ctx.principal.type !== 'anonymous',
      authenticateOnUnsubscribe: AuthenticateOnUnsubscribe?.toLowerCase() === 'true',
    });
    return { SubscriptionArn: subscription.arn };
  },

  /** Unsubscribing what is not there succeeds; the link in a message needs no signature, unless its subscriber wanted one. */
  Unsubscribe(ctx, { SubscriptionArn }) {
    const address = parseSubscriptionArn(SubscriptionArn);
    const tx = inPartitionOf(ctx, address.topic.region);
    const subscription = findSubscription(tx, address);
    if (!subscription) return {};
    const signed = ctx.principal.type !== 'anonymous';
    if (!signed && subscription.authenticateOnUnsubscribe) throw notAuthorized('Unsubscribe', SubscriptionArn);
    if (!subscription.confirmed) throw pendingSubscription();
    removeSubscription(tx, subscription);
    const topic = topicOf(tx, subscription);
    if (topic) tellUnsubscribed(topic, subscription, ctx.request.baseUrl);
    return {};
  },

  GetSubscriptionAttributes(ctx, { SubscriptionArn }) {
    return { Attributes: shown(ctx, requireSubscription(ctx.tx, SubscriptionArn)) };
  },

  SetSubscriptionAttributes({ tx }, { SubscriptionArn, AttributeName, AttributeValue = '' }) {
    const subscription = requireSubscription(tx, SubscriptionArn);
    const { protocol, endpoint, topic } = subscription;
    const subject = { protocol, endpoint, fifoTopic: isFifoName(topic) };
    const settings = withAttributes(subscription, subject, { [AttributeName]: AttributeValue }, 'SetSubscriptionAttributes');
    tx.put(Subscriptions, { ...subscription, ...settings });
    return {};
  },

  ListSubscriptions({ tx, region, account }, { NextToken }) {
    const after = afterToken('sns.subscriptions', NextToken);
    const found = tx.scanIndex(Subscriptions, 'subscriber', {
      prefix: [region, account],
      ...(after && { after: [region, account, ...after] }),
      limit: pageSize + 1,
    });
    const page = cutPage(found, 'sns.subscriptions', (s) => [s.region, s.account, s.topic, s.id]);
    return { Subscriptions: page.items.map(toSubscription), NextToken: page.NextToken };
  },

  ListSubscriptionsByTopic(ctx, { TopicArn, NextToken }) {
    const { tx, topic } = requireTopic(ctx, TopicArn);
    const prefix = [tx.place.region, tx.place.account, topic.name];
    const after = afterToken('sns.topic-subscriptions', NextToken);
    const found = tx.scan(Subscriptions, { prefix, ...(after && { after: [...prefix, ...after] }), limit: pageSize + 1 });
    const page = cutPage(found, 'sns.topic-subscriptions', ({ id }) => [id]);
    return { Subscriptions: page.items.map(toSubscription), NextToken: page.NextToken };
  },
});

/** Links carry no signature, which would say the region: their ARN does. */
function inPartitionOf({ tx }: TxContext, region: string): Tx {
  return tx.in({ partition: partitionOf(region) });
}

/** A topic that is not there is not asked for: the token says which subscription is meant (recorded). */
function parseConfirmedTopic(arn: string) {
  try {
    return parseTopicArn(arn, 'Topic');
  } catch {
    throw invalidParameter('Topic'); // the other sentences about ARNs are not used here
  }
}

/** An endpoint is subscribed to a topic once. */
function findSame({ tx, topic }: LocatedTopic, { protocol, endpoint }: CheckedEndpoint): Subscription | undefined {
  return tx.find(Subscriptions, 'endpoint', [tx.place.region, tx.place.account, topic.name, protocol, endpoint]);
}

/** Subscribing again succeeds when the attributes given are those it has. */
function checkSame(existing: Subscription, fifoTopic: boolean, attributes: Readonly<Record<string, string>>): void {
  const { protocol, endpoint } = existing;
  const wanted = withAttributes(existing, { protocol, endpoint, fifoTopic }, attributes, 'Subscribe');
  const names = Object.keys(defaultSettings) as (keyof SubscriptionSettings)[];
  if (names.some((name) => wanted[name] !== existing[name])) {
    throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
  }
}

/** A subscription that nothing would ever reach is refused, not accepted in silence. */
function checkDeliverable({ tx }: TxContext, { protocol, endpoint, arn }: CheckedEndpoint): void {
  if (arn === undefined) return;
  if (protocol !== 'application') {
    if (!tx.receives(endpoint)) throw unsupported(`delivery to ${protocol}`);
  } else if (!tx.in({ account: arn.account, region: arn.region }).has(PlatformEndpoints, endpoint)) {
    throw invalidParameter('Endpoint Reason: Endpoint does not exist for endpoint');
  }
}

function subscribe(ctx: TxContext, { tx, topic }: LocatedTopic, checked: CheckedEndpoint, settings: SubscriptionSettings): Subscription {
  const { region, account } = tx.place;
  const topicArn = `arn:${tx.place.partition}:sns:${region}:${account}:${topic.name}`;
  const id = ctx.uuid();
  const confirmed = !mustConfirm(checked, ctx.account);
  const subscription: Subscription = {
    region,
    account,
    topic: topic.name,
    id,
    arn: `${topicArn}:${id}`,
    topicArn,
    protocol: checked.protocol,
    endpoint: checked.endpoint,
    owner: ctx.account,
    principal: ctx.principal.arn,
    confirmed,
    authenticated: confirmed,
    authenticateOnUnsubscribe: false,
    nextDelivery: 0,
    ...settings,
  };
  tx.put(Subscriptions, subscription);
  count(tx, subscription, confirmed ? 'confirmed' : 'pending', 1);
  return subscription;
}

function shown(ctx: TxContext, s: Subscription): Record<string, string> {
  const topic = topicOf(ctx.tx, s)?.topic;
  return {
    SubscriptionArn: s.arn,
    TopicArn: s.topicArn,
    Protocol: s.protocol,
    Endpoint: s.endpoint,
    Owner: s.owner,
    SubscriptionPrincipal: s.principal,
    PendingConfirmation: String(!s.confirmed),
    ConfirmationWasAuthenticated: String(s.authenticated),
    RawMessageDelivery: String(s.raw),
    ...(s.filterPolicy !== undefined && { FilterPolicy: s.filterPolicy, FilterPolicyScope: s.filterScope }),
    ...(s.redrivePolicy !== undefined && { RedrivePolicy: s.redrivePolicy }),
    ...(s.deliveryPolicy !== undefined && { DeliveryPolicy: s.deliveryPolicy }),
    ...(s.protocol.startsWith('http') && {
      EffectiveDeliveryPolicy: effectivePolicyText(effectivePolicy(topic?.attributes.DeliveryPolicy, s.deliveryPolicy)),
    }),
    ...(s.subscriptionRoleArn !== undefined && { SubscriptionRoleArn: s.subscriptionRoleArn }),
  };
}

function toSubscription({ arn, topicArn, protocol, endpoint, owner, confirmed }: Subscription) {
  return {
    SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
    Owner: owner,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  };
}
