/** The attributes of queues: their ranges, defaults, texts, and how they exclude each other. */
import { invalidAttributeValue, twoEncryptions, unknownAttribute } from './errors';
import { requirePolicy } from './queue-policy';
import {
  formatRedrivePolicy,
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from './redrive-policy';

/** What an owner can set, in AWS's words. Times in seconds, sizes in bytes. */
export interface QueueSettings {
  readonly visibilityTimeout: number;
  readonly maximumMessageSize: number;
  readonly messageRetentionPeriod: number;
  readonly delaySeconds: number;
  readonly receiveMessageWaitTimeSeconds: number;
  readonly policy: string | undefined;
  readonly redrivePolicy: RedrivePolicy | undefined;
  readonly redriveAllowPolicy: RedriveAllowPolicy | undefined;
  readonly sqsManagedSseEnabled: boolean;
  readonly kmsMasterKeyId: string | undefined;
  readonly kmsDataKeyReusePeriodSeconds: number;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicationScope: 'queue' | 'messageGroup';
  readonly fifoThroughputLimit: 'perQueue' | 'perMessageGroupId';
}

/** 1 MiB since August 2025; the largest message, and the largest batch. */
export const maximumMessageBytes = 1_048_576;

export const defaultSettings: QueueSettings = {
  visibilityTimeout: 30,
  maximumMessageSize: maximumMessageBytes,
  messageRetentionPeriod: 345_600,
  delaySeconds: 0,
  receiveMessageWaitTimeSeconds: 0,
  policy: undefined,
  redrivePolicy: undefined,
  redriveAllowPolicy: undefined,
  sqsManagedSseEnabled: true,
  kmsMasterKeyId: undefined,
  kmsDataKeyReusePeriodSeconds: 300,
  contentBasedDeduplication: false,
  deduplicationScope: 'queue',
  fifoThroughputLimit: 'perQueue',
};

export type AttributeTexts = Readonly<Record<string, string>>;

interface AttributeRule {
  /** Throws for a value that AWS refuses. */
  readonly parse: (text: string, name: string) => Partial<QueueSettings>;
  /** Undefined: this queue does not show it. */
  readonly format: (settings: QueueSettings) => string | undefined;
  readonly fifoOnly?: true;
}

type FieldOf<T> = { [K in keyof QueueSettings]: QueueSettings[K] extends T ? K : never }[keyof QueueSettings];

function integer(field: FieldOf<number>, minimum: number, maximum: number): AttributeRule {
  return {
    parse(text, name) {
      const value = Number(text);
      if (!/^\d{1,9}$/.test(text) || value < minimum || value > maximum) throw invalidAttributeValue(name);
      return { [field]: value };
    },
    format: (settings) => String(settings[field]),
  };
}

function flag(field: FieldOf<boolean>): AttributeRule {
  return {
    parse(text, name) {
      const value = text.toLowerCase();
      if (value !== 'true' && value !== 'false') throw invalidAttributeValue(name);
      return { [field]: value === 'true' };
    },
    format: (settings) => String(settings[field]),
  };
}

function choice(field: 'deduplicationScope' | 'fifoThroughputLimit', values: readonly string[]): AttributeRule {
  return {
    parse(text, name) {
      if (!values.includes(text)) throw invalidAttributeValue(name);
      return { [field]: text };
    },
    format: (settings) => settings[field],
  };
}

/** A text whose empty form removes the attribute. */
function removable<T>(field: keyof QueueSettings, parse: (text: string, name: string) => T, format: (value: T) => string): AttributeRule {
  return {
    parse: (text, name) => ({ [field]: text === '' ? undefined : parse(text, name) }),
    format: (settings) => (settings[field] === undefined ? undefined : format(settings[field] as T)),
  };
}

const asIs = (text: string) => text;

/** In the order in which GetQueueAttributes lists them. */
const rules: Readonly<Record<string, AttributeRule>> = {
  VisibilityTimeout: integer('visibilityTimeout', 0, 43_200),
  MaximumMessageSize: integer('maximumMessageSize', 1024, maximumMessageBytes),
  MessageRetentionPeriod: integer('messageRetentionPeriod', 60, 1_209_600),
  DelaySeconds: integer('delaySeconds', 0, 900),
  ReceiveMessageWaitTimeSeconds: integer('receiveMessageWaitTimeSeconds', 0, 20),
  Policy: removable('policy', requirePolicy, asIs),
  RedrivePolicy: removable('redrivePolicy', parseRedrivePolicy, formatRedrivePolicy),
  RedriveAllowPolicy: removable('redriveAllowPolicy', parseRedriveAllowPolicy, (policy) => JSON.stringify(policy)),
  KmsMasterKeyId: removable('kmsMasterKeyId', asIs, asIs),
  KmsDataKeyReusePeriodSeconds: {
    ...integer('kmsDataKeyReusePeriodSeconds', 60, 86_400),
    format: (settings) => (settings.kmsMasterKeyId === undefined ? undefined : String(settings.kmsDataKeyReusePeriodSeconds)),
  },
  SqsManagedSseEnabled: flag('sqsManagedSseEnabled'),
  ContentBasedDeduplication: { ...flag('contentBasedDeduplication'), fifoOnly: true },
  DeduplicationScope: { ...choice('deduplicationScope', ['queue', 'messageGroup']), fifoOnly: true },
  FifoThroughputLimit: { ...choice('fifoThroughputLimit', ['perQueue', 'perMessageGroupId']), fifoOnly: true },
};

/** The attributes that are not settings; GetQueueAttributes knows them, nobody can set them. */
export const readOnlyAttributes = [
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'FifoQueue',
] as const;

export const settableAttributes: readonly string[] = Object.keys(rules);

/** Settings with `texts` applied, checked one by one and together. `FifoQueue` is for the caller to look at. */
export function applyAttributes(settings: QueueSettings, texts: AttributeTexts, fifo: boolean): QueueSettings {
  let changes: Partial<QueueSettings> = {};
  for (const [name, text] of Object.entries(texts)) {
    if (name === 'FifoQueue') continue;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined || (rule.fifoOnly && !fifo)) throw unknownAttribute(name);
    changes = { ...changes, ...rule.parse(text, name) };
  }
  const next = { ...settings, ...changes };
  if (next.fifoThroughputLimit === 'perMessageGroupId' && next.deduplicationScope !== 'messageGroup') {
    throw invalidAttributeValue('FifoThroughputLimit', 'perMessageGroupId is allowed only when DeduplicationScope is messageGroup.');
  }
  if (next.kmsMasterKeyId === undefined || !next.sqsManagedSseEnabled) return next;
  if (changes.sqsManagedSseEnabled) throw twoEncryptions();
  return { ...next, sqsManagedSseEnabled: false }; // a KMS key takes the place of SSE-SQS
}

/** One setting as text; undefined when the queue does not have it, or not show it. */
export function formatAttribute(name: string, settings: QueueSettings, fifo: boolean): string | undefined {
  const rule = rules[name];
  return rule === undefined || (rule.fifoOnly && !fifo) ? undefined : rule.format(settings);
}

/** The first of `names` whose value differs between two queues. */
export function differingAttribute(names: readonly string[], a: QueueSettings, b: QueueSettings): string | undefined {
  return names.find((name) => formatAttribute(name, a, true) !== formatAttribute(name, b, true));
}
