/** The ids that S3 gives a request besides its own. */

/**
 * The extended request id (`x-amz-id-2`) of S3 answers: opaque text for AWS's support. It follows from the request id,
 * so that answers, errors and event notifications of one request have the same.
 */
export function extendedRequestId(requestId: string): string {
  return `nuvola/${requestId}/qd0HcDhBWr8Vw3iVQKBnXsOFs2mZ6tGd4Wz0Wm1nE0kRf1pYyJx7cGg=`;
}
