/** How operations count in CloudTrail (SNS Developer Guide, "Logging AWS SNS API calls using AWS CloudTrail"). */
import type { TrailRules } from '../../kernel';

const topic = 'AWS::SNS::Topic';
const endpoint = 'AWS::SNS::PlatformEndpoint';

interface OnTopic {
  readonly TopicArn?: unknown;
  readonly TargetArn?: unknown;
  readonly ResourceArn?: unknown;
}

const arnOf = ({ TopicArn, TargetArn, ResourceArn }: OnTopic): string | undefined =>
  [TopicArn, TargetArn, ResourceArn].find((arn): arn is string => typeof arn === 'string' && arn.startsWith('arn:'));

const data: TrailRules['data'] = { Publish: topic, PublishBatch: topic };

export const trail: TrailRules = {
  data,
  hidden: ['Message', 'Subject', 'MessageAttributes', 'PlatformCredential', 'PlatformPrincipal', 'OneTimePassword'],
  named: { topicArn: topic, resourceArn: topic, endpointArn: endpoint, targetArn: endpoint },
  resources(operation, input: OnTopic) {
    const arn = Object.hasOwn(data, operation) ? arnOf(input) : undefined;
    return arn === undefined ? [] : [arn];
  },
  owner: (_operation, input: OnTopic) => arnOf(input)?.split(':', 5)[4],
};
