/** Finds topics and subscriptions by ARN, wherever they are. */
import { fail, type Tx, type TxContext } from '../../kernel';
import { invalidParameter, subscriptionNotFound, topicNotFound } from './errors';
import { parseSubscriptionArn, parseTopicArn, type SubscriptionAddress, type TopicAddress } from './names';
import { type Subscription, Subscriptions, type Topic, Topics } from './state';

/** A topic and the transaction as its account and region see it. */
export interface LocatedTopic {
  readonly tx: Tx;
  readonly topic: Topic;
}

/** Throws InvalidParameter for what is no topic ARN of the caller's region, NotFound when there is none. */
export function requireTopic(ctx: Pick<TxContext, 'tx'>, arn: string, parameter = 'TopicArn'): LocatedTopic {
  return findTopic(ctx.tx, topicAddress(ctx.tx, arn, parameter)) ?? fail(topicNotFound());
}

/** Topics answer only in their own region (recorded). */
export function topicAddress(tx: Tx, arn: string, parameter = 'TopicArn'): TopicAddress {
  const address = parseTopicArn(arn, parameter);
  if (address.region !== tx.place.region) throw invalidParameter(parameter);
  return address;
}

export function findTopic(tx: Tx, { account, region, name }: TopicAddress): LocatedTopic | undefined {
  const isHere = account === tx.place.account && region === tx.place.region;
  const there = isHere ? tx : tx.in({ account, region });
  const topic = there.get(Topics, name);
  return topic && { tx: there, topic };
}

/** Throws InvalidParameter or NotFound. */
export function requireSubscription(tx: Tx, arn: string): Subscription {
  return findSubscription(tx, parseSubscriptionArn(arn)) ?? fail(subscriptionNotFound());
}

export function findSubscription(tx: Tx, { topic, id }: SubscriptionAddress): Subscription | undefined {
  return tx.get(Subscriptions, [topic.region, topic.account, topic.name, id]);
}

/** Every subscription of a topic, confirmed or not. */
export function subscriptionsOf({ tx, topic }: LocatedTopic): Subscription[] {
  return tx.scan(Subscriptions, { prefix: [tx.place.region, tx.place.account, topic.name] });
}

/** The topic of a subscription, as its own account and region see it. */
export function topicOf(tx: Tx, { account, region, topic: name }: Subscription): LocatedTopic | undefined {
  return findTopic(tx, { account, region, name });
}
