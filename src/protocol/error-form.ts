/** The parts of an error on the wire that all protocols share: status, shape, members, the service's spelling of its type. */
import type { ErrorTrait, ServiceModel, Shape } from '../api/model';
import type { AwsError } from '../kernel/errors';

export interface ErrorForm {
  /** The code of the query family and of `x-amzn-query-error`. */
  readonly code: string;
  /** The shape's name: the type of the JSON family. */
  readonly type: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  readonly shape: Shape | undefined;
  /** Members by model name, message included, when the shape is known; else `message` and the error's own fields. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** Looks an error up in the model (by wire code or shape name) and lays it out. */
export function errorForm(model: ServiceModel, error: AwsError): ErrorForm {
  const known: (ErrorTrait & { readonly shape?: Shape }) | undefined = model.error(error.code);
  const shape = known?.shape;
  const status = error.status ?? known?.status ?? (known?.fault === 'Receiver' || error.fault === 'Receiver' ? 500 : 400);
  const fault = error.fault ?? known?.fault ?? (status >= 500 ? 'Receiver' : 'Sender');
  const members: Record<string, unknown> = { ...error.fields };
  const messageMember = shape === undefined ? undefined : messageMemberOf(shape);
  const key = messageMember ?? 'message';
  if (error.message !== '' && members[key] === undefined && (shape === undefined || messageMember !== undefined))
    members[key] = error.message;
  const platform = shape === undefined && model.awsQueryCompatible === true ? platformError(error.code) : undefined;
  return {
    code: platform?.code ?? known?.code ?? error.code,
    type: platform?.type ?? shape?.name ?? error.code,
    status,
    fault,
    shape,
    members,
  };
}

/**
 * Errors of the platform below services that spoke the query protocol before JSON: the code there, the type here.
 * As SQS is recorded to answer; those of tokens and keys from the "Common Errors" pages.
 */
const platformErrors = [
  { code: 'InvalidAction', type: 'UnknownOperationException' },
  { code: 'InvalidParameterValue', type: 'InvalidParameterValueException' },
  { code: 'MissingParameter', type: 'MissingRequiredParameterException' },
  { code: 'MalformedInput', type: 'SerializationException' },
  { code: 'InvalidClientTokenId', type: 'UnrecognizedClientException' },
  { code: 'ExpiredToken', type: 'ExpiredTokenException' },
  { code: 'SignatureDoesNotMatch', type: 'InvalidSignatureException' },
  { code: 'IncompleteSignature', type: 'IncompleteSignatureException' },
  { code: 'MissingAuthenticationToken', type: 'MissingAuthenticationTokenException' },
  { code: 'AccessDenied', type: 'AccessDeniedException' },
];

const platformError = (name: string) => platformErrors.find(({ code, type }) => code === name || type === name);

/** `message`, `Message` or `errorMessage`, whichever the shape has. */
export function messageMemberOf(shape: Shape): string | undefined {
  for (const name of ['message', 'Message', 'errorMessage', 'ErrorMessage']) if (shape.members?.has(name)) return name;
  return undefined;
}

/** Services that write the Smithy namespace before the type of their own errors. */
const namespaces: Readonly<Record<string, string>> = {
  sqs: 'com.amazonaws.sqs',
  dynamodb: 'com.amazonaws.dynamodb.v20120810',
  dynamodbstreams: 'com.amazonaws.dynamodb.v20120810',
  cloudwatch: 'com.amazonaws.cloudwatch.v2010_08_01',
};

/** Errors of the platform below the services; those services that write namespaces write these. */
const coral: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'com.amazon.coral.service',
  MissingRequiredParameterException: 'com.amazon.coral.service',
  SerializationException: 'com.amazon.coral.service',
  UnknownOperationException: 'com.amazon.coral.service',
  InternalFailure: 'com.amazon.coral.service',
  UnrecognizedClientException: 'com.amazon.coral.service',
  MissingAuthenticationTokenException: 'com.amazon.coral.service',
  IncompleteSignatureException: 'com.amazon.coral.service',
  InvalidSignatureException: 'com.amazon.coral.service',
  AccessDeniedException: 'com.amazon.coral.service',
  ExpiredTokenException: 'com.amazon.coral.service',
  ValidationException: 'com.amazon.coral.validate',
  ThrottlingException: 'com.amazon.coral.availability',
};

/** `__type` as this service writes it. */
export function typeName(model: ServiceModel, form: ErrorForm): string {
  const namespace = namespaces[model.id];
  if (namespace === undefined) return form.type;
  return `${form.shape === undefined ? (coral[form.type] ?? namespace) : namespace}#${form.type}`;
}

/** `x-amzn-query-error` of services whose older clients spoke the query protocol, for errors whose code there was another. */
export function queryErrorHeader(model: ServiceModel, form: ErrorForm): Record<string, string> {
  return model.awsQueryCompatible === true && (form.shape === undefined || form.code !== form.type)
    ? { 'x-amzn-query-error': `${form.code};${form.fault}` }
    : {};
}

/** Unmodelled errors that say `Message` instead of `message` in JSON. */
export const CAPITAL_MESSAGE: ReadonlySet<string> = new Set(['SerializationException', 'AccessDeniedException']);
