/** RedrivePolicy and RedriveAllowPolicy: JSON texts inside queue attributes. */
import { invalidValue } from './errors';
import { parseQueueArn } from './queue-address';

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** Receives after which a message is moved instead of delivered once more. */
  readonly maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns?: readonly string[];
}

const maximumSources = 10;
const redriveKeys = ['deadLetterTargetArn', 'maxReceiveCount'];
const permissions: readonly string[] = ['allowAll', 'denyAll', 'byQueue'];

/** Sentences as AWS answers them to Terraform and SDK users; whether the target exists is for the caller to see. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const invalid = (reason: string) => invalidValue('RedrivePolicy', text, reason);
  const policy = parseObject(text);
  if (policy === undefined) throw invalid('Redrive policy is not a valid JSON map.');
  if (Object.keys(policy).some((key) => !redriveKeys.includes(key))) {
    throw invalid(`Only following attributes are supported: [${redriveKeys.join(', ')}].`);
  }
  for (const key of redriveKeys) {
    if (policy[key] === undefined) throw invalid(`Redrive policy does not contain mandatory attribute: ${key}.`);
  }
  const target = policy.deadLetterTargetArn;
  if (typeof target !== 'string' || parseQueueArn(target) === undefined) throw invalid('Invalid value for deadLetterTargetArn.');
  // CloudFormation and old tools send the number as a string.
  const count = Number(policy.maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalid(`Invalid value for maxReceiveCount: ${policy.maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`);
  }
  return { deadLetterTargetArn: target, maxReceiveCount: count };
}

export function formatRedrivePolicy(policy: RedrivePolicy): string {
  return JSON.stringify({ deadLetterTargetArn: policy.deadLetterTargetArn, maxReceiveCount: policy.maxReceiveCount });
}

/** The rules are documented (CreateQueue, RedriveAllowPolicy); the sentences are guesses after those of RedrivePolicy. */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const invalid = (reason: string) => invalidValue('RedriveAllowPolicy', text, reason);
  const policy = parseObject(text);
  if (policy === undefined) throw invalid('Redrive allow policy is not a valid JSON map.');
  const { redrivePermission, sourceQueueArns } = policy;
  if (typeof redrivePermission !== 'string' || !permissions.includes(redrivePermission)) {
    throw invalid(`Invalid value for redrivePermission. Valid values are: [${permissions.join(', ')}].`);
  }
  const permission = redrivePermission as RedriveAllowPolicy['redrivePermission'];
  if (permission !== 'byQueue') {
    if (sourceQueueArns !== undefined) throw invalid('sourceQueueArns can be specified only when redrivePermission is byQueue.');
    return { redrivePermission: permission };
  }
  if (!isArnList(sourceQueueArns)) throw invalid(`sourceQueueArns must hold 1 to ${maximumSources} queue ARNs.`);
  return { redrivePermission: permission, sourceQueueArns };
}

/** Whether the queue at `sourceArn` may name the queue with this policy as its dead-letter queue. */
export function allowsSource(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (policy === undefined || policy.redrivePermission === 'allowAll') return true;
  return policy.redrivePermission === 'byQueue' && policy.sourceQueueArns?.includes(sourceArn) === true;
}

function isArnList(value: unknown): value is readonly string[] {
  const isArn = (each: unknown) => typeof each === 'string' && parseQueueArn(each) !== undefined;
  return Array.isArray(value) && value.length > 0 && value.length <= maximumSources && value.every(isArn);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // not JSON: the caller says so in AWS's words
  }
}
