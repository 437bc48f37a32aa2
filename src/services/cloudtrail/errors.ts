/** The errors of CloudTrail, with its codes. Sentences that clients reported are so marked; the others are guesses after the model's descriptions. */
import type { CloudTrail } from '../../../generated/api/cloudtrail';
import { awsError, notImplemented } from '../../kernel';

/** Reported by clients. */
export const trailNotFound = (name: string, account: string) =>
  awsError<CloudTrail>('TrailNotFoundException', `Unknown trail: ${name} for the user: ${account}`);
/** Reported by clients. */
export const trailExists = (name: string, account: string) =>
  awsError<CloudTrail>('TrailAlreadyExistsException', `Trail ${name} already exists for customer: ${account}`);
export const tooManyTrails = (account: string, region: string) =>
  awsError<CloudTrail>('MaximumNumberOfTrailsExceededException', `User: ${account} already has 5 trails in ${region}.`);
/** The sentences about names are recorded, but for that about neighbours and addresses. */
export const invalidName = (sentence: string) => awsError<CloudTrail>('InvalidTrailNameException', sentence);
export const arnInvalid = (arn: string) => awsError<CloudTrail>('CloudTrailARNInvalidException', `Invalid trail ARN: ${arn}`);
export const notHomeRegion = (region: string) =>
  awsError<CloudTrail>('InvalidHomeRegionException', `The trail can only be changed in its home region ${region}.`);

/** Recorded. */
export const bucketMissing = (bucket: string) =>
  awsError<CloudTrail>('S3BucketDoesNotExistException', `S3 bucket ${bucket} does not exist!`);
/** Reported by clients. */
export const bucketPolicyWrong = (bucket: string) =>
  awsError<CloudTrail>('InsufficientS3BucketPolicyException', `Incorrect S3 bucket policy is detected for bucket: ${bucket}`);
export const bucketNameInvalid = () => awsError<CloudTrail>('InvalidS3BucketNameException', 'Bucket name is invalid.');
export const prefixInvalid = () =>
  awsError<CloudTrail>('InvalidS3PrefixException', 'S3 prefix is longer than maximum length of 200 characters.');
/** Recorded. */
export const topicWrong = () =>
  awsError<CloudTrail>('InsufficientSnsTopicPolicyException', 'SNS Topic does not exist or the topic policy is incorrect!');
export const topicNameInvalid = () => awsError<CloudTrail>('InvalidSnsTopicNameException', 'SNS topic name is invalid.');
/** Reported by clients. No log group exists here yet. */
export const logGroupMissing = () =>
  awsError<CloudTrail>('InvalidCloudWatchLogsLogGroupArnException', 'CloudTrail cannot validate the specified log group ARN.');
export const invalidCombination = (sentence: string) => awsError<CloudTrail>('InvalidParameterCombinationException', sentence);
export const invalidParameter = (sentence: string) => awsError<CloudTrail>('InvalidParameterException', sentence);

export const selectorsInvalid = (sentence: string) => awsError<CloudTrail>('InvalidEventSelectorsException', sentence);
export const insightsOff = (trail: string) =>
  awsError<CloudTrail>('InsightNotEnabledException', `Insights events are not enabled for the trail ${trail}.`);

export const lookupInvalid = (sentence: string) => awsError<CloudTrail>('InvalidLookupAttributesException', sentence);
export const timesInvalid = () => awsError<CloudTrail>('InvalidTimeRangeException', 'The end time of the range is before its start time.');
export const tokenInvalid = () =>
  awsError<CloudTrail>('InvalidNextTokenException', 'The token is not valid, or was used with other parameters before.');

export const tagsInvalid = (sentence: string) => awsError<CloudTrail>('InvalidTagParameterException', sentence);
export const tooManyTags = () =>
  awsError<CloudTrail>('TagsLimitExceededException', 'The number of tags on the resource has exceeded the limit of 50.');
export const resourceMissing = (arn: string) => awsError<CloudTrail>('ResourceNotFoundException', `${arn} does not exist.`);
export const typeUnsupported = (arn: string) =>
  awsError<CloudTrail>('ResourceTypeNotSupportedException', `Tags of ${arn} are not supported.`);

export const notInOrganization = () =>
  awsError<CloudTrail>('OrganizationsNotInUseException', 'Your account is not a member of an organization.');
export const notManagementAccount = () =>
  awsError<CloudTrail>(
    'NotOrganizationMasterAccountException',
    'Only the management account of an organization may create or change an organization trail.',
  );
export const notAllFeatures = () =>
  awsError<CloudTrail>('OrganizationNotInAllFeaturesModeException', 'The organization does not have all features enabled.');
export const accessNotEnabled = () =>
  awsError<CloudTrail>(
    'CloudTrailAccessNotEnabledException',
    'Trusted access between CloudTrail and Organizations is not enabled (EnableAWSServiceAccess, cloudtrail.amazonaws.com).',
  );

export const notOrganizationManagement = () =>
  awsError<CloudTrail>(
    'NotOrganizationManagementAccountException',
    'Only the management account of an organization may register or deregister delegated administrators.',
  );
export const cannotDelegateManagement = () =>
  awsError<CloudTrail>('CannotDelegateManagementAccountException', 'The management account cannot be a delegated administrator.');
export const accountMissing = (account: string) =>
  awsError<CloudTrail>('AccountNotFoundException', `The account ${account} is not in your organization.`);
export const accountRegistered = (account: string) =>
  awsError<CloudTrail>('AccountRegisteredException', `The account ${account} is a CloudTrail delegated administrator already.`);
export const accountNotRegistered = (account: string) =>
  awsError<CloudTrail>('AccountNotRegisteredException', `The account ${account} is not a CloudTrail delegated administrator.`);
export const tooManyAdministrators = (limit: number) =>
  awsError<CloudTrail>(
    'DelegatedAdminAccountLimitExceededException',
    `Your organization has ${limit} CloudTrail delegated administrators.`,
  );
export const dependencyDenied = (sentence: string) =>
  awsError<CloudTrail>('InsufficientDependencyServiceAccessPermissionException', sentence);
/** Reported by clients: of trails, when the caller may not make CloudTrail's role. */
export const organizationDenied = () =>
  dependencyDenied(
    'AWS CloudTrail cannot create resources for your organization because access to one or more required APIs has been denied.',
  );
/** Reported by clients: of administrators, for the same reason. */
export const roleDenied = () =>
  awsError<CloudTrail>(
    'InsufficientIAMAccessPermissionException',
    "The task can't be completed because you are signed in with an account that lacks permissions to create a service-linked role in AWS CloudTrail. Sign in to an account with the required permissions and then try again.",
  );
export const noManagementRole = () =>
  awsError<CloudTrail>(
    'NoManagementAccountSLRExistsException',
    'The management account of your organization does not have the service-linked role AWSServiceRoleForCloudTrail.',
  );

/** What we do not do yet is said as such, never pretended. */
export const unsupported = (what: string, instead: string) => notImplemented('cloudtrail', what, instead);
