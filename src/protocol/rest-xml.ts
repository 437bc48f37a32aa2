/** restXml: HTTP bindings, and XML bodies; S3's own forms of roots and errors included. */
import type { Member, Operation, ServiceModel, Shape } from '../api/model';
import { AwsError } from '../kernel/errors';
import { PreparedXml } from '../kernel/prepared';
import { extendedRequestId } from '../kernel/request-id';
import type { TextBytes } from '../kernel/text-bytes';
import { parseXml, type XmlNode, XmlSyntaxError } from '../kernel/xml-parser';
import { escapeXml } from '../kernel/xml-text';
import { type ErrorForm, errorForm } from './error-form';
import { type EventBodies, readEvents, writeEvents } from './event-stream-codec';
import type { Codec, ErrorContext, MatchedOperation } from './protocol';
import { bufferedBody, compileRestInput, isBodyMember } from './rest-input';
import { bodiless } from './rest-json';
import { restMatcher } from './rest-match';
import { compileRestOutput, defaultContentType, isOutputBodyMember, rawPayload } from './rest-output';
import { invalidArgument, S3_NAMESPACE, s3Roots } from './s3-wire';
import { decodeUtf8, perObject } from './shapes';
import type { WireRequest, WireResponse } from './wire';
import { type ReadXml, restXml } from './xml-reader';
import { attributesOf, preparedPlace, restDialect, wrap, XmlWriter, xmlnsAttribute } from './xml-writer';

const XML_TYPE = 'application/xml';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A codec for services that speak restXml. */
export function restXmlCodec(model: ServiceModel): Codec {
  return new RestXmlCodec(model);
}

class RestXmlCodec implements Codec {
  readonly protocol = 'rest-xml';
  readonly model: ServiceModel;
  readonly match: Codec['match'];
  readonly #s3: boolean;
  readonly #namespace: string | undefined;
  /** The same as an attribute of a root element. */
  readonly #xmlns: string;
  readonly #writer: XmlWriter;
  readonly #readBody = perObject<ReadXml>((shape) => restXml.fields(shape, isBodyMember));
  readonly #content = perObject((shape: Shape) => this.#writer.fields(shape, isOutputBodyMember));
  readonly #inputOf: (operation: Operation) => ReturnType<typeof compileRestInput>;
  readonly #outputOf = perObject(compileRestOutput);
  readonly #events: EventBodies = {
    contentType: 'text/xml',
    read: (shape, bytes) => this.#xmlBody(bytes, restXml.element(shape)),
    write: (shape, value) => Buffer.from(wrap(shape.locationName ?? shape.name, '', this.#content(shape)(value))),
  };

  constructor(model: ServiceModel) {
    this.model = model;
    this.match = restMatcher(model);
    this.#s3 = model.id === 's3';
    this.#namespace = this.#s3 ? S3_NAMESPACE : model.xmlNamespace;
    this.#xmlns = this.#namespace === undefined ? '' : xmlnsAttribute({ uri: this.#namespace });
    this.#writer = new XmlWriter({ ...restDialect, millis: this.#s3 });
    this.#inputOf = perObject((operation: Operation) => compileRestInput(operation, this.#s3 ? invalidS3Argument : invalidInput));
  }

  parse({ operation, labels }: MatchedOperation, request: WireRequest): Record<string, unknown> {
    if (operation.input === undefined) return {};
    const input = this.#inputOf(operation);
    const out: Record<string, unknown> =
      input.hasBody && request.body.length > 0
        ? (this.#xmlBody(request.body, this.#readBody(operation.input)) as Record<string, unknown>)
        : {};
    input.bind(out, request, labels);
    if (input.payload !== undefined) {
      const value = this.#readPayload(input.payload[1].shape, request);
      if (value !== undefined) out[input.payload[0]] = value;
    }
    return out;
  }

  serialise(operation: Operation, output: Record<string, unknown>, requestId: string): WireResponse {
    const response: WireResponse = { status: operation.status, headers: requestHeaders(this.#s3, requestId), body: undefined };
    if (operation.output === undefined) return response;
    const bound = this.#outputOf(operation.output);
    response.status = bound.bind(output, response.headers) ?? operation.status;
    if (bound.payload !== undefined) this.#writePayload(bound.payload[0], bound.payload[1], output[bound.payload[0]], response);
    else if (bound.hasBody && !bodiless(response.status)) {
      defaultContentType(response.headers, XML_TYPE);
      const document = DECLARATION + this.#documentOf(operation, operation.output, output);
      const prepared = Object.values(output).find((value) => value instanceof PreparedXml);
      response.body = prepared === undefined ? document : withPrepared(document, prepared.text);
      if (prepared !== undefined) response.sent = () => prepared.text.release();
    }
    return response;
  }

  serialiseError(_operation: Operation | undefined, error: AwsError, requestId: string, context: ErrorContext): WireResponse {
    const form = errorForm(this.model, error);
    const headers = requestHeaders(this.#s3, requestId);
    headers['Content-Type'] = XML_TYPE;
    if (form.shape !== undefined) this.#outputOf(form.shape).bind(form.members, headers);
    const body = this.#s3 ? s3ErrorBody(form, error, requestId) : this.#errorBody(form, error, requestId);
    return {
      status: form.status,
      headers: { ...headers, ...error.headers },
      body: context.headOnly || bodiless(form.status) ? undefined : body,
    };
  }

  /** Parses and reads; whatever is wrong with the document is one error to its sender. */
  #xmlBody<T>(bytes: Uint8Array, read: (root: XmlNode) => T): T {
    const text = decodeUtf8(bytes);
    try {
      if (text === undefined) throw new XmlSyntaxError('invalid UTF-8');
      return read(parseXml(text));
    } catch (error) {
      if (error instanceof XmlSyntaxError) throw malformedXml(this.model, error.message);
      throw error;
    }
  }

  #readPayload(shape: Shape, request: WireRequest): unknown {
    if (shape.eventStream === true) return readEvents(shape, request.stream, request.body, this.#events);
    if (shape.type === 'blob') {
      if (shape.streaming === true || request.stream !== undefined) return request.stream ?? bufferedBody(request.body);
      return request.body.length === 0 ? undefined : request.body;
    }
    if (request.body.length === 0) return undefined;
    if (shape.type !== 'string') return this.#xmlBody(request.body, restXml.element(shape));
    const text = decodeUtf8(request.body);
    if (text === undefined) throw malformedXml(this.model, 'invalid UTF-8');
    return text;
  }

  #writePayload(name: string, member: Member, value: unknown, response: WireResponse): void {
    const { shape } = member;
    if (shape.eventStream === true) {
      response.headers['Content-Type'] = 'application/vnd.amazon.eventstream';
      response.body = writeEvents(this.model, shape, value, this.#events);
    } else if (shape.type === 'blob' || shape.type === 'string') {
      response.body = rawPayload(shape, value);
      if (response.body !== undefined)
        defaultContentType(response.headers, shape.type === 'blob' ? 'application/octet-stream' : 'text/plain');
    } else if (value !== undefined && value !== null) {
      defaultContentType(response.headers, XML_TYPE);
      response.body = DECLARATION + this.#rootElement(payloadRoot(name, member), member, value);
    }
  }

  #rootElement(name: string, member: Member, value: unknown): string {
    const named = member.xmlNamespace !== undefined || member.shape.xmlNamespace !== undefined || this.#namespace === undefined;
    return this.#writer.element(named ? member : { ...member, xmlNamespace: { uri: this.#namespace } })(name, value);
  }

  #documentOf(operation: Operation, shape: Shape, output: Record<string, unknown>): string {
    // The one answer of S3 whose root holds the text itself (GetBucketLocation, response syntax).
    if (this.#s3 && operation.name === 'GetBucketLocation') {
      return wrap('LocationConstraint', this.#xmlns, escapeXml(String(output.LocationConstraint ?? '')));
    }
    const root = (this.#s3 ? s3Roots[shape.name] : undefined) ?? shape.locationName ?? shape.name;
    const attributes = (shape.xmlNamespace === undefined ? this.#xmlns : xmlnsAttribute(shape.xmlNamespace)) + attributesOf(shape, output);
    return wrap(root, attributes, this.#content(shape)(output));
  }

  #errorBody(form: ErrorForm, error: AwsError, requestId: string): string {
    const head = wrap('Type', '', form.fault) + wrap('Code', '', escapeXml(form.code)) + wrap('Message', '', escapeXml(error.message));
    const { message: _message, Message: _Message, ...rest } = form.members;
    const fields = form.shape === undefined ? '' : this.#content(form.shape)(rest);
    return DECLARATION + wrap('ErrorResponse', this.#xmlns, wrap('Error', '', head + fields) + wrap('RequestId', '', escapeXml(requestId)));
  }
}

function payloadRoot(name: string, member: Member): string {
  return member.locationName ?? member.shape.locationName ?? (member.shape.type === 'structure' ? member.shape.name : name);
}

function requestHeaders(s3: boolean, requestId: string): Record<string, string> {
  if (!s3) return { 'x-amzn-RequestId': requestId };
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': extendedRequestId(requestId) };
}

/** `<Error><Code/><Message/>…<RequestId/><HostId/></Error>`, the error's own fields in between; no namespace (S3 error responses). */
function s3ErrorBody(form: ErrorForm, error: AwsError, requestId: string): string {
  let text = wrap('Code', '', escapeXml(form.code)) + wrap('Message', '', escapeXml(error.message));
  const fields: Record<string, unknown> = error.fields ?? {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) text += wrap(name, '', escapeXml(String(value)));
  }
  text += wrap('RequestId', '', escapeXml(requestId)) + wrap('HostId', '', escapeXml(extendedRequestId(requestId)));
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

/** The document with the text that is bytes already in its place. */
function withPrepared(document: string, text: TextBytes): Uint8Array {
  const [before = '', after = ''] = document.split(preparedPlace);
  return text.between(before, after);
}
