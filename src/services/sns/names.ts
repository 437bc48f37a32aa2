/** Names and ARNs of topics and subscriptions. */
import { invalidParameter } from './errors';

export interface TopicAddress {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

export interface SubscriptionAddress {
  readonly topic: TopicAddress;
  readonly id: string;
}

const topicName = /^[\w-]{1,256}$/;
const fifoTopicName = /^[\w-]{1,251}\.fifo$/;

export function isFifoName(name: string): boolean {
  return name.endsWith('.fifo');
}

/** Throws what AWS answers to a name that no topic of this kind can have. */
export function checkTopicName(name: string, fifo: boolean): void {
  if (fifo && !fifoTopicName.test(name)) {
    throw invalidParameter(
      'Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.',
    );
  }
  if (!fifo && !topicName.test(name)) throw invalidParameter('Topic Name');
}

/** Throws InvalidParameter when this is not the ARN of a topic. `parameter` is named in the sentence. */
export function parseTopicArn(arn: string, parameter = 'TopicArn'): TopicAddress {
  const parts = splitArn(arn, parameter);
  const [, , service, region, account, name] = parts;
  if (parts.length !== 6 || service !== 'sns' || !region || !account || !name) throw invalidParameter(parameter);
  return { region, account, name };
}

/** Throws InvalidParameter when this is not the ARN of a subscription. */
export function parseSubscriptionArn(arn: string): SubscriptionAddress {
  if (arn === '') throw invalidParameter('SubscriptionArn Reason: no value for required parameter');
  const parts = splitArn(arn, 'SubscriptionArn');
  const [, , service, region, account, name, id] = parts;
  if (parts.length !== 7 || service !== 'sns' || !region || !account || !name || !id) throw invalidParameter('SubscriptionId');
  return { topic: { region, account, name }, id };
}

function splitArn(arn: string, parameter: string): string[] {
  const parts = arn.split(':');
  if (parts.length < 6) throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  return parts;
}
