/** awsJson 1.0 and 1.1: one path, the operation in `X-Amz-Target`, a JSON body both ways. */
import type { Operation, ServiceModel, Shape } from '../api/model';
import { BoundedCache } from '../kernel/bounded-cache';
import { AwsError } from '../kernel/errors';
import { CAPITAL_MESSAGE, type ErrorForm, errorForm, messageMemberOf, queryErrorHeader, typeName } from './error-form';
import { type EventBodies, eventStreamMember, readEvents, writeEvents } from './event-stream-codec';
import { type Carrier, jsonReader, type Read, serializationError } from './json-reader';
import { jsonFields, jsonName, quote, type WriteJson } from './json-writer';
import type { Codec } from './protocol';
import { decodeBase64, decodeUtf8, perObject } from './shapes';
import { parseTimestamp, timestampOfSeconds } from './timestamps';
import { typeErrors } from './type-errors';

/** JSON as the carrier of a value tree, with this service's sentences for wrong types. */
export function jsonCarrier(model: ServiceModel): Carrier {
  return {
    blob: (value) => (typeof value === 'string' ? decodeBase64(value) : undefined),
    timestamp(value) {
      if (typeof value === 'number') return timestampOfSeconds(value);
      return typeof value === 'string' ? parseTimestamp(value) : undefined;
    },
    mismatch: typeErrors(model.id),
    memberName: jsonName,
    infinities: false,
  };
}

/** Parses a JSON body; an empty one is `{}`. Throws SerializationException for bytes that are neither UTF-8 nor JSON. */
export function parseJsonBody(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  const text = decodeUtf8(body);
  if (text === undefined) throw serializationError('Invalid UTF-8 in the request body');
  try {
    return JSON.parse(text);
  } catch {
    throw serializationError(undefined);
  }
}

/** By target: more than any service has, under each of its names. */
const operationsKept = 1_000;

export function jsonCodec(model: ServiceModel): Codec {
  const contentType = `application/x-amz-json-${model.jsonVersion ?? '1.0'}`;
  const readerOf = jsonReader(jsonCarrier(model));
  const read = perObject<Read>((shape) => readerOf({ shape }));
  const write = perObject<WriteJson>((shape) =>
    jsonFields(shape, (member) => member.shape.eventStream !== true && member.eventHeader !== true),
  );
  const events: EventBodies = {
    contentType,
    read: (shape, bytes) => read(shape)(parseJsonBody(bytes), 0),
    write: (shape, value) => Buffer.from(write(shape)(value)),
  };
  const operations = new BoundedCache<Operation>(operationsKept);
  const headersOf = (requestId: string): Record<string, string> => ({ 'x-amzn-RequestId': requestId, 'Content-Type': contentType });

  return {
    protocol: 'json',
    model,

    match({ headers: { 'x-amz-target': target = '' } }) {
      return { operation: operations.get(target) ?? operations.set(target, targetOperation(model, target)) };
    },

    parse({ operation }, request) {
      const shape = operation.input;
      if (shape === undefined) {
        parseJsonBody(request.body);
        return {};
      }
      const streamed = eventStreamMember(shape);
      // The first event of a stream carries the other members; none of the services that stream requests in JSON has any.
      if (streamed !== undefined) return { [streamed.name]: readEvents(streamed.member.shape, request.stream, request.body, events) };
      return read(shape)(parseJsonBody(request.body), 0) as Record<string, unknown>;
    },

    serialise(operation, output, requestId) {
      const headers = headersOf(requestId);
      const shape = operation.output;
      if (shape === undefined) return { status: 200, headers, body: '{}' };
      const streamed = eventStreamMember(shape);
      const body = write(shape)(output);
      if (streamed === undefined) return { status: 200, headers, body };
      headers['Content-Type'] = 'application/vnd.amazon.eventstream';
      return { status: 200, headers, body: writeEvents(model, streamed.member.shape, output[streamed.name], events, Buffer.from(body)) };
    },

    serialiseError(_operation, error, requestId, context) {
      const form = errorForm(model, error);
      const headers = { ...headersOf(requestId), ...queryErrorHeader(model, form), ...error.headers };
      return {
        status: form.status,
        headers,
        body: context.headOnly ? undefined : jsonErrorBody(form.shape, membersOf(form, error), typeName(model, form)),
      };
    },
  };
}

/** Newer SDKs leave a package name out: `CloudTrail_20131101` for `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101`. */
function isPrefix(given: string, prefix: string): boolean {
  return given === prefix || prefix.endsWith(`.${given}`);
}

/** The operation that `X-Amz-Target: Prefix.Operation` names. */
function targetOperation(model: ServiceModel, target: string): Operation {
  const dot = target.lastIndexOf('.');
  const known = dot > 0 && (model.targetPrefix === undefined || isPrefix(target.slice(0, dot), model.targetPrefix));
  const operation = known ? model.operation(target.slice(dot + 1)) : undefined;
  if (operation === undefined) throw new AwsError('UnknownOperationException', '', { status: 400 });
  return operation;
}

/** Some models' errors have no member for the sentence; CloudTrail is reported to send it as `Message` all the same. */
function membersOf({ shape, members }: ErrorForm, { message }: AwsError): Readonly<Record<string, unknown>> {
  return shape === undefined || message === '' || messageMemberOf(shape) !== undefined ? members : { ...members, Message: message };
}

/** `{"__type":…,"message":…}`, with the shape's other members when it is known. */
export function jsonErrorBody(shape: Shape | undefined, members: Readonly<Record<string, unknown>>, type: string | undefined): string {
  const head = type === undefined ? '' : `"__type":${quote(type)}`;
  const rest = shape === undefined ? unmodelled(members, type) : modelled(shape, members);
  return `{${head}${head !== '' && rest !== '' ? ',' : ''}${rest}}`;
}

function modelled(shape: Shape, members: Readonly<Record<string, unknown>>): string {
  const known = jsonWriterOfErrors(shape)(members).slice(1, -1);
  if (members.Message === undefined || shape.members?.has('Message')) return known;
  return `${known}${known === '' ? '' : ','}"Message":${quote(String(members.Message))}`;
}

const jsonWriterOfErrors = perObject<WriteJson>((shape) => jsonFields(shape, (member) => member.location === undefined));

function unmodelled(members: Readonly<Record<string, unknown>>, type: string | undefined): string {
  const { message, ...rest } = members;
  const bare = type?.slice(type.lastIndexOf('#') + 1) ?? '';
  const named = message === undefined ? rest : { [CAPITAL_MESSAGE.has(bare) ? 'Message' : 'message']: message, ...rest };
  return JSON.stringify(named).slice(1, -1);
}
