/**
 * The errors of SQS, with its codes and sentences. Unless a line says otherwise they are what AWS was recorded to answer.
 * Codes are the model's shape names where the model has one; the wire code of each protocol follows from the model.
 */
import { AwsError } from '../../kernel';

/** The query protocol still gives the older sentence. */
export const queueDoesNotExist = (protocol?: string) =>
  new AwsError(
    'QueueDoesNotExist',
    protocol === 'query' ? 'The specified queue does not exist for this wsdl version.' : 'The specified queue does not exist.',
  );

export const queueNameExists = (attribute: string) =>
  new AwsError('QueueNameExists', `A queue already exists with the same name and a different value for attribute ${attribute}`);

export const queueDeletedRecently = () =>
  new AwsError('QueueDeletedRecently', 'You must wait 60 seconds after deleting a queue before you can create another with the same name.');

export const purgeInProgress = (queue: string) =>
  new AwsError('PurgeQueueInProgress', `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`);

export const invalidAddress = (url: string) => new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`);

export const unknownAttribute = (name: string) => new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);

/** Code a guess; what SQS documents has none for it. */
export const tagForbidden = (sentence: string) => new AwsError('InvalidParameterValue', sentence);

export const invalidAttributeValue = (name: string, reason?: string) =>
  new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.${reason === undefined ? '' : ` Reason: ${reason}`}`);

export const twoEncryptions = () =>
  new AwsError(
    'InvalidAttributeName',
    'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
  );

/** Not in the model: the error for anything wrong with a parameter's value. */
export const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', message);

export const invalidValue = (parameter: string, value: string | number, reason: string) =>
  invalidParameter(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);

/** Not in the model. */
export const missingParameter = (name: string) => new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);

export const wrongQueueType = (parameter: string, value: string | number) =>
  invalidValue(parameter, value, 'The request include parameter that is not valid for this queue type.');

export const needsDeduplicationId = () =>
  invalidParameter('The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly');

export const messageTooLong = (maximumBytes: number) =>
  invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`);

export const invalidContents = () =>
  new AwsError(
    'InvalidMessageContents',
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
  );

export const receiptHandleIsInvalid = (handle: string) =>
  new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);

export const receiptHandleExpired = (handle: string) => invalidValue('ReceiptHandle', handle, 'The receipt handle has expired.');

export const notAvailableForChange = (handle: string) =>
  invalidValue('ReceiptHandle', handle, 'Message does not exist or is not available for visibility timeout change.');

/** The sentence is a guess; AWS documents the code and the limit (ReceiveMessage, "in flight"). */
export const tooManyInFlight = () => new AwsError('OverLimit', 'The maximum number of in flight messages is reached.');

export const emptyBatch = (operation: string) =>
  new AwsError('EmptyBatchRequest', `There should be at least one ${operation}RequestEntry in the request.`);

export const tooManyEntries = (count: number) =>
  new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10. You have sent ${count}.`);

export const invalidBatchEntryId = () =>
  new AwsError(
    'InvalidBatchEntryId',
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
  );

export const batchIdsNotDistinct = (id: string) => new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);

export const batchTooLong = (maximumBytes: number, bytes: number) =>
  new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${maximumBytes} bytes. You have sent ${bytes} bytes.`);

export const tooManyActions = (count: number) => new AwsError('OverLimit', `${count} Actions were found, maximum allowed is 7.`);

export const resourceDoesNotExist = (parameter: string) =>
  new AwsError('ResourceNotFoundException', `The resource that you specified for the ${parameter} parameter doesn't exist.`);

export const taskDoesNotExist = () => new AwsError('ResourceNotFoundException', 'Task does not exist.');
