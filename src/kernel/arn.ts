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
  const service = text.indexOf(':', 4) + 1;
  const region = text.indexOf(':', service) + 1;
  const account = text.indexOf(':', region) + 1;
  const resource = text.indexOf(':', account) + 1;
  // What is not found would be looked for from the beginning again.
  if (service <= 5 || region <= service + 1 || account <= region || resource <= account) return undefined;
  return {
    partition: text.slice(4, service - 1),
    service: text.slice(service, region - 1),
    region: text.slice(region, account - 1),
    account: text.slice(account, resource - 1),
    resource: text.slice(resource),
  };
}

/** `arn:aws:sqs:us-east-1:123456789012:name`. */
export function formatArn(at: Place, service: string, resource: string): string {
  return `arn:${at.partition}:${service}:${at.region}:${at.account}:${resource}`;
}

/** `arn:aws:s3:::bucket`: neither region nor account are in it. */
export function bucketArn(at: Pick<Place, 'partition'>, bucket: string): string {
  return `arn:${at.partition}:s3:::${bucket}`;
}

/** `arn:aws:s3:::bucket/key`. */
export function objectArn(at: Pick<Place, 'partition'>, bucket: string, key: string): string {
  return `arn:${at.partition}:s3:::${bucket}/${key}`;
}

/** The third part; empty for what is no ARN. */
export function serviceOfArn(arn: string): string {
  const from = arn.indexOf(':', arn.indexOf(':') + 1) + 1;
  if (from === 0) return '';
  const end = arn.indexOf(':', from);
  return end < 0 ? arn.slice(from) : arn.slice(from, end);
}

/** Whose it is; undefined where the ARN does not say (buckets), and for what is no ARN. */
export function accountOfArn(arn: string): string | undefined {
  if (!arn.startsWith('arn:')) return undefined;
  let from = 4;
  for (let part = 0; part < 3; part++) {
    from = arn.indexOf(':', from) + 1;
    if (from === 0) return undefined;
  }
  const end = arn.indexOf(':', from);
  return end <= from ? undefined : arn.slice(from, end);
}
