/** Errors that AWS answers and its models lack, with their HTTP status: those of every service by protocol, and those of single services. */
import { ec2ErrorCodes } from './ec2-error-codes';
import type { ModelledError, Protocol } from './model';
import { s3ErrorCodes, s3SelectErrorCodes } from './s3-error-codes';

/** Codes by HTTP status, separated by white space. */
export type CodesByStatus = Readonly<Record<number, string>>;

/** What the functions here need to know of a service. */
interface ErrorSource {
  readonly id: string;
  readonly protocols: readonly Protocol[];
}

/** "Common Errors" of the API references of query services (IAM, SNS, CloudFormation…); REST services that speak XML answer the same. */
const queryCodes: CodesByStatus = {
  400: `
    IncompleteSignature InvalidAction InvalidParameterCombination InvalidParameterValue InvalidQueryParameter MalformedInput MissingAction
    MissingParameter RequestExpired Throttling ThrottlingException ValidationError`,
  403: 'AccessDenied ExpiredToken InvalidClientTokenId MissingAuthenticationToken NotAuthorized OptInRequired SignatureDoesNotMatch',
  404: 'MalformedQueryString',
  408: 'RequestTimeoutException',
  413: 'RequestEntityTooLargeException',
  500: 'InternalError InternalFailure',
  503: 'ServiceUnavailable',
};

const restXmlCodes: CodesByStatus = {
  400: 'InvalidArgument InvalidInput MalformedXML',
  404: 'NoSuchOperation UnknownOperationException',
  405: 'MethodNotAllowed',
};

/** JSON services answer nearly everything with 400; the code alone says what is wrong. */
const jsonCodes: CodesByStatus = {
  400: `
    AccessDeniedException ExpiredTokenException IncompleteSignatureException InvalidSignatureException MissingAuthenticationTokenException
    NotAuthorized RequestExpired SerializationException ThrottlingException UnknownOperationException UnrecognizedClientException
    ValidationException`,
  403: 'OptInRequired',
  413: 'RequestEntityTooLargeException',
  500: 'InternalFailure InternalServerError',
  503: 'ServiceUnavailable ServiceUnavailableException',
};

const restJsonCodes: CodesByStatus = {
  400: 'RequestExpired SerializationException ValidationException',
  403: `
    AccessDeniedException ExpiredTokenException ForbiddenException IncompleteSignatureException InvalidSignatureException
    MissingAuthenticationTokenException NotAuthorized OptInRequired UnrecognizedClientException`,
  404: 'UnknownOperationException',
  405: 'MethodNotAllowedException',
  413: 'RequestEntityTooLargeException',
  415: 'UnsupportedMediaTypeException',
  429: 'ThrottlingException TooManyRequestsException',
  500: 'InternalFailure InternalServerError',
  503: 'ServiceUnavailable ServiceUnavailableException',
};

const byProtocol: Readonly<Record<Protocol, readonly CodesByStatus[]>> = {
  json: [jsonCodes],
  'smithy-rpc-v2-cbor': [jsonCodes],
  query: [queryCodes],
  ec2: [],
  'rest-json': [restJsonCodes],
  'rest-xml': [restXmlCodes, queryCodes],
};

/** Services with lists of their own; these come first. */
const byService: Readonly<Record<string, readonly CodesByStatus[]>> = {
  ec2: [ec2ErrorCodes],
  s3: [s3ErrorCodes, s3SelectErrorCodes],
  s3control: [s3ErrorCodes],
  sns: [{ 400: 'InvalidSecurity' }],
  sqs: [{ 400: 'ConflictingQueryParameter ReadCountOutOfRange', 403: 'AuthFailure' }],
};

const tables = new Map<string, ReadonlyMap<string, number>>();

/** The error of this code; undefined when our lists do not have it either. */
export function unmodelledError(service: ErrorSource, code: string): ModelledError | undefined {
  const status = statuses(service).get(code);
  return status === undefined ? undefined : { code, status, fault: status < 500 ? 'Sender' : 'Receiver' };
}

/** All codes that our lists have for a service, sorted. */
export function unmodelledCodes(service: ErrorSource): readonly string[] {
  return [...statuses(service).keys()].sort();
}

function statuses(service: ErrorSource): ReadonlyMap<string, number> {
  let known = tables.get(service.id);
  if (known === undefined) {
    const lists = [...(byService[service.id] ?? []), ...service.protocols.flatMap((protocol) => byProtocol[protocol])];
    tables.set(service.id, (known = toMap(lists)));
  }
  return known;
}

/** Where two lists have the same code, the first is right. */
function toMap(lists: readonly CodesByStatus[]): Map<string, number> {
  const map = new Map<string, number>();
  for (const list of lists) {
    for (const [status, codes] of Object.entries(list)) {
      for (const code of codes.split(/\s+/)) if (code !== '' && !map.has(code)) map.set(code, Number(status));
    }
  }
  return map;
}
