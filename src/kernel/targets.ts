/** What the ARN of a target says: whose it is, where it is, and how it receives. */
import type { Place } from './place';
import type { Delivery, ServiceDefinition, TargetHandler } from './service';
import type { SendOptions } from './tx';

/** A delivery on its way: what is sent, and what the sender said about it. */
export interface Sending extends SendOptions {
  readonly targetArn: string;
  readonly payload: unknown;
}

/** Where the target is: its ARN's account and region, the sender's where the ARN leaves them out (S3). */
export function placeOfTarget(arn: string, sender: Place): Place {
  const [, partition, , region, account] = arn.split(':', 5);
  return { partition: partition || sender.partition, account: account || sender.account, region: region || sender.region };
}

/** How a service receives at one of its ARNs; undefined when it does not. */
export function targetHandler({ target }: ServiceDefinition, arn: string): TargetHandler | undefined {
  return typeof target === 'function' ? target(arn) : target;
}

/** What the target's handler is given of it. */
export function deliveryOf(targetArn: string, payload: unknown, options: SendOptions): Delivery {
  return {
    targetArn,
    payload,
    from: options.from,
    sourceArn: options.sourceArn,
    groupId: options.groupId,
    dedupId: options.dedupId,
    attributes: options.attributes,
    traceHeader: options.traceHeader,
    late: options.late,
    hint: options.hint,
  };
}
