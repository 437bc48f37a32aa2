/** The attributes of subscriptions: what each may be, and the sentences for what it may not. */
import { parseArn } from '../../kernel';
import { subscriptionPolicyText } from './delivery-policy';
import { invalidParameter, unsupported } from './errors';
import { compileFilterPolicy, FilterPolicyError, type FilterScope } from './filter-policy';
import { LocatedError, parseLocated } from './located-json';
import type { Subscription } from './state';

/** The part of a subscription that its owner sets. */
export type SubscriptionSettings = Pick<
  Subscription,
  'raw' | 'filterPolicy' | 'filterScope' | 'redrivePolicy' | 'deadLetterArn' | 'deliveryPolicy' | 'subscriptionRoleArn'
>;

export const defaultSettings: SubscriptionSettings = {
  raw: false,
  filterPolicy: undefined,
  filterScope: 'MessageAttributes',
  redrivePolicy: undefined,
  deadLetterArn: undefined,
  deliveryPolicy: undefined,
  subscriptionRoleArn: undefined,
};

/** What of a subscription its attributes depend on. */
interface Subject {
  readonly protocol: string;
  readonly endpoint: string;
  readonly fifoTopic: boolean;
}

/** Subscribe puts more in front of the same sentences than SetSubscriptionAttributes. */
type Operation = 'Subscribe' | 'SetSubscriptionAttributes';

/** The settings with a number of attributes set. The scope goes first: the policy is read by it. */
export function withAttributes(
  settings: SubscriptionSettings,
  subject: Subject,
  attributes: Readonly<Record<string, string>>,
  operation: Operation,
): SubscriptionSettings {
  const names = Object.keys(attributes).sort((a, b) => Number(b === 'FilterPolicyScope') - Number(a === 'FilterPolicyScope'));
  return names.reduce((so, name) => withAttribute(so, subject, name, attributes[name] as string, operation), settings);
}

function withAttribute(
  settings: SubscriptionSettings,
  subject: Subject,
  name: string,
  value: string,
  operation: Operation,
): SubscriptionSettings {
  const refuse = (what: string) => invalidParameter(`${operation === 'Subscribe' ? 'Attributes Reason: ' : ''}${what}`);
  switch (name) {
    case 'RawMessageDelivery':
      return { ...settings, raw: readRaw(value, subject, refuse) };
    case 'FilterPolicy':
      return { ...settings, filterPolicy: readFilterPolicy(value, settings.filterScope, refuse) };
    case 'FilterPolicyScope': {
      if (value !== 'MessageAttributes' && value !== 'MessageBody') {
        throw refuse(`FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`);
      }
      return { ...settings, filterScope: value, filterPolicy: readFilterPolicy(settings.filterPolicy ?? '', value, refuse) };
    }
    case 'RedrivePolicy':
      return { ...settings, ...readRedrivePolicy(value, subject, refuse) };
    case 'DeliveryPolicy':
      if (!subject.protocol.startsWith('http')) throw refuse('DeliveryPolicy: Delivery policy is only supported for HTTP and HTTPS.'); // a guess
      return { ...settings, deliveryPolicy: subscriptionPolicyText(value) };
    case 'SubscriptionRoleArn':
      return { ...settings, subscriptionRoleArn: value === '' ? undefined : value };
    case 'ReplayPolicy':
      if (value === '') return settings;
      throw unsupported('subscriptions with ReplayPolicy');
    default:
      throw invalidParameter(operation === 'Subscribe' ? 'Attributes' : 'AttributeName');
  }
}

type Refuse = (what: string) => Error;

function readRaw(value: string, { protocol }: Subject, refuse: Refuse): boolean {
  const wanted = value.toLowerCase();
  if (wanted !== 'true' && wanted !== 'false') throw refuse(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
  if (wanted === 'true' && !['sqs', 'http', 'https', 'firehose'].includes(protocol)) {
    throw refuse(`RawMessageDelivery: RawMessageDelivery is not supported for protocol type ${protocol}`); // a guess
  }
  return wanted === 'true';
}

function readFilterPolicy(text: string, scope: FilterScope, refuse: Refuse): string | undefined {
  if (text === '') return undefined;
  try {
    return compileFilterPolicy(text, scope) && text;
  } catch (error) {
    if (!(error instanceof FilterPolicyError)) throw error;
    throw refuse(error.aboutScope ? error.message : `FilterPolicy: ${error.message}`);
  }
}

function readRedrivePolicy(
  text: string,
  { endpoint, fifoTopic }: Subject,
  refuse: Refuse,
): Pick<SubscriptionSettings, 'redrivePolicy' | 'deadLetterArn'> {
  if (text === '') return { redrivePolicy: undefined, deadLetterArn: undefined };
  try {
    parseLocated(text);
  } catch (error) {
    throw error instanceof LocatedError ? refuse(`RedrivePolicy: failed to parse JSON. ${error.message}`) : error;
  }
  const target = (JSON.parse(text) as { deadLetterTargetArn?: unknown } | null)?.deadLetterTargetArn;
  const arn = typeof target === 'string' ? parseArn(target) : undefined;
  if (arn === undefined) throw refuse('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  const isFifoQueue = arn.service === 'sqs' && arn.resource.endsWith('.fifo');
  if (fifoTopic && endpoint.endsWith('.fifo') && !isFifoQueue) {
    throw refuse('RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.');
  }
  if (arn.service !== 'sqs') throw refuse('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  return { redrivePolicy: text, deadLetterArn: target as string };
}
