/** Builds a ServiceModel from a model in C2J form, as the public wire vectors carry it. */
import type { ErrorTrait, Member, Operation, Protocol, ServiceModel, Shape, ShapeType, XmlNamespace } from '../../src/api/model';

type Json = Record<string, any>;

const types: Readonly<Record<string, ShapeType>> = {
  character: 'string',
  short: 'integer',
  byte: 'integer',
  jsonvalue: 'document',
  bigdecimal: 'bigdecimal',
};

interface C2jService {
  readonly metadata: Json;
  readonly shapes: Record<string, Json>;
  readonly operations: readonly Json[];
}

/** `id` decides service-specific wire rules; vectors use one that has none. */
export function c2jModel({ metadata, shapes, operations }: C2jService, id = 'vectors'): ServiceModel {
  const interned = new Map<string, Shape>();
  const shapeOf = (name: string): Shape => {
    let shape = interned.get(name);
    if (shape === undefined) interned.set(name, (shape = toShape(name, shapes[name] ?? { type: 'string' }, memberOf)));
    return shape;
  };
  function memberOf(member: Json): Member {
    const {
      shape,
      location,
      locationName,
      queryName,
      flattened,
      xmlAttribute,
      timestampFormat,
      jsonvalue,
      eventpayload,
      eventheader,
      xmlNamespace,
    } = member;
    return defined({
      get shape() {
        return shapeOf(shape);
      },
      location,
      locationName,
      queryName,
      flattened,
      xmlAttribute,
      xmlNamespace: namespaceOf(xmlNamespace),
      timestampFormat,
      jsonValue: jsonvalue,
      idempotencyToken: member.idempotencyToken,
      streaming: member.streaming,
      eventPayload: eventpayload,
      eventHeader: eventheader,
    }) as Member;
  }
  const model: ServiceModel = {
    id,
    serviceId: metadata.serviceId ?? id,
    fullName: id,
    apiVersion: metadata.apiVersion,
    protocols: metadata.protocols as Protocol[],
    jsonVersion: metadata.jsonVersion,
    targetPrefix: metadata.targetPrefix,
    endpointPrefix: id,
    signingName: id,
    xmlNamespace: namespaceOf(metadata.xmlNamespace)?.uri as string,
    awsQueryCompatible: metadata.awsQueryCompatible !== undefined,
    operationNames: operations.map((operation) => operation.name),
    operation: (name: string) => built.get(name),
    shape: shapeOf,
    error(code: string) {
      const found = Object.entries(shapes).find(([name, shape]) => name === code || shape.error?.code === code);
      return found === undefined ? undefined : ({ ...errorTrait(found[1]), shape: shapeOf(found[0]) } as any);
    },
  } as unknown as ServiceModel;
  const built = new Map(operations.map((operation) => [operation.name as string, toOperation(operation, model, shapeOf)]));
  return model;
}

function toShape(name: string, shape: Json, memberOf: (member: Json) => Member): Shape {
  return defined({
    name,
    type: shape.document === true ? 'document' : (types[shape.type] ?? shape.type),
    members:
      shape.type === 'structure'
        ? new Map(Object.entries(shape.members ?? {}).map(([key, member]) => [key, memberOf(member as Json)]))
        : undefined,
    required: shape.required,
    union: shape.union,
    element: shape.member && memberOf(shape.member),
    key: shape.key && memberOf(shape.key),
    value: shape.value && memberOf(shape.value),
    flattened: shape.flattened,
    sparse: shape.sparse,
    enum: shape.enum,
    min: shape.min,
    max: shape.max,
    pattern: shape.pattern,
    timestampFormat: shape.timestampFormat,
    streaming: shape.streaming,
    eventStream: shape.eventstream,
    event: shape.event,
    error: shape.exception === true ? errorTrait(shape) : undefined,
    payload: shape.payload,
    xmlNamespace: namespaceOf(shape.xmlNamespace),
    locationName: shape.locationName,
  }) as Shape;
}

function toOperation(operation: Json, service: ServiceModel, shapeOf: (name: string) => Shape): Operation {
  return defined({
    name: operation.name,
    service,
    method: operation.http?.method ?? 'POST',
    uri: operation.http?.requestUri ?? '/',
    status: operation.http?.responseCode ?? 200,
    input: operation.input && shapeOf(operation.input.shape),
    output: operation.output && shapeOf(operation.output.shape),
    resultWrapper: operation.output?.resultWrapper,
    inputLocationName: operation.input?.locationName,
    errors: (operation.errors ?? []).map((error: Json) => error.shape),
  }) as Operation;
}

function errorTrait(shape: Json): ErrorTrait {
  return defined({
    code: shape.error?.code,
    status: shape.error?.httpStatusCode,
    fault: shape.fault === true ? 'Receiver' : undefined,
  }) as ErrorTrait;
}

function namespaceOf(value: unknown): XmlNamespace | undefined {
  return typeof value === 'string' ? { uri: value } : (value as XmlNamespace | undefined);
}

/** Without the members that are undefined, which exact optional types do not allow. Getters stay getters. */
function defined<T extends object>(value: T): T {
  for (const key of Object.keys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor?.get === undefined && descriptor?.value === undefined) delete (value as Json)[key];
  }
  return value;
}
