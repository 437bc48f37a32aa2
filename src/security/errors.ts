/** What AWS answers to a request whose signature, key, token or clock is wrong, in the words of each family of services. */
import type { Protocol } from '../api/model';
import { AwsError } from '../kernel/errors';

/**
 * Families that word the same refusal differently. `query` also stands for REST-XML services other than S3.
 * Sources: S3's error table (API reference, "Error responses"), the "Common Errors" page of each service's API reference;
 * texts as clients report them. EC2's are from its "Error codes" page.
 */
export type Dialect = 's3' | 'query' | 'ec2' | 'json' | 'query-json' | 'rest-json';

/** Services that moved from the query protocol to JSON or CBOR kept its statuses. */
const movedFromQuery: ReadonlySet<string> = new Set(['sqs', 'cloudwatch']);

/** The family of a service. */
export function dialectOf(service: string, protocol: Protocol): Dialect {
  if (service === 's3') return 's3';
  if (protocol === 'ec2' || protocol === 'rest-json') return protocol;
  if (protocol !== 'json' && protocol !== 'smithy-rpc-v2-cbor') return 'query';
  return movedFromQuery.has(service) ? 'query-json' : 'json';
}

const mismatchText =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const s3MismatchText = 'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
const tokenInvalid = 'The security token included in the request is invalid.';

/** The codes of each refusal. */
const codes = {
  unknownKey: { query: 'InvalidClientTokenId', json: 'UnrecognizedClientException' },
  mismatch: { query: 'SignatureDoesNotMatch', json: 'InvalidSignatureException' },
  incomplete: { query: 'IncompleteSignature', json: 'IncompleteSignatureException' },
  missing: { query: 'MissingAuthenticationToken', json: 'MissingAuthenticationTokenException' },
  expired: { query: 'ExpiredToken', json: 'ExpiredTokenException' },
  denied: { query: 'AccessDenied', json: 'AccessDeniedException' },
};

function worded(kind: keyof typeof codes, dialect: Dialect, message: string): AwsError {
  const isQuery = dialect === 's3' || dialect === 'ec2' || dialect === 'query';
  const isClientsMistake = dialect === 'json' || (kind === 'incomplete' && dialect !== 'rest-json');
  return new AwsError(codes[kind][isQuery ? 'query' : 'json'], message, { status: isClientsMistake ? 400 : 403, fault: 'Sender' });
}

function s3Error(code: string, message: string, status: number, fields?: Record<string, unknown>): AwsError {
  return new AwsError(code, message, fields ? { status, fault: 'Sender', fields } : { status, fault: 'Sender' });
}

function ec2AuthFailure(): AwsError {
  return new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', { status: 401, fault: 'Sender' });
}

export function unknownAccessKey(dialect: Dialect, accessKeyId: string): AwsError {
  if (dialect === 'ec2') return ec2AuthFailure();
  if (dialect !== 's3') return worded('unknownKey', dialect, tokenInvalid);
  const fields = { AWSAccessKeyId: accessKeyId };
  return s3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403, fields);
}

export function invalidToken(dialect: Dialect, token: string): AwsError {
  if (dialect === 'ec2') return ec2AuthFailure();
  if (dialect !== 's3') return worded('unknownKey', dialect, tokenInvalid);
  return s3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400, { 'Token-0': token });
}

export function expiredToken(dialect: Dialect, token: string): AwsError {
  if (dialect === 'ec2') return new AwsError('RequestExpired', 'Request has expired.', { status: 400, fault: 'Sender' });
  if (dialect !== 's3') return worded('expired', dialect, 'The security token included in the request is expired');
  return s3Error('ExpiredToken', 'The provided token has expired.', 400, { 'Token-0': token });
}

/** What we signed, when it was not what the client signed. */
interface MismatchDetail {
  readonly accessKeyId: string;
  readonly signature: string;
  /** Characters are bytes (latin1). */
  readonly stringToSign: string;
  readonly canonicalRequest?: string | undefined;
}

export function signatureMismatch(dialect: Dialect, detail: MismatchDetail): AwsError {
  if (dialect === 'ec2') return ec2AuthFailure();
  if (dialect !== 's3') return worded('mismatch', dialect, mismatchText);
  return s3Error('SignatureDoesNotMatch', s3MismatchText, 403, {
    AWSAccessKeyId: detail.accessKeyId,
    StringToSign: asText(detail.stringToSign),
    SignatureProvided: detail.signature,
    StringToSignBytes: asHexBytes(detail.stringToSign),
    ...(detail.canonicalRequest !== undefined && {
      CanonicalRequest: asText(detail.canonicalRequest),
      CanonicalRequestBytes: asHexBytes(detail.canonicalRequest),
    }),
  });
}

const asText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
const asHexBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('hex').replace(/../g, '$& ').trimEnd();

/** The scope of a credential does not fit: region, service, terminator or date; one sentence each. */
export function wrongScope(dialect: Dialect, sentences: string): AwsError {
  return worded('mismatch', dialect, sentences);
}

export function incompleteSignature(dialect: Dialect, message: string): AwsError {
  return worded('incomplete', dialect, message);
}

/** Nothing was signed, where something must be. */
export function missingAuthentication(dialect: Dialect): AwsError {
  if (dialect === 's3') return accessDenied('s3');
  if (dialect === 'ec2')
    return new AwsError('MissingParameter', 'The request must contain the parameter AWSAccessKeyId', { status: 400, fault: 'Sender' });
  return worded('missing', dialect, dialect === 'query' ? 'Request is missing Authentication Token' : 'Missing Authentication Token');
}

export function accessDenied(dialect: Dialect, message = 'Access Denied', fields?: Record<string, unknown>): AwsError {
  if (dialect === 's3') return s3Error('AccessDenied', message, 403, fields);
  if (dialect === 'ec2')
    return new AwsError('UnauthorizedOperation', 'You are not authorized to perform this operation.', { status: 403, fault: 'Sender' });
  return worded('denied', dialect, message);
}

export const maxSkewMs = 15 * 60_000;

/** A header-signed request from too far in the past or future. `signedAt` and `now` are real time. */
export function skewed(dialect: Dialect, timestamp: string, signedAt: number, now: number): AwsError {
  if (dialect === 's3') {
    return s3Error('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', 403, {
      RequestTime: timestamp,
      ServerTime: isoSeconds(now),
      MaxAllowedSkewMilliseconds: maxSkewMs,
    });
  }
  if (dialect === 'ec2') return new AwsError('RequestExpired', 'Request has expired.', { status: 400, fault: 'Sender' });
  const sentence =
    signedAt < now
      ? `Signature expired: ${basicTime(signedAt)} is now earlier than ${basicTime(now - maxSkewMs)} (${basicTime(now)} - 15 min.)`
      : `Signature not yet current: ${basicTime(signedAt)} is still later than ${basicTime(now + maxSkewMs)} (${basicTime(now)} + 15 min.)`;
  return worded('mismatch', dialect, sentence);
}

/** A presigned URL past its time. Times are as the client counts them. */
export function presignedExpired(dialect: Dialect, expiresAt: number, now: number, seconds: number | undefined): AwsError {
  if (dialect !== 's3') {
    return worded('mismatch', dialect, `Signature expired: ${basicTime(expiresAt)} is now earlier than ${basicTime(now)}`);
  }
  return accessDenied('s3', 'Request has expired', {
    ...(seconds !== undefined && { 'X-Amz-Expires': seconds }),
    Expires: isoSeconds(expiresAt),
    ServerTime: isoSeconds(now),
  });
}

export function presignedNotYetValid(dialect: Dialect, timestamp: string, signedAt: number, now: number): AwsError {
  if (dialect !== 's3') return skewed(dialect, timestamp, signedAt, now);
  return accessDenied('s3', 'Request is not yet valid', { 'X-Amz-Date': timestamp, ServerTime: isoSeconds(now) });
}

/** S3 only: headers that change what the request means must be signed. */
export function headersNotSigned(names: readonly string[]): AwsError {
  return accessDenied('s3', 'There were headers present in the request which were not signed', { HeadersNotSigned: names.join(', ') });
}

export function headerMalformed(detail: string, fields?: Record<string, unknown>): AwsError {
  return s3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${detail}`, 400, fields);
}

export function queryParametersError(message: string): AwsError {
  return s3Error('AuthorizationQueryParametersError', message, 400);
}

export function invalidArgument(message: string, name: string, value: string): AwsError {
  return s3Error('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: value });
}

export function invalidRequest(message: string): AwsError {
  return s3Error('InvalidRequest', message, 400);
}

/** S3 only: the body is not what was signed. */
export function contentSha256Mismatch(clientComputed: string, s3Computed: string): AwsError {
  return s3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.", 400, {
    ClientComputedContentSHA256: clientComputed,
    S3ComputedContentSHA256: s3Computed,
  });
}

/** `20150830T123600Z` */
export function basicTime(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** `2015-08-30T12:36:00Z` */
function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
