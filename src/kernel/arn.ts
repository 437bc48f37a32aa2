/** Amazon Resource Names. */
import type { Place } from './place';

export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Everything after the account: `queue-name`, `function:name:alias`, `bucket/key`. */
  readonly resource: string;
}

/** Undefined when the text is no ARN. */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const [, partition, service, region, account, ...resource] = text.split(':');
  if (!partition || !service || region === undefined || account === undefined || resource.length === 0) return undefined;
  return { partition, service, region, account, resource: resource.join(':') };
}

/** `arn:aws:sqs:us-east-1:123456789012:name`. */
export function formatArn(at: Place, service: string, resource: string): string {
  return `arn:${at.partition}:${service}:${at.region}:${at.account}:${resource}`;
}
