/** Turns one service's botocore model into the facts and the lines of our table. */
import type { ErrorTrait, MemberTraits, Paginator, Protocol, ServiceFacts, ShapeType, XmlNamespace } from '../../src/api/model';
import type { TableMember, TableOperation, TableShape, TableWaiter } from '../../src/api/table';
import type { RawMember, RawModel, RawNamespace, RawOperation, RawPaginator, RawService, RawShape } from './botocore';
import { type Overlay, overlays } from './overlays';

export interface BuiltTable {
  readonly facts: ServiceFacts;
  readonly text: string;
}

const shapeTypes = new Set<string>(
  'structure list map string integer long float double boolean timestamp blob document bigdecimal'.split(' '),
);

export function buildTable(id: string, raw: RawService): BuiltTable {
  const overlay = overlays[id] ?? {};
  const facts = serviceFacts(id, raw.model, overlay);
  const lines = new Map<string, unknown>();
  for (const [name, operation] of Object.entries(raw.model.operations)) {
    lines.set(`operation ${name}`, tableOperation(name, operation, facts, raw.paginators[name]));
  }
  const shapes = buildShapes(raw.model, overlay);
  for (const [name, shape] of shapes) lines.set(`shape ${name}`, shape);
  const codes = wireCodes(shapes);
  if (Object.keys(codes).length > 0) lines.set('codes', codes);
  for (const [name, { operation, delay, maxAttempts, acceptors }] of Object.entries(raw.waiters)) {
    lines.set(`waiter ${name}`, { operation, delay, maxAttempts, acceptors } as TableWaiter);
  }
  const keys = [...lines.keys()].sort();
  return { facts, text: keys.map((key) => asciiLine(key, lines.get(key))).join('') };
}

function serviceFacts(id: string, { metadata }: RawModel, overlay: Overlay): ServiceFacts {
  const text = (name: string) => metadata[name] as string | undefined;
  const fullName = text('serviceFullName');
  const endpointPrefix = text('endpointPrefix');
  const apiVersion = text('apiVersion');
  if (!fullName || !endpointPrefix || !apiVersion) throw new Error(`${id}: incomplete metadata`);
  return compact<ServiceFacts>({
    serviceId: text('serviceId') ?? fullName,
    fullName,
    apiVersion,
    protocols: overlay.protocols ?? ((metadata.protocols ?? [metadata.protocol]) as Protocol[]),
    jsonVersion: text('jsonVersion') as '1.0' | '1.1' | undefined,
    targetPrefix: text('targetPrefix'),
    endpointPrefix,
    signingName: text('signingName') ?? endpointPrefix,
    xmlNamespace: text('xmlNamespace') ?? overlay.xmlNamespace,
    awsQueryCompatible: metadata.awsQueryCompatible !== undefined,
    globalEndpoint: text('globalEndpoint'),
  });
}

function tableOperation(name: string, raw: RawOperation, facts: ServiceFacts, paginator: RawPaginator | undefined): TableOperation {
  const { http, input, output } = raw;
  const checksum = raw.httpChecksum;
  // Models that moved to JSON or CBOR dropped the wrapper; on the query wire it is always `<Operation>Result`.
  const resultWrapper = output && (output.resultWrapper ?? (facts.protocols.includes('query') ? `${name}Result` : undefined));
  return compact<TableOperation>({
    method: http.method === 'POST' ? undefined : http.method,
    uri: http.requestUri === '/' ? undefined : http.requestUri,
    status: http.responseCode === 200 ? undefined : http.responseCode,
    input: input?.shape,
    output: output?.shape,
    resultWrapper,
    inputLocationName: input?.locationName,
    inputXmlNamespace: namespace(input?.xmlNamespace),
    errors: raw.errors?.map((error) => error.shape),
    idempotent: raw.idempotent,
    deprecated: raw.deprecated,
    authType: raw.authtype,
    hostPrefix: raw.endpoint?.hostPrefix,
    checksum:
      checksum || raw.httpChecksumRequired
        ? compact({
            requestAlgorithmMember: checksum?.requestAlgorithmMember,
            requestRequired: raw.httpChecksumRequired || checksum?.requestChecksumRequired,
            requestValidationModeMember: checksum?.requestValidationModeMember,
            responseAlgorithms: checksum?.responseAlgorithms,
          })
        : undefined,
    compression: raw.requestcompression?.encodings,
    paginator: paginator && tablePaginator(paginator),
  });
}

function tablePaginator(raw: RawPaginator): Paginator {
  return compact<Paginator>({
    inputToken: [raw.input_token].flat() as string[],
    outputToken: [raw.output_token].flat() as string[],
    limitKey: raw.limit_key,
    resultKey: [raw.result_key ?? []].flat() as string[],
    moreResults: raw.more_results,
  });
}

function buildShapes(model: RawModel, overlay: Overlay): Map<string, TableShape> {
  const shapes = new Map<string, TableShape>();
  for (const [name, raw] of Object.entries(model.shapes)) {
    const members: Record<string, TableMember> = {};
    for (const [memberName, rawMember] of Object.entries(raw.members ?? {})) {
      // A JavaScript object would put such a member first, whatever its place.
      if (/^\d+$/.test(memberName)) throw new Error(`${name} has a member named by a number: ${memberName}`);
      const own = rawMember.enum && ownShape(shapes, name, memberName, rawMember.enum);
      members[memberName] = tableMember(own ? { ...rawMember, shape: own } : rawMember, overlay.queryNames?.[`${name}.${memberName}`]);
    }
    shapes.set(name, tableShape(name, raw, members, overlay));
  }
  return shapes;
}

/** Values that a member lists itself become a shape, so that every enum is found in one place. */
function ownShape(shapes: Map<string, TableShape>, structure: string, member: string, values: readonly string[]): string {
  const name = `${structure}${member.charAt(0).toUpperCase()}${member.slice(1)}`;
  shapes.set(name, { type: 'string', enum: values });
  return name;
}

function tableShape(name: string, raw: RawShape, members: Record<string, TableMember>, overlay: Overlay): TableShape {
  const type = raw.document ? 'document' : raw.type === 'character' ? 'string' : raw.type;
  if (!shapeTypes.has(type)) throw new Error(`${name} is of an unknown type: ${type}`);
  const [keyName, valueName] = overlay.mapNames?.[name] ?? [];
  const structure = type === 'structure';
  return compact<TableShape>({
    type: structure ? undefined : (type as ShapeType),
    members: structure && Object.keys(members).length > 0 ? members : undefined,
    required: structure && raw.required?.length ? raw.required : undefined,
    union: raw.union,
    element: raw.member && tableMember(raw.member),
    key: raw.key && tableMember(keyName ? { ...raw.key, locationName: keyName } : raw.key),
    value: raw.value && tableMember(valueName ? { ...raw.value, locationName: valueName } : raw.value),
    flattened: raw.flattened,
    sparse: raw.sparse,
    enum: raw.enum,
    min: raw.min,
    max: raw.max,
    pattern: raw.pattern,
    timestampFormat: raw.timestampFormat as 'iso8601' | undefined,
    sensitive: raw.sensitive,
    streaming: raw.streaming,
    requiresLength: raw.requiresLength,
    eventStream: raw.eventstream,
    event: raw.event,
    error: errorTrait(name, raw, overlay),
    payload: raw.payload,
    xmlNamespace: namespace(raw.xmlNamespace),
    locationName: raw.locationName,
  });
}

function errorTrait(name: string, raw: RawShape, overlay: Overlay): ErrorTrait | undefined {
  if (!raw.exception && !raw.error) return undefined;
  const [code, status] = overlay.errors?.[name] ?? [raw.error?.code, raw.error?.httpStatusCode];
  return compact<ErrorTrait>({
    code: code === name ? undefined : code,
    status,
    fault: raw.fault ? 'Receiver' : raw.error?.senderFault ? 'Sender' : undefined,
  });
}

function tableMember(raw: RawMember, queryName = raw.queryName): TableMember {
  const traits = compact<MemberTraits>({
    location: raw.location,
    queryName,
    flattened: raw.flattened,
    xmlAttribute: raw.xmlAttribute,
    xmlNamespace: namespace(raw.xmlNamespace),
    timestampFormat: raw.timestampFormat as 'iso8601' | undefined,
    jsonValue: raw.jsonvalue,
    idempotencyToken: raw.idempotencyToken,
    hostLabel: raw.hostLabel,
    streaming: raw.streaming,
    eventPayload: raw.eventpayload,
    eventHeader: raw.eventheader,
    box: raw.box,
    deprecated: raw.deprecated,
  });
  if (Object.keys(traits).length > 0) return [raw.shape, raw.locationName ?? 0, traits];
  return raw.locationName === undefined ? raw.shape : [raw.shape, raw.locationName];
}

/** Wire code to shape name, where the two differ. Of several shapes with one code, the one that is named like it, else the first. */
function wireCodes(shapes: ReadonlyMap<string, TableShape>): Record<string, string> {
  const codes: Record<string, string> = {};
  for (const name of [...shapes.keys()].sort()) {
    const code = shapes.get(name)?.error?.code;
    if (code !== undefined && !shapes.get(code)?.error) codes[code] ??= name;
  }
  return codes;
}

function namespace(raw: RawNamespace | undefined): XmlNamespace | undefined {
  return typeof raw === 'string' ? { uri: raw } : raw;
}

/** Without what is undefined or false: absence says the same. */
function compact<T extends object>(all: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== false)) as T;
}

/** One line, ASCII only: then an offset in the text is an offset in the file, and V8 holds the text in one byte per character. */
function asciiLine(key: string, facts: unknown): string {
  const json = JSON.stringify([key, facts]);
  return `${json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
