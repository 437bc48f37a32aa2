/** Members that the model requires and that a request may lack all the same: S3 words their absence in its own ways. */
import { invalidArgument, malformedXml, missingBody } from './errors';

/** The document that an operation's body is. */
export function requireDocument<T>(document: T | undefined): T {
  if (document === undefined) throw missingBody();
  return document;
}

/** An element inside it. */
export function requireElement<T>(element: T | undefined): T {
  if (element === undefined) throw malformedXml();
  return element;
}

export function requireHeader<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw invalidArgument(`The ${name} header is required.`, name, '');
  return value;
}
