/** Errors about passwords, devices, certificates and keys; sentences as AWS was recorded to answer them, unless a line says otherwise. */
import type { IAM } from '../../../generated/api/iam';
import { awsError } from '../../kernel';
import type { Status } from './credentials-state';
import { invalidInput } from './errors';

export const passwordViolation = (sentence: string) => awsError<IAM>('PasswordPolicyViolation', sentence);
export const invalidUserType = (sentence: string) => awsError<IAM>('InvalidUserType', sentence);
export const profileBusy = (name: string) =>
  awsError<IAM>('EntityTemporarilyUnmodifiable', `Login Profile for User ${name} cannot be modified while login profile is being created.`);

export const invalidCode = () => awsError<IAM>('InvalidAuthenticationCode', 'Authentication code for device is not valid.');

export const malformedCertificate = (sentence: string) => awsError<IAM>('MalformedCertificate', sentence);
export const duplicateCertificate = () => awsError<IAM>('DuplicateCertificate', 'Duplicate certificate uploaded.');
export const keyPairMismatch = () =>
  awsError<IAM>('KeyPairMismatch', 'The private key did not match the public key provided. Please verify the key material and try again.');

export const unrecognisedPublicKey = () => awsError<IAM>('UnrecognizedPublicKeyEncoding', 'Invalid public key uploaded.');
export const invalidPublicKey = () => awsError<IAM>('InvalidPublicKey', 'Invalid body for public key');
export const duplicatePublicKey = () => awsError<IAM>('DuplicateSSHPublicKey', 'Duplicate SSH public key uploaded.');

/** A status that may be set. The model's third one, `Expired`, only AWS sets. */
export function settableStatus(status: string): Status {
  if (status !== 'Active' && status !== 'Inactive') throw invalidInput(`Operation does not support status ${status}`);
  return status;
}
