/**
 * The errors of STS, with its codes and sentences. Unless a line says otherwise they are what AWS documents or was
 * recorded to answer. Two spaces and missing full stops are AWS's.
 */
import type { STS } from '../../../generated/api/sts';
import { AwsError, awsError } from '../../kernel';

export const accessDenied = (message: string) => awsError<STS>('AccessDenied', message, { status: 403 });
export const validationError = (message: string) => awsError<STS>('ValidationError', message);
export const invalidParameter = (message: string) => awsError<STS>('InvalidParameterValue', message);

export const missingToken = () => awsError<STS>('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 });
export const unknownKey = () =>
  awsError<STS>('InvalidClientTokenId', 'The security token included in the request is invalid.', { status: 403 });

/** Recorded by others without its sentence. */
export const notAtGlobalEndpoint = (operation: string) =>
  new AwsError('InvalidOperation', `${operation} is not supported by the global endpoint.`, { status: 400, fault: 'Sender' });

// ---- roles ----

export const rootAssumesNoRoles = () => accessDenied('Roles may not be assumed by root accounts.');
export const invalidRoleArn = (arn: string) => validationError(`${arn} is invalid`);
export const notAuthorised = (who: string, action: string, resource: string) =>
  accessDenied(`User: ${who} is not authorized to perform: ${action} on resource: ${resource}`);
export const tooLongForRole = () => validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
export const tooLongForChain = () =>
  validationError('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.');
export const sourceIdentityFixed = () => validationError('The source identity is already set for this assume role session');

// ---- tags and policies of sessions ----

export const duplicateTagKeys = () => invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
export const transitiveKeyWithoutTag = () => invalidParameter('The specified transitive tag key must be included in the requested tags.');
export const transitiveKeyTaken = () =>
  invalidParameter(
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  );
/** The sentence is IAM's for tags of users and roles. */
export const reservedTagKey = () => invalidParameter('aws: prefixed tag key names are not allowed for external use.');
export const malformedPolicy = (message: string) => awsError<STS>('MalformedPolicyDocument', message);
export const packedTooLarge = (percent: number) =>
  awsError<STS>('PackedPolicyTooLarge', `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`);

// ---- MFA ----

export const mfaHalf = () => accessDenied('MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.');
export const mfaUnknown = () =>
  accessDenied(
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  );
export const mfaWrong = () => accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code.');

// ---- federation ----

export const notAuthorisedFederated = (action: string) => accessDenied(`Not authorized to perform ${action}`);
export const invalidToken = (message: string) => awsError<STS>('InvalidIdentityToken', message);
export const expiredToken = (message: string) => awsError<STS>('ExpiredTokenException', message);
export const rejectedClaim = (message: string) => awsError<STS>('IDPRejectedClaim', message);
/** The sentence is that of the API reference. */
export const issuerUnreachable = (hint = '') =>
  awsError<STS>(
    'IDPCommunicationError',
    `The identity provider (IDP) that was asked to verify the incoming identity token could not be reached.${hint}`,
  );
/** Only their own servers can check access tokens of Login with Amazon and Facebook, and those are not asked. */
export const accessTokensNotChecked = (providerId: string) =>
  issuerUnreachable(
    ` Nuvola does not ask ${providerId} about access tokens: send the token of an OpenID Connect issuer, without a ProviderId.`,
  );
export const notJwt = () => invalidToken('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
export const noKeys = () =>
  invalidToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
export const noProvider = (issuer: string) => invalidToken(`No OpenIDConnect provider found in your account for ${issuer}`);

/** As an account without any delegation request was answered. */
export const invalidExchange = () => validationError('Invalid trade-in token');
/** The sentences of this and the next two are those of the API reference. */
export const expiredExchange = () =>
  awsError<STS>(
    'ExpiredTradeInTokenException',
    'The trade-in token provided in the request has expired and can no longer be exchanged for credentials. Request a new token and retry the operation.',
  );

export const federationDisabled = () =>
  awsError<STS>(
    'OutboundWebIdentityFederationDisabledException',
    'The outbound web identity federation feature is not enabled for this account.',
  );
export const tokenOutlivesSession = () =>
  awsError<STS>(
    'SessionDurationEscalationException',
    'The requested token duration would extend the session beyond its original expiration time.',
  );

/** The sentence is a guess. */
export const notOurMessage = () =>
  awsError<STS>('InvalidAuthorizationMessageException', 'The authorization message is invalid: it was not made here, or was changed.');
