/** Confirmation: who gets a message with a token, what the token does, and until when. */
import { randomBytes } from 'node:crypto';
import type { Tx } from '../../kernel';
import { effectivePolicy, managedRetries, toRetryPolicy } from './delivery-policy';
import { type Confirmation, confirmation } from './envelope';
import { invalidParameter, plainInvalidParameter } from './errors';
import { mailConfirmation } from './local-delivery';
import { type LocatedTopic, topicOf } from './lookup';
import { type Subscription, SubscriptionCounts, Subscriptions, type Token, Tokens } from './state';

/** "Confirmation tokens are valid for two days" (Subscribe); an unconfirmed subscription goes with its last one. */
const tokenMs = 48 * 3_600_000;
const tokenForm = /^[0-9a-f]{288}$/;

export const expiryTimer = 'sns.confirmation-expired';

/** Asks the endpoint to confirm, with a new token. */
export function askToConfirm(to: LocatedTopic, subscription: Subscription, baseUrl: string): void {
  send(to, subscription, newToken(to.tx, subscription, undefined), 'SubscriptionConfirmation', baseUrl);
}

/** Tells an HTTP endpoint that its subscription ended, with a token that brings it back. */
export function tellUnsubscribed(to: LocatedTopic, subscription: Subscription, baseUrl: string): void {
  if (!subscription.protocol.startsWith('http')) return;
  send(to, subscription, newToken(to.tx, subscription, subscription), 'UnsubscribeConfirmation', baseUrl);
}

/** A token is a secret: whoever has it is the endpoint. */
function newToken(tx: Tx, { region, account, topic, id }: Subscription, restores: Subscription | undefined): string {
  const token = randomBytes(144).toString('hex');
  tx.put(Tokens, { token, region, account, topic, subscription: id, expiresAt: tx.now + tokenMs, restores });
  tx.at(tx.now + tokenMs, expiryTimer, { token });
  return token;
}

function send(to: LocatedTopic, subscription: Subscription, token: string, type: Confirmation['type'], baseUrl: string): void {
  const { tx, topic } = to;
  const { topicArn, arn, endpoint, protocol } = subscription;
  const messageId = tx.uuid();
  const subscribeUrl = `${baseUrl}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;
  const timestamp = new Date(tx.now).toISOString();
  const signatureVersion = topic.attributes.SignatureVersion ?? '1';
  const text = confirmation({ type, messageId, token, topicArn, subscriptionArn: arn, subscribeUrl, timestamp, signatureVersion });
  if (protocol === 'email' || protocol === 'email-json') {
    mailConfirmation(to, subscription, subscribeUrl, text);
  } else if (protocol === 'http' || protocol === 'https') {
    const policy = effectivePolicy(topic.attributes.DeliveryPolicy, subscription.deliveryPolicy);
    const hint = { url: endpoint, type, messageId, contentType: 'text/plain; charset=UTF-8' };
    tx.send(arn, text, { from: 'sns.amazonaws.com', sourceArn: topicArn, retry: toRetryPolicy(policy), late: 'sns', hint });
  } else {
    const groupId = endpoint.endsWith('.fifo') ? 'confirmation' : undefined;
    const dedupId = groupId && messageId;
    tx.send(endpoint, text, { from: 'sns.amazonaws.com', sourceArn: topicArn, retry: managedRetries, late: 'sns', groupId, dedupId });
  }
}

/** How a subscription is confirmed. */
type Confirming = Pick<Subscription, 'authenticated' | 'authenticateOnUnsubscribe'>;

/** Confirms with a token; the subscription. Doing it again changes nothing. */
export function confirm(tx: Tx, region: string, text: string, by: Confirming): Subscription {
  if (!tokenForm.test(text)) throw plainInvalidParameter('Invalid token');
  const token = tx.get(Tokens, text);
  if (token === undefined || token.expiresAt <= tx.now) throw invalidParameter('Token');
  if (token.region !== region) throw invalidParameter('Topic');
  const subscription = tx.get(Subscriptions, subscriptionKey(token)) ?? restore(tx, token);
  if (subscription === undefined) throw invalidParameter('Token');
  if (subscription.confirmed) return subscription;
  count(tx, subscription, 'pending', -1);
  count(tx, subscription, 'confirmed', 1);
  return tx.put(Subscriptions, { ...subscription, confirmed: true, ...by });
}

/** Brings back what the token is about, if its topic is still there. */
function restore(tx: Tx, { restores }: Token): Subscription | undefined {
  if (restores === undefined || topicOf(tx, restores) === undefined) return undefined;
  count(tx, restores, 'deleted', -1);
  count(tx, restores, 'confirmed', 1);
  return tx.put(Subscriptions, restores);
}

/** Removes a subscription, its tokens and its place in the counts. */
export function removeSubscription(tx: Tx, subscription: Subscription): void {
  const { region, account, topic, id } = subscription;
  for (const token of tx.scanIndex(Tokens, 'subscription', { prefix: [region, account, topic, id] })) tx.delete(Tokens, token);
  tx.delete(Subscriptions, subscription);
  count(tx, subscription, subscription.confirmed ? 'confirmed' : 'pending', -1);
  if (subscription.confirmed) count(tx, subscription, 'deleted', 1);
}

/** Two days after it was sent a token is void; with it goes what it was to confirm. */
export function expireToken(tx: Tx, { token: text }: { readonly token: string }): void {
  const token = tx.get(Tokens, text);
  if (token === undefined) return;
  tx.delete(Tokens, token);
  const subscription = tx.get(Subscriptions, subscriptionKey(token));
  const [other] = tx.scanIndex(Tokens, 'subscription', { prefix: subscriptionKey(token), limit: 1 });
  if (subscription && !subscription.confirmed && !other) removeSubscription(tx, subscription);
}

/** Adds to what GetTopicAttributes counts of a subscription's topic. */
export function count(tx: Tx, subscription: Subscription, what: 'confirmed' | 'pending' | 'deleted', delta: number): void {
  const topic = topicOf(tx, subscription);
  topic?.tx.add(SubscriptionCounts, [topic.topic.id, what], delta);
}

function subscriptionKey({ region, account, topic, subscription }: Token): string[] {
  return [region, account, topic, subscription];
}
