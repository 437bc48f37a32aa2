/** The attributes of topics: which there are, what each may be, and the default policy. */
import { effectiveTopicPolicyText, topicPolicyText } from './delivery-policy';
import { invalidParameter, unsupported } from './errors';
import type { Topic } from './state';
import { requirePolicy } from './topic-policy';

/** Gives the text to keep (undefined: as if never set), or throws InvalidParameter. */
type Read = (value: string, name: string) => string | undefined;

const text: Read = (value) => (value === '' ? undefined : value);

function oneOf(...values: readonly string[]): Read {
  return (value, name) => {
    if (value === '') return undefined;
    if (!values.includes(value)) throw invalidParameter(`Attributes Reason: ${name}: Invalid value [${value}].`);
    return value;
  };
}

/** The console limits it to 100 characters; the sentence is a guess. */
const displayName: Read = (value) => {
  if (value.length > 100) throw invalidParameter('DisplayName');
  return text(value, '');
};

const sampleRate: Read = (value, name) => {
  if (value !== '' && !(/^\d{1,3}$/.test(value) && Number(value) <= 100)) throw invalidParameter(name);
  return text(value, name);
};

const feedback = ['Application', 'Firehose', 'HTTP', 'Lambda', 'SQS'].flatMap((protocol): [string, Read][] => [
  [`${protocol}SuccessFeedbackRoleArn`, text],
  [`${protocol}SuccessFeedbackSampleRate`, sampleRate],
  [`${protocol}FailureFeedbackRoleArn`, text],
]);

const settable: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['Policy', (value) => (value === '' ? undefined : requirePolicy(value))],
  ['DisplayName', displayName],
  ['DeliveryPolicy', topicPolicyText],
  ['KmsMasterKeyId', text],
  ['SignatureVersion', oneOf('1', '2')],
  ['TracingConfig', oneOf('PassThrough', 'Active')],
  ...feedback,
]);

const fifoSettable: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['ContentBasedDeduplication', oneOf('true', 'false')],
  ['FifoThroughputScope', oneOf('Topic', 'MessageGroup')],
]);

/** The attributes with one more, or one less. Throws what AWS answers to a name or value it does not take. */
export function withAttribute(
  attributes: Readonly<Record<string, string>>,
  fifo: boolean,
  name: string,
  value: string,
): Readonly<Record<string, string>> {
  if (name === 'ArchivePolicy' && fifo && value !== '') throw unsupported('topics with ArchivePolicy');
  if (name === 'ArchivePolicy' && fifo) return attributes;
  const read = settable.get(name) ?? (fifo ? fifoSettable.get(name) : undefined);
  if (!read) throw invalidParameter('AttributeName');
  const { [name]: _, ...others } = attributes;
  const kept = read(value, name);
  return kept === undefined ? others : { ...others, [name]: kept };
}

/** Everything that GetTopicAttributes shows. */
export function shownAttributes(
  topic: Topic,
  arn: string,
  owner: string,
  counts: { readonly confirmed: number; readonly pending: number; readonly deleted: number },
): Record<string, string> {
  return {
    Policy: defaultPolicy(arn, owner),
    Owner: owner,
    SubscriptionsPending: String(counts.pending),
    SubscriptionsConfirmed: String(counts.confirmed),
    SubscriptionsDeleted: String(counts.deleted),
    TopicArn: arn,
    DisplayName: '',
    EffectiveDeliveryPolicy: effectiveTopicPolicyText(topic.attributes.DeliveryPolicy),
    ...(topic.fifo && { FifoTopic: 'true', ContentBasedDeduplication: 'false' }),
    ...topic.attributes,
  };
}

/** The policy of a topic that was given none. */
export function defaultPolicy(arn: string, owner: string): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
      },
    ],
  });
}
