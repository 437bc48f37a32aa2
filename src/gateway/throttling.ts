/** What each service answers to a caller who asks too often. */
import type { Operation, Protocol } from '../api/model';
import { AwsError } from '../kernel/errors';

/** Of services whose models do not say it. */
const ownWords: Readonly<Record<string, () => AwsError>> = {
  // API reference, "Error responses".
  s3: () => new AwsError('SlowDown', 'Please reduce your request rate.', { status: 503 }),
  s3control: () => new AwsError('SlowDown', 'Please reduce your request rate.', { status: 503 }),
  // API reference, "Error codes".
  ec2: () => new AwsError('RequestLimitExceeded', 'Request limit exceeded.', { status: 503 }),
  route53: () => new AwsError('Throttling', 'Rate exceeded', { status: 400 }),
  // Modelled without a status of its own.
  sqs: () => new AwsError('RequestThrottled', 'Rate exceeded'),
};

/** Modelled errors that mean this, the usual one first. */
const modelled = ['ThrottlingException', 'TooManyRequestsException', 'ThrottledException', 'RequestThrottledException'];

/** The throttling error of an operation: the service's own word, what its model declares, or the one common to its protocol. */
export function throttlingError(operation: Operation, protocol: Protocol): AwsError {
  const { service } = operation;
  const own = ownWords[service.id];
  if (own) return own();
  const declared = modelled.find((code) => operation.errors.includes(code));
  if (declared !== undefined) return new AwsError(declared, 'Rate exceeded');
  return protocol === 'query' || protocol === 'rest-xml'
    ? new AwsError('Throttling', 'Rate exceeded', { status: 400 })
    : new AwsError('ThrottlingException', 'Rate exceeded', { status: protocol === 'rest-json' ? 429 : 400 });
}
