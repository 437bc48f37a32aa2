/** Event streams as handlers see them, `AsyncIterable<{ EventName: {…} }>`, in and out of frames. */
import type { Member, ServiceModel, Shape } from '../api/model';
import type { RequestBody, ResponseBody } from '../kernel/body';
import { AwsError } from '../kernel/errors';
import { errorForm } from './error-form';
import { decodeMessage, decodeMessages, type EventMessage, encodeMessage, type HeaderValue } from './event-stream';
import { perObject, toBuffer } from './shapes';

/** How the protocol around the stream writes structures. */
export interface EventBodies {
  readonly contentType: string;
  readonly read: (shape: Shape, bytes: Uint8Array) => unknown;
  readonly write: (shape: Shape, value: unknown) => Uint8Array;
}

/** The member of an input or output that is an event stream. */
export const eventStreamMember = perObject((shape: Shape): { readonly name: string; readonly member: Member } | undefined => {
  for (const [name, member] of shape.members ?? []) if (member.shape.eventStream === true) return { name, member };
  return undefined;
});

/**
 * The body of an answer that streams events. An AwsError thrown by the handler's iterable becomes an exception frame.
 * `initial`: the other members of the output, which RPC protocols send as the first event.
 */
export function writeEvents(model: ServiceModel, union: Shape, events: unknown, bodies: EventBodies, initial?: Uint8Array): ResponseBody {
  async function* frames(): AsyncGenerator<Uint8Array> {
    if (initial !== undefined) yield encodeMessage({ headers: eventHeaders('initial-response', bodies.contentType), payload: initial });
    try {
      for await (const event of (events ?? []) as AsyncIterable<Record<string, unknown>>) {
        for (const [name, value] of Object.entries(event)) {
          const member = union.members?.get(name);
          if (member !== undefined && value !== undefined)
            yield encodeMessage(eventMessage(name, member.shape, value as Record<string, unknown>, bodies));
        }
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      yield encodeMessage(exceptionMessage(model, union, error, bodies));
    }
  }
  return { stream: frames() };
}

function eventHeaders(name: string, contentType: string | undefined): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = { ':message-type': 'event', ':event-type': name };
  if (contentType !== undefined) headers[':content-type'] = contentType;
  return headers;
}

function eventMessage(name: string, shape: Shape, event: Record<string, unknown>, bodies: EventBodies): EventMessage {
  const extra: Record<string, HeaderValue> = {};
  let payload: { readonly bytes: Uint8Array; readonly contentType: string } | undefined;
  let bound = 0;
  for (const [memberName, member] of shape.members ?? []) {
    const value = event[memberName];
    if (member.eventHeader === true) {
      bound++;
      if (value !== undefined && value !== null) extra[member.locationName ?? memberName] = headerValue(member.shape, value);
    } else if (member.eventPayload === true) {
      bound++;
      payload = payloadOf(member.shape, value, bodies);
    }
  }
  // Members that are neither header nor payload make a document; an event of nothing but headers has no body.
  if (payload === undefined && bound < (shape.members?.size ?? 0))
    payload = { bytes: bodies.write(shape, event), contentType: bodies.contentType };
  return { headers: { ...eventHeaders(name, payload?.contentType), ...extra }, payload: payload?.bytes ?? new Uint8Array(0) };
}

function payloadOf(shape: Shape, value: unknown, bodies: EventBodies): { readonly bytes: Uint8Array; readonly contentType: string } {
  if (shape.type === 'blob') return { bytes: toBuffer(value ?? ''), contentType: 'application/octet-stream' };
  if (shape.type === 'string') return { bytes: toBuffer(value ?? ''), contentType: 'text/plain' };
  return { bytes: bodies.write(shape, value ?? {}), contentType: bodies.contentType };
}

function headerValue(shape: Shape, value: unknown): HeaderValue {
  switch (shape.type) {
    case 'boolean':
      return value === true;
    case 'integer':
      return { type: 'integer', value: value as number };
    case 'long':
      return { type: 'long', value: value as number };
    case 'timestamp':
      return { type: 'timestamp', value: value as number };
    case 'blob':
      return toBuffer(value);
    default:
      return String(value);
  }
}

function exceptionMessage(model: ServiceModel, union: Shape, error: AwsError, bodies: EventBodies): EventMessage {
  const form = errorForm(model, error);
  for (const [name, member] of union.members ?? []) {
    if (member.shape.name !== form.type) continue;
    const headers = { ':message-type': 'exception', ':exception-type': name, ':content-type': bodies.contentType };
    return { headers, payload: bodies.write(member.shape, form.members) };
  }
  // Not an event of this stream: the format's other kind of failure, whose message is a header.
  return { headers: { ':message-type': 'error', ':error-code': form.code, ':error-message': error.message }, payload: new Uint8Array(0) };
}

/** The events of a request. Frames wrapped in a signed frame (`:chunk-signature`) are taken out of it. */
export function readEvents(
  union: Shape,
  stream: RequestBody | undefined,
  body: Uint8Array,
  bodies: EventBodies,
): AsyncIterable<Record<string, unknown>> {
  async function* events(): AsyncGenerator<Record<string, unknown>> {
    for await (const outer of decodeMessages(stream ?? once(body))) {
      const signed = outer.headers[':chunk-signature'] !== undefined;
      if (signed && outer.payload.length === 0) return;
      const message = signed ? decodeMessage(outer.payload) : outer;
      const name = message.headers[':event-type'];
      const member = typeof name === 'string' ? union.members?.get(name) : undefined;
      if (member !== undefined) yield { [name as string]: readEvent(member.shape, message, bodies) };
    }
  }
  return events();
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  if (body.length > 0) yield body;
}

function readEvent(shape: Shape, message: EventMessage, bodies: EventBodies): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  let payloadMember: [string, Member] | undefined;
  let document = false;
  for (const entry of shape.members ?? []) {
    const [name, member] = entry;
    if (member.eventHeader === true) {
      const value = message.headers[member.locationName ?? name];
      if (value !== undefined) event[name] = typeof value === 'object' && 'type' in value ? value.value : value;
    } else if (member.eventPayload === true) payloadMember = entry;
    else document = true;
  }
  if (payloadMember !== undefined) event[payloadMember[0]] = readPayload(payloadMember[1].shape, message.payload, bodies);
  else if (document) Object.assign(event, bodies.read(shape, message.payload));
  return event;
}

function readPayload(shape: Shape, payload: Uint8Array, bodies: EventBodies): unknown {
  if (shape.type === 'blob') return payload;
  return shape.type === 'string' ? Buffer.from(payload).toString('utf8') : bodies.read(shape, payload);
}
