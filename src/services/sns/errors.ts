/** The errors of SNS, with its codes and sentences. Unless a line says otherwise they are what AWS was recorded to answer. */
import { AwsError, notImplemented } from '../../kernel';

/** `Invalid parameter: TopicArn`, with more behind it where AWS says more. */
export const invalidParameter = (what: string) => new AwsError('InvalidParameter', `Invalid parameter: ${what}`);

/** The few sentences that do not begin with "Invalid parameter". */
export const plainInvalidParameter = (sentence: string) => new AwsError('InvalidParameter', sentence);

export const invalidValue = (sentence: string) => new AwsError('ParameterValueInvalid', sentence);

export const topicNotFound = () => new AwsError('NotFound', 'Topic does not exist');
export const subscriptionNotFound = () => new AwsError('NotFound', 'Subscription does not exist');
export const applicationNotFound = () => new AwsError('NotFound', 'PlatformApplication does not exist');
export const endpointNotFound = () => new AwsError('NotFound', 'Endpoint does not exist');
export const resourceNotFound = () => new AwsError('ResourceNotFound', 'Resource does not exist');

export const endpointDisabled = () => new AwsError('EndpointDisabled', 'Endpoint is disabled');
/** The sentence is a guess after that of endpoints. */
export const applicationDisabled = () => new AwsError('PlatformApplicationDisabled', 'Platform application is disabled');

/** As Terraform's provider looks for it. */
export const pendingSubscription = () => plainInvalidParameter('Cannot unsubscribe a subscription that is pending confirmation');

/** The sentence is a guess; the code is documented (Unsubscribe, ConfirmSubscription). */
export const notAuthorized = (action: string, arn: string) =>
  new AwsError('AuthorizationError', `User: anonymous is not authorized to perform: SNS:${action} on resource: ${arn}`);

/** Reported by clients. */
export const tagForbidden = (sentence: string) => new AwsError('TagPolicy', sentence);
export const tooManyTags = () => new AwsError('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded');

export const emptyBatch = () => new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
export const tooManyEntries = () =>
  new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
export const idsNotDistinct = () => new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
/** The sentence is the model's description. */
export const invalidBatchId = () =>
  new AwsError('InvalidBatchEntryId', "The Id of a batch entry in a batch request doesn't abide by the specification.");
export const batchTooLong = () =>
  new AwsError('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.');

/** Not in the recordings: the sentence SMS sandbox operations document. */
export const unknownNumber = () => new AwsError('ResourceNotFound', 'The phone number could not be found.');
export const wrongPassword = () =>
  new AwsError('VerificationException', 'The one-time password is not valid.', { status: 400, fields: { Status: 'FAILED' } });

/** What we do not do yet is said as such, never pretended. */
export const unsupported = (what: string) => notImplemented('sns', what);
