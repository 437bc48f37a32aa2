/**
 * The errors of Organizations, with its codes, reasons and sentences. Sentences are what AWS was recorded to answer
 * where a recording is known; those marked so are the documentation's.
 */
import type { Organizations as Api } from '../../../generated/api/organizations';
import { awsError } from '../../kernel';

export const notInUse = () => awsError<Api>('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
export const accessDenied = () => awsError<Api>('AccessDeniedException', "You don't have permissions to access this resource.");

// ---- what is not there, or is there already ----

export const accountNotFound = () => awsError<Api>('AccountNotFoundException', "You specified an account that doesn't exist.");
export const alreadyInOrganization = () =>
  awsError<Api>('AlreadyInOrganizationException', 'The AWS account is already a member of an organization.');
export const accountAlreadyClosed = () => awsError<Api>('AccountAlreadyClosedException', 'The provided account is already closed.');
export const closingAlready = () =>
  awsError<Api>('ConflictException', 'The request failed because it conflicts with the current state of the specified resource.');
export const alreadyRegistered = () =>
  awsError<Api>('AccountAlreadyRegisteredException', 'The provided account is already a delegated administrator for your organization.');
export const notRegistered = () =>
  awsError<Api>('AccountNotRegisteredException', 'The provided account is not a registered delegated administrator for your organization.');
export const creationNotFound = () =>
  awsError<Api>('CreateAccountStatusNotFoundException', "You specified a create account request that doesn't exist.");
export const childNotFound = () => awsError<Api>('ChildNotFoundException', "You specified a child that doesn't exist.");
export const parentNotFound = () => awsError<Api>('ParentNotFoundException', "You specified a parent that doesn't exist.");
export const sourceParentNotFound = () =>
  awsError<Api>('SourceParentNotFoundException', "You specified a source parent that doesn't exist.");
export const destinationParentNotFound = () =>
  awsError<Api>('DestinationParentNotFoundException', "You specified a destination parent that doesn't exist.");
export const rootNotFound = () => awsError<Api>('RootNotFoundException', "You specified a root that doesn't exist.");
export const targetNotFound = () => awsError<Api>('TargetNotFoundException', "You specified a target that doesn't exist.");
export const unitNotFound = () =>
  awsError<Api>('OrganizationalUnitNotFoundException', "You specified an organizational unit that doesn't exist.");
export const policyNotFound = () => awsError<Api>('PolicyNotFoundException', "You specified a policy that doesn't exist.");
export const handshakeNotFound = () => awsError<Api>('HandshakeNotFoundException', "You specified a handshake that doesn't exist.");
/** The documentation's sentence, as are the next six. */
export const resourcePolicyNotFound = () =>
  awsError<Api>('ResourcePolicyNotFoundException', "We can't find a resource policy request with the parameter that you specified.");
export const transferNotFound = () =>
  awsError<Api>('ResponsibilityTransferNotFoundException', "We can't find a transfer that you specified.");
export const duplicateAccount = () =>
  awsError<Api>('DuplicateAccountException', 'That account is already present in the specified destination.');
export const duplicateHandshake = () =>
  awsError<Api>('DuplicateHandshakeException', 'A handshake with the same action and target already exists.');
export const policyInUse = () =>
  awsError<Api>(
    'PolicyInUseException',
    'The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.',
  );
export const policyNotAttached = () =>
  awsError<Api>('PolicyNotAttachedException', "The policy isn't attached to the specified target in the specified root.");
export const unitNotEmpty = () =>
  awsError<Api>(
    'OrganizationalUnitNotEmptyException',
    'The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.',
  );
export const duplicateUnit = () => awsError<Api>('DuplicateOrganizationalUnitException', 'An OU with the same name already exists.');
export const duplicatePolicy = () => awsError<Api>('DuplicatePolicyException', 'A policy with the same name already exists.');
/** AWS does say "name and type" here. */
export const duplicateAttachment = () =>
  awsError<Api>('DuplicatePolicyAttachmentException', 'A policy with the specified name and type already exists.');
export const organizationNotEmpty = () =>
  awsError<Api>(
    'OrganizationNotEmptyException',
    'To delete an organization you must first remove all member accounts (except the master).',
  );

// ---- policies ----

export const policyTypeAlreadyEnabled = () =>
  awsError<Api>('PolicyTypeAlreadyEnabledException', 'The specified policy type is already enabled.');
export const policyTypeNotEnabled = () =>
  awsError<Api>('PolicyTypeNotEnabledException', 'This operation can be performed only for enabled policy types.');
/** The documentation's sentence. */
export const policyTypeNotAvailable = () =>
  awsError<Api>(
    'PolicyTypeNotAvailableForOrganizationException',
    "You can't use the specified policy type with the feature set currently enabled for this organization.",
  );
export const malformedPolicy = (message = 'The provided policy document does not meet the requirements of the specified policy type.') =>
  awsError<Api>('MalformedPolicyDocumentException', message);
export const effectiveTypeNotEnabled = () =>
  awsError<Api>(
    'EffectivePolicyNotFoundException',
    'The specified policy type is not enabled. Enable that policy type on your organization root and then retry.',
  );
/** The documentation's sentence. */
export const noEffectivePolicy = () =>
  awsError<Api>('EffectivePolicyNotFoundException', "The account doesn't have an effective policy of this type.");

// ---- handshakes and leaving ----

/** The documentation's sentences. */
export const alreadyInState = () =>
  awsError<Api>('HandshakeAlreadyInStateException', 'The specified handshake is already in the requested state.');
export const invalidTransition = () =>
  awsError<Api>('InvalidHandshakeTransitionException', "You can't perform the operation on the handshake in its current state.");
export const transferAlreadyInStatus = () =>
  awsError<Api>(
    'ResponsibilityTransferAlreadyInStatusException',
    'The responsibility transfer is already in the status that you specified.',
  );
export const invalidTransferTransition = () =>
  awsError<Api>(
    'InvalidResponsibilityTransferTransitionException',
    "The responsibility transfer can't transition to the requested state because it's not in a valid state for this operation.",
  );
export const managementCannotLeave = () =>
  awsError<Api>('MasterCannotLeaveOrganizationException', "You can't remove a management account from an organization.");

// ---- errors with reasons ----

const handshakeReasons = {
  ALREADY_IN_AN_ORGANIZATION: 'The specified account is already a member of an organization.',
  ORGANIZATION_ALREADY_HAS_ALL_FEATURES: 'The handshake request is invalid because the organization has already enabled all features.',
  ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION:
    'The handshake request is invalid because the organization has already started the process to enable all features.',
  INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES:
    "You can't issue new invitations to join an organization while it's in the process of enabling all features.",
  RESPONSIBILITY_TRANSFER_ALREADY_EXISTS: 'You cannot perform this operation with the current transfer.',
  SOURCE_AND_TARGET_CANNOT_MATCH: "An account can't accept a transfer invitation if it is both the sender and recipient of the invitation.",
} as const;

export const handshakeViolation = (Reason: keyof typeof handshakeReasons) =>
  awsError<Api>('HandshakeConstraintViolationException', handshakeReasons[Reason], { fields: { Reason } });

const constraintReasons = {
  /** That this is the reason where a closed account is to leave is a guess, and so is the sentence. */
  ACCOUNT_CANNOT_LEAVE_ORGANIZATION: "You can't remove a closed account from the organization until it is gone for good.",
  ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS: 'You cannot delete organization due to an ongoing responsibility transfer process.',
  CANNOT_CLOSE_MANAGEMENT_ACCOUNT: "You can't close the management account.",
  CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR:
    'You cannot register master account/yourself as delegated administrator for your organization.',
  CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR: 'You cannot register a suspended account as a delegated administrator.',
  CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG:
    'You attempted to remove an account that is registered as a delegated administrator for a service integrated with your organization.',
  /** The sentence of an older documentation, which means DisableAWSServiceAccess. */
  DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE:
    'To complete this operation, you must first deregister all delegated administrators for this service.',
  MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED: 'You have attached the maximum number of policies to the specified target.',
  MAX_TAG_LIMIT_EXCEEDED: 'You have exceeded the number of tags allowed on this resource.',
  MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED:
    'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
  ORGANIZATION_NOT_IN_ALL_FEATURES_MODE:
    'The request failed because the organization does not have all features enabled. Please enable all features in your organization and then retry.',
  OU_DEPTH_LIMIT_EXCEEDED: 'You attempted to create an OU tree that is too many levels deep.',
  OU_NUMBER_LIMIT_EXCEEDED: 'You attempted to exceed the number of OUs that you can have in an organization.',
  POLICY_CONTENT_LIMIT_EXCEEDED: 'You have exceeded the maximum size of a policy document.',
  POLICY_TYPE_ENABLED_FOR_THIS_SERVICE: 'You attempted to disable service access before you disabled the policy type.',
  POLICY_NUMBER_LIMIT_EXCEEDED: 'You have attempted to exceed the number of policies that you can have in an organization.',
  TAG_POLICY_VIOLATION:
    'You attempted to create or update a resource with tags that are not compliant with the tag policy requirements for this account.',
  SERVICE_ACCESS_NOT_ENABLED:
    'You must enable service access before you delegate an administrator for this service. Call the AWS API EnableAWSServiceAccess first.',
} as const;

export const constraintViolation = (Reason: keyof typeof constraintReasons) =>
  awsError<Api>('ConstraintViolationException', constraintReasons[Reason], { fields: { Reason } });

/** EnablePolicyType; the documentation's sentence. */
export const policyTypeWithoutAccess = () =>
  awsError<Api>(
    'ConstraintViolationException',
    'You attempted to enable a policy type before you enabled service access. Call the EnableAWSServiceAccess API first.',
    { fields: { Reason: 'SERVICE_ACCESS_NOT_ENABLED' } },
  );

const inputReasons = {
  DUPLICATE_TAG_KEY: 'Tag keys must be unique among the tags attached to the same entity.',
  END_DATE_NOT_END_OF_MONTH: 'You provided an invalid end date. The end date must be the end of the last day of the month (23.59.59.999).',
  END_DATE_TOO_EARLY: 'You provided an invalid end date. It is too early for the transfer to end.',
  IMMUTABLE_POLICY: "You specified a policy that is managed by AWS and can't be modified.",
  INVALID_ENUM_POLICY_TYPE: 'You specified an invalid policy type string.',
  INVALID_EMAIL_ADDRESS_TARGET: 'You specified an invalid email address for the invited account owner.',
  INVALID_NEXT_TOKEN: 'Get the value for the NextToken parameter from the response to a previous call of the operation.',
  INVALID_PARTY_TYPE_TARGET: 'You specified the wrong type of entity (account, organization, or email) as a party.',
  INVALID_PATTERN: 'You provided a value that does not match the required pattern.',
  INVALID_PRINCIPAL: 'You specified an invalid principal element in the policy.',
  INVALID_RESOURCE_POLICY_JSON: 'You specified an invalid resource policy JSON.',
  INVALID_ROLE_NAME: "You provided a role name that isn't valid. A role name can't begin with the reserved prefix AWSServiceRoleFor.",
  INVALID_SYSTEM_TAGS_PARAMETER: 'You specified a tag key that is a system tag.',
  MAX_LIMIT_EXCEEDED_FILTER: 'You can specify only one filter parameter for the operation.',
  NON_DETACHABLE_POLICY: "You can't detach this AWS Managed Policy.",
  START_DATE_NOT_BEGINNING_OF_DAY: 'You provided an invalid start date. The start date must be the beginning of the day (00:00:00.000).',
  START_DATE_NOT_BEGINNING_OF_MONTH: 'You provided an invalid start date. The start date must be the first day of the month.',
  START_DATE_TOO_EARLY: 'You provided an invalid start date. The start date is too early.',
  TARGET_NOT_SUPPORTED: "You can't perform the specified operation on that target entity.",
  UNRECOGNIZED_SERVICE_PRINCIPAL: 'You specified an unrecognized service principal.',
  UNSUPPORTED_ACTION_IN_RESOURCE_POLICY: 'You specified an action that is not supported in a resource policy.',
} as const;

export const invalidInput = (Reason: keyof typeof inputReasons) =>
  awsError<Api>('InvalidInputException', inputReasons[Reason], { fields: { Reason } });

/** PutResourcePolicy: "Calls with tags apply to the initial creation of the resource policy, otherwise an exception is thrown." */
export const tagsOnUpdate = () => awsError<Api>('InvalidInputException', 'You can specify tags only when you create the resource policy.');
