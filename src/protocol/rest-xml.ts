/** restXml: HTTP bindings, and XML bodies; S3's own forms of roots and errors included. */
import type { Member, Operation, ServiceModel, Shape } from '../api/model';
import { AwsError } from '../kernel/errors';
import { type ErrorForm, errorForm } from './error-form';
import { type EventBodies, readEvents, writeEvents } from './event-stream-codec';
import type { Codec, ErrorContext } from './protocol';
import { bufferedBody, compileRestInput, isBodyMember } from './rest-input';
import { bodiless } from './rest-json';
import { restMatcher } from './rest-match';
import { compileRestOutput, defaultContentType, isOutputBodyMember, rawPayload } from './rest-output';
import { invalidArgument, S3_NAMESPACE, s3Roots } from './s3-wire';
import { decodeUtf8, perObject } from './shapes';
import type { WireRequest, WireResponse } from './wire';
import { parseXml, type XmlNode, XmlSyntaxError } from './xml-parser';
import { type ReadXml, restXml } from './xml-reader';
import { attributesOf, escapeXml, restDialect, wrap, xmlnsAttribute, xmlWriter } from './xml-writer';

const XML_TYPE = 'application/xml';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function restXmlCodec(model: ServiceModel): Codec {
  const s3 = model.id === 's3';
  const namespace = s3 ? S3_NAMESPACE : model.xmlNamespace;
  const xmlns = namespace === undefined ? '' : xmlnsAttribute({ uri: namespace });
  const writer = xmlWriter({ ...restDialect, millis: s3 });
  const readBody = perObject<ReadXml>((shape) => restXml.fields(shape, isBodyMember));
  const content = perObject((shape) => writer.fields(shape, isOutputBodyMember));
  const inputOf = perObject((operation: Operation) => compileRestInput(operation, s3 ? invalidS3Argument : invalidInput));
  const outputOf = perObject(compileRestOutput);

  /** Parses and reads; whatever is wrong with the document is one error to its sender. */
  function xmlBody<T>(bytes: Uint8Array, read: (root: XmlNode) => T): T {
    const text = decodeUtf8(bytes);
    try {
      if (text === undefined) throw new XmlSyntaxError('invalid UTF-8');
      return read(parseXml(text));
    } catch (error) {
      if (error instanceof XmlSyntaxError) throw malformedXml(model, error.message);
      throw error;
    }
  }

  const events: EventBodies = {
    contentType: 'text/xml',
    read: (shape, bytes) => xmlBody(bytes, restXml.element(shape)),
    write: (shape, value) => Buffer.from(wrap(shape.locationName ?? shape.name, '', content(shape)(value))),
  };

  function readPayload(shape: Shape, request: WireRequest): unknown {
    if (shape.eventStream === true) return readEvents(shape, request.stream, request.body, events);
    if (shape.type === 'blob') {
      if (shape.streaming === true || request.stream !== undefined) return request.stream ?? bufferedBody(request.body);
      return request.body.length === 0 ? undefined : request.body;
    }
    if (request.body.length === 0) return undefined;
    if (shape.type !== 'string') return xmlBody(request.body, restXml.element(shape));
    const text = decodeUtf8(request.body);
    if (text === undefined) throw malformedXml(model, 'invalid UTF-8');
    return text;
  }

  function writePayload(name: string, member: Member, value: unknown, response: WireResponse): void {
    const { shape } = member;
    if (shape.eventStream === true) {
      response.headers['Content-Type'] = 'application/vnd.amazon.eventstream';
      response.body = writeEvents(model, shape, value, events);
    } else if (shape.type === 'blob' || shape.type === 'string') {
      response.body = rawPayload(shape, value);
      if (response.body !== undefined)
        defaultContentType(response.headers, shape.type === 'blob' ? 'application/octet-stream' : 'text/plain');
    } else if (value !== undefined && value !== null) {
      defaultContentType(response.headers, XML_TYPE);
      response.body = DECLARATION + rootElement(payloadRoot(name, member), member, value);
    }
  }

  function rootElement(name: string, member: Member, value: unknown): string {
    const named = member.xmlNamespace !== undefined || member.shape.xmlNamespace !== undefined || namespace === undefined;
    return writer.element(named ? member : { ...member, xmlNamespace: { uri: namespace } })(name, value);
  }

  return {
    protocol: 'rest-xml',
    model,
    match: restMatcher(model),

    parse({ operation, labels }, request) {
      if (operation.input === undefined) return {};
      const input = inputOf(operation);
      const out: Record<string, unknown> =
        input.hasBody && request.body.length > 0 ? (xmlBody(request.body, readBody(operation.input)) as Record<string, unknown>) : {};
      input.bind(out, request, labels);
      if (input.payload !== undefined) {
        const value = readPayload(input.payload[1].shape, request);
        if (value !== undefined) out[input.payload[0]] = value;
      }
      return out;
    },

    serialise(operation, output, requestId) {
      const response: WireResponse = { status: operation.status, headers: requestHeaders(s3, requestId), body: undefined };
      if (operation.output === undefined) return response;
      const bound = outputOf(operation.output);
      response.status = bound.bind(output, response.headers) ?? operation.status;
      if (bound.payload !== undefined) writePayload(bound.payload[0], bound.payload[1], output[bound.payload[0]], response);
      else if (bound.hasBody && !bodiless(response.status)) {
        defaultContentType(response.headers, XML_TYPE);
        response.body = DECLARATION + documentOf(operation, operation.output, output);
      }
      return response;
    },

    serialiseError(_operation, error, requestId, context) {
      const form = errorForm(model, error);
      const headers = requestHeaders(s3, requestId, context);
      headers['Content-Type'] = XML_TYPE;
      if (form.shape !== undefined) outputOf(form.shape).bind(form.members, headers);
      const body = s3 ? s3ErrorBody(form, error, requestId, context) : errorBody(form, error, requestId);
      return {
        status: form.status,
        headers: { ...headers, ...error.headers },
        body: context.headOnly || bodiless(form.status) ? undefined : body,
      };
    },
  };

  function documentOf(operation: Operation, shape: Shape, output: Record<string, unknown>): string {
    // The one answer of S3 whose root holds the text itself (GetBucketLocation, response syntax).
    if (s3 && operation.name === 'GetBucketLocation') {
      return wrap('LocationConstraint', xmlns, escapeXml(String(output.LocationConstraint ?? '')));
    }
    const root = (s3 ? s3Roots[shape.name] : undefined) ?? shape.locationName ?? shape.name;
    const attributes = (shape.xmlNamespace === undefined ? xmlns : xmlnsAttribute(shape.xmlNamespace)) + attributesOf(shape, output);
    return wrap(root, attributes, content(shape)(output));
  }

  function errorBody(form: ErrorForm, error: AwsError, requestId: string): string {
    const head = wrap('Type', '', form.fault) + wrap('Code', '', escapeXml(form.code)) + wrap('Message', '', escapeXml(error.message));
    const { message: _message, Message: _Message, ...rest } = form.members;
    const fields = form.shape === undefined ? '' : content(form.shape)(rest);
    return DECLARATION + wrap('ErrorResponse', xmlns, wrap('Error', '', head + fields) + wrap('RequestId', '', escapeXml(requestId)));
  }
}

function payloadRoot(name: string, member: Member): string {
  return member.locationName ?? member.shape.locationName ?? (member.shape.type === 'structure' ? member.shape.name : name);
}

function requestHeaders(s3: boolean, requestId: string, context?: ErrorContext): Record<string, string> {
  if (!s3) return { 'x-amzn-RequestId': requestId };
  return context?.hostId === undefined
    ? { 'x-amz-request-id': requestId }
    : { 'x-amz-request-id': requestId, 'x-amz-id-2': context.hostId };
}

/** `<Error><Code/><Message/>…<RequestId/><HostId/></Error>`, the error's own fields in between; no namespace (S3 error responses). */
function s3ErrorBody(form: ErrorForm, error: AwsError, requestId: string, context: ErrorContext): string {
  let text = wrap('Code', '', escapeXml(form.code)) + wrap('Message', '', escapeXml(error.message));
  const fields: Record<string, unknown> = error.fields ?? {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) text += wrap(name, '', escapeXml(String(value)));
  }
  text += wrap('RequestId', '', escapeXml(requestId));
  if (context.hostId !== undefined) text += wrap('HostId', '', escapeXml(context.hostId));
  return DECLARATION + wrap('Error', '', text);
}

function malformedXml(model: ServiceModel, fault: string): AwsError {
  if (model.id !== 's3' && model.id !== 's3control')
    return new AwsError('MalformedInput', `Could not parse XML: ${fault}`, { status: 400 });
  const sentence = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new AwsError('MalformedXML', sentence, { status: 400 });
}

function invalidS3Argument(name: string, value: string): never {
  throw new AwsError('InvalidArgument', invalidArgument(name), { status: 400, fields: { ArgumentName: name, ArgumentValue: value } });
}

function invalidInput(name: string, value: string): never {
  throw new AwsError('InvalidInput', `Invalid value '${value}' for ${name}`, { status: 400 });
}
