/** Delivery policies: how often and when HTTP(S) deliveries are tried, how fast they leave, and what applies in the end. */
import type { BackoffCurve, RetryPolicy } from '../../kernel';
import { invalidParameter } from './errors';

interface HealthyRetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: BackoffCurve;
}

interface ThrottlePolicy {
  readonly maxReceivesPerSecond: number;
}
interface RequestPolicy {
  readonly headerContentType: string;
}

interface TopicPolicy {
  readonly defaultHealthyRetryPolicy?: Partial<HealthyRetryPolicy> | null;
  readonly defaultThrottlePolicy?: ThrottlePolicy | null;
  readonly defaultRequestPolicy?: RequestPolicy | null;
  readonly disableSubscriptionOverrides?: boolean;
}

interface SubscriptionPolicy {
  readonly healthyRetryPolicy?: Partial<HealthyRetryPolicy> | null;
  readonly throttlePolicy?: ThrottlePolicy | null;
  readonly requestPolicy?: RequestPolicy | null;
}

/** What applies to one subscription. */
interface EffectivePolicy {
  readonly healthyRetryPolicy: HealthyRetryPolicy;
  readonly throttlePolicy: ThrottlePolicy | null;
  readonly requestPolicy: RequestPolicy;
}

const defaultRetries: HealthyRetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};
const defaultRequest: RequestPolicy = { headerContentType: 'text/plain; charset=UTF-8' };

/** Content types that a policy may ask for (Developer Guide, HTTP/S delivery policies), in their base form. */
const contentTypes = [
  'application/atom+xml',
  'application/json',
  'application/octet-stream',
  'application/soap+xml',
  'application/x-www-form-urlencoded',
  'application/xhtml+xml',
  'application/xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/plain',
  'text/xml',
];
const curves: readonly unknown[] = ['linear', 'arithmetic', 'geometric', 'exponential'];
const longestDelay = 3600;

/** How AWS's own endpoints (SQS, Lambda, Firehose) are tried: 100,015 times, over 23 days. */
export const managedRetries: RetryPolicy = {
  immediate: 3,
  early: 2,
  backoff: 10,
  curve: 'exponential',
  late: 100_000,
  minMs: 1_000,
  maxMs: 20_000,
};

/** The topic's policy as it is shown; undefined for none. Throws InvalidParameter. */
export function topicPolicyText(text: string): string | undefined {
  if (text === '') return undefined;
  const { http } = parse(text) as { http?: TopicPolicy };
  if (!isObject(http)) throw refuse('http must be an object');
  check(http.defaultHealthyRetryPolicy, 'http.defaultHealthyRetryPolicy', http.defaultThrottlePolicy, http.defaultRequestPolicy);
  const { defaultHealthyRetryPolicy, defaultThrottlePolicy, defaultRequestPolicy, disableSubscriptionOverrides = false } = http;
  return JSON.stringify({
    http: {
      ...(defaultHealthyRetryPolicy && { defaultHealthyRetryPolicy }),
      disableSubscriptionOverrides,
      ...(defaultThrottlePolicy && { defaultThrottlePolicy }),
      ...(defaultRequestPolicy && { defaultRequestPolicy }),
    },
  });
}

/** What applies to a topic, as GetTopicAttributes shows it. */
export function effectiveTopicPolicyText(text: string | undefined): string {
  const policy = topicPolicy(text);
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: { ...defaultRetries, ...policy.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: policy.disableSubscriptionOverrides ?? false,
      ...(policy.defaultThrottlePolicy && { defaultThrottlePolicy: policy.defaultThrottlePolicy }),
      defaultRequestPolicy: policy.defaultRequestPolicy ?? defaultRequest,
    },
  });
}

/** A subscription's policy as it is shown; undefined for none. Throws InvalidParameter. */
export function subscriptionPolicyText(text: string): string | undefined {
  if (text === '') return undefined;
  const { healthyRetryPolicy = null, throttlePolicy = null, requestPolicy = null } = parse(text) as SubscriptionPolicy;
  check(healthyRetryPolicy, 'healthyRetryPolicy', throttlePolicy, requestPolicy);
  return JSON.stringify({ healthyRetryPolicy, sicklyRetryPolicy: null, throttlePolicy, requestPolicy, guaranteed: false });
}

/** What applies to a subscription of a topic. */
export function effectivePolicy(topicText: string | undefined, subscriptionText: string | undefined): EffectivePolicy {
  const topic = topicPolicy(topicText);
  const ignored = subscriptionText === undefined || topic.disableSubscriptionOverrides === true;
  const own: SubscriptionPolicy = ignored ? {} : (JSON.parse(subscriptionText) as SubscriptionPolicy);
  return {
    healthyRetryPolicy: { ...defaultRetries, ...(own.healthyRetryPolicy ?? topic.defaultHealthyRetryPolicy) },
    throttlePolicy: own.throttlePolicy ?? topic.defaultThrottlePolicy ?? null,
    requestPolicy: own.requestPolicy ?? topic.defaultRequestPolicy ?? defaultRequest,
  };
}

export function effectivePolicyText({ healthyRetryPolicy, throttlePolicy, requestPolicy }: EffectivePolicy): string {
  return JSON.stringify({ healthyRetryPolicy, sicklyRetryPolicy: null, throttlePolicy, requestPolicy, guaranteed: false });
}

/** The phases of AWS's policy as the kernel's. */
export function toRetryPolicy({ healthyRetryPolicy: p }: EffectivePolicy): RetryPolicy {
  const backoff = p.numRetries - p.numNoDelayRetries - p.numMinDelayRetries - p.numMaxDelayRetries;
  return {
    immediate: p.numNoDelayRetries,
    early: p.numMinDelayRetries,
    backoff,
    curve: p.backoffFunction,
    late: p.numMaxDelayRetries,
    minMs: p.minDelayTarget * 1000,
    maxMs: p.maxDelayTarget * 1000,
  };
}

function topicPolicy(text: string | undefined): TopicPolicy {
  return text === undefined ? {} : (JSON.parse(text) as { http: TopicPolicy }).http;
}

/** The ranges are documented (Developer Guide, HTTP/S delivery policies), the sentences are guesses. */
function check(
  retries: Partial<HealthyRetryPolicy> | null | undefined,
  name: string,
  throttle: ThrottlePolicy | null | undefined,
  request: RequestPolicy | null | undefined,
): void {
  if (retries) checkRetries({ ...defaultRetries, ...retries }, name);
  if (throttle) checkRange('maxReceivesPerSecond', throttle.maxReceivesPerSecond, 1, Number.MAX_SAFE_INTEGER);
  if (!request) return;
  const type = typeof request.headerContentType === 'string' ? request.headerContentType.split(';')[0]?.trim().toLowerCase() : undefined;
  if (type === undefined || !contentTypes.includes(type))
    throw refuse(`requestPolicy.headerContentType is not supported: ${request.headerContentType}`);
}

function checkRetries(p: HealthyRetryPolicy, name: string): void {
  checkRange(`${name}.numRetries`, p.numRetries, 0, 100);
  for (const phase of ['numNoDelayRetries', 'numMinDelayRetries', 'numMaxDelayRetries'] as const) {
    checkRange(`${name}.${phase}`, p[phase], 0, p.numRetries);
  }
  checkRange(`${name}.minDelayTarget`, p.minDelayTarget, 1, longestDelay);
  checkRange(`${name}.maxDelayTarget`, p.maxDelayTarget, p.minDelayTarget, longestDelay);
  if (p.numNoDelayRetries + p.numMinDelayRetries + p.numMaxDelayRetries > p.numRetries) {
    throw refuse(
      `${name}.numRetries must be greater than or equal to total of numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries`,
    );
  }
  if (!curves.includes(p.backoffFunction)) throw refuse(`${name}.backoffFunction must be one of ${curves.join(', ')}`);
}

function checkRange(name: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw refuse(`${name} must be an integer`);
  if (value < least) throw refuse(`${name} must be greater than or equal to ${least}`);
  if (value > most) throw refuse(`${name} must be less than or equal to ${most}`);
}

function parse(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('failed to parse JSON.');
  }
  if (!isObject(value)) throw refuse('failed to parse JSON.');
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(reason: string): Error {
  return invalidParameter(`DeliveryPolicy: ${reason}`);
}
