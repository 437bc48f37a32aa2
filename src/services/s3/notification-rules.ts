/** Event notifications: which configurations S3 takes, and which of them an event concerns. */
import type { S3 } from '../../../generated/api/s3';
import { invalidArgument, malformedXml } from './errors';

type Configuration = NonNullable<S3['PutBucketNotificationConfiguration']['input']['NotificationConfiguration']>;
type Filter = NonNullable<NonNullable<Configuration['QueueConfigurations']>[number]['Filter']>;

export interface Destination {
  readonly id: string;
  readonly arn: string;
  /** The element that holds the ARN. */
  readonly element: 'QueueArn' | 'TopicArn' | 'LambdaFunctionArn';
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** User guide, "Supported event types for SQS, SNS, and Lambda". */
const supportedEvents: ReadonlySet<string> = new Set([
  's3:TestEvent',
  's3:ReducedRedundancyLostObject',
  ...['*', 'Put', 'Post', 'Copy', 'CompleteMultipartUpload'].map((name) => `s3:ObjectCreated:${name}`),
  ...['*', 'Delete', 'DeleteMarkerCreated'].map((name) => `s3:ObjectRemoved:${name}`),
  ...['*', 'Post', 'Completed', 'Delete'].map((name) => `s3:ObjectRestore:${name}`),
  ...['*', 'OperationFailedReplication', 'OperationMissedThreshold', 'OperationReplicatedAfterThreshold', 'OperationNotTracked'].map(
    (name) => `s3:Replication:${name}`,
  ),
  ...['*', 'Delete', 'DeleteMarkerCreated'].map((name) => `s3:LifecycleExpiration:${name}`),
  's3:LifecycleTransition',
  's3:IntelligentTiering',
  ...['*', 'Put', 'Delete'].map((name) => `s3:ObjectTagging:${name}`),
  's3:ObjectAcl:Put',
]);

/** The destinations of a configuration, queues before topics before functions, or the error of the first thing that is wrong with them. */
export function requireDestinations(configuration: Configuration): Destination[] {
  const {
    QueueConfigurations: queues = [],
    TopicConfigurations: topics = [],
    LambdaFunctionConfigurations: functions = [],
  } = configuration;
  const destinations = [
    ...queues.map((queue) => toDestination('QueueArn', queue.QueueArn, queue)),
    ...topics.map((topic) => toDestination('TopicArn', topic.TopicArn, topic)),
    ...functions.map((fn) => toDestination('LambdaFunctionArn', fn.LambdaFunctionArn, fn)),
  ];
  destinations.forEach((one, i) => {
    for (const other of destinations.slice(0, i)) requireApart(one, other);
  });
  return destinations;
}

/** Does this event of this key go there? `event` is without `s3:`, as records name it. */
export function concerns(destination: Destination, event: string, key: string): boolean {
  return (
    destination.events.some((pattern) => matchesEvent(pattern, `s3:${event}`)) &&
    key.startsWith(destination.prefix) &&
    key.endsWith(destination.suffix)
  );
}

const services = { QueueArn: 'sqs', TopicArn: 'sns', LambdaFunctionArn: 'lambda' } as const;

interface Given {
  readonly Id?: string | undefined;
  readonly Events?: readonly string[] | undefined;
  readonly Filter?: Filter | undefined;
}

function toDestination(element: Destination['element'], arn: string | undefined, given: Given): Destination {
  const { Id: id = '', Events: events = [], Filter: filter } = given;
  if (arn === undefined || events.length === 0) throw malformedXml();
  if (!new RegExp(`^arn:[\\w-]+:${services[element]}:[\\w-]+:\\d{12}:.`).test(arn))
    throw invalidArgument('The ARN could not be parsed', element, arn);
  const unknown = events.find((event) => !supportedEvents.has(event));
  if (unknown !== undefined) throw invalidArgument('The event is not supported for notifications', 'Event', unknown);
  if (id.length > 255) throw invalidArgument('The ID is too long', 'Id', id);
  return { id, arn, element, events, ...rulesOf(filter) };
}

function rulesOf(filter: Filter | undefined): Pick<Destination, 'prefix' | 'suffix'> {
  const rules: Record<string, string> = {};
  for (const { Name: name = '', Value: value = '' } of filter?.Key?.FilterRules ?? []) {
    const kind = name.toLowerCase();
    if (kind !== 'prefix' && kind !== 'suffix')
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', name);
    if (rules[kind] !== undefined) throw invalidArgument(`Cannot specify more than one ${kind} rule in a filter.`, 'FilterRule.Name', name);
    if (value.length > 1024) throw invalidArgument('filter value cannot exceed 1024 characters', `FilterRule.${kind}`, value);
    rules[kind] = value;
  }
  return { prefix: rules.prefix ?? '', suffix: rules.suffix ?? '' };
}

/** No event of any key may go to two destinations of one bucket (user guide, "Configuring event notifications using object key name filtering"). */
function requireApart(one: Destination, other: Destination): void {
  const shared = one.events.find((a) => other.events.some((b) => matchesEvent(a, b) || matchesEvent(b, a)));
  if (shared === undefined) return;
  if (one.prefix + one.suffix + other.prefix + other.suffix === '') {
    const counterpart = other.events.find((event) => matchesEvent(event, shared) || matchesEvent(shared, event));
    throw invalidArgument(
      'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
      'Event',
      `${counterpart}, ${shared}`,
    );
  }
  const prefixesMeet = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  const suffixesMeet = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
  if (prefixesMeet && suffixesMeet)
    throw invalidArgument(
      'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
      'FilterRule',
      shared,
    );
}

function matchesEvent(pattern: string, event: string): boolean {
  return pattern === event || (pattern.endsWith(':*') && event.startsWith(pattern.slice(0, -1)));
}
