/** The errors of DynamoDB, with its codes and sentences; recorded from AWS by others' test suites unless a line says otherwise. */
import { AwsError } from '../../kernel';

export const invalid = (message: string) => new AwsError('ValidationException', message);

/** Most of what is wrong with a parameter's value. */
export const invalidValues = (reason: string) => invalid(`One or more parameter values were invalid: ${reason}`);

/** The newer wording, for empty keys. */
const notValidValues = (reason: string) => invalid(`One or more parameter values are not valid. ${reason}`);

export const notNumeric = (text: string | undefined) =>
  invalid(`The parameter cannot be converted to a numeric value${text === undefined ? '' : `: ${text}`}`);
export const tooManyDigits = () => invalid('Attempting to store more than 38 significant digits in a Number');
export const numberOverflow = () => invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
export const numberUnderflow = () => invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');

/** Of a table that is read or written. */
export const resourceNotFound = (what?: string) =>
  new AwsError('ResourceNotFoundException', `Requested resource not found${what === undefined ? '' : `: ${what}`}`);
/** Of a table that is described or changed. */
export const tableNotFound = (name: string) => resourceNotFound(`Table: ${name} not found`);
export const policyNotFound = (what: string) =>
  new AwsError('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${what}`);
export const tableInUse = (reason: string) =>
  new AwsError('ResourceInUseException', `Attempt to change a resource which is still in use: ${reason}`);
export const tableExists = (name: string) => new AwsError('ResourceInUseException', `Table already exists: ${name}`);
export const limitExceeded = (reason: string) => new AwsError('LimitExceededException', `Subscriber limit exceeded: ${reason}`);

export const keyMismatch = () => invalid('The provided key element does not match the schema');
export const emptyKey = (name: string, type: 'string' | 'binary') =>
  notValidValues(`The AttributeValue for a key attribute cannot contain an empty ${type} value. Key: ${name}`);
export const emptyIndexKey = (index: string, name: string, type: 'string' | 'binary') =>
  notValidValues(
    `A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${type} value. IndexName: ${index}, IndexKey: ${name}`,
  );
export const hashTooLong = () => invalidValues('Size of hashkey has exceeded the maximum size limit of2048 bytes');
export const rangeTooLong = () => invalidValues('Aggregated size of all range keys has exceeded the size limit of 1024 bytes');

export const itemTooLarge = () => invalid('Item size has exceeded the maximum allowed size');
export const updateTooLarge = () => invalid('Item size to update has exceeded the maximum allowed size');

/** `item` as PreparedJson when the caller asked for it. */
export const conditionFailed = (item?: unknown) =>
  new AwsError('ConditionalCheckFailedException', 'The conditional request failed', item === undefined ? {} : { fields: { Item: item } });

export const throughputExceeded = () =>
  new AwsError(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  );

/** Streams are another issue; a table that claims to have one would lie to whoever reads it. */
export const streamsNotBuilt = () =>
  new AwsError(
    'NotImplemented',
    'Nuvola does not implement DynamoDB Streams yet: leave StreamSpecification out, or set StreamEnabled to false.',
    {
      status: 501,
    },
  );
