/** What each protocol takes as an endpoint, and whether it must confirm. */
import { type Arn, parseArn } from '../../kernel';
import { invalidParameter, plainInvalidParameter } from './errors';
import { protocols, type SubscriptionProtocol } from './state';

/** An endpoint that a protocol takes. */
export interface CheckedEndpoint {
  readonly protocol: SubscriptionProtocol;
  readonly endpoint: string;
  /** Of protocols whose endpoints are ARNs. */
  readonly arn: Arn | undefined;
}

const phoneNumber = /^\+[1-9]\d{1,14}$/;
/** What the queue, function or stream is called in AWS's sentence. */
const arnOwners: Readonly<Record<string, string>> = { sqs: 'SQS', lambda: 'Lambda', firehose: 'Firehose', application: 'Application' };

export function isPhoneNumber(text: string): boolean {
  return phoneNumber.test(text);
}

/** Throws what AWS answers to a protocol it does not know, or an endpoint that is none of its kind. */
export function checkEndpoint(protocol: string, endpoint = '', fifoTopic: boolean): CheckedEndpoint {
  if (!isProtocol(protocol)) throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  if (endpoint === '') throw invalidParameter('Endpoint');
  if (protocol === 'http' || protocol === 'https') checkUrl(protocol, endpoint);
  if (protocol === 'sms' && !isPhoneNumber(endpoint)) throw plainInvalidParameter(`Invalid SMS endpoint: ${endpoint}`);
  if (protocol.startsWith('email') && !/^[^\s@]+@[^\s@]+$/.test(endpoint)) throw invalidParameter('Email address'); // a guess
  const owner = arnOwners[protocol];
  const arn = owner === undefined ? undefined : parseArn(endpoint);
  if (owner !== undefined && (arn?.service !== (protocol === 'application' ? 'sns' : protocol) || arn.resource === '')) {
    throw invalidParameter(`${owner} endpoint ARN`);
  }
  if (endpoint.endsWith('.fifo') && protocol === 'sqs' && !fifoTopic) {
    throw invalidParameter('Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics');
  }
  if (fifoTopic && protocol !== 'sqs') throw invalidParameter(`Invalid protocol type: ${protocol}`); // FIFO topics deliver to queues only; a guess
  return { protocol, endpoint, arn };
}

function checkUrl(protocol: 'http' | 'https', endpoint: string): void {
  if (!endpoint.startsWith(`${protocol}://`)) throw invalidParameter('Endpoint must match the specified protocol');
  if (!URL.canParse(endpoint) || new URL(endpoint).hostname === '') throw invalidParameter('Endpoint');
}

/** People and web servers confirm; so does whoever owns the queue or function, when somebody else subscribes it. */
export function mustConfirm({ protocol, arn }: CheckedEndpoint, caller: string): boolean {
  if (arn !== undefined) return arn.account !== caller;
  return protocol !== 'sms';
}

function isProtocol(text: string): text is SubscriptionProtocol {
  return (protocols as readonly string[]).includes(text);
}
