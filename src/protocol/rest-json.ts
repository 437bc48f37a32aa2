/** restJson1: HTTP bindings, and JSON bodies. */
import type { Operation, ServiceModel, Shape } from '../api/model';
import { errorForm } from './error-form';
import { type EventBodies, readEvents, writeEvents } from './event-stream-codec';
import { jsonCarrier, jsonErrorBody, parseJsonBody } from './json';
import { jsonReader, type Read, serializationError } from './json-reader';
import { jsonFields, jsonWriter, type WriteJson } from './json-writer';
import type { Codec } from './protocol';
import { bindingSerializationError, bufferedBody, compileRestInput, isBodyMember } from './rest-input';
import { restMatcher } from './rest-match';
import { compileRestOutput, defaultContentType, isOutputBodyMember, rawPayload } from './rest-output';
import { decodeUtf8, perObject } from './shapes';
import type { WireRequest, WireResponse } from './wire';

const JSON_TYPE = 'application/json';

export function restJsonCodec(model: ServiceModel): Codec {
  const readerOf = jsonReader(jsonCarrier(model));
  const read = perObject<Read>((shape) => readerOf({ shape }));
  const write = perObject<WriteJson>((shape) => jsonFields(shape, (member) => isOutputBodyMember(member) && member.eventHeader !== true));
  const events: EventBodies = {
    contentType: JSON_TYPE,
    read: (shape, bytes) => read(shape)(parseJsonBody(bytes), 0),
    write: (shape, value) => Buffer.from(write(shape)(value)),
  };
  const inputOf = perObject((operation: Operation) =>
    compileRestInput(operation, (_name, _value, member) => {
      throw bindingSerializationError(member);
    }),
  );
  const outputOf = perObject(compileRestOutput);

  function readPayload(shape: Shape, request: WireRequest): unknown {
    if (shape.eventStream === true) return readEvents(shape, request.stream, request.body, events);
    if (shape.type === 'blob')
      return shape.streaming === true || request.stream !== undefined
        ? (request.stream ?? bufferedBody(request.body))
        : nonEmpty(request.body);
    if (shape.type === 'string') {
      const text = decodeUtf8(request.body);
      if (text === undefined) throw serializationError('Invalid UTF-8 in the request body');
      return text === '' ? undefined : text;
    }
    if (request.body.length === 0) return undefined;
    const value = parseJsonBody(request.body);
    return value === null ? undefined : read(shape)(value, 0);
  }

  function writePayload(operation: Operation, shape: Shape, value: unknown, response: WireResponse): void {
    if (shape.eventStream === true) {
      response.headers['Content-Type'] = 'application/vnd.amazon.eventstream';
      response.body = writeEvents(model, shape, value, events);
    } else if (shape.type === 'blob' || shape.type === 'string') {
      response.body = rawPayload(shape, value);
      if (response.body !== undefined)
        defaultContentType(response.headers, shape.type === 'blob' ? 'application/octet-stream' : 'text/plain');
    } else {
      defaultContentType(response.headers, JSON_TYPE);
      response.body = value === undefined || value === null ? undefined : jsonWriter({ shape })(value);
      // A structure that is the body and absent reads as an empty one, except where there must be no body at all.
      if (response.body === undefined && !bodiless(operation.status)) response.body = '{}';
    }
  }

  return {
    protocol: 'rest-json',
    model,
    match: restMatcher(model),

    parse({ operation, labels }, request) {
      if (operation.input === undefined) return {};
      const input = inputOf(operation);
      const out = input.hasBody ? (readBody(operation.input, request) as Record<string, unknown>) : {};
      input.bind(out, request, labels);
      if (input.payload !== undefined) {
        const value = readPayload(input.payload[1].shape, request);
        if (value !== undefined) out[input.payload[0]] = value;
      }
      return out;
    },

    serialise(operation, output, requestId) {
      const response: WireResponse = { status: operation.status, headers: { 'x-amzn-RequestId': requestId }, body: undefined };
      if (operation.output === undefined) return response;
      const bound = outputOf(operation.output);
      response.status = bound.bind(output, response.headers) ?? operation.status;
      if (bound.payload !== undefined) writePayload(operation, bound.payload[1].shape, output[bound.payload[0]], response);
      else if (!bodiless(response.status)) {
        response.headers['Content-Type'] = JSON_TYPE;
        response.body = bound.hasBody ? write(operation.output)(output) : '{}';
      }
      return response;
    },

    serialiseError(_operation, error, requestId, context) {
      const form = errorForm(model, error);
      const headers: Record<string, string> = { 'x-amzn-RequestId': requestId, 'x-amzn-ErrorType': form.type, 'Content-Type': JSON_TYPE };
      let body: string | undefined;
      if (form.shape === undefined) body = jsonErrorBody(undefined, form.members, undefined);
      else {
        outputOf(form.shape).bind(form.members, headers);
        body = write(form.shape)(form.members);
      }
      return {
        status: form.status,
        headers: { ...headers, ...error.headers },
        body: context.headOnly || bodiless(form.status) ? undefined : body,
      };
    },
  };

  function readBody(shape: Shape, request: WireRequest): unknown {
    return read(bodyShape(shape))(parseJsonBody(request.body), 0);
  }
}

/** The same structure with only the members of the document, so that a body cannot set what a header or label says. */
const bodyShape = perObject<Shape>((shape) => ({
  ...shape,
  members: new Map([...(shape.members ?? [])].filter(([, member]) => isBodyMember(member))),
}));

function nonEmpty(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length === 0 ? undefined : bytes;
}

/** Statuses that HTTP gives no body. */
export function bodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}
