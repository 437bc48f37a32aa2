/**
 * What SNS keeps. Subscriptions lie in one partition-wide tree in the order of their topics, so that publishing is one
 * scan; the account that subscribed, which may be another than the topic's, finds its own by an index.
 */
import { collection, counter, type Place } from '../../kernel';
import type { FilterScope } from './filter-policy';

export interface Topic {
  readonly name: string;
  /** Distinguishes it from later topics of the same name. */
  readonly id: string;
  readonly fifo: boolean;
  /** As set, by AWS's name; what is absent has its default. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Where its creator reached us: the base of links in what services publish here, who come by no URL. */
  readonly baseUrl: string;
}

export const topicArn = (name: string, at: Place) => `arn:${at.partition}:sns:${at.region}:${at.account}:${name}`;

export const Topics = collection<Topic>({
  name: 'sns/topic',
  version: 1,
  scope: 'region',
  key: (t) => t.name,
  arn: (t, at) => topicArn(t.name, at),
});

export const protocols = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose'] as const;
export type SubscriptionProtocol = (typeof protocols)[number];

export interface Subscription {
  /** Of the topic. */
  readonly region: string;
  readonly account: string;
  readonly topic: string;
  readonly id: string;
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: SubscriptionProtocol;
  readonly endpoint: string;
  /** The account that subscribed. */
  readonly owner: string;
  readonly principal: string;
  readonly confirmed: boolean;
  /** Whether it was confirmed by a signed request, or needed no confirmation. */
  readonly authenticated: boolean;
  readonly authenticateOnUnsubscribe: boolean;
  readonly raw: boolean;
  readonly filterPolicy: string | undefined;
  readonly filterScope: FilterScope;
  /** JSON, as set. */
  readonly redrivePolicy: string | undefined;
  readonly deadLetterArn: string | undefined;
  readonly deliveryPolicy: string | undefined;
  readonly subscriptionRoleArn: string | undefined;
  /** Throttled delivery: when the next one may leave, virtual ms. */
  readonly nextDelivery: number;
}

export const Subscriptions = collection<Subscription, 'endpoint' | 'subscriber'>({
  name: 'sns/subscription',
  version: 1,
  scope: 'partition',
  key: (s) => [s.region, s.account, s.topic, s.id],
  owner: (s) => s.account,
  indexes: {
    endpoint: (s) => [s.region, s.account, s.topic, s.protocol, s.endpoint],
    subscriber: (s) => [s.region, s.owner],
  },
});

/** What a confirmation message carries. */
export interface Token {
  readonly token: string;
  /** Key of the subscription. */
  readonly region: string;
  readonly account: string;
  readonly topic: string;
  readonly subscription: string;
  readonly expiresAt: number;
  /** Brings back a subscription that was deleted by mistake. */
  readonly restores: Subscription | undefined;
}

export const Tokens = collection<Token, 'subscription'>({
  name: 'sns/token',
  version: 1,
  scope: 'partition',
  key: (t) => t.token,
  owner: (t) => t.account,
  indexes: { subscription: (t) => [t.region, t.account, t.topic, t.subscription] },
});

/** A deduplication id that a FIFO topic saw in the last five minutes. */
interface Deduplication {
  readonly topic: string;
  /** The group, when the topic deduplicates by group; else empty. */
  readonly scope: string;
  readonly id: string;
  readonly messageId: string;
  readonly sequence: number;
  readonly expiresAt: number;
}

export const Deduplications = collection<Deduplication, 'expiry'>({
  name: 'sns/deduplication',
  version: 1,
  scope: 'region',
  hot: true,
  key: (d) => [d.topic, d.scope, d.id],
  indexes: { expiry: (d) => [d.topic, d.expiresAt] },
});

/** Per [topic id, 'confirmed' | 'pending' | 'deleted']: what GetTopicAttributes counts. */
export const SubscriptionCounts = counter({ name: 'sns/subscription-count', scope: 'region' });
/** Per topic id: messages ever published to a FIFO topic. */
export const Published = counter({ name: 'sns/published', scope: 'region' });

export interface PlatformApplication {
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export const PlatformApplications = collection<PlatformApplication>({
  name: 'sns/platform-application',
  version: 1,
  scope: 'region',
  key: (a) => a.arn,
});

export interface PlatformEndpoint {
  readonly arn: string;
  readonly application: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export const PlatformEndpoints = collection<PlatformEndpoint, 'token' | 'application'>({
  name: 'sns/platform-endpoint',
  version: 1,
  scope: 'region',
  key: (e) => e.arn,
  indexes: { token: (e) => [e.application, e.attributes.Token ?? ''], application: (e) => [e.application] },
});

/** Account-wide settings of text messages. */
export const SmsSettings = collection<{ readonly attributes: Readonly<Record<string, string>> }>({
  name: 'sns/sms-settings',
  version: 1,
  scope: 'region',
  key: () => 'sms',
});

export interface SandboxNumber {
  readonly number: string;
  readonly password: string;
  readonly verified: boolean;
}

export const SandboxNumbers = collection<SandboxNumber>({
  name: 'sns/sandbox-number',
  version: 1,
  scope: 'region',
  key: (n) => n.number,
});
