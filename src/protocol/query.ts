/** awsQuery and ec2Query: form parameters in, XML out. */
import type { ServiceModel, Shape } from '../api/model';
import { AwsError } from '../kernel/errors';
import { escapeXml } from '../kernel/xml-text';
import { errorForm } from './error-form';
import { type FormNode, formTree, parsePairs } from './form';
import { ec2Names, formReader, queryNames } from './form-reader';
import type { Codec, MatchedOperation } from './protocol';
import { decodeUtf8, perObject } from './shapes';
import type { WireRequest } from './wire';
import { queryDialect, wrap, type XmlDialect, XmlWriter, xmlnsAttribute } from './xml-writer';

/** Namespaces of services whose model prefers another protocol and therefore names none. */
const namespaces: Readonly<Record<string, string>> = {
  sqs: 'http://queue.amazonaws.com/doc/2012-11-05/',
  cloudwatch: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
};

const ec2Dialect: XmlDialect = { name: (name, member) => member.locationName ?? name, millis: true, flattened: () => false, item: 'item' };

/** A codec for services that speak awsQuery. */
export function queryCodec(model: ServiceModel): Codec {
  const namespace = namespaceOf(model);
  const xmlns = namespace === undefined ? '' : xmlnsAttribute({ uri: namespace });
  const read = formReader({ ...queryNames, invalid: malformed });
  const writer = new XmlWriter(queryDialect);
  const content = perObject((shape) => writer.fields(shape));
  const headersOf = (requestId: string) => ({ 'x-amzn-RequestId': requestId, 'Content-Type': 'text/xml' });

  return {
    protocol: 'query',
    model,
    match: (request) => matchAction(model, request),

    parse({ operation, form }, request) {
      if (operation.input === undefined) return {};
      const input = read(operation.input)(form ?? treeOf(request), '') as Record<string, unknown>;
      if (model.id === 'sqs' && input.QueueUrl === undefined && operation.input.members?.has('QueueUrl') && request.path.length > 1) {
        // Clients of the query protocol post to the queue's own URL, and the older ones do not repeat it as a parameter.
        input.QueueUrl = `http://${request.headers.host ?? 'queue.amazonaws.com'}${request.path}`;
      }
      return input;
    },

    serialise(operation, output, requestId) {
      const shape = operation.output;
      const result = shape === undefined ? '' : wrap(operation.resultWrapper ?? `${operation.name}Result`, '', content(shape)(output));
      const metadata = wrap('ResponseMetadata', '', wrap('RequestId', '', escapeXml(requestId)));
      return { status: 200, headers: headersOf(requestId), body: wrap(`${operation.name}Response`, xmlns, result + metadata) };
    },

    serialiseError(_operation, error, requestId, context) {
      const form = errorForm(model, error);
      const head = wrap('Type', '', form.fault) + wrap('Code', '', escapeXml(form.code)) + wrap('Message', '', escapeXml(error.message));
      const inner = head + extraFields(form.shape, form.members, content) + (model.id === 'sqs' ? '<Detail/>' : '');
      const body = wrap('ErrorResponse', xmlns, wrap('Error', '', inner) + wrap('RequestId', '', escapeXml(requestId)));
      return { status: form.status, headers: { ...headersOf(requestId), ...error.headers }, body: context.headOnly ? undefined : body };
    },
  };
}

/** A codec for EC2. */
export function ec2Codec(model: ServiceModel): Codec {
  const xmlns = model.xmlNamespace === undefined ? '' : xmlnsAttribute({ uri: model.xmlNamespace });
  const read = formReader({ ...ec2Names, invalid: invalidParameterValue });
  const writer = new XmlWriter(ec2Dialect);
  const content = perObject((shape) => writer.fields(shape));
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  const headersOf = (requestId: string) => ({ 'x-amzn-RequestId': requestId, 'Content-Type': 'text/xml;charset=UTF-8' });

  return {
    protocol: 'ec2',
    model,
    match: (request) => matchAction(model, request),

    parse({ operation, form }, request) {
      return operation.input === undefined ? {} : (read(operation.input)(form ?? treeOf(request), '') as Record<string, unknown>);
    },

    serialise(operation, output, requestId) {
      // Operations without a result answer <return>true</return> (EC2 API reference, e.g. DeleteSecurityGroup).
      const result = operation.output === undefined ? '<return>true</return>' : content(operation.output)(output);
      const body = declaration + wrap(`${operation.name}Response`, xmlns, wrap('requestId', '', escapeXml(requestId)) + result);
      return { status: 200, headers: headersOf(requestId), body };
    },

    serialiseError(_operation, error, requestId, context) {
      const form = errorForm(model, error);
      const head = wrap('Code', '', escapeXml(form.code)) + wrap('Message', '', escapeXml(error.message));
      const errors = wrap('Errors', '', wrap('Error', '', head + extraFields(form.shape, form.members, content)));
      const body = declaration + wrap('Response', '', errors + wrap('RequestID', '', escapeXml(requestId)));
      return { status: form.status, headers: { ...headersOf(requestId), ...error.headers }, body: context.headOnly ? undefined : body };
    },
  };
}

function namespaceOf(model: ServiceModel): string | undefined {
  return model.xmlNamespace ?? namespaces[model.id];
}

/** Modelled members of an error besides its message. */
function extraFields(
  shape: Shape | undefined,
  members: Readonly<Record<string, unknown>>,
  content: (shape: Shape) => (value: unknown) => string,
): string {
  if (shape === undefined) return '';
  const { message: _message, Message: _Message, ...rest } = members;
  return content(shape)(rest);
}

/** The request's parameters: of the query string, and of the body, which wins. */
function treeOf(request: WireRequest): FormNode {
  const body = decodeUtf8(request.body);
  if (body === undefined) throw new AwsError('MalformedQueryString', 'The query string contains a syntax error.', { status: 400 });
  return formTree([...parsePairs(request.query), ...parsePairs(body.trim())]);
}

function matchAction(model: ServiceModel, request: WireRequest): MatchedOperation {
  const form = treeOf(request);
  const action = form.children?.get('Action')?.value;
  if (action === undefined || action === '') {
    if (model.id === 'ec2') throw new AwsError('MissingParameter', 'The request must contain the parameter Action', { status: 400 });
    throw new AwsError('MissingAction', 'The request must contain the parameter Action.', { status: 400 });
  }
  const operation = model.operation(action);
  if (operation !== undefined) return { operation, form };
  const version = form.children?.get('Version')?.value ?? model.apiVersion;
  const sentence =
    model.id === 'ec2' || model.id === 'sqs'
      ? `The action ${action} is not valid for this web service.`
      : `Could not find operation ${action} for version ${version}`;
  throw new AwsError('InvalidAction', sentence, { status: 400 });
}

/** The query services' reader reports Java's number format exception; its words for other types are not documented, so they follow it. */
function malformed(_path: string, value: string, _shape: Shape): never {
  throw new AwsError('MalformedInput', `For input string: "${value}"`, { status: 400 });
}

function invalidParameterValue(path: string, value: string, _shape: Shape): never {
  throw new AwsError('InvalidParameterValue', `Invalid value '${value}' for ${path}`, { status: 400 });
}
