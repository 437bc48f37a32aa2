/** The errors of IAM, with its codes and sentences: as AWS was recorded to answer them, unless a line says otherwise. */
import type { IAM } from '../../../generated/api/iam';
import { awsError } from '../../kernel';

export const noSuchEntity = (sentence: string) => awsError<IAM>('NoSuchEntity', sentence);
export const alreadyExists = (sentence: string) => awsError<IAM>('EntityAlreadyExists', sentence);
export const deleteConflict = (sentence: string) => awsError<IAM>('DeleteConflict', sentence);
export const quotaExceeded = (quota: string, most: number) => awsError<IAM>('LimitExceeded', `Cannot exceed quota for ${quota}: ${most}`);

/** `The user with name bob cannot be found.` */
export const nameNotFound = (what: string, name: string) => noSuchEntity(`The ${what} with name ${name} cannot be found.`);
/** `User with name bob already exists.` */
export const nameTaken = (what: string, name: string) => alreadyExists(`${what} with name ${name} already exists.`);
export const instanceProfileNotFound = (name: string) => noSuchEntity(`Instance Profile ${name} cannot be found.`);
export const instanceProfileTaken = (name: string) => alreadyExists(`Instance Profile ${name} already exists.`);

/** `Cannot delete entity, must detach all policies first.` */
export const mustFirst = (what: string) => deleteConflict(`Cannot delete entity, must ${what} first.`);

export const invalidInput = (sentence: string) => awsError<IAM>('InvalidInput', sentence);
export const limitExceeded = (sentence: string) => awsError<IAM>('LimitExceeded', sentence);
export const validationError = (sentence: string) => awsError<IAM>('ValidationError', sentence);
export const malformedPolicy = (sentence: string) => awsError<IAM>('MalformedPolicyDocument', sentence);
export const protectedRole = (name: string) =>
  awsError<IAM>('UnmodifiableEntity', `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`);
export const accessDenied = (sentence: string) => awsError<IAM>('AccessDenied', sentence);
/** Of what AWS made for the roles of its services. */
export const serviceRolePolicy = () => awsError<IAM>('PolicyNotAttachable', 'Cannot attach a Service Role Policy to a Customer Role.');
