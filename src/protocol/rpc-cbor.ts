/** Smithy RPC v2 CBOR: `POST /service/X/operation/Y`, CBOR both ways. */
import type { Member, Operation, ServiceModel, Shape } from '../api/model';
import { AwsError } from '../kernel/errors';
import { withoutPrepared } from '../kernel/prepared';
import { CborSyntaxError, CborWriter, decodeCbor, Tagged } from './cbor';
import { type ErrorForm, errorForm, queryErrorHeader, typeName } from './error-form';
import { type EventBodies, eventStreamMember, readEvents, writeEvents } from './event-stream-codec';
import { type Carrier, jsonReader, type Read, serializationError } from './json-reader';
import type { Codec } from './protocol';
import { perObject, toBuffer } from './shapes';
import { timestampOfSeconds } from './timestamps';
import { typeErrors } from './type-errors';

const PATH = /\/service\/([^/]+)\/operation\/([^/]+)\/?$/;

type WriteCbor = (writer: CborWriter, value: unknown) => void;

function cborCarrier(model: ServiceModel): Carrier {
  return {
    blob: (value) => (value instanceof Uint8Array ? value : undefined),
    timestamp(value) {
      const seconds = value instanceof Tagged && value.tag === 1 ? value.value : value;
      return typeof seconds === 'number' || typeof seconds === 'bigint' ? timestampOfSeconds(Number(seconds)) : undefined;
    },
    mismatch: typeErrors(model.id),
    memberName: (name) => name,
    infinities: true,
  };
}

const writeShape = perObject<WriteCbor>(compileWriter);

function compileWriter(shape: Shape): WriteCbor {
  switch (shape.type) {
    case 'structure':
      return structureWriter(shape);
    case 'list':
      return listWriter(shape);
    case 'map':
      return mapWriter(shape);
    case 'integer':
    case 'long':
      return (writer, value) => writer.integer(Number(value));
    case 'float':
    case 'double':
      return (writer, value) => writer.float(Number(value));
    case 'boolean':
      return (writer, value) => writer.boolean(value === true);
    case 'blob':
      return (writer, value) => writer.blob(toBuffer(value));
    case 'timestamp':
      return (writer, value) => {
        writer.tag(1);
        writer.float((value as number) / 1000);
      };
    default:
      return (writer, value) => writer.text(String(value));
  }
}

function structureWriter(shape: Shape): WriteCbor {
  let fields: { readonly name: string; readonly write: WriteCbor }[] | undefined;
  const isBody = (member: Member) => member.shape.eventStream !== true && member.eventHeader !== true;
  const compileFields = () =>
    [...(shape.members ?? [])].filter(([, member]) => isBody(member)).map(([name, member]) => ({ name, write: writeShape(member.shape) }));
  return (writer, value) => {
    fields ??= compileFields();
    writer.openMap();
    for (const field of fields) {
      const found = (value as Record<string, unknown>)[field.name];
      if (found === undefined || found === null) continue;
      writer.text(field.name);
      field.write(writer, found);
    }
    writer.end();
  };
}

function listWriter(shape: Shape): WriteCbor {
  let element: WriteCbor | undefined;
  return (writer, value) => {
    element ??= writeShape(shape.element!.shape);
    const items =
      shape.sparse === true ? [...(value as unknown[])] : (value as unknown[]).filter((item) => item !== null && item !== undefined);
    writer.array(items.length);
    for (const item of items) {
      if (item === null || item === undefined) writer.null();
      else element(writer, item);
    }
  };
}

function mapWriter(shape: Shape): WriteCbor {
  let write: WriteCbor | undefined;
  return (writer, value) => {
    write ??= writeShape(shape.value!.shape);
    const all = Object.entries(value as Record<string, unknown>);
    const entries = shape.sparse === true ? all : all.filter(([, item]) => item !== null && item !== undefined);
    writer.map(entries.length);
    for (const [key, item] of entries) {
      writer.text(key);
      if (item === null || item === undefined) writer.null();
      else write(writer, item);
    }
  };
}

function encode(shape: Shape, value: unknown): Buffer {
  const writer = new CborWriter();
  writeShape(shape)(writer, withoutPrepared(value));
  return writer.finish();
}

function decode(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {};
  try {
    return decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CborSyntaxError) throw serializationError(error.message);
    throw error;
  }
}

/** An error's members that no shape describes: text and numbers. */
function encodeLoose(writer: CborWriter, value: unknown): void {
  if (typeof value === 'number') writer.float(value);
  else if (typeof value === 'boolean') writer.boolean(value);
  else writer.text(typeof value === 'string' ? value : JSON.stringify(value));
}

function errorBody(model: ServiceModel, form: ErrorForm): Buffer {
  const writer = new CborWriter();
  writer.openMap();
  writer.text('__type');
  writer.text(typeName(model, form));
  for (const [name, value] of Object.entries(form.members)) {
    const member = form.shape?.members?.get(name);
    if (value === undefined || value === null || (form.shape !== undefined && member === undefined)) continue;
    writer.text(name);
    if (member === undefined) encodeLoose(writer, value);
    else writeShape(member.shape)(writer, value);
  }
  writer.end();
  return writer.finish();
}

export function rpcCborCodec(model: ServiceModel): Codec {
  const readerOf = jsonReader(cborCarrier(model));
  const read = perObject<Read>((shape) => readerOf({ shape }));
  const events: EventBodies = {
    contentType: 'application/cbor',
    read: (shape, bytes) => read(shape)(decode(bytes), 0),
    write: encode,
  };
  const headersOf = (requestId: string): Record<string, string> => ({
    'x-amzn-RequestId': requestId,
    'smithy-protocol': 'rpc-v2-cbor',
    'Content-Type': 'application/cbor',
  });

  return {
    protocol: 'smithy-rpc-v2-cbor',
    model,

    match(request) {
      const found = PATH.exec(request.path);
      // The path names the service's Smithy shape; the gateway has found the service already, so only the operation counts.
      const operation: Operation | undefined = found === null ? undefined : model.operation(found[2]!);
      if (operation === undefined) throw new AwsError('UnknownOperationException', '', { status: 404 });
      return { operation };
    },

    parse({ operation }, request) {
      const shape = operation.input;
      if (shape === undefined) return {};
      const streamed = eventStreamMember(shape);
      if (streamed !== undefined) return { [streamed.name]: readEvents(streamed.member.shape, request.stream, request.body, events) };
      return read(shape)(decode(request.body), 0) as Record<string, unknown>;
    },

    serialise(operation, output, requestId) {
      const headers = headersOf(requestId);
      const shape = operation.output;
      if (shape === undefined) {
        delete headers['Content-Type'];
        return { status: 200, headers, body: undefined };
      }
      const body = encode(shape, output);
      const streamed = eventStreamMember(shape);
      if (streamed === undefined) return { status: 200, headers, body };
      headers['Content-Type'] = 'application/vnd.amazon.eventstream';
      return { status: 200, headers, body: writeEvents(model, streamed.member.shape, output[streamed.name], events, body) };
    },

    serialiseError(_operation, error, requestId, context) {
      const form = errorForm(model, error);
      const headers = { ...headersOf(requestId), ...queryErrorHeader(model, form), ...error.headers };
      return { status: form.status, headers, body: context.headOnly ? undefined : errorBody(model, form) };
    },
  };
}
