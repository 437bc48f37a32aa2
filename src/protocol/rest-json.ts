/** restJson1: HTTP bindings, and JSON bodies. */
import type { Operation, ServiceModel, Shape } from '../api/model';
import type { AwsError } from '../kernel/errors';
import { errorForm } from './error-form';
import { type EventBodies, readEvents, writeEvents } from './event-stream-codec';
import { jsonCarrier, jsonErrorBody, parseJsonBody } from './json';
import { jsonReader, type Read, serializationError } from './json-reader';
import { jsonFields, jsonWriter, type WriteJson } from './json-writer';
import type { Codec, ErrorContext, MatchedOperation } from './protocol';
import { bindingSerializationError, bufferedBody, compileRestInput, isBodyMember } from './rest-input';
import { restMatcher } from './rest-match';
import { compileRestOutput, defaultContentType, isOutputBodyMember, rawPayload } from './rest-output';
import { decodeUtf8, perObject } from './shapes';
import type { WireRequest, WireResponse } from './wire';

const JSON_TYPE = 'application/json';

/** A codec for services that speak restJson1. */
export function restJsonCodec(model: ServiceModel): Codec {
  return new RestJsonCodec(model);
}

class RestJsonCodec implements Codec {
  readonly protocol = 'rest-json';
  readonly model: ServiceModel;
  readonly match: Codec['match'];
  readonly #read: (shape: Shape) => Read;
  readonly #write = perObject<WriteJson>((shape) =>
    jsonFields(shape, (member) => isOutputBodyMember(member) && member.eventHeader !== true),
  );
  readonly #inputOf = perObject((operation: Operation) =>
    compileRestInput(operation, (_name, _value, member) => {
      throw bindingSerializationError(member);
    }),
  );
  readonly #outputOf = perObject(compileRestOutput);
  readonly #events: EventBodies = {
    contentType: JSON_TYPE,
    read: (shape, bytes) => this.#read(shape)(parseJsonBody(bytes), 0),
    write: (shape, value) => Buffer.from(this.#write(shape)(value)),
  };

  constructor(model: ServiceModel) {
    this.model = model;
    this.match = restMatcher(model);
    const readerOf = jsonReader(jsonCarrier(model));
    this.#read = perObject<Read>((shape) => readerOf({ shape }));
  }

  parse({ operation, labels }: MatchedOperation, request: WireRequest): Record<string, unknown> {
    if (operation.input === undefined) return {};
    const input = this.#inputOf(operation);
    const out = input.hasBody ? (this.#readBody(operation.input, request) as Record<string, unknown>) : {};
    input.bind(out, request, labels);
    if (input.payload !== undefined) {
      const value = this.#readPayload(input.payload[1].shape, request);
      if (value !== undefined) out[input.payload[0]] = value;
    }
    return out;
  }

  serialise(operation: Operation, output: Record<string, unknown>, requestId: string): WireResponse {
    const response: WireResponse = { status: operation.status, headers: { 'x-amzn-RequestId': requestId }, body: undefined };
    if (operation.output === undefined) return response;
    const bound = this.#outputOf(operation.output);
    response.status = bound.bind(output, response.headers) ?? operation.status;
    if (bound.payload !== undefined) this.#writePayload(operation, bound.payload[1].shape, output[bound.payload[0]], response);
    else if (!bodiless(response.status)) {
      response.headers['Content-Type'] = JSON_TYPE;
      response.body = bound.hasBody ? this.#write(operation.output)(output) : '{}';
    }
    return response;
  }

  serialiseError(_operation: Operation | undefined, error: AwsError, requestId: string, context: ErrorContext): WireResponse {
    const form = errorForm(this.model, error);
    const headers: Record<string, string> = { 'x-amzn-RequestId': requestId, 'x-amzn-ErrorType': form.type, 'Content-Type': JSON_TYPE };
    let body: string | undefined;
    if (form.shape === undefined) body = jsonErrorBody(undefined, form.members, undefined);
    else {
      this.#outputOf(form.shape).bind(form.members, headers);
      body = this.#write(form.shape)(form.members);
    }
    return {
      status: form.status,
      headers: { ...headers, ...error.headers },
      body: context.headOnly || bodiless(form.status) ? undefined : body,
    };
  }

  #readPayload(shape: Shape, request: WireRequest): unknown {
    if (shape.eventStream === true) return readEvents(shape, request.stream, request.body, this.#events);
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
    return value === null ? undefined : this.#read(shape)(value, 0);
  }

  #writePayload(operation: Operation, shape: Shape, value: unknown, response: WireResponse): void {
    if (shape.eventStream === true) {
      response.headers['Content-Type'] = 'application/vnd.amazon.eventstream';
      response.body = writeEvents(this.model, shape, value, this.#events);
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

  #readBody(shape: Shape, request: WireRequest): unknown {
    return this.#read(bodyShape(shape))(parseJsonBody(request.body), 0);
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
