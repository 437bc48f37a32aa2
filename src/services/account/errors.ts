/** The errors of Account. Where no recording is known the sentence is a guess in the manner of the others. */
import type { Account as Api } from '../../../generated/api/account';
import { awsError, type Principal } from '../../kernel';

/** As AWS was recorded to say it, reason in brackets. */
export const notAuthorized = ({ arn }: Principal, action: string, reason?: string) =>
  awsError<Api>(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: account:${action}${reason === undefined ? '' : ` (${reason})`}`,
  );

export const managementAlone = 'The management account can only be managed using the standalone context from the management account.';
/** The sentence is a guess; that this is denied follows from the operations that know no other error. */
export const noMember = 'The specified account is not a member of your organization.';
export const noTrustedAccess = 'Your organization must first enable trusted access with AWS Account Management.';

/** Recorded. */
export const noAlternateContact = () =>
  awsError<Api>('ResourceNotFoundException', 'No contact of the inputted alternate contact type found.');
export const noPrimaryContact = () => awsError<Api>('ResourceNotFoundException', 'No contact information found.');
export const noEmailUpdate = () => awsError<Api>('ResourceNotFoundException', 'There is no pending update of the primary email address.');
export const noGovCloudAccount = () =>
  awsError<Api>('ResourceNotFoundException', 'No GovCloud account is linked to the specified standard account.');

export const emailInUse = () => awsError<Api>('ConflictException', 'The email address is already in use.');
export const regionInTransition = (region: string, status: string) =>
  awsError<Api>('ConflictException', `The Region ${region} is in the status ${status}. Try again when this is over.`);

const fieldFailed = (name: string, message: string) =>
  awsError<Api>('ValidationException', message, { fields: { reason: 'fieldValidationFailed', fieldList: [{ name, message }] } });

export const invalidOtp = () => fieldFailed('otp', 'The OTP is not valid.');
export const otherEmail = () => fieldFailed('primaryEmail', 'The email address is not the one of the request to update it.');
export const invalidEmail = () => fieldFailed('primaryEmail', 'The email address is not valid.');
export const stateRequired = (country: string) =>
  fieldFailed('stateOrRegion', `StateOrRegion is required for addresses in the country ${country}.`);
export const invalidToken = () => fieldFailed('nextToken', 'The pagination token is not valid.');

export const noOptRegion = (region: string) =>
  awsError<Api>('ValidationException', `The Region ${region} can't be opted in to or out of.`, {
    fields: { reason: 'invalidRegionOptTarget' },
  });
export const unknownRegion = (region: string) =>
  awsError<Api>('ValidationException', `The Region ${region} is not known.`, { fields: { reason: 'invalidRegionOptTarget' } });
