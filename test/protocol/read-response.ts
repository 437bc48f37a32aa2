/** A small model-driven client: reads an answer on the wire back into handler values, in every protocol. */
import type { Member, Operation, Protocol, ServiceModel, Shape } from '../../src/api/model';
import { parseXml, type XmlNode } from '../../src/kernel/xml-parser';
import { decodeCbor, Tagged } from '../../src/protocol/cbor';
import { jsonCarrier, parseJsonBody } from '../../src/protocol/json';
import { jsonReader } from '../../src/protocol/json-reader';
import { compileRestInput } from '../../src/protocol/rest-input';
import { isOutputBodyMember } from '../../src/protocol/rest-output';
import { parseScalar, queryName } from '../../src/protocol/shapes';
import { restXml, xmlReader } from '../../src/protocol/xml-reader';

interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const queryXml = xmlReader(queryName);

/** The output of an operation, or the members of an error when `shape` is one. */
export function readResponse(
  model: ServiceModel,
  protocol: Protocol,
  operation: Operation,
  shape: Shape | undefined,
  answer: Answer,
): Record<string, unknown> {
  if (shape === undefined) return {};
  switch (protocol) {
    case 'json':
      return readJson(model, shape, answer.body);
    case 'smithy-rpc-v2-cbor':
      return readCbor(model, shape, answer.body);
    case 'query':
    case 'ec2':
      return answer.body.length === 0
        ? {}
        : ((protocol === 'query' ? queryXml : restXml).element(shape)(
            queryResult(operation, shape, parseXml(answer.body.toString())),
          ) as any);
    default:
      return readRest(model, protocol, shape, answer);
  }
}

function readJson(model: ServiceModel, shape: Shape, body: Buffer): Record<string, unknown> {
  return jsonReader(jsonCarrier(model))({ shape })(parseJsonBody(body), 0) as Record<string, unknown>;
}

function readCbor(model: ServiceModel, shape: Shape, body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const carrier = {
    ...jsonCarrier(model),
    blob: (value: unknown) => (value instanceof Uint8Array ? value : undefined),
    timestamp: (value: unknown) => (value instanceof Tagged ? Math.round((value.value as number) * 1000) : undefined),
    infinities: true,
  };
  return jsonReader(carrier)({ shape })(decodeCbor(body), 0) as Record<string, unknown>;
}

/** Where the members are: below the result element, the error, or the root itself. */
function queryResult(operation: Operation, shape: Shape, root: XmlNode): XmlNode {
  if (shape.error !== undefined) return descend(root, 'Error') ?? root;
  return root.children.find((child) => child.name === (operation.resultWrapper ?? `${operation.name}Result`)) ?? root;
}

function descend(node: XmlNode, name: string): XmlNode | undefined {
  if (node.name === name) return node;
  for (const child of node.children) {
    const found = descend(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readRest(model: ServiceModel, protocol: Protocol, shape: Shape, answer: Answer): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const bodyShape = { ...shape, members: new Map([...(shape.members ?? [])].filter(([, member]) => isOutputBodyMember(member))) };
  const payload = shape.payload === undefined ? undefined : shape.members?.get(shape.payload);
  if (payload !== undefined) out[shape.payload!] = readPayload(model, protocol, payload, answer.body);
  else if (answer.body.length > 0 && bodyShape.members.size > 0) {
    if (protocol === 'rest-json') Object.assign(out, readJson(model, bodyShape, answer.body));
    else {
      const root = parseXml(answer.body.toString());
      Object.assign(out, restXml.element(bodyShape)(shape.error === undefined ? root : (descend(root, 'Error') ?? root)));
    }
  }
  const invalid = (name: string): never => {
    throw new Error(`bad ${name}`);
  };
  // Headers are bound in answers as in requests, except for the status.
  compileRestInput({ input: shape, uri: '/' }, invalid).bind(
    out,
    { headers: modelledHeaders(answer.headers), query: '' } as any,
    undefined,
  );
  for (const [name, member] of shape.members ?? [])
    if (member.location === 'statusCode') out[name] = parseScalar(member.shape, String(answer.status));
  return out;
}

/** Without the headers of the protocol itself, which a map of all headers would catch. */
function modelledHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-type' && !name.startsWith('x-amzn-')));
}

function readPayload(model: ServiceModel, protocol: Protocol, member: Member, body: Buffer): unknown {
  const { shape } = member;
  if (shape.type === 'blob') return body.length === 0 ? undefined : body;
  if (shape.type === 'string') return body.length === 0 ? undefined : body.toString();
  if (body.length === 0) return undefined;
  return protocol === 'rest-json'
    ? jsonReader(jsonCarrier(model))({ shape })(parseJsonBody(body), 0)
    : restXml.element(shape)(parseXml(body.toString()));
}
