/** Errors of S3 Control, as S3 words them. */
import type { S3Control } from '../../../generated/api/s3control';
import { awsError } from '../../kernel';

export const accessDenied = () => awsError<S3Control>('AccessDenied', 'Access Denied', { status: 403 });

/** Requests are not checked against the model, so what it requires may be missing. */
export function requireElement<T>(element: T | undefined): T {
  if (element !== undefined) return element;
  throw awsError<S3Control>('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema', {
    status: 400,
  });
}
