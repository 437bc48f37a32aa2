/** Event notifications: saying where they go, with a test of each destination. */
import type { S3 } from '../../../../generated/api/s3';
import {
  AwsError,
  bucketArn,
  defineOperations,
  extendedRequestId,
  notImplemented,
  servicePrincipal,
  type TxContext,
} from '../../../kernel';
import { sendTestEvent } from '../effects';
import { invalidArgument } from '../errors';
import { atOwner, requireBucket } from '../find';
import { type Destination, requireDestinations } from '../notification-rules';
import { requireDocument } from '../required';
import { readSetting, removeSetting, writeSetting } from '../settings';
import { type Bucket, Buckets } from '../state';

type Configuration = NonNullable<S3['PutBucketNotificationConfiguration']['input']['NotificationConfiguration']>;

/** The configuration as it was put, and as it is matched. */
interface Stored {
  readonly configuration: Configuration;
  readonly destinations: readonly Destination[];
}

const kind = 'notification';

export const notifications = defineOperations<S3>()({
  PutBucketNotificationConfiguration(ctx, input) {
    const configuration = withIds(ctx, requireDocument(input.NotificationConfiguration));
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    const destinations = requireDestinations(configuration);
    if (configuration.EventBridgeConfiguration && !ctx.tx.receives(ctx.arn('events', 'event-bus/default')))
      throw notImplemented('s3', 'PutBucketNotificationConfiguration with EventBridgeConfiguration');
    for (const destination of destinations) requireDeliverable(ctx, bucket, destination);
    const there = atOwner(ctx.tx, bucket);
    if (!input.SkipDestinationValidation) {
      for (const destination of destinations) {
        requireThere(ctx, destination);
        requireOpen(ctx, bucket, destination);
      }
      const home = ctx.tx.in({ account: bucket.account, region: bucket.region });
      const ids = { requestId: ctx.request.id, hostId: extendedRequestId(ctx.request.id) };
      for (const destination of destinations)
        if (destination.element !== 'LambdaFunctionArn') sendTestEvent(home, bucket, destination, ids);
    }
    const isEmpty = destinations.length === 0 && !configuration.EventBridgeConfiguration;
    if (isEmpty) removeSetting(there, bucket, kind);
    else writeSetting(there, bucket, kind, { configuration, destinations } satisfies Stored);
    ctx.tx.put(Buckets, { ...bucket, notifies: !isEmpty });
    return {};
  },

  GetBucketNotificationConfiguration(ctx, input) {
    const bucket = requireBucket(ctx, ctx.tx, input.Bucket, input.ExpectedBucketOwner);
    return readSetting<Stored>(atOwner(ctx.tx, bucket), bucket, kind)?.configuration ?? {};
  },
});

/** Configurations without an id get one, and rules are named as S3 gives them back. */
function withIds(ctx: TxContext, configuration: Configuration): Configuration {
  const named = <T extends { readonly Id?: string | undefined; readonly Filter?: Filter | undefined }>(list: readonly T[]): T[] =>
    list.map((item) => ({ ...item, Id: item.Id || ctx.uuid(), ...(item.Filter && { Filter: withNames(item.Filter) }) }));
  const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations, EventBridgeConfiguration } = configuration;
  return {
    ...(TopicConfigurations?.length && { TopicConfigurations: named(TopicConfigurations) }),
    ...(QueueConfigurations?.length && { QueueConfigurations: named(QueueConfigurations) }),
    ...(LambdaFunctionConfigurations?.length && { LambdaFunctionConfigurations: named(LambdaFunctionConfigurations) }),
    ...(EventBridgeConfiguration && { EventBridgeConfiguration }),
  };
}

type Filter = NonNullable<NonNullable<Configuration['QueueConfigurations']>[number]['Filter']>;

function withNames(filter: Filter): Filter {
  const rules = filter.Key?.FilterRules?.map(({ Name: name, Value }) => ({
    Name: name && name[0]!.toUpperCase() + name.slice(1).toLowerCase(),
    Value,
  }));
  return { ...(rules && { Key: { FilterRules: rules } }) };
}

/** Nothing is promised that will not come: a service that cannot receive yet is no destination. */
function requireDeliverable(ctx: TxContext, bucket: Bucket, { arn, element }: Destination): void {
  const [, , service, region] = arn.split(':');
  if (!ctx.tx.receives(arn)) throw notImplemented('s3', `PutBucketNotificationConfiguration to ${service}`);
  if (region !== bucket.region)
    throw invalidArgument('The notification destination service region is not valid for the bucket location constraint', element, arn);
  if (element === 'QueueArn' && arn.endsWith('.fifo')) throw invalidArgument('FIFO SQS queues are not supported.', element, arn);
}

function requireThere(ctx: TxContext, { arn, element }: Destination): void {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  const place = { account, region };
  try {
    if (element === 'QueueArn') ctx.call('sqs', 'GetQueueUrl', { QueueName: name }, { place });
    else if (element === 'TopicArn') ctx.call('sns', 'GetTopicAttributes', { TopicArn: arn }, { place });
    else ctx.call('lambda', 'GetFunctionConfiguration', { FunctionName: arn }, { place });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw unvalidated(arn, `The destination ${rights[element].what} does not exist`);
  }
}

const rights = {
  QueueArn: { what: 'queue', action: 'sqs:SendMessage' },
  TopicArn: { what: 'topic', action: 'sns:Publish' },
  LambdaFunctionArn: { what: 'Lambda', action: 'lambda:InvokeFunction' },
} as const;

/** The destination's own policy must let S3 in, for this bucket. */
function requireOpen(ctx: TxContext, bucket: Bucket, { arn, element }: Destination): void {
  const { what, action } = rights[element];
  const conditions = { 'aws:SourceArn': bucketArn(ctx, bucket.name), 'aws:SourceAccount': bucket.account };
  try {
    ctx.authorise({ action, resource: arn, conditions }, servicePrincipal('s3.amazonaws.com', bucket.account));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw unvalidated(arn, `Permissions on the destination ${what} do not allow S3 to publish notifications from this bucket`);
  }
}

const unvalidated = (arn: string, why: string) => invalidArgument('Unable to validate the following destination configurations', arn, why);
